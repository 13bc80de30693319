"""The TEI loader: golden cases, malformed files one by one, mutated files, and the real prosopography."""

import io
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, permutations, product
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import tei

from kg import mappings, ontology
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem
from kg.mappings import Vocabulary
from kg.sources import Source
from tests.golden import apart, compare
from tests.mutations import texts_of

CASES = Path(__file__).parent / "data" / "tei"
WORDS = Vocabulary(ontology.load())
NAMESPACE = "{http://www.tei-c.org/ns/1.0}"


class Memory(Source):
    """A file that stands nowhere."""

    def __init__(self, data: bytes, sidecar: bytes | None = b"{}") -> None:
        super().__init__(Path("article.xml"), Path())
        self._data, self._sidecar = data, sidecar

    def open(self) -> BinaryIO:
        return io.BytesIO(self._data)

    def sibling(self, suffix: str) -> bytes | None:
        return self._sidecar


def read(source: Source) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(tei.read(source, WORDS))


def assert_quotes(claims: list[Claim], data: bytes) -> None:
    """Every quote is cut from the running text of the file, and every mark lies in it."""
    text = "".join(ElementTree.fromstring(data).itertext()) if claims else ""
    for claim in claims:
        assert claim.quote is None or text[claim.begin : claim.end] == claim.quote
        for begin, end, _ in claim.marks:
            assert (claim.begin or 0) <= begin < end <= (claim.end or 0)


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    path = CASES / case / "article.xml"
    assert tei.recognises(path.name, path.read_bytes())
    source = Source(path, CASES / case)
    source.name = path.name
    claims, problems = read(source)
    assert_quotes(claims, path.read_bytes())
    compare(CASES / case, claims, problems)


# What a file says wrongly. The root is on line 1, the relation on line 2.

MALFORMED = [
    ('<relation name="supports" active="u:1" passive="u:2"/>', [], 1),
    ('<relation name="supports" active="u:1"/>', [("missing-argument", 2)], 0),
    ('<relation name="supports" passive="u:1"/>', [("missing-argument", 2)], 0),
    ('<relation name="supports" mutual="u:1"/>', [("missing-argument", 2)], 0),
    ('<relation name="supports" active=" " passive="u:2"/>', [("missing-argument", 2)], 0),
    ('<relation name="supports"/>', [("missing-argument", 2)], 0),
    ('<relation active="u:1" passive="u:2"/>', [("unknown-relation", 2)], 0),
    ('<relation name=" " active="u:1" passive="u:2"/>', [("unknown-relation", 2)], 0),
    ('<relation name="suports" active="u:1" passive="u:2"/>', [("unknown-relation", 2)], 0),
    ('<relation name="supports" active="#x" passive="u:2"/>', [("missing-mention", 2)], 0),
    ('<relation name="supports" active="x" passive="u:2"/>', [("missing-mention", 2)], 0),
    ('<relation name="supports" active="u:1 #x" passive="u:2"/>', [("missing-mention", 2)], 1),
    ('<relation name="supports" active="u:1" passive="u:2" cert="1.5"/>', [("unknown-value", 2)], 1),
    ('<relation name="meets" mutual="u:1 u:2 u:3"/>', [], 3),
    ('<relation name="supports" mutual="u:1 u:2 u:3"/>', [], 6),
    ('<relation name="supports" mutual="u:1 u:2" active="u:1"/>', [], 2),
    ('<relation name="supports" active="u:1" passive="u:1 u:2"/>', [("passed-over", 2)], 1),
    ('<relation name="sibling" mutual="u:1 u:2"/>', [("passed-over", 2)], 0),
    (f'<relation name="meets" mutual="{" ".join(f"u:{n}" for n in range(1000))}"/>', [("bad-record", 2)], 0),
    ('<relation xmlns="http://other.example/" name="supports" active="u:1" passive="u:2"/>', [("no-claims", None)], 0),
    ("<p/>", [("no-claims", None)], 0),
]


