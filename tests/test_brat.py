"""The brat loader: golden cases, malformed lines one by one, mutated files, and the real corpora."""

import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import brat

from kg.claim import Claim, Entity
from kg.errors import PROBLEMS, Problem
from kg.mappings import Vocabulary
from kg.ontology import Ontology, Term
from kg.sources import Source
from tests.golden import apart, compare

CASES = Path(__file__).parent / "data" / "brat"
REAL = Path(__file__).parents[1].parent / "shared" / "data" / "formats" / "brat"


def _ontology(classes: str, relations: str, symmetric: str) -> Ontology:
    """A small ontology of the tests' own, so that new terms of ours change no expected `near`."""
    terms = [Term("Entity", "test#Entity", is_class=True)]
    terms += [Term(name, f"test#{name}", is_class=True, parents=("Entity",)) for name in classes.split()]
    terms += [Term(name, f"test#{name}", sign=0) for name in relations.split()]
    terms += [Term(name, f"test#{name}", sign=0, symmetric=True) for name in symmetric.split()]
    return Ontology({term.name: term for term in terms})


SMALL = _ontology("State Person Group Organization Place", "backs arms accuses visits", "meets")


class Memory(Source):
    """An annotated article that stands in no file."""

    def __init__(self, ann: bytes, txt: bytes | None, sidecar: bytes | None = b"{}") -> None:
        super().__init__(Path("article.ann"), Path())
        self._ann, self._siblings = ann, {".txt": txt, ".article.json": sidecar}

    def open(self) -> BinaryIO:
        return io.BytesIO(self._ann)

    def sibling(self, suffix: str) -> bytes | None:
        return self._siblings[suffix]


def read(source: Source, ontology: Ontology = SMALL) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(brat.read(source, Vocabulary(ontology)))


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    source = Source(CASES / case / "article.ann", CASES / case)
    source.name = "article.ann"
    claims, problems = read(source)
    compare(CASES / case, claims, problems)


# What a line says wrongly: the exact code, line and nearest thing. The first three lines are always right.

TEXT = "Iran arms Syria. Oman waits in 2016. US aid helps BUS. USA. Iran.\n"
HEAD = "T1\tState 0 4\tIran\nT2\tarms 5 9\tarms\nT3\tState 10 15\tSyria\n"

