"""Event tables: golden rows of ICEWS, GDELT and POLECAT, the real files counted anew, and tables of a user."""

import csv
import io
import json
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import events
from kg.loaders.events import cells

from kg import ontology
from kg.claim import Claim, identified
from kg.errors import PROBLEMS, Problem, UsageError
from kg.formats import FORMATS, loader
from kg.loading import Report
from kg.loading import read as load
from kg.mappings import Vocabulary, vocabulary
from kg.sources import Source
from tests.conftest import ROOT
from tests.golden import compare
from tests.mutations import PIECES, mutated

CASES = Path(__file__).parent / "data" / "events"
WORDS = Vocabulary(ontology.load())


class Memory(Source):
    """A table that stands in no file."""

    def __init__(self, table: bytes | BinaryIO, name: str = "table.csv") -> None:
        super().__init__(Path(name), Path())
        self._table = io.BytesIO(table) if isinstance(table, bytes) else table

    def open(self) -> BinaryIO:
        return self._table


def apart(items: Iterable[Claim | Problem]) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems."""
    found = list(items)
    return [i for i in found if isinstance(i, Claim)], [i for i in found if isinstance(i, Problem)]


def read(table: str, data: bytes) -> tuple[list[Claim], list[Problem]]:
    """What one of our tables gives."""
    return apart(events.table(table).read(Memory(data), WORDS))


def own(description: dict[str, Any], data: str) -> tuple[list[Claim], list[Problem]]:
    """What a user's table gives, but for the note that it has no sidecar."""
    claims, problems = apart(events.table("own", description).read(Memory(data.encode()), WORDS))
    return claims, [about for about in problems if about.code != "no-article"]


def said(claim: Claim) -> tuple[str, str, str]:
    return claim.subject.written, claim.relation, claim.object.written


def format_of(case: str) -> str:
    return case.partition("+")[0]


def table_of(case: str) -> Path:
    return next(path for path in (CASES / case).iterdir() if path.suffix != ".jsonl")


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.

GOLDEN = sorted(path.name for path in CASES.iterdir())


@pytest.mark.parametrize("case", GOLDEN)
def test_golden(case: str) -> None:
    path = table_of(case)
    source = Source(path, CASES / case)
    source.name = path.name
    claims, problems = apart(events.table(format_of(case)).read(source, WORDS))
    compare(CASES / case, claims, problems)


@pytest.mark.parametrize("case", GOLDEN)
def test_ids_are_those_that_follow_from_the_claims(case: str) -> None:
    claims, _ = read(format_of(case), table_of(case).read_bytes())
    assert claims
    assert claims == [identified(claim) for claim in claims]


# What is recognised, by content alone: exactly one loader says yes.


@pytest.mark.parametrize("case", GOLDEN)
def test_exactly_one_loader_knows_a_table(case: str) -> None:
    head = table_of(case).read_bytes()
    for name in (table_of(case).name, "whatever.dat"):
        assert [format for format in FORMATS if loader(format).recognises(name, head)] == [format_of(case)]


def header(case: str) -> bytes:
    return table_of(case).read_bytes().split(b"\n")[0]


FACT = "Iran\tConsult\tIraq\t2014-01-02"
RECOGNISED = [
    ("a header alone", header("icews"), "icews"),
    ("a header of small letters", header("icews").lower().replace(b" ", b"_"), "icews"),
    ("a byte order mark", b"\xef\xbb\xbf" + header("polecat"), "polecat"),
    ("one fact", FACT.encode(), "icews.facts"),
    ("one row in twenty is damaged", "\n".join([*[FACT] * 10, "x", *[FACT] * 10]).encode(), "icews.facts"),
    ("the end of the head is cut", f"{FACT}\n{FACT}\nIra".encode(), "icews.facts"),
    ("facts in numbers", b"1\t2\t3\t2014-01-02\n", None),
    ("facts with a time", b"Iran\tConsult\tIraq\t2014-01-02 10:00\n", None),
    ("facts of three columns", b"Iran\tConsult\tIraq\n", None),
    ("facts of five columns", b"Iran\tConsult\tIraq\t2014-01-02\t2014-01-03\n", None),
    ("most rows are others", "\n".join([FACT, *["x"] * 10]).encode(), None),
    ("a header that lacks a column", header("icews").replace(b"CAMEO Code", b"Code"), None),
    ("GDELT with other cells", b"\t".join([b"x"] * 61), None),
    ("nothing", b"", None),
    ("blank lines", b"\n\r\n \n", None),
    ("no text", bytes(range(256)), None),
]


