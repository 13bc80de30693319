"""Hostile text on its way out: in exports, on a terminal and on disk it is only ever text."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import networkx
import pytest
import rdflib

import kg
from kg import cli, ontology, starter
from kg.claim import Article, Claim
from kg.exports import GRAPHS, RDF, export
from kg.stores import open_store
from tests.conftest import ROOT
from tests.hostile import (
    CONTROL,
    FILE_NAMES,
    ROLES,
    all_read,
    all_short,
    asked,
    nfc,
    offline,
    opened,
    record,
    tidy,
)
from tests.payloads import NAMES, SHORT


@pytest.fixture(scope="module", autouse=True)
def _offline() -> Iterator[None]:
    with offline():
        yield


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> list[Claim]:
    return all_short(all_read(tmp_path_factory.mktemp("given")))


# Exported


@pytest.fixture(scope="module")
def exported(short: list[Claim], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    folder = tmp_path_factory.mktemp("exported")

    def of(format: str) -> bytes:
        export(short, folder / f"x.{format}")
        return (folder / f"x.{format}").read_bytes()

    return of


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # what it does itself
@pytest.mark.parametrize("format", RDF)
def test_another_rdf_parser_reads_the_same(
    format: str, exported: Callable[[str], bytes], short: list[Claim], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    data = exported(format)
    with opened(data, format) as store:
        assert list(store.claims()) == short
        ours = {(row["s"], row["p"], str(row["o"])) for row in store.query("SELECT ?s ?p (STR(?x) AS ?o) { ?s ?p ?x }")}
    syntax = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld"}[format]
    graph = rdflib.Dataset() if format in ("nq", "trig", "jsonld") else rdflib.Graph()
    graph.parse(data=data.decode(), format=syntax)
    assert {(str(each[0]), str(each[1]), str(each[2])) for each in graph} == ours


def test_json_lines_and_tables_hold_every_text(exported: Callable[[str], bytes], short: list[Claim]) -> None:
    read = [json.loads(line) for line in exported("jsonl").splitlines()]
    assert [msgspec.convert(each, Claim) for each in read] == short
    for format, delimiter in (("csv", ","), ("tsv", "\t")):
        rows = list(csv.DictReader(io.StringIO(exported(format).decode(), newline=""), delimiter=delimiter))
        for row, claim in zip(rows, short, strict=True):
            assert None not in row
            for role, entity in zip(ROLES, claim.entities, strict=True):
                cells = row[role], row[f"{role}_id"], row[f"{role}_written"], row[f"{role}_same_as"]
                assert cells == (entity.name, entity.id, entity.written, " ".join(entity.same_as))
            assert [row[f] for f in ("article", *Article.__struct_fields__[1:])] == [*astexts(claim.article)]
            assert (row["quote"], row["row"], row["annotator"]) == (claim.quote, claim.row, claim.annotator)


def astexts(article: Article) -> tuple[Any, ...]:
    return msgspec.structs.astuple(article)


def fit(text: str) -> str:
    """The text as XML 1.0 can hold it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[^\t\n -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


@pytest.mark.parametrize("format", GRAPHS)
def test_a_graph_file_holds_texts_and_no_markup_of_theirs(
    format: str, exported: Callable[[str], bytes], short: list[Claim]
) -> None:
    data = exported(format)
    tree = ET.fromstring(data, ET.XMLParser(target=ET.TreeBuilder(insert_comments=True, insert_pis=True)))
    tags = [str(element.tag).rpartition("}")[2] for element in tree.iter()]
    assert b"<!" not in data
    assert {*tags} <= {"graphml", "key", "data", "gexf", "meta", "creator", "attributes", "attribute"} | {
        *("graph", "nodes", "node", "edges", "edge", "attvalues", "attvalue")
    }
    people = {entity.id for claim in short for entity in claim.entities}
    edges = {(claim.subject.id, claim.relation, claim.object.id) for claim in short}
    assert (tags.count("node"), tags.count("edge")) == (len(people), len(edges))
    graph = (networkx.read_gexf if format == "gexf" else networkx.read_graphml)(io.BytesIO(data))
    shown = {node["name"] for _, node in graph.nodes(data=True)}
    assert {fit(record(text)["object"]["name"]) for text in map(nfc, SHORT.values())} <= shown


# On a terminal


def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[Any, str]:
    """Status, and what `kg` says to people, when it is run in this process."""
    monkeypatch.setattr(sys, "argv", ["kg", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.run()
    return ended.value.code, capsys.readouterr().err


@pytest.fixture
def small(tmp_path: Path) -> str:
    url = f"oxigraph:{tmp_path / 'small.kg'}"
    with open_store(url) as store:
        store.add(asked("Someone"))
    return url


def test_errors_are_one_line_that_steers_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], small: str, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    before = {*tmp_path.iterdir()}
    for number, text in enumerate(SHORT.values()):
        commands = (
            ("ask", "--", text),
            ("ask", "profile", "--actor", text, "--store", small),
            ("ask", "who-whom", "--relation", text, "--store", small),
            ("ask", "as-of", "--date", text, "--store", small),
            ("retract", "--into", small, "--", text),
            ("sparql", f"@{text}", "--store", small),
            ("load", "--from", "claims.jsonl", "--into", small, "--", f"{text}/none"),
            ("export", "-o", f"{text}.none", "--store", small),
            ("claims", f"none/{text}"),
        )
        for arguments in commands[number % 4 :: 4]:
            status, said = command(monkeypatch, capsys, *arguments)
            assert status == 2, arguments
            assert said.startswith("kg: ")
            assert said.count("\n") == 1, said
            assert not CONTROL.search(said), ascii(said)
    assert {*tmp_path.iterdir()} == before


def test_what_the_command_line_cannot_parse_steers_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in (*SHORT.values(), "\udcff"):
        for arguments in ((text,), ("ask", "actors", text), ("ask", "--format", text), ("ask", f"--x{text}")):
            status, said = command(monkeypatch, capsys, *arguments)
            assert status == 2, arguments
            assert not CONTROL.search(said), ascii(said)


def odd_files(folder: Path) -> int:
    """Files with odd names whose claims lack an end; how many there are."""
    folder.mkdir()
    for text in FILE_NAMES.values():
        (folder / f"{text}.ann").write_text(f"T1\tState 0 1\t{tidy(text)}\nR1\t{tidy(text)} Arg1:T1\n", "utf-8")
    return len([path for path in folder.iterdir() if not path.name.startswith(".")])


def test_problems_and_tables_steer_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], short: list[Claim], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    url = "oxigraph:x.kg"
    with open_store(url) as store:
        store.add(short)
    files = odd_files(tmp_path / "odd")
    report = kg.load(tmp_path / "odd", "memory:")
    assert len(report.files) == files
    for arguments, count in (
        (("check", "odd"), len(report.problems)),
        (("stats", "--by", "article", "--store", url, "--format", "table"), len(SHORT) + 2),
        (("ask", "who-whom", "--relation", "arms", "--store", url, "--format", "table"), len(SHORT) + 2),
        (("sparql", "SELECT ?q { ?s kg:quote ?q }", "--store", url, "--format", "table"), len(short) + 2),
    ):
        monkeypatch.setattr(sys, "argv", ["kg", *arguments])
        with pytest.raises(SystemExit):
            cli.run()
        out, err = capsys.readouterr()
        assert len(out.splitlines()) >= count
        assert not CONTROL.search(out + err), ascii(CONTROL.search(out + err))


def on_a_terminal(*arguments: str, cwd: Path) -> str:
    """What a real `kg` writes to a terminal."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-m", "kg", *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color"},
    )
    os.close(theirs)
    written = b""
    try:
        while part := os.read(ours, 1 << 16):
            written += part
    except OSError:  # how Linux says that nobody has the other end any more
        pass
    os.close(ours)
    running.wait()
    return written.decode()


def test_a_real_terminal_gets_no_sequence_but_ours(short: list[Claim], tmp_path: Path) -> None:
    with open_store(f"oxigraph:{tmp_path / 'x.kg'}") as store:
        store.add(short)
    odd_files(tmp_path / "odd")
    ask = ("ask", "who-whom", "--relation", "arms", "--store", "oxigraph:x.kg")
    for arguments in (ask, ("load", "odd", "--into", "oxigraph:y.kg")):
        written = on_a_terminal(*arguments, cwd=tmp_path)
        assert "red" in written
        assert "\x1b[31m" not in written
        plain = re.sub(r"\r\x1b\[K|\x1b\[[0-9;]*m", "", written.replace("\r\n", "\n"))
        assert not CONTROL.search(plain), ascii(CONTROL.search(plain))


# Beside the store


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every path below a folder, with what is in it."""
    found = sorted(folder.rglob("*"))
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in found}


