"""Claims as a networkx graph."""

import networkx as nx
import pytest

import kg
from kg.claim import Article, Claim, Entity, new
from kg.errors import UsageError

A, B, C = (Entity(id, id.upper(), "State", id) for id in "abc")


def claim(subject: Entity, relation: str, object: Entity, article: str = "x", **fields: object) -> Claim:
    return new(subject, relation, object, Article(article, published=f"2016-10-1{len(article)}"), **fields)


def test_one_edge_for_each_key_with_its_claims() -> None:
    claims = [
        claim(A, "arms", B),
        claim(A, "arms", B, "yy"),
        claim(A, "arms", B, negated=True),
        claim(A, "arms", B, modality="planned"),
        claim(A, "accuses", B),
        claim(B, "arms", A, negated=True),
        claim(C, "meets", A),
        claim(A, "meets", C, "yy"),
    ]
    graph = kg.graph(claims)
    assert isinstance(graph, nx.MultiDiGraph)
    assert sorted(graph.edges(keys=True)) == [("a", "b", "accuses"), ("a", "b", "arms"), ("a", "c", "meets")]
    assert graph.edges["a", "b", "arms"] == {
        "claims": tuple(sorted((claims[0].id, claims[1].id))),
        "articles": 2,
        "denials": 1,
        "sign": 1,
        "weight": 2,
        "symmetric": False,
        "first": "2016-10-11",
        "last": "2016-10-12",
    }
    assert graph.edges["a", "c", "meets"]["weight"] == 2
    assert graph.nodes["a"] == {"name": "A", "kinds": ("State",), "aliases": ("a",), "same_as": ()}


@pytest.mark.parametrize(
    ("day", "kept"),
    [("2016-09-30", "bd"), ("2016-10-01", "abd"), ("2016-10-31", "abd"), ("2016-11-01", "bcd"), ("2017-01-01", "bcd")],
)
def test_as_of_keeps_what_held_on_that_day(day: str, kept: str) -> None:
    claims = [
        claim(A, "arms", B, row="a", valid_from="2016-10", valid_to="2016-10"),
        claim(A, "arms", B, row="b"),
        claim(A, "arms", B, row="c", valid_from="2016-11"),
        claim(A, "arms", B, row="d", valid_to="2018"),
    ]
    rows = {each.id: each.row for each in claims}
    edge = kg.graph(claims, as_of=day).edges["a", "b", "arms"]
    assert sorted(str(rows[id]) for id in edge["claims"]) == sorted(kept)


def test_a_window_keeps_what_held_at_some_time_in_it() -> None:
    claims = [claim(A, "arms", B, valid_from="2016-10-10", valid_to="2016-10-12")]
    assert kg.graph(claims, since="2016-10-12", until="2016-12-31").number_of_edges() == 1
    assert kg.graph(claims, since="2016-10-13").number_of_edges() == 0
    assert kg.graph(claims, until="2016-10-09").number_of_edges() == 0


def test_what_is_no_day_is_refused() -> None:
    with pytest.raises(UsageError, match=r"2016-10.*YYYY-MM-DD"):
        kg.graph([], as_of="2016-10")


def test_what_cannot_be_asked_of_it_is_refused() -> None:
    with pytest.raises(UsageError, match="give one or the other"):
        kg.graph([], as_of="2016-10-12", since="2016-10-12")
    with pytest.raises(UsageError, match=r"sues; pass ontology=store\.ontology"):
        kg.graph([claim(A, "sues", B)])


def test_the_graph_has_the_edges_of_the_store(example: list[Claim]) -> None:
    graph = kg.graph(example)
    from kg import ontology

    assert set(graph.edges(keys=True)) == {
        (s, o, r) for s, r, o in (ontology.load().key(each) for each in example if each.holds)
    }
    assert graph.has_edge("saudi-arabia", "syrian-opposition", "arms")
