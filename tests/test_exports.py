"""Exports: what goes out comes in again, equal where the format promises it, and told where it does not."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import msgspec
import networkx
import pyoxigraph
import pytest
from click.testing import CliRunner
from hypothesis import given, settings

from kg import exports, loading, ontology, rdf
from kg.claim import Article, Claim, Entity, new, to_json
from kg.cli import main
from kg.entities import slug
from kg.errors import StoreError, UsageError
from kg.exports import FORMATS, GRAPHS, RDF, TABLES, export
from kg.exports.rdf import entailed
from kg.graphs import graph
from kg.namespaces import RDFS, STORE
from kg.stores import file, open_store
from kg.stores.oxigraph import OxigraphStore
from kg.triples import SYNTAXES, triples
from tests import strategies

HOSTILE = [
    *strategies.HOSTILE,
    "<script>alert(1)</script>",
    "]]><![CDATA[ &amp; &#0; <!-- -->",
    '"/><node id="x"/>',
    '"quotes", commas; semicolons\tand tabs',
    "'single' ''two''",
    '""""',
    '=HYPERLINK("https://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "＝1+1",
    "\u00a0=1+1",
    "a,b\r\n=1+1",
    "\r\n\r\n",
    "\\u0041\\n\\",
    "${jndi:ldap://x}",
    "\x01\x02\x0b\x0c\x0e\x1f\x7f\x85",
    "\u2028\u2029\ufeff\ufffe\uffff",
    "\U0010ffff\U0001f469\u200d\U0001f680",
    "@prefix kg: <x:> . # .",
    "_:b0",
    '{"@context": "https://evil.example/"}',
]


def claim(text: str, **fields: Any) -> Claim:
    """A claim that holds, with a text in every field that can hold one."""
    a, b, c = (
        Entity(f"{role} {text}", f"{role} {text}", kind, text, (f"{role}:{slug(text)}",))
        for role, kind in (("a", "State"), ("b", "Government"), ("c", "Person"))
    )
    article = Article(text, text, text, "2016-10-12", text, text, text)
    values = {"begin": 3, "end": 3 + len(text), "quote": text, "row": text, "annotator": text, "confidence": 0.8}
    return new(a, "arms", b, article, attributed_to=c, marks=((3, 4, "subject"),), **values | fields)


PLAIN = claim("plain")


@pytest.fixture
def hostile() -> list[Claim]:
    return in_order(claim(text) for text in HOSTILE)


def in_order(claims: Any) -> list[Claim]:
    return sorted(claims, key=lambda each: each.id)


def exported(claims: Any, path: Path, **options: Any) -> bytes:
    export(claims, path, **options)
    return path.read_bytes()


def opened(data: bytes, format: str) -> OxigraphStore:
    """The RDF file as a store."""
    engine = pyoxigraph.Store()
    engine.load(data, getattr(pyoxigraph.RdfFormat, SYNTAXES[f".{format}"]))
    return OxigraphStore("memory:", engine, ontology.load(), read_only=True)


def triples_of(data: bytes, format: str) -> set[pyoxigraph.Triple]:
    syntax = getattr(pyoxigraph.RdfFormat, SYNTAXES[f".{format}"])
    return {quad.triple for quad in pyoxigraph.parse(data, syntax)}


# Without loss


@given(strategies.claims)
def test_an_rdf_file_is_a_store_of_the_same_claims(
    tmp_path_factory: pytest.TempPathFactory, claims: list[Claim]
) -> None:
    folder = tmp_path_factory.mktemp("rdf")
    with open_store("memory:") as store:
        store.add(claims)
        nodes = list(store.entities())
    for format in RDF:
        with opened(exported(claims, folder / f"x.{format}"), format) as store:
            assert list(store.claims()) == in_order(claims)
            assert list(store.entities()) == nodes


@pytest.mark.parametrize("format", RDF)
def test_hostile_texts_come_back_from_rdf(format: str, hostile: list[Claim], tmp_path: Path) -> None:
    with opened(exported(hostile, tmp_path / f"x.{format}"), format) as store:
        assert list(store.claims()) == hostile


def test_an_rdf_file_has_the_triples_of_a_store(example: list[Claim], tmp_path: Path) -> None:
    with open_store("memory:") as store:
        store.add(example)
        held = store.query("SELECT * { ?s ?p ?o }")
    made = [triples_of(exported(example, tmp_path / f"x.{format}"), format) for format in RDF]
    assert all(each == made[0] for each in made)
    assert len(made[0]) == len(held)


