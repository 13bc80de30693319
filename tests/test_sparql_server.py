"""What is special about stores on SPARQL servers: two real ones, and one that answers whatever a test wants."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg.claim import Article, Claim, Entity, new
from kg.errors import KgError, QueryError, StoreError, UsageError
from kg.namespaces import KG
from kg.stores import Store
from tests import strategies
from tests.conftest import missing
from tests.engines import Make, Missing, emptied, opened
from tests.engines import part as part_of
from tests.servers import ENGINES, Server

SERVERS = ("fuseki", "oxigraph-server")
CLAIM = new(
    Entity("russia", "Russia", "State", "Moscow"),
    "arms",
    Entity("iran", "Iran", "State", "Tehran"),
    Article("one", "T"),
)
TRIPLE = "<http://x.example/a> <http://x.example/b> 1"


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of our own, which a test may fill with what it likes."""
    try:
        with ENGINES[request.param](tmp_path_factory.mktemp(request.param)) as running:
            yield running
    except Missing as error:
        missing(str(part_of(request.param)), str(error))


@pytest.fixture(scope="module")
def make(server: Server) -> Make:
    return emptied(lambda: opened(server))


@pytest.fixture
def empty(server: Server) -> Server:
    with opened(server) as store:
        store.query("DELETE WHERE { ?s ?p ?o }", write=True)
    return server


def state(store: Store) -> list[tuple[object, ...]]:
    return sorted(tuple(map(str, row.values())) for row in store.query("SELECT ?s ?p ?o { ?s ?p ?o }"))


# What goes in


def ends(text: str) -> Claim:
    return new(Entity("x", text, "State", text), "arms", Entity("y", "Y", "State", "Y"), Article("a", text), row=text)


TRICKY = (
    *strategies.HOSTILE,
    "\\u0041 \\\\U00000041",
    "\\",
    "\\\x00",
    "a\rb",
    "\x7f\x80\x85\u2028\u2029",
    "\ufffe\uffff\ufdd0\U0010ffff",
    "\u200f\u202e",
    "a=1&update=DROP+ALL%26",
)


@given(text=st.lists(st.sampled_from(TRICKY), min_size=1, max_size=3).map("".join))
def test_hostile_texts_go_in_and_out_as_they_are_and_can_be_taken_out(make: Make, text: str) -> None:
    with make() as store:
        before = state(store)
        store.add([ends(text)])
        assert list(store.claims()) == [ends(text)]
        assert store.remove("a") == 1
        assert state(store) == before


def test_triples_of_others_stay_whatever_kg_does(empty: Server) -> None:
    foreign = """
        entity:russia a <http://x.example/Country> ; rdfs:label "Russie"@fr ; <http://x.example/population> 144 ;
            kg:arms <http://x.example/b> .
        <http://x.example/report> dcterms:subject entity:russia . <http://x.example/a> kg:arms <http://x.example/b>"""
    with opened(empty) as store:
        store.drop()
    with opened(empty) as store:
        nothing_else = state(store)
        store.query(f"INSERT DATA {{ {foreign} }}", write=True)
        theirs = set(state(store)) - set(nothing_else)
        assert len(theirs) == 6
        other = new(Entity("russia", "Russia", "Government", "Kremlin"), "meets", CLAIM.object, Article("two"))
        for _ in range(2):
            store.add([CLAIM])
            store.add([other])
            assert [node.kinds for node in store.entities() if node.id == "russia"] == [("Government", "State")]
            assert store.remove("one") == 1
            assert theirs < set(state(store))
        assert store.drop() == 1
    with opened(empty) as store:
        assert set(state(store)) - set(nothing_else) == theirs
        assert list(store.claims()) == []


# What is asked


