"""What a property graph says of claims, articles, mentions and entities, by statements that every engine knows.

`run` is one statement on its own, or one inside of a transaction.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from kg.claim import Article, Claim, Entity, Node
from kg.entities import Mention
from kg.stores import _properties as properties
from kg.stores._bolt import Rows, Run

PAGE = 2_000  # claims in one look-up

_T = TypeVar("_T")


def _columns(variable: str, names: Iterable[str]) -> str:
    return ", ".join(f"{variable}.{name}" for name in names)


_CLAIMS = (
    "UNWIND $ids AS id MATCH (c:Claim {id: id}) MATCH (c)-[:SUBJECT]->(s:Entity) MATCH (c)-[:OBJECT]->(o:Entity)"
    " MATCH (c)-[:STATED_IN]->(a:Article) OPTIONAL MATCH (c)-[:ATTRIBUTED_TO]->(t:Entity)"
    f" RETURN {_columns('c', properties.OF_CLAIM)}, s.id, o.id, a.id, t.id"
)
_ARTICLES = f"UNWIND $ids AS id MATCH (a:Article {{id: id}}) RETURN {_columns('a', properties.OF_ARTICLE)}"
_OF_MENTION = "RETURN a.id, e.id, m.name, m.kind, m.same_as, m.written"
_MENTION = f"MATCH (a:Article)-[m:MENTIONS]->(e:Entity) {_OF_MENTION}"
_PAIRS = (
    "UNWIND $rows AS r MATCH (a:Article {id: r.a}) MATCH (e:Entity {id: r.e}) MATCH (a)-[m:MENTIONS]->(e)"
    f" {_OF_MENTION}"
)
_MENTIONS = {
    "article": f"UNWIND $ids AS id MATCH (a:Article {{id: id}}) {_MENTION}",
    "entity": f"UNWIND $ids AS id MATCH (e:Entity {{id: id}}) {_MENTION}",
}
_ENTITY = f"RETURN {_columns('e', properties.OF_ENTITY)}"


def claims(run: Run, ids: list[str]) -> Iterator[Claim]:
    """The claims with these ids that are there, in this order. Raises KeyError or TypeError for one that is broken."""
    met: dict[str, Article] = {}
    entities: dict[tuple[str, str], Entity] = {}
    for page in pages(ids):
        found = {row[0]: row for row in run(_CLAIMS, ids=page)}
        new = sorted({row[-2] for row in found.values()} - met.keys())
        met |= articles(run, new)
        entities |= {key: mention.entity for key, mention in mentions(run, "article", new).items()}
        for id in page:
            if id in found:
                *values, subject, object, article, said_by = found[id]
                yield properties.claim_from(values, (subject, object, said_by), met[article], entities)


def claim_ids(run: Run, article: str | None = None) -> list[str]:
    """The ids of all claims, or of those of one article, in order."""
    if article is None:
        return sorted(row[0] for row in run("MATCH (c:Claim) WHERE c.key IS NOT NULL RETURN c.id"))
    return sorted(row[0] for row in run("MATCH (:Article {id: $id})<-[:STATED_IN]-(c:Claim) RETURN c.id", id=article))


def articles(run: Run, ids: list[str]) -> dict[str, Article]:
    """The articles with these ids that are there."""
    return {row[0]: Article(*row) for row in _each(run, _ARTICLES, ids)}


def mentions(run: Run, end: str, ids: list[str]) -> dict[tuple[str, str], Mention]:
    """The mentions in these articles, or of these entities (`end` says which), by the ids of article and entity."""
    return {(row[0], row[1]): properties.mention_from(row) for row in _each(run, _MENTIONS[end], ids)}


def mentioned(run: Run, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Mention]:
    """Those of the mentions, by the ids of article and entity, that are there."""
    rows = [{"a": article, "e": entity} for article, entity in sorted(pairs)]
    return {(row[0], row[1]): properties.mention_from(row) for page in pages(rows) for row in run(_PAIRS, rows=page)}


def nodes(run: Run, ids: list[str]) -> dict[str, Node]:
    """The entities with these ids that are there."""
    rows = _each(run, f"UNWIND $ids AS id MATCH (e:Entity {{id: id}}) {_ENTITY}", ids)
    return {row[0]: properties.entity_from(row) for row in rows}


def all_nodes(run: Run) -> list[Node]:
    """The entities that some article mentions, in the order of their ids."""
    rows = run(f"MATCH (:Article)-[:MENTIONS]->(e:Entity) WITH DISTINCT e {_ENTITY}")
    return sorted(map(properties.entity_from, rows), key=lambda node: node.id)


def there(run: Run, label: str, ids: list[str]) -> set[str]:
    """Those of the ids that a node of this label has."""
    return {row[0] for row in _each(run, f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN n.id", ids)}


def _each(run: Run, text: str, ids: list[str]) -> Rows:
    return [row for page in pages(ids) for row in run(text, ids=page)]


def pages(items: list[_T]) -> Iterator[list[_T]]:
    """The items, as many at a time as one look-up takes."""
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))