@pytest.mark.parametrize(("head", "expected"), [row[1:] for row in RECOGNISED], ids=[row[0] for row in RECOGNISED])
def test_recognises(head: bytes, expected: str | None) -> None:
    known = [name for name in ("gdelt", "icews", "icews.facts", "polecat") if loader(name).recognises("t.txt", head)]
    assert known == ([expected] if expected else [])


@given(st.binary(max_size=300), st.sampled_from(GOLDEN), st.integers(0, 1000))
def test_any_bytes_can_be_looked_at(noise: bytes, case: str, place: int) -> None:
    data = table_of(case).read_bytes()[:4000]
    head = data[: len(data) * place // 1000] + noise
    for name in ("gdelt", "icews", "icews.facts", "polecat", "ucdp.esd"):
        assert loader(name).recognises("t.csv", head) in {True, False}


# The real files, counted with the csv module and the rows of the mappings alone.


def mapping(scheme: str) -> dict[str, tuple[str, str, str]]:
    """Term, modality and direction of each code of a shipped mapping."""
    lines = (ROOT / f"ontology/mappings/{scheme}.sssom.tsv").read_text(encoding="utf-8").splitlines()
    table = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    return {
        unquote(row["subject_id"].partition(":")[2]): (
            row["object_id"].partition(":")[2],
            row["modality"] or "actual",
            row["direction"],
        )
        for row in table
    }


def rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as table:
        yield from csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE)


def expected_of(found: Iterable[tuple[str, str, str, str]], scheme: str) -> tuple[Counter[tuple[str, ...]], int]:
    """What rows of subject, code, object and day are to give, and how many of them say nothing."""
    known, expected, silent = mapping(scheme), Counter[tuple[str, ...]](), 0
    for subject, code, object, day in found:
        subject, object = (" ".join(name.split()) for name in (subject, object))  # noqa: PLW2901
        term, modality, direction = known[code]
        if term == "NoTermFound":
            silent += 1
            continue
        ends = (object, subject) if direction else (subject, object)
        expected[ends[0], term, ends[1], modality, day] += 1
    return expected, silent


def loaded(path: Path, format: str) -> tuple[list[Claim], Report]:
    report = Report()
    claims = list(load(path, report))
    assert report.ok, report.problems
    assert [file.format for file in report.files] == [format]
    return claims, report


def counted(claims: Iterable[Claim]) -> Counter[tuple[str, ...]]:
    return Counter((*said(claim), claim.modality, str(claim.valid_from)) for claim in claims)


@pytest.mark.parametrize("name", ["icews_2014_train.txt", "icews_2005-2015_train_part.txt"])
def test_all_facts_of_icews(name: str, shared_data: Path) -> None:
    path = shared_data / "icews" / name
    expected, silent = expected_of(((a, r, b, day) for a, r, b, day in rows(path)), "icews")
    claims, report = loaded(path, "icews.facts")
    assert counted(claims) == expected
    assert sum(about.count for about in report.problems) == silent > 0
    assert len({claim.id for claim in claims}) == len(claims) > 60_000
    assert all(c.article.id == f"icews-{c.article.published}" == f"icews-{c.valid_to}" for c in claims)


def test_all_events_of_icews(shared_data: Path) -> None:
    path = shared_data / "icews/events.2018.sample.dev.tab"
    head, *found = rows(path)
    places = [head.index(name) for name in ("Source Name", "CAMEO Code", "Target Name", "Event Date")]
    expected, silent = expected_of(((*(row[place] for place in places),) for row in found), "cameo")  # type: ignore[misc]
    claims, report = loaded(path, "icews")
    assert counted(claims) == expected
    assert sum(about.count for about in report.problems) == silent
    stories = {(f"icews-story-{row[11]}", row[13], row[1]) for row in found}
    assert {(c.article.id, c.article.publisher, c.article.published) for c in claims} == stories
    assert {c.row for c in claims} == {row[0] for row in found}