MALFORMED = [
    # cut short, or no line of brat at all
    ("T4\tState 17", [("bad-line", 4, None)]),
    ("T4\tState 17 21 25\tOman", [("bad-line", 4, None)]),
    ("T4\tState 17 x\tOman", [("bad-line", 4, None)]),
    ("T4\tState -1 4\tIran", [("bad-line", 4, None)]),
    ("T4\tState \u0661\u0667 21\tOman", [("bad-line", 4, None)]),
    (f"T4\tState {'9' * 5000} 21\tOman", [("bad-line", 4, None)]),
    (f"T{'9' * 5000}\tState 17 21\tOman", [("bad-line", 4, None)]),
    ("T4\t", [("bad-line", 4, None)]),
    ("T4", [("bad-line", 4, None)]),
    ("T4 State 17 21 Oman", [("bad-line", 4, None)]),
    ("Q1\tState 17 21\tOman", [("bad-line", 4, None)]),
    ("# a comment of no form", [("bad-line", 4, None)]),
    ("R1\tarms", [("bad-line", 4, None)]),
    ("R1\tarms Arg1:T1 Arg2:", [("bad-line", 4, None)]),
    ("R1\tarms Arg1:T1 Arg2", [("bad-line", 4, None)]),
    ("E1\tarms", [("bad-line", 4, None)]),
    ("E1\tarms:T2 Agent T1", [("bad-line", 4, None)]),
    ("E1\tarms:E2 Agent:T1", [("bad-line", 4, None)]),
    ("A1\tNegation", [("bad-line", 4, None)]),
    ("N1\tReference T1", [("bad-line", 4, None)]),
    ("N1\tReference T1 Q159\tRussia", [("bad-line", 4, None)]),
    ("#1\tAnnotatorNotes", [("bad-line", 4, None)]),
    ("*\tmeets", [("bad-line", 4, None)]),
    ("*", [("bad-line", 4, None)]),
    # the line at fault is named, what hangs on it is not
    ("T4\tState 17\nR1\tarms Arg1:T1 Arg2:T4\nA1\tNegation R1\nN1\tReference T4 Wikidata:Q1", [("bad-line", 4, None)]),
    ("E1\tarms\nR1\tarms Arg1:E1 Arg2:T3\nA1\tNegation E1", [("bad-line", 4, None)]),
    # ids
    ("T1\tState 17 21\tOman", [("duplicate-id", 4, None)]),
    ("R1\tarms Arg1:T1 Arg2:T3\nR1\tbacks Arg1:T1 Arg2:T3", [("duplicate-id", 5, None)]),
    ("R1\tarms Arg1:T1 Arg2:T5", [("missing-mention", 4, "T3")]),
    ("R1\tarms Arg1:T0 Arg2:T3", [("missing-mention", 4, "T1")]),
    ("R1\tarms Arg1:T1 Arg2:E7", [("missing-mention", 4, "T3")]),
    ("E1\tarms:T7 Agent:T1 Target:T3", [("missing-mention", 4, "T3")]),
    ("E1\tarms:T2 Agent:T1 Target:T3 Source:T9", [("missing-mention", 4, "T3")]),
    ("E1\tarms:T2 Agent:T1 Target:T3 Time:T9", [("missing-mention", 4, "T3")]),
    ("E1\tarms:T2 Agent:T1 Target:E2", [("missing-mention", 4, "E1")]),
    ("A1\tNegation E1", [("missing-mention", 4, "T1")]),
    ("N1\tReference T4 Wikidata:Q159\tRussia", [("missing-mention", 4, "T3")]),
    ("#1\tAnnotatorNotes T4\tname=Oman", [("missing-mention", 4, "T3")]),
    ("#1\tAnnotatorNotes T4\tfree text", []),
    ("*\tmeets T1 T3 T9", [("missing-mention", 4, "T3")]),
    ("*\tEquiv T1 T9", [("missing-mention", 4, "T3")]),
    # arguments
    ("R1\tarms Arg1:T1", [("missing-argument", 4, None)]),
    ("R1\tarms Arg2:T3 Arg3:T1", [("missing-argument", 4, None), ("unknown-role", 4, None)]),
    ("E1\tarms:T2", [("missing-argument", 4, None)]),
    (
        "E1\tarms:T2 Agent:T1 Target:E1\nE2\tarms:T2 Agent:E2 Target:T3",
        [("nested-event", 4, None), ("missing-argument", 5, None)],
    ),
    ("*\tmeets T1", [("missing-argument", 4, None)]),
    ("*\tmeets T1 T1", [("missing-argument", 4, None)]),
    # labels
    ("R1\tback Arg1:T1 Arg2:T3", [("unknown-relation", 4, "backs")]),
    ("E1\taccuse-of:T2 Agent:T9 Oddity:T8", [("unknown-relation", 4, "accuses")]),
    ("E1\tback:T2 Agent:T1 Target:T3\nA1\tTense E1 Past", [("unknown-relation", 4, "backs")]),
    ("*\tmeet T1 T3", [("unknown-relation", 4, "meets")]),
    ("*\tarms T1 T3", [("not-symmetric", 4, None)]),
    ("T4\tStates 17 21\tOman\nR1\tarms Arg1:T4 Arg2:T3", [("unknown-kind", 4, "State")]),
    ("T4\tStates 17 21\tOman", []),
    ("E1\tarms:T2 Agent:T1 Target:T3 Place:T3", [("unknown-role", 4, None)]),
    ("E1\tarms:T2 Agent:T1 Target:T3 Place:T9", [("unknown-role", 4, None)]),
    # places
    ("T4\tState 18 22\tOman", [("wrong-offset", 4, "at 17-21")]),
    ("T4\tState 37 43\tRussia", [("wrong-offset", 4, None)]),
    ("T4\tState 52 54\tUS", [("wrong-offset", 4, "at 37-39")]),  # neither in BUS nor in USA
    ("T4\tState 58 62\tIran", [("wrong-offset", 4, "at 60-64")]),
    (f"T4\tState {len(TEXT) - 6} {len(TEXT) + 1}\tIran.", [("wrong-offset", 4, "at 60-65")]),
    ("T4\tState 0 2\tUS", [("wrong-offset", 4, "at 37-39")]),
    ("T4\tState 900 904\tOman", [("wrong-offset", 4, "at 17-21")]),
    ("T4\tState 17 99\tOman", [("wrong-offset", 4, "at 17-21")]),
    ("T4\tState 21 17\tOman", [("wrong-offset", 4, "at 17-21")]),
    ("T4\tState 17 17\t", [("wrong-offset", 4, None)]),
    ("T4\tState 17 21;18 18\tOman", [("wrong-offset", 4, "at 17-21")]),
    ("T4\tState 17 21\tYemen\nR1\tarms Arg1:T4 Arg2:T3", [("wrong-offset", 4, None)]),
    ("T4\tState 4 5\t \nR1\tarms Arg1:T4 Arg2:T3", [("empty-name", 4, None)]),
    # values
    ("R1\tarms Arg1:T1 Arg2:T3\nA1\tModality R1", [("unknown-value", 5, None)]),
    ("R1\tarms Arg1:T1 Arg2:T3\nA1\tModality R1 Other", [("unknown-value", 5, None)]),
    ("R1\tarms Arg1:T1 Arg2:T3\nA1\tConfidence R1 nan", [("unknown-value", 5, None)]),
    ("R1\tarms Arg1:T1 Arg2:T3\nA1\tConfidence R1 1.01", [("unknown-value", 5, None)]),
    ("R1\tarms Arg1:T1 Arg2:T3\nA1\tModality R1 planned\nA2\tModality R1 possible", [("unknown-value", 6, None)]),
    ("R1\tarms Arg1:T1 Arg2:T3\nA1\tTense R1 Past\nA2\tTense R1 Past", [("unknown-attribute", 5, None)]),
    ("A1\tTense T1 Past\nA2\tNegation T3", []),
    ("E1\tarms:T2 Agent:T1 Target:T3 Time:T1", [("bad-date", 1, None)]),
    ("E1\tarms:T2 Agent:T1 Target:T3 Time:E1", [("bad-date", 4, None)]),
    ("T4\tTime 31 35\t2016\nE1\tarms:T2 Agent:T1 Target:T3 Time:T4 Time:T1", [("bad-date", 5, None)]),
]


