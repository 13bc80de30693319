"""How claims come into a property graph and go out of it: what one transaction does.

No text of an article is ever in a statement: labels and types come from the ontology, all else is a parameter. Both
ends of a relationship are looked up by unique id before it is made, which is quick at hubs on every engine. A node has
no id while its labels change: ArcadeDB makes it anew for each of them, and would take two of them for two nodes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, TypeVar

from kg import rdf
from kg.claim import Article, Claim, Node
from kg.entities import Mention, nodes, renewed
from kg.errors import StoreError
from kg.ontology import Ontology
from kg.stores import _graph_read as read
from kg.stores import _properties as properties
from kg.stores._bolt import Run
from kg.triples import Shared

_T = TypeVar("_T")

_ENDS = "UNWIND $rows AS r MATCH (s:Entity {id: r.s}) MATCH (o:Entity {id: r.o})"
_CLAIM = (
    f"{_ENDS} MATCH (a:Article {{id: r.a}})%s CREATE (c:Claim) SET c = r.p"
    " CREATE (c)-[:SUBJECT]->(s) CREATE (c)-[:OBJECT]->(o) CREATE (c)-[:STATED_IN]->(a)%s"
)
_CLAIMS = {
    False: _CLAIM % ("", ""),
    True: _CLAIM % (" MATCH (t:Entity {id: r.t})", " CREATE (c)-[:ATTRIBUTED_TO]->(t)"),
}
_MENTIONED = "UNWIND $rows AS r MATCH (a:Article {id: r.a}) MATCH (e:Entity {id: r.e})"
_COUNTS = (
    "UNWIND $keys AS key MATCH (c:Claim {key: key})-[:STATED_IN]->(a:Article)"
    " RETURN key, sum(CASE WHEN c.holds THEN 1 ELSE 0 END), count(DISTINCT CASE WHEN c.holds THEN a.id END),"
    " sum(CASE WHEN c.negated AND c.modality = 'actual' THEN 1 ELSE 0 END),"
    " min(CASE WHEN c.holds THEN c.published END), max(CASE WHEN c.holds THEN c.published END)"
)
_COUNTED = ("claims", "articles", "denials", "first", "last")  # the properties of an edge, in the order of _COUNTS


def insert(run: Run, claims: list[Claim], ontology: Ontology) -> None:
    """Add claims; those that another writer has added meanwhile are left as they are."""
    _lock(run)
    there = read.there(run, "Claim", [claim.id for claim in claims])
    fresh = [claim for claim in claims if claim.id not in there]
    shared = Shared(ontology, fresh)
    known = read.there(run, "Article", list(shared.articles))
    stored = read.mentioned(run, (key for key in shared.mentions if key[0] in known))
    met = {key: _merged(mention, stored.get(key)) for key, mention in shared.mentions.items()}
    before = read.nodes(run, sorted({id for _, id in met}))
    after = renewed(before.values(), met, lambda ids: read.mentions(run, "entity", ids).values())
    _put_entities(run, before, after, ontology)
    _put_articles(run, (article for id, article in shared.articles.items() if id not in known))
    _put_mentions(run, (mention for key, mention in met.items() if mention != stored.get(key)), stored)
    _put_claims(run, fresh, ontology)
    _count(run, {ontology.key(claim) for claim in fresh}, ontology)


def exchange(run: Run, gone: list[Claim], new: list[Claim], ontology: Ontology) -> None:
    """Take claims out and put others in; their articles and mentions become what the claims say that are there then."""
    _lock(run)
    ids = {claim.id for claim in gone}
    articles = sorted({claim.article.id for claim in (*gone, *new)})
    stated = [id for article in articles for id in read.claim_ids(run, article) if id not in ids]
    kept = list(read.claims(run, stated))
    after = Shared(ontology, (*kept, *new))
    stored = read.mentions(run, "article", articles)
    touched = sorted({id for _, id in (*stored, *after.mentions)})
    before = read.nodes(run, touched)
    others = (met for met in read.mentions(run, "entity", touched).values() if met.article not in set(articles))
    anew = nodes([*others, *after.mentions.values()])
    _delete(run, "Claim", ids)
    _delete(run, "Article", set(articles) - after.articles.keys())
    _put_entities(run, before, anew, ontology)
    _put_articles(run, after.articles.values())
    _cut_mentions(run, stored.keys() - after.mentions.keys())
    _put_mentions(run, after.mentions.values(), stored)
    _put_claims(run, new, ontology)
    _count(run, {ontology.key(claim) for claim in (*gone, *new)}, ontology)
    _delete(run, "Entity", before.keys() - {node.id for node in anew})


def _lock(run: Run) -> None:
    """Make every other writer wait until this transaction is done: what is read in it stays true.

    Raises StoreError where the store has gone, or half of it.
    """
    rows = run("MATCH (k:KgStore) SET k.schema_version = k.schema_version RETURN k.dropping")
    if not rows or rows[0][0]:
        raise StoreError("the store is being dropped, or was to be; kg drop URL --yes completes that")


def _merged(mention: Mention, stored: Mention | None) -> Mention:
    """The mention that the store has, with the further written forms; the new one where there is none."""
    if stored is None:
        return mention
    return Mention(stored.article, stored.entity, stored.written | mention.written)


def _rows(run: Run, text: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        run(text, rows=rows)


def _delete(run: Run, label: str, ids: Iterable[str]) -> None:
    _rows(run, f"UNWIND $rows AS r MATCH (n:{label} {{id: r.id}}) DETACH DELETE n", [{"id": id} for id in sorted(ids)])


def _put_entities(run: Run, before: Mapping[str, Node], after: Iterable[Node], ontology: Ontology) -> None:
    """Make the entities that are new, and change those that differ."""

    def labels(node: Node | None) -> tuple[str, ...]:
        return properties.labels(node.kinds, ontology) if node else ()

    changed = [node for node in after if before.get(node.id) != node]
    ways = [(labels(before.get(node.id)), labels(node)) for node in changed]
    rows = [{"id": node.id, "p": properties.entity_properties(node)} for node in changed]
    for (old, new), group in _grouped(zip(ways, rows, strict=True)):
        if not old:
            run(f"UNWIND $rows AS r CREATE (e:{':'.join(new)}) SET e = r.p", rows=group)
            continue
        less, more = ([label for label in one if label not in other] for one, other in ((old, new), (new, old)))
        change = " ".join(f"{word} e:{':'.join(these)}" for word, these in (("REMOVE", less), ("SET", more)) if these)
        run(f"UNWIND $rows AS r MATCH (e:Entity {{id: r.id}}) SET e.id = null {change} SET e = r.p", rows=group)


def _put_articles(run: Run, articles: Iterable[Article]) -> None:
    rows = [properties.article_properties(article) for article in articles]
    _rows(run, "UNWIND $rows AS r MERGE (a:Article {id: r.id}) SET a = r", rows)


def _put_mentions(run: Run, mentions: Iterable[Mention], stored: Mapping[tuple[str, str], Mention]) -> None:
    rows: dict[str, list[dict[str, Any]]] = {"MATCH": [], "CREATE": []}
    for met in mentions:
        how = "MATCH" if (met.article, met.entity.id) in stored else "CREATE"
        rows[how].append({"a": met.article, "e": met.entity.id, "p": properties.mention_properties(met)})
    for how, group in rows.items():
        _rows(run, f"{_MENTIONED} {how} (a)-[m:MENTIONS]->(e) SET m = r.p", group)


def _cut_mentions(run: Run, keys: Iterable[tuple[str, str]]) -> None:
    rows = [{"a": article, "e": entity} for article, entity in sorted(keys)]
    _rows(run, f"{_MENTIONED} MATCH (a)-[m:MENTIONS]->(e) DELETE m", rows)


def _put_claims(run: Run, claims: Iterable[Claim], ontology: Ontology) -> None:
    rows: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for claim in claims:
        said_by = claim.attributed_to
        ends = {"s": claim.subject.id, "o": claim.object.id, "a": claim.article.id, "t": said_by and said_by.id}
        rows[said_by is not None].append({"p": properties.claim_properties(claim, ontology), **ends})
    for attributed, group in rows.items():
        _rows(run, _CLAIMS[attributed], group)


def _count(run: Run, keys: Iterable[rdf.Key], ontology: Ontology) -> None:
    """Make each edge what its claims say: its counts are taken anew, since a batch cannot know what else there is."""
    by_text = {rdf.key_text(key): key for key in keys}
    counted = {row[0]: dict(zip(_COUNTED, row[1:], strict=True)) for row in run(_COUNTS, keys=sorted(by_text))}
    edges = []
    for text, (subject, relation, object) in by_text.items():
        about = {"key": text, **counted.get(text, {"claims": 0})}
        edges.append(((relation, about["claims"] > 0), {"s": subject, "o": object, "p": about}))
    for (relation, holds), rows in _grouped(edges):
        edge = f"(s)-[e:{ontology.relations[relation].type}]->(o)"
        run(f"{_ENDS} {f'MERGE {edge} SET e = r.p' if holds else f'MATCH {edge} DELETE e'}", rows=rows)


def _grouped(items: Iterable[tuple[Any, _T]]) -> Iterator[tuple[Any, list[_T]]]:
    """The items by what stands before each, in the order of that."""
    key: Callable[[tuple[Any, _T]], Any] = lambda item: item[0]  # noqa: E731
    return ((way, [item for _, item in group]) for way, group in groupby(sorted(items, key=key), key=key))
