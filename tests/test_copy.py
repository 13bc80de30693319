"""Whole stores: copied from each engine to each other one, and dropped, without a trace or a loss for anybody else."""

import csv
import io
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import msgspec
import neo4j
import pytest
from hypothesis import given, settings

import kg
from kg.claim import Article, Claim, Entity, new
from kg.stores import Store, open_store
from tests import engines, strategies
from tests.conftest import missing
from tests.engines import LOCAL, NAMES, Make, Missing, emptied, opened
from tests.servers import ENGINES, Server
from tests.states import State, state
from tests.test_servers import sparql
from tests.test_stores import sort

Started = Callable[[str], Server]
Of = Callable[[str], Make]

EXTRA = """@prefix kg: <https://diplograph.example/ontology#> . @prefix my: <https://law.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
my:sues a owl:ObjectProperty ; rdfs:subPropertyOf kg:opposes ; rdfs:label "sues" .
my:Court a owl:Class ; rdfs:subClassOf kg:Organization ; rdfs:label "Court" ."""
RUSSIA, IRAN = Entity("russia", "Russia", "State", "Moscow"), Entity("iran", "Iran", "State", "Tehran")
COURT = Entity("court", "The Court", "Court", "the judges")
PLAIN = new(RUSSIA, "arms", IRAN, Article("one", "T"))
SUED = new(COURT, "sues", RUSSIA, Article("two"))


@pytest.fixture(scope="module")
def of(server: Started, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Of]:
    """Gives what makes an empty store of the engine of a name; all engines run side by side."""
    with ExitStack() as running:

        @cache
        def make(name: str) -> Make:
            if name in ENGINES:
                started = server(name)
                return emptied(lambda: opened(started))
            try:
                return running.enter_context(engines.made(name, tmp_path_factory.mktemp(name)))
            except Missing as lack:
                missing(str(engines.part(name)), str(lack))

        yield make


@pytest.fixture(scope="module")
def claims(example: list[Claim]) -> list[Claim]:
    """The example, and claims of hostile texts."""
    crowds = (strategies.crowd(random.Random(seed)) for seed in range(4))
    return sort(strategies.settled([*example, *(claim for crowd in crowds for claim in crowd)]))


@pytest.fixture(scope="module")
def source(request: pytest.FixtureRequest, of: Of, claims: list[Claim]) -> Iterator[Store]:
    """The claims in a store of one engine."""
    with of(request.param)() as store:
        store.add(claims)
        yield store


@pytest.fixture(scope="module")
def direct(of: Of, claims: list[Claim]) -> Callable[[str], State]:
    """Gives the state of a store of an engine into which the claims were put directly."""

    @cache
    def loaded(name: str) -> State:
        with of(name)() as store:
            store.add(claims)
            return state(store)

    return loaded


# On a server, and in an embedded engine, there is one store at a time.
PAIRS = [(one, other) for one in NAMES for other in NAMES if one != other or one in LOCAL]


@pytest.mark.parametrize(("source", "target"), PAIRS, indirect=["source"])
def test_a_copy_is_equal_whatever_the_engines(
    source: Store, target: str, of: Of, claims: list[Claim], direct: Callable[[str], State]
) -> None:
    expected = direct(target)
    with of(target)() as into:
        first = kg.copy(source, into)
        assert (first.new, first.known, first.problems) == (len(claims), 0, [])
        assert list(into.claims()) == claims
        assert list(into.entities()) == list(source.entities())
        assert state(into) == expected
        second = kg.copy(source, into)
        assert (second.new, second.known, second.problems) == (0, len(claims), [])
        assert state(into) == expected


