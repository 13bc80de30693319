"""The data blocks of the page: JSON, gzip, base64, and the texts of claims without what can be told from the rest.

A quote of a claim repeats names and is repeated by marks. It is kept with one character in place of each marked name
(`PLACES`), so that the names, the marks on them and their lengths need not be said again; an id, which follows from
the fields of its claim, is left out too. `assets/evidence.js` puts everything back.
"""

import base64
import gzip
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import msgspec

from kg.claim import MODALITIES, Mark, identity
from kg.view.model import ViewModel

SHARD = 1024  # claims whose texts are unpacked together
ROLES = ("subject", "object", "attributed_to", "relation")
PLACES = {"subject": "\x01", "object": "\x02", "attributed_to": "\x03"}  # what stands for a marked name
LITERAL = "\x04"  # before a quote that holds such characters itself
_SPECIAL = re.compile(f"[{''.join(PLACES.values())}{LITERAL}]")


def pack(data: object) -> str:
    """JSON, gzip, base64: text that no HTML parser takes for anything else. Equal data gives equal text."""
    return base64.b64encode(gzip.compress(msgspec.json.encode(data), 6, mtime=0)).decode("ascii")


def shards(model: ViewModel) -> list[str]:
    """The evidence of SHARD claims each, packed."""
    columns = {name: column for name, column in shortened(model).items() if column.count(None) < len(column)}
    parts = (
        {name: column[first : first + SHARD] for name, column in columns.items()}
        for first in range(0, len(model.evidence.id), SHARD)
    )
    with ThreadPoolExecutor() as pool:  # zlib leaves the interpreter to others while it works
        return list(pool.map(pack, parts))


class _Shortened(NamedTuple):
    """A quote with places for names, and its other marks: begin within the quote, length, role, one after another."""

    quote: str | None
    marks: tuple[int, ...]


def shortened(model: ViewModel) -> dict[str, list[Any]]:
    """The columns of the evidence; what has its usual value is None, and a column of only such values may be left out.

    Usual are: the id that follows from the claim, a written form that is the actor's name, no marks, no value.
    """
    evidence = model.evidence
    names = _names(model)
    written = list(zip(evidence.subject_written, evidence.object_written, evidence.claimant_written, strict=True))
    texts = [
        _places(quote, begin, marks, dict(zip(ROLES, forms, strict=False)))
        for quote, begin, marks, forms in zip(evidence.quote, evidence.begin, evidence.marks, written, strict=True)
    ]
    unusual = [
        [None if form == name else form for form, name in zip(forms, usual, strict=True)]
        for forms, usual in zip(written, names, strict=True)
    ]
    forms = dict(
        zip(("subject_written", "object_written", "claimant_written"), zip(*unusual, strict=True), strict=False)
    )
    return {
        "id": [None if id == usual else id for id, usual in zip(evidence.id, _ids(model), strict=True)],
        "quote": [text.quote for text in texts],
        "begin": list(evidence.begin),
        "marks": [text.marks or None for text in texts],
        **{name: list(getattr(evidence, name)) for name in ("row", "valid_from", "valid_to", "annotator")},
        **{name: list(column) for name, column in forms.items()},
    }


def _names(model: ViewModel) -> Iterator[tuple[str, str, str | None]]:
    """What the subject, object and claimant of each claim are called on the page."""
    name, lines, claims = model.actors.name, model.lines, model.claims
    for line, (source, target) in enumerate(zip(lines.source, lines.target, strict=True)):
        for claim in range(lines.start[line], lines.start[line + 1]):
            ends = (target, source) if claims.swapped[claim] else (source, target)
            claimant = claims.claimant[claim]
            yield name[ends[0]], name[ends[1]], None if claimant < 0 else name[claimant]


def _ids(model: ViewModel) -> Iterator[str]:
    """The id that follows from the fields of each claim."""
    evidence, claims = model.evidence, model.claims
    columns = (
        [model.articles.id[article] for article in claims.article],
        evidence.subject_written,
        [model.relations[relation].name for relation in claims.relation],
        evidence.object_written,
        evidence.claimant_written,
        map(bool, claims.negated),
        [MODALITIES[modality] for modality in claims.modality],
        evidence.valid_from,
        evidence.valid_to,
        evidence.annotator,
        evidence.marks,
        evidence.row,
    )
    return map(identity, zip(*columns, strict=True))


def _places(quote: str | None, begin: int | None, marks: tuple[Mark, ...], forms: dict[str, str | None]) -> _Shortened:
    """The quote with places for the marked names, where that says the same; else as it is."""
    start = begin or 0
    if quote is None or begin is None or list(marks) != sorted(marks) or _SPECIAL.search(quote):
        return _literal(quote, start, marks)
    pieces: list[str] = []
    rest: list[int] = []
    at = 0
    for begins, ends, role in marks:
        first, last = begins - start, ends - start
        form = forms.get(role)
        if form and first >= at and last - first == len(form) and quote.startswith(form, first):
            pieces += (quote[at:first], PLACES[role])
            at = last
        else:
            rest += (first, last - first, ROLES.index(role))
    return _Shortened("".join((*pieces, quote[at:])), tuple(rest)) if pieces else _literal(quote, start, marks)


def _literal(quote: str | None, start: int, marks: tuple[Mark, ...]) -> _Shortened:
    rest = tuple(number for first, last, role in marks for number in (first - start, last - first, ROLES.index(role)))
    return _Shortened(f"{LITERAL}{quote}" if quote and _SPECIAL.search(quote) else quote, rest)