def test_json_lines_are_the_record(hostile: list[Claim], example: list[Claim], tmp_path: Path) -> None:
    for claims in (hostile, in_order(example)):
        for name in ("x.jsonl", "x.claims.jsonl"):
            assert exported(claims, tmp_path / name) == b"".join(to_json(claims))
    assert list(loading.read(tmp_path / "x.claims.jsonl", loading.Report())) == in_order(example)


@pytest.mark.parametrize("format", RDF)
def test_an_rdf_file_is_what_a_store_in_a_file_would_be(format: str, hostile: list[Claim], tmp_path: Path) -> None:
    data = exported(hostile, tmp_path / f"x.{format}")
    with file.open(str(tmp_path / f"x.{format}"), ontology.load(), True) as store:
        assert list(store.claims()) == hostile
    with file.open(str(tmp_path / f"y.{format}"), ontology.load(), False) as store:
        store.add(hostile)
    assert (tmp_path / f"y.{format}").read_bytes() == data


@pytest.mark.parametrize("format", FORMATS)
def test_equal_claims_give_equal_bytes(format: str, example: list[Claim], tmp_path: Path) -> None:
    path = tmp_path / f"x.{format}"
    expected = exported(example, path)
    for url, claims in (("memory:", example[::-1]), (f"oxigraph:{tmp_path / 'x.kg'}", [*example[90:], *example[:90]])):
        with open_store(url) as store:
            store.add(claims)
            store.add(claims)
            assert exported(store, path) == expected
    assert exported([*example, *example], tmp_path / "y", format=format) == expected


def test_of_two_claims_with_one_id_the_first_stays(tmp_path: Path) -> None:
    other = msgspec.structs.replace(PLAIN, confidence=0.1)
    assert exported([PLAIN, other], tmp_path / "x.jsonl") == exported([PLAIN], tmp_path / "y.jsonl")


def test_the_extension_of_a_store_goes_with_it(tmp_path: Path) -> None:
    extra = ontology.load(
        "@prefix ex: <https://terms.example/> . @prefix kg: <https://diplograph.example/ontology#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
        'ex:lendsTo a owl:ObjectProperty ; rdfs:label "lends to" ; rdfs:subPropertyOf kg:funds ; kg:sign 1 .'
    )
    lent = [new(PLAIN.subject, "lendsTo", PLAIN.object, PLAIN.article)]
    with pytest.raises(UsageError, match="lendsTo"):
        export(lent, tmp_path / "x.csv")
    with opened(exported(lent, tmp_path / "x.ttl", ontology=extra), "ttl") as store:
        assert list(store.claims()) == lent
        assert store.ontology.extra == extra.extra
        assert exported(store, tmp_path / "y.ttl") == exported(lent, tmp_path / "x.ttl", ontology=extra)
    (edge,) = networkx.parse_graphml(exported(lent, tmp_path / "x.graphml", ontology=extra).decode()).edges.values()
    assert edge["label"] == "lends to"


# Entailment


def closure(claims: list[Claim]) -> tuple[set[Any], set[Any]]:
    """What `entailed` makes of the claims, and what owlrl does, as rdflib triples."""
    import owlrl  # type: ignore[import-untyped]
    import rdflib

    terms = ontology.load()
    stated = [*rdf.ontology_triples(terms), *triples(claims, terms)]
    ours, theirs = rdflib.Graph(), rdflib.Graph()
    ours.parse(data="".join(f"{line} .\n" for line in entailed(stated)), format="nt")
    theirs.parse(data="".join(f"{line} .\n" for line in stated), format="nt")
    rules = owlrl.DeductiveClosure(owlrl.RDFS_Semantics, axiomatic_triples=False, datatype_axioms=False)
    rules.expand(theirs)
    return set(ours), set(theirs)


def check_closure(claims: list[Claim]) -> None:
    import rdflib

    ours, theirs = closure(claims)
    assert ours <= theirs
    said = {(subject, predicate) for subject, predicate, _ in ours}

    def is_left_out(subject: Any, predicate: Any, object: Any) -> bool:
        return (
            isinstance(subject, rdflib.Literal)
            or (
                isinstance(object, rdflib.Literal) and (subject, predicate) in said
            )  # the same value, spelled otherwise
            or subject == object
            or (
                predicate in (rdflib.RDF.type, rdflib.RDFS.subClassOf)
                and str(object).startswith((RDFS, str(rdflib.RDF)))
            )
        )

    assert {triple for triple in theirs - ours if not is_left_out(*triple)} == set()