@settings(max_examples=8)
@given(claims=strategies.crowds | strategies.claims, chance=strategies.chances)
def test_claims_go_through_all_engines_unchanged(of: Of, claims: list[Claim], chance: random.Random) -> None:
    names = chance.sample(NAMES, len(NAMES))
    with ExitStack() as open_now:
        before = open_now.enter_context(of("memory")())
        before.add(claims)
        entities = list(before.entities())
        for name in names:
            after = open_now.enter_context(of(name)())
            kg.copy(before, after)
            assert list(after.claims()) == sort(claims), names
            assert list(after.entities()) == entities, names
            before = after


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_with_other_content_in_the_target_stays_and_is_told(of: Of, name: str) -> None:
    other = msgspec.structs.replace(PLAIN, confidence=0.5)
    with of(name)() as into, open_store("memory:") as source:
        into.add([PLAIN])
        before = state(into)
        source.add([other, new(IRAN, "arms", RUSSIA, PLAIN.article)])
        added = kg.copy(source, into)
        assert ([found.code for found in added.problems], added.new) == (["claim-conflict"], 1)
        assert into.find([PLAIN.id]) == [PLAIN]
        assert into.remove_claims(claim.id for claim in source.claims() if claim != other) == 1
        assert state(into) == before


# Stores by their URLs


class Outsider:
    """Somebody else at the same server, who knows nothing of kg."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def does(self, text: str) -> list[tuple[object, ...]]:
        """What a statement gives."""
        server = self._server
        if server.scheme != "neo4j":
            reading = text.startswith("SELECT")
            answer = sparql(server, server.password, "query" if reading else "update", text).decode()
            return [tuple(row) for row in csv.reader(io.StringIO(answer))][1:] if reading else []
        auth = (str(server.user), str(server.password))
        with neo4j.GraphDatabase.driver(f"bolt://127.0.0.1:{server.port}", auth=auth) as driver:
            return [tuple(record.values()) for record in driver.execute_query(text).records]

    def sees(self) -> list[str]:
        """All that is there: triples; or nodes, relationships, labels and types in use, constraints and indexes."""
        if self._server.scheme != "neo4j":
            texts = ["SELECT ?s ?p ?o (LANG(?o) AS ?l) (DATATYPE(?o) AS ?d) { ?s ?p ?o }"]
        else:
            texts = [
                "MATCH (n) RETURN elementId(n), labels(n), properties(n)",
                "MATCH (a)-[r]->(b) RETURN elementId(a), type(r), properties(r), elementId(b)",
                "CALL db.labels()",
                "CALL db.relationshipTypes()",
                "SHOW CONSTRAINTS YIELD name",
                "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name",
            ]
        return sorted(str(row) for text in texts for row in self.does(text))

    def clears(self) -> None:
        """As if the server were new."""
        if self._server.scheme != "neo4j":
            self.does("CLEAR DEFAULT")
            return
        self.does("MATCH (n) DETACH DELETE n")
        for (name,) in self.does("SHOW CONSTRAINTS YIELD name"):
            self.does(f"DROP CONSTRAINT {name}")
        for (name,) in self.does("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
            self.does(f"DROP INDEX {name}")


@pytest.fixture(params=ENGINES)
def place(request: pytest.FixtureRequest, server: Started, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of each kind in turn, with nothing on it; `$KG_PASSWORD` opens it."""
    started = server(request.param)
    monkeypatch.setenv("KG_PASSWORD", started.password or "")
    Outsider(started).clears()
    yield started
    Outsider(started).clears()


FOLDERS = {"oxigraph": "oxigraph:%s/x.kg", "file": "%s/x.ttl", "arcadedb": "cypher:%s/x.cypher"}


@pytest.fixture(params=(*FOLDERS, *ENGINES))
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store of each engine in turn that is not there yet."""
    if request.param in ENGINES:
        request.getfixturevalue("server")(request.param)  # or this is skipped
        place: Server = request.getfixturevalue("named")(request.param)
        return place.url
    if request.param == "arcadedb":
        pytest.importorskip("arcadedb_embedded")
    return FOLDERS[request.param] % tmp_path


@pytest.fixture
def named(server: Started, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """Gives a server by its name, with nothing on it."""
    with ExitStack() as clean:

        def cleared(name: str) -> Server:
            started = server(name)
            monkeypatch.setenv("KG_PASSWORD", started.password or "")
            Outsider(started).clears()
            clean.callback(Outsider(started).clears)
            return started

        yield cleared
