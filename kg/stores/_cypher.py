"""What every property graph does alike over Bolt: claims in and out by openCypher that Neo4j and ArcadeDB both know.

No text of an article is ever in a statement: labels and types come from the ontology, all else is a parameter. Both
ends of a relationship are looked up by unique id before it is made, which is quick at hubs on either engine.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, ClassVar, TypeVar

from kg import rdf
from kg.claim import SCHEMA_VERSION, Article, Claim, Entity, Node
from kg.entities import Mention, nodes, renewed
from kg.errors import StoreError
from kg.ontology import Ontology
from kg.questions import Language
from kg.questions._cypher import families
from kg.stores import Answer, Store
from kg.stores import _properties as properties
from kg.stores._bolt import Bolt, Run
from kg.stores._guard_cypher import refuse_network
from kg.triples import Shared

PAGE = 2_000  # claims in one look-up
DROPPED = 10_000  # nodes that go in one transaction

UNIQUE = {"Entity": "id", "Claim": "id", "Article": "id", "Relation": "name", "KgStore": "id"}
INDEXED = {"Claim": "key", "Entity": "name"}

_T = TypeVar("_T")


class CypherStore(Store):
    """Claims as nodes and relationships: docs/decisions/0003-one-shape.md has the shape."""

    language: ClassVar[Language] = "cypher"

    def __init__(self, url: str, bolt: Bolt, ontology: Ontology, read_only: bool = False) -> None:
        self.url = url
        self._bolt: Bolt | None = bolt
        self._read_only = read_only
        self.ontology = self._prepared(ontology)

    def _prepared(self, ontology: Ontology) -> Ontology:
        """The ontology of the store, written into it if it is new. Raises StoreError where it cannot be used."""
        found = self._open.read("MATCH (k:KgStore) RETURN k.schema_version, k.extra_ontology")
        if not found and self._read_only:
            raise StoreError(f"{self.url}: there is no store; kg load PATH --into {self.url} makes one")
        if not found and self._open.read(
            "MATCH (n) WHERE n:Entity OR n:Claim OR n:Article OR n:Relation RETURN 1 LIMIT 1"
        ):
            raise StoreError(f"{self.url} was not made by kg, and has nodes with labels of ours; name another database")
        version, extra = found[0] if found else (None, None)
        known = self._reconciled(None if version is None else str(version), extra, ontology)
        if not self._read_only and (not found or (ontology.extra and not extra)):
            self._prepare(ontology)
        return known

    def _prepare(self, ontology: Ontology) -> None:
        """Make constraints and indexes, then the ontology's nodes, and last the node that says that all is there."""
        for label, name in UNIQUE.items():
            self._change(
                f"CREATE CONSTRAINT {_named(label, name)} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"
            )
        for label, name in INDEXED.items():
            self._change(f"CREATE INDEX {_named(label, name)} IF NOT EXISTS FOR (n:{label}) ON (n.{name})")
        terms = ontology.relations.values()
        rows = [{"name": t.name, "type": t.type, "sign": t.sign, "symmetric": t.symmetric} for t in terms]
        above = [{"name": t.name, "parent": parent} for t in terms for parent in t.parents]

        def work(run: Run) -> None:
            run("UNWIND $rows AS r MERGE (n:Relation {name: r.name}) SET n += r", rows=rows)
            run(
                "UNWIND $rows AS r MATCH (n:Relation {name: r.name}) MATCH (p:Relation {name: r.parent})"
                " MERGE (n)-[:KIND_OF]->(p)",
                rows=above,
            )
            about = {"schema_version": SCHEMA_VERSION, **({"extra_ontology": ontology.extra} if ontology.extra else {})}
            run("MERGE (k:KgStore {id: 'store'}) SET k += $about", about=about)

        self._open.write(work)

    def _change(self, text: str) -> None:
        self._writable.write(lambda run: run(text))

    @property
    def _open(self) -> Bolt:
        if self._bolt is None:
            raise StoreError(f"{self.url} is closed")
        return self._bolt

    @property
    def _writable(self) -> Bolt:
        if self._read_only:
            raise StoreError(f"{self.url} was opened to be read only")
        return self._open

    def answer(
        self, text: str, parameters: Mapping[str, object] | None = None, *, write: bool = False, network: bool = False
    ) -> Answer:
        if not network:
            refuse_network(text)
        bound = {**families(text, self.ontology), **(parameters or {})}
        return (self._writable if write else self._open).answer(text, bound, write)

    # Reading. `run` is a statement outside of a transaction, or one inside of it.

    def claims(self, article: str | None = None) -> Iterator[Claim]:
        return self._claims(self._open.read, article)

    def _claims(self, run: Run, article: str | None) -> Iterator[Claim]:
        if article is None:
            rows = run("MATCH (c:Claim) WHERE c.key IS NOT NULL RETURN c.id")
        else:
            rows = run("MATCH (:Article {id: $id})<-[:STATED_IN]-(c:Claim) RETURN c.id", id=article)
        return self._read(run, sorted(row[0] for row in rows))

    def articles(self) -> dict[str, int]:
        rows = self._open.read("MATCH (c:Claim)-[:STATED_IN]->(a:Article) RETURN a.id, count(c)")
        return dict(sorted((id, count) for id, count in rows))

    def entities(self) -> Iterator[Node]:
        rows = self._open.read(
            f"MATCH (:Article)-[:MENTIONS]->(e:Entity) WITH DISTINCT e RETURN {_columns('e', _ENTITY)}"
        )
        return iter(sorted(map(properties.entity_from, rows), key=lambda node: node.id))

    def _read(self, run: Run, ids: list[str]) -> Iterator[Claim]:
        """The claims with these ids that are there, in this order."""
        articles: dict[str, Article] = {}
        mentions: dict[tuple[str, str], Entity] = {}
        for page in _pages(ids):
            found = {row[0]: row for row in run(_CLAIMS, ids=page)}
            new = sorted({row[-2] for row in found.values()} - articles.keys())
            articles |= {article.id: article for article in self._articles(run, new)}
            mentions |= {key: mention.entity for key, mention in self._mentions(run, "a", new).items()}
            for id in page:
                if id in found:
                    *values, subject, object, article, said_by = found[id]
                    try:
                        yield properties.claim_from(values, (subject, object, said_by), articles[article], mentions)
                    except (KeyError, TypeError) as error:
                        raise StoreError(f"{self.url}: claim {id} lacks {error}; an update has broken it") from error

    def _articles(self, run: Run, ids: list[str]) -> Iterator[Article]:
        text = f"UNWIND $ids AS id MATCH (a:Article {{id: id}}) RETURN {_columns('a', properties.OF_ARTICLE)}"
        return (Article(*row) for row in (run(text, ids=ids) if ids else ()))

    def _mentions(self, run: Run, end: str, ids: list[str]) -> dict[tuple[str, str], Mention]:
        """The mentions in these articles (`end` a) or of these entities (`end` e), by the ids of both."""
        if not ids:
            return {}
        label = {"a": "Article", "e": "Entity"}[end]
        rows = run(
            f"UNWIND $ids AS id MATCH ({end}:{label} {{id: id}}) MATCH (a:Article)-[m:MENTIONS]->(e:Entity)"
            " RETURN a.id, e.id, m.name, m.kind, m.same_as, m.written",
            ids=ids,
        )
        return {(row[0], row[1]): properties.mention_from(row) for row in rows}

    def _nodes(self, run: Run, ids: list[str]) -> dict[str, Node]:
        rows = run(f"UNWIND $ids AS id MATCH (e:Entity {{id: id}}) RETURN {_columns('e', _ENTITY)}", ids=ids)
        return {row[0]: properties.entity_from(row) for row in rows}

    def _is_empty(self) -> bool:
        return not self._open.read("MATCH (c:Claim) WHERE c.key IS NOT NULL RETURN 1 LIMIT 1")

    def _stored(self, ids: list[str]) -> dict[str, Claim]:
        return {claim.id: claim for claim in self._read(self._open.read, ids)}

    def _recall(self, article: str) -> tuple[Article | None, dict[str, Entity]]:
        found = next(self._articles(self._open.read, [article]), None)
        mentions = self._mentions(self._open.read, "a", [article]) if found else {}
        return found, {mention.entity.id: mention.entity for mention in mentions.values()}

    # Writing, in one transaction each

    def _insert(self, claims: list[Claim]) -> None:
        self._writable.write(lambda run: self._inserted(run, claims))

    def _inserted(self, run: Run, claims: list[Claim]) -> None:
        _lock(run)
        there = _there(run, "Claim", [claim.id for claim in claims])  # another loader may have been quicker
        fresh = [claim for claim in claims if claim.id not in there]
        shared = Shared(self.ontology, fresh)
        old = _there(run, "Article", list(shared.articles))
        stored = self._mentions(run, "a", sorted(old))
        met = {key: _merged(mention, stored.get(key)) for key, mention in shared.mentions.items()}
        before = self._nodes(run, sorted({id for _, id in met}))
        after = renewed(before.values(), met, lambda ids: self._mentions(run, "e", ids).values())
        self._put_entities(run, before, after)
        _put_articles(run, (article for id, article in shared.articles.items() if id not in old))
        _put_mentions(run, (mention for key, mention in met.items() if mention != stored.get(key)), stored.keys())
        self._put_claims(run, fresh)
        self._count(run, {self.ontology.key(claim) for claim in fresh})

    def _exchange(self, gone: list[Claim], new: list[Claim]) -> None:
        self._writable.write(lambda run: self._exchanged(run, gone, new))

    def _exchanged(self, run: Run, gone: list[Claim], new: list[Claim]) -> None:
        _lock(run)
        articles = sorted({claim.article.id for claim in (*gone, *new)})
        ids = {claim.id for claim in gone}
        kept = [claim for article in articles for claim in self._claims(run, article) if claim.id not in ids]
        before, after = (Shared(self.ontology, (*kept, *more)) for more in (gone, new))
        run("UNWIND $ids AS id MATCH (c:Claim {id: id}) DETACH DELETE c", ids=sorted(ids))
        lost = sorted(before.articles.keys() - after.articles.keys())
        stored = self._mentions(run, "a", articles)
        touched = sorted({id for _, id in (*stored, *after.mentions)})
        others = (met for met in self._mentions(run, "e", touched).values() if met.article not in articles)
        old, anew = self._nodes(run, touched), nodes([*others, *after.mentions.values()])
        run("UNWIND $ids AS id MATCH (a:Article {id: id}) DETACH DELETE a", ids=lost)
        self._put_entities(run, old, anew)
        _put_articles(run, after.articles.values())
        _cut_mentions(run, (key for key in stored if key not in after.mentions and key[0] not in lost))
        _put_mentions(run, after.mentions.values(), stored.keys())
        self._put_claims(run, new)
        self._count(run, {self.ontology.key(claim) for claim in (*gone, *new)})
        orphans = sorted(old.keys() - {node.id for node in anew})
        run("UNWIND $ids AS id MATCH (e:Entity {id: id}) DETACH DELETE e", ids=orphans)

    def _put_entities(self, run: Run, before: Mapping[str, Node], after: Iterable[Node]) -> None:
        """Make the entities that are new, and change those that differ."""
        changed = [node for node in after if before.get(node.id) != node]
        rows = [{"id": node.id, "p": properties.entity_properties(node)} for node in changed]
        ways = [(self._labels(before.get(node.id)), self._labels(node)) for node in changed]
        for (old, new), group in _grouped(zip(ways, rows, strict=True)):
            if not old:
                run(f"UNWIND $rows AS r CREATE (e:{':'.join(new)}) SET e = r.p", rows=group)
                continue
            more, less = (
                [f"{word} e:{':'.join(labels)}"] if labels else []
                for word, labels in (
                    ("SET", [label for label in new if label not in old]),
                    ("REMOVE", [label for label in old if label not in new]),
                )
            )
            match = "UNWIND $rows AS r MATCH (e:Entity {id: r.id})"
            for change in ("SET e += r.p", *more, *less):
                run(f"{match} {change}", rows=group)

    def _labels(self, node: Node | None) -> tuple[str, ...]:
        return properties.labels(node.kinds, self.ontology) if node else ()

    def _put_claims(self, run: Run, claims: Iterable[Claim]) -> None:
        rows: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
        for claim in claims:
            said_by = claim.attributed_to
            ends = {"s": claim.subject.id, "o": claim.object.id, "a": claim.article.id, "t": said_by and said_by.id}
            rows[said_by is not None].append({"p": properties.claim_properties(claim, self.ontology), **ends})
        for attributed, group in rows.items():
            if group:
                run(_CREATE_CLAIMS[attributed], rows=group)

    def _count(self, run: Run, keys: Iterable[rdf.Key]) -> None:
        """Make each edge what its claims say: its counts are taken anew, never changed by what is known of a batch."""
        by_text = {rdf.key_text(key): key for key in keys}
        counted = {row[0]: row[1:] for row in run(_COUNTS, keys=sorted(by_text))}
        edges = []
        for text, (subject, relation, object) in by_text.items():
            claims, articles, denials, first, last = counted.get(text, (0, 0, 0, None, None))
            about = {
                "key": text,
                "claims": claims,
                "articles": articles,
                "denials": denials,
                "first": first,
                "last": last,
            }
            edges.append(((relation, claims > 0), {"s": subject, "o": object, "p": about}))
        for (relation, holds), rows in _grouped(edges):
            type = self.ontology.relations[relation].type
            ends = "UNWIND $rows AS r MATCH (s:Entity {id: r.s}) MATCH (o:Entity {id: r.o})"
            run(
                f"{ends} MERGE (s)-[e:{type}]->(o) SET e = r.p"
                if holds
                else f"{ends} MATCH (s)-[e:{type}]->(o) DELETE e",
                rows=rows,
            )

    # Taking all of it out

    def _drop(self) -> bool:
        bolt = self._writable
        for nodes_of_ours in _OURS:
            text = f"{nodes_of_ours} WITH DISTINCT n LIMIT {DROPPED} DETACH DELETE n RETURN count(*)"
            while bolt.write(lambda run, text=text: run(text)[0][0]):  # type: ignore[misc]
                pass
        bolt.write(
            lambda run: run(
                "MATCH (n:Relation) WHERE n.name IN $names DETACH DELETE n", names=list(self.ontology.relations)
            )
        )
        self._change("MATCH (k:KgStore) DELETE k")
        for label, name in UNIQUE.items():
            self._change(f"DROP CONSTRAINT {_named(label, name)} IF EXISTS")
        for label, name in INDEXED.items():
            self._change(f"DROP INDEX {_named(label, name)} IF EXISTS")
        return bool(bolt.read("MATCH (n) RETURN 1 LIMIT 1"))

    def close(self) -> None:
        """Let go of the server."""
        if self._bolt is not None:
            self._bolt.close()
        self._bolt = None


