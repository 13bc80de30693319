"""Servers and the embedded engine: asking changes nothing, a password is never shown, and a fault is one line."""

import os
import socket
import subprocess
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

import kg
from kg.errors import KgError, QueryError, StoreError
from kg.stores import Store, _bolt, open_store
from kg.stores._address import masked, parse
from tests.conftest import EXAMPLE, ROOT
from tests.engines import LOCAL, Make, opened
from tests.servers import Server
from tests.states import state

# Reading only

WRITES = {
    "cypher": (
        "CREATE (:X)",
        "MERGE (:X {id: 1})",
        "MATCH (n) SET n.x = 1",
        "MATCH (n) SET n += {x: 1}",
        "MATCH (n) SET n:X",
        "MATCH (n) REMOVE n.name",
        "MATCH (n:Entity) REMOVE n:Entity",
        "MATCH (n) DETACH DELETE n",
        "FOREACH (i IN [1] | CREATE (:X))",
        "CALL { CREATE (:X) }",
        "UNWIND [1] AS i CALL (i) { CREATE (:X) RETURN 1 AS x } RETURN x",
        "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1 ROWS",
        "RETURN 1 AS x UNION CREATE (:X) RETURN 1 AS x",
        "CREATE INDEX x IF NOT EXISTS FOR (n:X) ON (n.x)",
        "CREATE CONSTRAINT x IF NOT EXISTS FOR (n:X) REQUIRE n.x IS UNIQUE",
        "DROP INDEX kg_claim_key IF EXISTS",
        "DROP CONSTRAINT kg_claim_id IF EXISTS",
        "CREATE USER eve SET PASSWORD 'abcdefgh'",
        "DROP USER neo4j",
        "CREATE DATABASE x",
        "CALL db.createLabel('X')",
        "CALL merge.node(['X'], {x: 1}, {}, {})",
    ),
    "sparql": (
        "INSERT DATA { entity:a kg:arms entity:b }",
        "DELETE WHERE { ?s ?p ?o }",
        "DELETE DATA { entity:a rdfs:label 'A' }",
        "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "CLEAR DEFAULT",
        "DROP ALL",
        "CREATE GRAPH <http://x.example/g>",
        "LOAD <http://127.0.0.1:1/x.ttl>",
        "COPY DEFAULT TO <http://x.example/g>",
        "MOVE DEFAULT TO <http://x.example/g>",
        "ADD DEFAULT TO <http://x.example/g>",
        "SELECT * { ?s ?p ?o } ; DROP ALL",
        "ASK { } INSERT DATA { entity:a kg:arms entity:b }",
    ),
}
SEED = {
    "cypher": "MERGE (:Entity {id: 'a', name: 'A'})",
    "sparql": "INSERT DATA { entity:a rdfs:label 'A' }",
}
# An update that fails after it has begun.
HALF = {
    "cypher": "UNWIND ['b', 'c', 'b'] AS id CREATE (:Entity {id: id})",
    "sparql": "INSERT DATA { entity:b rdfs:label 'B' } ; LOAD <http://127.0.0.1:1/x.ttl>",
}
ADMINISTRATION = (
    "SHOW INDEXES YIELD name RETURN name ORDER BY name",
    "SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name",
    "SHOW USERS YIELD user RETURN user ORDER BY user",
)


def everything(store: Store) -> list[object]:
    """The data, and of a property graph its indexes, constraints and users."""
    asked = ADMINISTRATION if store.language == "cypher" else ()
    return [state(store), *(store.query(text, write=True) for text in asked)]


def test_who_only_asks_changes_nothing(make: Make) -> None:
    with make() as store:
        store.query(SEED[store.language], write=True)
        before = everything(store)
        for text in WRITES[store.language]:
            with pytest.raises(KgError):
                store.query(text, network=True)  # so that it is the engine that refuses
            assert everything(store) == before, text
            for prefix in ("EXPLAIN ", "PROFILE ", "explain profile "):
                with suppress(KgError):
                    store.query(prefix + text, network=True)
            assert everything(store) == before, text


def test_an_update_is_whole_or_absent(make: Make) -> None:
    with make() as store:
        before = state(store)
        with pytest.raises(KgError):
            store.query(HALF[store.language], write=True, network=True)
        assert state(store) == before
        store.query(SEED[store.language], write=True)
        assert len(state(store)) == len(before) + 1


