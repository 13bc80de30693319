"""Every question answered from claims in plain Python, on its own: no store, no query language.

`ORACLES[name](claims, **parameters)` gives the rows that `store.ask(name, **parameters)` must give, entities by id.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable

from kg import entities, ontology
from kg.claim import Claim
from kg.questions import Row

TERMS = ontology.load()


def _names(claims: Iterable[Claim]) -> dict[str, str]:
    return {node.id: node.name for node in entities.nodes(entities.mentions(claims).values())}


def _directions(claim: Claim) -> set[tuple[str, str]]:
    """(subject, object) of a claim, both ways round where its relation holds both ways."""
    pair = (claim.subject.id, claim.object.id)
    return {pair, pair[::-1]} if TERMS.relations[claim.relation].symmetric else {pair}


def _span(claims: list[Claim]) -> dict[str, str | int | None]:
    published = sorted(claim.article.published for claim in claims if claim.article.published)
    return {
        "claims": len(claims),
        "articles": len({claim.article.id for claim in claims}),
        "first": published[0] if published else None,
        "last": published[-1] if published else None,
    }


def _order(rows: list[Row], *columns: str) -> list[Row]:
    return sorted(rows, key=lambda row: tuple((row[c] is not None, row[c]) for c in columns))


def _edges_to(family: str) -> Callable[..., list[Row]]:
    def rows(claims: list[Claim], actor: str) -> list[Row]:
        groups: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for claim in claims:
            if claim.holds and family in TERMS.ancestors(claim.relation):
                for subject, object in _directions(claim):
                    if object == actor:
                        groups[subject, claim.relation].append(claim)
        names = _names(claims)
        return _order(
            [
                {"subject": subject, "subject_name": names[subject], "relation": relation, **_span(group)}
                for (subject, relation), group in groups.items()
            ],
            "subject",
            "relation",
        )

    return rows


def who_whom(claims: list[Claim], relation: str) -> list[Row]:
    groups: dict[tuple[str, str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.holds and relation in TERMS.ancestors(claim.relation):
            subject, object = claim.subject.id, claim.object.id
            if TERMS.relations[claim.relation].symmetric:
                subject, object = sorted((subject, object))
            groups[claim.relation, subject, object].append(claim)
    names = _names(claims)
    return [
        {"subject": s, "subject_name": names[s], "relation": r, "object": o, "object_name": names[o], **_span(group)}
        for (r, s, o), group in sorted(groups.items())
    ]


def evidence(claims: list[Claim], subject: str, object: str, relation: str | None = None) -> list[Row]:
    names = _names(claims)
    rows: list[Row] = [
        {
            "published": claim.article.published,
            "article": claim.article.id,
            "title": claim.article.title,
            "publisher": claim.article.publisher,
            "relation": claim.relation,
            "negated": claim.negated,
            "modality": claim.modality,
            "attributed_to": claim.attributed_to.id if claim.attributed_to else None,
            "attributed_to_name": names[claim.attributed_to.id] if claim.attributed_to else None,
            "quote": claim.quote,
            "claim": claim.id,
        }
        for claim in claims
        if (subject, object) in _directions(claim) and (relation is None or relation in TERMS.ancestors(claim.relation))
    ]
    return _order(rows, "published", "article", "claim")


def what_says(claims: list[Claim], actor: str) -> list[Row]:
    names = _names(claims)
    rows: list[Row] = [
        {
            "published": claim.article.published,
            "article": claim.article.id,
            "subject": claim.subject.id,
            "subject_name": names[claim.subject.id],
            "relation": claim.relation,
            "object": claim.object.id,
            "object_name": names[claim.object.id],
            "negated": claim.negated,
            "modality": claim.modality,
            "quote": claim.quote,
            "claim": claim.id,
        }
        for claim in claims
        if claim.attributed_to and claim.attributed_to.id == actor
    ]
    return _order(rows, "published", "article", "claim")


def dyad_timeline(claims: list[Claim], a: str, b: str, since: str | None = None, until: str | None = None) -> list[Row]:
    def known(day: str | None) -> bool:
        if since is None and until is None:
            return True
        return day is not None and (since or "0") <= day <= (until or "9")

    rows: list[Row] = [
        {
            "published": claim.article.published,
            "subject": claim.subject.id,
            "relation": claim.relation,
            "sign": TERMS.relations[claim.relation].sign,
            "object": claim.object.id,
            "negated": claim.negated,
            "modality": claim.modality,
            "valid_from": claim.valid_from,
            "valid_to": claim.valid_to,
            "attributed_to": claim.attributed_to.id if claim.attributed_to else None,
            "article": claim.article.id,
            "claim": claim.id,
        }
        for claim in claims
        if (claim.subject.id, claim.object.id) in {(a, b), (b, a)} and known(claim.article.published)
    ]
    return _order(rows, "published", "claim")


def both_sides(claims: list[Claim], a: str, b: str) -> list[Row]:
    def backers(side: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for claim in claims:
            if claim.holds and "supports" in TERMS.ancestors(claim.relation):
                for subject, object in _directions(claim):
                    if object == side:
                        found[subject].add(claim.id)
        return found

    of_a, of_b, names = backers(a), backers(b), _names(claims)
    return [
        {"actor": actor, "actor_name": names[actor], "claims_a": len(of_a[actor]), "claims_b": len(of_b[actor])}
        for actor in sorted((of_a.keys() & of_b.keys()) - {a, b})
    ]


def planned(claims: list[Claim]) -> list[Row]:
    names = _names(claims)
    rows: list[Row] = [
        {
            "published": claim.article.published,
            "subject": claim.subject.id,
            "subject_name": names[claim.subject.id],
            "relation": claim.relation,
            "object": claim.object.id,
            "object_name": names[claim.object.id],
            "modality": claim.modality,
            "valid_from": claim.valid_from,
            "valid_to": claim.valid_to,
            "article": claim.article.id,
            "quote": claim.quote,
            "claim": claim.id,
        }
        for claim in claims
        if claim.modality != "actual" and not claim.negated
    ]
    return _order(rows, "published", "article", "claim")


ORACLES: dict[str, Callable[..., list[Row]]] = {
    "who-supports": _edges_to("supports"),
    "who-opposes": _edges_to("opposes"),
    "who-whom": who_whom,
    "evidence": evidence,
    "what-says": what_says,
    "dyad-timeline": dyad_timeline,
    "both-sides": both_sides,
    "planned": planned,
}
