"""The RuSentRel loader: golden cases, malformed lines one by one, mutated lines, and the real corpus."""

import io
from collections import Counter
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import rusentrel

from kg import ontology
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem
from kg.loading import Report
from kg.loading import read as load
from kg.mappings import Vocabulary
from kg.sources import Source
from tests.golden import apart, compare

CASES = Path(__file__).parent / "data" / "rusentrel"
WORDS = Vocabulary(ontology.load())


class Memory(Source):
    """Attitudes that stand in no file, and the files beside them."""

    def __init__(self, lines: bytes, beside: dict[str, bytes] | None = None) -> None:
        super().__init__(Path("art1.opin.txt"), Path())
        self._lines = lines
        self._files = {"./art1.article.json": b"{}", **(beside or {})}

    def open(self) -> BinaryIO:
        return io.BytesIO(self._lines)

    def beside(self, path: str) -> bytes | None:
        return self._files.get(path)


def read(source: Source) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(rusentrel.read(source, WORDS))


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    [path] = (CASES / case).rglob("*.opin.txt")
    assert rusentrel.recognises(path.name, path.read_bytes())
    source = Source(path, CASES / case)
    source.name = str(path.relative_to(CASES / case))
    claims, problems = read(source)
    compare(CASES / case, claims, problems)


# What a line says wrongly: the exact code, line and nearest thing, and the claims besides that of line 1.

GOOD = "А, Б, pos, current\n"
MALFORMED: list[tuple[str, list[tuple[str, int | None, str | None]], int]] = [
    ("А, Б, pos", [("bad-line", 2, None)], 0),
    ("А, Б, pos, current, x", [("bad-line", 2, None)], 0),
    (", Б, pos, current", [("bad-line", 2, None)], 0),
    ("А,  , pos, current", [("bad-line", 2, None)], 0),
    (",,,", [("bad-line", 2, None)], 0),
    ("А;Б;pos;current", [("bad-line", 2, None)], 0),
    ("," * 1_000_000, [("bad-line", 2, None)], 0),
    ("А, Б, posi, current", [("unknown-relation", 2, "supports")], 0),
    ("А, Б, neu, current\nВ, Б, neu, past", [("unknown-relation", 2, "opposes")], 0),
    ("А, Б, neg, now", [("unknown-value", 2, None)], 1),
    ("А, Б, POS, past", [], 1),
    ("\n \n\r\n", [], 0),
]


@pytest.mark.parametrize(("line", "expected", "more"), MALFORMED)
def test_malformed(line: str, expected: list[tuple[str, int | None, str | None]], more: int) -> None:
    claims, problems = read(Memory(f"{GOOD}{line}\n".encode()))
    assert [(about.code, about.line, about.near) for about in problems] == expected
    assert len(claims) == 1 + more


@pytest.mark.parametrize(
    ("data", "code"), [("А, Б, pos, current".encode("cp1251"), "bad-encoding"), (b"x" * 99, "too-large")]
)
def test_a_file_that_cannot_be_used_gives_one_error(data: bytes, code: str) -> None:
    source = Memory(data)
    source.limit = 90
    claims, problems = read(source)
    assert [about.code for about in problems] == [code]
    assert not claims


def test_a_sidecar_that_cannot_be_read_leaves_the_article_out() -> None:
    claims, problems = read(Memory(GOOD.encode(), {"./art1.article.json": b"{"}))
    assert [(about.code, about.path) for about in problems] == [("bad-article", "art1.article.json")]
    assert not claims


def test_labels_and_synonyms_that_cannot_be_read_cost_nothing() -> None:
    broken = {"./art1.ann": b"\xff", "./synonyms.txt": b"\xff"}
    assert read(Memory(GOOD.encode(), broken)) == read(Memory(GOOD.encode()))


def test_a_label_of_another_tagger_is_a_note() -> None:
    labels = {"./art1.ann": "T1\tXYZ 0 1\tА\n".encode()}
    claims, problems = read(Memory(GOOD.encode(), labels))
    assert [(about.code, about.line) for about in problems] == [("unknown-kind", 1)]
    assert claims[0].subject.kind == "Entity"


def test_now_and_then_stand_side_by_side() -> None:
    claims, _ = read(Memory("А, Б, pos, current\nА, Б, pos, past\nА, Б, neg, past\n".encode()))
    assert {(claim.relation, claim.row) for claim in claims} == {
        ("supports", "current"),
        ("supports", "past"),
        ("opposes", "past"),
    }
    assert len({claim.id for claim in claims}) == 3


