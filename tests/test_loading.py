"""Reading files: with several processes as with one, and in bounded memory."""

import multiprocessing
import operator
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil  # type: ignore[import-untyped]
import pytest

import kg
from kg import loading
from kg.checks import check
from kg.claim import Article, Claim, Entity, new, to_json
from kg.entities import Settler, resolve, settle, settling
from kg.errors import KgError, Problem, UsageError
from kg.loading import Report, read
from kg.mappings import vocabulary
from kg.ontology import load as load_ontology
from tests.conftest import EXAMPLE, ROOT
from tests.test_cli import kg as run

DATA = ROOT / "tests/data"
LINE = '{"subject":{"written":"Russia"},"object":{"written":"Iran"},"relation":"%s","article":{"id":"%s"},"row":"%s"}\n'


def taken(*paths: Path | str, jobs: int, **how: object) -> tuple[bytes, Report]:
    """The claims as lines, and the report without what differs each time."""
    report = Report()
    lines = b"".join(to_json(read(paths, report, jobs=jobs, **how)))  # type: ignore[arg-type]
    report.seconds = 0
    return lines, report


def written(folder: Path, files: int, claims: int) -> Path:
    """A folder of so many files, each of so many claims."""
    folder.mkdir(exist_ok=True)
    for file in range(files):
        lines = "".join(LINE % ("backs", f"{file}-{row // 10}", row) for row in range(claims))
        (folder / f"{file}.claims.jsonl").write_text(lines, encoding="utf-8")
    return folder


# Several processes


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_give_what_one_gives(jobs: int) -> None:
    assert taken(DATA, EXAMPLE, jobs=jobs) == taken(DATA, EXAMPLE, jobs=1)


@pytest.mark.parametrize("folder", ["formats/brat", "formats/label_studio", "rusentrel", "re3d"])
def test_real_files_come_out_the_same(shared_data: Path, folder: str) -> None:
    assert taken(shared_data / folder, jobs=2) == taken(shared_data / folder, jobs=1)


def test_all_that_a_path_may_be_comes_in_its_order(tmp_path: Path, example: list[Claim]) -> None:
    folder = tmp_path / "in"
    shutil.copytree(EXAMPLE, folder / "b")
    (folder / "a.claims.jsonl").write_text(LINE % ("armz", "a", 1) + "{", encoding="utf-8")
    (folder / "c.claims.jsonl").symlink_to(EXAMPLE / "nowhere")
    with zipfile.ZipFile(folder / "d.zip", "w") as archive:
        for path in EXAMPLE.iterdir():
            archive.write(path, f"articles/{path.name}")
    (folder / "e.zip").write_bytes(b"PK")
    (folder / "f.bin").write_bytes(b"\0")
    store = f"oxigraph:{tmp_path / 'x.kg'}"
    kg.load(folder / "b", store)
    paths = (store, folder, folder / "b", folder / "a.claims.jsonl")
    lines, report = taken(*paths, jobs=2)
    assert (lines, report) == taken(*paths, jobs=1)
    assert len(lines.splitlines()) == len(example) * 4
    assert {"unknown-relation", "bad-record", "outside-root", "bad-archive", "unknown-format", "article-conflict"} <= {
        found.code for found in report.problems
    }


def test_standard_input_is_read_between_files() -> None:
    stdin = (LINE % ("arms", "a", 1)).encode()
    paths = (str(DATA / "claims.csv"), "-", str(EXAMPLE))
    one, two = (
        run("claims", *paths, "--from", "claims.jsonl", "--jobs", jobs, stdin=stdin, cwd=ROOT) for jobs in ("1", "2")
    )
    assert (two.stdout, two.stderr, two.returncode) == (one.stdout, one.stderr, one.returncode)
    assert b'"arms"' in one.stdout


def test_a_store_is_the_same_however_many_read_for_it(tmp_path: Path) -> None:
    urls = [f"oxigraph:{tmp_path / jobs}" for jobs in ("1", "2")]
    one, two = (kg.load([EXAMPLE, DATA], url, jobs=number + 1) for number, url in enumerate(urls))
    one.seconds = two.seconds = 0
    assert one == two
    first, second = (run("claims", url).stdout for url in urls)
    assert first == second


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_check_says_what_a_load_into_a_new_store_would(jobs: int) -> None:
    checked, loaded = loading.check([DATA, EXAMPLE], jobs=jobs), kg.load([DATA, EXAMPLE], "memory:")
    checked.seconds = loaded.seconds = 0
    assert checked == loaded
    assert checked.known > 0
    assert "claim-conflict" in {found.code for found in checked.problems}


