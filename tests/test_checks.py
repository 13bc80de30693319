"""One small case for each problem code that the checks and the reading give, bad and good."""

import re
from pathlib import Path

import msgspec
import pytest

from kg import ontology
from kg.checks import check
from kg.claim import Article, Claim, Entity, new
from kg.errors import PROBLEMS, Problem, Severity
from kg.loading import Report, load, read
from kg.sources import Source
from kg.stores import open_store

RUSSIA = Entity("russia", "Russia", "State", "Russia")
PUTIN = Entity("putin", "Putin", "Person", "Putin")
GOOD = new(RUSSIA, "arms", PUTIN, Article("a", published="2016-10-12"), quote="Russia arms", begin=5, end=16)


def changed(**fields: object) -> Claim:
    return msgspec.structs.replace(GOOD, **fields)


def checked(claim: Claim) -> tuple[list[Claim], list[tuple[str, Severity, str | None]]]:
    source = Source(Path("file.ann"), Path())
    source.line = 7
    items = list(check([claim], ontology.load(), source))
    problems = [(item.code, item.severity, item.near) for item in items if isinstance(item, Problem)]
    assert all((item.path, item.line) == ("file.ann", 7) for item in items if isinstance(item, Problem))
    return [item for item in items if isinstance(item, Claim)], problems


def test_a_good_claim_passes_as_it_is() -> None:
    assert checked(GOOD) == ([GOOD], [])


@pytest.mark.parametrize(
    ("claim", "code", "near"),
    [
        (changed(relation="armss"), "unknown-relation", "arms"),
        (changed(subject=msgspec.structs.replace(RUSSIA, name=" ")), "empty-name", None),
        (changed(subject=msgspec.structs.replace(RUSSIA, name="", written="")), "empty-name", None),
        (changed(article=Article(" ")), "bad-record", None),
        (changed(quote=None, begin=None, end=None, marks=((-5, 3, "subject"),)), "wrong-offset", None),
        (changed(quote=None, begin=None, end=None, marks=((9, 2, "object"),)), "wrong-offset", None),
        (changed(quote="half \ud83e of a pair", end=21), "lone-surrogate", None),
        (changed(quote=None), "wrong-offset", None),
        (changed(end=17), "wrong-offset", None),
        (changed(begin=-1, end=10), "wrong-offset", None),
        (changed(marks=((4, 6, "subject"),)), "wrong-offset", None),
        (changed(marks=((6, 6, "subject"),)), "wrong-offset", None),
    ],
)
def test_an_error_costs_the_claim(claim: Claim, code: str, near: str | None) -> None:
    assert checked(claim) == ([], [(code, "error", near)])


@pytest.mark.parametrize(
    ("claim", "code", "near", "mended"),
    [
        (changed(valid_from="autumn"), "bad-date", None, {"valid_from": None}),
        (
            changed(valid_from="2016-11", valid_to="2016-10"),
            "bad-date",
            None,
            {"valid_from": None, "valid_to": None},
        ),
        (changed(article=Article("a", published="2016-10")), "bad-date", None, {"article": Article("a")}),
        (changed(confidence=1.2), "unknown-value", None, {"confidence": None}),
        (changed(confidence=float("nan")), "unknown-value", None, {"confidence": None}),
        (
            changed(subject=msgspec.structs.replace(RUSSIA, kind="Stat")),
            "unknown-kind",
            "State",
            {"subject": msgspec.structs.replace(RUSSIA, kind="Entity")},
        ),
        (
            changed(subject=msgspec.structs.replace(RUSSIA, kind="Claim")),
            "unknown-kind",
            "Place",
            {"subject": msgspec.structs.replace(RUSSIA, kind="Entity")},
        ),
        (changed(subject=msgspec.structs.replace(RUSSIA, kind="Event")), "range", None, {}),
        (changed(object=msgspec.structs.replace(PUTIN, kind="Agreement")), "range", None, {}),
        (changed(annotator="a\x1b[31m"), "control-character", None, {}),
    ],
)
def test_a_note_keeps_the_claim(claim: Claim, code: str, near: str | None, mended: dict[str, object]) -> None:
    claims, problems = checked(claim)
    assert problems == [(code, "note", near)]
    (kept,) = claims
    for field, value in mended.items():
        assert getattr(kept, field) == value
    assert {f for f in Claim.__struct_fields__ if getattr(kept, f) != getattr(claim, f)} <= {*mended, "id"}


def test_a_class_that_is_only_known_to_be_wider_contradicts_nothing() -> None:
    for kind in ("Entity", "Actor"):
        assert checked(changed(object=msgspec.structs.replace(PUTIN, kind=kind)))[1] == []


# The codes of one format are shown by its own tests.
LINE = '{"subject":{"written":"Russia"},"object":{"written":"Iran"},"relation":"arms","article":{"id":"a"}%s}\n'


