"""Stores that are one file: what is in the file, what is refused, what a kill or another process leaves."""

import errno
import os
import random
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.claim import Claim, to_json
from kg.errors import QueryError, StoreError, UsageError
from kg.namespaces import KG
from kg.stores import Store, is_store, open_store
from kg.triples import SYNTAXES, serialized
from tests import strategies
from tests.conftest import ROOT
from tests.engines import CYPHER, NAMES, Make
from tests.states import state
from tests.test_kill import CLAIMS, LOADER
from tests.test_stores import one, sort


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with one claim."""
    with open_store(str(tmp_path / "x.ttl")) as store:
        store.add([one()])
    return tmp_path / "x.ttl"


def lines(store: Store) -> list[str]:
    """The triples of a store, each as a line of N-Triples without the dot."""
    text = store.answer("CONSTRUCT WHERE { ?s ?p ?o }").text("turtle")
    return [f"{q.subject} {q.predicate} {q.object}" for q in pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE)]


@pytest.mark.parametrize("ending", [*SYNTAXES, ".TTL"])
def test_every_ending_holds_the_same_claims(tmp_path: Path, ending: str, example: list[Claim]) -> None:
    file = tmp_path / f"x{ending}"
    with open_store(str(file)) as store, open_store("memory:") as other:
        store.add(example)
        other.add(example)
        assert file.read_bytes() == serialized(lines(other), ending.lower())
    with open_store(str(file), read_only=True) as store:
        assert list(store.claims()) == sort(example)
    assert list(tmp_path.iterdir()) == [file]


@given(claims=strategies.claims, shuffle=st.randoms(use_true_random=False))
def test_the_same_claims_are_the_same_bytes_whatever_led_to_them(
    tmp_path_factory: pytest.TempPathFactory, claims: list[Claim], shuffle: random.Random
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    with open_store(str(folder / "a.nt")) as at_once, open_store(str(folder / "b.nt")) as by_one:
        at_once.add(claims)
        by_one.add([one()])
        for claim in shuffle.sample(claims, len(claims)):
            by_one.add([claim])
        by_one.remove_claims([one().id])
    assert (folder / "a.nt").read_bytes() == (folder / "b.nt").read_bytes()


def test_a_file_that_was_edited_by_hand_opens(path: Path) -> None:
    before = path.read_bytes()
    graph = rdflib.Graph(bind_namespaces="none").parse(path)
    graph.bind("other", KG)
    text = graph.serialize(format="longturtle").replace("\n", "\r\n")
    assert "other:" in text
    path.write_bytes(b"\xef\xbb\xbf# mine\r\n" + text.encode())
    with open_store(str(path)) as store:
        assert list(store.claims()) == [one()]
        store.add([one(id="0" * 32, row="x")])
        store.remove_claims(["0" * 32])
    assert path.read_bytes() == before


def test_literals_stay_as_they_are_written(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    written = [
        '"0.80"^^<http://www.w3.org/2001/XMLSchema#double>',
        '"9999-12-31"^^<http://www.w3.org/2001/XMLSchema#date>',
        '"0999-01-02"^^<http://www.w3.org/2001/XMLSchema#date>',
        '"no number"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"e\u0301\\u0000\u202e"',
        '"chat"@fr',
    ]
    with path.open("a", encoding="utf-8") as stream:
        stream.writelines(f"<a:{n}> <a:p> {literal} .\n" for n, literal in enumerate(written))
    with open_store(str(path)) as store:
        assert [line[12:] for line in sorted(lines(store)) if line.startswith("<a:")] == written
        store.remove("a")
        store.query("INSERT DATA { <a:x> <a:y> 1 }", write=True)
    with open_store(str(path), read_only=True) as store:
        assert [line[12:] for line in sorted(lines(store)) if "<a:p>" in line] == written
    assert capfd.readouterr() == ("", "")


BAD = {
    "foreign.ttl": (b"<a:a> <a:b> 1 .", "was not made by kg"),
    "empty.ttl": (b"", "was not made by kg"),
    "broken.nt": (b"<a:a> <a:b> 1 .\n\n<a:a> <a:b> .\n", "broken.nt:1: "),
    "line.ttl": (b'<a:a> <a:b> "1" .\n\n<a:a> <a:b> .\n', "line.ttl:3: "),
    "bytes.ttl": (b'<a:a> <a:b> "\xff" .', "bytes.ttl:1: .*UTF-8"),
    "relative.ttl": (b"<a> <b> <c> .", "relative.ttl:1: .*IRI"),
    "blank.ttl": (b"<a:a> <a:b> [] .", "a blank node; give it an IRI"),
    "term.ttl": (b"<a:a> <a:b> <<( <a:a> <a:b> <a:c> )>> .", "a triple term"),
    "named.trig": (b"<a:g> { <a:a> <a:b> 1 }", "the named graph <a:g>; move"),
    "named.nq": (b"<a:a> <a:b> <a:c> <a:g> .", "the named graph <a:g>; move"),
    "object.jsonld": (b'{"@id": ', "object.jsonld:1: "),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_store_is_refused_and_left_alone(tmp_path: Path, name: str) -> None:
    data, says = BAD[name]
    (tmp_path / name).write_bytes(data)
    with pytest.raises(StoreError, match=says):
        open_store(str(tmp_path / name), read_only=True)
    if data:
        with pytest.raises(StoreError, match=says):
            open_store(str(tmp_path / name))
    assert (tmp_path / name).read_bytes() == data


def test_reading_makes_no_file_and_writing_no_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no store; kg load"):
        open_store(str(tmp_path / "x.ttl"), read_only=True)
    with pytest.raises(StoreError, match="there is no folder"):
        open_store(str(tmp_path / "no/x.ttl"))
    (tmp_path / "y.ttl").mkdir()
    with pytest.raises(StoreError, match="cannot be read"):
        open_store(str(tmp_path / "y.ttl"))
    assert list(tmp_path.iterdir()) == [tmp_path / "y.ttl"]


@pytest.mark.parametrize(
    ("text", "store"),
    [
        ("oxigraph:x.kg", True),
        ("memory:", True),
        ("x.ttl", True),
        ("/a b/x.JSONLD", True),
        ("C:\\x.nq", True),
        ("oxigraph", False),
        ("http://host/x.ttl", False),
        ("x.claims.jsonl", False),
        (".ttl", False),
        ("ttl", False),
    ],
)
def test_a_store_is_told_from_a_file_to_load(text: str, store: bool) -> None:
    assert is_store(text) is store
    if not store:
        with pytest.raises(UsageError, match="is no store"):
            open_store(text, read_only=True)


def test_what_another_process_has_written_is_not_written_over(path: Path) -> None:
    other = one(id="0" * 32, row="other")
    with open_store(str(path)) as mine, open_store(str(path)) as theirs:
        theirs.add([other])
        written = path.read_bytes()
        with pytest.raises(StoreError, match="was changed by another process since it was opened"):
            mine.remove("a")
        with pytest.raises(StoreError, match="was changed"):
            mine.query("INSERT DATA { <a:a> <a:b> 1 }", write=True)
        assert list(mine.claims()) == [one()]
        assert len(state(mine)) < len(state(theirs))
        theirs.add([one(id="1" * 32, row="more")])
    assert path.read_bytes() != written
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_as_it_was_and_so_is_the_store(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    written = path.read_bytes()
    with open_store(str(path)) as store:
        before = state(store)
        monkeypatch.setattr(os, "fsync", full)
        for change in (
            lambda: store.add([one(id="0" * 32)]),
            lambda: store.remove("a"),
            lambda: store.query("DELETE WHERE { ?s ?p ?o }", write=True),
        ):
            with pytest.raises(StoreError, match="cannot be written: No space left on device"):
                change()
            assert state(store) == before
        monkeypatch.undo()
        assert path.read_bytes() == written
        assert store.remove("a") == 1
    assert list(path.parent.iterdir()) == [path]


def test_a_link_and_the_rights_of_a_file_are_kept(path: Path) -> None:
    path.chmod(0o640)
    link = path.with_name("link.nt")
    link.symlink_to(path.rename(path.with_name("target")))
    link.write_bytes(b"")
    with open_store(str(link)) as store:
        store.add([one()])
    assert link.is_symlink()
    assert link.stat().st_mode & 0o777 == 0o640
    assert link.read_bytes().startswith(b"<")


DYING = """
import os, pathlib, signal, sys
from kg.stores import open_store
from tests.test_stores import one
store = open_store(sys.argv[1])
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "before":
    os.fsync = die
