"""The Label Studio loader: golden cases, malformed pieces one by one, exports with faults, and the real one."""

import io
import json
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import _article, label_studio

from kg import ontology, starter
from kg.claim import Article, Claim
from kg.errors import PROBLEMS, Problem
from kg.mappings import Vocabulary
from kg.sources import Source
from tests.golden import apart, compare

CASES = Path(__file__).parent / "data" / "label-studio"
WORDS = Vocabulary(ontology.load())


class Memory(Source):
    """An export that stands in no file."""

    def __init__(self, data: bytes) -> None:
        super().__init__(Path("export.json"), Path())
        self._data = data

    def open(self) -> BinaryIO:
        return io.BytesIO(self._data)


def read(source: Source) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(label_studio.read(source, WORDS))


def loaded(*tasks: dict[str, Any]) -> tuple[list[Claim], list[Problem]]:
    return read(Memory(json.dumps(tasks).encode()))


def said(claims: list[Claim]) -> list[tuple[str, str, str]]:
    return [(claim.subject.written, claim.relation, claim.object.written) for claim in claims]


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    [path] = (CASES / case).glob("*.json")
    assert label_studio.recognises(path.name, path.read_bytes())
    source = Source(path, CASES / case)
    source.name = path.name
    claims, problems = read(source)
    compare(CASES / case, claims, problems)


# A piece that is wrong: the exact codes and counts. A good relation in the same task is always read.

TEXT = "Iran arms Syria. Oman waits."


def region(id: object, begin: int, end: int, label: object = "State", **value: object) -> dict[str, Any]:
    given = {"start": begin, "end": end, "text": TEXT[begin:end], "labels": [label], **value}
    return {"id": id, "from_name": "kind", "to_name": "text", "type": "labels", "value": given}


def relation(begin: object, end: object, *labels: object, **more: object) -> dict[str, Any]:
    return {"from_id": begin, "to_id": end, "type": "relation", "direction": "right", "labels": labels, **more}


GOOD = [region("iran", 0, 4), region("syria", 10, 15), relation("iran", "syria", "arms")]


def task(*results: object, **annotation: object) -> dict[str, Any]:
    return {"id": 1, "annotations": [{"result": [*GOOD, *results], **annotation}], "data": {"text": TEXT}}


MALFORMED: list[tuple[object, list[tuple[str, int]]]] = [
    ("no result", [("bad-record", 1)]),
    ({"type": 7}, [("bad-record", 1)]),
    ({"id": ["x"], "type": "labels"}, [("bad-record", 1)]),
    ({"id": "x", "type": "labels", "value": "Iran"}, [("bad-record", 1)]),
    ({"id": "x", "type": "labels", "value": None}, [("bad-record", 1)]),
    ({}, []),
    # where and what a region is
    ([region("oman", 17, 22), relation("oman", "syria", "arms")], []),
    ([region("oman", 18, 22, text="Oman"), relation("oman", "syria", "arms")], [("wrong-offset", 1)]),
    ([region("oman", 17, 99, text="Oman"), relation("oman", "syria", "arms")], [("wrong-offset", 1)]),
    ([region("oman", -4, 2, text="Oman"), relation("oman", "syria", "arms")], [("wrong-offset", 1)]),
    ([region("oman", 17, 17, text="Oman"), relation("oman", "syria", "arms")], [("wrong-offset", 1)]),
    ([region("oman", 21, 17, text="Oman"), relation("oman", "syria", "arms")], [("wrong-offset", 1)]),
    ([region("oman", 9**99, 9**99 + 4, text="Oman"), relation("oman", "syria", "arms")], [("wrong-offset", 1)]),
    ([region("oman", 17, 21, label="Tribe"), relation("oman", "syria", "arms")], [("unknown-kind", 1)]),
    ([region("oman", 17, 21, label=["State"]), relation("oman", "syria", "arms")], []),
    ([region("oman", 17, 21, label="State"), region("oman", 17, 21, label="Place")], [("kind-conflict", 1)]),
    # relations
    (relation("iran", "oman", "arms"), [("missing-mention", 1)]),
    (relation("iran", None, "arms"), [("missing-argument", 1)]),
    ({"type": "relation"}, [("missing-argument", 1)]),
    (relation("iran", "syria"), [("unknown-relation", 1)]),
    (relation("iran", "syria", labels=None), [("unknown-relation", 1)]),
    (relation("iran", "syria", "armz", direction="bi"), [("unknown-relation", 1)]),
    (relation("iran", "syria", 7), [("bad-record", 1)]),
    (relation("iran", "syria", "backs", direction="up"), [("bad-record", 1)]),
    (relation("iran", "syria", "CoLocated", direction="bi"), [("passed-over", 1)]),
    # what tags say
    (
        {"id": "iran", "from_name": "modality", "type": "choices", "value": {"choices": ["hoped"]}},
        [("unknown-value", 1)],
    ),
    ({"id": "iran", "from_name": "confidence", "type": "rating", "value": {"rating": 4}}, [("unknown-value", 1)]),
    (
        {"id": "iran", "from_name": "tone", "type": "choices", "value": {"choices": ["warm"]}},
        [("unknown-attribute", 1)],
    ),
    (
        {"id": "syria", "from_name": "negation", "type": "choices", "value": {"choices": ["x"]}},
        [("unknown-attribute", 1)],
    ),
    ({"id": "iran", "from_name": "negation", "type": "choices", "value": {"choices": []}}, []),
    ({"id": "iran", "from_name": "negation", "type": "taxonomy", "value": {"taxonomy": [["a", "b"]]}}, []),
]