def _columns(variable: str, names: Iterable[str]) -> str:
    return ", ".join(f"{variable}.{name}" for name in names)


_ENTITY = properties.OF_ENTITY
_CLAIMS = (
    "UNWIND $ids AS id MATCH (c:Claim {id: id}) MATCH (c)-[:SUBJECT]->(s:Entity) MATCH (c)-[:OBJECT]->(o:Entity)"
    " MATCH (c)-[:STATED_IN]->(a:Article) OPTIONAL MATCH (c)-[:ATTRIBUTED_TO]->(t:Entity)"
    f" RETURN {_columns('c', properties.OF_CLAIM)}, s.id, o.id, a.id, t.id"
)
_CREATE_CLAIM = (
    "UNWIND $rows AS r MATCH (s:Entity {id: r.s}) MATCH (o:Entity {id: r.o}) MATCH (a:Article {id: r.a})%s"
    " CREATE (c:Claim) SET c = r.p CREATE (c)-[:SUBJECT]->(s) CREATE (c)-[:OBJECT]->(o) CREATE (c)-[:STATED_IN]->(a)%s"
)
_CREATE_CLAIMS = {
    False: _CREATE_CLAIM % ("", ""),
    True: _CREATE_CLAIM % (" MATCH (t:Entity {id: r.t})", " CREATE (c)-[:ATTRIBUTED_TO]->(t)"),
}
_COUNTS = (
    "UNWIND $keys AS key MATCH (c:Claim {key: key})-[:STATED_IN]->(a:Article)"
    " RETURN key, sum(CASE WHEN c.holds THEN 1 ELSE 0 END), count(DISTINCT CASE WHEN c.holds THEN a.id END),"
    " sum(CASE WHEN c.negated AND c.modality = 'actual' THEN 1 ELSE 0 END),"
    " min(CASE WHEN c.holds THEN c.published END), max(CASE WHEN c.holds THEN c.published END)"
)
# What makes a node ours, in the order in which it may go: what comes later still tells of what is left.
_OURS = (
    "MATCH (:Article)-[:MENTIONS]->(n:Entity)",
    "MATCH (:Claim)-[:STATED_IN]->(n:Article)",
    "MATCH (n:Claim) WHERE n.key IS NOT NULL",
)


