"""The DocRED loader: golden cases, faulty documents one by one, mutated files, and a part of Re-DocRED."""

import io
import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import docred

from kg import ontology
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem
from kg.mappings import Vocabulary, shipped
from kg.sources import Source
from tests.golden import apart, compare
from tests.mutations import PIECES, mutated, texts_of

CASES = Path(__file__).parent / "data" / "docred"
WORDS = Vocabulary(ontology.load())


class Memory(Source):
    """Documents that stand in no file."""

    def __init__(self, data: bytes) -> None:
        super().__init__(Path("dev.json"), Path())
        self._data = data

    def open(self) -> BinaryIO:
        return io.BytesIO(self._data)


def read(source: Source) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(docred.read(source, WORDS))


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.

OUT = {"claims.jsonl", "problems.jsonl"}


def given_file(case: str) -> Path:
    [path] = [path for path in (CASES / case).iterdir() if path.name not in OUT]
    return path


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    path = given_file(case)
    assert docred.recognises(path.name, path.read_bytes())
    source = Source(path, CASES / case)
    source.name = path.name
    claims, problems = read(source)
    compare(CASES / case, claims, problems)


# One fault in a good document: the exact codes, and how many claims are left of its one.

GOOD: dict[str, Any] = {
    "title": "Talks",
    "sents": [["Iran", "meets", "Qatar", "."], ["Nobody", "else", "came", "."]],
    "vertexSet": [
        [{"name": "Iran", "pos": [0, 1], "sent_id": 0, "type": "LOC"}],
        [{"name": "Qatar", "pos": [2, 3], "sent_id": 0, "type": "LOC"}],
    ],
    "labels": [{"h": 0, "t": 1, "r": "meets", "evidence": [0]}],
}


def _with(key: str, *way: object) -> dict[str, Any]:
    """The good document with one value changed, at the end of a way of keys; LEFT OUT takes the key away."""
    document: dict[str, Any] = json.loads(json.dumps(GOOD))
    *keys, value = way
    place: Any = document
    for step in (key, *keys[:-1]) if keys else ():
        place = place[step]
    last = keys[-1] if keys else key
    if value == "LEFT OUT":
        del place[last]
    else:
        place[last] = value
    return document


FAULTY: list[tuple[object, list[str], int]] = [
    (7, ["bad-record"], 0),
    ({}, ["bad-record"], 0),
    (_with("sents", "LEFT OUT"), ["bad-record"], 0),
    (_with("sents", 0, 0, 7), ["bad-record"], 0),
    (_with("sents", "Iran meets Qatar."), ["bad-record"], 0),
    (_with("sents", []), ["wrong-offset", "wrong-offset", "missing-mention", "missing-mention", "unknown-value"], 0),
    (_with("vertexSet", "LEFT OUT"), ["bad-record"], 0),
    (_with("vertexSet", []), ["missing-mention", "missing-mention"], 0),
    (_with("vertexSet", 0, []), ["missing-mention"], 0),
    (_with("vertexSet", 0, 0, "name", "LEFT OUT"), ["bad-record"], 0),
    (_with("vertexSet", 0, 0, "name", "Iraq"), ["wrong-offset"], 0),
    (_with("vertexSet", 0, 0, "name", "“Iran”"), ["wrong-offset"], 0),
    (_with("vertexSet", 0, 0, "name", "Ir an"), [], 1),
    (_with("vertexSet", 0, 0, "name", ""), ["wrong-offset"], 0),
    (_with("vertexSet", 0, 0, "pos", [0]), ["bad-record"], 0),
    (_with("vertexSet", 0, 0, "pos", [0, 1, 2]), ["bad-record"], 0),
    (_with("vertexSet", 0, 0, "pos", [1, 0]), ["wrong-offset", "missing-mention"], 0),
    (_with("vertexSet", 0, 0, "pos", [0, 0]), ["wrong-offset", "missing-mention"], 0),
    (_with("vertexSet", 0, 0, "pos", [-4, 1]), ["wrong-offset", "missing-mention"], 0),
    (_with("vertexSet", 0, 0, "pos", [0, 99]), ["wrong-offset", "missing-mention"], 0),
    (_with("vertexSet", 0, 0, "sent_id", 2), ["wrong-offset", "missing-mention"], 0),
    (_with("vertexSet", 0, 0, "sent_id", -1), ["wrong-offset", "missing-mention"], 0),
    (_with("vertexSet", 0, 0, "sent_id", 1), ["wrong-offset"], 0),
    (_with("vertexSet", 0, 0, "type", "TRIBE"), ["unknown-kind"], 1),
    (_with("vertexSet", 0, 0, "type", "LEFT OUT"), [], 1),
    (_with("labels", "LEFT OUT"), ["no-claims"], 0),
    (_with("labels", None), ["no-claims"], 0),
    (_with("labels", []), [], 0),
    (_with("labels", 0, "r", "LEFT OUT"), ["bad-record"], 0),
    (_with("labels", 0, "r", "P999999"), ["unknown-relation"], 0),
    (_with("labels", 0, "r", "P569"), ["passed-over"], 0),
    (_with("labels", 0, "h", 1), ["passed-over"], 0),
    (_with("labels", 0, "h", 2), ["missing-mention"], 0),
    (_with("labels", 0, "h", -1), ["missing-mention"], 0),
    (_with("labels", 0, "h", "0"), ["bad-record"], 0),
    (_with("labels", 0, "evidence", "LEFT OUT"), [], 1),
    (_with("labels", 0, "evidence", [9, 0]), ["unknown-value"], 1),
    (_with("labels", 0, "evidence", [[0]]), ["bad-record"], 0),
    (_with("title", "LEFT OUT"), [], 1),
    (_with("title", ["a"]), [], 1),
]


