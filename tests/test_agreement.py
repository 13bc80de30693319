"""The project's signature: each question gives on every engine what plain Python gives on the claims."""

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology, questions
from kg.claim import Article, Claim, Entity, new
from kg.entities import slug
from kg.errors import UsageError
from kg.graphs import graph
from kg.stores import Store
from tests import oracle, strategies
from tests.conftest import Make

QUESTIONS = questions.questions()


def test_no_question_without_an_oracle() -> None:
    assert QUESTIONS.keys() == oracle.ORACLES.keys()


def arguments(question: questions.Question, claims: list[Claim]) -> st.SearchStrategy[dict[str, str]]:
    """Values for a question's parameters that the claims can answer."""
    ids = sorted({entity.id for claim in claims for entity in claim.entities})
    pools = {
        "entity": st.sampled_from(ids),
        "relation": st.sampled_from(sorted(ontology.load().relations)) | st.sampled_from(strategies.RELATIONS),
        "date": st.sampled_from(("2016-10-12", "2016-10-13")),
    }
    return st.fixed_dictionaries(
        {p.name: pools[p.type] for p in question.parameters if p.required},
        optional={p.name: pools[p.type] for p in question.parameters if not p.required},
    )


ACTORS = tuple(Entity(slug(name), name, "State", name) for name in ("Russia", "Turkey", "Iran", "Syria", "Qatar"))
DENSE = ("arms", "alliedWith", "opposes", "accuses", "fights", "meets", "mediatesBetween", "memberOf")
REPRINT = Article("reprint", "A title", "Another outlet", "2016-11-01")


@st.composite
def dense(draw: st.DrawFn) -> list[Claim]:
    """Many claims of few actors: edges with claims on both sides, paths, opponents of opponents, shared quotes."""
    ends = draw(st.lists(st.tuples(*[st.sampled_from(ACTORS)] * 2), min_size=4, max_size=16))
    made = []
    for row, (subject, object) in enumerate(ends):
        quote = draw(st.sampled_from((None, "One said so.", "One said so.", "Two said so.")))
        made.append(
            new(
                subject,
                draw(st.sampled_from(DENSE)),
                object,
                draw(st.sampled_from((*strategies.ARTICLES, REPRINT))),
                begin=None if quote is None else 0,
                end=None if quote is None else len(quote),
                quote=quote,
                row=str(row),
                attributed_to=draw(st.sampled_from((None, *ACTORS))),
                negated=draw(st.sampled_from((False, False, False, True))),
                modality=draw(st.sampled_from(("actual", "actual", "actual", "planned"))),
                valid_from=draw(st.sampled_from(strategies.DATES)),
                valid_to=draw(st.sampled_from(strategies.DATES)),
            )
        )
    return strategies.settled(made)


@given(data=st.data())
def test_generated_claims_give_what_the_oracle_gives(make: Make, data: st.DataObject) -> None:
    claims = data.draw(strategies.claims.filter(bool) | dense())
    with make() as store:
        store.add(claims)
        for name, question in QUESTIONS.items():
            parameters = data.draw(arguments(question, claims), label=name)
            rows = store.ask(name, **parameters)
            assert rows == oracle.ORACLES[name](claims, **parameters), f"{name} {parameters}"
            assert all(tuple(row) == question.columns for row in rows)


@given(claims=dense(), day=st.sampled_from(("2016-10-11", "2016-10-12", "2017-01-01")))
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
    "articles-about": [{"actor": "turkey"}, {"actor": "american-officials"}],
    "as-of": [{"date": "2016-10-12"}, {"date": "2012-01-01", "relation": "supports", "actor": "russia"}],
    "common-enemies": [{"a": "assad-government", "b": "russia"}],
    "common-friends": [{"a": "saudi-arabia", "b": "turkey"}],
    "common-ties": [{"a": "russia", "b": "turkey"}, {"a": "qatar", "b": "iran"}],
    "denials": [{}, {"actor": "russia"}],
    "disputes": [{}, {"relation": "ties"}],
    "dyads": [{}],
    "enemies-of-enemies": [{"actor": "turkey"}],
    "mediators": [{}, {"actor": "turkey"}],
    "monthly": [{}, {"a": "russia"}, {"a": "russia", "b": "turkey"}],
    "new-edges": [{"since": "2016-10-14"}, {"since": "2016-10-14", "relation": "opposes"}],
    "only-opponents-say": [{}, {"relation": "opposes"}],
    "paths": [{"a": "turkey", "b": "russia"}, {"a": "iran", "b": "turkey", "relation": "supports"}],
    "planned-not-done": [{}],
    "profile": [{"actor": "russia"}, {"actor": "john-kerry"}],
    "publishers": [{"a": "russia", "b": "assad-government"}],
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


def test_families_are_asked_for_in_the_query(make: Make, example: list[Claim]) -> None:
    with make() as store:
        store.add(example)
        text = "SELECT ?a { ?a ?r entity:syrian-opposition . ?r rdfs:subPropertyOf* kg:supports }"
        found = {str(row["a"]).rpartition("/")[2] for row in store.query(text)}
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


def test_names_and_aliases_resolve(make: Make, example: list[Claim]) -> None:
    with make() as store:
        store.add(example)
        answers = [
            store.ask("who-supports", actor=name) for name in ("assad-government", "ASSAD government", "Assad regime")
        ]
    assert answers[0]
    assert all(a == b for a, b in itertools.pairwise(answers))