@pytest.mark.parametrize(("piece", "expected"), MALFORMED, ids=[json.dumps(piece)[:70] for piece, _ in MALFORMED])
def test_malformed_piece(piece: object, expected: list[tuple[str, int]]) -> None:
    claims, problems = loaded(task(*(piece if isinstance(piece, list) else [piece])))
    assert [(about.code, about.count) for about in problems] == expected
    assert all(about.severity == PROBLEMS[about.code][0] and about.path == "export.json" for about in problems)
    assert ("Iran", "arms", "Syria") in said(claims)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["bad-record"]),
        (b"[", ["bad-record"]),
        (b'[{"id": 1, "annotations": [}]', ["bad-record"]),
        (b"[]", []),
        (b"[7]", ["bad-record"]),
        (b'[{"annotations": [7], "data": {}}]', ["bad-record"]),
        (b'[{"annotations": [{"result": {}}], "data": {}}]', ["bad-record"]),
        (b'[{"annotations": [], "data": "text"}]', ["bad-record"]),
        (b'[{"text": "Iran", "label": [], "annotator": 1}]', ["not-read"]),
        (b"[" * 200_000, ["bad-record"]),
        (b'{"annotations": [], "data": ' + b'{"a":' * 200_000, ["bad-record"]),
        (b'[{"annotations": [], "data": {"a": "\xff"}}]', ["bad-encoding"]),
        (b'\xef\xbb\xbf[{"annotations": [], "data": {}}]', []),
        (b'[{"annotations": [], "data": {"date": "yesterday"}}]', ["bad-date"]),
    ],
)
def test_a_file_that_is_no_export_is_a_problem(data: bytes, expected: list[str]) -> None:
    claims, problems = read(Memory(data))
    assert (claims, [about.code for about in problems]) == ([], expected)


def test_a_bad_task_costs_no_other() -> None:
    claims, problems = loaded({"annotations": "none"}, task(), {"annotations": [{"result": 3}]}, task() | {"id": "two"})
    assert [claim.article.id for claim in claims] == ["export/1", "export/two"]
    assert [about.message.split(":")[0] for about in problems] == ["task number 1", "task 3"]


def test_a_file_that_is_too_long_is_a_problem() -> None:
    source = Memory(json.dumps([task()]).encode())
    source.limit = 20
    _, [about] = read(source)
    assert about.code == "too-large"


