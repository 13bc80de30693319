"""What every property graph does alike over Bolt, in openCypher that Neo4j and ArcadeDB both know.

One path serves both; `kg.stores._graph_read` and `_graph_write` have the statements.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from kg.claim import SCHEMA_VERSION, Claim, Node
from kg.errors import StoreError
from kg.ontology import Ontology
from kg.questions import Language
from kg.questions._cypher import families
from kg.stores import Answer, Recalled, Store
from kg.stores import _graph_read as read
from kg.stores import _graph_write as write
from kg.stores._bolt import Bolt, Run
from kg.stores._guard_cypher import refuse_network

DROPPED = 10_000  # nodes that go in one transaction

UNIQUE = {"Entity": "id", "Claim": "id", "Article": "id", "Relation": "name", "KgStore": "id"}
INDEXED = {"Claim": "key", "Entity": "name"}

_ABOUT = "MATCH (k:KgStore) RETURN k.schema_version, k.extra_ontology"
_LIKE_OURS = "MATCH (n) WHERE n:Entity OR n:Claim OR n:Article OR n:Relation RETURN 1 LIMIT 1"


class CypherStore(Store):
    """Claims as nodes and relationships: docs/decisions/0003-one-shape.md has the shape."""

    language: ClassVar[Language] = "cypher"
    _bolt: Bolt | None = None

    def __init__(self, url: str, bolt: Bolt, ontology: Ontology, read_only: bool = False) -> None:
        self.url = url
        self._bolt = bolt
        self._read_only = read_only
        self.ontology = self._prepared(ontology)

    def _prepared(self, ontology: Ontology) -> Ontology:
        """The ontology of the store, written into it if it is new. Raises StoreError where it cannot be used."""
        found = self._open.read(_ABOUT)
        if not found and self._read_only:
            raise StoreError(f"{self.url}: there is no store; kg load PATH --into {self.url} makes one")
        if not found and self._open.read(_LIKE_OURS):
            found = self._open.read(_ABOUT)  # another loader may have made it just now, all at once
            if not found:
                why = "was not made by kg, and has nodes with labels of ours; name another database"
                raise StoreError(f"{self.url} {why}")
        version, extra = found[0] if found else (None, None)
        known = self._reconciled(None if version is None else str(version), extra, ontology)
        if not self._read_only and (not found or (ontology.extra and not extra)):
            self._prepare(ontology)
        return known

    def _prepare(self, ontology: Ontology) -> None:
        """Make constraints and indexes, then the ontology's nodes, and last the node that says that all is there."""
        for label, name in UNIQUE.items():
            self._writable.define(
                f"CREATE CONSTRAINT {_named(label, name)} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"
            )
        for label, name in INDEXED.items():
            self._writable.define(f"CREATE INDEX {_named(label, name)} IF NOT EXISTS FOR (n:{label}) ON (n.{name})")
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

    def claims(self, article: str | None = None) -> Iterator[Claim]:
        return self._read(read.claim_ids(self._open.read, article))

    def _read(self, ids: list[str]) -> Iterator[Claim]:
        try:
            yield from read.claims(self._open.read, ids)
        except (KeyError, TypeError) as error:
            raise StoreError(f"{self.url}: a claim lacks {error}; an update has broken it") from error

    def articles(self) -> dict[str, int]:
        rows = self._open.read("MATCH (c:Claim)-[:STATED_IN]->(a:Article) RETURN a.id, count(c)")
        return dict(sorted((id, count) for id, count in rows))

    def entities(self) -> Iterator[Node]:
        return iter(read.all_nodes(self._open.read))

    def has_entity(self, id: str) -> bool:
        return bool(read.nodes(self._open.read, [id]))

    def _is_empty(self) -> bool:
        return not self._open.read("MATCH (c:Claim) WHERE c.key IS NOT NULL RETURN 1 LIMIT 1")

    def _stored(self, ids: list[str]) -> dict[str, Claim]:
        return {claim.id: claim for claim in self._read(ids)}

    def _recall(self, articles: list[str]) -> dict[str, Recalled]:
        there = read.articles(self._open.read, articles)
        found: dict[str, Recalled] = {id: (article, {}) for id, article in there.items()}
        for met in read.mentions(self._open.read, "article", list(there)).values():
            found[met.article][1][met.entity.id] = met.entity
        return found

    def _insert(self, claims: list[Claim]) -> None:
        self._writable.write(lambda run: write.insert(run, claims, self.ontology))

    def _exchange(self, gone: list[Claim], new: list[Claim]) -> None:
        self._writable.write(lambda run: write.exchange(run, gone, new, self.ontology))

    # Taking all of it out

    def _drop(self) -> bool:
        bolt = self._writable
        self._change("MATCH (k:KgStore) SET k.dropping = true")  # so that nobody adds to what is left
        for ours in _OURS:
            text = f"{ours} WITH DISTINCT n LIMIT {DROPPED} DETACH DELETE n RETURN count(*)"
            while bolt.write(lambda run, text=text: run(text)[0][0]):  # type: ignore[misc]
                pass
        for what, labels in (("CONSTRAINT", UNIQUE), ("INDEX", INDEXED)):
            for label, name in labels.items():
                self._change(f"DROP {what} {_named(label, name)} IF EXISTS")
        names = list(self.ontology.relations)
        bolt.write(lambda run: run("MATCH (n:Relation) WHERE n.name IN $names DETACH DELETE n", names=names))
        self._change("MATCH (k:KgStore) DELETE k")  # last, since without it there is nothing to drop
        return bool(bolt.read("MATCH (n) RETURN 1 LIMIT 1"))

    def close(self) -> None:
        """Let go of the server."""
        if self._bolt is not None:
            self._bolt.close()
        self._bolt = None


# What makes a node ours, in the order in which it may go: what comes later still tells of what is left.
_OURS = (
    "MATCH (:Article)-[:MENTIONS]->(n:Entity)",
    "MATCH (:Claim)-[:STATED_IN]->(n:Article)",
    "MATCH (n:Claim) WHERE n.key IS NOT NULL",
)


def _named(label: str, property: str) -> str:
    return f"kg_{label.lower()}_{property}"
