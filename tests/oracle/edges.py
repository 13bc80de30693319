"""Questions whose rows are edges."""

from collections import defaultdict
from collections.abc import Callable

from kg.claim import Claim, valid_bounds
from kg.questions import Row
from tests.oracle._shared import (
    TERMS,
    articles,
    below,
    denies,
    directions,
    edge,
    edges,
    first_and_last,
    names_of,
    opponents,
    ordered,
    span,
)


def edges_to(family: str) -> Callable[..., list[Row]]:
    def rows(claims: list[Claim], actor: str) -> list[Row]:
        groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in claims:
            if claim.holds and below(claim, family):
                for subject, object in directions(claim):
                    if object == actor:
                        groups[subject, claim.relation].append(claim)
        names = names_of(claims)
        return ordered(
            [
                {"subject": subject, "subject_name": names[subject], "relation": relation, **span(group)}
                for (subject, relation), group in groups.items()
            ],
            "subject",
            "relation",
        )

    return rows


def who_whom(claims: list[Claim], relation: str | None = None) -> list[Row]:
    names = names_of(claims)
    found = edges(claim for claim in claims if below(claim, relation))
    rows: list[Row] = [{**edge(key, names), **span(group)} for key, group in found.items()]
    return ordered(rows, "relation", "subject", "object")


def as_of(claims: list[Claim], date: str, relation: str | None = None, actor: str | None = None) -> list[Row]:
    def takes_in(claim: Claim) -> bool:
        first, last = valid_bounds(claim)
        return (first or date) <= date <= (last or date)

    names = names_of(claims)
    found = edges(claim for claim in claims if takes_in(claim) and below(claim, relation))
    rows: list[Row] = [
        {**edge(key, names), **span(group)} for key, group in found.items() if actor in {None, key[0], key[2]}
    ]
    return ordered(rows, "relation", "subject", "object")


def new_edges(claims: list[Claim], since: str, relation: str | None = None) -> list[Row]:
    return ordered((row for row in who_whom(claims, relation) if str(row["first"] or "") >= since), "first")


def single_source(claims: list[Claim], relation: str | None = None) -> list[Row]:
    names, rows = names_of(claims), []
    for key, group in edges(claim for claim in claims if below(claim, relation)).items():
        quotes = {claim.quote for claim in group}
        quoted = [claim for claim in group if claim.quote is not None]
        if articles(group) > 1 and (len(quotes) > 1 or None in quotes):
            continue
        counts: Row = {
            "claims": len(group),
            "articles": articles(group),
            "publishers": len({claim.article.publisher for claim in group} - {None}),
            "quote": min(quoted, key=lambda claim: claim.id).quote if quoted else None,
        }
        rows.append({**edge(key, names), **counts})
    return ordered(rows, "relation", "subject", "object")


def only_opponents_say(claims: list[Claim], relation: str | None = None) -> list[Row]:
    against, names, rows = opponents(claims), names_of(claims), []
    for key, group in edges(claim for claim in claims if below(claim, relation)).items():
        claimants: dict[str, list[Claim]] = defaultdict(list)
        for claim in group:
            sides = {subject for subject, _ in directions(claim)}
            if claim.attributed_to and against[claim.attributed_to.id] & sides:
                claimants[claim.attributed_to.id].append(claim)
        if sum(map(len, claimants.values())) == len(group):
            for claimant, said in claimants.items():
                who: Row = {"attributed_to": claimant, "attributed_to_name": names[claimant]}
                rows.append({**edge(key, names), **who, "claims": len(said), "articles": articles(said)})
    return ordered(rows, "relation", "subject", "object", "attributed_to")


def disputes(claims: list[Claim], relation: str | None = None) -> list[Row]:
    names, rows = names_of(claims), []
    for key, stated in edges(claim for claim in claims if below(claim, relation)).items():
        denied = [claim for claim in claims if denies(claim) and TERMS.key(claim) == key]
        if denied:
            both = stated + denied
            counts: Row = {"claims": len(stated), "denials": len(denied), "articles": articles(both)}
            rows.append({**edge(key, names), **counts, **first_and_last(both)})
    return ordered(rows, "relation", "subject", "object")
