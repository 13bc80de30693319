"""The example says what its README promises: two articles that are one source, disputes, plans, dates."""

import json
import re
from collections import Counter, defaultdict

import pytest

from kg.claim import Claim
from kg.loading import Report, read
from tests.conftest import EXAMPLE

SIDECARS = {json.loads(path.read_text(encoding="utf-8"))["id"]: path for path in EXAMPLE.glob("*.article.json")}
REPRINTS = ("potomac-ledger-2016-12-17-aleppo-buses", "gulf-courier-2016-12-18-aleppo-buses")

Key = tuple[str, str, str]

# Stated by one outlet and denied by another.
DISPUTED: list[Key] = [
    ("russian-military", "bombs", "syrian-arab-red-crescent"),
    ("russian-military", "bombs", "eastern-aleppo"),
    ("russia", "bombs", "hospitals-in-eastern-aleppo"),
    ("russia", "attacks", "syrian-opposition"),
    ("qatar", "arms", "levant-conquest-front"),
    ("united-states", "suspendsTalksWith", "russia"),
]
CAME_TRUE: list[Key] = [
    ("sergey-lavrov", "meets", "john-kerry"),
    ("sergey-lavrov", "meets", "mohammad-javad-zarif"),
    ("france", "hosts", "paris-meeting-on-syria"),
    ("turkey", "mediatesBetween", "syrian-opposition"),
]
NEVER: list[Key] = [
    ("united-nations", "aids", "residents-of-eastern-aleppo"),
    ("united-states", "arms", "syrian-opposition"),
    ("european-union", "sanctions", "russia"),
    ("iran", "mediatesBetween", "syrian-opposition"),
    ("vladimir-putin", "expels", "american-diplomats-in-russia"),
]


def of(claims: list[Claim], key: Key) -> list[Claim]:
    """The claims about an edge, whichever way it was written."""
    ends = {key[0], key[2]}
    return [claim for claim in claims if claim.relation == key[1] and {claim.subject.id, claim.object.id} == ends]


def text_of(claim: Claim) -> str:
    name = SIDECARS[claim.article.id].name.replace(".article.json", ".txt")
    return (EXAMPLE / name).read_text(encoding="utf-8")


def test_it_loads_without_a_problem() -> None:
    report = Report()
    assert list(read(EXAMPLE, report))
    assert report.problems == []


def test_the_table_in_the_readme_is_right(example: list[Claim]) -> None:
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    row = re.compile(r"^\| (\d{4}-\d\d-\d\d) \| (.+?) \| `(.+?)`: (.+?) \| (\d+) \|", re.MULTILINE)
    counted = Counter(claim.article for claim in example)
    assert row.findall(readme) == [
        (
            article.published,
            str(article.publisher).removesuffix(" (invented)"),
            SIDECARS[article.id].name.removesuffix(".article.json"),
            article.title,
            str(counted[article]),
        )
        for article in sorted(counted, key=lambda article: str(article.published))
    ]
    assert f"with {len(example)} claims" in readme


def test_it_is_large_and_long_enough_to_be_worth_a_question(example: list[Claim]) -> None:
    articles = {claim.article for claim in example}
    assert len(articles) >= 14
    assert len(example) >= 150
    months = {str(article.published)[:7] for article in articles}
    assert months == {"2016-09", "2016-10", "2016-11", "2016-12"}


def test_every_mark_is_in_its_quote_and_every_quote_in_its_text(example: list[Claim]) -> None:
    for claim in example:
        text = text_of(claim)
        assert claim.begin is not None
        assert claim.end is not None
        assert claim.quote == text[claim.begin : claim.end]
        written: dict[str, list[str]] = defaultdict(list)
        for begin, end, role in claim.marks:
            assert claim.begin <= begin < end <= claim.end, claim
            written[role].append(text[begin:end])
        said_by = [claim.attributed_to.written] if claim.attributed_to else []
        assert [" ".join(written[role]) for role in ("subject", "object")] == [
            claim.subject.written,
            claim.object.written,
        ]
        assert written["attributed_to"] == said_by


