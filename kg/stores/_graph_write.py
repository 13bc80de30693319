"""How claims come into a property graph and go out of it: what one transaction does.

No text of an article is ever in a statement: labels and types come from the ontology, all else is a parameter. Both
ends of a relationship are looked up by unique id before it is made, which is quick at hubs on every engine. A node has
no id while its labels change: ArcadeDB makes it anew for each of them, and would take two of them for two nodes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, TypeVar

import msgspec

from kg import rdf
from kg.claim import Article, Claim, Node
from kg.entities import Mention, nodes, renewed
from kg.errors import StoreError
from kg.ontology import Ontology
from kg.stores import _graph_read as read
from kg.stores import _properties as properties
from kg.stores._bolt import Rows, Run
from kg.triples import Shared

_T = TypeVar("_T")


def _map(names: Iterable[str], first: int) -> str:
    """The values of a row, from this one on, as a map; a value that is null makes no property."""
    # Rows are lists, since to send the names again in each of them takes the driver as long as the server takes.
    return "{" + ", ".join(f"{name}: r[{place}]" for place, name in enumerate(names, first)) + "}"


_ENTITY = _map(properties.OF_ENTITY, 0)
_ENDS = "UNWIND $rows AS r MATCH (s:Entity {id: r[0]}) MATCH (o:Entity {id: r[1]})"
_EDGE = f"SET e = {_map(properties.OF_EDGE, 2)}"
_CLAIM = (
    f"{_ENDS} MATCH (a:Article {{id: r[2]}})%s"
    f" CREATE (c:Claim {_map((*properties.OF_CLAIM, *properties.OF_CLAIM_ALSO), 4)})"
    " CREATE (c)-[:SUBJECT]->(s) CREATE (c)-[:OBJECT]->(o) CREATE (c)-[:STATED_IN]->(a)%s"
)
_CLAIMS = {
    False: _CLAIM % ("", ""),
    True: _CLAIM % (" MATCH (t:Entity {id: r[3]})", " CREATE (c)-[:ATTRIBUTED_TO]->(t)"),
}
_ARTICLES = f"UNWIND $rows AS r MERGE (a:Article {{id: r[0]}}) SET a = {_map(properties.OF_ARTICLE, 0)}"
_MENTIONED = "UNWIND $rows AS r MATCH (a:Article {id: r[0]}) MATCH (e:Entity {id: r[1]})"
_MENTION = f"SET m = {_map(properties.OF_MENTION, 2)}"
# Optional, and no label for the article: Neo4j would go through a whole index for each key, or through all articles, as
# long as its statistics are those of an empty store.
_COUNTS = (
    "UNWIND $keys AS key OPTIONAL MATCH (c:Claim {key: key}) WITH key, c WHERE c IS NOT NULL"
    " MATCH (c)-[:STATED_IN]->(a)"
    " RETURN key, sum(CASE WHEN c.holds THEN 1 ELSE 0 END),"
    " sum(CASE WHEN c.negated AND c.modality = 'actual' THEN 1 ELSE 0 END),"
    " min(CASE WHEN c.holds THEN c.published END), max(CASE WHEN c.holds THEN c.published END),"
    " count(DISTINCT CASE WHEN c.holds AND NOT a.id IN $articles THEN a.id END),"
    " collect(DISTINCT CASE WHEN c.holds AND a.id IN $articles THEN a.id END)"
)


class Count(msgspec.Struct):
    """What an edge says of the claims with its key: how many there are, and in how many articles.

    Of the articles, those that a transaction adds to are known by name, `others` by number.
    """

    claims: int = 0
    denials: int = 0
    first: str | None = None
    last: str | None = None
    others: int = 0
    articles: list[str] = []

    def add(self, claim: Claim) -> None:
        """Count one more claim."""
        self.denials += claim.negated and claim.modality == "actual"
        if claim.holds:
            self.claims += 1
            if claim.article.id not in self.articles:
                self.articles.append(claim.article.id)
            dates = [date for date in (self.first, self.last, claim.article.published) if date]
            self.first, self.last = min(dates, default=None), max(dates, default=None)

    def values(self, key: str) -> properties.Values:
        """The properties of the edge, in the order of `properties.OF_EDGE`."""
        return [key, self.claims, self.denials, self.first, self.last, self.others + len(self.articles)]


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
    counts = _counts(run, fresh, known, ontology)
    _put_claims(run, fresh, ontology)
    _put_edges(run, counts, fresh, ontology)


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
    counts = _counts(run, (*gone, *new), after.articles, ontology)
    _put_claims(run, new, ontology)
    _put_edges(run, counts, new, ontology)
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


def _rows(run: Run, text: str, rows: Rows) -> None:
    if rows:
        run(text, rows=rows)


def _delete(run: Run, label: str, ids: Iterable[str]) -> None:
    _rows(run, f"UNWIND $rows AS r MATCH (n:{label} {{id: r[0]}}) DETACH DELETE n", [[id] for id in sorted(ids)])


def _put_entities(run: Run, before: Mapping[str, Node], after: Iterable[Node], ontology: Ontology) -> None:
    """Make the entities that are new, and change those that differ."""

    def labels(node: Node | None) -> tuple[str, ...]:
        return properties.labels(node.kinds, ontology) if node else ()

    changed = [node for node in after if before.get(node.id) != node]
    ways = [(labels(before.get(node.id)), labels(node)) for node in changed]
    rows = map(properties.entity_values, changed)
    for (old, new), group in _grouped(zip(ways, rows, strict=True)):
        if not old:
            run(f"UNWIND $rows AS r CREATE (e:{':'.join(new)} {_ENTITY})", rows=group)
            continue
        less, more = ([label for label in one if label not in other] for one, other in ((old, new), (new, old)))
        change = " ".join(f"{word} e:{':'.join(these)}" for word, these in (("REMOVE", less), ("SET", more)) if these)
        run(f"UNWIND $rows AS r MATCH (e:Entity {{id: r[0]}}) SET e.id = null {change} SET e = {_ENTITY}", rows=group)


def _put_articles(run: Run, articles: Iterable[Article]) -> None:
    _rows(run, _ARTICLES, list(map(properties.article_values, articles)))


def _put_mentions(run: Run, mentions: Iterable[Mention], stored: Mapping[tuple[str, str], Mention]) -> None:
    rows: dict[str, Rows] = {"MATCH": [], "CREATE": []}
    for met in mentions:
        how = "MATCH" if (met.article, met.entity.id) in stored else "CREATE"
        rows[how].append([met.article, met.entity.id, *properties.mention_values(met)])
    for how, group in rows.items():
        _rows(run, f"{_MENTIONED} {how} (a)-[m:MENTIONS]->(e) {_MENTION}", group)


def _cut_mentions(run: Run, keys: Iterable[tuple[str, str]]) -> None:
    _rows(run, f"{_MENTIONED} MATCH (a)-[m:MENTIONS]->(e) DELETE m", [list(key) for key in sorted(keys)])


def _put_claims(run: Run, claims: Iterable[Claim], ontology: Ontology) -> None:
    rows: dict[bool, Rows] = {False: [], True: []}
    for claim in claims:
        said_by = claim.attributed_to
        ends = (claim.subject.id, claim.object.id, claim.article.id, said_by and said_by.id)
        rows[said_by is not None].append([*ends, *properties.claim_values(claim, ontology)])
    for attributed, group in rows.items():
        _rows(run, _CLAIMS[attributed], group)


def _counts(run: Run, claims: Iterable[Claim], articles: Iterable[str], ontology: Ontology) -> dict[rdf.Key, Count]:
    """What the claims that are there add up to, by the keys of these claims.

    `articles` are those to which a claim may still be added.
    """
    keys = {rdf.key_text(key): key for key in map(ontology.key, claims)}
    found = {row[0]: row[1:] for row in run(_COUNTS, keys=sorted(keys), articles=sorted(articles))}
    return {key: Count(*found.get(text, ())) for text, key in keys.items()}


def _put_edges(run: Run, counts: Mapping[rdf.Key, Count], claims: Iterable[Claim], ontology: Ontology) -> None:
    """Make each edge what these claims and those counted before say, or cut it where none of them holds."""
    for claim in claims:
        counts[ontology.key(claim)].add(claim)
    edges = []
    for key, count in counts.items():
        subject, relation, object = key
        edges.append(((relation, count.claims > 0), [subject, object, *count.values(rdf.key_text(key))]))
    for (relation, holds), rows in _grouped(edges):
        edge = f"(s)-[e:{ontology.relations[relation].type}]->(o)"
        run(f"{_ENDS} {f'MERGE {edge} {_EDGE}' if holds else f'MATCH {edge} DELETE e'}", rows=rows)


def _grouped(items: Iterable[tuple[Any, _T]]) -> Iterator[tuple[Any, list[_T]]]:
    """The items by what stands before each, in the order of that."""
    key: Callable[[tuple[Any, _T]], Any] = lambda item: item[0]  # noqa: E731
    return ((way, [item for _, item in group]) for way, group in groupby(sorted(items, key=key), key=key))