@pytest.mark.parametrize(("body", "expected", "made"), MALFORMED)
def test_malformed(body: str, expected: list[tuple[str, int | None]], made: int) -> None:
    claims, problems = read(Memory(f'<TEI xmlns="{NAMESPACE[1:-1]}"><text>\n{body}</text></TEI>'.encode()))
    assert [(about.code, about.line) for about in problems if about.code != "no-text"] == expected
    assert len(claims) == made
    assert ("no-text" in {about.code for about in problems}) == bool(made), "there is no prose beside the relation"


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE TEI [<!ENTITY a "b">]><TEI xmlns="http://www.tei-c.org/ns/1.0">&a;</TEI>',
        b'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text>',
        b'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text>&b;</text></TEI>',
        b'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text>\xff</text></TEI>',
        b"",
    ],
)
def test_what_is_no_xml_is_one_error(data: bytes) -> None:
    claims, problems = read(Memory(data, None))
    assert (claims, [about.code for about in problems]) == ([], ["bad-record"])


def test_a_sidecar_that_cannot_be_read_costs_the_article() -> None:
    data = (CASES / "prose/article.xml").read_bytes()
    claims, problems = read(Memory(data, b"{"))
    assert (claims, [about.code for about in problems]) == ([], ["bad-article"])


def test_no_name_of_the_mapping_is_a_class() -> None:
    terms = {row.sense.term for row in mappings.shipped("tei").rows}
    assert terms - {None} <= WORDS.ontology.relations.keys()


# Files with faults.

GOLDEN = [(CASES / case / "article.xml").read_bytes() for case in ("prose", "people", "dates", "namesakes")]
WORDS_OF_XML = st.sampled_from(
    [
        b"<desc>",
        b"</desc>",
        b"<relation ",
        b"/>",
        b' ref="#p1"',
        b'mutual="',
        b'"',
        b"#p1 ",
        b"<!--",
        b"-->",
        b"\r\n",
        b"&",
    ]
)


@given(
    st.sampled_from(GOLDEN),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 30), WORDS_OF_XML | st.just(b"")), max_size=3),
)
def test_mutated_files_never_raise_or_misquote(data: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    for place, length, piece in changes:
        data = data[:place] + piece + data[place + length :]
    claims, problems = read(Memory(data))
    assert_quotes(claims, data)
    assert all(about.code in PROBLEMS for about in problems)
    assert (claims, problems) == read(Memory(data)), "two runs are equal"


# The real files: SPEAR has relations, the letters of Schnitzler have none.


SYMMETRIC = WORDS.ontology.symmetric
SENSES = {row.label: row.sense.term for row in mappings.shipped("tei").rows}


def relations(path: Path) -> Iterator[tuple[str, str, str]]:
    """Label and ends of every pair in a file, by another parser and by the guidelines: an oracle."""
    for each in ElementTree.parse(path).iter(f"{NAMESPACE}relation"):
        label = each.attrib["ref"].rpartition("/")[2]
        active, passive, mutual = (
            [*dict.fromkeys(each.get(key, "").split())] for key in ("active", "passive", "mutual")
        )
        pairs = combinations(mutual, 2) if SENSES[label] in SYMMETRIC else permutations(mutual, 2)
        yield from ((label, a, b) for a, b in (*product(active, passive), *pairs) if a != b)


def test_real_files(shared_data: Path) -> None:
    folder, total = shared_data / "formats/tei", 0
    for path in sorted(folder.rglob("*.xml")):
        assert tei.recognises(path.name, path.read_bytes()[:65_536])
        claims, problems = read(Source(path, folder))
        expected = Counter((SENSES[label], *ends(SENSES[label], a, b)) for label, a, b in relations(path))
        kept = {key: times for key, times in expected.items() if key[0]}
        assert kept == Counter(
            (claim.relation, *ends(claim.relation, claim.subject.same_as[0], claim.object.same_as[0]))
            for claim in claims
        )
        passed = sum(about.count for about in problems if about.code == "passed-over")
        assert passed == expected.total() - sum(kept.values())
        assert not [about for about in problems if about.severity == "error"], path
        assert bool(claims) == (path.parent.name == "spear")
        assert_quotes(claims, path.read_bytes())
        assert all(claim.quote for claim in claims), "every relation of SPEAR is said in prose"
        total += len(claims)
    assert total == 185


def ends(relation: str | None, one: str, other: str) -> list[str]:
    return sorted([one, other]) if relation in SYMMETRIC else [one, other]


def test_the_texts_that_a_quote_may_come_from_are_those_of_the_fuzzer(shared_data: Path) -> None:
    path = shared_data / "formats/tei/spear/3110.xml"
    texts = list(texts_of(path.read_bytes(), {}))
    claims, _ = read(Source(path, path.parent))
    assert claims
    assert all(any(text[claim.begin : claim.end] == claim.quote for text in texts) for claim in claims)
