"""The doccano loader: golden cases, malformed lines one by one, units of places, lines with faults, real exports."""

import io
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import doccano
from kg.loaders.doccano.places import read_places

from kg import loading, ontology
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem
from kg.mappings import Vocabulary
from kg.sources import Source
from tests.golden import apart, compare

CASES = Path(__file__).parent / "data" / "doccano"
WORDS = Vocabulary(ontology.load())


class Memory(Source):
    """Lines that stand in no file."""

    def __init__(self, data: bytes, name: str = "ada.jsonl") -> None:
        super().__init__(Path(name), Path())
        self._data = data

    def open(self) -> BinaryIO:
        return io.BytesIO(self._data)


def read(source: Source) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(doccano.read(source, WORDS))


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    [path] = [path for path in (CASES / case).glob("*.jsonl") if path.name not in ("claims.jsonl", "problems.jsonl")]
    assert doccano.recognises(path.name, path.read_bytes())
    source = Source(path, CASES / case)
    source.name = path.name
    claims, problems = read(source)
    compare(CASES / case, claims, problems)


# A line that is wrong: the exact codes and lines. The line after it is always read.

TEXT = "Iran arms Syria. Oman waits."
ENTITIES = [
    {"id": 1, "label": "State", "start_offset": 0, "end_offset": 4},
    {"id": 2, "label": "State", "start_offset": 10, "end_offset": 15},
]
GOOD = {
    "id": 9,
    "text": TEXT,
    "entities": ENTITIES,
    "relations": [{"id": 3, "from_id": 1, "to_id": 2, "type": "arms"}],
    "Comments": ["ours"],
}


def more(entity: object = None, relation: object = None) -> str:
    """The good line with an entity and a relation of other kinds."""
    entities = [*ENTITIES, *([] if entity is None else [entity])]
    return json.dumps(GOOD | {"entities": entities, "relations": [] if relation is None else [relation]})


def entity(begin: object, end: object, label: object = "State", id: object = 3) -> dict[str, object]:
    return {"id": id, "label": label, "start_offset": begin, "end_offset": end}


def relation(begin: object, end: object, type: object = "arms") -> dict[str, object]:
    return {"id": 4, "from_id": begin, "to_id": end, "type": type}


MALFORMED: list[tuple[str, list[str]]] = [
    # no line
    ("{", ["bad-record"]),
    ("7", ["bad-record"]),
    ("[]", ["bad-record"]),
    (json.dumps(GOOD)[:-9], ["bad-record"]),
    (json.dumps(GOOD) + "}", ["bad-record"]),
    ('{"a":' * 100_000, ["bad-record"]),
    ("\udcff", ["bad-record"]),
    (json.dumps(GOOD | {"text": 7}), ["bad-record"]),
    (json.dumps(GOOD | {"entities": "none"}), ["bad-record"]),
    (json.dumps(GOOD | {"relations": {}}), ["bad-record"]),
    (json.dumps(GOOD | {"relations": None}), ["not-read"]),
    (json.dumps({"id": 1, "text": TEXT, "label": [[0, 4, "State"]]}), ["not-read"]),
    (json.dumps({"id": 1, "data": TEXT, "label": []}), ["not-read"]),
    (json.dumps(GOOD | {"entities": [], "relations": []}), []),
    (json.dumps(GOOD | {"entities": None, "relations": []}), []),
    (json.dumps(GOOD | {"published": "soon"}), ["bad-date"]),
    # entities
    (more(7), ["bad-record"]),
    (more({"id": 3}), ["bad-record"]),
    (more(entity(17, "21")), ["bad-record"]),
    (more(entity(17, 21, id=None)), ["bad-record"]),
    (more(entity(17, 21, id=2)), ["duplicate-id"]),
    (more(entity(17, 99)), []),
    (more(entity(17, 99), relation(3, 1)), ["wrong-offset"]),
    (more(entity(-4, 2), relation(3, 1)), ["wrong-offset"]),
    (more(entity(17, 17), relation(3, 1)), ["wrong-offset"]),
    (more(entity(21, 17), relation(3, 1)), ["wrong-offset"]),
    (more(entity(0, 9**40), relation(3, 1)), ["wrong-offset"]),
    (more(entity(16, 17), relation(3, 1)), ["empty-name"]),
    (more(entity(17, 21, label="Tribe"), relation(3, 1)), ["unknown-kind"]),
    # relations
    (more(relation=7), ["bad-record"]),
    (more(relation={"from_id": 1, "type": "arms"}), ["bad-record"]),
    (more(relation=relation(1, None)), ["bad-record"]),
    (more(relation=relation(1, 2, None)), ["bad-record"]),
    (more(relation=relation(1, 8)), ["missing-mention"]),
    (more(relation=relation(8, 8)), ["missing-mention"]),
    (more(relation=relation(1, "2")), []),
    (more(relation=relation(1, 2, "armz")), ["unknown-relation"]),
    (more(relation=relation(1, 2, "")), ["unknown-relation"]),
    (more(relation=relation(1, 2, "CoLocated")), ["passed-over"]),
]