@pytest.mark.parametrize("name", ["events.csv", "events1.csv", "eventsT.csv"])
def test_all_events_of_gdelt(name: str, shared_data: Path) -> None:
    path = shared_data / "gdelt" / name
    found = list(rows(path))
    day = {row[0]: f"{row[1][:4]}-{row[1][4:6]}-{row[1][6:]}" for row in found}
    both = [(row[6], row[26], row[16], day[row[0]]) for row in found if row[6] and row[16]]
    expected, silent = expected_of(both, "cameo")
    claims, report = loaded(path, "gdelt")
    assert counted(claims) == expected
    assert sum(about.count for about in report.problems) == len(found) - len(both) + silent > 0
    for claim in claims:
        row = next(row for row in found if row[0] == claim.row)
        url = row[-1] if row[-1].startswith("http") else None
        added = row[-2] if len(row) > 57 else row[-1]
        assert claim.article.url == url
        assert claim.article.id == (url or f"gdelt-{row[0]}")
        assert str(claim.article.published).replace("-", "") == added[:8]


def test_sources_meet_in_one_entity(tmp_path: Path) -> None:
    """SYRIA of GDELT, Syria of ICEWS and of POLECAT are the known state, and a role is not."""
    for case in GOLDEN:
        (tmp_path / table_of(case).name).write_bytes(table_of(case).read_bytes())
    claims = list(load(tmp_path, Report()))
    ids: dict[str, set[str]] = {}
    for claim in claims:
        for entity in (claim.subject, claim.object):
            ids.setdefault(entity.id, set()).add(entity.written)
    assert ids["syria"] == {"SYRIA", "DAMASCUS", "Syria"}
    assert ids["russia"] >= {"Russia", "RUSSIAN"}
    assert ids["armed-rebel-syria"] == {"Armed Rebel (Syria)", "SYRIAN"}
    assert ids["assad-government"] == {"Government (Syria)"}
    assert ids["barack-obama"] == {"BARACK OBAMA"}


def test_a_zip_file_as_it_is_downloaded(tmp_path: Path) -> None:
    for case, inside in (("icews", "events.2016.20181004.tab"), ("polecat", "ngecEvents.DV.2023.txt")):
        with ZipFile(tmp_path / f"{case}.zip", "w", ZIP_DEFLATED) as archive:
            archive.write(table_of(case), inside)
    report = Report()
    claims = list(load(tmp_path, report))
    assert [(Path(file.path).name, file.format) for file in report.files] == [
        ("events.2016.20181004.tab", "icews"),
        ("ngecEvents.DV.2023.txt", "polecat"),
    ]
    assert len(claims) == sum(len(read(case, table_of(case).read_bytes())[0]) for case in ("icews", "polecat"))


# What a row says wrongly: code, line and count of the problems, and how many claims the rows give; the first is right.

TAB_FACTS = FACT.encode() + b"\n"
MALFORMED: list[tuple[bytes, list[tuple[str, int, int]], int]] = [
    (b"Iran\tConsult\tIraq\n", [("bad-line", 2, 1)], 1),
    (b"Iran\tConsult\tIraq\t2014-01-02\tx\n" * 3, [("bad-line", 2, 3)], 1),
    (b"Iran\tConsult\tIraq\t2014-01-02\t\t \n", [], 2),
    (
        b"Iran\tConsult\t\t2014-01-02\n" * 2 + b" \tConsult\tIraq\t2014-01-02\n",
        [("passed-over", 2, 2), ("passed-over", 4, 1)],
        1,
    ),
    (b"Iran\tConslt\tIraq\t2014-01-02\n" * 2, [("unknown-relation", 2, 2)], 1),
    (b"Iran\t\tIraq\t2014-01-02\n", [("passed-over", 2, 1)], 1),
    (b"Iran\tDecline comment\tIraq\t2014-01-02\n" * 5, [("passed-over", 2, 5)], 1),
    (b"Ir\xffn\tConsult\tIraq\t2014-01-02\n" * 2, [("bad-encoding", 2, 2)], 1),
    (b"Ir\0n\tConsult\tIraq\t2014-01-02\n", [], 2),
    (b'"Iran\tConsult\tIraq"\t2014-01-02\n', [], 2),
    (b"Iran\tConsult\tIraq\t2014-13-02\n", [("bad-date", 2, 1), ("bad-date", 2, 1)], 2),
    (b"Iran\tConsult\tIraq\t2014-01-02\r\n\r\n \n", [], 2),
    (b"\n\nIran\tConsult\tIraq\t2014-01-02", [], 2),
    (b"head\trelation\ttail\tdate\n", [("unknown-relation", 2, 1)], 1),
]


