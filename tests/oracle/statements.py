"""Questions whose rows are claims, or the articles that they stand in."""

from kg.claim import Claim
from kg.questions import Row
from tests.oracle._shared import TERMS, below, denies, directions, names_of, ordered


def evidence(claims: list[Claim], subject: str, object: str, relation: str | None = None) -> list[Row]:
    names = names_of(claims)
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
        if (subject, object) in directions(claim) and below(claim, relation)
    ]
    return ordered(rows, "published", "article", "claim")


def what_says(claims: list[Claim], actor: str) -> list[Row]:
    names = names_of(claims)
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
    return ordered(rows, "published", "article", "claim")


def denials(claims: list[Claim], actor: str | None = None) -> list[Row]:
    names = names_of(claims)
    rows: list[Row] = [
        {
            "published": claim.article.published,
            "article": claim.article.id,
            "subject": claim.subject.id,
            "subject_name": names[claim.subject.id],
            "relation": claim.relation,
            "object": claim.object.id,
            "object_name": names[claim.object.id],
            "attributed_to": claim.attributed_to.id if claim.attributed_to else None,
            "attributed_to_name": names[claim.attributed_to.id] if claim.attributed_to else None,
            "quote": claim.quote,
            "claim": claim.id,
        }
        for claim in claims
        if denies(claim) and (actor is None or actor in {entity.id for entity in claim.entities})
    ]
    return ordered(rows, "published", "article", "claim")


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
    return ordered(rows, "published", "claim")


def planned(claims: list[Claim]) -> list[Row]:
    names = names_of(claims)
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
    return ordered(rows, "published", "article", "claim")


def planned_not_done(claims: list[Claim]) -> list[Row]:
    latest: dict[tuple[str, str, str], str] = {}
    for claim in claims:
        if claim.holds and claim.article.published:
            key = TERMS.key(claim)
            latest[key] = max(latest.get(key, ""), claim.article.published)
    done = {
        claim.id
        for claim in claims
        if claim.article.published and latest.get(TERMS.key(claim), "") >= claim.article.published
    }
    return [row for row in planned(claims) if row["claim"] not in done]


def articles_about(claims: list[Claim], actor: str) -> list[Row]:
    rows: dict[str, Row] = {}
    for claim in claims:
        if actor not in {entity.id for entity in claim.entities}:
            continue
        article = claim.article
        row = rows.setdefault(
            article.id,
            {
                "published": article.published,
                "article": article.id,
                "title": article.title,
                "publisher": article.publisher,
                **dict.fromkeys(("as_subject", "as_object", "as_claimant"), 0),
            },
        )
        parts = {"as_subject": claim.subject, "as_object": claim.object, "as_claimant": claim.attributed_to}
        for part, entity in parts.items():
            row[part] = int(row[part] or 0) + (entity is not None and entity.id == actor)
    return ordered(rows.values(), "published", "article")