def test_what_is_entailed_of_the_example_is_its_rdfs_closure(example: list[Claim]) -> None:
    check_closure(example[:150])


@settings(max_examples=10)
@given(strategies.claims)
def test_what_is_entailed_of_any_claims_is_their_rdfs_closure(claims: list[Claim]) -> None:
    check_closure(claims)


@given(strategies.claims)
def test_one_pass_of_the_rules_is_enough(claims: list[Claim]) -> None:
    terms = ontology.load()
    once = entailed([*rdf.ontology_triples(terms), *triples(claims, terms)])
    assert set(entailed(once)) == set(once)


def test_an_edge_stands_under_the_relations_above_it_too(tmp_path: Path) -> None:
    data = exported([PLAIN], tmp_path / "x.nt", entail=True).decode()
    edge = "<https://diplograph.example/entity/a%20plain> <https://diplograph.example/ontology#{}> "
    edge += "<https://diplograph.example/entity/b%20plain> .\n"
    assert all(edge.format(relation) in data for relation in ("arms", "backsMilitarily", "backs", "supports"))
    assert edge.format("opposes") not in data
    assert f"type> <{RDFS}Resource>" not in data


@pytest.mark.parametrize("format", RDF)
def test_an_entailed_file_is_no_store_but_has_the_same_claims(
    format: str, example: list[Claim], tmp_path: Path
) -> None:
    assert export(example, tmp_path / f"x.{format}", entail=True) == [
        "the mark of a store, since it holds what nobody stated"
    ]
    data = (tmp_path / f"x.{format}").read_bytes()
    with pytest.raises(StoreError, match="not made by kg"):
        opened(data, format)
    engine = pyoxigraph.Store()
    engine.load(data, getattr(pyoxigraph.RdfFormat, SYNTAXES[f".{format}"]))
    mark = "".join(f"{line} .\n" for line in rdf.ontology_triples(ontology.load()) if line.startswith(f"<{STORE}>"))
    engine.load(mark, pyoxigraph.RdfFormat.N_TRIPLES)
    with OxigraphStore("memory:", engine, ontology.load()) as store:
        assert list(store.claims()) == in_order(example)


# Tables


def rows(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline=""), delimiter=delimiter, strict=True))


def check_rows(claims: list[Claim], read: list[dict[str, str]]) -> None:
    """Every field of every claim stands in its row, as it is."""
    assert len(read) == len(claims)
    for each, row in zip(claims, read, strict=True):
        for role, entity in zip(("subject", "object", "attributed_to"), (*each.entities, None), strict=False):
            described = entity or Entity(kind="")
            assert row[role] == described.name
            assert [row[f"{role}_{part}"] for part in ("id", "kind", "written")] == [
                described.id,
                described.kind,
                described.written,
            ]
            assert row[f"{role}_same_as"].split() == " ".join(described.same_as).split()
        fields = ("id", "relation", "begin", "end", "quote", "row", "modality", "valid_from", "valid_to", "annotator")
        for field, value in {field: getattr(each, field) for field in fields}.items():
            assert row[field] == ("" if value is None else str(value))
        assert row["negated"] == str(each.negated).lower()
        assert (float(row["confidence"]) if row["confidence"] else None) == each.confidence
        assert row["article"] == each.article.id
        for field in ("title", "publisher", "published", "url", "author", "language"):
            assert row[field] == (getattr(each.article, field) or "")
        marks = [tuple(mark.split()) for mark in row["marks"].split(";") if mark]
        assert marks == [(str(begin), str(end), role) for begin, end, role in each.marks]


@pytest.mark.parametrize(("format", "delimiter"), [("csv", ","), ("tsv", "\t")])
@given(claims=strategies.claims)
def test_a_table_has_every_field(
    tmp_path_factory: pytest.TempPathFactory, format: str, delimiter: str, claims: list[Claim]
) -> None:
    data = exported(claims, tmp_path_factory.mktemp("table") / f"x.{format}")
    check_rows(in_order(claims), rows(data, delimiter))


def test_hostile_texts_stand_in_a_table(hostile: list[Claim], tmp_path: Path) -> None:
    check_rows(hostile, rows(exported(hostile, tmp_path / "x.csv")))


