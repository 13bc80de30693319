"""What a load says of itself: as JSON for programs, as a table for people, and never more than can be read."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg import output, reporting
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem, problem
from kg.loading import Report, read
from kg.reporting import Problems, Read
from tests.conftest import EXAMPLE, ROOT
from tests.test_cli import kg as run

HEADER = "subject,relation,object,row\n"
MINE = {
    "a.csv": HEADER + "Russia,backs,Iran,1\nQatar,armz,Iran,2\nIran,armz,Qatar,3\n",
    "b.csv": HEADER + "Russia,armz,Iran,1\nQatar,helps,Iran,2\n",
    "c.claims.jsonl": "{\n",
    "d.bin": "\0",
    "README.md": "Mine.",
    "NOTICE": "Mine too.",
}
KEYS = ["files", "ignored", "problems", "labels", "claims", "errors", "notes", "new", "known", "gone", "seconds"]
VERBS = [("load", "--into", "memory:"), ("check",), ("claims",)]


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A folder with something wrong in each of its files."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in MINE.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


# For programs


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_the_report_has_all_that_happened(mine: Path, tmp_path: Path, verb: tuple[str, ...]) -> None:
    path = tmp_path / "report.json"
    done = run(*verb, str(mine), "--report", str(path))
    assert done.returncode == 1
    report = json.loads(path.read_text(encoding="utf-8"))
    assert list(report) == KEYS
    assert report["files"] == [
        {"path": str(mine / "a.csv"), "format": "claims.csv", "claims": 1, "errors": 2},
        {"path": str(mine / "b.csv"), "format": "claims.csv", "claims": 0, "errors": 2},
        {"path": str(mine / "c.claims.jsonl"), "format": "claims.jsonl", "claims": 0, "errors": 1},
    ]
    assert report["ignored"] == [str(mine / "NOTICE"), str(mine / "README.md")]
    wrong = Counter(found["code"] for found in report["problems"] if found["severity"] == "error")
    assert wrong == {"unknown-relation": 4, "bad-record": 1, "unknown-format": 1}
    for found in report["problems"]:
        assert list(found) == ["code", "severity", "message", "path", "line", "near", "count"]
        assert found["severity"] == PROBLEMS[found["code"]][0]
        assert found["path"] is None or found["path"].startswith(str(mine))
    assert [found["line"] for found in report["problems"] if found["path"] == str(mine / "a.csv")][-2:] == [3, 4]
    assert (report["claims"], report["errors"]) == (1, 6)
    assert report["notes"] == sum(found["count"] for found in report["problems"] if found["severity"] == "note") > 0
    assert (report["new"], report["known"], report["gone"]) == (0 if verb == ("claims",) else 1, 0, 0)
    assert report["seconds"] > 0
    assert [path.name for path in tmp_path.iterdir() if path.suffix] == ["report.json"], "no other file is left"


def test_the_labels_that_no_mapping_has_are_counted_over_all_files(mine: Path) -> None:
    report = Report()
    list(read(mine, report))
    known = [msgspec.structs.astuple(label) for label in reporting.labels(report)]
    assert [(code, near, count, files) for code, _, near, count, files in known] == [
        ("unknown-relation", "arms", 3, 2),
        ("unknown-relation", "expels", 1, 1),
    ]
    assert "“armz”" in known[0][1]
    assert json.loads(reporting.as_json(report))["labels"][0] == {
        "code": "unknown-relation",
        "message": known[0][1],
        "near": "arms",
        "count": 3,
        "files": 2,
    }


def test_what_a_second_load_finds_is_in_the_report(tmp_path: Path, example: list[Claim]) -> None:
    url, path = f"oxigraph:{tmp_path / 'x.kg'}", tmp_path / "report.json"
    numbers = []
    for _ in range(2):
        assert run("load", str(EXAMPLE), "--into", url, "--report", str(path)).returncode == 0
        report = json.loads(path.read_text(encoding="utf-8"))
        numbers.append((report["new"], report["known"], report["problems"], report["labels"]))
    assert numbers == [(len(example), 0, [], []), (0, len(example), [], [])]


def test_a_store_that_is_read_is_a_file_of_the_report(tmp_path: Path, example: list[Claim]) -> None:
    url, path = f"oxigraph:{tmp_path / 'x.kg'}", tmp_path / "report.json"
    kg.load(EXAMPLE, url)
    reported = run("claims", url, "--report", str(path))
    assert reported.stdout == run("claims", url).stdout
    (file,) = json.loads(path.read_text(encoding="utf-8"))["files"]
    assert file == {"path": url, "format": "store", "claims": len(example), "errors": 0}


@pytest.mark.parametrize("path", ["-", "", ".", "no/such/folder/report.json", "/dev/null"])
def test_a_report_that_can_be_no_file_is_refused_before_anything_is_loaded(tmp_path: Path, path: str) -> None:
    done = run("load", str(EXAMPLE), "--into", "oxigraph:x.kg", "--report", path, cwd=tmp_path)
    assert done.returncode == 2
    assert b"--report" in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_report_replaces_the_file_that_a_link_leads_to(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "real.json").write_text("old", encoding="utf-8")
    (tmp_path / "link.json").symlink_to("real.json")
    run("check", str(mine), "--report", str(tmp_path / "link.json"))
    assert (tmp_path / "link.json").is_symlink()
    assert json.loads((tmp_path / "real.json").read_text(encoding="utf-8"))["errors"] == 6


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "report.json"
    path.write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(kg.UsageError, match=r"report\.json cannot be written: No space left"):
        reporting.write(Report(), path)
    assert [(each.name, each.read_text(encoding="utf-8")) for each in tmp_path.iterdir()] == [("report.json", "old")]


def test_a_file_name_that_is_no_text_is_reported_all_the_same(tmp_path: Path) -> None:
    name = os.fsdecode(b"\xff.csv")
    report = Report(files=[Read(name, "claims.csv")], problems=[problem("bad-line", "cut short", name)])
    assert json.loads(reporting.as_json(report))["problems"][0]["path"] == "?.csv"
    assert any("\ufffd.csv" in line for line in output.report_lines(report))


# Never more than can be read


def test_equal_problems_keep_their_lines_until_they_are_too_many() -> None:
    kept: list[Problem] = []
    problems = Problems(kept)
    for line in range(1, 50_001):
        problems.add(problem("bad-line", "cut short", "a.csv", line))
    problems.add(problem("bad-line", "cut short", "b.csv", 7, count=2))
    assert [found.line for found in kept[:-2]] == list(range(1, reporting.ALIKE + 1))
    assert [(found.path, found.line, found.count) for found in kept[-2:]] == [
        ("a.csv", reporting.ALIKE + 1, 50_000 - reporting.ALIKE),
        ("b.csv", 7, 2),
    ]


def test_problems_of_one_code_are_counted_by_file_when_they_are_too_many() -> None:
    kept: list[Problem] = []
    problems = Problems(kept)
    for number in range(reporting.EACH + 500):
        problems.add(problem("range", f"{number} is odd", f"{number % 2}.csv", number + 1, near=str(number)))
    problems.add(problem("bad-line", "cut short", "a.csv"))
    assert len(kept) == reporting.EACH + 3
    assert [(found.path, found.line, found.near, found.count) for found in kept[reporting.EACH :]] == [
        ("0.csv", reporting.EACH + 1, None, 250),
        ("1.csv", reporting.EACH + 2, None, 250),
        ("a.csv", None, None, 1),
    ]
    assert "only counted" in kept[reporting.EACH].message


SOME = st.builds(
    problem,
    st.sampled_from(["bad-line", "range"]),
    st.sampled_from(["x", "y", "z"]),
    st.sampled_from([None, "a", "b"]),
    st.integers(1, 3),
    st.sampled_from([None, "near"]),
    count=st.integers(1, 3),
)


@given(st.lists(SOME, max_size=40))
def test_no_count_is_lost(given: list[Problem]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reporting, "ALIKE", 2)
        patch.setattr(reporting, "EACH", 5)
        kept: list[Problem] = []
        problems = Problems(kept)
        for found in given:
            problems.add(found)
    counts: list[Counter[tuple[str, str | None]]] = [Counter(), Counter()]
    for side, some in zip(counts, (given, kept), strict=True):
        for found in some:
            side[found.code, found.path] += found.count
    assert counts[0] == counts[1]
    alike = Counter((found.code, found.message, found.path, found.near) for found in kept)
    assert max(alike.values(), default=0) <= 3
    assert len(kept) <= 2 * (5 + 3) + len(alike)


# For people


def told(*arguments: str) -> list[str]:
    return run(*arguments).stderr.decode().splitlines()


def test_where_there_is_nothing_to_tell_there_is_one_line(example: list[Claim]) -> None:
    files = len(list(EXAMPLE.glob("*.ann")))
    summary = f"{files} files (brat), 1 passed over: {len(example)} claims, 0 errors, 0 notes"
    assert told("check", str(EXAMPLE)) == [summary]


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb[0])
def test_the_table_has_each_file_with_its_codes(mine: Path, verb: tuple[str, ...]) -> None:
    lines = told(*verb, str(mine))
    begin = next(number for number, line in enumerate(lines) if line.startswith("file "))
    assert lines[begin].split() == ["file", "format", "claims", "errors", "notes"]
    rows = [line.split() for line in lines[begin + 2 :]]
    assert [str(mine / "a.csv"), "claims.csv", "1", "2", "1"] in rows
    assert rows[rows.index([str(mine / "a.csv"), "claims.csv", "1", "2", "1"]) + 1] == ["unknown-relation", "2"]
    assert [str(mine / "d.bin"), "none", "0", "1", "0"] in rows
    table = "\n".join(lines)
    assert "unmapped: “armz” is no relation of the ontology: 3 times (nearest: arms)" in table
    assert f"ignored for their names: {mine / 'NOTICE'}, {mine / 'README.md'}" in table
    summary = next(line for line in lines if "passed over" in line)
    assert summary.startswith("3 files (claims.csv, claims.jsonl), 2 passed over: 1 claim, 6 errors, ")
    assert lines.index(summary) == len(lines) - (2 if verb[0] == "load" else 1)


def test_two_formats_are_told_apart_even_where_nothing_is_wrong(tmp_path: Path) -> None:
    files = [Read("a", "brat", 2), Read("b", "claims.csv", 1)]
    lines = list(output.report_lines(Report(files=files)))
    assert [line.split() for line in lines if line.startswith(("a", "b"))] == [
        ["a", "brat", "2", "0", "0"],
        ["b", "claims.csv", "1", "0", "0"],
    ]


def test_a_file_that_is_known_to_hold_no_claims_makes_no_table() -> None:
    report = Report(files=[Read("a", "brat", 2)], problems=[problem("no-claims", "a list of codes", "b.xml")])
    assert list(output.report_lines(report)) == []


def test_many_files_are_told_by_format_and_the_worst_of_them_by_name() -> None:
    files = [Read(f"{number}.ann", "brat", 1, number % 50) for number in range(100)]
    files += [Read("x.csv", "claims.csv", 5)]
    report = Report(files=files)
    for file in files:
        report.problems += [problem("bad-line", "cut short", file.path)] * file.errors
        report.problems.append(problem("no-article", "no sidecar", file.path, count=2))
    report.problems.append(problem("claim-conflict", "came before"))
    lines = list(output.report_lines(report))
    rows = [line.split() for line in lines]
    assert rows[0] == ["format", "files", "claims", "errors", "notes"]
    assert rows[2:5] == [["brat", "100", "100", "2450", "200"], ["bad-line", "2450"], ["no-article", "200"]]
    assert rows[5:7] == [["claims.csv", "1", "5", "0", "2"], ["no-article", "2"]]
    assert rows[7:9] == [["none", "1", "0", "1", "0"], ["claim-conflict", "1"]]
    assert [row[0] for row in rows[12:16]] == ["49.ann", "99.ann", "48.ann", "98.ann"]
    assert lines[-1] == "and 79 more files with errors"
    assert len(lines) == 12 + output.LISTED + 1


def test_many_labels_are_cut() -> None:
    unknown = [problem("unknown-relation", f"“{number:02}” is none", "a", count=number + 1) for number in range(30)]
    lines = list(output.report_lines(Report(problems=unknown)))
    assert [line for line in lines if line.startswith("unmapped")][:2] == [
        "unmapped: “29” is none: 30 times",
        "unmapped: “28” is none: 29 times",
    ]
    assert lines[-1] == "and 10 more labels that no mapping has"


def test_the_table_steers_no_terminal(tmp_path: Path) -> None:
    (tmp_path / "\x1b[31mred\u202e.csv").write_text(HEADER + "Iran,ar\x1b[1mz,Qatar,1\n", encoding="utf-8")
    for line in told("check", str(tmp_path)):
        assert not {"\x1b", "\u202e"} & set(line)


def test_a_password_in_the_url_of_a_store_is_not_told() -> None:
    report = Report(files=[Read("neo4j://me:secret@localhost/neo4j", "store")], problems=[problem("range", "odd")])
    code = (
        "import msgspec, sys\nfrom kg.cli._telling import tell\nfrom kg.reporting import Report\n"
        "tell(msgspec.json.decode(sys.stdin.read(), type=Report), None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=msgspec.json.encode(report).decode(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "localhost" in done.stderr
    assert "secret" not in done.stderr