@pytest.mark.parametrize(
    ("data", "recognised"),
    [
        (b'[{"id":1,"annotations":[{"id":1,"completed_by":1,"result":[]', True),
        (b' {"annotations": [], "drafts": [], "data": {}}', True),
        (b'{"completions": [{"result": [{"from_name": "a"', True),
        (b'[{"data": {"text": "x"}, "predictions": [{"result": [{"from_name": "a"', True),
        (b'[{"text": "x", "label": [{"start": 0}], "annotator": 1, "lead_time": 2}]', False),
        (b'text,label,annotator\nx,"[{""from_name"": ""a"", ""result"": []}]",1', False),
        (b'{"annotations": [], "text": "of something else"}', False),
        (b'{"text": "\\"annotations\\": [ \\"drafts\\": "}', False),
        (b"", False),
    ],
)
def test_recognises_by_the_keys(data: bytes, recognised: bool) -> None:
    assert label_studio.recognises("export.json", data) is recognised


def test_the_configuration_of_kg_init_makes_what_is_read() -> None:
    """Every relation and class of it, and its choices for a region, as Label Studio exports them."""
    config = ElementTree.fromstring(starter.label_studio(ontology.load()))
    labels, text = config.find("Labels"), config.find("Text")
    assert labels is not None
    assert text is not None
    kinds = [label.attrib["value"] for label in labels]
    relations = [each.attrib["value"] for each in config.iter("Relation")]
    choices = {each.attrib["name"]: [c.attrib["value"] for c in each] for each in config.iter("Choices")}
    tags = {"from_name": labels.attrib["name"], "to_name": text.attrib["name"]}
    ends = [region("a", 0, 4, kinds[0]) | tags, region("b", 10, 15, kinds[1]) | tags]
    given = text.attrib["value"].removeprefix("$")
    for kind in kinds:
        claims, problems = loaded(task(region("c", 17, 21, kind) | tags, relation("c", "syria", "ties")))
        assert (claims[-1].subject.kind, problems) == (kind, [])
    for way in ("right", "bi"):
        results = [*ends, relation("a", "b", *relations, direction=way)]
        claims, problems = loaded({"id": 1, "annotations": [{"result": results}], "data": {given: TEXT}})
        assert {claim.relation for claim in claims} == set(relations)
        assert problems == []
    for modality in choices["modality"]:
        said_of = [
            {"id": "iran", "from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [value]}}
            for name, value in (("negation", choices["negation"][0]), ("modality", modality))
        ]
        [claim], problems = loaded(task(*said_of))
        assert (claim.negated, claim.modality, problems) == (True, modality, [])


# The keys beside a text, of whatever tool.


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, {}),
        (
            {"title": " Talks ", "Source": "Courier", "URL": "http://a.example/"},
            {"title": "Talks", "publisher": "Courier", "url": "http://a.example/"},
        ),
        ({"source": "http://a.example/"}, {"url": "http://a.example/"}),
        ({"source": "http://a.example/", "url": "http://b.example/"}, {"url": "http://b.example/"}),
        (
            {"sourceName": "Courier", "source_url": "http://a.example/"},
            {"publisher": "Courier", "url": "http://a.example/"},
        ),
        ({"headline": "Talks", "title": ""}, {"title": "Talks"}),
        ({"authors": ["Ada", " Bob "], "lang": "en"}, {"author": "Ada, Bob", "language": "en"}),
        ({"date": "2021-05-04"}, {"published": "2021-05-04"}),
        ({"publication date": "2021-05-04T08:30:00Z"}, {"published": "2021-05-04"}),
        ({"published": "2021-05-04 08:30"}, {"published": "2021-05-04"}),
        ({"article_id": "courier-1"}, {"id": "courier-1"}),
        ({"article-id": 7}, {"id": "7"}),
        ({"title": None, "author": {"name": "Ada"}, "url": True, "authors": [1], "other": "x"}, {}),
    ],
)
def test_what_the_keys_beside_a_text_say_of_its_article(data: dict[str, object], expected: dict[str, str]) -> None:
    assert _article.described("here", data, "export.json") == (Article(**({"id": "here"} | expected)), [])


@pytest.mark.parametrize("said", ["2021-05", "4 May 2021", "2021-13-01", "2021-02-30T00:00", "20210504", 20210504])
def test_a_day_of_publication_that_is_none_is_a_note(said: object) -> None:
    article, [about] = _article.described("here", {"date": said}, "export.json", 7)
    assert (article, about.code, about.path, about.line) == (Article("here"), "bad-date", "export.json", 7)