def test_a_table_is_one_that_load_reads(example: list[Claim], tmp_path: Path) -> None:
    report = loading.Report()
    export(example, tmp_path / "x.csv")
    read = list(loading.read(tmp_path / "x.csv", report))
    assert {problem.code for problem in report.problems} <= {"no-text", "range"}

    def unplaced(claims: list[Claim]) -> list[bytes]:
        nowhere: dict[str, Any] = {"id": "", "begin": None, "end": None, "marks": (), "quote": None}
        return sorted(to_json(msgspec.structs.replace(each, **nowhere) for each in claims))

    assert unplaced(read) == unplaced(example)
    assert export(example, tmp_path / "x.csv") == [
        f"begin, end and marks to a later kg load, which looks for the quotes anew ({len(example)})"
    ]


def test_a_claim_without_quote_comes_back_equal_from_a_table(tmp_path: Path) -> None:
    rowed = [claim("plain", begin=None, end=None, quote=None, row=str(number)) for number in range(3)]
    rowed = [msgspec.structs.replace(each, marks=()) for each in rowed]
    rowed = [new(each.subject, each.relation, each.object, each.article, row=each.row) for each in rowed]
    assert export(rowed, tmp_path / "x.tsv") == []
    assert in_order(loading.read(tmp_path / "x.tsv", loading.Report())) == in_order(rowed)


@pytest.mark.parametrize(
    ("text", "is_run"),
    [
        ("=1+1", True),
        ("+1", True),
        ("-1", True),
        ("@SUM(A1)", True),
        ("\tx", True),
        ("\rx", True),
        ("\nx", True),
        ("\0x", True),
        (" =1", True),
        ("\u00a0=1", True),
        ("＝1", True),
        ("＋1", True),
        ("－1", True),
        ("＠x", True),
        ("a=1", False),
        ("'=1", False),
        ("Сирия", False),
    ],
)
def test_excel_safe_disarms_what_a_spreadsheet_would_run(text: str, is_run: bool, tmp_path: Path) -> None:
    claims = [msgspec.structs.replace(PLAIN, quote=text)]
    plain, safe = exported(claims, tmp_path / "x.csv"), exported(claims, tmp_path / "y.csv", excel_safe=True)
    assert rows(plain)[0]["quote"] == text
    assert safe.startswith(b"\xef\xbb\xbf")
    assert not plain.startswith(b"\xef\xbb\xbf")
    (row,) = rows(safe.removeprefix(b"\xef\xbb\xbf"))
    assert row["quote"] == ("'" + text if is_run else text)
    assert row | {"quote": text} == rows(plain)[0]
    told = [line for line in export(claims, tmp_path / "y.csv", excel_safe=True) if "apostrophe" in line]
    assert told == (["texts that a spreadsheet would run, before which an apostrophe stands (1)"] * is_run)


def test_a_disarmed_table_holds_no_cell_that_is_run(hostile: list[Claim], tmp_path: Path) -> None:
    for format, delimiter in (("csv", ","), ("tsv", "\t")):
        data = exported(hostile, tmp_path / f"x.{format}", excel_safe=True).removeprefix(b"\xef\xbb\xbf")
        cells = [cell for row in rows(data, delimiter) for cell in row.values()]
        assert not [cell for cell in cells if cell.strip()[:1] in tuple("=+-@＝＋－＠") and cell]
        assert data.startswith(b'"subject"'), "a quoted cell cannot end before its end, whatever the delimiter"


# Graphs


def read_graph(data: bytes, format: str) -> Any:
    return (networkx.read_gexf if format == "gexf" else networkx.read_graphml)(io.BytesIO(data))


