"""The re3d loader: golden cases, malformed rows one by one, rows with faults, the real corpus, and the same texts as
Label Studio and doccano export them.
"""

import io
import json
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import doccano, label_studio, re3d

from kg import loading, ontology
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem
from kg.formats import Loader
from kg.mappings import Vocabulary, shipped
from kg.sources import Source
from tests.golden import apart, compare

CASES = Path(__file__).parent / "data" / "re3d"
WORDS = Vocabulary(ontology.load())
PARTS = ("relations.json", "entities.json", "documents.json")


class Memory(Source):
    """The three files of a folder that is nowhere."""

    def __init__(self, files: dict[str, bytes], name: str = "relations.json") -> None:
        super().__init__(Path(name), Path())
        self._files = files

    def open(self) -> BinaryIO:
        return io.BytesIO(self._files[self.name])

    def has(self, path: str) -> bool:
        return path in self._files

    def beside(self, path: str) -> bytes | None:
        return self._files.get(path)


def read(source: Source, loader: Loader = re3d) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(loader.read(source, WORDS))


def lines(*records: object) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    for path in (CASES / case).glob("*.json"):
        assert re3d.recognises(path.name, path.read_bytes())
    source = Source(CASES / case / "relations.json", CASES / case)
    source.name = "relations.json"
    claims, problems = read(source)
    compare(CASES / case, claims, problems)


def test_lines_and_arrays_say_the_same() -> None:
    claims = [(CASES / case / "claims.jsonl").read_bytes() for case in ("lines", "arrays")]
    assert claims[0] == claims[1] != b""


# A row that is wrong: the exact codes and lines. The first is always right.

TEXT = "Iran arms “Syria”. Oman waits."
DOCUMENT = {"_id": "D", "sourceName": "S", "sourceUrl": "http://s.example/", "title": "T", "text": TEXT}
ENTITIES = [
    {"documentId": "D", "begin": 0, "end": 4, "type": "Organisation", "confidence": 1},
    {"documentId": "D", "begin": 10, "end": 17, "type": "Location", "confidence": 0},
]
GOOD = {
    **{"_id": "1", "documentId": "D", "type": "Likes", "begin": 4, "end": 10, "value": "arms", "confidence": 0.5},
    **{"sourceBegin": 0, "sourceEnd": 4, "source": "Iran", "targetBegin": 10, "targetEnd": 17, "target": "“Syria”"},
}
FILES = {"relations.json": lines(GOOD), "entities.json": lines(*ENTITIES), "documents.json": lines(DOCUMENT)}

MALFORMED: list[tuple[object, list[str]]] = [
    ("no record", ["bad-record"]),
    ([], ["bad-record"]),
    ({}, ["bad-record"]),
    (GOOD | {"documentId": None}, ["bad-record"]),
    (GOOD | {"sourceBegin": "0"}, ["bad-record"]),
    (GOOD | {"targetEnd": 17.5}, ["bad-record"]),
    (GOOD | {"confidence": "high"}, ["bad-record"]),
    # ends
    (GOOD | {"sourceBegin": 19, "sourceEnd": 23, "source": "Oman"}, ["unknown-kind"]),
    (GOOD | {"sourceBegin": 20, "sourceEnd": 24, "source": "Oman"}, ["unknown-kind", "wrong-offset"]),
    (GOOD | {"sourceBegin": 3, "sourceEnd": 2, "source": "Iran"}, ["unknown-kind", "wrong-offset"]),
    (GOOD | {"sourceBegin": -4, "sourceEnd": 4, "source": "Iran"}, ["unknown-kind", "wrong-offset"]),
    (GOOD | {"sourceEnd": 9**30, "source": "Iran"}, ["unknown-kind", "wrong-offset"]),
    # words
    (GOOD | {"value": "arms ", "begin": 5, "end": 9}, []),
    (GOOD | {"value": "", "begin": 0, "end": 0}, []),
    (GOOD | {"value": "backs"}, ["text-differs"]),
    (GOOD | {"begin": 9, "end": 2}, ["text-differs"]),
    (GOOD | {"end": 9**30}, ["text-differs"]),
    # the rest
    (GOOD | {"type": "Like"}, ["unknown-relation"]),
    (GOOD | {"type": "CoLocated"}, ["passed-over"]),
    (GOOD | {"documentId": "E"}, ["no-text", "unknown-kind"]),
]