def test_a_query_cannot_change_anything_and_an_update_runs_with_write(empty: Server) -> None:
    with opened(empty) as store:
        store.add([CLAIM])
        before = state(store)
        for text in (f"INSERT DATA {{ {TRIPLE} }}", "DROP ALL", "CLEAR DEFAULT", "DELETE WHERE { ?s ?p ?o }"):
            with pytest.raises(QueryError, match="the server refuses it"):
                store.query(text)
        with pytest.raises(QueryError):
            store.query("LOAD <http://127.0.0.1:1/x>", network=True)
        assert state(store) == before
        store.query(f"INSERT DATA {{ {TRIPLE} }}", write=True)
        assert len(state(store)) == len(before) + 1
    with opened(empty, read_only=True) as store:
        with pytest.raises(StoreError, match="read only"):
            store.query(f"DELETE DATA {{ {TRIPLE} }}", write=True)
        with pytest.raises(Exception, match="read only"):
            store.rdflib().update(f"DELETE DATA {{ {TRIPLE} }}")
        assert len(state(store)) == len(before) + 1


def test_prefixes_are_known_and_lines_are_counted_as_they_were_written(make: Make) -> None:
    with make() as store:
        store.add([CLAIM])
        assert store.query("ASK { entity:russia kg:arms entity:iran }") == [{"ask": True}]
        assert store.query("PREFIX kg: <http://x.example/> ASK { ?s kg:arms ?o }") == [{"ask": False}]
        assert store.query("CONSTRUCT { ?s kg:arms ?o } WHERE { ?s kg:arms ?o }")[0]["predicate"] == KG + "arms"
        with pytest.raises(QueryError, match=r"line 3|3:\d"):
            store.query("SELECT ?s\nWHERE { ?s kg:arms ?o\n. nonsense }")


def test_the_graph_of_rdflib_asks_the_same_server(make: Make) -> None:
    with make() as store:
        store.add([CLAIM])
        graph = store.rdflib()
        assert len(graph) == len(state(store))
        assert len(list(graph.triples((None, None, None)))) == len(graph)
        assert len(graph.query("CONSTRUCT { ?s kg:arms ?o } WHERE { ?s kg:arms ?o }").graph or ()) == 1
        for text in ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "LOAD <http://127.0.0.1:1/>"):
            with pytest.raises(QueryError, match="may call another host"):
                graph.query(text)
            with pytest.raises(QueryError, match="may call another host"):
                graph.update(text)
        triple = (
            rdflib.URIRef("http://x.example/s"),
            rdflib.URIRef("http://x.example/p"),
            rdflib.Literal('\\u0041"\n'),
        )
        graph.add(triple)
        assert triple in graph
        graph.remove(triple)
        graph.update(f"INSERT DATA {{ {TRIPLE} }}")
        assert len(graph) == len(state(store))
        assert store.query(f"ASK {{ {TRIPLE} }}") == [{"ask": True}]


# What goes wrong


def test_where_nothing_was_loaded_reading_makes_no_store(empty: Server) -> None:
    with opened(empty) as store:
        store.drop()
    with pytest.raises(StoreError, match="there is no store; kg load PATH --into"):
        opened(empty, read_only=True)
    with opened(empty) as store:
        store.add([CLAIM])
        assert list(store.claims()) == [CLAIM]


def test_what_is_not_there_and_who_may_not_is_said(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreError, match=r"there is no dataset or endpoint .*/nowhere/query"):
        kg.open_store(f"{server.scheme}://127.0.0.1:{server.port}/nowhere")
    if server.user:
        for url, password, says in (
            (server.url, "wrong-secret", r"the user kg or the password was refused; .* set \$KG_PASSWORD"),
            (server.url.replace("kg@", ""), server.password, "who gives no user or the password was refused"),
        ):
            monkeypatch.setenv("KG_PASSWORD", str(password))
            with kg.open_store(url) as store, pytest.raises(StoreError, match=says) as raised:
                store.query(f"INSERT DATA {{ {TRIPLE} }}", write=True)
            assert str(password) not in str(raised.value)


