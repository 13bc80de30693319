"""The DWIE loader: golden cases, faulty articles one by one, mutated files, and a part of the real corpus."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import dwie

from kg import ontology
from kg.claim import Article, Claim
from kg.errors import PROBLEMS, Problem
from kg.mappings import Vocabulary, shipped
from kg.sources import Source
from tests.golden import apart, compare
from tests.mutations import PIECES, mutated, texts_of

CASES = Path(__file__).parent / "data" / "dwie"
WORDS = Vocabulary(ontology.load())


class Memory(Source):
    """An article that stands in no file, and the files beside it."""

    def __init__(self, data: bytes, beside: dict[str, bytes] | None = None) -> None:
        super().__init__(Path("annos/DW_0.json"), Path())
        self._data, self._files = data, beside or {}

    def open(self) -> BinaryIO:
        return io.BytesIO(self._data)

    def beside(self, path: str) -> bytes | None:
        return self._files.get(path.removeprefix("./"))


def read(source: Source) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(dwie.read(source, WORDS))


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


def given_file(case: str) -> Path:
    [path] = [path for path in (CASES / case).rglob("DW_*.json") if not path.name.endswith(".article.json")]
    return path


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    path = given_file(case)
    assert dwie.recognises(path.name, path.read_bytes())
    source = Source(path, CASES / case)
    source.name = str(path.relative_to(CASES / case))
    claims, problems = read(source)
    compare(CASES / case, claims, problems)


# One fault in a good article: the exact codes, and how many of its two claims are left.

GOOD: dict[str, Any] = {
    "id": "DW_0",
    "content": "Ali met Omar in Aden.",
    "mentions": [
        {"begin": 0, "end": 3, "text": "Ali", "concept": 0},
        {"begin": 8, "end": 12, "text": "Omar", "concept": 1},
        {"begin": 16, "end": 20, "text": "Aden", "concept": 2},
    ],
    "concepts": [
        {"concept": 0, "text": "Ali", "link": "Ali", "tags": ["type::person"]},
        {"concept": 1, "text": "Omar", "link": None, "tags": ["type::person"]},
        {"concept": 2, "text": "Aden", "tags": ["type::gpe2"]},
    ],
    "relations": [{"s": 0, "p": "is_meeting", "o": 1}, {"s": 1, "p": "based_in2", "o": 2}],
}


def _with(*way: Any) -> dict[str, Any]:
    """The good article with the value at the end of a way of keys; LEFT OUT takes the key away."""
    article: dict[str, Any] = json.loads(json.dumps(GOOD))
    *keys, last, value = way
    place: Any = article
    for key in keys:
        place = place[key]
    if value == "LEFT OUT":
        del place[last]
    else:
        place[last] = value
    return article


FAULTY: list[tuple[object, list[str], int]] = [
    (GOOD, [], 2),
    ([GOOD], ["bad-record"], 0),
    (7, ["bad-record"], 0),
    ({}, ["bad-record"], 0),
    (_with("id", "LEFT OUT"), ["bad-record"], 0),
    (_with("id", 7), ["bad-record"], 0),
    (_with("content", "LEFT OUT"), ["no-text"], 2),
    (_with("content", None), ["no-text"], 2),
    (_with("content", ""), ["wrong-offset"] * 3, 0),
    (_with("content", ["Ali"]), ["bad-record"], 0),
    (_with("content", "Ali met “Omar” in Aden."), ["wrong-offset"] * 2, 0),
    (_with("mentions", "LEFT OUT"), [], 2),
    (_with("mentions", 0, "begin", 1), ["wrong-offset"], 1),
    (_with("mentions", 0, "begin", -1), ["wrong-offset"], 1),
    (_with("mentions", 0, "end", 0), ["wrong-offset"], 1),
    (_with("mentions", 0, "end", 99), ["wrong-offset"], 1),
    (_with("mentions", 0, "text", "Al i"), ["text-differs"], 2),
    (_with("mentions", 0, "text", "Omar"), ["wrong-offset"], 1),
    (_with("mentions", 0, "concept", 9), [], 2),
    (_with("mentions", 0, "begin", "LEFT OUT"), ["bad-record"], 0),
    (_with("concepts", "LEFT OUT"), ["bad-record"], 0),
    (_with("concepts", []), ["missing-mention"] * 4, 0),
    (_with("concepts", 0, "concept", 7), ["missing-mention"], 1),
    (_with("concepts", 1, "concept", 0), ["duplicate-id", "missing-mention", "missing-mention"], 0),
    (_with("concepts", 0, "link", 5), ["bad-record"], 0),
    (_with("concepts", 0, "tags", "LEFT OUT"), [], 2),
    (_with("concepts", 0, "tags", ["type::tribe"]), ["unknown-kind"], 2),
    (_with("concepts", 0, "tags", None), ["bad-record"], 0),
    (_with("relations", "LEFT OUT"), [], 0),
    (_with("relations", 0, "p", "vs"), ["passed-over"], 1),
    (_with("relations", 0, "p", "likes"), ["unknown-relation"], 1),
    (_with("relations", 0, "o", 0), ["passed-over"], 1),
    (_with("relations", 0, "o", 9), ["missing-mention"], 1),
    (_with("relations", 0, "o", -1), ["missing-mention"], 1),
    (_with("relations", 0, "p", "gpe0"), [], 1),
]


@pytest.mark.parametrize(("article", "expected", "claims"), FAULTY)
def test_a_fault_costs_its_own_claims_only(article: object, expected: list[str], claims: int) -> None:
    found, problems = read(Memory(json.dumps(article).encode()))
    assert sorted(about.code for about in problems) == sorted(expected)
    assert len(found) == claims
    assert all(about.severity == PROBLEMS[about.code][0] and about.path == "annos/DW_0.json" for about in problems)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad-record"),
        (b'{"id": ', "bad-record"),
        (b"{}{}", "bad-record"),
        (b'{"a": ' * 5000, "bad-record"),
        (b'{"id": "\xff", "concepts": []}', "bad-encoding"),
        (b'{"id": "DW_0", "x": "\xff", "concepts": []}', "bad-encoding"),
        ("{}".encode("utf-16"), "bad-record"),
    ],
)
def test_a_file_that_is_no_json(data: bytes, code: str) -> None:
    claims, problems = read(Memory(data))
    assert not claims
    assert [about.code for about in problems] == [code]


def test_a_file_that_is_too_large_is_one_problem() -> None:
    source = Memory(json.dumps(GOOD).encode())
    source.limit = 100
    assert [about.code for about in read(source)[1]] == ["too-large"]


# What stands beside an article.

DATA = json.dumps(GOOD).encode()


def article(beside: dict[str, bytes], data: bytes = DATA) -> tuple[Article | None, list[str]]:
    claims, problems = read(Memory(data, beside))
    return claims[0].article if claims else None, [about.code for about in problems]


PLAIN = Article("DW_0", publisher="Deutsche Welle", language="en")
URLS = json.dumps([{"id": "DW_1", "url": "https://n.example/1"}, {"id": "DW_0", "url": "https://n.example/0"}]).encode()
BESIDE: list[tuple[dict[str, bytes], Article | None, list[str]]] = [
    ({}, PLAIN, []),
    ({"article_id_to_url.json": URLS}, msgspec.structs.replace(PLAIN, url="https://n.example/0"), []),
    ({"../article_id_to_url.json": URLS}, msgspec.structs.replace(PLAIN, url="https://n.example/0"), []),
    ({"article_id_to_url.json": b"[]", "../article_id_to_url.json": URLS}, PLAIN, []),
    ({"article_id_to_url.json": b"{}"}, PLAIN, ["unknown-value"]),
    ({"article_id_to_url.json": b'[{"id": 7}]'}, PLAIN, ["unknown-value"]),
    ({"article_id_to_url.json": b"\xff"}, PLAIN, ["unknown-value"]),
    (
        {"DW_0.article.json": b'{"title": "Talks", "published": "2016-10-12", "publisher": "DW"}'},
        Article("DW_0", "Talks", "DW", "2016-10-12", language="en"),
        [],
    ),
    ({"DW_0.article.json": b'{"id": "mine"}'}, msgspec.structs.replace(PLAIN, id="mine"), []),
    ({"DW_0.article.json": b'{"published": "2016"}'}, PLAIN, ["bad-date"]),
    ({"DW_0.article.json": b"["}, None, ["bad-article"]),
]


@pytest.mark.parametrize(("beside", "expected", "codes"), BESIDE)
def test_what_stands_beside_an_article(beside: dict[str, bytes], expected: Article | None, codes: list[str]) -> None:
    assert article(beside) == (expected, codes)


def test_the_list_of_addresses_is_not_sought_outside_of_what_was_loaded(tmp_path: Path) -> None:
    (tmp_path / "article_id_to_url.json").write_bytes(URLS)
    (tmp_path / "annos").mkdir()
    (tmp_path / "annos/DW_0.json").write_bytes(DATA)
    path = tmp_path / "annos/DW_0.json"
    inside, outside = (read(Source(path, root))[0][0].article for root in (tmp_path, tmp_path / "annos"))
    assert (inside.url, outside.url) == ("https://n.example/0", None)


RECOGNISED = [
    ("a.json", b'{\n "id": "DW_1",\n "mentions": [ {"begin": 0, "concept": 5', True),
    ("a.JSON", b'\xef\xbb\xbf{"id":"x","mentions":[],"concepts":[]', True),
    ("a.json", b'{"id": "x", "mentions": [{"begin": 0, "end": 4', False),
    ("a.json", b'{"id": "x", "concepts": [{"concept": 5', False),
    ("a.json", b'[{"mentions": [ {"concept": 5', False),
    ("a.json", b'{"text": "\\"mentions\\": [{\\"concept\\": 5"}', False),
    ("a.jsonl", b'{"id": "x", "mentions": [{"concept": 5', False),
    ("a.json", b"", False),
]


@pytest.mark.parametrize(("name", "head", "expected"), RECOGNISED)
def test_recognises(name: str, head: bytes, expected: bool) -> None:
    assert dwie.recognises(name, head) is expected


# Whatever a file holds: no exception, and no quote that is not in a text of it.

GOLDEN = [given_file(path.name).read_bytes() for path in sorted(CASES.iterdir())] + [DATA]
FAULTS = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 9), st.integers(0, len(PIECES))), max_size=4)


@given(st.sampled_from(GOLDEN), FAULTS)
def test_mutated_files_never_raise_or_misquote(data: bytes, faults: list[tuple[int, int, int]]) -> None:
    data = mutated(data, faults)
    claims, problems = read(Memory(data))
    texts = list(texts_of(data, {})) if claims else []
    for claim in claims:
        assert claim.quote is None or any(text[claim.begin : claim.end] == claim.quote for text in texts)
        assert all((claim.begin or 0) <= begin < end <= (claim.end or 0) for begin, end, _ in claim.marks)
    assert all(about.code in PROBLEMS and about.count > 0 for about in problems)
    assert (claims, problems) == read(Memory(data)), "two runs are equal"


# The real articles beside the project: an oracle that knows nothing but JSON and the rows of the mapping.

ROWS = {row.label: row.sense for row in shipped("dwie").rows}


@pytest.fixture(scope="module")
def corpus(shared_data: Path) -> list[tuple[dict[str, Any], list[Claim], list[Problem]]]:
    paths = sorted((shared_data / "dwie/annos").iterdir())
    assert len(paths) == 150
    return [(json.loads(path.read_text(encoding="utf-8")), *read(Source(path, shared_data / "dwie"))) for path in paths]


def _facts(article: dict[str, Any]) -> Iterator[tuple[str, object]]:
    """Each relation of an article, by what it says: that of an adjective is that of its country."""
    relations = [(each["s"], each["p"], each["o"]) for each in article["relations"]]
    countries = {subject: object for subject, label, object in relations if label in ("gpe0", "gpe1", "gpe2")}
    for subject, label, object in relations:
        sense = ROWS[label]
        ends = [countries.get(end, end) for end in ((object, subject) if sense.reversed else (subject, object))]
        if label in ("gpe0", "gpe1", "gpe2"):
            continue
        if ends[0] == ends[1] or not sense.term:
            yield "passed-over", (label, ends[0] == ends[1])
        else:
            yield "claim", (sense.term, *(sorted(ends) if sense.term == "meets" else ends))


def test_each_fact_of_a_real_article_is_one_claim(
    corpus: list[tuple[dict[str, Any], list[Claim], list[Problem]]],
) -> None:
    for article, claims, problems in corpus:
        facts = {fact for what, fact in _facts(article) if what == "claim"}
        assert len(claims) == len(facts), article["id"]
        passed_over = Counter(fact for what, fact in _facts(article) if what == "passed-over")
        notes = Counter(
            {about.message.split("”")[0][1:]: about.count for about in problems if about.code == "passed-over"}
        )
        assert sum(notes.values()) == sum(passed_over.values())
        assert {about.code for about in problems} <= {"no-text", "passed-over"}
        assert {claim.article.id for claim in claims} <= {article["id"]}
    assert sum(len(article["relations"]) for article, *_ in corpus) == 6140
    assert sum(len(claims) for _, claims, _ in corpus) == 3330


def test_the_real_relations_name_what_they_stand_between(
    corpus: list[tuple[dict[str, Any], list[Claim], list[Problem]]],
) -> None:
    for article, claims, _ in corpus:
        concepts = {each["concept"]: each for each in article["concepts"]}
        expected = set()
        for what, fact in _facts(article):
            if what == "claim":
                assert isinstance(fact, tuple)
                term, *ends = fact
                expected.add((term, *(concepts[end].get("text") or concepts[end]["link"] for end in ends)))
        said = {
            (claim.relation, *(_title(entity.written) for entity in (claim.subject, claim.object))) for claim in claims
        }
        symmetric = {(term, *reversed(ends)) for term, *ends in said if term == "meets"}
        assert {(term, *map(_title, ends)) for term, *ends in expected} <= said | symmetric
        for claim in claims:
            assert (claim.quote, claim.marks) == (None, ())
            assert claim.article.publisher == "Deutsche Welle"
            assert claim.article.url == f"https://api.dw.com/api/detail/article/{article['id'].removeprefix('DW_')}"


def _title(words: str) -> str:
    return words.replace("_", " ").strip()


def test_the_entities_of_the_real_articles(corpus: list[tuple[dict[str, Any], list[Claim], list[Problem]]]) -> None:
    entities = [entity for _, claims, _ in corpus for claim in claims for entity in (claim.subject, claim.object)]
    links = Counter(link.split(":")[0] for entity in entities for link in entity.same_as)
    assert set(links) == {"wikipedia", "wikidata"}
    assert not any(entity.name.startswith("wikidata:") or "_" in entity.name for entity in entities)
    merkel = {entity for entity in entities if "wikipedia:Angela_Merkel" in entity.same_as}
    assert {(entity.name, entity.kind) for entity in merkel} == {("Angela Merkel", "Person")}
    assert len({entity.written for entity in merkel}) > 1
    ministries = {entity.name for entity in entities if entity.written.casefold() == "foreign ministry"}
    assert len(ministries) > 3, "one country's is not another's"
    kinds = {entity.kind for entity in entities}
    assert kinds > {"State", "Person", "GovernmentBody", "ArmedForce", "ArmedGroup", "PoliticalParty", "Agreement"}


def test_adjectives_are_read_as_countries(corpus: list[tuple[dict[str, Any], list[Claim], list[Problem]]]) -> None:
    doubled = Counter(each["p"] for article, *_ in corpus for each in article["relations"] if each["p"].endswith("-x"))
    assert sum(doubled.values()) == 2110
    for article, claims, _ in corpus:
        adjectives = {
            each["text"]
            for each in article["concepts"]
            if "type::gpe0-x" in each["tags"] and "type::gpe0" not in each["tags"]
        }
        countries = {each.get("text") for each in article["concepts"] if "type::gpe0" in each["tags"]}
        written = {entity.written for claim in claims for entity in (claim.subject, claim.object)}
        assert not written & (adjectives - countries), article["id"]