def test_more_claims_than_may_wait_come_whole_and_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.loading.jobs.HELD", 2)
    folder = written(tmp_path / "in", 5, 4_000)
    assert taken(folder, jobs=2) == taken(folder, jobs=1)


def test_progress_names_the_files_in_their_order(tmp_path: Path) -> None:
    folder = written(tmp_path / "in", 7, 1)
    names: list[str] = []
    taken(folder, jobs=2, progress=names.append)
    assert names == [str(path) for path in sorted(folder.iterdir())]


def test_a_fault_in_a_process_is_raised_where_the_claims_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = vocabulary(load_ontology())
    words.relation = operator.neg  # type: ignore[method-assign,assignment]  # a fault, which every process takes along
    monkeypatch.setattr(loading, "vocabulary", lambda *_: words)
    (tmp_path / "a.claims.jsonl").write_text(LINE % ("backs", "a", 1), encoding="utf-8")
    (tmp_path / "b.csv").write_text("subject,relation,object\nRussia,backs,Iran\n", encoding="utf-8")
    claims = read(tmp_path, Report(), jobs=2)
    assert next(claims).article.id == "a"
    with pytest.raises(TypeError) as raised:
        next(claims)
    assert "loaders" in raised.value.__notes__[0], "the note says where it was raised"
    assert not workers()


def workers() -> list[int]:
    return [process.pid or 0 for process in multiprocessing.active_children()]


def test_a_process_that_is_killed_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    claims = read(written(tmp_path / "in", 2, 50_000), Report(), jobs=2)
    next(claims)
    for pid in workers():
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(KgError, match=r"claims\.jsonl: the process that was reading it was ended by signal 9; "):
        list(claims)
    assert not workers()


def test_a_load_that_has_lost_a_process_is_completed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.loading.jobs.HELD", 2)
    folder = written(tmp_path / "in", 2, 4_000)

    def kill(name: str) -> None:
        if name.endswith("1.claims.jsonl"):
            for pid in workers():
                os.kill(pid, signal.SIGKILL)

    with kg.open_store(f"oxigraph:{tmp_path / 'x.kg'}") as store, kg.open_store("memory:") as whole:
        with pytest.raises(KgError, match="signal 9"):
            kg.load(folder, store, jobs=2, progress=kill)
        kg.load(folder, store, jobs=2)
        kg.load(folder, whole)
        assert list(store.claims()) == list(whole.claims())
        assert list(store.entities()) == list(whole.entities())


def test_who_takes_no_more_claims_leaves_no_process_behind(tmp_path: Path) -> None:
    claims = read(written(tmp_path / "in", 3, 2_000), Report(), jobs=3)
    next(claims)
    assert len(workers()) == 3
    claims.close()  # type: ignore[attr-defined]
    assert not workers()


def test_no_more_processes_are_started_than_there_are_files(tmp_path: Path) -> None:
    claims = read(written(tmp_path / "in", 1, 2_000), Report(), jobs=8)
    next(claims)
    assert len(workers()) == 1
    assert len(list(claims)) == 1_999


@contextmanager
def stuck(folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", list[psutil.Process]]]:
    """The command with two workers that wait, since nobody reads what it prints; and all that it has started."""
    with subprocess.Popen(
        [sys.executable, "-m", "kg", "claims", str(folder), "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        start_new_session=True,
    ) as command:
        try:
            assert command.stdout
            command.stdout.read(1)
            yield command, psutil.Process(command.pid).children()
        finally:
            command.kill()


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (lambda command: os.killpg(command.pid, signal.SIGINT), 130),  # as a terminal does
        (lambda command: command.send_signal(signal.SIGTERM), -signal.SIGTERM),
        (lambda command: command.kill(), -signal.SIGKILL),
        (lambda command: command.stdout.close(), 0),  # as `head` does
    ],
    ids=["interrupted", "terminated", "killed", "nobody-reads"],
)
def test_the_processes_end_with_the_command(
    tmp_path: Path, end: Callable[["subprocess.Popen[bytes]"], None], status: int
) -> None:
    with stuck(written(tmp_path / "in", 4, 20_000)) as (command, children):
        assert len([child for child in children if "spawn_main" in " ".join(child.cmdline())]) == 2
        end(command)
        assert command.wait(20) == status
        assert not psutil.wait_procs(children, timeout=20)[1]
        assert command.stderr
        assert not command.stderr.read().strip()