else:
    replace = pathlib.Path.replace
    pathlib.Path.replace = lambda *paths: die(replace(*paths))
store.add([one(id="0" * 32, row="other")])
"""


@pytest.mark.parametrize(("moment", "claims"), [("before", 1), ("after", 2)])
def test_a_kill_leaves_the_old_file_or_the_new_one(path: Path, moment: str, claims: int) -> None:
    done = subprocess.run([sys.executable, "-c", DYING, str(path), moment], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    with open_store(str(path)) as store:
        assert len(list(store.claims())) == claims
        assert store.add([one(id="0" * 32, row="other")]).known == claims - 1
        assert len(list(store.claims())) == 2


FOURTH = """
import itertools, os, signal
written = itertools.count()
os.fsync = lambda _: next(written) < 3 or os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_load_is_whole_batches_and_a_second_run_completes_it(tmp_path: Path) -> None:
    source, file = tmp_path / "x.claims.jsonl", tmp_path / "x.nt"
    source.write_bytes(b"".join(to_json(CLAIMS)))
    with open_store(str(file)) as store:
        store.add(CLAIMS[:1])
    done = subprocess.run([sys.executable, "-c", FOURTH + LOADER, str(source), str(file)], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL
    with open_store(str(file)) as store:
        assert list(store.claims()) == sort(CLAIMS[:300])
        store.add(CLAIMS)
        assert list(store.claims()) == sort(CLAIMS)


class Host:
    """A host on this machine that hangs up on whoever calls, and counts the calls."""

    def __init__(self) -> None:
        self.calls = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}/x"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._server.accept()
            self.calls += 1
            connection.close()


