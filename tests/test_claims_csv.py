"""The loader of tables: golden cases, malformed rows one by one, and quotes found again in generated texts."""

import io
import posixpath
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kg.loaders import claims_csv
from kg.loaders._quotes import Text, marks

from kg.claim import Claim, Entity
from kg.errors import PROBLEMS, Problem
from kg.loading import Report
from kg.loading import read as load
from kg.mappings import Vocabulary
from kg.ontology import Ontology, Term
from kg.sources import Source
from tests.golden import apart, compare

CASES = Path(__file__).parent / "data" / "claims.csv"


def _ontology(classes: str, relations: str) -> Ontology:
    """A small ontology of the tests' own, so that new terms of ours change no expected `near`."""
    terms = [Term("Entity", "test#Entity", is_class=True)]
    terms += [Term(name, f"test#{name}", is_class=True, parents=("Entity",)) for name in classes.split()]
    terms += [Term(name, f"test#{name}", sign=0) for name in relations.split()]
    return Ontology({term.name: term for term in terms})


SMALL = _ontology("State Person Group ArmedGroup", "backs arms trains hosts")


class Memory(Source):
    """A table that stands in no file, and the files beside it."""

    def __init__(self, table: bytes, beside: dict[str, bytes] | None = None) -> None:
        super().__init__(Path("table.csv"), Path())
        self._table = table
        self._files = beside or {"table.article.json": b'{"publisher": "Own"}'}

    def open(self) -> BinaryIO:
        return io.BytesIO(self._table)

    def beside(self, path: str) -> bytes | None:
        return self._files.get(posixpath.normpath(path))


class Counting(io.BytesIO):
    """Bytes that know how many of them were read."""

    taken = 0

    def read1(self, size: int | None = -1) -> bytes:
        data = super().read1(size)
        self.taken += len(data)
        return data


def read(source: Source) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(claims_csv.read(source, Vocabulary(SMALL)))


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    [table] = [path for path in (CASES / case).iterdir() if path.suffix in (".csv", ".tsv")]
    assert claims_csv.recognises(table.name, table.read_bytes())
    source = Source(table, CASES / case)
    source.name = table.name
    claims, problems = read(source)
    compare(CASES / case, claims, problems)


# What a row says wrongly: the exact code, line and nearest thing. The first row is always right.

TEXT = "Iran arms Syria. Oman waits in 2016. Iran said “yes” – twice.\n"
HEAD = "subject,relation,object,quote,negated\nIran,arms,Syria,Iran arms Syria.,\n"