@pytest.mark.parametrize(("lines", "expected"), MALFORMED, ids=[lines[:60] for lines, _ in MALFORMED])
def test_malformed_line(lines: str, expected: list[tuple[str, int, str | None]]) -> None:
    claims, problems = read(Memory(f"{HEAD}{lines}\n".encode(), TEXT.encode()))
    assert [(about.code, about.line, about.near) for about in problems] == expected
    assert all(about.severity == PROBLEMS[about.code][0] and about.path == "article.ann" for about in problems)
    good, _ = read(Memory(f"{HEAD}{lines}\nR99\tarms Arg1:T1 Arg2:T3\n".encode(), TEXT.encode()))
    assert len(good) == len(claims) + 1, "the good lines of a file with a bad one are read"


def test_the_message_says_what_is_there_and_what_it_costs() -> None:
    lines = "T4\tState 18 22\tOman\nR1\tarms Arg1:T4 Arg2:T3\nE1\tarms:T2 Agent:T1 Agent2:T4 Target:T3\n"
    claims, problems = read(Memory((HEAD + lines).encode(), TEXT.encode()))
    assert [str(about) for about in problems] == [
        "article.ann:4: error wrong-offset: T4 says “Oman”, but the text has “man”; "
        "2 claims are left out (nearest: at 17-21)"
    ]
    assert [claim.subject.written for claim in claims] == ["Iran"]


@pytest.mark.parametrize(
    "event",
    [
        "E1\tarms:T9 Agent:T1 Target:T3",
        "E1\tarms:T2 Agent:T9 Target:T3",
        "E1\tarms:T2 Agent:T1 Target:T3 Source:T9",
        "E1\tarms:T2 Agent:T1 Target:T3 Time:T9",
    ],
)
@pytest.mark.parametrize("mention", ["", "T9\tState 17", "T9\tState 18 22\tOman"])
def test_no_claim_without_one_of_its_parts(event: str, mention: str) -> None:
    claims, problems = read(Memory(f"{HEAD}{mention}\n{event}\n".encode(), TEXT.encode()))
    assert not claims
    assert len(problems) == 1, "who lacks its speaker is not said by the article itself, and one fault is told once"


def test_one_filler_twice_is_one() -> None:
    claims, _ = read(Memory(f"{HEAD}E1\tarms:T2 Agent:T1 Target:T3 Target2:T3".encode(), TEXT.encode()))
    assert len(claims) == 1


