"""What several oracles share: names, edges and their claims, and the columns that sum them up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg import entities, ontology
from kg.claim import Claim
from kg.questions import Row

TERMS = ontology.load()
Key = tuple[str, str, str]


def names_of(claims: Iterable[Claim]) -> dict[str, str]:
    """The name of every entity by its id."""
    return {node.id: node.name for node in entities.nodes(entities.mentions(claims).values())}


def below(claim: Claim, relation: str | None) -> bool:
    """Whether the claim's relation is this one or below it; None is any."""
    return relation is None or relation in TERMS.ancestors(claim.relation)


def denies(claim: Claim) -> bool:
    return claim.negated and claim.modality == "actual"


def directions(claim: Claim) -> set[tuple[str, str]]:
    """(subject, object) of a claim, both ways round where its relation holds both ways."""
    pair = (claim.subject.id, claim.object.id)
    return {pair, pair[::-1]} if TERMS.relations[claim.relation].symmetric else {pair}


def edges(claims: Iterable[Claim]) -> dict[Key, list[Claim]]:
    """The claims that hold, by the edge that they state."""
    found: dict[Key, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.holds:
            found[TERMS.key(claim)].append(claim)
    return found


def opponents(claims: Iterable[Claim]) -> dict[str, set[str]]:
    """Everyone's opponents: those with an edge of the opposes family between them, whichever way it runs."""
    found: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        if claim.holds and below(claim, "opposes"):
            found[claim.subject.id].add(claim.object.id)
            found[claim.object.id].add(claim.subject.id)
    return found


def edge(key: Key, names: Mapping[str, str]) -> Row:
    """The columns that say which edge a row is about."""
    subject, relation, object = key
    return {
        "subject": subject,
        "subject_name": names[subject],
        "relation": relation,
        "object": object,
        "object_name": names[object],
    }


def first_and_last(claims: Iterable[Claim]) -> Row:
    published = sorted(claim.article.published for claim in claims if claim.article.published)
    return {"first": published[0] if published else None, "last": published[-1] if published else None}


def articles(claims: Iterable[Claim]) -> int:
    return len({claim.article.id for claim in claims})


def span(claims: list[Claim]) -> Row:
    return {"claims": len(claims), "articles": articles(claims), **first_and_last(claims)}


def signs(claims: list[Claim]) -> Row:
    """How many claims are for, against and neither."""
    counted = [TERMS.relations[claim.relation].sign for claim in claims]
    return {
        "claims": len(claims),
        "supports": counted.count(1),
        "opposes": counted.count(-1),
        "neutral": counted.count(0),
    }


def ordered(rows: Iterable[Row], *columns: str) -> list[Row]:
    """The rows by these columns, nothing first."""
    return sorted(rows, key=lambda row: tuple((row[c] is not None, row[c]) for c in columns))
