"""The laws that every store obeys, the same text for each engine."""

import gc
import random
from collections.abc import Iterable
from pathlib import Path

import msgspec
import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg import ontology
from kg.claim import Article, Claim, Entity, identified, new
from kg.errors import KgError, StoreError, UsageError
from tests import strategies
from tests.engines import Make
from tests.states import edges, state, state_of

TERMS = ontology.load()


def sort(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: claim.id)


@given(claims=strategies.claims)
def test_what_goes_in_comes_out_equal_in_the_order_of_ids(make: Make, claims: list[Claim]) -> None:
    with make() as store:
        added = store.add(claims)
        assert (added.new, added.known, added.problems) == (len(claims), 0, [])
        assert list(store.claims()) == sort(claims)


@given(claims=strategies.claims, shuffle=st.randoms(use_true_random=False))
def test_adding_again_or_in_another_order_changes_nothing(
    make: Make, claims: list[Claim], shuffle: random.Random
) -> None:
    at_once = state_of(make, claims)
    with make() as one_by_one:
        mixed = shuffle.sample(claims, len(claims))
        for claim in mixed:
            one_by_one.add([claim])
        assert state(one_by_one) == at_once
        again = one_by_one.add(claims)
        assert (again.new, again.known, again.problems) == (0, len(claims), [])
        assert state(one_by_one) == at_once


@given(claims=strategies.claims, article=st.sampled_from(strategies.ARTICLES))
def test_removing_an_article_leaves_what_never_adding_it_would(
    make: Make, claims: list[Claim], article: Article
) -> None:
    others = [claim for claim in claims if claim.article.id != article.id]
    without = state_of(make, others)
    with make() as store:
        store.add(claims)
        assert store.remove(article.id) == len(claims) - len(others)
        assert state(store) == without
        assert store.remove(article.id) == 0


@given(claims=strategies.claims)
def test_an_edge_exists_exactly_for_each_key_with_a_claim_that_holds(make: Make, claims: list[Claim]) -> None:
    with make() as store:
        store.add(claims)
        assert edges(store) == {
            TERMS.key(claim) for claim in claims if not claim.negated and claim.modality == "actual"
        }


@given(claims=strategies.claims)
def test_entities_are_those_that_some_claim_uses(make: Make, claims: list[Claim]) -> None:
    with make() as store:
        store.add(claims)
        nodes = {node.id: node for node in store.entities()}
        assert list(nodes) == sorted({entity.id for claim in claims for entity in claim.entities})
        for claim in claims:
            for entity in claim.entities:
                node = nodes[entity.id]
                assert entity.kind in node.kinds
                assert {entity.name, entity.written} <= {node.name, *node.aliases}
                assert set(entity.same_as) <= set(node.same_as)


def one(**changes: object) -> Claim:
    russia = Entity("russia", "Russia", "State", "Russia")
    assad = Entity("assad-government", "Assad government", "Government", "Damascus")
    return msgspec.structs.replace(new(russia, "arms", assad, Article("a", "T")), **changes)


def test_the_same_claim_with_other_content_is_a_conflict_and_the_first_stays(make: Make) -> None:
    first, second = one(), one(begin=0, end=1, quote="x")
    assert first.id == second.id
    for batches in ([[first, second]], [[first], [second]]):
        with make() as store:
            found = [problem for batch in batches for problem in store.add(batch).problems]
            assert [problem.code for problem in found] == ["claim-conflict"]
            assert list(store.claims()) == [first]


def test_a_later_claim_is_brought_in_line_with_its_article(make: Make) -> None:
    first = one()
    mention = msgspec.structs.replace(first.subject, name="Russian Federation", kind="Government")
    later = new(mention, "trains", first.object, Article("a", "Another title"))
    with make() as store:
        store.add([first])
        added = store.add([later])
        assert sorted(problem.code for problem in added.problems) == [
            "article-conflict",
            "kind-conflict",
            "kind-conflict",
        ]
        assert [claim.subject.name for claim in store.claims()] == ["Russia", "Russia"]
        assert {claim.article.title for claim in store.claims()} == {"T"}