@pytest.mark.parametrize(("table", "expected", "made"), MALFORMED)
def test_malformed(table: bytes, expected: list[tuple[str, int, int]], made: int) -> None:
    claims, problems = read("icews.facts", TAB_FACTS + table)
    assert [(about.code, about.line, about.count) for about in problems] == expected
    assert len(claims) == made


def test_a_header_that_comes_again_is_no_row() -> None:
    table = table_of("icews").read_bytes()
    claims, problems = read("icews", table + table)
    once, _ = read("icews", table)
    assert claims == once * 2
    assert [about.message for about in problems if about.line == 11] == ["the header once more"]


def test_a_table_without_its_columns_is_one_error() -> None:
    claims, problems = read("polecat", b"a\tb\n1\t2\n")
    assert [(about.code, about.line) for about in problems] == [("bad-line", 1)]
    assert "{Actor Name}" in problems[0].message
    assert not claims


def test_codes_are_text() -> None:
    """040 is not 40, a subcode of a coder is the code that it begins with, and NA is a name where it is no blank."""
    column = {"subject": {"written": "{a}"}, "object": {"written": "{b}"}}
    table = {"claim": [{**column, "relation": {"label": "{code}", "schemes": ["cameo"], "prefix": True}}]}
    claims, problems = own(table, "a,code,b\nX,040,Y\nX,0332,Y\nX,03321,Y\nX,40,Y\nNA,190,Y\n")
    assert [(c.subject.written, c.relation, c.modality) for c in claims] == [
        ("X", "consults", "actual"),
        ("X", "arms", "planned"),
        ("X", "arms", "planned"),
        ("NA", "attacks", "actual"),
    ]
    assert [(about.code, about.line) for about in problems] == [("unknown-relation", 5)]


def test_many_unknown_codes_are_not_told_one_by_one() -> None:
    table = "".join(f"Iran\tx{number}\tIraq\t2014-01-02\n" for number in range(700))
    _, problems = read("icews.facts", table.encode())
    assert len(problems) == 501
    assert sum(about.count for about in problems) == 700


def test_a_row_may_not_name_a_thousand_actors() -> None:
    many = "; ".join(map(str, range(1000)))
    table = table_of("polecat").read_bytes().replace(b"Vladimir Putin", many.encode(), 1)
    claims, problems = read("polecat", table)
    assert len(claims) == 6
    assert ("bad-line", 2) in {(about.code, about.line) for about in problems}


def test_a_line_that_is_too_long_costs_itself_only() -> None:
    source = Memory(TAB_FACTS + b"x" * 5000 + b"\tConsult\tIraq\t2014-01-02\n" + TAB_FACTS)
    source.limit = 1000
    claims, problems = apart(events.table("icews.facts").read(source, WORDS))
    assert len(claims) == 2
    assert [(about.code, about.line) for about in problems] == [("too-large", 2)]


class Endless(io.RawIOBase):
    """Facts without end, none like another."""

    def __init__(self) -> None:
        self._number, self._rest = 0, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        while len(self._rest) < len(buffer):
            self._number += 1
            actor = f"{'a long name ' * 10}{self._number}"
            self._rest += f"{actor}\tConsult\tno. {actor}\t2014-01-02\n".encode()
        buffer[:], self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        return len(buffer)


def test_rows_are_streamed_in_constant_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "_KEPT", 500)
    claims = events.table("icews.facts").read(Memory(io.BufferedReader(Endless())), WORDS)
    peaks = []
    tracemalloc.start()
    for _ in range(2):
        assert sum(1 for _ in islice(claims, 3000)) == 3000
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


