"""The Prodigy loader: golden cases, faulty tasks one by one, mutated files, and real exports."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import prodigy

from kg import ontology
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem
from kg.mappings import Row, Scheme, Sense, Vocabulary
from kg.sources import Source
from tests.golden import apart, compare
from tests.mutations import PIECES, mutated, texts_of

CASES = Path(__file__).parent / "data" / "prodigy"
WORDS = Vocabulary(ontology.load())


class Memory(Source):
    """Tasks that stand in no file."""

    def __init__(self, data: bytes) -> None:
        super().__init__(Path("tasks.jsonl"), Path())
        self._data = data

    def open(self) -> BinaryIO:
        return io.BytesIO(self._data)


def read(source: Source, words: Vocabulary = WORDS) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(prodigy.read(source, words))


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    path = CASES / case / "tasks.jsonl"
    assert prodigy.recognises(path.name, path.read_bytes())
    source = Source(path, CASES / case)
    source.name = path.name
    claims, problems = read(source)
    compare(CASES / case, claims, problems)


# One fault in a good task: the exact codes and lines, and whether the task still makes its claim.

GOOD: dict[str, Any] = json.loads((CASES / "annotators/tasks.jsonl").read_bytes().splitlines()[0])


def _task(**changes: object) -> dict[str, Any]:
    task: dict[str, Any] = json.loads(json.dumps(GOOD))
    return {key: value for key, value in {**task, **changes}.items() if value != "LEFT OUT"}


def _relation(**changes: object) -> dict[str, Any]:
    return _task(relations=[{**GOOD["relations"][0], **changes}])


def _head(**changes: object) -> dict[str, Any]:
    return _relation(head_span={**GOOD["relations"][0]["head_span"], **changes})


FAULTY: list[tuple[Any, list[tuple[str, int]], int]] = [
    ("", [("bad-record", 2)], 0),
    ([], [("bad-record", 2)], 0),
    (7, [("bad-record", 2)], 0),
    ({}, [("passed-over", 2)], 0),
    (_task(answer="Accept"), [("passed-over", 2)], 0),
    (_task(answer=None), [("passed-over", 2)], 0),
    (_task(answer=True), [("bad-record", 2)], 0),
    (_task(relations="LEFT OUT"), [("not-read", 2)], 0),
    (_task(relations=None), [("not-read", 2)], 0),
    (_task(relations=[]), [], 0),
    (_task(relations={}), [("bad-record", 2)], 0),
    (_task(relations=[{"head": 0}]), [("bad-record", 2)], 0),
    (_task(text="LEFT OUT"), [("wrong-offset", 2)] * 2, 0),
    (_task(text=None), [("bad-record", 2)], 0),
    (_task(text="Shorter than the words of the object."), [("wrong-offset", 2)], 0),
    (_task(spans=[{**GOOD["spans"][0], "text": "Hezbollah"}]), [], 1),
    (_task(spans=[{**GOOD["spans"][0], "text": "Hamas"}]), [("wrong-offset", 2)], 0),
    (_task(spans=[{**GOOD["spans"][0], "text": "“Hezbollah”"}]), [("wrong-offset", 2)], 0),
    (_task(spans=[{**GOOD["spans"][0], "text": "Hezb ollah"}]), [("text-differs", 2)], 1),
    (_task(spans="LEFT OUT"), [], 1),
    (_task(spans=[]), [], 1),
    (_task(tokens=[]), [], 1),
    (_task(meta=[1], _session_id=7, _input_hash=None), [], 1),
    (_task(_input_hash="x"), [("bad-record", 2)], 0),
    (_relation(label="No_Rel"), [("passed-over", 2)], 0),
    (_relation(label="none"), [("passed-over", 2)], 0),
    (_relation(label=None), [("unknown-relation", 2)], 0),
    (_relation(label="fights for"), [], 1),
    (_relation(label="fhigtsFor"), [("unknown-relation", 2)], 0),
    (_relation(head_span=None, head=99), [("missing-mention", 2)], 0),
    (_relation(head_span=None, head=-1), [("missing-mention", 2)], 0),
    (_relation(head_span=None, child_span=None, head=99, child=98), [("missing-mention", 2)] * 2, 0),
    (_head(start=-1), [("wrong-offset", 2)], 0),
    (_head(end=0), [("wrong-offset", 2)], 0),
    (_head(end=999), [("wrong-offset", 2)], 0),
    (_head(end=9.5), [("bad-record", 2)], 0),
    (_head(label="TRIBE"), [("unknown-kind", 2)], 1),
    (_head(label=None), [], 1),
]


@pytest.mark.parametrize(("task", "expected", "claims"), FAULTY)
def test_a_fault_costs_its_own_claims_only(task: object, expected: list[tuple[str, int]], claims: int) -> None:
    other = _task()
    lines = [json.dumps(each) for each in (other, task, other)]
    found, problems = read(Memory("\n".join(lines).encode()))
    assert [(about.code, about.line) for about in problems] == expected
    assert len(found) == claims + 2
    assert all(about.severity == PROBLEMS[about.code][0] and about.path == "tasks.jsonl" for about in problems)


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b'{"text": "\xff"}', "bad-encoding", 2),
        (b'{"text": ', "bad-record", 2),
        (b'{"text": "a"}}', "bad-record", 2),
        (b"\xef\xbb\xbf{}", "bad-record", 2),
        (b"[" * 5000, "bad-record", 2),
        ('{"text": "a"}'.encode("utf-16"), "bad-record", 2),
    ],
)
def test_a_line_that_is_no_json(data: bytes, code: str, line: int) -> None:
    good = json.dumps(_task()).encode()
    claims, problems = read(Memory(b"\n".join([good, data, good])))
    assert [(about.code, about.line) for about in problems] == [(code, line)]
    assert len(claims) == 2


def test_a_line_that_is_too_long_is_one_problem() -> None:
    source = Memory(json.dumps(_task()).encode() + b"\n" + b'{"text": "' + b"x" * 5000 + b'"}\n')
    source.limit = 4000
    claims, problems = read(source)
    assert len(claims) == 1
    assert [(about.code, about.line) for about in problems] == [("too-large", 2)]


def test_the_message_for_tasks_without_relations_names_the_recipe_that_has_them() -> None:
    [about] = read(Memory((CASES / "ner-manual/tasks.jsonl").read_bytes()))[1]
    assert about.severity == "error"
    assert about.count == 3
    assert "ner.manual" in about.message
    assert "rel.manual" in about.message


def _kind_of_the_subject(task: dict[str, Any]) -> str:
    [claim] = read(Memory(json.dumps(task).encode()))[0]
    return claim.subject.kind


def test_the_label_of_a_span_is_that_of_the_relation_first() -> None:
    person = {**GOOD["spans"][0], "label": "PERSON"}
    assert _kind_of_the_subject(_task(spans=[person])) == "ArmedGroup"
    assert _kind_of_the_subject({**_head(label=None), "spans": [person]}) == "Person"
    assert _kind_of_the_subject({**_head(label=None), "spans": []}) == "Entity"
    two = _relation(head_span=None)
    assert _kind_of_the_subject({**two, "spans": [person, *GOOD["spans"]]}) == "Person", "the first counts"
    assert _kind_of_the_subject({**two, "spans": [*GOOD["spans"], person]}) == "ArmedGroup"


def test_one_text_is_one_article_in_every_session() -> None:
    claims, _ = read(Memory((CASES / "annotators/tasks.jsonl").read_bytes()))
    assert {claim.article.id for claim in claims} == {"tasks/11"}
    assert [claim.annotator for claim in claims] == ["war-anna", "war-ben", None]
    assert len({claim.id for claim in claims}) == 3


RECOGNISED = [
    ("a.jsonl", b'{"text":"x","_input_hash":-5,"_task_hash":7', True),
    ("a.JSONL", b'\xef\xbb\xbf {"text": "x", "_task_hash" : 7', True),
    ("a.json", b'{"text":"x","_input_hash":-5', False),
    ("a.jsonl", b'{"text":"x"}\n{"_input_hash":-5', False),
    ("a.jsonl", b'{"text":"\\"_input_hash\\":5"}', False),
    ("a.jsonl", b'[{"_input_hash":-5}]', False),
    ("a.jsonl", b"", False),
]


@pytest.mark.parametrize(("name", "head", "expected"), RECOGNISED)
def test_recognises(name: str, head: bytes, expected: bool) -> None:
    assert prodigy.recognises(name, head) is expected


# Whatever a file holds: no exception, and no quote that is not in a text of it.

GOLDEN = [path.read_bytes() for path in sorted(CASES.glob("*/tasks.jsonl"))]
FAULTS = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 9), st.integers(0, len(PIECES))), max_size=4)


@given(st.sampled_from(GOLDEN), FAULTS)
def test_mutated_files_never_raise_or_misquote(data: bytes, faults: list[tuple[int, int, int]]) -> None:
    data = mutated(data, faults)
    claims, problems = read(Memory(data))
    texts = list(texts_of(data, {})) if claims else []
    for claim in claims:
        assert any(text[claim.begin : claim.end] == claim.quote for text in texts)
        assert claim.marks
        assert all((claim.begin or 0) <= begin < end <= (claim.end or 0) for begin, end, _ in claim.marks)
    assert all(about.code in PROBLEMS and about.count > 0 for about in problems)
    assert (claims, problems) == read(Memory(data)), "two runs are equal"


# The real exports beside the project: an oracle that knows nothing but JSON.

FILES = ("decide_madrid.jsonl", "rel_component.jsonl")
NONE = {"No-rel"}


def tasks(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line:
            yield json.loads(line)


def labels(path: Path) -> Counter[str]:
    return Counter(said["label"] for task in tasks(path) if task["answer"] == "accept" for said in task["relations"])


@pytest.mark.parametrize("name", FILES)
def test_the_labels_of_the_real_exports_are_counted(name: str, shared_data: Path) -> None:
    path = shared_data / "formats/prodigy" / name
    claims, problems = read(Source(path, path.parent))
    assert not claims, "genes and arguments are in no mapping"
    counts = {about.message.split("”")[0][1:]: (about.code, about.count) for about in problems}
    assert counts == {
        label: ("passed-over" if label in NONE else "unknown-relation", n) for label, n in labels(path).items()
    }


@pytest.mark.parametrize("name", FILES)
def test_the_real_exports_with_a_mapping_of_their_labels(name: str, shared_data: Path) -> None:
    path = shared_data / "formats/prodigy" / name
    rows = [Row(label, "", "", Sense("supports"), "", 1) for label in labels(path)]
    claims, problems = read(Source(path, path.parent), Vocabulary(ontology.load(), [Scheme("mine", "", tuple(rows))]))
    assert {about.code for about in problems} <= {"passed-over", "unknown-kind"}
    expected = [
        _expected(task, said) for task in tasks(path) for said in task["relations"] if said["label"] not in NONE
    ]
    said = [
        (c.article.id, c.subject.written, c.object.written, *_marked(c, "subject"), *_marked(c, "object"))
        for c in claims
    ]
    assert Counter(said) == Counter(expected)
    texts = {f"{path.stem}/{task['_input_hash']}": task["text"] for task in tasks(path)}
    assert all(texts[claim.article.id][claim.begin : claim.end] == claim.quote for claim in claims)


def _marked(claim: Claim, role: str) -> tuple[int, int]:
    [(begin, end)] = [(begin, end) for begin, end, marked in claim.marks if marked == role]
    return begin, end


def _expected(task: dict[str, Any], said: dict[str, Any]) -> tuple[object, ...]:
    """What a relation says, by the numbers of its last tokens: a span ends with its token, and begins where it does."""
    ends = []
    for key in ("head", "child"):
        end = task["tokens"][said[key]]["end"]
        begin = next(span["start"] for span in task["spans"] if span["end"] == end)
        ends.append((begin, end))
    words = [" ".join(task["text"][begin:end].split()) for begin, end in ends]
    file = "decide_madrid" if "_is_binary" in task else "rel_component"
    return (f"{file}/{task['_input_hash']}", *words, *ends[0], *ends[1])


def test_a_head_that_is_the_last_token_is_the_whole_span(shared_data: Path) -> None:
    path = shared_data / "formats/prodigy/decide_madrid.jsonl"
    spans = [span for task in tasks(path) for span in task["spans"]]
    assert any(span["token_start"] < span["token_end"] for span in spans), "the file has what the test is about"
    lines: list[str] = []
    for task in tasks(path):
        for said in task["relations"]:
            del said["head_span"], said["child_span"]
        lines.append(json.dumps(task))
    rows = [Row(label, "", "", Sense("supports"), "", 1) for label in labels(path)]
    words = Vocabulary(ontology.load(), [Scheme("mine", "", tuple(rows))])
    with_spans, _ = read(Source(path, path.parent), words)
    without, _ = read(Memory("\n".join(lines).encode()), words)
    assert [(claim.marks, claim.quote, *claim.entities) for claim in without] == [
        (claim.marks, claim.quote, *claim.entities) for claim in with_spans
    ]
