"""The record: its id, its dates, its JSON line."""

import hashlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.claim import Article, Claim, Entity, day_bounds, from_json, new, to_json, valid_bounds
from tests import strategies

RUSSIA = Entity("russia", "Russia", "State", "Moscow", ("wikidata:Q159",))
ASSAD = Entity("assad-government", "Assad government", "Government", "Damascus")
FULL = new(
    RUSSIA,
    "backsMilitarily",
    ASSAD,
    Article("a/1", "Title", "Outlet", "2016-10-12", "https://outlet.example/1", "A. Author", "en"),
    begin=3,
    end=40,
    quote="Moscow backs “Damascus”, they said. 🥳",
    marks=((3, 9, "subject"), (10, 15, "relation"), (17, 25, "object")),
    row="7",
    attributed_to=Entity("x", "X", "Person", "they"),
    negated=True,
    modality="planned",
    valid_from="2016",
    valid_to="2016-10",
    confidence=0.8,
    annotator="anna",
)


def test_ids_are_the_same_on_every_machine() -> None:
    assert new(Entity(written="Russia"), "backs", Entity(written="Assad"), Article("a")).id == (
        "4f4e099fee92c99906a3a334675bc641"
    )
    assert FULL.id == "2206ec96bc9f70e342bf56aa112ce61b"


@given(strategies.claim())
def test_an_id_is_the_hash_that_the_design_describes(claim: Claim) -> None:
    said_by = claim.attributed_to
    parts = [
        claim.article.id,
        claim.subject.written,
        claim.relation,
        claim.object.written,
        said_by.written if said_by else None,
        claim.negated,
        claim.modality,
        claim.valid_from,
        claim.valid_to,
        claim.annotator,
        claim.marks,
        claim.row,
    ]
    compact = json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode()
    assert claim.id == hashlib.sha256(compact).hexdigest()[:32]


@pytest.mark.parametrize(
    "change",
    [
        {"subject": msgspec.structs.replace(RUSSIA, id="other", name="Other", kind="Person", same_as=())},
        {"article": msgspec.structs.replace(FULL.article, title="Other", published=None)},
        {"quote": "Other", "begin": 0, "end": 5},
        {"confidence": None},
    ],
)
def test_a_better_gazetteer_splitter_or_sidecar_keeps_the_id(change: dict[str, object]) -> None:
    from kg.claim import identified

    assert identified(msgspec.structs.replace(FULL, **change)).id == FULL.id


@pytest.mark.parametrize("field", ["negated", "modality", "valid_from", "valid_to", "annotator", "marks", "row"])
def test_what_makes_another_claim_makes_another_id(field: str) -> None:
    from kg.claim import identified

    default = {"negated": False, "modality": "actual", "marks": ()}.get(field)
    assert identified(msgspec.structs.replace(FULL, **{field: default})).id != FULL.id


@given(strategies.claim())
def test_a_json_line_comes_back_equal_with_its_keys_in_order(claim: Claim) -> None:
    (line,) = to_json([claim])
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert from_json(line) == claim
    assert tuple(json.loads(line)) == Claim.__struct_fields__


def test_the_keys_are_those_of_the_design() -> None:
    assert Claim.__struct_fields__ == (
        *("id", "subject", "object", "relation", "article", "begin", "end", "quote", "marks", "row"),
        *("attributed_to", "negated", "modality", "valid_from", "valid_to", "confidence", "annotator"),
    )
    assert Entity.__struct_fields__ == ("id", "name", "kind", "written", "same_as")
    assert Article.__struct_fields__ == ("id", "title", "publisher", "published", "url", "author", "language")


@pytest.mark.parametrize(
    ("said", "bounds"),
    [
        ("2016", ("2016-01-01", "2016-12-31")),
        ("2016-02", ("2016-02-01", "2016-02-29")),
        ("2016-12", ("2016-12-01", "2016-12-31")),
        ("2016-10-12", ("2016-10-12", "2016-10-12")),
        ("2015-02-29", None),
        ("2016-13", None),
        ("0000", None),
        ("16", None),
        ("2016-1-2", None),
        ("2016-10-12T00:00", None),
        ("٢٠١٦", None),
        (" 2016", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_as_said_has_day_bounds(said: str | None, bounds: tuple[str, str] | None) -> None:
    assert day_bounds(said) == bounds


def test_one_end_given_is_open_at_the_other() -> None:
    assert valid_bounds(FULL) == ("2016-01-01", "2016-10-31")
    assert valid_bounds(msgspec.structs.replace(FULL, valid_to=None)) == ("2016-01-01", None)
    assert valid_bounds(msgspec.structs.replace(FULL, valid_from=None, valid_to=None)) == (None, None)


@given(st.sampled_from(["Ле\u0306в", "e\u0301", "ﬁ", "\u212b"]))
def test_names_are_composed_and_quotes_stay_as_cut(text: str) -> None:
    import unicodedata

    claim = new(Entity(written=text, name=text), "backs", ASSAD, Article("a", text), quote=text, begin=0, end=len(text))
    composed = unicodedata.normalize("NFC", text)
    assert (claim.subject.written, claim.subject.name, claim.article.title) == (composed, composed, composed)
    assert claim.quote == text