@given(
    st.sampled_from(GOLDEN),
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 40), st.integers(0, len(PIECES))), min_size=1, max_size=4),
)
def test_faults_cost_rows_and_nothing_else(case: str, faults: list[tuple[int, int, int]]) -> None:
    data = table_of(case).read_bytes()
    claims, problems = read(format_of(case), mutated(data, faults))
    assert {about.code for about in problems} <= PROBLEMS.keys()
    assert all(about.message and about.count > 0 for about in problems)
    assert all(claim == identified(claim) and claim.subject.written.strip() for claim in claims)


# Tables that a user describes.

ENDS = {"subject": {"written": "{a}"}, "object": {"written": "{b}"}}
FIXED = {**ENDS, "relation": {"term": "supports"}}


def test_the_least_description() -> None:
    claims, problems = own({"claim": [FIXED]}, "a;b\nIran;Syria\n\nOman;Iraq\n")
    assert [(said(claim), claim.row, claim.article.id) for claim in claims] == [
        (("Iran", "supports", "Syria"), "2", "table"),
        (("Oman", "supports", "Iraq"), "4", "table"),
    ]
    assert not problems


def test_terms_of_a_table_of_its_own() -> None:
    terms = {"1": "arms", "2": "", "3": {"term": "backs", "modality": "planned", "negated": True, "reversed": True}}
    table = {"claim": [{**ENDS, "relation": {"label": "{code}", "terms": terms}}]}
    claims, problems = own(table, "a,b,code\nX,Y,1\nX,Y,2\nX,Y,3\nX,Y,trains\nX,Y,9\n")
    assert [(*said(c), c.modality, c.negated) for c in claims] == [
        ("X", "arms", "Y", "actual", False),
        ("Y", "backs", "X", "planned", True),
        ("X", "trains", "Y", "actual", False),
    ]
    assert [(about.code, about.line) for about in problems] == [("passed-over", 3), ("unknown-relation", 6)]


def test_a_flag_is_a_claim_and_years_are_a_span() -> None:
    flags = {"year": "", "ally": "alliedWith", "help": {"term": "aids", "modality": "planned"}}
    claim = {**ENDS, "relation": {"flags": flags, "yes": ["1", "x"]}, "row": "{flag}", "spans": True}
    table = {"claim": [{**claim, "valid_from": "{year}", "valid_to": "{year}"}], "whole": ["year"]}
    cells = ["X,Y,2001.0,1,0", "X,Y,2002,1,x", "X,Y,2004,1,x", "X,Z,2005,0,0", "Z,X,2005,1,0", "X,Y,2005,0,1"]
    claims, problems = own(table, "\n".join(["a,b,year,ally,help", *cells]))
    assert [(*said(c), c.row, c.valid_from, c.valid_to) for c in claims] == [
        ("X", "alliedWith", "Y", "ally", "2001", "2002"),
        ("X", "aids", "Y", "help", "2002", "2002"),
        ("X", "alliedWith", "Y", "ally", "2004", "2004"),
        ("Z", "alliedWith", "X", "ally", "2005", "2005"),
        ("X", "aids", "Y", "help", "2004", "2005"),
    ]
    assert [(about.code, about.line) for about in problems] == [("passed-over", 5)]
    assert all(claim == identified(claim) for claim in claims)


def test_sides_of_a_group_are_paired_while_both_hold() -> None:
    claim = {**ENDS, "object": {"written": "{a}"}, "relation": {"label": "{act}", "terms": {"0": "", "1": "fights"}}}
    dates = {"valid_from": {"parts": ["y", "m", "d"]}, "valid_to": "{end}"}
    table = {"claim": [{**claim, **dates, "pairs": {"group": "{id}", "side": "{side}"}, "row": "{a}"}], "empty": ["-9"]}
    cells = [
        "1,A,0,1902,7,-9,1903,1",
        "1,B,1,1902,10,5,1903-02,0",
        "1,C,1,1904,1,1,1904,1",
        "2,A,0,1905,1,1,1905,1",
        "1,D,1,1902,1,1,1902,1",
    ]
    claims, problems = own(table, "\n".join(["id,a,side,y,m,d,end,act", *cells]))
    assert [(*said(c), c.valid_from, c.valid_to) for c in claims] == [("A", "fights", "B", "1902-10-05", "1903-02")]
    assert [(about.code, about.line) for about in problems] == [
        ("passed-over", 3),
        ("passed-over", 4),
        ("bad-line", 6),
    ]
    assert [about.count for about in problems] == [1, 2, 1]