def test_strict_keeps_everything_out_where_there_is_an_error(make: Make) -> None:
    other = one(id="0" * 32, row="other")
    with make() as store:
        before = state(store)
        added = store.add([one(), other, one(confidence=0.5)], strict=True)
        assert (added.new, [problem.code for problem in added.problems]) == (0, ["claim-conflict"])
        assert state(store) == before
        assert store.add([one(), other], strict=True).new == 2
        assert store.add([one(confidence=0.5)], strict=True).new == 0
        assert list(store.claims()) == sort([one(), other])


@pytest.mark.parametrize(
    "claim",
    [
        one(relation="sues"),
        one(subject=Entity("a", "A", "Court", "A")),
        one(quote="\ud83e", begin=0, end=1),
        one(subject=Entity("a\ud83e", "A", "State", "A")),
    ],
)
def test_a_claim_that_was_not_checked_is_refused_and_nothing_kept(make: Make, claim: Claim) -> None:
    with make() as store:
        before = state(store)
        with pytest.raises(UsageError):
            store.add([one(id="0" * 32), claim])
        assert state(store) == before


def test_a_store_in_use_is_told_from_one_that_is_forgotten(tmp_path: Path) -> None:
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    store = kg.open_store(url)
    graph = store.rdflib()
    store.close()
    with pytest.raises(StoreError, match="still in use"):
        kg.open_store(url)
    del graph
    kg.open_store(url).close()


def test_a_batch_that_fails_leaves_nothing(make: Make) -> None:
    def failing() -> Iterable[Claim]:
        yield one()
        raise OSError("the disk is full")

    with make() as store:
        before = state(store)
        with pytest.raises(OSError, match="disk is full"):
            store.add(failing())
        assert state(store) == before


FAILING = {
    "sparql": "DELETE WHERE { ?s kg:modality ?o } ; INSERT DATA { <a:a> <a:b> 1 } ; LOAD <http://127.0.0.1:1/>",
    "cypher": "MATCH (c:Claim) SET c.modality = 'planned' CREATE (x:Claim {id: c.id})",
}


def test_a_change_is_whole_or_absent_also_where_it_deletes(make: Make) -> None:
    with make() as store:
        store.add([one()])
        before = state(store)
        with pytest.raises(KgError):
            store.query(FAILING[store.language], write=True, network=True)
        assert state(store) == before


def test_the_name_that_most_articles_use_changes_with_them(make: Make) -> None:
    def named(name: str, article: str) -> Claim:
        return one(id="", subject=Entity("x", name, "State", "x"), article=Article(article))

    claims = [identified(named(name, str(n))) for n, name in enumerate(("Beta", "Alpha", "Beta", "Alpha", "Alpha"))]
    with make() as store:
        names = []
        for claim in claims:
            store.add([claim])
            names += [node.name for node in store.entities() if node.id == "x"]
        assert names == ["Beta", "Alpha", "Beta", "Alpha", "Alpha"]
        for article in ("4", "3"):
            store.remove(article)
        assert [node.name for node in store.entities() if node.id == "x"] == ["Beta"]


def test_a_store_opens_again_as_it_was(tmp_path: Path, example: list[Claim]) -> None:
    url = f"oxigraph:{tmp_path}/x.kg"
    with kg.open_store(url) as store:
        store.add(example)
        before = state(store)
    with kg.open_store(url, read_only=True) as store:
        assert state(store) == before
        assert list(store.claims()) == sort(example)


def test_a_store_that_is_read_only_or_closed_says_so(tmp_path: Path) -> None:
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    with kg.open_store(url) as store:
        store.add([one()])
    with kg.open_store(url, read_only=True) as store:
        with pytest.raises(StoreError, match="read only"):
            store.add([one(id="0" * 32)])
        with pytest.raises(StoreError, match="read only"):
            store.remove("a")
    with pytest.raises(StoreError, match="closed"):
        list(store.claims())
    store.close()


