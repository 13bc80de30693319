"""Offsets are code points of the text as it is: emoji, right to left, CRLF, combining marks, byte order marks."""

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import brat
from kg.loaders._text import quote, sentences

from kg.claim import Claim
from kg.mappings import Vocabulary
from kg.ontology import Ontology, Term
from kg.sources import Source

CASES = Path(__file__).parent / "data" / "brat"
STATE = Term("State", "test#State", is_class=True)
BACKS, ARMS = Term("backs", "test#backs", sign=1), Term("arms", "test#arms", sign=1)
ONTOLOGY = Ontology({term.name: term for term in (Term("Entity", "test#Entity", is_class=True), STATE, BACKS, ARMS)})


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("emoji", "\U0001f1f6\U0001f1e6 Qatar backs \U0001f468\U0001f3fb\u200d\U0001f9b3 Oman \U0001d54f."),
        ("right-to-left", "\u0625\u064a\u0631\u0627\u0646 \u062a\u062f\u0639\u0645 \u0633\u0648\u0631\u064a\u0627."),
        ("crlf", "Iran arms\r\nSyria."),
        ("combining-marks", "Cote\u0301 d\u2019Ivoire backs Sa\u0303o Tome\u0301."),
        ("bom", "Iran arms Syria."),
    ],
)
def test_quote_and_marks_are_the_text(case: str, expected: str) -> None:
    folder = CASES / case
    text = (folder / "article.txt").read_bytes().decode("utf-8")
    mentions = {}
    for line in (folder / "article.ann").read_bytes().decode("utf-8").removeprefix("\ufeff").split("\n"):
        if line.startswith("T"):
            _, place, words = line.removesuffix("\r").split("\t")
            mentions[tuple(int(offset) for offset in place.split()[1:])] = words
    claims = [
        item
        for item in brat.read(Source(folder / "article.ann", folder), Vocabulary(ONTOLOGY))
        if isinstance(item, Claim)
    ]
    assert len(claims) == 1
    claim = claims[0]
    assert claim.quote == expected == text[claim.begin : claim.end]
    assert {text[begin:end] for begin, end, _ in claim.marks} == set(mentions.values())
    assert {(begin, end) for begin, end, _ in claim.marks} == set(mentions)
    for role, entity in (("subject", claim.subject), ("object", claim.object)):
        (words,) = (text[begin:end] for begin, end, marked in claim.marks if marked == role)
        assert entity.written == unicodedata.normalize("NFC", words)


POOLS = [
    "aB.! \n",
    'a.?!"\u201c\u201d() \r\n',
    "\U0001f973a. e\u0301\n\r\x00",
    "\u0645\u061f. \u0646",
    "Mr. 3.\n ",
    "\ufeff\u2028\x85\u3000.a",
]
TEXTS = st.sampled_from(POOLS).flatmap(lambda pool: st.text(st.sampled_from(pool), max_size=30))
LANGUAGES = st.sampled_from([None, "", "en", "ar", "ru", "zh-Hant", "x-none", "\u0645", "\x00", "EN-gb"])


@given(TEXTS, LANGUAGES)
def test_sentences_cover_the_text_in_order(text: str, language: str | None) -> None:
    spans = sentences(text, language)
    assert all(begin < end for begin, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    inside = {place for begin, end in spans for place in range(begin, end)}
    outside = {
        text[place] for place in range(len(text)) if place not in inside and not (place == 0 and text[0] == "\ufeff")
    }
    assert all(char.isspace() for char in outside)


@given(TEXTS.filter(bool), LANGUAGES, st.data())
def test_quote_holds_the_marks_and_is_trimmed(text: str, language: str | None, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 1, len(text)))
    spans = sentences(text, language)
    begin, end, words = quote(text, spans, first, last)
    assert 0 <= begin <= first < last <= end <= len(text)
    assert words == text[begin:end]
    assert begin == first or not text[begin].isspace()
    assert end == last or not text[end - 1].isspace()
    whole = [span for span in spans if span[1] > first and span[0] < last]
    assert not whole or text[begin:end].strip() == text[min(first, whole[0][0]) : max(last, whole[-1][1])].strip()


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Mr. Smith left. He is back.", "en", ["Mr. Smith left. ", "He is back."]),
        ("Am 3. Oktober kam er. Er ging.", "de-DE", ["Am 3. Oktober kam er. ", "Er ging."]),
        (
            "\u041f\u0440\u0438\u0432\u0435\u0442. \u0414\u0430!",
            "ru",
            ["\u041f\u0440\u0438\u0432\u0435\u0442. ", "\u0414\u0430!"],
        ),
        ("A headline\n\nThe text.", None, ["A headline", "\n\n", "The text."]),
        ("\ufeffIran. Iraq.", None, ["Iran. ", "Iraq."]),
        ("", None, []),
        ("\ufeff", None, []),
        ("half \ud800 a pair. Two.", None, ["half \ud800 a pair. ", "Two."]),
    ],
)
def test_sentences(text: str, language: str | None, expected: list[str]) -> None:
    assert [text[begin:end] for begin, end in sentences(text, language)] == expected


def test_lines_without_full_stops_are_not_one_sentence() -> None:
    text = "a line of a table, without a full stop\n" * 100
    spans = sentences(text)
    assert len(spans) == 100
    assert quote(text, spans, 39, 40)[2] == "a line of a table, without a full stop"


@pytest.mark.parametrize("text", ["a" * 1_000_000, "." * 100_000, "a.\n" * 100_000, '"(' * 50_000, "\n" * 100_000])
def test_odd_long_texts_take_no_longer_than_others(text: str) -> None:
    spans = sentences(text)
    assert quote(text, spans, len(text) // 2, len(text) // 2 + 1)