def test_what_else_a_row_may_say() -> None:
    claim = {
        **FIXED,
        "attributed_to": {"written": "{who}", "kind": "MediaOrganization"},
        "where": {"type": ["1", ""]},
        "unless": {"b": ["Mars"]},
        "valid_from": "{day}",
        "quote": "{words}",
        "confidence": "{sure}",
        "annotator": "coder {coder}",
        "row": ["{key}", "{type}/{coder}"],
    }
    article = {"id": "{{{url}}}", "publisher": "The {paper}", "published": "{day}", "url": "{url}"}
    table = {"title": "Own", "dates": ["%d.%m.%Y"], "article": article, "claim": [claim]}
    cells = [
        'A,B,1,Radio X,07.03.2016,"A, said to support B. ",0.5,k,r1,u1,Post',
        "A,B,,,31.02.2016,,high,k,,u1,Post",
        "A,B,2,,,,,k,,u1,Post",
        "A,Mars,1,,,,,k,,u1,Post",
    ]
    claims, problems = own(table, "\n".join(["a,b,type,who,day,words,sure,coder,key,url,paper", *cells]))
    first, second = claims
    assert first.attributed_to
    assert (first.attributed_to.written, first.attributed_to.kind) == ("Radio X", "MediaOrganization")
    assert (first.begin, first.end, first.quote) == (0, 22, "A, said to support B. ")
    assert first.marks == ((0, 1, "subject"), (0, 22, "relation"), (19, 20, "object"))
    assert (first.valid_from, first.valid_to, first.confidence) == ("2016-03-07", None, 0.5)
    assert (first.annotator, first.row, second.row) == ("coder k", "r1", "3")
    assert (first.article.id, first.article.publisher, first.article.published) == ("{u1}", "The Post", "2016-03-07")
    assert (second.quote, second.attributed_to, second.confidence, second.article.published) == (None,) * 4
    assert [(about.code, about.line) for about in problems] == [
        ("bad-date", 3),
        ("bad-date", 3),
        ("unknown-value", 3),
        ("passed-over", 4),
        ("passed-over", 5),
    ]


def test_who_an_actor_is() -> None:
    subject = {
        "written": ["{a}", "{raw}"],
        "split": "|",
        "blanks": "_",
        "code": "{code}",
        "codes": "iso3",
        "role": "{role}",
        "same_as": "wikidata:{q}",
        "kind": "{class}",
        "kind_split": "/",
    }
    table = {
        "claim": [{**FIXED, "subject": subject}],
        "names": {"The Firm": "Firm Ltd."},
        "kinds": {"co": "Company", "Police": "ArmedForce"},
        "roles": {"cop": "Police"},
        "peoples": ["Syrian"],
    }
    cells = [
        "The_Firm,,,,Q1,x/co",
        "SYR,,SYR,,,",
        "Syrian,,SYR,cop,,",
        "Aleppo,,SYR,cop,,",
        ",one|two||,SYR|IRN||,,,",
        "one|two,,SYR,,,co",
        "Mars,,XXX,,,",
        ",,,,,",
    ]
    claims, problems = own(table, "\n".join(["a,raw,code,role,q,class,b", *(f"{each},B" for each in cells)]))
    assert [(c.subject.written, c.subject.name, c.subject.kind, c.subject.same_as) for c in claims] == [
        ("The Firm", "Firm Ltd.", "Company", ("wikidata:Q1",)),
        ("SYR", "Syria", "State", ()),
        ("Syrian", "Police (Syria)", "ArmedForce", ()),
        ("Aleppo", "", "Entity", ()),
        ("one", "Syria", "State", ()),
        ("two", "Iran", "State", ()),
        ("one", "", "Entity", ()),
        ("two", "", "Entity", ()),
        ("Mars", "", "Entity", ()),
    ]
    assert [(about.code, about.line) for about in problems] == [("passed-over", 9)]


def test_codes_alone_name_states() -> None:
    codes = {"subject": {"code": "{a}", "codes": "cow"}, "object": {"code": "{b}", "codes": "iso2"}}
    claims, problems = own({"claim": [{**FIXED, **codes}]}, "a,b\n2,NA\n999,US\n999,US\n,US\n")
    assert [said(claim) for claim in claims] == [("United States", "supports", "Namibia")]
    assert [(about.code, about.line, about.count) for about in problems] == [
        ("missing-argument", 3, 2),
        ("passed-over", 5, 1),
    ]