MALFORMED = [
    # no row
    ("Iran,arms,Syria,,,x", [("bad-line", 3, None)]),
    ('Iran,arms,"Sy"ria,,', [("bad-line", 3, None)]),
    ('Iran,arms,"Syria,,', [("bad-line", 3, None)]),
    ('Iran,arms,"Syria,,\nIran,backs,Syria,,', [("bad-line", 3, None)]),
    ('Iran,arms,"Sy""ria,,\n"Iran",backs,Syria,,', [("bad-line", 3, None)]),
    (f"Iran,arms,{'x' * 1_000_000},,", [("bad-line", 3, None)]),
    (f'Iran,arms,"{"x" * 1_000_000}",,', [("bad-line", 3, None)]),
    (f"Iran,arms,Syria,,{',' * 5_000_000}", [("bad-line", 3, None)]),
    (
        'Iran,arms,"' + "x\n" * 70_000,
        [("bad-line", 3, None), *(("missing-argument", line, None) for line in range(4, 70_003))],
    ),
    (",,,,\n \t , ,,,\n\n", []),
    # its parts
    (",arms,Syria,,", [("missing-argument", 3, None)]),
    ("Iran,arms, ,,", [("missing-argument", 3, None)]),
    ("Iran,,Syria,,", [("missing-argument", 3, None)]),
    ("Iran,arm,Syria,,", [("unknown-relation", 3, "arms")]),
    (f"Iran,{'arm' * 40_000},Syria,,", [("unknown-relation", 3, "arms")]),
    ('Iran,"arms\n",Syria,,\nIran,arm,Syria,,', [("unknown-relation", 5, "arms")]),
    ("Iran,arms,Syria,,maybe", [("bad-line", 3, None)]),
    # its quote
    ("Iran,arms,Syria,Iran arms Oman,", [("quote-not-found", 3, "Iran arms Syria.")]),
    ("Iran,arms,Syria,iran arms Syria,", [("quote-not-found", 3, "Iran arms Syria.")]),
    ("Iran,arms,Syria,?!,", [("quote-not-found", 3, None)]),
    ("Iran,arms,Syria,Iran,", [("quote-ambiguous", 3, None)]),
    ("Iran,arms,Syria,a,", [("quote-ambiguous", 3, None)]),
    ('Iran,arms,Syria,"said ""yes"" - twice",', [("text-differs", 3, None)]),
    ("Iran,arms,Syria,Oman  waits,", [("text-differs", 3, None)]),
    ("Iran,arms,Syria,Oman  waits,\nIran,backs,Syria,Oman  waits,", [("text-differs", 3, None)]),
    (
        "Iran,arms,Syria,Oman  waits,\nIran,backs,Syria,waits  in,",
        [("text-differs", 3, None), ("text-differs", 4, None)],
    ),
    (
        "Iran,arm,Syria,Iran,maybe",
        [("unknown-relation", 3, "arms"), ("quote-ambiguous", 3, None), ("bad-line", 3, None)],
    ),
]


@pytest.mark.parametrize(("rows", "expected"), MALFORMED, ids=[repr(rows[:40]) for rows, _ in MALFORMED])
def test_malformed_row(rows: str, expected: list[tuple[str, int, str | None]]) -> None:
    beside = {"table.txt": TEXT.encode(), "table.article.json": b'{"publisher": "Own"}'}
    claims, problems = read(Memory(f"{HEAD}{rows}\n".encode(), beside))
    assert [(about.code, about.line, about.near) for about in problems] == expected
    assert all(about.severity == PROBLEMS[about.code][0] and about.path == "table.csv" for about in problems)
    lines = rows if rows.count('"') % 2 == 0 else rows.replace('"', "")
    good, _ = read(Memory(f"{HEAD}{lines}\nIran,trains,Oman,,\n".encode(), beside))
    assert good[-1].relation == "trains", "the rows after a bad one are read"
    assert claims[0].relation == "arms"


@pytest.mark.parametrize("row", ["Iran,backs,Syria", "Iran,backs,Syria,", "Iran,backs,Syria,,,,, "])
def test_blank_cells_at_the_end_may_be_missing_or_too_many(row: str) -> None:
    claims, problems = read(Memory(f"{HEAD}{row}\n".encode(), {"table.article.json": b'{"publisher": "Own"}'}))
    assert [claim.relation for claim in claims] == ["arms", "backs"]
    assert {about.code for about in problems} == {"no-text"}


@pytest.mark.parametrize(
    ("table", "code", "words"),
    [
        (HEAD.encode("utf-16"), "bad-encoding", "CSV UTF-8"),
        (HEAD.encode("utf-16-be"), "bad-line", "no column subject"),
        ("subject,relation,object,r\xe9sum\xe9\n".encode("latin-1"), "bad-encoding", "CSV UTF-8"),
        (b"", "bad-line", "no column subject and no column relation and no column object"),
        (b"\n\n\n", "bad-line", "no column"),
        (b"subject,relation,target\nIran,arms,Syria\n", "bad-line", "no column object"),
        (b'subject,relation,"object\nIran,arms,Syria\n', "bad-line", "unexpected end"),
    ],
)
def test_a_table_without_a_header_gives_one_error(table: bytes, code: str, words: str) -> None:
    claims, problems = read(Memory(table))
    assert not claims
    assert [about.code for about in problems if about.severity == "error"] == [code]
    assert words in problems[-1].message