@pytest.mark.parametrize(("row", "expected"), MALFORMED, ids=[json.dumps(row)[-90:] for row, _ in MALFORMED])
def test_malformed_row(row: object, expected: list[str]) -> None:
    claims, problems = read(Memory(FILES | {"relations.json": lines(GOOD, row)}))
    assert sorted(about.code for about in problems) == expected
    assert {about.line for about in problems if about.code not in ("unknown-kind", "no-text")} <= {2}
    assert all(about.severity == PROBLEMS[about.code][0] and about.path == "relations.json" for about in problems)
    assert any(claim.subject.written == "Iran" and claim.confidence == 0.5 for claim in claims)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("entities.json", None, [("unknown-kind", "relations.json", 2)]),
        ("entities.json", b"{}\n[\n" + FILES["entities.json"], [("bad-record", "entities.json", 1)] * 2),
        ("entities.json", b"[7]", [("bad-record", "entities.json", 1), ("unknown-kind", "relations.json", 2)]),
        ("entities.json", b"[" * 100_000, [("bad-record", "entities.json", 1), ("unknown-kind", "relations.json", 2)]),
        ("documents.json", None, [("no-text", "relations.json", 1)]),
        ("documents.json", b'{"_id": "D"}', [("bad-record", "documents.json", 1), ("no-text", "relations.json", 1)]),
        ("documents.json", b"\xef\xbb\xbf" + FILES["documents.json"], []),
        ("documents.json", FILES["documents.json"] * 2, [("duplicate-id", "documents.json", 1)]),
        ("documents.json", lines(DOCUMENT | {"published": "soon"}), [("bad-date", "documents.json", 1)]),
    ],
)
def test_a_companion_that_is_wrong_costs_what_it_says(
    name: str, data: bytes | None, expected: list[tuple[str, str, int]]
) -> None:
    files = {other: content for other, content in FILES.items() if other != name} | ({name: data} if data else {})
    [claim], problems = read(Memory(files))
    assert sorted((about.code, str(about.path), about.count) for about in problems) == expected
    assert (claim.quote is None) == any(about.code == "no-text" for about in problems)


def test_the_other_files_say_where_their_claims_come_from() -> None:
    for name in PARTS[1:]:
        assert [about.code for about in read(Memory(FILES, name))[1]] == ["no-claims"]
        assert [about.code for about in read(Memory({name: FILES[name]}, name))[1]] == ["not-read"]


def test_a_folder_in_a_zip_file_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, data in FILES.items():
        (tmp_path / "in" / name).write_bytes(data)
    archive = shutil.make_archive(str(tmp_path / "re3d"), "zip", tmp_path, "in")
    found = [list(loading.read(path, loading.Report(), format="re3d")) for path in (archive, tmp_path / "in")]
    assert found[0] == found[1] != []


def test_a_companion_that_links_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name, data in FILES.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "in/relations.json").write_bytes(FILES["relations.json"])
    (tmp_path / "in/documents.json").symlink_to(tmp_path / "documents.json")
    [claim], problems = read(Source(tmp_path / "in/relations.json", tmp_path / "in"))
    assert claim.quote is None
    assert {about.code for about in problems} == {"no-text", "unknown-kind"}