@pytest.mark.parametrize(("document", "expected", "claims"), FAULTY)
@pytest.mark.parametrize("is_array", [True, False], ids=["array", "lines"])
def test_a_fault_costs_its_own_claims_only(document: object, expected: list[str], claims: int, is_array: bool) -> None:
    documents = [GOOD, document, GOOD]
    data = json.dumps(documents) if is_array else "\n".join(map(json.dumps, documents))
    found, problems = read(Memory(data.encode()))
    assert sorted(about.code for about in problems) == sorted(expected)
    assert len(found) == claims + 2
    assert len({claim.article.id for claim in found}) == len(found)
    for about in problems:
        assert about.severity == PROBLEMS[about.code][0]
        assert (about.path, about.line) == ("dev.json", None if is_array else 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", None),
        (b"[]", None),
        (b" \n", None),
        (b'[{"sents": []', "bad-record"),
        (b'{"sents": [], ', "bad-record"),
        (b"[" * 5000, "bad-record"),
        (b'[{"title": "\xff"}]', "bad-encoding"),
        ("[]".encode("utf-16"), "bad-record"),
    ],
)
def test_a_file_that_is_no_json(data: bytes, code: str | None) -> None:
    claims, problems = read(Memory(data))
    assert not claims
    assert [about.code for about in problems] == ([code] if code else [])


def test_a_file_that_is_too_large_is_one_problem() -> None:
    source = Memory(json.dumps([GOOD] * 9).encode())
    source.limit = 1000
    assert [about.code for about in read(source)[1]] == ["too-large"]


def test_a_message_names_document_and_mention() -> None:
    _, problems = read(Memory(json.dumps([GOOD, _with("vertexSet", 1, 0, "pos", [3, 9])]).encode()))
    assert [str(about) for about in problems] == [
        "dev.json: error wrong-offset: mention 0 of entity 1 of “Talks (2)” is at the tokens 3 to 9 of sentence 0, "
        "which are not there",
        "dev.json: error missing-mention: label 0 of “Talks (2)” points at entity 1 of “Talks (2)”, which is no "
        "mention of the document",
    ]
    _, problems = read(Memory(json.dumps([GOOD, _with("labels", 0, "h", None)]).encode()))
    assert str(problems[0]).startswith("dev.json: error bad-record: document 2: not the JSON of this format")
    assert "$.labels[0].h" in problems[0].message


RECOGNISED = [
    ("a.json", b'[{"title": "x", "vertexSet": [[{', True),
    ("a.JSONL", b'\xef\xbb\xbf{"sents":[["a"]],"vertexSet" : [', True),
    ("a.json", b' [ {\n "vertexSet": [', True),
    ("a.json", b'{"text": "\\"vertexSet\\": ["}', False),
    ("a.json", b'["vertexSet", "vertexSet": [', False),
    ("a.json", b'{"P6": "head of government"}', False),
    ("a.txt", b'[{"vertexSet": [', False),
    ("a.json", b"[]", False),
    ("a.json", b"", False),
]


@pytest.mark.parametrize(("name", "head", "expected"), RECOGNISED)
def test_recognises(name: str, head: bytes, expected: bool) -> None:
    assert docred.recognises(name, head) is expected


