"""The engine of `cypher:DIR`: what starts, who may do what, and what is left when it ends in whatever way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

from kg.errors import StoreError
from kg.stores import _engine
from kg.stores._engine import Engine, has_store
from tests.conftest import ROOT, missing

if not find_spec("arcadedb_embedded"):
    missing("arcadedb", "arcadedb-embedded is not installed")

Row = dict[str, object]

GRAPH = (
    "CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE",
    "CREATE INDEX claim_key IF NOT EXISTS FOR (n:Claim) ON (n.key)",
    "CREATE (:Entity:Actor {id: 'a', name: 'A'})-[:ARMS {key: 'k'}]->(:Entity {id: 'b'})",
    "CREATE (:Claim {id: 'c', key: 'k'})",
)
DATA = """
CREATE (:Entity {id: 'x'})
INSERT (:Entity {id: 'x'})
CREATE (:New {id: 'x'})
MATCH (n:Entity) SET n.name = 'x'
MATCH (n:Entity) SET n = {id: 'x'}
MATCH (n:Entity) SET n:State
MATCH (n:Entity {id: 'a'}) SET n:Claim
MATCH (n:Entity) REMOVE n:Actor
MATCH (n:Claim) DELETE n
MATCH (n) DETACH DELETE n
MATCH ()-[r:ARMS]->() DELETE r
MATCH ()-[r:ARMS]->() SET r.key = 'x'
MERGE (:Entity {id: 'x'})
MERGE (n:Entity {id: 'a'}) ON MATCH SET n.name = 'x'
MATCH (a:Entity {id: 'a'}), (b:Entity {id: 'b'}) CREATE (b)-[:ARMS]->(a)
MATCH (a:Entity {id: 'a'}), (b:Entity {id: 'b'}) CREATE (b)-[:NEW]->(a)
FOREACH (x IN [1] | CREATE (:Entity {id: 'x'}))
CALL { CREATE (:Entity {id: 'x'}) } RETURN 1 AS x
UNWIND [1, 2] AS i CALL (i) { CREATE (:Entity {id: i}) } IN TRANSACTIONS OF 1 ROWS
RETURN 1 AS x UNION CREATE (:Entity {id: 'x'}) RETURN 1 AS x
CALL merge.node(['Entity'], {id: 'x'}, {}, {})
CALL do.when(true, "CREATE (:Entity {id: 'x'})", '', {})
""".strip().splitlines()
SCHEMA = """
CREATE INDEX x FOR (n:Entity) ON (n.name)
CREATE INDEX x FOR ()-[r:ARMS]-() ON (r.key)
CREATE CONSTRAINT x FOR (n:Claim) REQUIRE n.id IS UNIQUE
CREATE CONSTRAINT x FOR (n:Entity) REQUIRE n.id IS NOT NULL
DROP INDEX claim_key
DROP CONSTRAINT entity_id IF EXISTS
CREATE USER x SET PASSWORD 'x12345678'
ALTER USER root SET PASSWORD 'x12345678'
DROP USER root
""".strip().splitlines()
FOREIGN = """
{sql} INSERT INTO Entity SET id = 'x'
INSERT INTO Entity SET id = 'x'
BACKUP DATABASE
IMPORT DATABASE file:///etc/hosts
EXPORT DATABASE
RETURN 1; CREATE (:Entity {id: 'x'})
LOAD CSV FROM 'file:///etc/hosts' AS line RETURN line
LOAD CSV FROM 'log/engine.log' AS line RETURN line
LOAD CSV FROM 'http://192.0.2.1/x.csv' AS line RETURN line
""".strip().splitlines()


def driver(engine: Engine, user: tuple[str, str]) -> Driver:
    return GraphDatabase.driver(f"bolt://127.0.0.1:{engine.port}", auth=user)


def run(client: Driver, text: str, **values: object) -> list[Row]:
    with client.session(database=_engine.DATABASE) as session:
        return session.run(text, values).data()


def count(engine: Engine, label: str) -> object:
    with driver(engine, engine.writer) as client:
        return run(client, f"MATCH (n:{label}) RETURN count(n) AS n")[0]["n"]


def child(engine: Engine) -> psutil.Process:
    """The process that listens at the engine's port."""
    mine = psutil.Process().children(recursive=True)
    return next(process for process in mine if engine.port in {c.laddr.port for c in process.net_connections()})


