"""diplograph: a diplomatic actor-relationship knowledge graph, in which every edge opens the sentence it came from.

    with kg.open_store("oxigraph:syria.kg") as store:
        report = kg.load("examples/syria-2016", into=store)
        backers = store.ask("who-supports", actor="Assad government")
        graph = kg.graph(store.claims(), as_of="2016-10-12")
        kg.view(store, "alliances.html")
        kg.export(store, "alliances.graphml")

Engines are imported when they are first used, so that `import kg` stays light.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import kg.view  # noqa: F401  # before the function of this name, which a later import of the package would replace
from kg.claim import Article, Claim, Entity, Node
from kg.errors import KgError, OntologyError, Problem, QueryError, StoreError, UsageError
from kg.exports import export
from kg.graphs import graph
from kg.loading import Report, copy, load
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.stores import Store, open_store

if TYPE_CHECKING:
    from kg.view.page import Page

__version__ = "0.1.0"

__all__ = [
    "Article",
    "Claim",
    "Entity",
    "KgError",
    "Node",
    "OntologyError",
    "Problem",
    "QueryError",
    "Report",
    "Store",
    "StoreError",
    "UsageError",
    "copy",
    "export",
    "graph",
    "load",
    "open_store",
    "view",
]


def view(
    source: Store | Iterable[Claim],
    path: str | Path | None = None,
    *,
    title: str = "Alliances",
    actor: str | None = None,
    hops: int = 1,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
    top: int | None = None,
    ontology: Ontology | None = None,
) -> "Page":
    """The interactive page of a store's claims, or of any claims: one offline HTML file, written where a path is given.

    A notebook shows what comes back, `write(path)` writes it, and its `note` says what was cut. All claims are on the
    page, unless these leave some out, one after the other: `since` and `until` (ISO days) or `as_of` keep what held at
    that time, as in `kg.graph`; `actor` (id, name or alias) keeps what lies within `hops` (1 or 2) steps of it; `top`
    keeps what is between that many actors, those with most claims and the `actor`.

    `ontology` is that of claims which were made with more than the shipped one; a store knows its own. Raises
    UsageError where the file cannot be written, a relation is not in the ontology, a day is none, a number is out of
    its range, or the actor is unknown (naming the nearest) or one of several.
    """
    from kg import collector, entities
    from kg.view import choosing, page

    with collector.paused():
        if isinstance(source, Store):
            claims, nodes, terms = list(source.claims()), list(source.entities()), source.ontology
        else:
            claims, terms = list(dict.fromkeys(source)), ontology or load_ontology()
            nodes = entities.nodes(entities.mentions(claims).values())
        kept, note = choosing.choose(
            claims, nodes, actor=actor, hops=hops, since=since, until=until, as_of=as_of, top=top
        )
        made = page.make(kept, nodes, terms, title=title, note=note)
    if path is not None:
        made.write(path)
    return made


# In a checkout loaders/ stands beside kg/; in a wheel it is kg/loaders/. One name, kg.loaders, serves both.
if not (Path(__file__).parent / "loaders").is_dir():
    __path__.append(str(Path(__file__).parents[1]))