@pytest.mark.parametrize(("line", "expected"), MALFORMED, ids=[line[-60:] for line, _ in MALFORMED])
def test_malformed_line(line: str, expected: list[str]) -> None:
    good = json.dumps(GOOD)
    claims, problems = read(Memory(f"{good}\n{line}\n{good}\n".encode("utf-8", "surrogateescape")))
    assert [(about.code, about.line) for about in problems] == [(code, 2) for code in expected]
    assert all(about.severity == PROBLEMS[about.code][0] and about.path == "ada.jsonl" for about in problems)
    assert {claims[0].relation, claims[-1].relation} == {"arms"}


def test_many_documents_without_relations_are_one_problem() -> None:
    line = json.dumps({"text": TEXT, "label": [[0, 4, "State"]]})
    claims, problems = read(Memory(f"{line}\n".encode() * 50))
    assert (claims, [(about.code, about.line, about.count) for about in problems]) == ([], [("not-read", 1, 50)])


@pytest.mark.parametrize(
    ("data", "recognised"),
    [
        (json.dumps(GOOD).encode(), True),
        (b'{"text":"x","relations":[],"entities":[]}', True),
        (b'{"id":1,"text":"x","label":[[0,4,"State"]]}', True),
        (b'{\n "text": "x",\n "entities": [\n  {"start_offset": 0', True),
        (b'{"text": "x", "label": ["positive"]}', False),
        (b'{"text": "x", "spans": [{"start": 0, "end": 4}], "relations": []}', False),
        (b'{"text": "\\"start_offset\\": 1"}', False),
        (b'{"tokens": ["x"], "entities": [], "relations": []}', False),
        (b"", False),
    ],
)
def test_recognises_by_the_keys(data: bytes, recognised: bool) -> None:
    assert doccano.recognises("ada.jsonl", data) is recognised
    assert not doccano.recognises("ada.csv", data)


def test_the_files_of_several_annotators_speak_of_one_article(tmp_path: Path) -> None:
    """As doccano writes them: each with every document, empty where its annotator did nothing."""
    folder = tmp_path / "export"
    folder.mkdir()
    other = GOOD | {"relations": [{"from_id": 1, "to_id": 2, "type": "backs"}]}
    (folder / "ada.jsonl").write_text(f"{json.dumps(GOOD)}\n", encoding="utf-8")
    (folder / "bob.jsonl").write_text(f"{json.dumps(other)}\n", encoding="utf-8")
    (folder / "eve.jsonl").write_text(f"{json.dumps(GOOD | {'entities': [], 'relations': []})}\n", encoding="utf-8")
    archive = shutil.make_archive(str(tmp_path / "export"), "zip", folder)
    for path in (folder, archive):
        report = loading.Report()
        claims = list(loading.read(path, report, format="doccano"))
        assert [(claim.annotator, claim.relation) for claim in claims] == [("ada", "arms"), ("bob", "backs")]
        assert len({claim.article.id for claim in claims}) == 1
        assert (report.problems, len(report.files)) == ([], 3)


# Places: texts in which units differ, with words whose places are counted in each of them.

PIECES = (
    "Iran ",
    "met ",
    "Syria ",
    "\U0001f973 ",
    "\U0001f469\u200d\u2696\ufe0f ",
    "Se\u0301an ",
    "\r\n",
    "\n",
    "Россия ",
)
COUNT: dict[str, Callable[[str], int]] = {
    "code points": len,
    "UTF-16 units": lambda text: len(text.encode("utf-16-le")) // 2,
    "code points, CR LF as one": lambda text: len(text.replace("\r\n", "\n")),
    "UTF-16 units, CR LF as one": lambda text: len(text.replace("\r\n", "\n").encode("utf-16-le")) // 2,
}