@pytest.mark.parametrize(
    ("spans", "marks"),
    [
        ("0 4;4 6", [(0, 6)]),
        ("0 4;5 9", [(0, 9)]),
        ("0 4;6 9", [(0, 4), (6, 9)]),
        ("5 9;0 4", [(0, 9)]),
        ("10 15;0 4", [(0, 4), (10, 15)]),
        ("0 9;0 4", [(0, 9)]),
    ],
)
def test_fragments_at_most_one_character_apart_are_one_mark(spans: str, marks: list[tuple[int, int]]) -> None:
    lines = f"T1\tState {spans}\nT2\tState 17 21\tOman\nR1\tarms Arg1:T1 Arg2:T2\n"
    claims, problems = read(Memory(lines.encode(), TEXT.encode()))
    assert not problems
    assert [(begin, end) for begin, end, role in claims[0].marks if role == "subject"] == marks


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("He", "the king", "Salman"), "Salman"),
        (("the king", "he"), "the king"),
        (("It", "he"), "It"),
        (("\u0633\u0648\u0631\u064a\u0627", "\u0647\u064a"), "\u0633\u0648\u0631\u064a\u0627"),
    ],
)
def test_the_name_of_an_equiv_that_nobody_named(words: tuple[str, ...], name: str) -> None:
    text = " ".join(words)
    begins = [len(" ".join((*words[:n], ""))) for n in range(len(words))]
    lines = "".join(f"T{n}\tPerson {b} {b + len(w)}\t{w}\n" for n, (b, w) in enumerate(zip(begins, words, strict=True)))
    equiv = " ".join(f"T{n}" for n in reversed(range(len(words))))
    claims, problems = read(Memory(f"{lines}*\tEquiv {equiv}\nR1\tbacks Arg1:T0 Arg2:T1\n".encode(), text.encode()))
    assert not problems
    assert [entity.name for entity in claims[0].entities] == [name, name]


FAULTY_FILES = [
    (b"T1\tState 0 4\tIr\xffn\n", b"Iran", b"{}", ("bad-encoding", "article.ann", "at byte 15")),
    ("T1\tState 0 4\tIran\n".encode("utf-16"), b"Iran", b"{}", ("bad-encoding", "article.ann", "at byte 0")),
    (HEAD.encode(), b"Ir\xc3n arms Syria.", b"{}", ("bad-encoding", "article.txt", "at byte 2")),
    (HEAD.encode(), TEXT.encode(), b"", ("bad-article", "article.article.json", "")),
    (HEAD.encode(), TEXT.encode(), b"[]", ("bad-article", "article.article.json", "array")),
    (HEAD.encode(), TEXT.encode(), b'{"id": 7}', ("bad-article", "article.article.json", "$.id")),
    (HEAD.encode(), TEXT.encode(), b'{"id": " "}', ("bad-article", "article.article.json", "blank")),
    (HEAD.encode(), TEXT.encode(), b'{"headline": "x"}', ("bad-article", "article.article.json", "headline")),
    (HEAD.encode(), TEXT.encode(), b'{"title": "\xff"}', ("bad-article", "article.article.json", "utf-8")),
    (HEAD.encode(), TEXT.encode(), b'{"published": "2016"}', ("bad-date", "article.article.json", "2016")),
    (HEAD.encode(), TEXT.encode(), b'{"published": "2016-02-30"}', ("bad-date", "article.article.json", "02-30")),
    (HEAD.encode(), TEXT.encode(), None, ("no-article", "article.ann", "sidecar")),
    (HEAD.encode(), None, b"{}", ("no-text", "article.ann", ".txt")),
]


@pytest.mark.parametrize(("ann", "txt", "sidecar", "expected"), FAULTY_FILES)
def test_faulty_file(ann: bytes, txt: bytes | None, sidecar: bytes | None, expected: tuple[str, str, str]) -> None:
    claims, problems = read(Memory(ann + b"R1\tarms Arg1:T1 Arg2:T3\n", txt, sidecar))
    code, path, words = expected
    assert [(about.code, about.path, about.line) for about in problems] == [(code, path, None)]
    assert words in problems[0].message
    assert len(claims) == (PROBLEMS[code][0] == "note"), "an article with an error gives no claim"
    assert all(claim.article.published is None for claim in claims)


