"""Claims against the ontology and against themselves: what cannot be kept is an error, what looks odd a note."""

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter

import msgspec

from kg.claim import Article, Claim, Entity, day_bounds, identified
from kg.errors import Problem, problem
from kg.ontology import Ontology
from kg.sources import Source

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

Check = Callable[[Claim, Ontology], Iterator[Problem]]

# Dates, kinds, articles and entities come again and again: what was found of the last ones is kept.
_remembered = functools.lru_cache(1 << 14)
_bounds = _remembered(day_bounds)


def check(
    items: Iterable[Claim | Problem], ontology: Ontology, source: Source | None = None
) -> Iterator[Claim | Problem]:
    """The claims that can be kept, mended where a note says so, and a problem for what could not; in order.

    Problems, also those among the items, get the name of the source and the line at which it is being read.
    """
    for item in items:
        if isinstance(item, Problem):
            yield _placed(item, source)
            continue
        found = [p for rule in ERRORS for p in rule(item, ontology)]
        if not found:
            claim, found = _mended(item, ontology)
            found += _odd(claim, ontology)
            yield claim
        yield from (_placed(p, source) for p in found)


def _placed(found: Problem, source: Source | None) -> Problem:
    """The problem with the place where the source is being read, if it names none itself."""
    if source is None or found.path is not None:
        return found
    return msgspec.structs.replace(found, path=source.name, line=source.line)


def _texts(claim: Claim) -> Iterator[str]:
    """Every text of a claim that came from outside."""
    yield from filter(None, _own_texts(claim))
    yield from _texts_of(claim.article)
    for entity in claim.entities:
        yield from _texts_of(entity)


_own_texts = attrgetter("id", "relation", "quote", "row", "modality", "valid_from", "valid_to", "annotator")


def _texts_of(record: Article | Entity) -> tuple[str, ...]:
    values = msgspec.structs.astuple(record)
    return tuple(text for value in values for text in ((value,) if isinstance(value, str) else value or ()))


def _is_plain(claim: Claim) -> bool:
    """Whether no text of the claim holds a control character or half of a UTF-16 pair."""
    own = _is_plain_text("".join(filter(None, _own_texts(claim))))
    return own and _is_plain_record(claim.article) and all(map(_is_plain_record, claim.entities))


@_remembered
def _is_plain_record(record: Article | Entity) -> bool:
    return _is_plain_text("".join(_texts_of(record)))


def _is_plain_text(text: str) -> bool:
    return text.isprintable() or not (_CONTROL.search(text) or _SURROGATE.search(text))


def _lone_surrogates(claim: Claim, _: Ontology) -> Iterator[Problem]:
    if not _is_plain(claim) and any(map(_SURROGATE.search, _texts(claim))):
        yield problem("lone-surrogate", f"{_said(claim)}: a text holds half of a UTF-16 pair")


def _unknown_relation(claim: Claim, ontology: Ontology) -> Iterator[Problem]:
    if claim.relation not in ontology.relations:
        near = ontology.nearest_relation(claim.relation)
        yield problem("unknown-relation", f"“{claim.relation}” is no relation of the ontology", near=near)


def _nameless(claim: Claim, _: Ontology) -> Iterator[Problem]:
    if any(not (entity.name or entity.written).strip() for entity in claim.entities):
        yield problem("empty-name", f"{_said(claim)}: an entity has no name")


def _no_article(claim: Claim, _: Ontology) -> Iterator[Problem]:
    if not claim.article.id.strip():
        yield problem("bad-record", f"{_said(claim)}: the article has no id")


def _quote_off(claim: Claim, _: Ontology) -> Iterator[Problem]:
    begin, end, quote = claim.begin, claim.end, claim.quote
    if any(not 0 <= mark[0] < mark[1] for mark in claim.marks):
        yield problem("wrong-offset", f"{_said(claim)}: a mark ends before it begins")
    elif begin is None and end is None and quote is None:
        return
    elif begin is None or end is None or quote is None:
        yield problem("wrong-offset", f"{_said(claim)}: begin, end and quote are given together or not at all")
    elif end - begin != len(quote) or begin < 0:
        yield problem("wrong-offset", f"{_said(claim)}: the quote has {len(quote)} code points, not {begin} to {end}")
    elif any(not begin <= mark[0] < mark[1] <= end for mark in claim.marks):
        yield problem("wrong-offset", f"{_said(claim)}: a mark lies outside of the quote, {begin} to {end}")


ERRORS: tuple[Check, ...] = (_lone_surrogates, _unknown_relation, _nameless, _no_article, _quote_off)


def _mended(claim: Claim, ontology: Ontology) -> tuple[Claim, list[Problem]]:
    """The claim without the values that cannot be used, and a note for each."""
    notes: list[Problem] = []
    changes: dict[str, object] = {}
    for field in ("valid_from", "valid_to"):
        said = getattr(claim, field)
        if said is not None and not _bounds(said):
            notes.append(problem("bad-date", f"{_said(claim)}: {field} “{said}” is no date; ignored"))
            changes[field] = None
    first, last = _bounds(claim.valid_from), _bounds(claim.valid_to)
    if first and last and last[1] < first[0]:
        message = f"{_said(claim)}: valid_to {claim.valid_to} comes before {claim.valid_from}; both are ignored"
        notes.append(problem("bad-date", message))
        changes |= {"valid_from": None, "valid_to": None}
    if claim.confidence is not None and not 0 <= claim.confidence <= 1:
        notes.append(problem("unknown-value", f"{_said(claim)}: confidence {claim.confidence} is not in 0 to 1"))
        changes["confidence"] = None
    published = claim.article.published
    if published is not None and (_bounds(published) or ("",))[0] != published:
        notes.append(problem("bad-date", f"{claim.article.id}: published “{published}” is no full date; ignored"))
        changes["article"] = msgspec.structs.replace(claim.article, published=None)
    for role in ("subject", "object", "attributed_to"):
        entity = getattr(claim, role)
        if entity is not None and not _is_kind(entity.kind, ontology):
            near = ontology.nearest_kind(entity.kind)
            notes.append(problem("unknown-kind", f"“{entity.kind}” is no class of the ontology", near=near))
            changes[role] = msgspec.structs.replace(entity, kind="Entity")
    return (identified(msgspec.structs.replace(claim, **changes)) if changes else claim), notes


@_remembered
def _is_kind(name: str, ontology: Ontology) -> bool:
    return name in ontology.classes and ontology.kind(name) is not None


def _odd(claim: Claim, ontology: Ontology) -> Iterator[Problem]:
    """Notes on a claim that is kept as it is."""
    relation = ontology.relations[claim.relation]
    for entity, place, expected in (
        (claim.subject, "subject", relation.domain),
        (claim.object, "object", relation.range),
    ):
        above = ontology.ancestors(entity.kind)
        # An entity whose class is not known, or is only known to be wider, contradicts nothing.
        if expected not in above and entity.kind not in ontology.ancestors(expected):
            yield problem("range", f"{_said(claim)}: the {place} is a {entity.kind}, not a {expected}")
    if not _is_plain(claim) and any(map(_CONTROL.search, _texts(claim))):
        yield problem("control-character", f"{_said(claim)}: a text holds control characters")


def _said(claim: Claim) -> str:
    return f"{claim.subject.name or claim.subject.written} {claim.relation} {claim.object.name or claim.object.written}"