@pytest.mark.parametrize("engine", ["oxigraph", "file", "fuseki", "oxigraph-server", "neo4j-5", "neo4j-2026"])
def test_what_is_opened_to_read_takes_no_update(engine: str, server: Callable[[str], Server], tmp_path: Path) -> None:
    if engine in LOCAL:
        url = LOCAL[engine](tmp_path)
        kg.load(EXAMPLE / "gulf-support.ann", into=url)
        store = open_store(url, read_only=True)
    else:
        opened(server(engine)).close()
        store = opened(server(engine), read_only=True)
    with store:
        before = state(store)
        with pytest.raises(KgError):
            store.query(SEED[store.language], write=True)
        assert state(store) == before


@pytest.mark.parametrize("make", ["arcadedb", "neo4j-5", "neo4j-2026"], indirect=True, scope="session")
def test_half_of_a_utf16_pair_is_an_error_of_ours(make: Make) -> None:
    with make() as store:
        for text, values in ("RETURN '\ud800' AS x", None), ("RETURN $x AS x", {"x": "\ud800"}):
            with pytest.raises(QueryError, match="holds half of a UTF-16 pair"):
                store.query(text, values)


# Passwords

SECRET = "S3cr3t"
PASSWORDS = (
    SECRET,
    f"{SECRET}:@/%#?&=+ {SECRET}",
    f"1/{SECRET}",
    f"1?{SECRET}",
    f"1#{SECRET}@",
    f"%41{SECRET}%",
    f"[{SECRET}",
    f"\u2100{SECRET}",
    f"{SECRET}\n{SECRET}",
    f"{SECRET}\udc80",
)


def shown(error: BaseException | None) -> str:
    """All that a traceback prints of an error, and of what lies behind it, hidden or not."""
    said = ""
    while error:
        said += "".join(traceback.format_exception(error)) + repr(error) + repr(error.args) + repr(vars(error))
        error = error.__cause__ or error.__context__
    return said


@pytest.mark.parametrize("raw", [True, False], ids=["as it is", "percent-encoded"])
@pytest.mark.parametrize("engine", ["neo4j-5", "neo4j-2026", "fuseki"])
def test_a_wrong_password_is_never_shown(engine: str, raw: bool, server: Callable[[str], Server]) -> None:
    right = server(engine)
    for number, password in enumerate(PASSWORDS):
        encoded = password if raw else quote(password, safe="", errors="surrogateescape")
        url = right.url.replace(f"{right.user}@", f"user{number}:{encoded}@")  # who fails thrice has to wait
        with warnings.catch_warnings(record=True) as warned, pytest.raises(KgError) as raised:
            warnings.simplefilter("always")
            with open_store(url) as store:
                store.query(SEED[store.language], write=True)  # some let everybody read
        assert SECRET not in shown(raised.value), encoded
        assert SECRET not in "".join(str(warning.message) for warning in warned)
        assert SECRET not in masked(url)


@pytest.mark.parametrize("password", [f"{SECRET}@:/%#?&", f"%{SECRET}%40", f"{SECRET} \u00e9\U0001f468"])
def test_any_password_lets_in_where_it_is_percent_encoded(password: str, neo4j_5: Server) -> None:
    with opened(neo4j_5) as store:
        for text in ("DROP USER anna IF EXISTS", "CREATE USER anna SET PASSWORD $p CHANGE NOT REQUIRED"):
            store.query(text, {"p": password}, write=True, network=True)
    url = neo4j_5.url.replace("neo4j@", f"anna:{quote(password, safe='')}@")
    with pytest.warns(UserWarning, match=r"^the password in neo4j://anna@127.0.0.1:\d+/neo4j can be seen by others"):
        store = open_store(url)
    with store:
        assert store.query("SHOW CURRENT USER YIELD user RETURN user") == [{"user": "anna"}]
        assert SECRET not in f"{store.url} {store!r} {vars(store)!r} {parse(neo4j_5.url)!r}"