def test_the_sidecar_may_leave_out_the_id() -> None:
    claims, problems = read(Memory(f"{HEAD}R1\tarms Arg1:T1 Arg2:T3".encode(), TEXT.encode(), b'{"title": "Arms"}'))
    assert not problems
    assert (claims[0].article.id, claims[0].article.title) == ("article", "Arms")


RECOGNISED = [
    ("a.ann", b"", True),
    ("a.ann", b" \r\n", True),
    ("a.ANN", HEAD.encode(), True),
    ("a.ann", b"\xef\xbb\xbfT1\tState 0 4\tIran", True),
    ("a.ann", b"*\tmeets T1 T2\r\n", True),
    ("a.ann", b"\nno brat\nA1\tNegation E1", True),
    ("a.ann", "T1\tState 0 4\tIran".encode("utf-16"), True),
    ("a.ann", b"<xml/>", False),
    ("a.ann", b"T1 State 0 4 Iran", False),
    ("a.txt", HEAD.encode(), False),
    ("ann", HEAD.encode(), False),
]


@pytest.mark.parametrize(("name", "head", "expected"), RECOGNISED)
def test_recognises(name: str, head: bytes, expected: bool) -> None:
    assert brat.recognises(name, head) is expected


def test_lines_end_at_line_feeds_only() -> None:
    text = "Iran\u2028and\x85Co arms Syria.\n"
    lines = "T1\tState 0 11\tIran\u2028and\x85Co\nT2\tState 17 22\tSyria\nR1\tarms Arg1:T1 Arg2:T2\n"
    claims, problems = read(Memory(lines.encode(), text.encode()))
    assert not problems
    assert claims[0].subject.written == "Iran and Co"


@pytest.mark.parametrize(
    ("link", "same_as", "name"),
    [
        ("Wikidata:Q794\tIslamic Republic", ("wikidata:Q794",), "Islamic Republic"),
        ("Wikidata:q794\t", ("wikidata:Q794",), ""),
        ("Wikidata:Q794\r", ("wikidata:Q794",), ""),
        ("https://www.wikidata.org/wiki/Q794\tIran", ("wikidata:Q794",), "Iran"),
        ("VIAF:12 34\tIran", ("viaf:12 34",), "Iran"),
        ("http://dbpedia.org/resource/Iran\tIran", ("http://dbpedia.org/resource/Iran",), "Iran"),
        ("Wikidata:NULL\t\u043d\u0435\u0442", (), ""),
        ("Wikidata:\tIran", (), ""),
        ("http://aksw.org/notInWiki/Iran\tIran", (), ""),
    ],
)
def test_link(link: str, same_as: tuple[str, ...], name: str) -> None:
    lines = f"{HEAD}N1\tReference T1 {link}\nR1\tarms Arg1:T1 Arg2:T3\n"
    claims, problems = read(Memory(lines.encode(), TEXT.encode()))
    assert not problems
    assert claims[0].subject == Entity("", name, "State", "Iran", same_as)


def test_a_long_chain_of_events_ends() -> None:
    chain = "".join(f"E{n}\tarms:T2 Agent:E{n + 1} Target:T3\n" for n in range(500))
    claims, problems = read(Memory(f"{HEAD}{chain}E500\tarms:T2 Agent:T1 Target:T3\n".encode(), TEXT.encode()))
    assert len(claims) == 501
    assert {about.code for about in problems} == {"nested-event"}


# Whatever a file holds: no exception, and no quote that is not in the text.


def assert_quotes(claims: list[Claim], txt: bytes | None) -> None:
    """Every quote is cut from the text and holds every mark; the marks are the words that the claim repeats."""
    text = txt.decode("utf-8") if txt is not None else None
    for claim in claims:
        if text is None:
            assert (claim.begin, claim.end, claim.quote) == (None, None, None)
            continue
        assert claim.begin is not None
        assert claim.end is not None
        assert text[claim.begin : claim.end] == claim.quote
        assert claim.marks
        assert all(claim.begin <= begin < end <= claim.end for begin, end, _ in claim.marks)
        for role, entity in (("subject", claim.subject), ("object", claim.object)):
            words = " ".join(text[begin:end] for begin, end, marked in claim.marks if marked == role)
            assert re.sub(r"\W", "", words) == re.sub(r"\W", "", entity.written)