def test_names_of_one_entity_share_an_id(tmp_path: Path) -> None:
    (tmp_path / "synonyms.txt").write_text("асад, башар асад\nбашар асад, башар\n", encoding="utf-8")
    (tmp_path / "a.opin.txt").write_text("Россия, Башар Асад, pos, current", encoding="utf-8")
    (tmp_path / "b.opin.txt").write_text("Россия, Башар, pos, current", encoding="utf-8")
    claims = list(load(tmp_path, Report()))
    assert [(claim.object.id, claim.object.written) for claim in claims] == [("асад", "Башар Асад"), ("асад", "Башар")]


def test_nothing_is_read_from_beyond_what_was_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "etalon"
    folder.mkdir()
    (tmp_path / "synonyms.txt").write_text("x, россия", encoding="utf-8")
    (folder / "a.opin.txt").write_text("Россия, Асад, pos, current", encoding="utf-8")
    assert [claim.subject.id for claim in load(folder, Report())] == ["россия"]
    assert [claim.subject.id for claim in load(tmp_path, Report())] == ["x"]


@pytest.mark.parametrize(
    ("name", "head", "ours"),
    [
        ("a.opin.txt", "А, Б, neg, past\r\n", True),
        ("A.OPIN.TXT", "А,Б,neg,past", True),
        ("a.opin.txt", "", True),
        ("a.opin.txt", "some opinion\n", False),
        ("a.txt", "А, Б, neg, past\r\n", False),
        ("a.author.txt", "author, Б, neg, past\r\n", False),
    ],
)
def test_recognises(name: str, head: str, ours: bool) -> None:
    assert rusentrel.recognises(name, head.encode()) is ours


FAULTS = st.sampled_from(
    ["", ",", ", ", "\n", "\r\n", "\t", "\0", "\ufeff", "pos", "neg", "past", "А", "Башар Асад", '"']
)
PIECES = st.lists(st.one_of(FAULTS, st.sampled_from([GOOD, "Б, А, neg, past\r\n"])), max_size=12)


@given(PIECES, PIECES, PIECES)
def test_any_files_give_claims_or_problems(lines: list[str], labels: list[str], synonyms: list[str]) -> None:
    beside = {"./art1.ann": "T1\tPER 0 1\t".join(labels).encode(), "./synonyms.txt": "".join(synonyms).encode()}
    claims, problems = read(Memory("".join(lines).encode(), beside))
    assert all(about.code in PROBLEMS and about.message for about in problems)
    for claim in claims:
        assert claim.relation in {"supports", "opposes"}
        assert claim.row in {"current", "past", None}
        assert claim.subject.written
        assert claim.object.written
        assert claim.quote is None


# The real corpus, counted without the loader.


def test_every_attitude_is_a_claim(shared_data: Path) -> None:
    files = sorted((shared_data / "rusentrel").rglob("*.opin.txt"))
    assert len(files) == 37
    for path in files:
        with path.open(encoding="utf-8") as lines:
            attitudes = [[cell.strip() for cell in line.split(",")] for line in lines if line.strip()]
        report = Report()
        claims = list(load(path, report))
        assert report.ok
        signs = {"supports": "pos", "opposes": "neg"}
        made = Counter((c.subject.written, c.object.written, signs[c.relation], c.row) for c in claims)
        assert made == Counter((one, other, sign, tense) for one, other, sign, tense in attitudes), path


def test_the_classes_of_the_corpus(shared_data: Path) -> None:
    """Ends of attitudes that have a label in their own article by the very name, and what became of them."""
    kinds = {"PER": "Person", "ORG": "Organization", "LOC": "Entity", "GEOPOLIT": "State"}
    root = shared_data / "rusentrel"
    claims: dict[str, list[Claim]] = {}
    for claim in load(root, Report(), format="rusentrel"):
        claims.setdefault(claim.article.id, []).append(claim)
    agreed = met = 0
    for article, made in claims.items():
        path = root / f"{article.replace('etalon', 'test')}.ann"
        if not path.exists():
            continue
        with path.open(encoding="utf-8", newline="") as lines:
            cells = [line.rstrip("\r\n").split("\t") for line in lines if line.startswith("T")]
        labels = {words.casefold(): place.split()[0] for _, place, words in cells}
        for entity in (entity for claim in made for entity in claim.entities):
            if label := labels.get(entity.written.casefold()):
                met += 1
                agreed += entity.kind == kinds[label]
    assert met > 1100
    assert agreed > 0.97 * met  # the rest are names with more than one label, where most mentions count
