"""Which claims go on a page: those of a time, those around an actor, those between the strongest actors."""

from collections import Counter
from collections.abc import Collection, Iterable

from kg import graphs, questions
from kg.claim import Claim, Node
from kg.entities import gazetteer
from kg.errors import UsageError

HOPS = (1, 2)
_NAME = 80  # letters of an actor's name in a note


def choose(
    claims: Collection[Claim],
    nodes: Iterable[Node],
    *,
    actor: str | None = None,
    hops: int = 1,
    since: str | None = None,
    until: str | None = None,
    as_of: str | None = None,
    top: int | None = None,
) -> tuple[list[Claim], str | None]:
    """The claims that stay, in their order, and in words what was cut (None: nothing).

    One after the other: the claims that held at the time (`kg.graphs.within`), of these the ones around the actor
    (`around`), of these the ones between the `top` actors with most claims (`strongest`). `nodes` are the entities of
    all claims. Raises UsageError for what is no day, an actor that is unknown or one of several, and a number out of
    its range.
    """
    if hops not in HOPS:
        raise UsageError(f"hops is 1 or 2, not {hops}")
    if actor is None and hops != 1:
        raise UsageError("hops count from an actor; name one with actor")
    if top is not None and top < 1:
        raise UsageError(f"top is a number of actors from 1 on, not {top}")
    known = {node.id: node for node in nodes}
    centre = None if actor is None else questions.id_among(known.values(), actor)

    kept, cuts = graphs.within(claims, as_of=as_of, since=since, until=until), []
    if len(kept) < len(claims):
        cuts.append(f"held {_time(as_of, since, until)}")
    if centre is not None:
        whole, kept = kept, around(kept, centre, hops)
        if len(kept) < len(whole):
            cuts.append(f"within {hops} step{'s' * (hops > 1)} of {_name(centre, known)}")
    if top is not None:
        ranked = strongest(kept, known, centre)
        if top < len(ranked):
            kept = _between(kept, set(ranked[:top]))
            cuts.append(f"among the top {top:,} of {len(ranked):,} actors by claims")
    return kept, f"{_count(kept)} of {len(claims):,} claims: {', '.join(cuts)}" if cuts else None


def around(claims: Collection[Claim], centre: str, hops: int) -> list[Claim]:
    """The claims whose both ends are at most `hops` claims, of any kind and direction, from the actor with this id."""
    reached = {centre}
    for _ in range(hops):
        reached |= {id for claim in claims if not reached.isdisjoint(_ends(claim)) for id in _ends(claim)}
    return _between(claims, reached)


def strongest(claims: Iterable[Claim], nodes: dict[str, Node], first: str | None = None) -> list[str]:
    """The ids of the actors of the claims, from that with most claims on; the one with the id `first` before all.

    Among equals those come first to whom more is attributed, then the lesser name, then the lesser id.
    """
    about: Counter[str] = Counter()
    says: Counter[str] = Counter()
    for claim in claims:
        about.update(set(_ends(claim)))
        says.update([claim.attributed_to.id] if claim.attributed_to else [])
    return sorted(about, key=lambda id: (id != first, -about[id], -says[id], nodes[id].name, id))


def _between(claims: Iterable[Claim], actors: set[str]) -> list[Claim]:
    return [claim for claim in claims if actors.issuperset(_ends(claim))]


def _ends(claim: Claim) -> tuple[str, str]:
    return claim.subject.id, claim.object.id


def _count(claims: list[Claim]) -> str:
    return f"{len(claims):,}" if claims else "none"


def _time(as_of: str | None, since: str | None, until: str | None) -> str:
    if as_of is not None:
        return f"on {as_of}"
    if since is not None and until is not None:
        return f"between {since} and {until}"
    return f"on {since} or later" if until is None else f"on {until} or earlier"


def _name(id: str, known: dict[str, Node]) -> str:
    name = (known.get(id) or gazetteer().nodes[id]).name
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"