GOLDEN = [
    (path.read_bytes(), path.with_suffix(".txt").read_bytes() if path.with_suffix(".txt").exists() else None)
    for path in sorted(CASES.glob("*/article.ann"))
    if path.parent.name != "combining-marks"  # its names are composed on the way in: test_offsets reads it
]
INSERTED = [b"\t", b" ", b"\n", b"\r", b":", b";", b"T", b"E1", b"*", b"#", b"0", b"9", b"\xff", "\U0001f973".encode()]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[bytes, bytes | None]:
    """A golden file with a few lines deleted, doubled, cut or swapped, and a few bytes changed, in `.ann` or `.txt`."""
    ann, txt = draw(st.sampled_from(GOLDEN))
    lines = ann.split(b"\n")
    for _ in range(draw(st.integers(0, 3))):
        at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        change = draw(st.sampled_from(["delete", "double", "cut", "swap"]))
        if change == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "cut":
            lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
        else:
            lines[at : at + 1] = [lines[at]] * 2 if change == "double" else ([] if len(lines) > 1 else [b""])
    ann = b"\n".join(lines)
    for _ in range(draw(st.integers(0, 2))):
        ann = draw(poked(ann))
    return ann, draw(poked(txt)) if txt and draw(st.booleans()) else txt


@st.composite
def poked(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with a few of them replaced."""
    at = draw(st.integers(0, len(data)))
    return data[:at] + draw(st.sampled_from(INSERTED)) + data[at + draw(st.integers(0, 2)) :]


@given(mutated())
def test_mutated_files_never_raise_or_misquote(files: tuple[bytes, bytes | None]) -> None:
    ann, txt = files
    claims, problems = read(Memory(ann, txt))
    if claims:
        assert_quotes(claims, txt)
    assert all(about.code in PROBLEMS for about in problems)
    assert (claims, problems) == read(Memory(ann, txt)), "two runs are equal"


@given(st.text(st.sampled_from("TRE*#A1 2:;\t\n\r\x00\u2028"), max_size=40))
def test_random_lines_never_raise(lines: str) -> None:
    read(Memory(lines.encode(), TEXT.encode()))


# The real corpora beside the project.


def real_files() -> list[Path]:
    """All annotated articles of the real corpora; without them the test is skipped, or fails if they are required."""
    if not REAL.is_dir():
        (pytest.fail if "data" in os.environ.get("KG_REQUIRE", "").split(",") else pytest.skip)(f"{REAL} is not there")
    return sorted(REAL.rglob("*.ann"))


def labels(path: Path) -> Iterator[tuple[int, str]]:
    """Line and label of every relation, event and group but Equiv: an oracle of a few lines."""
    for number, line in enumerate(path.read_bytes().decode("utf-8").split("\n"), 1):
        if line[:1] in ("R", "E", "*"):
            label = line.split("\t")[1].split()[0].split(":")[0]
            if label != "Equiv":
                yield number, label


@pytest.mark.parametrize(
    "ontology",
    [SMALL, _ontology("State Concept Action Country", "target subject Embargo Cause-Precondition Located", "same-as")],
    ids=["no label is known", "some labels are known"],
)
def test_real_corpora(ontology: Ontology) -> None:
    made = 0
    for path in real_files():
        assert brat.recognises(path.name, path.read_bytes()[:65_536])
        claims, problems = read(Source(path, REAL), ontology)
        made += len(claims)
        text = path.with_suffix(".txt")
        assert_quotes(claims, text.read_bytes() if text.exists() else None)
        unknown = [(line, label) for line, label in labels(path) if ontology.relation(label) is None]
        said = [
            (about.line, re.split("[“”]", about.message)[1]) for about in problems if about.code == "unknown-relation"
        ]
        assert said == unknown, path
        assert not {about.code for about in problems} & {"wrong-offset", "bad-line", "missing-mention", "duplicate-id"}
    assert (made > 1000) == (ontology is not SMALL)


def test_an_event_with_very_many_fillers_makes_no_claims() -> None:
    text = "Iran " * 66 + "arms"
    mentions = "".join(f"T{n}\tState {5 * n} {5 * n + 4}\tIran\n" for n in range(66)) + "T66\tarms 330 334\tarms\n"
    agents, targets = (" ".join(f"{role}:T{n}" for n in range(33)) for role in ("Agent", "Target"))
    claims, problems = read(Memory((mentions + f"E1\tarms:T66 {agents} {targets}\n").encode(), text.encode()))
    assert claims == []
    assert [(about.code, about.line) for about in problems] == [("bad-line", 68)]
    assert "1,089 claims" in problems[0].message
