"""Whole stores: copied from each engine to each other one, and dropped, without a trace or a loss for anybody else."""

import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings

import kg
from kg import ontology
from kg.claim import Article, Claim, Entity, new
from kg.stores import Store, open_store
from tests import engines, strategies
from tests.conftest import EXAMPLE, ROOT, missing
from tests.engines import LOCAL, NAMES, Make, Missing, emptied, opened
from tests.outsider import Outsider
from tests.servers import ENGINES, Server
from tests.states import State, state
from tests.test_cli import kg as run
from tests.test_stores import sort

Started = Callable[[str], Server]
Of = Callable[[str], Make]

RUSSIA, IRAN = Entity("russia", "Russia", "State", "Moscow"), Entity("iran", "Iran", "State", "Tehran")
COURT = Entity("court", "The Court", "Court", "the judges")
PLAIN = new(RUSSIA, "arms", IRAN, Article("one", "T"))
SUED = new(COURT, "sues", RUSSIA, Article("two"))
OTHER = msgspec.structs.replace(PLAIN, confidence=0.5)
EXTRA = """@prefix kg: <https://diplograph.example/ontology#> . @prefix my: <https://law.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
my:sues a owl:ObjectProperty ; rdfs:subPropertyOf kg:opposes ; rdfs:label "sues" .
my:Court a owl:Class ; rdfs:subClassOf kg:Organization ; rdfs:label "Court" ."""


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
    """A part of the example, and claims of hostile texts."""
    crowds = (strategies.crowd(random.Random(seed)) for seed in range(4))
    return sort(strategies.settled([*example[::6], *(claim for crowd in crowds for claim in crowd)]))


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
    direct(target)  # before it is emptied: on a server it is the same store
    with of(target)() as into:
        first, second = kg.copy(source, into), kg.copy(source, into)
        assert (first.new, first.known, first.problems) == (len(claims), 0, [])
        assert (second.new, second.known, second.problems) == (0, len(claims), [])
        assert list(into.claims()) == claims
        assert list(into.entities()) == list(source.entities())
        assert state(into) == direct(target)


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
    with of(name)() as into, open_store("memory:") as source:
        into.add([PLAIN])
        before = state(into)
        source.add([OTHER, new(IRAN, "arms", RUSSIA, PLAIN.article)])
        added = kg.copy(source, into)
        assert ([found.code for found in added.problems], added.new) == (["claim-conflict"], 1)
        assert into.find([PLAIN.id]) == [PLAIN]
        assert into.remove_claims(claim.id for claim in source.claims() if claim != OTHER) == 1
        assert state(into) == before


# The commands, on stores by their URLs

FOLDERS = {"oxigraph": "oxigraph:%s/x.kg", "file": "%s/x.ttl", "arcadedb": "cypher:%s/x.cypher"}


