"""Names as written become known entities; mentions become what a store knows."""

import pytest

from kg import entities
from kg.claim import Article, Claim, Entity, Node, new
from kg.entities import Gazetteer, Mention, Settler, Tie, resolve, settle, slug
from kg.errors import Problem, problem

KNOWN = Gazetteer(
    [
        Node("russia", "Russia", ("State",), ("Russian Federation",), ("wikidata:Q159",)),
        Node("georgia", "Georgia", ("State",)),
        Node("georgia-usa", "Georgia, USA", ("Place",), ("Georgia",)),
    ],
    generic=("officials", "the opposition", "us"),
)
OTHER = Entity(written="Iran", kind="State")


def resolved(*subjects: Entity, article: str = "a 1") -> tuple[list[Entity], list[Problem]]:
    claims = [new(subject, "backs", OTHER, Article(article)) for subject in subjects]
    items = list(settle(resolve(claims, KNOWN), Settler(known=KNOWN)))
    found = [item.subject for item in items if isinstance(item, Claim)]
    return found, [item for item in items if isinstance(item, Problem)]


@pytest.mark.parametrize(
    ("given", "id", "name"),
    [
        (Entity(written="RUSSIA", kind="State"), "russia", "Russia"),
        (Entity(written="russian federation", kind="State"), "russia", "Russia"),
        (Entity(written="Moscow", same_as=("wikidata:Q159",)), "russia", "Russia"),
        (Entity(written="Moscow", name="The Bear", same_as=("wikidata:Q159",)), "russia", "The Bear"),
        (Entity(written="the capital", name="Russia"), "russia", "Russia"),
        (Entity(id="given", name="Given", written="Russia"), "given", "Given"),
        (Entity(written="Сирия", kind="State"), "сирия", "Сирия"),
        (Entity(written="Côte d’Ivoire"), "côte-d-ivoire", "Côte d’Ivoire"),
        (Entity(written="officials"), "officials-in-a 1", "officials"),
        (Entity(written="OFFICIALS"), "officials-in-a 1", "OFFICIALS"),
        (Entity(written="US"), "us", "US"),
        (Entity(written="us"), "us-in-a 1", "us"),
        (Entity(written="Officials", name="Officials"), "officials", "Officials"),
        (Entity(written="the opposition", same_as=("wikidata:Q1",)), "the-opposition", "the opposition"),
    ],
)
def test_who_is_meant(given: Entity, id: str, name: str) -> None:
    (found,), problems = resolved(given)
    assert (found.id, found.name, found.written) == (id, name, given.written)
    assert problems == []