@pytest.mark.filterwarnings("ignore:the password in")
@pytest.mark.parametrize("engine", ["neo4j-5", "fuseki"])
def test_no_command_shows_a_password(engine: str, server: Callable[[str], Server], tmp_path: Path) -> None:
    url, password = server(engine).url_with_password, str(server(engine).password)
    assert password in url
    example = EXAMPLE / "gulf-support.ann"
    report = kg.load(example, into=url)
    assert password not in f"{report} {report!r}"
    copy = str(tmp_path / "x.ttl")
    for arguments in (
        ("load", str(example), "--into", url),
        ("load", str(tmp_path / "none"), "--into", url),
        ("stats", "--store", url),
        ("claims", url),
        ("ask", "profile", "--actor", "Qatar", "--store", url),
        ("ask", "profile", "--actor", "nobody", "--store", url),
        ("copy", url, copy),
        ("copy", url, url),
        ("retract", "none", "--into", url),
        ("export", "--store", url, "-o", str(tmp_path / "y.ttl")),
        ("stats", "--store", url, "--no-such-option", url),
        ("stats", url, url),
    ):
        done = run(*arguments)
        assert password not in done.stdout + done.stderr, arguments
        assert "Traceback" not in done.stderr
    for path in tmp_path.iterdir():
        assert password not in path.read_text(encoding="utf-8")


# Faults, each in one line


def run(*arguments: str, before: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    """The command, in a process of its own, after these lines of Python."""
    return subprocess.run(
        [sys.executable, "-c", f"{before}\nfrom kg.cli import run\nrun()", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)} | env,
        check=False,
    )


class _Http(BaseHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def ports(neo4j_5: Server) -> Iterator[dict[str, int]]:
    """Where Neo4j, an HTTP server that knows no SPARQL, and nobody listen."""
    with HTTPServer(("127.0.0.1", 0), _Http) as http, socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield {"bolt": neo4j_5.port, "http": http.server_port, "closed": held.getsockname()[1]}
        http.shutdown()


FAULTS = {
    "neo4j://anna@127.0.0.1:{bolt}/neo4j": "the user or the password was refused; set $KG_PASSWORD",
    "neo4j://127.0.0.1:{bolt}/neo4j": "the user or the password was refused; set $KG_PASSWORD",
    "neo4j://127.0.0.1:{closed}": "no server answers; start it, or check scheme, host and port",
    "bolt://127.0.0.1:{closed}": "no server answers; start it, or check scheme, host and port",
    "neo4j://nosuch.invalid": "no server answers; start it, or check scheme, host and port",
    "neo4j+s://127.0.0.1:{bolt}": "no server answers; start it, or check scheme, host and port",
    "neo4j+ssc://127.0.0.1:{bolt}": "no server answers; start it, or check scheme, host and port",
    "bolt://127.0.0.1:{http}": "no server answers; start it, or check scheme, host and port",
    "sparql+http://127.0.0.1:{closed}/x": "no server answers at 127.0.0.1:",
    "sparql+http://nosuch.invalid/x": "no server answers at nosuch.invalid; start it, or check the address",
    "sparql+http://127.0.0.1:{bolt}/x": "broke off",
    "sparql+http://127.0.0.1:{http}/x": "failed with 501",
    "sparql+https://127.0.0.1:{http}/x": "no safe connection to 127.0.0.1:",
    "mongo://127.0.0.1/x": "is no store; a store's URL begins with one of oxigraph:",
    "neo4j:neo4j@127.0.0.1": "names no host; write neo4j://user@host:port/name",
    "neo4j://127.0.0.1:port": "is no address; write neo4j://user@host:port/name",
    "neo4j://127.0.0.1/a@b": "can be read in two ways; write / ? # and @ in a user or password as %2F",
    "neo4j://127.0.0.1/x?a=1": "there is no option a; neo4j takes none",
}


@pytest.mark.parametrize("url", FAULTS)
def test_a_fault_is_one_line_that_says_what_to_do(
    url: str, ports: dict[str, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kg import cli

    monkeypatch.setattr(_bolt, "CONNECT", 1)
    monkeypatch.setenv("KG_PASSWORD", SECRET)
    monkeypatch.setattr(sys, "argv", ["kg", "stats", "--store", url.format(**ports)])
    with pytest.raises(SystemExit) as ended:
        cli.run()
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith("kg: ")
    assert FAULTS[url] in said.err
    assert SECRET not in said.err


@pytest.mark.filterwarnings("ignore:the password in")
def test_a_wrong_database_is_named(neo4j_5: Server) -> None:
    with pytest.raises(StoreError, match="/nosuch: the server has no database of this name; name one that it has"):
        open_store(neo4j_5.url_with_password.removesuffix("neo4j") + "nosuch")


def test_without_the_extra_cypher_says_how_to_get_it(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['arcadedb_embedded'] = None"
    done = run("load", str(EXAMPLE), "--into", f"cypher:{tmp_path / 'x'}", before=hidden)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "kg: cypher: needs ArcadeDB; pip install 'diplograph[cypher]'\n"
