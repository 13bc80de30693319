"""The project's signature: each question gives on every engine what plain Python gives on the claims."""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology, questions
from kg.claim import Article, Claim, Entity, new
from kg.errors import UsageError
from kg.graphs import graph
from kg.stores import Store
from tests import oracle, strategies
from tests.engines import Make

QUESTIONS = questions.questions()


def test_no_question_without_an_oracle() -> None:
    assert QUESTIONS.keys() == oracle.ORACLES.keys()


def arguments(question: questions.Question, claims: list[Claim], chance: random.Random) -> dict[str, str]:
    """Values for a question's parameters that the claims can answer."""
    pools = {
        "entity": sorted({entity.id for claim in claims for entity in claim.entities}),
        "relation": sorted({name for claim in claims for name in ontology.load().ancestors(claim.relation)}),
        "date": ["2016-10-11", "2016-10-12", "2016-10-13", "2016-11-01"],
    }
    asked = (p for p in question.parameters if p.required or chance.random() < 0.5)
    return {p.name: chance.choice(pools[p.type]) for p in asked}


@given(claims=strategies.crowds | strategies.crowds | strategies.claims.filter(bool), chance=strategies.chances)
def test_generated_claims_give_what_the_oracle_gives(make: Make, claims: list[Claim], chance: random.Random) -> None:
    with make() as store:
        store.add(claims)
        for name in chance.sample(list(QUESTIONS), 9):
            parameters = arguments(QUESTIONS[name], claims, chance)
            rows = store.ask(name, **parameters)
            assert rows == oracle.ORACLES[name](claims, **parameters), f"{name} {parameters}"
            assert all(tuple(row) == QUESTIONS[name].columns for row in rows)


@given(claims=strategies.crowds, day=st.sampled_from(("2016-10-11", "2016-10-12", "2017-01-01")))
def test_what_held_on_a_day_is_what_the_graph_of_that_day_has(make: Make, claims: list[Claim], day: str) -> None:
    with make() as store:
        store.add(claims)
        rows = store.ask("as-of", date=day)
    edges = {(row["subject"], row["object"], row["relation"], row["claims"]) for row in rows}
    assert edges == set(graph(claims, as_of=day).edges(keys=True, data="weight"))


ASKED: dict[str, list[dict[str, str]]] = {
    "who-supports": [{"actor": "assad-government"}, {"actor": "syrian-opposition"}],
    "who-opposes": [{"actor": "russia"}, {"actor": "islamic-state"}],
    "who-whom": [{"relation": "arms"}, {"relation": "supports"}, {"relation": "engages"}],
    "evidence": [
        {"subject": "saudi-arabia", "object": "syrian-opposition"},
        {"subject": "russia", "object": "assad-government", "relation": "backs"},
    ],
    "what-says": [{"actor": "american-officials"}, {"actor": "russian-government"}],
    "dyad-timeline": [
        {"a": "russia", "b": "obama-administration"},
        {"a": "turkey", "b": "russia", "since": "2016-10-12"},
    ],
    "both-sides": [{"a": "russia", "b": "syrian-opposition"}],
    "planned": [{}],
    "actors": [{}],
    "arming-chains": [{}, {"actor": "hezbollah"}],
    "articles-about": [{"actor": "turkey"}, {"actor": "american-officials"}],
    "as-of": [{"date": "2016-10-12"}, {"date": "2012-01-01", "relation": "supports", "actor": "russia"}],
    "common-enemies": [{"a": "assad-government", "b": "russia"}],
    "common-friends": [{"a": "saudi-arabia", "b": "turkey"}],
    "common-ties": [{"a": "russia", "b": "turkey"}, {"a": "qatar", "b": "iran"}],
    "denials": [{}, {"actor": "russia"}],
    "disputes": [{}, {"relation": "ties"}],
    "dyads": [{}],
    "enemies-of-enemies": [{"actor": "turkey"}],
    "friends-of-enemies": [{"actor": "turkey"}, {"actor": "syrian-opposition"}],
    "mediators": [{}, {"actor": "turkey"}],
    "monthly": [{}, {"a": "russia"}, {"a": "russia", "b": "turkey"}],
    "new-edges": [{"since": "2016-10-14"}, {"since": "2016-10-14", "relation": "opposes"}],
    "only-opponents-say": [{}, {"relation": "opposes"}],
    "paths": [{"a": "turkey", "b": "russia"}, {"a": "iran", "b": "turkey", "relation": "supports"}],
    "planned-not-done": [{}],
    "profile": [{"actor": "russia"}, {"actor": "john-kerry"}],
    "publishers": [{"a": "russia", "b": "assad-government"}],
    "shortest-paths": [{"a": "turkey", "b": "russia"}, {"a": "iran", "b": "turkey", "relation": "supports"}],
    "single-source": [{}, {"relation": "backs"}],
}