class Odd(BaseHTTPRequestHandler):
    """Answers each request as the test says: (status, headers, body) or a function that does it."""

    answers: tuple[int, dict[str, str], bytes] = (200, {}, b"")
    delay = 0.0
    seen: list[tuple[str, str | None]] = []  # noqa: RUF012  # of one test at a time

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, self.headers["Authorization"]))
        time.sleep(self.delay)
        status, headers, body = self.answers
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def odd(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Odd, "seen", [])
    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"sparql+http://127.0.0.1:{running.server_port}"
        running.shutdown()


JSON = {"Content-Type": "application/sparql-results+json"}
PAGE = b"<html><head><title>t</title></head><body>\n<h1>It is\x1b[31m down</h1></body></html>"


@pytest.mark.parametrize(
    ("answer", "error", "says"),
    [
        ((200, {"Content-Type": "text/html"}, PAGE), StoreError, "text/html instead of SPARQL results"),
        ((200, {"Content-Type": "text/plain; charset=utf-8"}, b"hello"), StoreError, "text/plain instead of"),
        ((200, JSON, b"<html>"), StoreError, "answer cannot be read"),
        ((200, JSON, b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":'), StoreError, "answer cannot be read"),
        ((200, JSON | {"Content-Length": "99"}, b"{}"), StoreError, "broke off"),
        (
            (302, {"Location": "https://u:secret@b.example/q"}, b""),
            StoreError,
            r"points to https://u@b.example/q; .* use",
        ),
        ((400, {}, b"Parse error:\n\x1b line 1"), QueryError, "the server refuses it: Parse error: line 1 "),
        ((401, {}, b""), StoreError, "or the password was refused"),
        ((403, {}, b""), StoreError, "has no right to this"),
        ((404, {}, PAGE), StoreError, "there is no dataset or endpoint"),
        ((500, {}, PAGE), StoreError, r"failed with 500: It is \[31m down$"),
        ((503, {}, b"x" * 9_000), StoreError, r"failed with 503: x{299}…$"),
    ],
)
def test_a_bad_answer_is_one_line_that_says_what_to_do(
    odd: str,
    monkeypatch: pytest.MonkeyPatch,
    answer: tuple[int, dict[str, str], bytes],
    error: type[KgError],
    says: str,
) -> None:
    monkeypatch.setattr(Odd, "answers", answer)
    with pytest.raises(error, match=says) as raised:
        kg.open_store(f"{odd}/kg")
    assert str(raised.value).isprintable()
    assert odd in str(raised.value)


def test_a_slow_or_dead_server_is_told_from_a_bad_one(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Odd, "delay", 0.5)
    with pytest.raises(StoreError, match=r"gave no answer within 0\.1 s; .*timeout"):
        kg.open_store(f"{odd}/kg?timeout=0.1")
    with pytest.raises(StoreError, match=r"no server answers at 127.0.0.1:1; start it"):
        kg.open_store("sparql+http://127.0.0.1:1/kg")
    with pytest.raises(StoreError, match="no safe connection"):
        kg.open_store(odd.replace("http", "https"))


def test_endpoints_can_be_named_and_a_password_goes_only_with_its_user(
    odd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_PASSWORD", "secret")
    for url in (
        f"{odd}/a b/",
        f"{odd}/kg?query=/sparql?x=1",
        f"{odd.replace('//', '//kg@')}/kg?query={odd.removeprefix('sparql+')}/other",
    ):
        with pytest.raises(StoreError):
            kg.open_store(url)
    assert Odd.seen == [("/a%20b/query", None), ("/sparql?x=1", None), ("/other", "Basic a2c6c2VjcmV0")]


@pytest.mark.parametrize("options", ["query=ftp://h/", "update=http://u@h/", "query=http://[", "timeout=soon", "x=1"])
def test_options_that_cannot_be_used_are_refused(options: str) -> None:
    with pytest.raises(UsageError, match=r"is no endpoint; give|no number of seconds|no option x"):
        kg.open_store(f"sparql+http://127.0.0.1:1/kg?{options}")


def test_nothing_is_asked_of_a_proxy(tmp_path: Path, odd: str, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", odd.removeprefix("sparql+"))
    with opened(server) as store:
        store.rdflib().query("ASK {}")
    assert Odd.seen == []
