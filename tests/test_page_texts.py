"""The texts of claims, shortened by kg/view/packing.py and put back by the page: nothing is lost on the way."""

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from kg import entities, ontology
from kg.claim import Article, Claim, Entity, Mark, new
from kg.view import html, model, packing
from tests.pages import open_page
from tests.payloads import SHORT

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
ROLES: tuple[Any, ...] = ("subject", "object", "relation", "attributed_to")
WORDS = (
    "Russia",
    "Россия",
    "🥳",
    "the Kremlin",
    "\x01",
    "\x04",
    "\x02\x03",
    "a",
    "back\\slash",
    '"',
    "\u2028",
    "\x7f\x1b\b\f",
    "é",
)


def some_claims(seed: int) -> list[Claim]:
    """Claims of few words with all kinds of marks: of names and other words, overlapping, outside, unsorted."""
    draw = random.Random(seed)
    made = {}
    for number in range(300):
        words = draw.choices((*WORDS, *draw.sample(list(SHORT.values()), 3)), k=draw.randrange(1, 9))
        quote = draw.choice([" ".join(words), "".join(words)])
        begin = draw.choice([0, 0, 7, 120])
        marks: list[Mark] = []
        for role in ROLES * 2:
            word = draw.choice(words)
            at = quote.find(word)
            if draw.random() < 0.6:
                shift = draw.choice([0, 0, 0, 1, -3])
                marks.append((max(begin + at + shift, 0), begin + at + shift + len(word) + 4 * (shift < 0), role))
        if draw.random() < 0.8:
            marks.sort()
        ends = [entity(draw.choice(WORDS[:4]), draw.choice(words)) for _ in range(3)]
        place: dict[str, Any] = {"begin": begin, "end": begin + len(quote), "quote": quote, "marks": tuple(marks)}
        if draw.random() < 0.2:
            place = {"row": draw.choice(words), "marks": tuple(marks) if draw.random() < 0.5 else ()}
        claim = new(
            ends[0],
            draw.choice(["arms", "meets"]),
            ends[1],
            Article(f"a{number % 40}", published="2016-10-12"),
            attributed_to=draw.choice([None, ends[2]]),
            negated=draw.random() < 0.2,
            annotator=draw.choice([None, "anna", words[0]]),
            valid_from=draw.choice([None, "2016", words[0]]),
            **place,
        )
        made[claim.id] = claim
    some = list(made.values())
    some[0] = msgspec.structs.replace(some[0], id="an id of one's own")
    return some


def entity(name: str, written: str) -> Entity:
    return Entity(entities.slug(name), name, "State", written)


@pytest.mark.parametrize("seed", range(4))
def test_the_page_reads_every_text_as_it_was(
    page: "Page", tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "SHARD", 64)
    some = some_claims(seed)
    nodes = entities.nodes(entities.mentions(some).values())
    (tmp_path / "page.html").write_text(html.render(model.build(some, nodes, ontology.load())), encoding="utf-8")
    open_page(page, (tmp_path / "page.html").as_uri())
    records = page.evaluate(
        "(async () => JSON.parse(JSON.stringify(await kgView.textsOf([...kgView.claims.relation.keys()]))))()"
    )
    found = {record["id"]: record for record in records}
    assert found.keys() == {claim.id for claim in some}
    for claim in some:
        record = found[claim.id]
        for name in ("quote", "begin", "row", "valid_from", "valid_to", "annotator"):
            assert record[name] == getattr(claim, name), name
        assert [tuple(mark) for mark in record["marks"]] == list(claim.marks)
        assert record["subject_written"] == claim.subject.written
        assert record["object_written"] == claim.object.written
        assert record["claimant_written"] == (claim.attributed_to and claim.attributed_to.written)


def test_names_and_marks_are_said_once() -> None:
    quote = "Russia backs the Assad government, said Russia."
    marks: tuple[Mark, ...] = ((50, 56, "subject"), (57, 62, "relation"), (67, 83, "object"))
    claim = new(
        entity("Russia", "Russia"),
        "backs",
        entity("Assad government", "Assad government"),
        Article("a"),
        begin=50,
        end=50 + len(quote),
        quote=quote,
        marks=marks,
    )
    view = model.build([claim], entities.nodes(entities.mentions([claim]).values()), ontology.load())
    short = packing.shortened(view)
    assert short["quote"] == ["\x01 backs the \x02, said Russia."]
    assert short["marks"] == [(7, 5, 3)]
    assert short["id"] == short["subject_written"] == short["object_written"] == [None]