# Of the mentions of two entities, those are marked that stand nearest to each other: all pairs are compared here.

PLACES = st.lists(st.sampled_from("AB-."), min_size=2, max_size=14)


@given(PLACES, st.lists(st.integers(0, 3), max_size=2))
def test_the_nearest_mentions_are_marked(words: list[str], evidence: list[int]) -> None:
    sents = [list(group) for is_stop, group in itertools.groupby(words, lambda word: word == ".") if not is_stop]
    found = {
        name: [{"name": name, "pos": [at, at + 1], "sent_id": sent} for sent, at in _at(name, sents)] for name in "AB"
    }
    labels = [{"h": 0, "t": 1, "r": "meets", "evidence": evidence}]
    document = {"title": "x", "sents": sents, "vertexSet": [found["A"], found["B"]], "labels": labels}
    claims, _ = read(Memory(json.dumps([document]).encode()))
    pairs = list(itertools.product(_at("A", sents), _at("B", sents)))
    assert len(claims) == bool(pairs)
    evident = [pair for pair in pairs if {sent for sent, _ in pair} <= {*evidence}]
    if pairs:
        marks = {role: begin for begin, _, role in claims[0].marks}
        begins = list(itertools.accumulate((2 * len(sent) for sent in sents), initial=0))
        places = {begins[sent] + 2 * at: (sent, at) for sent, tokens in enumerate(sents) for at in range(len(tokens))}
        marked = places[marks["subject"]], places[marks["object"]]
        assert marked in (evident or pairs)
        assert _distance(marked, begins) == min(_distance(pair, begins) for pair in evident or pairs)


def _at(name: str, sents: list[list[str]]) -> list[tuple[int, int]]:
    return [(sent, at) for sent, tokens in enumerate(sents) for at, token in enumerate(tokens) if token == name]


def _distance(pair: tuple[tuple[int, int], tuple[int, int]], begins: list[int]) -> tuple[int, int]:
    (one, first), (other, last) = pair
    return abs(one - other), abs(begins[one] + 2 * first - begins[other] - 2 * last)


# Whatever a file holds: no exception, and no quote that is not in a text of it.

GOLDEN = [given_file(path.name).read_bytes() for path in sorted(CASES.iterdir())]
FAULTS = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 9), st.integers(0, len(PIECES))), max_size=4)


@given(st.sampled_from(GOLDEN), FAULTS)
def test_mutated_files_never_raise_or_misquote(data: bytes, faults: list[tuple[int, int, int]]) -> None:
    data = mutated(data, faults)
    claims, problems = read(Memory(data))
    texts = list(texts_of(data, {})) if claims else []
    for claim in claims:
        assert any(text[claim.begin : claim.end] == claim.quote for text in texts)
        assert all((claim.begin or 0) <= begin < end <= (claim.end or 0) for begin, end, _ in claim.marks)
        assert claim.article.id.startswith("dev/")
    assert all(about.code in PROBLEMS and about.count > 0 for about in problems)
    assert (claims, problems) == read(Memory(data)), "two runs are equal"


# Sixty documents of Re-DocRED beside the project: an oracle that knows nothing but JSON and the rows of the mapping.

NAME = "formats/docred/redocred_dev_revised_60.json"
ROWS = {row.label: row.sense for row in shipped("wikidata").rows}


@pytest.fixture(scope="module")
def documents(shared_data: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shared_data / NAME).read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def real(shared_data: Path) -> tuple[list[Claim], list[Problem]]:
    return read(Source(shared_data / NAME, shared_data))


def _facts(document: dict[str, Any]) -> set[tuple[int, str, int]]:
    """What the labels of a document say: each fact once, from its subject to its object."""
    facts = set()
    for label in document["labels"]:
        sense = ROWS[label["r"]]
        if sense.term:
            ends = (label["t"], label["h"]) if sense.reversed else (label["h"], label["t"])
            facts.add((ends[0], sense.term, ends[1]))
    return facts


def test_each_fact_of_a_real_document_is_one_claim(
    documents: list[dict[str, Any]], real: tuple[list[Claim], list[Problem]]
) -> None:
    claims, _ = real
    assert Counter(claim.article.title for claim in claims) == {
        document["title"]: len(_facts(document)) for document in documents if _facts(document)
    }
    assert sum(len(document["labels"]) for document in documents) == 2753
    assert len(claims) == 1790
    twice = [claim for claim in claims if sum(other.id == claim.id for other in claims) > 1]
    assert {claim.article.title for claim in twice} == {"Cambodia–Vietnam Friendship Monument"}, "has one war as two"