@pytest.fixture
def cleared(server: Started, monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """Gives the server of a name with nothing on it, whose password is now `$KG_PASSWORD`."""
    with ExitStack() as after:

        def empty(name: str) -> Server:
            started = server(name)
            monkeypatch.setenv("KG_PASSWORD", started.password or "")
            Outsider(started).clears()
            after.callback(Outsider(started).clears)
            return started

        yield empty


@pytest.fixture(params=(*FOLDERS, *ENGINES))
def url(request: pytest.FixtureRequest, tmp_path: Path, cleared: Started) -> str:
    """Where there is no store yet, for each engine in turn."""
    if request.param in ENGINES:
        return cleared(request.param).url
    if request.param == "arcadedb" and not find_spec("arcadedb_embedded"):
        missing("arcadedb", "needs pip install 'diplograph[cypher]'")
    return FOLDERS[request.param] % tmp_path


@pytest.fixture(params=ENGINES)
def shared(request: pytest.FixtureRequest, cleared: Started) -> Server:
    """Each server in turn, with nothing on it."""
    return cleared(request.param)


def made(url: str, claims: list[Claim], extra: str = "") -> str:
    """The URL, where there is now a store of these claims."""
    with open_store(url, ontology=ontology.load(extra)) as store:
        assert store.add(claims).problems == []
    return url


def held(url: str) -> list[Claim]:
    with open_store(url, read_only=True) as store:
        return list(store.claims())


def refused(*arguments: str, says: str) -> None:
    """The command does not begin, and says why in one line."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().count("\n") == 1
    assert says in done.stderr.decode()


def test_an_extension_of_the_ontology_travels_along(url: str, tmp_path: Path) -> None:
    source = made(f"oxigraph:{tmp_path}/source.kg", [SUED, PLAIN], EXTRA)
    done = run("copy", source, url)
    assert (done.returncode, f"2 new, 0 known in {url}" in done.stderr.decode()) == (0, True)
    back = f"oxigraph:{tmp_path}/back.kg"
    assert run("copy", url, back).returncode == 0
    with open_store(source, read_only=True) as one, open_store(back, read_only=True) as other:
        assert other.ontology.extra == EXTRA
        assert state(one) == state(other)
        assert [row["subject"] for row in other.ask("who-opposes", actor="russia")] == ["court"]
    another = made(f"oxigraph:{tmp_path}/another.kg", [SUED], EXTRA.replace("law.example", "court.example"))
    refused("copy", another, url, says="was made with another --ontology file")
    assert held(url) == sort([SUED, PLAIN])


def test_what_cannot_be_copied_changes_nothing_and_makes_no_store(url: str, tmp_path: Path) -> None:
    refused("copy", f"oxigraph:{tmp_path}/no.kg", url, says="there is no store")
    refused("drop", url, "--yes", says="there is no store")
    made(url, [PLAIN])
    refused("copy", url, url, says="cannot be copied into itself")
    done = run("copy", made(f"oxigraph:{tmp_path}/other.kg", [OTHER]), url)
    assert done.returncode == 1
    assert "error claim-conflict" in done.stderr.decode()
    assert held(url) == [PLAIN]


# What others keep, before kg comes and after; what is ours for a while goes with us.
BEFORE = {
    "cypher": "CREATE (a:Town {n: 1})-[:ARMS {n: 2}]->(b:Town {n: 3}), (a)-[:NEAR]->(b), (:Town:State {id: 'russia'})",
    "sparql": """INSERT DATA { <http://x.example/a> <https://diplograph.example/ontology#arms> <http://x.example/b> ;
        a <https://diplograph.example/ontology#State> ; <http://www.w3.org/2000/01/rdf-schema#label> "A" }""",
}
LATER = {
    "cypher": """CREATE (:Article {n: 4})-[:MENTIONS {n: 5}]->(t:Town {n: 6}), (:Claim {n: 7}), (:Relation {n: 8}),
        (:Entity {n: 9})-[:ARMS]->(:Person {n: 10}) WITH t MATCH (e:Entity {id: 'russia'}) CREATE (t)-[:LIKES]->(e)""",
    "sparql": """PREFIX entity: <https://diplograph.example/entity/> PREFIX x: <http://x.example/>
        INSERT DATA { entity:russia a x:Country ; x:population 144 ; x:near entity:turkey ; x:name "Russland"@de .
        x:report x:about entity:russia , <https://diplograph.example/article/one> . entity:x x:y entity:z }""",
}


def test_a_drop_leaves_on_a_server_what_others_keep_and_nothing_else(shared: Server, example: list[Claim]) -> None:
    outsider, claims = Outsider(shared), sort([*example[::4], SUED, *strategies.crowd(random.Random(1))])
    outsider.does(BEFORE[outsider.language])
    alone = outsider.sees()
    outsider.does(LATER[outsider.language])
    expected = outsider.sees()
    outsider.clears()
    outsider.does(BEFORE[outsider.language])
    made(shared.url, claims, EXTRA)
    assert held(shared.url) == claims
    outsider.does(LATER[outsider.language])
    full = outsider.sees()
    assert set(alone) < set(full)
    refused("drop", shared.url, says=f"has {len(claims)} claims; --yes drops them")
    assert outsider.sees() == full
    done = run("drop", shared.url, "--yes")
    assert (done.returncode, done.stderr.decode()) == (0, f"{shared.url}: {len(claims)} claims dropped\n")
    assert outsider.sees() == expected
    refused("drop", shared.url, "--yes", says="there is no store")
    assert outsider.sees() == expected


LABELLED = {
    "cypher": "CREATE (:Article {title: 'ours'})",
    "sparql": "INSERT DATA { <http://x.example/a> a <https://diplograph.example/ontology#Claim> }",
}


def test_what_looks_like_ours_and_was_not_made_by_kg_is_left_alone(shared: Server) -> None:
    outsider = Outsider(shared)
    outsider.does(LABELLED[outsider.language])
    before = outsider.sees()
    refused("load", str(EXAMPLE), "--into", shared.url, says="was not made by kg")
    refused("drop", shared.url, "--yes", says="there is no store")
    assert outsider.sees() == before


@pytest.mark.parametrize("name", FOLDERS)
def test_a_drop_removes_the_folder_or_file_unless_something_else_is_in_it(name: str, tmp_path: Path) -> None:
    url = FOLDERS[name] % tmp_path
    path = Path(url.rpartition(":")[2])
    made(url, [SUED, PLAIN], EXTRA)
    refused("drop", url, says="has 2 claims; --yes drops them")
    assert held(url) == sort([SUED, PLAIN])
    assert run("drop", url, "--yes").returncode == 0
    assert list(tmp_path.iterdir()) == []
    refused("drop", url, "--yes", says="there is no store")
    with open_store(url) as store:
        store.add([PLAIN])
        store.query(BEFORE[store.language], write=True)
    if path.is_dir():
        (path / "notes.txt").write_text("mine", encoding="utf-8")
    assert run("drop", url, "--yes").returncode == 0
    assert path.exists()
    refused("drop", url, "--yes", says="was not made by kg" if name != "arcadedb" else "there is no store")
    if name == "arcadedb":
        with open_store(url) as store:
            assert store.query("MATCH (n:Town) RETURN count(n) AS n") == [{"n": 3}]


# Ends after so many transactions, as a kill would.
KILLED = """
import os, signal, sys
from kg import cli
from kg.stores import _bolt, _cypher
_cypher.DROPPED, left, write = 100, int(sys.argv.pop(1)), _bolt.Bolt.write
def counted(*arguments):
    global left
    done, left = write(*arguments), left - 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
_bolt.Bolt.write = counted
cli.run()
"""


@pytest.mark.parametrize("url", ["arcadedb", "neo4j-5"], indirect=True)
def test_a_drop_that_is_killed_is_completed_by_another(url: str, tmp_path: Path, example: list[Claim]) -> None:
    kg.load(EXAMPLE, url)
    for count in (3, 13):  # among the nodes, and among the constraints
        command = [sys.executable, "-c", KILLED, str(count), "drop", url, "--yes"]
        assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == -signal.SIGKILL
        refused("load", str(EXAMPLE / "gulf-support.ann"), "--into", url, says="kg drop URL --yes completes that")
    assert run("drop", url, "--yes").returncode == 0
    refused("drop", url, "--yes", says="there is no store")
    assert list(tmp_path.iterdir()) == []
    assert kg.load(EXAMPLE, url).new == len(example)