@pytest.fixture(scope="module")
def asked(make: Make, example: list[Claim]) -> Iterator[Store]:
    """The example in a store of each engine, for tests that only ask."""
    with make() as store:
        store.add(example)
        yield store


@pytest.mark.parametrize(("name", "parameters"), [(name, each) for name, several in ASKED.items() for each in several])
def test_the_example_gives_what_the_oracle_gives(
    asked: Store, example: list[Claim], name: str, parameters: dict[str, str]
) -> None:
    rows = asked.ask(name, **parameters)
    assert rows == oracle.ORACLES[name](example, **parameters)
    assert rows, "the example should have an answer to every question"


SUPPORTERS = {
    "sparql": "SELECT ?a { ?a ?r entity:syrian-opposition . ?r rdfs:subPropertyOf* kg:supports }",
    "cypher": "MATCH (a)-[r]->(:Entity {id: 'syrian-opposition'}) WHERE type(r) IN $supports RETURN a.id AS a",
}


def test_families_are_asked_for_in_the_query(make: Make, example: list[Claim]) -> None:
    with make() as store:
        store.add(example)
        found = {str(row["a"]).rpartition("/")[2] for row in store.query(SUPPORTERS[store.language])}
    assert {"qatar", "saudi-arabia"} <= found
    assert found == {
        claim.subject.id
        for claim in example
        if claim.holds
        and claim.object.id == "syrian-opposition"
        and "supports" in ontology.load().ancestors(claim.relation)
    }


@pytest.mark.parametrize(
    ("name", "parameters", "says"),
    [
        ("who-suports", {}, "nearest is who-supports"),
        ("who-supports", {}, "needs --actor"),
        ("who-supports", {"actor": "x\ud83e"}, "half of a UTF-16 pair"),
        ("who-supports", {"actor": "Rusia"}, "nearest is “Russia”"),
        ("who-supports", {"actor": "russia", "b": "x"}, "takes no --b"),
        ("who-whom", {"relation": "armss"}, "nearest is arms"),
        ("dyad-timeline", {"a": "russia", "b": "turkey", "since": "2016-13-01"}, "write YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_nearest(
    make: Make, example: list[Claim], name: str, parameters: dict[str, str], says: str
) -> None:
    with make() as store:
        store.add(example)
        with pytest.raises(UsageError, match=says):
            store.ask(name, **parameters)


def test_an_answer_beyond_its_limit_is_refused(asked: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = asked.ask("paths", a="turkey", b="russia", relation="supports")
    for path in questions.folder().glob("paths.*"):
        text = path.read_text(encoding="utf-8").replace("# most: 100000", f"# most: {len(few)}")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(questions, "folder", lambda: tmp_path)
    assert asked.ask("paths", a="turkey", b="russia", relation="supports") == few
    with pytest.raises(UsageError, match=f"more than {len(few)} rows here; narrow it down with --relation"):
        asked.ask("paths", a="turkey", b="russia")


def test_the_lesser_id_of_a_pair_stands_first_however_an_engine_writes_it(make: Make) -> None:
    first, second = (Entity(id, id, "State", id) for id in ("x y", "x!"))  # the other way round as IRIs
    with make() as store:
        store.add([new(second, "arms", first, Article("one")), new(first, "arms", second, Article("one"))])
        (row,) = store.ask("dyads")
    assert [row["a"], row["a_name"], row["b"], row["b_name"], row["claims"]] == ["x y", "x y", "x!", "x!", 2]


def test_names_and_aliases_resolve(make: Make, example: list[Claim]) -> None:
    with make() as store:
        store.add(example)
        answers = [
            store.ask("who-supports", actor=name) for name in ("assad-government", "ASSAD government", "Assad regime")
        ]
    assert answers[0]
    assert all(a == b for a, b in itertools.pairwise(answers))