def test_a_name_that_two_share_is_neither() -> None:
    (found,), problems = resolved(Entity(written="Georgia"))
    assert found.id == "georgia-in-a 1"
    assert [(p.code, p.severity, p.near) for p in problems] == [("ambiguous-entity", "note", "georgia, georgia-usa")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Saudi Arabia", "saudi-arabia"),
        ("  al-Nusra\nFront!", "al-nusra-front"),
        ("ＮＡＴＯ", "nato"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("حزب الله", "حزب-الله"),
        ("हिन्दी", "हिन्दी"),
        ("🥳", "x-4263e7e4"),
        ("", "x-e3b0c442"),
    ],
)
def test_slugs_keep_letters_of_every_script(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_within_an_article_the_first_description_in_reading_order_stays() -> None:
    late = new(Entity(written="Russia", kind="State"), "backs", OTHER, Article("a"), marks=((50, 56, "subject"),))
    early = new(
        Entity(written="Moscow", name="Russia", kind="Government"),
        "arms",
        OTHER,
        Article("a"),
        marks=((5, 9, "subject"),),
    )
    items = list(settle(resolve([late, early], KNOWN), Settler(known=KNOWN)))
    assert [item.subject.kind for item in items if isinstance(item, Claim)] == ["Government", "Government"]
    assert [item.subject.written for item in items if isinstance(item, Claim)] == ["Russia", "Moscow"]
    assert [item.code for item in items if isinstance(item, Problem)] == ["kind-conflict"]


def test_a_problem_between_two_claims_changes_nothing() -> None:
    vague, clear = (
        new(Entity(written="Iran", kind=kind), "backs", OTHER, Article("a"), row=kind) for kind in ("Entity", "State")
    )
    trouble = problem("bad-line", "cut short")
    items = list(settle(resolve([vague, trouble, clear], KNOWN), Settler(known=KNOWN)))
    assert [item.subject.kind for item in items if isinstance(item, Claim)] == ["State", "State"]
    assert [item for item in items if isinstance(item, Problem)] == [trouble]


def test_within_an_article_one_external_id_is_one_entity() -> None:
    ids = ("wikidata:Q999",)
    (foo, bar), problems = resolved(Entity(name="Foo", same_as=ids), Entity(name="Bar", same_as=ids))
    assert (foo.id, bar.id, foo.name, bar.name) == ("foo", "foo", "Foo", "Foo")
    assert [p.code for p in problems] == ["kind-conflict"]


def test_two_articles_may_differ() -> None:
    claims = [new(Entity(written="Russia", kind=kind), "backs", OTHER, Article(kind)) for kind in ("State", "Person")]
    items = list(settle(resolve(claims, KNOWN), Settler(known=KNOWN)))
    assert [item.subject.kind for item in items if isinstance(item, Claim)] == ["State", "Person"]
    assert len(items) == 2


def test_what_the_annotator_did_not_say_the_gazetteer_says() -> None:
    (found,), _ = resolved(Entity(written="Russia"))
    assert found.kind == "State"
    assert found.same_as == ()


def test_a_settler_keeps_to_what_was_known_before() -> None:
    before = Entity("russia", "Old name", "State")
    settler = Settler(lambda _: (Article("a", "Old title"), {"russia": before}), KNOWN)
    claim = new(Entity("russia", "New name", "State", "Russia"), "backs", Entity("iran", "Iran"), Article("a", "New"))
    items = list(settler.settle([claim]))
    assert sorted(item.code for item in items if isinstance(item, Problem)) == ["article-conflict", "kind-conflict"]
    (settled,) = (item for item in items if isinstance(item, Claim))
    assert (settled.subject.name, settled.article.title, settled.id) == ("Old name", "Old title", claim.id)


def test_a_node_is_derived_from_its_mentions() -> None:
    mentions = [
        Mention("a", Entity("x", "Beta", "State"), {"B."}),
        Mention("b", Entity("x", "Alpha", "Person", same_as=("wikidata:Q2",)), {"A.", ""}),
    ]
    assert entities.nodes(mentions, KNOWN) == [
        Node("x", "Alpha", ("Person", "State"), ("A.", "B.", "Beta"), ("wikidata:Q2",))
    ]
    mentions.append(Mention("c", Entity("x", "Beta", "State"), {"Beta"}))
    assert entities.nodes(mentions, KNOWN)[0].name == "Beta"


def test_the_gazetteer_gives_the_name_and_its_own_aliases() -> None:
    (node,) = entities.nodes([Mention("a", Entity("russia", "The Bear", "Government"), {"Moscow"})], KNOWN)
    assert node == Node(
        "russia", "Russia", ("Government",), ("Moscow", "Russian Federation", "The Bear"), ("wikidata:Q159",)
    )


def test_ties_come_sorted_and_an_unknown_date_comes_first() -> None:
    early, late = Tie("a", "leads", "b", None, "2012"), Tie("a", "leads", "b", "2014-08-28")
    other = Tie("a", "citizenOf", "c", "2020")
    assert Gazetteer([], ties=[late, other, early]).ties == (other, early, late)
    with pytest.raises(AttributeError):
        early.object = "c"  # type: ignore[misc]


def test_a_pronoun_is_nobody_and_an_acronym_is() -> None:
    def resolved(written: str) -> str:
        claim = new(Entity(written=written), "arms", Entity(written="Syria"), Article("a"))
        (found,) = (item for item in resolve([claim]) if isinstance(item, Claim))
        return found.subject.id

    assert [resolved(name) for name in ("US", "us", "Us", "They")] == [
        "united-states",
        "us-in-a",
        "us-in-a",
        "they-in-a",
    ]