def test_a_folder_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="holds something else"):
        kg.open_store(f"oxigraph:{tmp_path}")
    pyoxigraph.Store(str(tmp_path / "other.kg")).add(pyoxigraph.Quad(*[pyoxigraph.NamedNode("a:a")] * 3))
    gc.collect()
    with pytest.raises(StoreError, match="was not made by kg"):
        kg.open_store(f"oxigraph:{tmp_path / 'other.kg'}")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt", "other.kg"]


def test_another_schema_is_refused_with_the_line_that_converts(tmp_path: Path) -> None:
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    with kg.open_store(url) as store:
        text = "DELETE { ?s kg:schemaVersion ?v } INSERT { ?s kg:schemaVersion 99 } WHERE { ?s kg:schemaVersion ?v }"
        store.query(text, write=True)
    with pytest.raises(StoreError, match=r"schema 99.*kg copy"):
        kg.open_store(url)


def test_the_rdflib_graph_holds_the_same_triples(make: Make, example: list[Claim]) -> None:
    with make() as store:
        store.add(example)
        if store.language == "cypher":
            with pytest.raises(StoreError, match="holds no triples"):
                store.rdflib()
            return
        graph = store.rdflib()
        rows = graph.query("SELECT ?who WHERE { ?who kg:arms entity:syrian-opposition } ORDER BY ?who")
        assert [str(row[0]).rpartition("/")[2] for row in rows] == ["qatar", "saudi-arabia"]  # type: ignore[index]
        assert len(graph) == len(state(store))


@given(claims=strategies.claims, chosen=st.sets(st.integers(0, 7)))
def test_removing_claims_leaves_what_never_adding_them_would(make: Make, claims: list[Claim], chosen: set[int]) -> None:
    gone = [claim for number, claim in enumerate(claims) if number in chosen]
    left = [claim for claim in claims if claim not in gone]
    without = state_of(make, left)
    with make() as store:
        store.add(claims)
        assert store.remove_claims([claim.id for claim in gone]) == len(gone)
        assert state(store) == without
        assert store.remove_claims([claim.id for claim in gone]) == 0


@given(before=strategies.claims, after=strategies.claims, emptied=st.sampled_from(strategies.ARTICLES))
def test_replacing_articles_leaves_what_loading_them_anew_would(
    make: Make, before: list[Claim], after: list[Claim], emptied: Article
) -> None:
    replaced = {claim.article.id for claim in after} | {emptied.id}
    others = [claim for claim in before if claim.article.id not in replaced]
    anew = state_of(make, [*others, *after])
    with make() as store:
        store.add(before)
        done = store.replace(after, [emptied.id])
        old, new = {claim.id for claim in before} - {claim.id for claim in others}, {claim.id for claim in after}
        assert (done.new, done.known, done.gone) == (len(new - old), len(new & old), len(old - new))
        assert state(store) == anew
        again = store.replace(after, [emptied.id])
        assert (again.new, again.known, again.gone) == (0, len(new), 0)
        assert state(store) == anew


def test_replacing_takes_the_new_content_and_description(make: Make) -> None:
    renamed = msgspec.structs.replace(one().subject, name="Russian Federation")
    later = identified(one(subject=renamed, article=Article("a", "Corrected"), begin=0, end=1, quote="x"))
    with make() as store:
        store.add([one()])
        done = store.replace([later])
        assert (done.new, done.known, done.gone, done.problems) == (0, 1, 0, [])
        assert list(store.claims()) == [later]


def test_replacing_is_strict_when_asked_and_refuses_what_was_not_checked(make: Make) -> None:
    with make() as store:
        store.add([one()])
        before = state(store)
        assert store.replace([one(quote="y", begin=0, end=1), one()], strict=True).new == 0
        assert state(store) == before
        for claim in (one(relation="sues"), one(quote="\ud83e", begin=0, end=1)):
            with pytest.raises(UsageError):
                store.replace([claim])
        assert state(store) == before


@given(claims=strategies.claims)
def test_articles_are_listed_with_the_number_of_their_claims(make: Make, claims: list[Claim]) -> None:
    with make() as store:
        store.add(claims)
        ids = sorted(claim.article.id for claim in claims)
        assert list(store.articles().items()) == [(id, ids.count(id)) for id in sorted(set(ids))]