def fit(text: str) -> str:
    """The text as XML 1.0 can hold it."""
    folded = text.replace("\r\n", "\n").replace("\r", "\n")
    allowed = (c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" for c in folded)
    return "".join(c if is_allowed else "\ufffd" for c, is_allowed in zip(folded, allowed, strict=True))


def check_graph(claims: list[Claim], data: bytes, format: str) -> None:
    read, expected = read_graph(data, format), graph(claims)
    nodes = {
        rdf.iri("", id): {
            "label": fit(about["name"]),
            "name": fit(about["name"]),
            "kinds": "; ".join(about["kinds"]),
            "aliases": fit("; ".join(about["aliases"])),
            "same_as": fit("; ".join(about["same_as"])),
        }
        for id, about in expected.nodes(data=True)
    }
    assert {id: dict(about) for id, about in read.nodes(data=True)} == {
        id: {name: value for name, value in about.items() if value} for id, about in nodes.items()
    }
    found = {(source, target, about["relation"]): about for source, target, about in read.edges(data=True)}
    assert len(found) == read.number_of_edges() == expected.number_of_edges()
    for subject, object, relation, about in expected.edges(keys=True, data=True):
        edge = found[rdf.iri("", subject), rdf.iri("", object), relation]
        for name in ("sign", "weight", "articles", "denials", "symmetric", "first", "last"):
            assert edge.get(name) == about[name], name
        assert edge["claims"].split() == list(about["claims"])
        quoted = {each.id: each.quote for each in claims if each.quote and each.quote.strip()}
        for id in set(about["claims"]) & quoted.keys():
            assert fit(" ".join(quoted[id].split())) in edge["quotes"]
        assert edge["label"] == ontology.load().relations[relation].label


@pytest.mark.parametrize("format", GRAPHS)
@given(claims=strategies.claims)
def test_a_graph_has_the_nodes_and_edges_of_the_claims_that_hold(
    tmp_path_factory: pytest.TempPathFactory, format: str, claims: list[Claim]
) -> None:
    check_graph(claims, exported(claims, tmp_path_factory.mktemp("graph") / f"x.{format}"), format)


@pytest.mark.parametrize("format", GRAPHS)
def test_hostile_texts_stand_in_a_graph(
    format: str, hostile: list[Claim], example: list[Claim], tmp_path: Path
) -> None:
    check_graph(hostile, exported(hostile, tmp_path / f"x.{format}"), format)
    check_graph(example, exported(example, tmp_path / f"x.{format}"), format)


@pytest.mark.parametrize("format", GRAPHS)
def test_an_edge_opens_its_sentences(format: str, tmp_path: Path) -> None:
    later = claim("Two\r\nlines.", valid_from="2016")
    later = msgspec.structs.replace(later, subject=PLAIN.subject, object=PLAIN.object)
    later = msgspec.structs.replace(later, article=Article("later", publisher="Le Soir", published="2016-10-13"))
    undated = msgspec.structs.replace(PLAIN, id="0" * 32, article=Article("undated"), quote="Nobody signed.")
    (edge,) = read_graph(exported([later, undated, PLAIN], tmp_path / f"x.{format}"), format).edges.values()
    assert edge["quotes"].split("\n") == [
        "Nobody signed. (undated)",
        "plain (plain, 2016-10-12)",
        "Two lines. (Le Soir, 2016-10-13)",
    ]


@pytest.mark.parametrize("format", GRAPHS)
def test_parallel_edges_are_told_apart(format: str, tmp_path: Path) -> None:
    funds = new(PLAIN.subject, "funds", PLAIN.object, PLAIN.article)
    data = exported([PLAIN, funds], tmp_path / f"x.{format}")
    assert sorted(key for *_, key in read_graph(data, format).edges(keys=True)) == [
        "a%20plain arms b%20plain",
        "a%20plain funds b%20plain",
    ]
    if format == "gexf":
        assert data.count(b'kind="arms"') == data.count(b'kind="funds"') == 1


def test_a_gexf_file_is_the_same_on_any_day(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    today = exported([PLAIN], tmp_path / "x.gexf")
    monkeypatch.setattr("time.strftime", lambda *_: "1999-12-31")
    assert exported([PLAIN], tmp_path / "x.gexf") == today


def test_a_graph_says_what_it_leaves_out(tmp_path: Path) -> None:
    denied, planned = claim("x", negated=True), claim("y", modality="planned")
    what = "who says so, the words as written, marks, dates of validity, confidence, annotator"
    assert export([PLAIN, denied, planned], tmp_path / "x.gexf") == [
        "claims that do not hold, denied or not actual (2)",
        what,
    ]
    assert export([claim("nul\0")], tmp_path / "x.graphml") == [
        what,
        "texts with characters that XML cannot hold, for which U+FFFD stands (5)",
    ]
    assert export([], tmp_path / "x.graphml") == []


# The file


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("x.pdf", {}, "x.pdf: no known format; there are ttl, nt, nq, trig, jsonld, jsonl, csv, tsv, graphml, gexf"),
        ("ttl", {}, "no known format"),
        ("x.ttl", {"format": "pdf"}, "pdf: no known format"),
        ("x.ttl", {"format": ""}, "no known format"),
        ("", {}, "no known format"),
        ("folder.ttl", {}, "is a folder"),
        ("nowhere/x.ttl", {}, "there is no folder"),
        ("x.csv", {"entail": True}, "csv holds no triples"),
        ("x.jsonl", {"entail": True}, "jsonl holds no triples"),
        ("x.ttl", {"excel_safe": True}, "ttl is not for spreadsheets"),
        ("pipe.ttl", {}, "is no plain file"),
        ("nul\0.ttl", {}, "can be no path"),
    ],
)
def test_what_cannot_be_written_is_refused(name: str, options: Any, message: str, tmp_path: Path) -> None:
    import os

    (tmp_path / "folder.ttl").mkdir()
    os.mkfifo(tmp_path / "pipe.ttl")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UsageError, match=message):
        export([PLAIN], tmp_path / name, **options)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_is_replaced_as_a_whole_or_not_at_all(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"x.{format}"
    path.write_text("before")
    path.chmod(0o600)
    broken = msgspec.structs.replace(PLAIN, quote="half \ud800")
    if format not in GRAPHS:
        with pytest.raises(UsageError, match="half of a UTF-16 pair"):
            export([broken], path)
        assert path.read_text() == "before"
    export([PLAIN], path)
    assert path.read_text() != "before"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "x.ttl"
    path.write_text("before")
    monkeypatch.setattr("kg.paths.shutil.copymode", full)
    with pytest.raises(UsageError, match=r"x\.ttl cannot be written: No space left on device"):
        export([PLAIN], path)
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.ttl").symlink_to(tmp_path / "x.ttl")
    export([PLAIN], tmp_path / "link.ttl")
    assert (tmp_path / "link.ttl").is_symlink()
    assert exported([PLAIN], tmp_path / "y.ttl") == (tmp_path / "x.ttl").read_bytes()


@pytest.mark.parametrize("name", ["X.TTL", "a b\n$(x)'\".ttl", "-x.ttl", "Сирия.ttl", "%s{0}.ttl", "x.csv.ttl"])
def test_any_name_will_do(name: str, tmp_path: Path) -> None:
    assert exported([PLAIN], tmp_path / name) == exported([PLAIN], tmp_path / "x", format="ttl")


def test_no_claims_are_a_file_too(tmp_path: Path) -> None:
    for format in FORMATS:
        assert exported([], tmp_path / f"x.{format}") is not None
    assert rows((tmp_path / "x.csv").read_bytes()) == []
    assert read_graph((tmp_path / "x.gexf").read_bytes(), "gexf").number_of_nodes() == 0


# The command


@pytest.fixture
def store(tmp_path: Path) -> str:
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    with open_store(url) as store:
        store.add([PLAIN, claim("x", negated=True)])
    return url


def run(*arguments: str) -> tuple[bytes, list[str]]:
    """What the command writes on standard output, and the lines on standard error."""
    done = CliRunner().invoke(main, ["export", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout_bytes, done.stderr.splitlines()


def test_the_command_says_what_a_file_does_not_carry(store: str, tmp_path: Path) -> None:
    turtle, graph = str(tmp_path / "x.ttl"), str(tmp_path / "x.graphml")
    assert run("-o", turtle, "--store", store) == (b"", [f"{turtle}: 2 claims"])
    out, (first, second, third) = run("-o", graph, "--store", store)
    assert (out, first) == (b"", f"{graph}: 2 claims")
    assert second == (
        f"{graph}: does not carry claims that do not hold, denied or not actual (1); kg export -o FILE.ttl carries all"
    )
    assert "who says so" in third


def test_the_command_writes_to_standard_output(store: str, tmp_path: Path) -> None:
    for format in FORMATS:
        out, told = run("-o", "-", "--format", format, "--store", store)
        run("-o", str(tmp_path / "x"), "--format", format, "--store", store)
        assert out == (tmp_path / "x").read_bytes()
        assert told[0] == "standard output: 2 claims"
    with pytest.raises(UsageError, match="standard output has no ending"):
        run("-o", "-", "--store", store)


def test_json_ld_needs_nothing_from_elsewhere(example: list[Claim], tmp_path: Path) -> None:
    nodes = json.loads(exported(example, tmp_path / "x.jsonld"))
    assert all("@context" not in node for node in nodes)


def test_the_formats_are_those_that_are_rendered() -> None:
    assert set(RDF) == {ending.removeprefix(".") for ending in SYNTAXES}
    assert set(exports.FORMATS) == {*RDF, *TABLES, *GRAPHS, "jsonl"}