def test_latin_1_costs_the_rows_that_hold_it() -> None:
    table = "subject,relation,object\nIran,arms,Syria\nC\xf4te,arms,Syria\nIran,arms,Oman\n".encode("latin-1")
    claims, problems = read(Memory(table))
    assert [claim.object.written for claim in claims] == ["Syria", "Oman"]
    assert [(about.code, about.line) for about in problems] == [("bad-encoding", 3)]


def test_a_row_without_an_end_is_not_taken_in() -> None:
    source = Memory(b"")
    stream = Counting(f"{HEAD}{',' * 5_000_000}\nIran,arm,Oman,,\n{',' * 9_000_000}\n".encode())
    source.open = lambda: stream  # type: ignore[method-assign]
    _, problems = read(source)
    assert [(about.code, about.line) for about in problems] == [
        *(("no-text", 2), ("bad-line", 3), ("unknown-relation", 4), ("bad-line", 5)),
    ]
    assert all("longer than 4,194,304" in about.message for about in problems if about.code == "bad-line")


def test_blanks_around_the_cells_are_no_part_of_them() -> None:
    claims, problems = read(Memory(b'subject, relation ,\t object\n  Iran , arms,  "Syria, and  more"\n'))
    assert not problems
    assert [entity.written for entity in claims[0].entities] == ["Iran", "Syria, and more"]


def test_many_unknown_columns_are_counted() -> None:
    header = ",".join(f"c{n}" for n in range(1000))
    claims, problems = read(Memory(f"subject,relation,object,{header}\nIran,arms,Syria{',' * 1000}\n".encode()))
    assert len(claims) == 1
    assert len(problems) == 21
    assert "980 more columns" in problems[-1].message


RECOGNISED = [
    ("t.csv", b"subject,relation,object\n", True),
    ("T.CSV", b"\xef\xbb\xbf\r\nOBJECT;Sub-ject;note;Rela tion\r", True),
    ("t.tsv", b'"subject"\t"relation"\t"object"', True),
    ("t.csv", "subject\trelation\tobject\r\n".encode("utf-16"), True),
    ("t.csv", b"subject,relation,object_kind\n", False),
    ("t.csv", b"Iran,arms,Syria\nsubject,relation,object\n", False),
    ("t.csv", b"", False),
    ("t.csv", b"\xff\xfe\xff", False),
    ("t.txt", b"subject,relation,object\n", False),
]


@pytest.mark.parametrize(("name", "head", "expected"), RECOGNISED)
def test_recognises(name: str, head: bytes, expected: bool) -> None:
    assert claims_csv.recognises(name, head) is expected


def test_rows_are_streamed() -> None:
    source = Memory(b"")
    stream = Counting((HEAD.replace("quote", "url") + "Iran,arms,Syria,,\n" * 200_000).encode())
    source.open = lambda: stream  # type: ignore[method-assign]
    assert isinstance(next(claims_csv.read(source, Vocabulary(SMALL))), Claim)
    assert 0 < stream.taken < 100_000


def test_an_article_is_read_once_for_all_its_rows() -> None:
    asked = []

    class Asking(Memory):
        def beside(self, path: str) -> bytes | None:
            asked.append(path)
            return super().beside(path)

    rows = "Iran,arms,Syria,Oman waits,\n" * 50
    claims, _ = read(Asking(f"{HEAD}{rows}".encode(), {"table.txt": TEXT.encode()}))
    assert len(claims) == 51
    assert asked == ["table.article.json", "table.txt"]


def test_the_words_of_an_article_may_differ_from_the_name() -> None:
    header = "subject,subject_written,relation,object,object_written\n"
    [claim], _ = read(Memory(f"{header}Assad government,,arms,Damascus,Moscow\n".encode()))
    assert claim.subject == Entity("", "", "Entity", "Assad government"), "the gazetteer may name it otherwise"
    assert claim.object == Entity("", "Damascus", "Entity", "Moscow")


