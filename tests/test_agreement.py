"""The project's signature: each question gives on every engine what plain Python gives on the claims."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology, questions
from kg.claim import Claim
from kg.errors import UsageError
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


@pytest.mark.parametrize("name", QUESTIONS)
@given(data=st.data())
def test_generated_claims_give_what_the_oracle_gives(make: Make, name: str, data: st.DataObject) -> None:
    claims = data.draw(strategies.claims.filter(bool))
    parameters = data.draw(arguments(QUESTIONS[name], claims))
    with make() as store:
        store.add(claims)
        rows = store.ask(name, **parameters)
    assert rows == oracle.ORACLES[name](claims, **parameters)
    assert all(tuple(row) == QUESTIONS[name].columns for row in rows)


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
}


@pytest.mark.parametrize(("name", "parameters"), [(name, each) for name, several in ASKED.items() for each in several])
def test_the_example_gives_what_the_oracle_gives(
    make: Make, example: list[Claim], name: str, parameters: dict[str, str]
) -> None:
    with make() as store:
        store.add(example)
        rows = store.ask(name, **parameters)
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
