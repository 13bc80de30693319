"""Hostile text is only ever text: in whatever field it stands, it is kept or refused, and asked for as it is."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg import entities, questions
from kg.claim import Article, Claim, Entity, new
from kg.exports import RDF, export
from kg.questions import entity_id
from kg.stores import Store, open_store
from tests import strategies
from tests.engines import Make
from tests.hostile import (
    FILE_NAMES,
    ROLES,
    all_read,
    all_short,
    asked,
    in_order,
    lines,
    nfc,
    offline,
    opened,
    read,
    record,
    replaced,
    tidy,
    wanted,
    without_id,
    zipped,
)
from tests.payloads import NAMES, PAYLOADS, SHORT
from tests.states import state


@pytest.fixture(scope="module", autouse=True)
def _offline() -> Iterator[None]:
    with offline():
        yield


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> list[Claim]:
    return all_read(tmp_path_factory.mktemp("given"))


@pytest.fixture(scope="module")
def short(full: list[Claim]) -> list[Claim]:
    return all_short(full)


# Into the record


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_table_gives_what_its_cells_hold(packed: bool, tmp_path: Path) -> None:
    folder = tmp_path / "table"
    folder.mkdir()
    made = {"subject_written": "", "object": " o", "attributed_to": " by", "subject_id": "", "quote": "", "row": ""}
    made |= dict.fromkeys(("annotator", "title", "publisher", "url", "author", "language"), "")
    with (folder / "x.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["subject", "relation", "article", "published", *made])
        for number, text in enumerate(NAMES.values()):
            table.writerow([text, "arms", f"a{number}", "2016-10-12", *(text + more for more in made.values())])
    claims, problems = read(zipped(folder) if packed else folder)
    assert {problem.code for problem in problems} == {"no-text", "control-character"}
    for text, claim in zip(NAMES.values(), claims, strict=True):
        name, cell = nfc(tidy(text)), tidy(text)
        assert (claim.subject.id, claim.subject.name, claim.subject.written) == (name, name, name)
        assert [entity.name for entity in claim.entities[1:]] == [nfc(tidy(text + " o")), nfc(tidy(text + " by"))]
        assert msgspec.structs.astuple(claim.article)[1:] == (name, name, "2016-10-12", name, name, name)
        assert (claim.quote, claim.row, claim.annotator) == (text.strip(), cell, cell)


def test_a_table_names_articles_in_its_folder_only(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for path in (tmp_path / "passwd.txt", tmp_path / "passwd.article.json"):
        path.write_text("{}", encoding="utf-8")
    rows = [["subject", "relation", "object", "article", "quote"]]
    rows += [["A", "arms", "B", text, "x"] for text in ("../passwd", *NAMES.values())]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    (tmp_path / "in/x.csv").write_text(text.getvalue(), encoding="utf-8", newline="")
    claims, problems = read(tmp_path / "in")
    assert {problem.code for problem in problems} <= {"no-text", "no-article", "outside-root", "control-character"}
    assert sum(problem.code == "outside-root" for problem in problems) == len(rows) - 1 - len(claims) == 8
    kept = {claim.article.id for claim in claims}
    assert not {"../passwd", "../../etc/passwd", "/etc/passwd", "a/../../b/./c"} & kept
    assert all(claim.quote == "x" for claim in claims)


def annotated(folder: Path, number: int, text: str) -> None:
    """A brat file in which the text is the words, the names and the article of a claim."""
    end, words = len(text), tidy(text)
    marks = [(0, end), (end + 6, 2 * end + 6), (2 * end + 12, 3 * end + 12)]
    made = [f"T{n}\tState {first} {last}\t{words}" for n, (first, last) in enumerate(marks)]
    made += [f"#{n}\tAnnotatorNotes T{n}\tname={words} {n}" for n in range(3)]
    made += [f"T3\tarms {end + 1} {end + 5}\tarms", "E1\tarms:T3 Agent:T0 Target:T1 Speaker:T2"]
    article = record(text)["article"]
    for suffix, data in (
        (".txt", f"{text} arms {text} says {text}."),
        (".ann", "\n".join(made)),
        (".article.json", json.dumps(article)),
    ):
        (folder / f"a{number:03}{suffix}").write_bytes(data.encode())


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_an_annotation_gives_the_words_of_its_text(packed: bool, tmp_path: Path) -> None:
    folder = tmp_path / "brat"
    folder.mkdir()
    for number, text in enumerate(NAMES.values()):
        annotated(folder, number, text)
    claims, problems = read(zipped(folder) if packed else folder)
    assert {problem.code for problem in problems} == {"control-character"}
    for text, claim in zip(NAMES.values(), claims, strict=True):
        assert [entity.name for entity in claim.entities] == [nfc(f"{tidy(text)} {n}") for n in range(3)]
        assert {entity.written for entity in claim.entities} == {nfc(tidy(text))}
        assert claim.article == wanted(record(text)).article
        assert (claim.quote or "").strip() == f"{text} arms {text} says {text}.".strip()


FREE = (
    *((role, field) for role in ROLES for field in ("id", "name", "written", "same_as")),
    *(("article", field) for field in ("id", "title", "publisher", "url", "author", "language")),
    *((field,) for field in ("row", "annotator")),
)


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_one_text_in_one_field_changes_no_other(text: str, tmp_path: Path) -> None:
    records = []
    for number, place in enumerate(FREE):
        plain = record("plain")
        plain["article"]["id"] = f"article {number}"
        records.append(replaced(plain, place, [text] if place[-1] == "same_as" else text))
    needed = {("article", "id"): "bad-record"} | {(role, "name"): "empty-name" for role in ROLES}
    refused = [] if text.strip() else [place for place in FREE if place in needed]
    (tmp_path / "x.claims.jsonl").write_text(lines(records), encoding="utf-8")
    claims, problems = read(tmp_path / "x.claims.jsonl")
    kept = [wanted(each) for each, place in zip(records, FREE, strict=True) if place not in refused]
    assert [without_id(claim) for claim in claims] == kept
    assert [found.code for found in problems if found.severity == "error"] == [needed[place] for place in refused]
    with open_store("memory:") as store:
        store.add(claims)
        assert list(store.claims()) == in_order(claims)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        (("relation",), "unknown-relation"),
        (("modality",), "bad-record"),
        (("begin",), "bad-record"),
        (("negated",), "bad-record"),
        (("confidence",), "bad-record"),
        (("subject", "kind"), "unknown-kind"),
        (("valid_from",), "bad-date"),
        (("valid_to",), "bad-date"),
        (("article", "published"), "bad-date"),
        (("id",), "id-mismatch"),
        (("subject",), "bad-record"),
        (("article",), "bad-record"),
    ],
    ids=str,
)
def test_a_value_that_is_none_of_the_known_is_a_problem(place: tuple[str, ...], code: str, tmp_path: Path) -> None:
    plain = [record(str(number)) for number in range(len(PAYLOADS))]
    records = [replaced(each, place, text) for each, text in zip(plain, PAYLOADS.values(), strict=True)]
    (tmp_path / "x.claims.jsonl").write_text(lines(records), encoding="utf-8")
    claims, problems = read(tmp_path / "x.claims.jsonl")
    assert [(found.code, found.line) for found in problems] == [(code, 1 + n) for n in range(len(records))]
    without = {"kind": "Entity", "id": ""}.get(place[-1])
    kept = [] if problems[0].severity == "error" else [wanted(replaced(each, place, without)) for each in plain]
    assert [without_id(claim) for claim in claims] == kept


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_a_file_of_any_name_has_its_text_and_sidecar(packed: bool, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    read_names = [text for text in FILE_NAMES.values() if not (packed and "\\" in text) and text != ".."]
    for text in read_names:
        (tmp_path / f"in/{text}.txt").write_text("A arms B", encoding="utf-8")
        (tmp_path / f"in/{text}.ann").write_text("T1\tState 0 1\tA\nT2\tState 7 8\tB\nR1\tarms Arg1:T1 Arg2:T2\n")
        (tmp_path / f"in/{text}.article.json").write_text(json.dumps({"id": "of " + text}), encoding="utf-8")
    claims, problems = read(zipped(tmp_path / "in") if packed else tmp_path / "in")
    assert {claim.article.id for claim in claims} == {nfc("of " + text) for text in read_names}
    assert {claim.quote for claim in claims} == {"A arms B"}
    assert {problem.code for problem in problems} == {"control-character"}


# In a store


def test_every_store_gives_back_what_it_got(make: Make, full: list[Claim], short: list[Claim]) -> None:
    with make() as store:
        if store.language == "cypher":  # whose indexes hold no name of 100,000 characters
            with pytest.raises(kg.KgError):
                store.add(full)
            assert list(store.claims()) == []
        given = short if store.language == "cypher" else full
        assert (store.add(given).new, store.add(given).known) == (len(given), len(given))
        assert list(store.claims()) == given
        assert list(store.articles()) == sorted({claim.article.id for claim in given})


def test_every_text_can_be_taken_back(make: Make, short: list[Claim]) -> None:
    with make() as store:
        before = state(store)
        store.add(short)
        nodes = {node.id: node for node in store.entities()}
        for claim in short:
            for entity in claim.entities:
                assert entity.name in (nodes[entity.id].name, *nodes[entity.id].aliases)
                assert {*entity.same_as} <= {*nodes[entity.id].same_as}
        assert [store.remove(article) for article in store.articles()] == [1] * len(short)
        assert state(store) == before


# Asked


@pytest.fixture(scope="module")
def asking(make: Make) -> Iterator[Store]:
    with make() as store:
        store.add(claim for text in SHORT.values() for claim in asked(text))
        yield store


def parameters(question: questions.Question, text: str) -> dict[str, str]:
    values = {"entity": text, "relation": "arms", "date": "2016-10-12", "article": text}
    return {p.name: "Other" if p.name in ("b", "object") else values[p.type] for p in question.parameters}


def some(store: Store, offset: int = 0) -> list[str]:
    """Some of the texts; other ones with another offset, and all of them with all."""
    step = 3 if store.url.startswith("memory:") else 25
    return list(SHORT.values())[offset % step :: step]


@pytest.mark.parametrize("name", questions.questions())
def test_every_question_takes_every_name(name: str, asking: Store) -> None:
    question = questions.questions()[name]
    for text in some(asking, list(questions.questions()).index(name)):
        rows = asking.ask(name, **parameters(question, text))
        assert all(tuple(row) == question.columns for row in rows)


def test_an_answer_is_about_the_one_who_was_asked_about(asking: Store) -> None:
    for text in some(asking):
        assert entity_id(asking, text) == entities.slug(nfc(text))
        rows = asking.ask("evidence", subject=text, object="Other", relation="arms")
        assert text in [row["quote"] for row in rows]
        assert nfc(text) in [row["article"] for row in rows]


@pytest.mark.parametrize(
    ("name", "parameter", "said"),
    [
        ("profile", "actor", "the nearest is “Someone”|the nearest is “Other”"),
        ("who-whom", "relation", "is no relation; the nearest is "),
        ("as-of", "date", "is no date; write YYYY-MM-DD"),
    ],
)
def test_what_is_not_known_is_said_with_the_nearest(name: str, parameter: str, said: str) -> None:
    with open_store("memory:") as store:
        store.add(asked("Someone"))
        for text in NAMES.values():
            with pytest.raises(kg.UsageError, match=said):
                store.ask(name, **{parameter: text})
            with pytest.raises(kg.UsageError, match="takes no --"):
                store.ask(name, **{text: text})
            with pytest.raises(kg.UsageError, match="there is no question"):
                store.ask(text)


# Any of them anywhere


@st.composite
def hostile(draw: st.DrawFn) -> list[Claim]:
    """Claims whose fields hold a few texts, any of them anywhere, so that two often share actors and articles."""
    few = draw(st.lists(st.sampled_from(list(SHORT.values())), min_size=2, max_size=3, unique=True))
    texts = st.sampled_from(few)
    maybe = st.none() | texts
    people = st.builds(Entity, texts, texts, st.sampled_from(strategies.KINDS), texts, st.tuples(texts) | st.just(()))
    articles = st.builds(Article, texts, maybe, maybe, st.sampled_from((None, "2016-10-12")), maybe, maybe, maybe)
    made = []
    for _ in range(draw(st.integers(1, 6))):
        quote = draw(maybe)
        place = {} if quote is None else {"quote": quote, "begin": 0, "end": len(quote)}
        relation, said_by = draw(st.sampled_from(strategies.RELATIONS)), draw(st.none() | people)
        fields = {"row": draw(maybe), "annotator": draw(maybe), "negated": draw(st.booleans()), **place}
        one, other, article = draw(people), draw(people), draw(articles)
        made.append(new(one, relation, other, article, attributed_to=said_by, **fields))
    return strategies.settled(made)


@settings(max_examples=20)
@given(claims=hostile(), where=st.randoms(use_true_random=False))
def test_any_texts_anywhere_come_back_and_can_be_taken_back(
    make: Make, tmp_path_factory: pytest.TempPathFactory, claims: list[Claim], where: Any
) -> None:
    folder = tmp_path_factory.mktemp("any")
    with make() as store:
        before = state(store)
        store.add(claims)
        assert list(store.claims()) == in_order(claims)
        assert list(store.entities()) == entities.nodes(entities.mentions(claims).values())
        export(store, folder / "x.jsonl")
        assert read(folder / "x.jsonl")[0] == in_order(claims)
        format = where.choice(RDF)
        export(store, folder / f"x.{format}")
        with opened((folder / f"x.{format}").read_bytes(), format) as copy:
            assert list(copy.claims()) == in_order(claims)
        articles = list(store.articles())
        where.shuffle(articles)
        for article in articles:
            claims = [claim for claim in claims if claim.article.id != article]
            store.remove(article)
            assert list(store.claims()) == in_order(claims)
        assert state(store) == before