def test_a_folder_is_loaded_with_its_notes_in_place(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    table = "subject,relation,object,article,quote,valid_from,publisher\n"
    table += "Moscow,arms,Damascus,a,Moscow arms,2.5.2016,Own\nMoscow,meets,a lake,a,,,Own\n"
    (tmp_path / "news/t.csv").write_text(table, encoding="utf-8")
    (tmp_path / "news/a.txt").write_text("Moscow arms Damascus. They met.", encoding="utf-8")
    report = Report()
    claims = list(load(tmp_path, report))
    assert [(claim.article.id, claim.quote) for claim in claims] == [
        ("news/a", "Moscow arms Damascus."),
        ("news/a", None),
    ]
    assert (claims[0].subject.id, claims[0].subject.written) == ("russian-government", "Moscow")
    assert [(about.code, about.path, about.line) for about in report.problems] == [
        ("bad-date", str(tmp_path / "news/t.csv"), 2)
    ]


def test_a_link_out_of_the_root_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Iran arms Syria.", encoding="utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "in/t.csv").write_text("subject,relation,object,article,quote\nIran,arms,Syria,a,Iran arms\n", "utf-8")
    claims, problems = read(Source(tmp_path / "in/t.csv", tmp_path / "in"))
    assert not claims
    assert [(about.code, about.line) for about in problems] == [("no-article", 2), ("outside-root", 2)]


def test_each_retyped_quote_is_noted_once() -> None:
    rows = "".join(f"Iran,arms,Syria,{'said. ' * 30} {end},\n" for end in ("No", "Yes", "No"))
    text = f"{'said.  ' * 30}No. {'said.  ' * 30}Yes. Iran arms Syria."
    _, problems = read(Memory(f"{HEAD}{rows}".encode(), {"table.txt": text.encode(), "table.article.json": b"{}"}))
    assert [(about.code, about.line) for about in problems] == [("text-differs", 3), ("text-differs", 4)]


def test_places_may_overlap() -> None:
    assert Text("No and No and No").places("No and No") == ([(0, 9), (7, 16)], True)


def test_names_are_marked_where_no_blanks_stand_between_words() -> None:
    assert marks("\u4fc4\u7f57\u65af\u652f\u6301\u53d9\u5229\u4e9a", 5, {"object": "\u53d9\u5229\u4e9a"}) == (
        (5, 13, "relation"),
        (10, 13, "object"),
    )


# Quotes cut from a text are found again, and the marks are where they say.

WORDS = ("Iran", "arms", "Syria", "“yes”", "US", "USA", "said.", "No.", "–", "Iran’s", "é", "e\u0301", "🥳", "\u202eأ")
BLANKS = (" ", " ", " ", "\n", "  ", "\r\n", "\u00a0", "\n\n", " \t ")
TYPED = str.maketrans({"“": '"', "”": '"', "’": "'", "–": "-"})