def _named(label: str, property: str) -> str:
    return f"kg_{label.lower()}_{property}"


def _lock(run: Run) -> None:
    """Make every other writer wait until this transaction is done: what is read in it stays true."""
    run("MATCH (k:KgStore) SET k.schema_version = k.schema_version")


def _there(run: Run, label: str, ids: list[str]) -> set[str]:
    rows = run(f"UNWIND $ids AS id MATCH (n:{label} {{id: id}}) RETURN n.id", ids=ids)
    return {row[0] for row in rows}


def _merged(mention: Mention, stored: Mention | None) -> Mention:
    """The mention that the store has, with the further written forms; the new one where there is none."""
    if stored is None:
        return mention
    return Mention(stored.article, stored.entity, stored.written | mention.written)


def _put_articles(run: Run, articles: Iterable[Article]) -> None:
    rows = [properties.article_properties(article) for article in articles]
    if rows:
        run("UNWIND $rows AS r MERGE (a:Article {id: r.id}) SET a = r", rows=rows)


def _put_mentions(run: Run, mentions: Iterable[Mention], stored: Iterable[tuple[str, str]]) -> None:
    rows: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    known = set(stored)
    for met in mentions:
        ends = {"a": met.article, "e": met.entity.id}
        rows[(met.article, met.entity.id) in known].append({"p": properties.mention_properties(met), **ends})
    match = "UNWIND $rows AS r MATCH (a:Article {id: r.a}) MATCH (e:Entity {id: r.e})"
    for there, group in rows.items():
        if group:
            how = "MATCH (a)-[m:MENTIONS]->(e) SET m = r.p" if there else "CREATE (a)-[m:MENTIONS]->(e) SET m = r.p"
            run(f"{match} {how}", rows=group)


def _cut_mentions(run: Run, keys: Iterable[tuple[str, str]]) -> None:
    rows = [{"a": article, "e": entity} for article, entity in keys]
    if rows:
        run("UNWIND $rows AS r MATCH (:Article {id: r.a})-[m:MENTIONS]->(:Entity {id: r.e}) DELETE m", rows=rows)


def _pages(items: list[_T]) -> Iterator[list[_T]]:
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))


def _grouped(items: Iterable[tuple[Any, _T]]) -> Iterator[tuple[Any, list[_T]]]:
    """The items by what stands before each, in the order of that."""
    key: Callable[[tuple[Any, _T]], Any] = lambda item: item[0]  # noqa: E731
    return ((way, [item for _, item in group]) for way, group in groupby(sorted(items, key=key), key=key))