def test_the_command_says_that_a_process_was_killed(tmp_path: Path) -> None:
    with stuck(written(tmp_path / "in", 2, 60_000)) as (command, children):
        for child in children:
            child.kill()
        _, err = command.communicate(timeout=20)
        assert command.returncode == 2
        assert err.decode().startswith(f"kg: {tmp_path / 'in'}")
        assert b"--jobs 1" in err
        assert err.count(b"\n") == 1


@pytest.mark.parametrize("jobs", ["0", "-1", "x"])
def test_a_number_of_processes_that_is_none_is_refused(jobs: str) -> None:
    assert run("check", str(EXAMPLE), "--jobs", jobs).returncode == 2


def test_a_number_of_processes_below_one_is_refused_in_python() -> None:
    with pytest.raises(UsageError, match="jobs"):
        list(read(EXAMPLE, Report(), jobs=0))


# Memory


def claim(article: str, title: str | None = None, kind: str = "State", **fields: object) -> Claim:
    subject = Entity(written="Foo", kind=kind)
    return new(subject, "backs", Entity(written="Iran"), Article(article, title), **fields)


def test_what_an_article_said_is_kept_in_mind_for_the_last_ones() -> None:
    settler = Settler(most=2)
    named = [claim("a", "T"), claim("b"), claim("a", "U"), claim("c"), claim("a", "V"), claim("b", "W")]
    items = list(settle(resolve(named), settler))
    titles = [(item.article.id, item.article.title) for item in items if isinstance(item, Claim)]
    # b was the one that came least recently when c came
    assert titles == [("a", "T"), ("b", None), ("a", "T"), ("c", None), ("a", "T"), ("b", "W")]
    assert [item.code for item in items if isinstance(item, Problem)] == ["article-conflict"] * 2


def test_a_store_keeps_to_what_it_has_however_many_articles_come_between(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "RECENT", 1)
    folder = tmp_path / "in"
    folder.mkdir()
    named = [claim("a", "T", row="1"), claim("b"), claim("a", "U", row="2")]
    (folder / "x.claims.jsonl").write_bytes(b"".join(to_json(named)))
    report = Report()
    assert [each.article.title for each in read(folder, report)] == ["T", None, "U"]
    assert not report.problems
    with kg.open_store("memory:") as store:
        assert [found.code for found in kg.load(folder, store).problems] == ["article-conflict"]
        assert {each.article.title for each in store.claims("a")} == {"T"}


def test_a_long_run_of_one_article_is_settled_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "RUN", 2)
    kinds = ("Entity", "State", "Person", "State", "State")
    items = list(settle(resolve(claim("a", kind=kind, row=kind) for kind in kinds), Settler()))
    assert [item.subject.kind for item in items if isinstance(item, Claim)] == ["State"] * 5
    assert [item.code for item in items if isinstance(item, Problem)] == ["kind-conflict"]


def test_external_ids_of_an_article_are_one_entity_even_where_the_gazetteer_has_some_of_them() -> None:
    ids = ("wikidata:Q999", "wikidata:Q159")  # the second is Russia's
    entities = [
        Entity(written="Foo", same_as=("wikidata:Q159",)),
        Entity(written="Bar", same_as=ids),
        Entity(written="Baz", same_as=("wikidata:Q999",)),
    ]
    named = [new(entity, "backs", Entity(written="Iran"), Article(article)) for article in "ab" for entity in entities]
    del named[3:5]  # in the other article only Baz
    found = [item.subject.id for item in resolve(named) if isinstance(item, Claim)]
    assert found == ["russia", "russia", "russia", "baz"]


PLACES = ["row", "annotator", "modality", "quote", "article.title", "article.author", "subject.name", "object.written"]


@pytest.mark.parametrize("place", [*PLACES, "subject.same_as"])
@pytest.mark.parametrize(("odd", "code"), [("\x07", "control-character"), ("\udc80", "lone-surrogate")])
def test_a_text_is_looked_at_wherever_it_stands_and_again_in_the_next_claim(place: str, odd: str, code: str) -> None:
    """What was found of an article or entity is remembered, which may not change what is said of the next claim."""
    record, _, field = place.rpartition(".")
    value = (f"x{odd}",) if field == "same_as" else f"x{odd}"
    plain = claim("a", begin=0, end=2, quote="xy")
    changed = msgspec.structs.replace(getattr(plain, record), **{field: value}) if record else value
    strange = msgspec.structs.replace(plain, **{record or field: changed})
    items = list(check([plain, strange, plain, strange], load_ontology()))
    assert [item.code for item in items if isinstance(item, Problem)] == [code] * 2
    kept = 2 if code == "lone-surrogate" else 4
    assert sum(isinstance(item, Claim) for item in items) == kept