@st.composite
def texts_and_quotes(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text, and the place of words in it that neither begin nor end with white space."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=12))
    text = "".join(word + draw(st.sampled_from(BLANKS)) for word in words)
    inked = [place for place, char in enumerate(text) if not char.isspace()]
    begin = draw(st.sampled_from(inked))
    return text, begin, draw(st.sampled_from([place for place in inked if place >= begin])) + 1


def table(*cells: str) -> bytes:
    row = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
    return f"subject,relation,object,quote\n{row}\n".encode()


def places(text: str, words: str) -> list[int]:
    return [place for place in range(len(text)) if text.startswith(words, place)]


@given(texts_and_quotes(), st.sampled_from(WORDS), st.booleans())
@example(("US USA US", 0, 6), "US", False)
@example(("a  b. a\nb.", 0, 4), "Iran", True)
def test_a_quote_is_found_again(cut: tuple[str, int, int], subject: str, retyped: bool) -> None:
    text, begin, end = cut
    words = text[begin:end]
    typed = " ".join(words.translate(TYPED).split()) if retyped else words
    claims, problems = read(Memory(table(subject, "arms", "Oman", typed), {"table.txt": text.encode()}))
    codes = {about.code for about in problems} - {"no-article", "text-differs"}
    if not claims:
        assert codes == {"quote-ambiguous"}
        plain = " ".join(text.translate(TYPED).split())
        assert max(len(places(text, typed)), len(places(plain, " ".join(typed.translate(TYPED).split())))) > 1
        return
    assert not codes
    [claim] = claims
    assert claim.begin is not None
    assert claim.end is not None
    assert claim.quote == text[claim.begin : claim.end]
    [(first, last)] = [mark[:2] for mark in claim.marks if mark[2] == "relation"]
    if places(text, typed):
        assert (places(text, typed), text[first:last]) == ([first], typed)
    else:
        assert (first, last) == (begin, end)
    assert claim.begin <= first < last <= claim.end
    for named, beyond, role in claim.marks:
        assert first <= named < beyond <= last
        assert role == "relation" or text[named:beyond] == subject or retyped or len(places(words, subject)) == 0


@given(texts_and_quotes())
def test_without_a_text_a_quote_is_kept(cut: tuple[str, int, int]) -> None:
    words = cut[0][cut[1] : cut[2]]
    [claim], _ = read(Memory(table("Oman", "arms", "US", words)))
    assert (claim.begin, claim.end, claim.quote) == (0, len(words), words)
    assert (0, len(words), "relation") in claim.marks
    assert all(words[begin:end] == "US" for begin, end, role in claim.marks if role == "object")


@given(st.lists(st.sampled_from(BLANKS + WORDS), max_size=8), st.sampled_from(WORDS))
def test_marks_are_whole_words_where_there_are_any(parts: Sequence[str], word: str) -> None:
    text = "".join(parts)
    found, as_typed = Text(text).places(word)
    if as_typed:
        assert [begin for begin, _ in found] == places(text, word)
    assert all(text[begin:end].translate(TYPED) == word.translate(TYPED) for begin, end in found)


# Whatever a table holds: no exception, and cells come out as they went in.

CELLS = (
    "Iran",
    'a "b"',
    "a,b;c\td",
    "two\nlines",
    "two\r\nlines",
    "=1+1",
    "'",
    '"',
    "nul\x00",
    "a\u2028b",
    "é",
    "x" * 99,
)


@given(
    st.lists(st.sampled_from(CELLS), min_size=2, max_size=2),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_cells_come_out_as_they_went_in(cells: list[str], delimiter: str, end: str) -> None:
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in (cells[0], "arms", cells[1])]
    lines = [delimiter.join(("subject", "relation", "object")), delimiter.join(quoted), ""]
    claims, problems = read(Memory(end.join(lines).encode()))
    assert not problems
    assert [entity.written for entity in claims[0].entities] == [" ".join(cell.split()) for cell in cells]


GOLDEN = [path.read_bytes() for path in sorted(CASES.glob("*/claims.?sv"))]
INSERTED = [b",", b";", b"\t", b'"', b"\n", b"\r", b"\xff", b"\x00", b"../", "“".encode()]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A golden table with a few bytes changed."""
    data = draw(st.sampled_from(GOLDEN))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.sampled_from(INSERTED)) + data[at + draw(st.integers(0, 2)) :]
    return data


@given(mutated())
def test_mutated_tables_never_raise_or_misquote(data: bytes) -> None:
    beside = {f"{name}.txt": TEXT.encode() for name in ("table", "courier", "a")}
    claims, problems = read(Memory(data, beside))
    assert claims or problems
    assert all(about.code in PROBLEMS for about in problems)
    for claim in claims:
        if claim.quote is not None:
            assert claim.quote in TEXT or claim.article.id not in {"table", "courier", "a"}
    assert (claims, problems) == read(Memory(data, beside)), "two runs are equal"