def test_the_name_of_an_entity() -> None:
    names = {"PER": ("Gerald Ford", "Ford"), "ORG": ("APEC", "Asia-Pacific Economic Cooperation")}
    names |= {"LOC": ("Portuguese", "Portugal"), "MISC": ("Resistance", "French Resistance")}
    for type, words in names.items():
        tokens = [*words[0].split(), ";", *words[1].split(), "met", "Qatar"]
        middle = len(words[0].split())
        cluster = [
            {"name": words[0], "pos": [0, middle], "sent_id": 0, "type": type},
            {"name": words[1], "pos": [middle + 1, len(tokens) - 2], "sent_id": 0, "type": type},
        ]
        other = [{"name": "Qatar", "pos": [len(tokens) - 1, len(tokens)], "sent_id": 0, "type": "LOC"}]
        document = {"sents": [tokens], "vertexSet": [cluster, other], "labels": [{"h": 0, "t": 1, "r": "meets"}]}
        [claim] = read(Memory(json.dumps(document).encode()))[0]
        assert claim.subject.name == (min if type == "LOC" else max)(words, key=len)
        assert claim.subject.written == words[1]


def test_what_is_passed_over_is_counted(
    documents: list[dict[str, Any]], real: tuple[list[Claim], list[Problem]]
) -> None:
    labels = Counter(label["r"] for document in documents for label in document["labels"])
    counts = {about.message.split("”")[0][1:]: about.count for about in real[1]}
    assert counts == {label: count for label, count in labels.items() if ROWS[label].term is None}
    assert {about.code for about in real[1]} == {"passed-over"}


def test_marks_are_mentions_and_quotes_hold_the_evidence(
    documents: list[dict[str, Any]], real: tuple[list[Claim], list[Problem]]
) -> None:
    by_title: dict[str | None, list[Claim]] = {}
    for claim in real[0]:
        by_title.setdefault(claim.article.title, []).append(claim)
    for document in documents:
        text = " ".join(" ".join(sent) for sent in document["sents"])
        mentions = {_span(mention, document["sents"]) for cluster in document["vertexSet"] for mention in cluster}
        quoted = set()
        for claim in by_title[document["title"]]:
            assert text[claim.begin : claim.end] == claim.quote
            assert {(begin, end) for begin, end, _ in claim.marks} <= mentions
            assert [role for *_, role in sorted(claim.marks, key=lambda mark: mark[2])] == ["object", "subject"]
            quoted.add((claim.begin, claim.end))
        for label in document["labels"]:
            sense = ROWS[label["r"]]
            if sense.term and label["evidence"]:
                begin, end = _sentences(label["evidence"], document["sents"])
                assert any(first <= begin and end <= last for first, last in quoted if first is not None and last)


def _span(mention: dict[str, Any], sents: list[list[str]]) -> tuple[int, int]:
    before = " ".join([" ".join(sent) for sent in sents[: mention["sent_id"]]] + [""]) if mention["sent_id"] else ""
    first, last = mention["pos"]
    tokens = sents[mention["sent_id"]]
    begin = len(before) + len(" ".join([*tokens[:first], ""]))
    return begin, begin + len(" ".join(tokens[first:last]))


def _sentences(numbers: list[int], sents: list[list[str]]) -> tuple[int, int]:
    ends = list(itertools.accumulate((len(" ".join(sent)) + 1 for sent in sents), initial=0))
    text = " ".join(" ".join(sent) for sent in sents)
    begin, end = ends[min(numbers)], ends[max(numbers) + 1] - 1
    words = text[begin:end]
    return begin + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())


def test_a_country_is_a_state_and_another_place_is_not(
    documents: list[dict[str, Any]], real: tuple[list[Claim], list[Problem]]
) -> None:
    countries = {
        (document["title"], mention["name"])
        for document in documents
        for label in document["labels"]
        for mention in document["vertexSet"][label["t"]]
        if label["r"] in ("P17", "P27") and mention["type"] == "LOC"
    }
    places = [
        (claim.article.title, entity.written, entity.kind)
        for claim in real[0]
        for entity in claim.entities
        if entity.kind in ("State", "Place")
    ]
    assert len({kind for *_, kind in places}) == 2
    assert all(((title, written) in countries) == (kind == "State") for title, written, kind in places)