def test_of_two_types_at_one_place_the_surer_counts() -> None:
    entities = [
        {"documentId": "D", "begin": 10, "end": 17, "type": type, "confidence": confidence}
        for type, confidence in (("Location", 0), ("Organisation", 1), ("Person", 1))
    ]
    [claim], _ = read(Memory(FILES | {"entities.json": lines(*entities, ENTITIES[0])}))
    assert claim.object.kind == "Actor"


def test_every_type_of_the_corpus_has_a_meaning(shared_data: Path) -> None:
    known = {row.label for row in shipped("re3d").rows}
    for name in PARTS[:2]:
        assert {record["type"] for path in _folders(shared_data) for record in _records(path / name)} <= known


# Rows with faults: whatever is wrong, claims are still quoted from the text.

VALUES: st.SearchStrategy[object] = st.sampled_from(
    [None, True, 0, 3, 16, -1, 99, 9**30, 0.5, "", "D", "E", "Likes", [], {}]
)
KEYS = st.sampled_from([*GOOD, "text", "sourceName"])


@given(st.lists(st.tuples(st.integers(0, 3), KEYS, VALUES), min_size=1, max_size=4))
def test_faults_cost_claims_and_nothing_else(faults: list[tuple[int, str, object]]) -> None:
    records: list[dict[str, Any]] = [dict(GOOD), *map(dict, ENTITIES), dict(DOCUMENT)]
    for place, key, value in faults:
        records[place][key] = value
    files = zip(PARTS, (lines(records[0], GOOD), lines(*records[1:3]), lines(records[3])), strict=True)
    claims, problems = read(Memory(dict(files)))
    for claim in claims:
        assert claim.quote is None or records[3]["text"][claim.begin : claim.end] == claim.quote
    assert all(about.code in PROBLEMS and about.message for about in problems)


# The real corpus, counted here without the loader.

SAYS_NOTHING = {"CoLocated", "Apart", "HasAttrOf", "IsSynonymOf"}
CLAIMS = {
    "Australian Department of Foreign Affairs": 5,
    "CENTCOM": 138,
    "Delegation of the European Union to Syria": 5,
    "UK Government": 67,
    "US State Department": 61,
    "Wikipedia": 34,
}


def _folders(shared_data: Path) -> list[Path]:
    return sorted(path.parent for path in (shared_data / "re3d").glob("*/relations.json"))


def _records(path: Path) -> Iterator[dict[str, Any]]:
    return map(json.loads, path.read_text(encoding="utf-8-sig").splitlines())


def test_the_real_corpus(shared_data: Path) -> None:
    counts = {}
    for folder in _folders(shared_data):
        texts = {record["_id"]: record for record in _records(folder / "documents.json")}
        wanted: Counter[tuple[object, ...]] = Counter()
        passed = 0
        for row in _records(folder / "relations.json"):
            text = texts[row["documentId"]]["text"]
            passed += row["type"] in SAYS_NOTHING
            if row["type"] not in SAYS_NOTHING:
                ends = (text[row[f"{end}Begin"] : row[f"{end}End"]].strip() for end in ("source", "target"))
                phrase = text[row["begin"] : row["end"]].strip()
                wanted[row["documentId"], *ends, phrase, row["confidence"]] += 1
        claims, problems = read(Source(folder / "relations.json", folder))
        found = Counter(
            (claim.article.id, claim.subject.written, claim.object.written, _phrase(claim, texts), claim.confidence)
            for claim in claims
        )
        assert found == wanted
        assert sum(about.count for about in problems if about.code == "passed-over") == passed
        assert {about.code for about in problems} <= {"passed-over", "text-differs"}
        assert {claim.article.publisher for claim in claims} == {folder.name}
        assert all(claim.quote and claim.article.title and claim.article.url for claim in claims)
        counts[folder.name] = len(claims)
    assert counts == CLAIMS


def _phrase(claim: Claim, texts: dict[str, dict[str, Any]]) -> str:
    return "".join(texts[claim.article.id]["text"][begin:end] for begin, end, role in claim.marks if role == "relation")