@pytest.mark.parametrize(
    ("name", "content", "code", "line"),
    [
        ("notes.csv", "a,b\n", "unknown-format", None),
        ("x.claims.jsonl", LINE % "" + '{"subject":\n', "bad-record", 2),
        ("x.claims.jsonl", LINE % ',"negatted":true', "bad-record", 1),
        ("x.claims.jsonl", LINE % ',"modality":"perhaps"', "bad-record", 1),
        ("x.claims.jsonl", LINE % r',"annotator":"\ud83e"', "lone-surrogate", 1),
        ("x.claims.jsonl", LINE % ',"id":"0"', "id-mismatch", 1),
        ("x.claims.jsonl", b"\xff\n", "bad-encoding", 1),
        ("x.claims.jsonl", LINE % "" + (LINE % "").replace("arms", "armss"), "unknown-relation", 2),
        ("x.claims.jsonl", LINE % "" + LINE % ',"valid_from":"autumn"', "bad-date", 2),
        ("x.claims.jsonl", LINE % "" + LINE % ',"confidence":0.5', "claim-conflict", None),
        (
            "x.claims.jsonl",
            LINE % "" + (LINE % ',"row":"2"').replace('"id":"a"', '"id":"a","title":"T"'),
            "article-conflict",
            None,
        ),
    ],
)
def test_a_file_that_is_not_right_gives_one_problem_and_the_rest_loads(
    tmp_path: Path, name: str, content: str | bytes, code: str, line: int | None
) -> None:
    (tmp_path / "good.claims.jsonl").write_text(LINE % ',"row":"good"', encoding="utf-8")
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_store("memory:") as store:
        report = load(tmp_path, store)
        assert [(p.code, p.line) for p in report.problems] == [(code, line)]
        assert report.problems[0].severity == PROBLEMS[code][0]
        assert report.new == report.claims - report.known >= 1


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.claims.jsonl"
    outside.write_text(LINE % "", encoding="utf-8")
    inside = tmp_path / "root"
    inside.mkdir()
    (inside / "link.claims.jsonl").symlink_to(outside)
    report = Report()
    assert list(read(inside, report)) == []
    assert [(p.code, p.path) for p in report.problems] == [("outside-root", str(inside / "link.claims.jsonl"))]


def test_a_link_to_a_folder_is_not_followed_either(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.claims.jsonl").write_text(LINE % "", encoding="utf-8")
    inside = tmp_path / "root"
    (inside / "sub").mkdir(parents=True)
    (inside / "sub/b.claims.jsonl").write_text(LINE % "", encoding="utf-8")
    (inside / "loop").symlink_to(inside)
    (inside / "out").symlink_to(tmp_path / "outside")
    report = Report()
    assert len(list(read(inside, report))) == 1
    assert [(p.code, p.path) for p in report.problems] == [("outside-root", str(inside / "out"))]


def test_a_file_that_cannot_be_opened_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.claims.jsonl").symlink_to(tmp_path / "gone")
    (tmp_path / "b.claims.jsonl").write_text(LINE % "", encoding="utf-8")
    report = Report()
    assert len(list(read(tmp_path, report))) == 1
    assert [(p.code, p.path) for p in report.problems] == [("unreadable", str(tmp_path / "a.claims.jsonl"))]


def test_two_annotation_files_that_are_one_article_are_named(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.txt").write_text("Russia backs Iran.", encoding="utf-8")
        annotation = "T1\tState 0 6\tRussia\nT2\tState 13 17\tIran\nR1\tbacks Arg1:T1 Arg2:T2\n"
        (tmp_path / folder / "a.ann").write_text(annotation, encoding="utf-8")
    report = Report()
    files = [tmp_path / "one/a.ann", tmp_path / "two/a.ann"]
    assert len(list(read(files, report))) == 2
    found = [(p.path, p.message) for p in report.problems if p.code == "article-conflict"]
    assert [path for path, _ in found] == [str(files[1])]
    assert str(files[0]) in found[0][1]


def test_a_store_in_the_loaded_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.claims.jsonl").write_text(LINE % "", encoding="utf-8")
    for known in (0, 1):
        report = load(tmp_path, f"oxigraph:{tmp_path / 'x.kg'}")
        assert (report.new, report.known, report.problems, report.ignored) == (1 - known, known, [], [])


def test_two_loaders_that_know_a_file_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.loaders import brat

    monkeypatch.setattr(brat, "recognises", lambda name, head: True)
    (tmp_path / "x.claims.jsonl").write_text(LINE % "", encoding="utf-8")
    report = Report()
    assert list(read(tmp_path, report)) == []
    assert [(p.code, p.near) for p in report.problems] == [("ambiguous-format", "brat")]
    assert len(list(read(tmp_path, Report(), format="claims.jsonl"))) == 1


def test_every_code_is_shown_by_a_test_and_documented() -> None:
    here = Path(__file__).parent
    tests = "".join(path.read_text(encoding="utf-8") for path in here.glob("test_*.py"))
    documented = (here.parent / "docs/problems.md").read_text(encoding="utf-8")
    golden = "".join(path.read_text(encoding="utf-8") for path in (here / "data").rglob("problems.jsonl"))
    for code, (severity, meaning) in PROBLEMS.items():
        assert f'"{code}"' in tests + golden, f"no test shows {code}"
        assert re.search(rf"^\| `{code}` \| {severity} \| {re.escape(meaning)} \|$", documented, re.MULTILINE), code