def test_a_name_of_the_table_goes_before_that_of_a_code() -> None:
    subject = {"written": "{a}", "code": "{code}", "codes": "iso3"}
    named = {**subject, "names": {"Damascus": "Syrian government"}, "name": "{name}"}
    claims, _ = own(
        {"claim": [{**FIXED, "subject": named}]}, "a,code,name,b\nDamascus,SYR,X,B\nSYR,SYR,X,B\nSYR,SYR,,B\n"
    )
    assert [claim.subject.name for claim in claims] == ["Syrian government", "X", "Syria"]


def test_a_row_counts_once_however_many_claims_it_makes() -> None:
    """Here two claims of a row have the same wrong date, and the article has no full one."""
    table = {"claim": [{**FIXED, "valid_from": "{day}"}] * 2, "article": {"id": "a", "published": "{day}"}}
    claims, problems = own(table, "a,b,day\nX,Y,soon\nX,Y,2016-02\nX,Y,soon\n")
    assert [claim.valid_from for claim in claims] == [None, None, "2016-02", "2016-02", None, None]
    assert {claim.article.published for claim in claims} == {None}
    assert sorted((about.message, about.line, about.count) for about in problems) == [
        ("published “2016-02” is no full date", 3, 1),
        ("published “soon” is no full date", 2, 2),
        ("“soon” is no date", 2, 2),
    ]


DATES = [
    ("%Y%m%d", "20160307", "2016-03-07"),
    ("%Y%m%d", "2016107", None),
    ("%Y%m%d", "20160230", None),
    ("%d.%m.%Y", "7.3.2016", "2016-03-07"),
    ("%m/%Y", "3/2016", "2016-03"),
    ("%Y%m%d%H%M%S", "20160307235959", "2016-03-07"),
    ("%Y", "2016", "2016"),
    ("%Y", "20166", None),
    ("%Y", "٢٠١٦", None),
]


@pytest.mark.parametrize(("form", "text", "date"), DATES)
def test_dates(form: str, text: str, date: str | None) -> None:
    claims, problems = own({"claim": [{**FIXED, "valid_to": "{day}"}], "dates": [form]}, f"a,b,day\nX,Y,{text}\n")
    assert [claim.valid_to for claim in claims] == [date]
    assert len(problems) == (date is None)


TOLD = [
    ({"columns": ["c"]}, "t.csv", "a,b", False),
    ({"columns": ["c"]}, "t.csv", "a,b,C", True),
    ({"without": ["c"]}, "t.csv", "a,b,c", False),
    ({"without": ["c"]}, "t.csv", "a,b", True),
    ({"files": ["t*.CSV"]}, "T1.csv", "a,b", True),
    ({"files": ["t*.CSV"]}, "x.csv", "a,b", False),
    ({}, "t.csv", "b;a", True),
    ({}, "t.csv", "b", False),
]


@pytest.mark.parametrize(("recognise", "name", "head", "expected"), TOLD)
def test_a_user_says_what_tells_his_files(recognise: dict[str, Any], name: str, head: str, expected: bool) -> None:
    table = events.table("own", {"claim": [FIXED], "recognise": recognise})
    assert table.recognises(name, f"{head}\nX,Y\n".encode()) is expected