# The same texts as two tools export them: the same claims, but for the losses that are counted here from their files.

Ends = tuple[tuple[int, int], tuple[int, int]]
Said = tuple[str | None, str, str, str, Ends]  # quote, subject as written, relation, object as written, their places


def _said(claims: Iterable[Claim]) -> Counter[Said]:
    """What claims of one text say, whatever made them."""
    return Counter(
        (claim.quote, claim.subject.written, claim.relation, claim.object.written, _ends(claim)) for claim in claims
    )


def _ends_of(said: Said) -> Ends:
    return said[-1]


def _ends(claim: Claim) -> Ends:
    """The places of subject and object."""
    places = {role: (begin, end) for begin, end, role in claim.marks}
    return places["subject"], places["object"]


@pytest.fixture(scope="module")
def corpus(shared_data: Path) -> dict[str, list[Claim]]:
    """The claims of re3d by the text that they speak of."""
    claims: dict[str, list[Claim]] = {}
    for folder in _folders(shared_data):
        texts = {record["_id"]: record["text"] for record in _records(folder / "documents.json")}
        claims |= {text: [] for text in texts.values()}
        for claim in read(Source(folder / "relations.json", folder))[0]:
            claims[texts[claim.article.id]].append(claim)
    return claims


def test_label_studio_says_the_same_but_for_bare_relations_and_lost_regions(
    corpus: dict[str, list[Claim]], shared_data: Path
) -> None:
    path = shared_data / "formats/label_studio/re3d-json.json"
    found, _ = read(Source(path, path.parent), label_studio)
    lost = Counter[str]()
    for task in json.loads(path.read_text(encoding="utf-8")):
        theirs = [claim for claim in found if claim.article.id == f"re3d-json/{task['id']}"]
        results = [result for annotation in task["annotations"] for result in annotation["result"]]
        places = {r["id"]: (r["value"]["start"], r["value"]["end"]) for r in results if r["type"] == "labels"}
        bare = [result for result in results if result["type"] == "relation" and not result["labels"]]
        ours = _said(corpus[task["data"]["text"]])
        assert _said(theirs) - ours == Counter()
        missing = ours - _said(theirs)
        nowhere = Counter({said: count for said, count in ours.items() if not {*places.values()} >= {*_ends_of(said)}})
        assert nowhere <= missing
        assert Counter(_ends_of(said) for said in (missing - nowhere).elements()) <= Counter(
            (places[result["from_id"]], places[result["to_id"]]) for result in bare
        )
        assert all(claim.annotator and _lacks_words_and_confidence(claim) for claim in theirs)
        lost += {"region": nowhere.total(), "label": (missing - nowhere).total()}
    assert (len(found), lost) == (126, {"region": 2, "label": 23})


def test_doccano_says_the_same_but_for_entities_that_overlap(corpus: dict[str, list[Claim]], shared_data: Path) -> None:
    lost = 0
    for path in sorted((shared_data / "formats/doccano").glob("*.jsonl")):
        found, _ = read(Source(path, path.parent), doccano)
        for line in _records(path):
            if not line["entities"]:
                continue
            theirs = [claim for claim in found if claim.article.url == line["url"]]
            places = {(each["start_offset"], each["end_offset"]) for each in line["entities"]}
            ours = _said(corpus[line["text"]])
            assert _said(theirs) - ours == Counter()
            missing = ours - _said(theirs)
            assert set(missing) == {said for said in ours if not places >= {*_ends_of(said)}}
            assert all(claim.annotator == path.stem and _lacks_words_and_confidence(claim) for claim in theirs)
            lost += missing.total()
    assert lost == 2


def _lacks_words_and_confidence(claim: Claim) -> bool:
    """Whether a claim lacks what neither tool took over: the words that state the relation, and how sure it is."""
    return claim.confidence is None and all(role != "relation" for _, _, role in claim.marks)