@pytest.fixture(scope="module")
def host() -> Host:
    return Host()


QUERIES = (
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "BASE <URL> ASK FROM <> { ?s ?p ?o }",
    "CONSTRUCT FROM <URL> WHERE { ?s ?p ?o }",
    "DESCRIBE <a:a> FROM <URL>",
    "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { FILTER EXISTS { SERVICE SILENT <URL> { ?s ?p ?o } } }",
)
UPDATES = (
    "LOAD <URL>",
    "INSERT { <a:a> <a:b> 1 } USING <URL> WHERE { ?s ?p ?o }",
    "INSERT { <a:a> <a:b> 1 } USING NAMED <URL> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "DELETE { ?s ?p ?o } USING <URL> WHERE { ?s ?p ?o }",
)


# What Cypher may call is in tests/test_guard_cypher.py.
@pytest.mark.parametrize("make", [name for name in NAMES if name not in CYPHER], indirect=True)
def test_no_query_or_update_calls_a_host_unless_it_may(make: Make, host: Host) -> None:
    with make() as store:
        store.add([one()])
        before, calls = state(store), host.calls
        graph = store.rdflib()
        for text in QUERIES:
            for ask in (store.query, lambda text: list(graph.query(text))):
                with suppress(Exception):  # some are refused, some find nothing
                    ask(text.replace("URL", host.url))
        for text in UPDATES:
            for change in (lambda text: store.query(text, write=True), graph.update):
                with suppress(QueryError):
                    change(text.replace("URL", host.url))
        assert (state(store), host.calls) == (before, calls)
        with pytest.raises(QueryError):
            store.query(f"LOAD <{host.url}>", write=True, network=True)
        assert host.calls > calls


def test_a_remote_context_is_never_fetched(tmp_path: Path, host: Host) -> None:
    calls = host.calls
    data = f'{{"@context": "{host.url}", "@id": "a:a", "a:b": 1}}'
    (tmp_path / "x.jsonld").write_text(data, encoding="utf-8")
    with pytest.raises(StoreError, match="remote @context, and nothing is ever fetched"):
        open_store(str(tmp_path / "x.jsonld"))
    assert (host.calls, (tmp_path / "x.jsonld").read_text(encoding="utf-8")) == (calls, data)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("DELETE WHERE { ?s ?p ?o }", "an update needs --write"),
        ("SELEKT", "not a valid SPARQL query"),
        ("SELECT * FROM <a:a> { ?s ?p ?o }", "leave FROM and USING out"),
        ("SELECT * { ?s none:such ?o }", "none"),
        ("SELECT * {" + "{" * 400 + "?s ?p ?o" + "}" * 400 + "}", "nested too deep"),
    ],
)
def test_what_is_no_query_is_said_and_changes_nothing(path: Path, text: str, says: str) -> None:
    written = path.read_bytes()
    with open_store(str(path)) as store, pytest.raises(QueryError, match=says):
        store.query(text)
    assert path.read_bytes() == written


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("INSERT DATA { [] <a:b> 1 }", "a blank node; give it an IRI"),
        ("INSERT { ?o <a:b> ?s } WHERE { ?s kg:name ?o }", "what is no triple"),
        ("INSERT DATA { <a:a> <a:b> 1 } ; INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 2 } }", "cannot answer this update"),
        ("DELETE WHERE { ?s kg:name ?o } ; INSERT { ?s ?p 1 } USING <a:g> WHERE { ?s ?p ?o }", "leave FROM and USING"),
    ],
)
def test_an_update_that_fails_leaves_the_file_and_the_store_as_they_were(path: Path, text: str, says: str) -> None:
    written = path.read_bytes()
    with open_store(str(path)) as store:
        before = state(store)
        with pytest.raises(QueryError, match=says):
            store.query(text, write=True)
        assert state(store) == before
        assert path.read_bytes() == written


