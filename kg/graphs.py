"""Claims as a networkx graph: one edge for each subject, relation and object that some claim states."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kg import entities
from kg.claim import Claim, day_bounds, valid_bounds
from kg.errors import UsageError
from kg.ontology import Ontology, load

if TYPE_CHECKING:
    import networkx

_EVER = ("0001-01-01", "9999-12-31")


def graph(
    claims: Iterable[Claim],
    *,
    as_of: str | None = None,
    since: str | None = None,
    until: str | None = None,
    ontology: Ontology | None = None,
) -> "networkx.MultiDiGraph[str]":
    """The edges that some claim states, as a networkx.MultiDiGraph whose edge keys are relations.

    Nodes (entity ids) have `name`, `kinds`, `aliases` and `same_as`. Edges have `claims` (ids of the claims that hold),
    `articles` (how many), `denials` (claims that it is not so), `sign` (+1, -1, 0), `weight` (the number of claims),
    `symmetric`, and `first` and `last`, the least and greatest date of publication. An edge that holds both ways
    stands once, from the lesser id to the greater. Planned, requested and possible claims state no edge.

    `as_of` (ISO day) keeps the claims that held on that day, `since` and `until` those that held at some time between;
    a claim that says no date matches every one. Claims with relations of one's own need their `ontology`
    (`store.ontology`). Raises UsageError for what is no day, for a time that ends before it begins, and for a relation
    that the ontology lacks.
    """
    import networkx

    terms = ontology or load()
    kept = within(claims, as_of=as_of, since=since, until=until)
    unknown = sorted({claim.relation for claim in kept} - terms.relations.keys())
    if unknown:
        raise UsageError(f"not in the ontology: {', '.join(unknown)}; pass ontology=store.ontology")
    holding: dict[tuple[str, str, str], list[Claim]] = {}
    denied: dict[tuple[str, str, str], int] = {}
    for claim in kept:
        key = terms.key(claim)
        if claim.holds:
            holding.setdefault(key, []).append(claim)
        elif claim.negated and claim.modality == "actual":
            denied[key] = denied.get(key, 0) + 1

    made: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    stated = (claim for group in holding.values() for claim in group)
    for node in entities.nodes(entities.mentions(stated).values()):
        made.add_node(node.id, name=node.name, kinds=node.kinds, aliases=node.aliases, same_as=node.same_as)
    for key, group in sorted(holding.items()):
        subject, relation, object = key
        published = sorted(claim.article.published for claim in group if claim.article.published)
        made.add_edge(
            subject,
            object,
            key=relation,
            claims=tuple(sorted(claim.id for claim in group)),
            articles=len({claim.article.id for claim in group}),
            denials=denied.get(key, 0),
            sign=terms.relations[relation].sign,
            weight=len(group),
            symmetric=terms.relations[relation].symmetric,
            first=published[0] if published else None,
            last=published[-1] if published else None,
        )
    return made


def within(
    claims: Iterable[Claim], *, as_of: str | None = None, since: str | None = None, until: str | None = None
) -> list[Claim]:
    """The claims that held on the day `as_of`, or at some time from `since` to `until` (ISO days), in their order.

    A claim that says no date matches every one. Raises UsageError for what is no day, for `as_of` with another, and for
    a time that ends before it begins.
    """
    if as_of is not None and (since is not None or until is not None):
        raise UsageError("as_of is a day, since and until a time; give one or the other")
    first = _day(since if as_of is None else as_of, _EVER[0])
    last = _day(until if as_of is None else as_of, _EVER[1])
    if first > last:
        raise UsageError(f"since {first} is after until {last}")
    if (first, last) == _EVER:
        return list(claims)
    return [claim for claim in claims if _overlaps(claim, first, last)]


def _day(given: str | None, default: str) -> str:
    if given is None:
        return default
    if (day_bounds(given) or (None,))[0] != given:
        raise UsageError(f"“{given}” is no date; write YYYY-MM-DD")
    return given


def _overlaps(claim: Claim, first: str, last: str) -> bool:
    begin, end = valid_bounds(claim)
    return (begin is None or begin <= last) and (end is None or end >= first)