def process(*arguments: str, cwd: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    here = {"PYTHONPATH": str(ROOT), "HOME": str(cwd.parent / "home"), "TMPDIR": str(cwd.parent / "tmp")}
    done = subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env={key: value for key, value in os.environ.items() if key != "KG_STORE"} | here,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    assert not CONTROL.search(done.stderr.decode())
    return done


@pytest.mark.parametrize("store", ["oxigraph:x.kg", "x.ttl"])
def test_nothing_is_written_but_the_store_and_what_was_named(store: str, short: list[Claim], tmp_path: Path) -> None:
    for name in ("home", "tmp", "work", "etc"):
        (tmp_path / name).mkdir()
    (tmp_path / "etc/passwd").write_text("untouched", encoding="utf-8")
    before, work = tree(tmp_path), tmp_path / "work"
    sent = b"".join(kg.claim.to_json(short))
    assert process("load", "-", "--from", "claims.jsonl", "--into", store, cwd=work, stdin=sent).returncode == 0
    assert process("claims", store, cwd=work).stdout == sent
    assert process("view", "--store", store, "-o", "x.html", cwd=work).returncode == 0
    assert process("export", "--store", store, "-o", "x.csv", cwd=work).returncode == 0
    named = {f"work/{store.removeprefix('oxigraph:')}", "work/x.html", "work/x.csv"}
    new = {path: data for path, data in tree(tmp_path).items() if before.get(path, b"new") != data}
    assert {"/".join(path.split("/")[:2]) for path in new} == named
    assert all((tmp_path / path).exists() for path in named)


WRITE: dict[str, Callable[[list[Claim], str], object]] = {
    "export": lambda claims, path: export(claims, path, format="ttl"),
    "view": kg.view,
    "init": lambda _, path: starter.write(path, ontology.load()),
}


@pytest.mark.parametrize("verb", WRITE)
def test_a_path_is_that_very_path_or_refused(verb: str, tmp_path: Path) -> None:
    folder = tmp_path / "named"
    folder.mkdir()
    written = set()
    for text in NAMES.values():
        name = f"{text}.x"
        if "\0" in text or (verb == "init" and "/" in text):  # no argument holds a NUL; init makes folders on the way
            continue
        try:
            WRITE[verb](asked("Someone"), f"{folder}/{name}")
        except (kg.UsageError, OSError) as error:
            assert "/" in name or len(name.encode()) > 255, error
        else:
            written.add(name)
    assert {path.name for path in folder.iterdir()} == written
    assert {path.name for path in tmp_path.iterdir()} == {"named"}
    assert len(written) > len(NAMES) / 2