# Exports with faults: whatever is wrong, claims are still quoted from the text.

VALUES: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, 3, -1, 99, 9**30, 0.5, "", "iran", "bi", "left", "arms", [], {}, [[]], {"start": 1}]
)
KEYS = st.sampled_from(
    ["id", "type", "value", "start", "end", "text", "labels", "from_id", "to_id", "direction", "from_name", "data"]
)


@given(st.lists(st.tuples(st.integers(0, 40), KEYS, VALUES), min_size=1, max_size=4))
def test_faults_cost_claims_and_nothing_else(faults: list[tuple[int, str, object]]) -> None:
    tasks = json.loads(json.dumps([task(region("oman", 17, 21), relation("oman", "iran", "meets", direction="bi"))]))
    for place, key, value in faults:
        objects = list(_objects(tasks))
        objects[place % len(objects)][key] = deepcopy(value)
    claims, problems = loaded(*tasks)
    for claim in claims:
        assert claim.quote is None or TEXT[claim.begin : claim.end] == claim.quote
        assert all(TEXT[begin:end] for begin, end, _ in claim.marks)
    assert all(about.code in PROBLEMS and about.message for about in problems)


def _objects(value: object) -> list[dict[str, Any]]:
    inside = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return [*([value] if isinstance(value, dict) else []), *(found for each in inside for found in _objects(each))]


# The real export, which Label Studio wrote itself, counted here without the loader.

SAYS_NOTHING = {"CoLocated", "Apart", "HasAttrOf", "IsSynonymOf"}


def test_the_real_export(shared_data: Path) -> None:
    path = shared_data / "formats/label_studio/re3d-json.json"
    tasks = json.loads(path.read_text(encoding="utf-8"))
    wanted: Counter[tuple[str, ...]] = Counter()
    lost: Counter[str] = Counter()
    for each in tasks:
        text = each["data"]["text"]
        lost["prediction"] += len(each["predictions"])
        for annotation in each["annotations"]:
            lost["skipped"] += annotation["was_cancelled"]
            places = {r["id"]: r["value"] for r in annotation["result"] if r["type"] == "labels"}
            lost["topic"] += sum(r["type"] == "choices" for r in annotation["result"])
            for result in annotation["result"]:
                if result["type"] != "relation":
                    continue
                lost["no label"] += not result["labels"]
                lost["nothing"] += bool(SAYS_NOTHING & {*result["labels"]})
                if result["labels"] and not SAYS_NOTHING & {*result["labels"]}:
                    ends = [
                        text[places[id]["start"] : places[id]["end"]] for id in (result["from_id"], result["to_id"])
                    ]
                    wanted[each["data"]["title"], str(annotation["completed_by"]), *ends] += 1
    claims, problems = read(Source(path, path.parent))
    found = Counter(
        (str(claim.article.title), str(claim.annotator), claim.subject.written, claim.object.written)
        for claim in claims
    )
    assert found == wanted
    assert (len(tasks), sum(wanted.values()), sum(lost.values())) == (15, 126, 40 + 127 + 15 + 3 + 3)
    counts = Counter[str]()
    for about in problems:
        counts[about.code] += about.count
    assert counts == {
        "unknown-relation": lost["no label"],
        "unknown-attribute": lost["topic"],
        "passed-over": lost["nothing"] + lost["prediction"] + lost["skipped"],
    }
    assert {claim.article.id for claim in claims} <= {f"re3d-json/{each['id']}" for each in tasks}
    assert all(claim.quote and claim.article.url and claim.article.publisher for claim in claims)


@pytest.mark.parametrize("name", ["re3d-json_min.json", "re3d-csv.csv", "re3d-tsv.tsv", "re3d-conll2003.conll"])
def test_exports_without_relations_are_not_ours(name: str, shared_data: Path) -> None:
    path = shared_data / "formats/label_studio" / name
    assert not label_studio.recognises(name, path.read_bytes()[:65_536])
    if name.endswith(".json"):
        claims, problems = read(Source(path, path.parent))
        assert (claims, [about.code for about in problems]) == ([], ["not-read"])