def test_no_update_reads_a_file_of_this_machine(path: Path) -> None:
    secret = path.with_name("secret.ttl")
    secret.write_text("<a:a> <a:b> 1 .", encoding="utf-8")
    with open_store(str(path)) as store:
        before = state(store)
        for url in (secret.as_uri(), str(secret)):
            with pytest.raises(QueryError, match="no file of this machine"):
                store.query(f"LOAD <{url}>", write=True, network=True)
        assert state(store) == before


def test_the_rdflib_graph_is_a_copy(path: Path) -> None:
    with open_store(str(path)) as store:
        before = state(store)
        store.rdflib().update("DELETE WHERE { ?s ?p ?o }")
        assert state(store) == before


# What rdflib by itself joins in a time that grows with the product of the parts, or answers otherwise.
HARD = (
    "SELECT * { VALUES ?x { 1 2 } { BIND(2 AS ?x) } }",
    "SELECT ?x ?n { VALUES ?x { entity:qatar entity:iran } { SELECT (COUNT(?x) AS ?n) { ?x a kg:State } } }",
    "SELECT ?x ?n { ?x kg:arms ?y { SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?o } GROUP BY ?x } }",
    "SELECT ?x { ?x a kg:State { SELECT ?x { ?x kg:arms ?y } ORDER BY ?x LIMIT 1 } }",
    "SELECT ?x { ?x a kg:State . { ?x ?r ?y } UNION { ?y ?r ?x } MINUS { ?x kg:arms ?z } }",
    "SELECT ?x ?y { VALUES ?x { 1 } { VALUES ?y { 2 } FILTER(BOUND(?x)) } }",
    "SELECT ?x ?y { VALUES ?x { 1 } { VALUES ?y { 1 2 } FILTER(?y = ?x) } }",
    "SELECT ?x ?z { VALUES ?x { 1 } { VALUES ?y { 2 } BIND(COALESCE(?x, ?y) AS ?z) } }",
    "SELECT ?x ?y { VALUES ?x { 1 } { VALUES ?y { 2 } OPTIONAL { VALUES ?z { 3 } FILTER(BOUND(?x)) } } }",
    "SELECT ?x ?y { ?x kg:arms ?y { ?y a kg:State FILTER NOT EXISTS { ?x kg:fights ?y } } }",
    "SELECT ?x ?l { VALUES ?k { kg:State } { ?x a ?k } UNION { ?k rdfs:subClassOf ?x } OPTIONAL { ?x rdfs:label ?l } }",
    "SELECT ?x (COUNT(*) AS ?n) (1 AS ?one) { ?x kg:arms entity:nobody } GROUP BY ?x",
    "SELECT (COUNT(*) AS ?n) { ?x kg:arms entity:nobody }",
    "SELECT ?x (SUM(?n) AS ?m) { { SELECT ?x (COUNT(?y) AS ?n) { ?x kg:nobody ?y } GROUP BY ?x } } GROUP BY ?x",
    "SELECT * { ?z kg:arms ?b . OPTIONAL { ?b kg:fights ?a } }",
    "ASK { ?x kg:arms ?y }",
    "CONSTRUCT { ?x kg:kind ?l . ?l kg:kind ?x } WHERE { ?x a kg:State ; rdfs:label ?l }",
    "DESCRIBE entity:qatar",
    "SELECT DISTINCT ?x ?c { ?x kg:confidence ?c FILTER(?c > 0.5) }",
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, example: list[Claim]) -> Iterator[tuple[Store, Store]]:
    """The example in a file and in Oxigraph."""
    with open_store(str(tmp_path_factory.mktemp("both") / "x.nt")) as file, open_store("memory:") as other:
        file.add(example)
        other.add(example)
        yield file, other


@pytest.mark.parametrize("text", HARD)
def test_a_query_has_the_same_answer_as_in_another_engine(both: tuple[Store, Store], text: str) -> None:
    answers = [store.answer(text) for store in both]
    assert answers[0].columns == answers[1].columns
    rows = [sorted(map(repr, answer.rows())) for answer in answers]
    assert rows[0] == rows[1]


def test_answers_have_the_standard_forms(both: tuple[Store, Store]) -> None:
    text = "SELECT ?x ?c ?none { ?x kg:confidence ?c } ORDER BY ?x"
    for format in ("csv", "tsv", "json"):
        assert both[0].answer(text).text(format) == both[1].answer(text).text(format)
    text = "CONSTRUCT WHERE { entity:qatar ?p ?o }"
    assert both[0].answer(text).text("turtle") == both[1].answer(text).text("turtle")
