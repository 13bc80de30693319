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

import kg.view  # noqa: F401  # before the function of this name, which a later import of the package would replace
from kg.claim import Article, Claim, Entity, Node
from kg.errors import KgError, OntologyError, Problem, QueryError, StoreError, UsageError
from kg.exports import export
from kg.graphs import graph
from kg.loading import Report, copy, load
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.stores import Store, open_store

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
    source: Store | Iterable[Claim], path: str | Path, *, title: str = "Alliances", ontology: Ontology | None = None
) -> None:
    """Write the interactive page of a store's claims, or of any claims, to one offline HTML file.

    `ontology` is that of claims which were made with more than the shipped one; a store knows its own. Raises
    UsageError where the file cannot be written, or a relation is not in the ontology.
    """
    from kg import entities
    from kg.view import html, model

    if isinstance(source, Store):
        claims, nodes, terms = list(source.claims()), list(source.entities()), source.ontology
    else:
        claims, terms = list(source), ontology or load_ontology()
        nodes = entities.nodes(entities.mentions(claims).values())
    shown = model.build(claims, nodes, terms)
    try:
        html.write(shown, path, title=title)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


# In a checkout loaders/ stands beside kg/; in a wheel it is kg/loaders/. One name, kg.loaders, serves both.
if not (Path(__file__).parent / "loaders").is_dir():
    __path__.append(str(Path(__file__).parents[1]))
