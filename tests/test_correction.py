"""Taking back and correcting: what was taken out leaves no trace, and no step loses an article."""

import json
import random
import shutil
import zipfile
from pathlib import Path

import pytest

import kg
from kg.claim import Claim, to_json
from kg.errors import StoreError
from kg.stores import Store
from tests.conftest import EXAMPLE
from tests.engines import LOCAL, NAMES, Make
from tests.states import state
from tests.test_cli import kg as run
from tests.test_stores import sort

ARTICLES = sorted(path.name.removesuffix(".ann") for path in EXAMPLE.glob("*.ann"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example that a test may change."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "articles"))


def without(folder: Path, name: str) -> Path:
    for path in folder.glob(f"{name}.*"):
        path.unlink()
    return folder


def article_id(name: str) -> str:
    return str(json.loads((EXAMPLE / f"{name}.article.json").read_text(encoding="utf-8"))["id"])


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# Every article in the engines in process, some on the others.
TAKEN = [(engine, name) for engine in NAMES for name in (ARTICLES if engine in LOCAL else ARTICLES[::5])]


@pytest.mark.parametrize(("make", "name"), TAKEN, indirect=["make"])
def test_an_article_taken_back_leaves_a_store_that_never_saw_it(make: Make, folder: Path, name: str) -> None:
    with make() as never:
        kg.load(without(folder, name), never)
        expected = state(never), list(never.claims())
    with make() as store:
        kg.load(EXAMPLE, store)
        assert store.remove(article_id(name)) > 0
        assert (state(store), list(store.claims())) == expected


@pytest.mark.parametrize("seed", range(3))
def test_articles_in_any_order_make_the_same_store(make: Make, example: list[Claim], seed: int) -> None:
    names = random.Random(seed).sample(ARTICLES, len(ARTICLES))
    with make() as at_once:
        kg.load(EXAMPLE, at_once)
        expected = state(at_once)
    with make() as store:
        for name in names:
            kg.load(EXAMPLE / f"{name}.ann", store)
        assert state(store) == expected
        assert list(store.claims()) == sort(example)


def test_a_correction_adds_and_says_what_is_not_in_the_file(make: Make, folder: Path) -> None:
    with make() as store:
        kg.load(folder, store)
        before = store.articles()
        change(folder / "gulf-support.ann", "arms:T2 ", "aids:T2 ")
        report = kg.load(folder, store)
        notes = [problem for problem in report.problems if problem.code == "not-in-file"]
        assert [Path(str(note.path)).name for note in notes] == ["gulf-support.ann"]
        assert "1 stored claims of " in notes[0].message
        assert "are not in this file; --replace takes them out" in notes[0].message
        assert report.ok
        assert (report.new, report.gone) == (1, 0)
        assert sum(store.articles().values()) == sum(before.values()) + 1


def test_replacing_makes_the_store_what_the_files_say(make: Make, folder: Path) -> None:
    with make() as store:
        kg.load(folder, store)
        change(folder / "gulf-support.ann", "arms:T2 ", "aids:T2 ")
        change(folder / "gulf-support.article.json", '"title": "', '"title": "Corrected: ')
        report = kg.load(folder, store, replace=True)
        assert (report.new, report.gone, report.problems) == (1, 1, [])
        replaced = state(store)
        again = kg.load(folder, store, replace=True)
        assert (again.new, again.gone, again.problems) == (0, 0, [])
    with make() as anew:
        kg.load(folder, anew)
        assert replaced == state(anew)


def test_replacing_by_an_article_that_nobody_annotates_any_longer_takes_all_its_claims_out(
    make: Make, folder: Path
) -> None:
    with make() as store:
        kg.load(folder, store)
        (folder / "gulf-support.ann").write_text("", encoding="utf-8")
        report = kg.load(folder, store)
        assert [problem.code for problem in report.problems] == ["not-in-file"]
        assert kg.load(folder, store, replace=True).gone > 0
        replaced = state(store)
    with make() as never:
        kg.load(folder, never)
        assert replaced == state(never)


@pytest.mark.parametrize("broken", ["sues:T2 ", None])
def test_an_article_with_an_error_in_its_file_loses_nothing(make: Make, folder: Path, broken: str | None) -> None:
    annotation = folder / "gulf-support.ann"
    with make() as store:
        kg.load(folder, store)
        before = state(store)
        if broken:
            change(annotation, "arms:T2 ", broken)
        else:
            annotation.write_bytes(b"\xff\xfe\x00")
        report = kg.load(folder, store, replace=True)
        assert not report.ok
        assert report.gone == 0
        assert state(store) == before
        assert kg.load(folder, store, replace=True, strict=True).gone == 0
        assert state(store) == before


def test_an_article_without_its_text_keeps_its_quotes(make: Make, folder: Path) -> None:
    with make() as store:
        kg.load(folder, store)
        before = state(store)
        (folder / "gulf-support.txt").unlink()
        report = kg.load(folder, store, replace=True)
        assert {problem.code for problem in report.problems} == {"no-text", "claim-conflict"}
        assert state(store) == before


def test_a_file_of_several_articles_replaces_each_of_them(make: Make, example: list[Claim], tmp_path: Path) -> None:
    path = tmp_path / "x.claims.jsonl"
    with make() as store:
        store.add(example)
        kept = [claim for number, claim in enumerate(example) if number % 3]
        path.write_bytes(b"".join(to_json(kept)))
        assert kg.load(path, store, replace=True).gone == len(example) - len(kept)
        replaced = state(store)
    with make() as anew:
        kg.load(path, anew)
        assert replaced == state(anew)


def test_a_store_is_an_input_too(make: Make, example: list[Claim], tmp_path: Path) -> None:
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    with kg.open_store(url) as first:
        first.add(example)
    with make() as second:
        report = kg.load(url, second)
        assert (report.new, report.problems, report.files[0].format) == (len(example), [], "store")
        assert list(second.claims()) == sort(example)


def test_an_input_that_is_not_there_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError), kg.open_store("memory:") as store:
        kg.load(f"oxigraph:{tmp_path / 'no.kg'}", store)
    done = run("load", str(tmp_path / "no.ann"), "--into", f"oxigraph:{tmp_path / 'new.kg'}")
    assert done.returncode == 2
    assert not (tmp_path / "new.kg").exists()


# The command


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A store of the example."""
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    kg.load(EXAMPLE, url)
    return url


def opened(url: str) -> list[tuple[object, ...]]:
    with kg.open_store(url, read_only=True) as store:
        return state(store)


def test_retract_takes_articles_and_claims_back(url: str, example: list[Claim], tmp_path: Path) -> None:
    article = article_id("gulf-support")
    claim = next(claim for claim in example if claim.article.id != article)
    count = sum(claim.article.id == article for claim in example)
    done = run("retract", article, "--claim", claim.id, "--into", url)
    assert done.returncode == 0
    assert done.stderr.decode().splitlines() == [f"{article}: {count} claims taken back", "1 claim taken back"]
    with kg.open_store("memory:") as never:
        never.add(each for each in example if each.article.id != article and each.id != claim.id)
        assert opened(url) == state(never)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("no-such-article",), "the store has no article no-such-article; the nearest is "),
        (("--claim", "0" * 32), f"the store has no claim {'0' * 32}"),
        ((article_id("gulf-support"), "no-such-article"), "the store has no article no-such-article"),
        ((article_id("gulf-support"), "--claim", "x"), "the store has no claim x"),
        ((), "nothing to retract"),
    ],
)
def test_what_is_not_there_cannot_be_taken_back_and_nothing_is(url: str, arguments: tuple[str, ...], says: str) -> None:
    before = opened(url)
    done = run("retract", *arguments, "--into", url)
    assert done.returncode == 2
    assert says in done.stderr.decode()
    assert opened(url) == before


def test_retract_makes_no_store(tmp_path: Path) -> None:
    done = run("retract", "x", "--into", f"oxigraph:{tmp_path / 'no.kg'}")
    assert done.returncode == 2
    assert not (tmp_path / "no.kg").exists()


def test_the_command_says_what_it_left_and_what_it_took(url: str, folder: Path) -> None:
    change(folder / "gulf-support.ann", "arms:T2 ", "aids:T2 ")
    done = run("load", str(folder), "--into", url)
    assert done.returncode == 0
    assert "1 stored claims of " in done.stderr.decode()
    assert "are not in this file; --replace takes them out" in done.stderr.decode()
    done = run("load", str(folder), "--into", url, "--replace")
    assert "0 new, " in done.stderr.decode()
    assert ", 1 taken out in " in done.stderr.decode()
    with kg.open_store("memory:") as anew:
        kg.load(folder, anew)
        assert opened(url) == state(anew)


def exported(store: Store) -> bytes:
    from kg.triples import serialized, triples

    return serialized(triples(store.claims(), store.ontology), ".ttl")


def test_stores_of_the_same_claims_are_byte_equal_files(make: Make, example: list[Claim]) -> None:
    with make() as one:
        one.add(example)
        expected = exported(one)
    with make() as other:
        for claim in reversed(example):
            other.add([claim])
        assert exported(other) == expected


def test_a_file_that_breaks_off_takes_nothing_out(make: Make, example: list[Claim], tmp_path: Path) -> None:
    """The last block of a zip file is damaged: the claims before it are read, and are not taken for all there are."""
    lines = b"".join(to_json(example))
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.claims.jsonl", lines)
    data = bytearray(path.read_bytes())
    data[data.index(lines) + len(lines) - 5] ^= 1
    path.write_bytes(data)
    with make() as store:
        store.add(example)
        report = kg.load(path, store, replace=True)
        assert [problem.code for problem in report.problems if problem.severity == "error"][-1] == "bad-archive"
        assert report.gone == 0
        assert list(store.claims()) == sort(example)