def _words(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for word in text.split():
        at = text.index(word, at)
        yield at, at + len(word)
        at += len(word)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12), st.sampled_from(sorted(COUNT)))
def test_places_in_code_points_stay_and_others_are_whole_words(pieces: list[str], units: str) -> None:
    text = "".join(pieces)
    words, count = list(_words(text)), COUNT[units]
    places, _ = read_places(text, [(count(text[:begin]), count(text[:end])) for begin, end in words])
    if units == "code points":
        assert places == words
    for begin, end in places if words else ():
        assert text[begin:end] == text[begin:end].strip() != ""
        assert not (text[begin - 1 : begin].isalnum() and text[begin].isalnum())


def test_long_texts_are_read_in_little_time() -> None:
    text = "\U0001f973 Iran\r\n" * 30_000
    places, units = read_places(text, [(8 * number + 3, 8 * number + 7) for number in range(30_000)])
    assert ({text[begin:end] for begin, end in places}, units) == ({"Iran"}, "UTF-16 units, CR LF as one")


# Lines with faults: whatever is wrong, claims are still quoted from the text.

VALUES: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, 3, -1, 99, 9**30, 0.5, "", "1", "\ud800", "a\r\n\U0001f973 b", [], {}, [[]], [{"id": 1}]]
)
KEYS = st.sampled_from(
    ["id", "text", "entities", "relations", "label", "start_offset", "end_offset", "from_id", "type"]
)


@given(st.lists(st.tuples(st.integers(0, 9), KEYS, VALUES), min_size=1, max_size=4))
def test_faults_cost_claims_and_nothing_else(faults: list[tuple[int, str, object]]) -> None:
    line: dict[str, Any] = json.loads(json.dumps(GOOD))
    for place, key, value in faults:
        inside = [each for name in ("entities", "relations") if isinstance(line[name], list) for each in line[name]]
        objects = [line, *(each for each in inside if isinstance(each, dict))]
        objects[place % len(objects)][key] = deepcopy(value)
    claims, problems = read(Memory(json.dumps(line).encode()))
    for claim in claims:
        assert line["text"][claim.begin : claim.end] == claim.quote
    assert all(about.code in PROBLEMS and about.message for about in problems)


# Real exports, which doccano wrote itself, counted here without the loader.

SAYS_NOTHING = {"CoLocated", "Apart", "HasAttrOf", "IsSynonymOf"}


def test_the_real_exports(shared_data: Path) -> None:
    articles: set[str] = set()
    totals = []
    for path in sorted((shared_data / "formats/doccano").glob("*.jsonl")):
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        wanted: Counter[tuple[str, ...]] = Counter()
        passed = 0
        for line in lines:
            places = {each["id"]: line["text"][each["start_offset"] : each["end_offset"]] for each in line["entities"]}
            for each in line["relations"]:
                passed += each["type"] in SAYS_NOTHING
                if each["type"] not in SAYS_NOTHING:
                    wanted[line["title"].strip(), places[each["from_id"]], places[each["to_id"]]] += 1
        claims, problems = read(Source(path, path.parent))
        assert wanted == Counter((str(c.article.title), c.subject.written, c.object.written) for c in claims)
        assert {about.code for about in problems} == {"passed-over"}
        assert sum(about.count for about in problems) == passed
        assert {claim.annotator for claim in claims} == {path.stem}
        assert all(claim.quote and claim.article.url and claim.article.publisher for claim in claims)
        articles |= {claim.article.id for claim in claims}
        totals.append((len(lines), len(claims)))
    assert (totals, len(articles)) == ([(12, 53), (12, 21)], 11)


def test_the_examples_of_the_tool(shared_data: Path) -> None:
    for name in ("export_example.jsonl", "import_test.jsonl"):
        path = shared_data / "formats/doccano/upstream" / name
        claims, problems = read(Source(path, path.parent))
        ends = [{claim.subject.written, claim.object.written} for claim in claims]
        assert ends == [{"Google", "Larry Page"}, {"Google", "Sergey Brin"}]
        assert [about.message[:11] for about in problems] == ["“foundedAt”"]