def test_parts_of_a_cell() -> None:
    parts = {"file": r"(?P<year>\d{4})_(?P<who>.+)\.txt"}
    table = {"parts": parts, "claim": [{**FIXED, "subject": {"written": "{who}"}, "valid_from": "{year}"}]}
    claims, problems = own(table, f"file,b\n2014_Chad.txt,B\n2014.txt,B\n2014_{'x' * 2000}.txt,B\n")
    assert [(said(claim), claim.valid_from) for claim in claims] == [(("Chad", "supports", "B"), "2014")]
    assert [(about.code, about.line, about.count) for about in problems] == [("passed-over", 3, 2)]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "claim"),
    ({"claim": []}, "[[claim]]"),
    ({"claim": [{**FIXED, "subjekt": {}}]}, "subjekt"),
    ({"claim": [{**FIXED, "valid_from": 2016}]}, "valid_from"),
    ({"claim": [FIXED], "form": "xls"}, "form"),
    ({"claim": [FIXED], "like": "../icews"}, "../icews"),
    ({"claim": [{**FIXED, "subject": {"written": "{a"}}]}, "{a"),
    ({"claim": [FIXED], "parts": {"a": "(?P<x>"}}, "(?P<x>"),
    ({"claim": [FIXED], "dates": ["%q"]}, "%q"),
    ({"claim": [FIXED], "dates": ["%d.%m."]}, "%d.%m."),
    ({"claim": [{**FIXED, "relation": {"term": "supprts"}}]}, "nearest is supports"),
    ({"claim": [{**FIXED, "relation": {"label": "{a}", "schemes": ["ours"]}}]}, "schemes has ours"),
    ({"claim": [{**FIXED, "relation": {"term": ""}}]}, "one of term, label and flags"),
    ({"claim": [{**FIXED, "relation": {}}]}, "one of term, label and flags"),
    ({"claim": [{**FIXED, "relation": {"term": "supports", "label": "{a}"}}]}, "one of term, label and flags"),
    ({"claim": [{**FIXED, "subject": {"written": "{a}", "kind": "Stat"}}]}, "nearest is State"),
    ({"claim": [{**FIXED, "subject": {"code": "{a}", "codes": "isbn"}}]}, "isbn"),
    ({"claim": [{**FIXED, "subject": {"kind": "State"}}]}, "written or code"),
    ({"claim": [{**FIXED, "quote": "{a} {b}"}]}, "{a} {b}"),
]


@pytest.mark.parametrize(("description", "words"), WRONG)
def test_a_description_that_cannot_be_used(description: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as raised:
        own(description, "a,b\nX,Y\n")
    assert str(raised.value).startswith("own.toml: ")
    assert words in str(raised.value)


OWN = """
title = "Sanctions of our own"
form = "csv"

[recognise]
columns = ["our_key"]

[article]
id = "sanctions-{our_key}"
published = "{day}"

[[claim]]
subject.written = "{sender}"
relation.label = "{measure}"
object = { written = "{target}", code = "{iso}", codes = "iso3" }
valid_from = "{day}"
row = "{our_key}"
"""
LABELS = "subject_id\tobject_id\tmodality\nx:freeze\tkg:sanctions\tplanned\n"
SANCTIONS = (
    "our_key,sender,measure,target,iso,day\n7,EU,freeze,Damascus,SYR,2016-10-12\n8,EU,ban,Damascus,SYR,2016-10-13\n"
)


def test_a_table_and_its_labels_on_the_command_line(tmp_path: Path) -> None:
    for name, text in (("my.toml", OWN), ("ours.sssom.tsv", LABELS), ("list.csv", SANCTIONS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    ours = ["--mapping", "my.toml", "--mapping", "ours.sssom.tsv"]
    done = subprocess.run(
        [sys.executable, "-m", "kg", "claims", *ours, "list.csv"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert b"unknown-relation" in done.stderr
    [claim] = map(json.loads, done.stdout.splitlines())
    assert (claim["subject"]["id"], claim["relation"], claim["object"]["id"]) == (
        "european-union",
        "sanctions",
        "syria",
    )
    assert (claim["modality"], claim["article"]["id"], claim["row"]) == ("planned", "sanctions-7", "7")


def test_a_wrong_table_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(OWN.replace("sender", "{sender"), encoding="utf-8")
    (tmp_path / "list.csv").write_text(SANCTIONS, encoding="utf-8")
    command = [sys.executable, "-m", "kg", "claims", "--mapping", "my.toml", "list.csv"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"kg: my.toml:") or b"my.toml: " in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_mapping_of_the_user_goes_before_ours(tmp_path: Path) -> None:
    path = tmp_path / "mine.sssom.tsv"
    path.write_text("subject_id\tobject_id\nmine:Consult\tkg:hosts\n", encoding="utf-8")
    words = vocabulary(ontology.load(), [path])
    claims, _ = apart(events.table("icews.facts").read(Memory(TAB_FACTS), words))
    assert [claim.relation for claim in claims] == ["hosts"]
