"""What is counted is what plain counting gives, from any store, in any order of the claims."""

import json
from collections.abc import Iterable
from pathlib import Path
from random import Random

import msgspec
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import kg
from kg import ontology, stats
from kg.claim import Claim
from kg.cli import main
from kg.errors import UsageError
from kg.questions import Row
from tests import strategies
from tests.engines import Make

TERMS = ontology.load()
FAMILY = {"arms": "supports", "backs": "supports", "opposes": "opposes", "fights": "opposes"}
FAMILY |= {"meets": "engages", "memberOf": "ties"}
SYMMETRIC = ("fights", "meets")


def edges(claims: Iterable[Claim]) -> int:
    """By hand: a pair without order where the relation holds both ways."""
    found = set()
    for claim in claims:
        if not claim.negated and claim.modality == "actual":
            ends = claim.subject.id, claim.object.id
            found.add((claim.relation, frozenset(ends) if claim.relation in SYMMETRIC else ends))
    return len(found)


def groups(claim: Claim, by: str) -> list[str | None]:
    published = claim.article.published
    named: dict[str, list[str | None]] = {
        "relation": [claim.relation],
        "family": [FAMILY[claim.relation]],
        "article": [claim.article.id],
        "publisher": [claim.article.publisher],
        "month": [None if published is None else published[: len("2016-10")]],
        "kind": [*{claim.subject.kind, claim.object.kind}],
        "modality": [claim.modality],
    }
    return named[by]


@given(strategies.claims)
def test_each_measure_is_a_plain_count(claims: list[Claim]) -> None:
    days = sorted(claim.article.published for claim in claims if claim.article.published)
    assert list(stats.summary(iter(claims), TERMS).items()) == [
        ("claims", len(claims)),
        ("holding", len([c for c in claims if c.modality == "actual" and not c.negated])),
        ("negated", len([c for c in claims if c.negated])),
        ("planned", len([c for c in claims if c.modality == "planned"])),
        ("requested", len([c for c in claims if c.modality == "requested"])),
        ("possible", len([c for c in claims if c.modality == "possible"])),
        ("attributed", len([c for c in claims if c.attributed_to])),
        ("quoted", len([c for c in claims if c.quote is not None])),
        ("dated", len([c for c in claims if c.valid_from or c.valid_to])),
        ("articles", len({c.article.id for c in claims})),
        ("publishers", len({c.article.publisher for c in claims} - {None})),
        ("entities", len({e.id for c in claims for e in (c.subject, c.object, c.attributed_to) if e})),
        ("edges", edges(claims)),
        ("relations", len({c.relation for c in claims})),
        ("first", days[0] if days else None),
        ("last", days[-1] if days else None),
    ]


@pytest.mark.parametrize("by", stats.BY)
@given(claims=strategies.claims, random=st.randoms(use_true_random=False))
def test_each_group_is_a_plain_count(by: str, claims: list[Claim], random: Random) -> None:
    rows = stats.counts(iter(claims), by, TERMS)
    expected: list[Row] = []
    for name in {name for claim in claims for name in groups(claim, by)}:
        own = [claim for claim in claims if name in groups(claim, by)]
        holding = [claim for claim in own if claim.modality == "actual" and not claim.negated]
        articles = {claim.article.id for claim in own}
        counted = {"claims": len(own), "holding": len(holding), "articles": len(articles), "edges": edges(own)}
        expected.append({by: name, **counted})
    assert sorted(rows, key=repr) == sorted(expected, key=repr)
    assert all(tuple(row) == stats.columns(by) for row in rows)
    placed = [(-int(row["claims"] or 0), row[by] is not None, row[by]) for row in rows]
    assert placed == sorted(placed), "the largest first, then by name"
    shuffled = random.sample(claims, len(claims))
    assert stats.counts(shuffled, by, TERMS) == rows


def test_a_store_and_its_graph_have_as_much(make: Make, example: list[Claim]) -> None:
    with make() as store:
        store.add(example)
        counted = stats.summary(store.claims(), store.ontology)
        assert counted == stats.summary(example, TERMS)
        assert counted["entities"] == len(list(store.entities()))
        assert counted["edges"] == kg.graph(store.claims()).number_of_edges()


def test_what_cannot_be_counted_is_refused(example: list[Claim]) -> None:
    with pytest.raises(UsageError, match="by publishr; the nearest is publisher"):
        stats.counts(example, "publishr", TERMS)
    other = msgspec.structs.replace(example[0], relation="sues")
    with pytest.raises(UsageError, match=r"not in the ontology: sues; pass ontology=store\.ontology"):
        stats.summary([other], TERMS)


def test_the_command_prints_the_same(tmp_path: Path, example: list[Claim]) -> None:
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    with kg.open_store(url) as store:
        store.add(example)
    summed = CliRunner().invoke(main, ["stats", "--store", url], catch_exceptions=False).stdout
    rows = [json.loads(line) for line in summed.splitlines()]
    assert {row["measure"]: row["value"] for row in rows} == stats.summary(example, TERMS)
    for by in stats.BY:
        printed = CliRunner().invoke(main, ["stats", "--store", url, "--by", by], catch_exceptions=False).stdout
        assert [json.loads(line) for line in printed.splitlines()] == stats.counts(example, by, TERMS)


def test_an_empty_store_is_counted_too() -> None:
    counted = stats.summary([], TERMS)
    assert {counted.pop("first"), counted.pop("last")} == {None}
    assert set(counted.values()) == {0}
    assert stats.counts([], "relation", TERMS) == []
    assert stats.columns("relation") == ("relation", "claims", "holding", "articles", "edges")