def test_two_outlets_print_one_text(example: list[Claim]) -> None:
    quotes: dict[str, set[str | None]] = defaultdict(set)
    for claim in example:
        quotes[claim.article.id].add(claim.quote)
    same = [(a, b) for a in quotes for b in quotes if a < b and quotes[a] & quotes[b]]
    assert same == [tuple(sorted(REPRINTS))]
    first, second = ([claim for claim in example if claim.article.id == id] for id in REPRINTS)
    assert first[0].article.publisher != second[0].article.publisher
    assert [said(claim) for claim in first] == [said(claim) for claim in second]


def said(claim: Claim) -> tuple[object, ...]:
    """A claim without its article and its place there."""
    shift = claim.begin or 0
    marks = [(begin - shift, end - shift, role) for begin, end, role in claim.marks]
    says = (claim.attributed_to, claim.negated, claim.modality, claim.valid_from, claim.valid_to, claim.confidence)
    return (claim.subject, claim.relation, claim.object, claim.quote, marks, *says)


def test_a_third_article_rests_on_the_text_and_names_its_agency(example: list[Claim]) -> None:
    printed = [claim for claim in example if claim.article.id in REPRINTS]
    rests = [claim for claim in example if claim.attributed_to and claim.attributed_to.id == "halyard-news-agency"]
    keys = {(claim.subject.id, claim.relation, claim.object.id) for claim in printed if claim.holds}
    assert {(claim.subject.id, claim.relation, claim.object.id) for claim in rests} <= keys
    assert rests
    assert not {claim.quote for claim in rests} & {claim.quote for claim in printed}


@pytest.mark.parametrize("key", DISPUTED, ids="-".join)
def test_one_outlet_states_what_another_denies(example: list[Claim], key: Key) -> None:
    stated = {claim.article.publisher for claim in of(example, key) if claim.holds}
    denied = {claim.article.publisher for claim in of(example, key) if claim.negated and claim.modality == "actual"}
    assert stated - denied
    assert denied - stated


def test_one_man_contradicts_himself(example: list[Claim]) -> None:
    about = of(example, ("turkey", "opposes", "bashar-al-assad"))
    assert {claim.attributed_to and claim.attributed_to.id for claim in about} == {"recep-tayyip-erdogan"}
    assert {(claim.valid_from, claim.negated) for claim in about} == {("2016-11-29", False), ("2016-12-01", True)}


def test_every_modality_occurs(example: list[Claim]) -> None:
    assert {claim.modality for claim in example} == {"actual", "planned", "requested", "possible"}


@pytest.mark.parametrize(("key", "done"), [*((key, True) for key in CAME_TRUE), *((key, False) for key in NEVER)])
def test_some_plans_come_true_and_some_never(example: list[Claim], key: Key, done: bool) -> None:
    about = of(example, key)
    plans = [str(claim.article.published) for claim in about if claim.modality != "actual" and not claim.negated]
    assert plans
    assert any(claim.holds and str(claim.article.published) > min(plans) for claim in about) is done


def test_there_are_dates_to_slide_over(example: list[Claim]) -> None:
    spans = {(claim.valid_from, claim.valid_to) for claim in example}
    open_ends = {first for first, last in spans if first and not last}
    closed = {(first, last) for first, last in spans if first and last and first != last}
    assert {len(first) for first in open_ends} == {4, 7, 10}  # a year, a month, a day
    assert ("2012-07", "2016-12-22") in closed
    held = {claim.subject.id for claim in example if claim.relation == "controls" and claim.object.id == "palmyra"}
    assert held == {"islamic-state", "syrian-army"}


def test_names_of_one_actor_are_one_entity_in_every_article(example: list[Claim]) -> None:
    ids: dict[str, set[str]] = defaultdict(set)
    for claim in example:
        for entity in claim.entities:
            ids[entity.name].add(entity.id)
    assert {name: found for name, found in ids.items() if len(found) > 1} == {}


def test_outlets_and_authors_are_invented(example: list[Claim]) -> None:
    for article in {claim.article for claim in example}:
        assert str(article.publisher).endswith(" (invented)")
        assert article.author is None or article.author.endswith(" (invented)")
        assert re.match(r"https://[a-z-]+\.example/", str(article.url))