def until(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit, "it did not come about"
        time.sleep(0.02)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "x.kg"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One that holds the small graph `GRAPH`."""
    engine = Engine(tmp_path_factory.mktemp("engine") / "x.kg", "cypher:x.kg")
    with driver(engine, engine.writer) as client:
        for text in GRAPH:
            run(client, text)
    yield engine
    engine.stop()


@pytest.fixture
def unchanged(engine: Engine) -> Iterator[None]:
    """The whole graph, its schema and the users are after the test what they were before."""

    def everything() -> list[list[Row]]:
        pattern = "MATCH (n) OPTIONAL MATCH (n)-[r]->(m)"
        graph = f"{pattern} RETURN labels(n), properties(n), type(r), properties(r), m.id ORDER BY n.id"
        with driver(engine, engine.writer) as client:
            return [run(client, text) for text in (graph, "SHOW INDEXES", "SHOW CONSTRAINTS", "SHOW USERS")]

    before = everything()
    yield
    assert everything() == before


@pytest.mark.parametrize("text", [*DATA, *SCHEMA, *FOREIGN])
@pytest.mark.usefixtures("unchanged")
def test_the_reader_can_change_nothing_and_fetch_nothing(engine: Engine, text: str) -> None:
    with driver(engine, engine.reader) as client, pytest.raises(Neo4jError):
        run(client, text)


@pytest.mark.parametrize("text", SCHEMA)
@pytest.mark.parametrize("prefix", ["EXPLAIN", "PROFILE"])
@pytest.mark.usefixtures("unchanged")
def test_the_reader_cannot_change_the_schema_by_asking_for_its_plan(engine: Engine, prefix: str, text: str) -> None:
    with driver(engine, engine.reader) as client, pytest.raises(Neo4jError):
        run(client, f"{prefix} {text}")


@pytest.mark.parametrize("text", DATA)
@pytest.mark.parametrize("prefix", ["EXPLAIN", "PROFILE"])
@pytest.mark.usefixtures("unchanged")
def test_the_plan_of_a_write_writes_nothing(engine: Engine, prefix: str, text: str) -> None:
    """The engine answers, without rows or with an error."""
    with driver(engine, engine.reader) as client, suppress(Neo4jError):
        assert run(client, f"{prefix} {text}") == []


def test_the_reader_reads(engine: Engine) -> None:
    with driver(engine, engine.reader) as client:
        assert run(client, "MATCH (a)-[r:ARMS]->(b {id: $id}) RETURN a.name AS name", id="b") == [{"name": "A"}]


def test_neither_user_can_make_the_engine_fetch(engine: Engine) -> None:
    with driver(engine, engine.writer) as client:
        for place in "http://192.0.2.1/x.csv", "file:///etc/hosts":
            with pytest.raises(Neo4jError, match="disabled"):
                run(client, f"LOAD CSV FROM '{place}' AS line RETURN line")


def test_one_port_is_open_on_loopback_alone(engine: Engine) -> None:
    assert [(c.laddr.ip.removeprefix("::ffff:"), c.laddr.port, c.status) for c in child(engine).net_connections()] == [
        ("127.0.0.1", engine.port, psutil.CONN_LISTEN)
    ]


def test_passwords_are_neither_in_arguments_nor_in_the_environment_nor_on_disk(engine: Engine) -> None:
    process = child(engine)
    seen = [*process.cmdline(), *process.environ().values()]
    seen += [path.read_text("latin-1") for path in Path(process.cwd()).rglob("*") if path.is_file()]
    for _, password in engine.writer, engine.reader:
        assert len(password) >= 32
        assert not [text for text in seen if password in text]


def test_a_second_start_has_other_passwords_and_keeps_the_data(directory: Path) -> None:
    first = Engine(directory, "cypher:x.kg")
    with driver(first, first.writer) as client:
        run(client, "CREATE (:Entity {id: 'a'})")
    first.stop()
    first.stop()
    second = Engine(directory, "cypher:x.kg")
    try:
        assert {first.writer, first.reader}.isdisjoint({second.writer, second.reader})
        assert count(second, "Entity") == 1
        for old in first.writer, first.reader:
            with driver(second, old) as client, pytest.raises(Neo4jError):
                run(client, "RETURN 1 AS x")
    finally:
        second.stop()


def test_nothing_is_written_outside_the_folder(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    home, work = tmp_path / "home", tmp_path / "work"
    home.mkdir()
    work.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(work)
    assert not has_store(Path("x.kg"))
    engine = Engine(Path("x.kg"), "cypher:x.kg")
    engine.stop()
    assert has_store(work / "x.kg")
    assert [*home.iterdir()] == []
    assert [path.name for path in work.iterdir()] == ["x.kg"]
    assert capfd.readouterr() == ("", "")


def test_rights_users_and_plugins_put_into_the_folder_count_for_nothing(directory: Path) -> None:
    Engine(directory, "cypher:x.kg").stop()
    groups = json.loads((directory / "config/server-groups.json").read_text())
    groups["databases"]["kg"] = {"groups": {"readers": groups["databases"]["*"]["groups"]["admin"]}}
    (directory / "config/server-groups.json").write_text(json.dumps(groups))
    (directory / "lib/plugins").mkdir(parents=True)
    engine = Engine(directory, "cypher:x.kg")
    try:
        assert not (directory / "lib").exists()
        with driver(engine, engine.reader) as client, pytest.raises(Neo4jError):
            run(client, "CREATE (:Entity {id: 'x'})")
    finally:
        engine.stop()


def test_a_second_opener_is_told_to_wait(engine: Engine) -> None:
    directory = Path(child(engine).cwd())
    with pytest.raises(
        StoreError, match=r"^cypher:x\.kg is being written by another process, .*; wait until it is closed$"
    ):
        Engine(directory, "cypher:x.kg")
    command = "import sys, kg.stores._engine as e, pathlib; e.Engine(pathlib.Path(sys.argv[1]), 'cypher:x.kg')"
    words = [sys.executable, "-c", command, str(directory)]
    other = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert b"cypher:x.kg is being written by another process" in other.stderr
    assert count(engine, "Claim") == 1


def test_a_folder_that_holds_something_else_is_left_as_it_was(directory: Path) -> None:
    directory.mkdir()
    (directory / "letter.txt").write_text("Dear")
    for place in directory, directory / "letter.txt":
        with pytest.raises(StoreError, match="the folder holds something else; name an empty or a new one"):
            Engine(place, "cypher:x.kg")
        assert not has_store(place)
    assert {path.name: path.read_text() for path in directory.iterdir()} == {"letter.txt": "Dear"}


def test_a_missing_package_is_named_before_anything_is_made(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_engine, "find_spec", lambda _: None)
    with pytest.raises(StoreError, match=r"^cypher: needs ArcadeDB; pip install 'diplograph\[cypher\]'$"):
        Engine(directory, "cypher:x.kg")
    assert not directory.exists()


def test_a_damaged_store_is_said_to_be_with_the_log(directory: Path) -> None:
    Engine(directory, "cypher:x.kg").stop()
    (directory / "databases/kg/configuration.json").write_text("{")
    with pytest.raises(StoreError, match=r"^cypher:x\.kg cannot be opened: \S.* \(log: .*engine\.log\)$"):
        Engine(directory, "cypher:x.kg")


def test_an_engine_that_ends_at_once_is_said_to_have_with_its_last_words(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCADEDB_JVM_ARGS", "-XX:NoSuchFlag")
    with pytest.raises(StoreError, match=r"cannot be opened: .*(JVM|NoSuchFlag).* \(log: "):
        Engine(directory, "cypher:x.kg")


PARENT = """
import sys, time
from pathlib import Path
from kg.stores._engine import Engine
engine = Engine(Path(sys.argv[1]), "cypher:x.kg")
print(engine.port, engine.writer[1], flush=True)
try:
    time.sleep(600)
except KeyboardInterrupt:
    print("still there:", engine._end.peek()[2][0].poll() is None, flush=True)
    engine.stop()
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_it_dies_with_its_parent_and_opens_again(directory: Path, number: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(directory)], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout
    parent.stdout.readline()
    (orphan,) = psutil.Process(parent.pid).children()
    parent.send_signal(number)
    parent.communicate(timeout=60)
    until(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)
    Engine(directory, "cypher:x.kg").stop()


def test_an_interrupt_of_the_terminal_reaches_the_parent_alone(directory: Path) -> None:
    """Ctrl-C is sent to the whole group of the process in the foreground."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(directory)], cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True
    )
    assert parent.stdout
    parent.stdout.readline()
    (engine,) = psutil.Process(parent.pid).children()
    os.killpg(parent.pid, signal.SIGINT)
    said, _ = parent.communicate(timeout=60)
    assert said == b"still there: True\n"
    assert not engine.is_running()


def test_a_kill_loses_the_open_transaction_alone(directory: Path) -> None:
    kept = 0
    for attempt in range(4):
        engine = Engine(directory, "cypher:x.kg")
        assert count(engine, "Claim") == kept
        write = "UNWIND range($first, $last) AS i CREATE (:Claim {id: toString(i), quote: 'said'})"
        with driver(engine, engine.writer) as client:
            if not attempt:
                run(client, "CREATE CONSTRAINT claim_id FOR (n:Claim) REQUIRE n.id IS UNIQUE")
            run(client, write, first=kept, last=kept + 99)
            kept += 100
            with pytest.raises((Neo4jError, DriverError)), client.session(database=_engine.DATABASE) as session:
                transaction = session.begin_transaction()
                transaction.run(write, first=kept, last=kept + 499 * attempt).consume()
                child(engine).kill()
                transaction.run("RETURN 1").consume()
        engine.stop()
    engine = Engine(directory, "cypher:x.kg")
    try:
        with driver(engine, engine.reader) as client:
            found = run(client, "MATCH (n:Claim) RETURN n.id AS id")
            assert sorted(int(str(row["id"])) for row in found) == list(range(kept))
            assert run(client, "MATCH (n:Claim {id: '150'}) RETURN n.quote AS quote") == [{"quote": "said"}]
    finally:
        engine.stop()
