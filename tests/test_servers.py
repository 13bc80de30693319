"""The starters: a server answers, keeps its data through a kill, knows its password, and never outlives the tests."""

import base64
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import AuthError

from tests.conftest import ROOT, missing
from tests.servers import ENGINES, Missing, Server, _java
from tests.servers._process import LOCAL

STARTER = """
import sys, time
from pathlib import Path
from tests.servers import ENGINES
print(ENGINES["oxigraph-server"](Path(sys.argv[1])).start().pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(params=ENGINES)
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server of each kind in turn that no other test uses."""
    engine = ENGINES[request.param]
    try:
        with engine(tmp_path) as server:
            yield server
    except Missing as lack:
        missing(engine.part, f"{request.param} {lack}")


def test_a_server_keeps_its_data_through_a_kill_and_refuses_a_wrong_password(own: Server) -> None:
    write(own, own.password)
    pid, url = own.pid, own.url
    own.stop()
    own.start()
    assert own.url == url
    assert own.pid != pid
    assert count(own) == 1
    if own.password:
        with pytest.raises(PermissionError):
            write(own, "another password")
        assert count(own) == 1
        assert own.password not in own.url
        assert f":{own.password}@127.0.0.1" in own.url_with_password


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
def test_a_server_does_not_outlive_a_test_run_that_is_killed(tmp_path: Path) -> None:
    run = [sys.executable, "-c", STARTER, str(tmp_path)]
    with subprocess.Popen(run, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        assert runs(pid)
        process.send_signal(signal.SIGKILL)
    end = time.monotonic() + 30
    while runs(pid) and time.monotonic() < end:
        time.sleep(0.05)
    assert not runs(pid)


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_java, "HOME", tmp_path)
    monkeypatch.setattr(_java, "candidates", lambda: ["/no/java"])
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Missing, match=r"Java 17 or newer \(/no/java does not run\)"):
        _java.java(17)
    with pytest.raises(Missing, match="needs Maven"):
        _java.jars("x", "org.example:x:1")
    assert not list(tmp_path.iterdir())


def runs(pid: int) -> bool:
    """Whether a process is there and is more than an entry that nobody has collected yet."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return False


def write(server: Server, password: str | None) -> None:
    """One more thing. Raises PermissionError where the server does not let this password in."""
    if server.scheme == "neo4j":
        cypher(server, password, "CREATE (:Thing)")
    else:
        triple = "INSERT DATA { <https://example.org/a> <https://example.org/b> <https://example.org/c> }"
        sparql(server, password, "update", triple)


def count(server: Server) -> int:
    if server.scheme == "neo4j":
        return cypher(server, server.password, "MATCH (n:Thing) RETURN count(n)")
    body = sparql(server, server.password, "query", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c }")
    return int(body.decode().split()[1])


def cypher(server: Server, password: str | None, text: str) -> int:
    with GraphDatabase.driver(f"neo4j://127.0.0.1:{server.port}", auth=(str(server.user), str(password))) as driver:
        try:
            records = driver.execute_query(text).records
        except AuthError as error:
            raise PermissionError from error
    return int(records[0][0]) if records else 0


def sparql(server: Server, password: str | None, endpoint: str, text: str) -> bytes:
    headers = {"Content-Type": f"application/sparql-{endpoint}", "Accept": "text/csv"}
    if server.user:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{server.user}:{password}".encode()).decode()
    url = f"http://127.0.0.1:{server.port}{server.path}/{endpoint}"
    try:
        with LOCAL.open(urllib.request.Request(url, text.encode(), headers)) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        if error.code in {401, 403}:
            raise PermissionError from error
        raise
