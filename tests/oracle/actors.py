"""Questions whose rows are actors or pairs of actors."""

from collections import Counter, defaultdict
from collections.abc import Callable

from kg.claim import Claim
from kg.questions import Row
from tests.oracle._shared import (
    TERMS,
    articles,
    below,
    directions,
    edges,
    first_and_last,
    names_of,
    opponents,
    ordered,
    signs,
    span,
)


def both_sides(claims: list[Claim], a: str, b: str) -> list[Row]:
    def backers(side: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for claim in claims:
            if claim.holds and below(claim, "supports"):
                for subject, object in directions(claim):
                    if object == side:
                        found[subject].add(claim.id)
        return found

    of_a, of_b, names = backers(a), backers(b), names_of(claims)
    return [
        {"actor": actor, "actor_name": names[actor], "claims_a": len(of_a[actor]), "claims_b": len(of_b[actor])}
        for actor in sorted((of_a.keys() & of_b.keys()) - {a, b})
    ]


def _done_by(claims: list[Claim], actor: str, family: str) -> dict[str, list[Claim]]:
    """The claims of a family with the actor as subject, by their object."""
    found: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.holds and below(claim, family):
            for subject, object in directions(claim):
                if subject == actor:
                    found[object].append(claim)
    return found


def common(family: str) -> Callable[..., list[Row]]:
    def rows(claims: list[Claim], a: str, b: str) -> list[Row]:
        of_a, of_b, names = _done_by(claims, a, family), _done_by(claims, b, family), names_of(claims)
        return [
            {"object": each, "object_name": names[each], "claims_a": len(of_a[each]), "claims_b": len(of_b[each])}
            for each in sorted(of_a.keys() & of_b.keys() - {a, b})
        ]

    return rows


def common_ties(claims: list[Claim], a: str, b: str) -> list[Row]:
    of_a, of_b, names = _done_by(claims, a, "ties"), _done_by(claims, b, "ties"), names_of(claims)
    rows: list[Row] = []
    for object in of_a.keys() & of_b.keys() - {a, b}:
        relations_a = [claim.relation for claim in of_a[object]]
        relations_b = [claim.relation for claim in of_b[object]]
        rows += [
            {
                "object": object,
                "object_name": names[object],
                "relation_a": relation_a,
                "relation_b": relation_b,
                "claims_a": relations_a.count(relation_a),
                "claims_b": relations_b.count(relation_b),
            }
            for relation_a in set(relations_a)
            for relation_b in set(relations_b)
        ]
    return ordered(rows, "object", "relation_a", "relation_b")


def enemies_of_enemies(claims: list[Claim], actor: str) -> list[Row]:
    against, names = opponents(claims), names_of(claims)
    rows: list[Row] = []
    for enemy in against[actor] - {actor}:
        for other in against[enemy] - against[actor] - {actor}:
            between = [
                claim
                for claim in claims
                if claim.holds and below(claim, "opposes") and {claim.subject.id, claim.object.id} == {enemy, other}
            ]
            row: Row = {"other": other, "other_name": names[other], "enemy": enemy, "enemy_name": names[enemy]}
            rows.append({**row, "claims": len(between)})
    return ordered(rows, "other", "enemy")


def friends_of_enemies(claims: list[Claim], actor: str) -> list[Row]:
    names, rows = names_of(claims), []
    for enemy in opponents(claims)[actor] - {actor}:
        friends = Counter(
            subject
            for claim in claims
            if claim.holds and below(claim, "supports")
            for subject, object in directions(claim)
            if object == enemy and subject not in {actor, enemy}
        )
        for other, count in friends.items():
            row: Row = {"other": other, "other_name": names[other], "enemy": enemy, "enemy_name": names[enemy]}
            rows.append({**row, "claims": count})
    return ordered(rows, "other", "enemy")


def actors(claims: list[Claim]) -> list[Row]:
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for subject, relation, object in edges(claims):
        for actor in {subject, object} if subject != object else ():
            mutual = TERMS.relations[relation].symmetric
            counts[actor]["edges"] += 1
            counts[actor]["edges_out"] += mutual or actor == subject
            counts[actor]["edges_in"] += mutual or actor == object
            counts[actor][TERMS.ancestors(relation)[-1]] += 1
    columns = ("edges", "edges_out", "edges_in", "supports", "opposes", "engages", "ties")
    names = names_of(claims)
    return [
        {"actor": actor, "actor_name": names[actor], **{column: found[column] for column in columns}}
        for actor, found in sorted(counts.items(), key=lambda item: (-item[1]["edges"], item[0]))
    ]


def profile(claims: list[Claim], actor: str) -> list[Row]:
    groups: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for (subject, relation, object), group in edges(claims).items():
        mutual = TERMS.relations[relation].symmetric
        if actor == subject:
            groups["both" if mutual else "out", relation, object] += group
        if actor == object and not (mutual and subject == object):
            groups["both" if mutual else "in", relation, subject] += group
    names = names_of(claims)
    return [
        {"direction": direction, "relation": relation, "other": other, "other_name": names[other], **span(group)}
        for (direction, relation, other), group in sorted(groups.items())
    ]


def mediators(claims: list[Claim], actor: str | None = None) -> list[Row]:
    parties: dict[tuple[str, str], set[str]] = defaultdict(set)
    said: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.holds and below(claim, "mediatesBetween"):
            parties[claim.article.id, claim.subject.id].add(claim.object.id)
    for claim in claims:
        for a in (found := parties.get((claim.article.id, claim.subject.id), set())):
            for b in found:
                if a < b and actor in {None, claim.subject.id, a, b}:
                    said[claim.subject.id, a, b].append(claim)
    names = names_of(claims)
    return [
        {
            "mediator": mediator,
            "mediator_name": names[mediator],
            "a": a,
            "a_name": names[a],
            "b": b,
            "b_name": names[b],
            "articles": articles(group),
            **first_and_last(group),
        }
        for (mediator, a, b), group in sorted(said.items())
    ]


def dyads(claims: list[Claim]) -> list[Row]:
    groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.holds and claim.subject.id != claim.object.id:
            a, b = sorted((claim.subject.id, claim.object.id))
            groups[a, b].append(claim)
    names = names_of(claims)
    return [
        {"a": a, "a_name": names[a], "b": b, "b_name": names[b], **signs(group)}
        for (a, b), group in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def monthly(claims: list[Claim], a: str | None = None, b: str | None = None) -> list[Row]:
    groups: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.holds and claim.article.published and {a, b} - {None} <= {claim.subject.id, claim.object.id}:
            groups[claim.article.published[:7]].append(claim)
    return [{"month": month, **signs(group)} for month, group in sorted(groups.items())]


def publishers(claims: list[Claim], a: str, b: str) -> list[Row]:
    groups: dict[str | None, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.modality == "actual" and (claim.subject.id, claim.object.id) in {(a, b), (b, a)}:
            groups[claim.article.publisher].append(claim)
    rows: list[Row] = []
    for publisher, group in groups.items():
        holding = [claim for claim in group if claim.holds]
        row: Row = {"publisher": publisher, "articles": articles(group), **signs(holding)}
        rows.append({**row, "denials": len(group) - len(holding)})
    return ordered(rows, "publisher")
