"""The record: a claim says that one article says, in these characters, that one actor stands in a relation to another.

Plain immutable data; nothing here reads a file, an ontology or a store.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Literal, TypeVar, get_args

import msgspec

SCHEMA_VERSION = 1  # of the shape in which stores keep claims: docs/decisions/0003-one-shape.md

Modality = Literal["actual", "planned", "requested", "possible"]
Role = Literal["subject", "object", "relation", "attributed_to"]
MODALITIES: tuple[str, ...] = get_args(Modality)
Mark = tuple[int, int, Role]


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Immutable, hashable, and strict about the names of its fields when it is decoded."""


class Entity(_Record, frozen=True):
    """An entity as one article mentions it.

    `id` is canonical (empty until `kg.entities` has resolved it), `kind` a class of the ontology, `written` the words
    of this article, `same_as` external ids such as `wikidata:Q159`. `name` is empty where the article gives none.
    """

    id: str = ""
    name: str = ""
    kind: str = "Entity"
    written: str = ""
    same_as: tuple[str, ...] = ()


class Article(_Record, frozen=True):
    """Where a claim stands. `published` is the day it became known (ISO date), `language` a BCP 47 tag."""

    id: str
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    author: str | None = None
    language: str | None = None


class Claim(_Record, frozen=True, kw_only=True):
    """One article says that `subject` stands in `relation` to `object`.

    `begin`, `end` (code points, end excluded) and `quote` are the whole sentences from the first to the last mark, cut
    from the text as it is; all three or none. `marks` are the words themselves, as (begin, end, role). `row` is the key
    of a table's row. `attributed_to` is who says so, if not the article itself. `valid_from` and `valid_to` are dates
    as said: `2016`, `2016-10` or `2016-10-12`. `confidence` (0 to 1) is the annotator's. Make one with `new`.
    """

    id: str = ""
    subject: Entity
    object: Entity
    relation: str
    article: Article
    begin: int | None = None
    end: int | None = None
    quote: str | None = None
    marks: tuple[Mark, ...] = ()
    row: str | None = None
    attributed_to: Entity | None = None
    negated: bool = False
    modality: Modality = "actual"
    valid_from: str | None = None
    valid_to: str | None = None
    confidence: float | None = None
    annotator: str | None = None

    @property
    def holds(self) -> bool:
        """Whether somebody says that it is so: not negated, and actual."""
        return not self.negated and self.modality == "actual"

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Subject, object and, where there is one, the claimant."""
        ends = (self.subject, self.object)
        return ends if self.attributed_to is None else (*ends, self.attributed_to)


class Node(msgspec.Struct, frozen=True):
    """An entity as a whole store knows it, derived from its mentions (`kg.entities.node`)."""

    id: str
    name: str
    kinds: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()


def claim_id(claim: Claim) -> str:
    """First 32 hex digits of SHA-256 over the compact JSON array of what makes a claim the same.

    Canonical ids, names, kinds, quote, title and confidence are left out: a better gazetteer, sentence splitter or
    sidecar duplicates nothing.
    """
    said_by = claim.attributed_to
    return identity(
        (
            claim.article.id,
            claim.subject.written,
            claim.relation,
            claim.object.written,
            said_by.written if said_by else None,
            claim.negated,
            claim.modality,
            claim.valid_from,
            claim.valid_to,
            claim.annotator,
            claim.marks,
            claim.row,
        )
    )


def identity(parts: tuple[object, ...]) -> str:
    """The id that follows from these values, which are those of `claim_id` in its order."""
    try:
        compact = _ENCODER.encode(parts)
    except UnicodeEncodeError:  # half of a UTF-16 pair, which the checks are about to find
        compact = json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    return hashlib.sha256(compact).digest()[:16].hex()


def new(subject: Entity, relation: str, object: Entity, article: Article, **fields: object) -> Claim:
    """A claim with its id computed and its names in Unicode NFC; `fields` are the other fields of `Claim`."""
    return identified(Claim(subject=subject, object=object, relation=relation, article=article, **fields))  # type: ignore[arg-type]


def identified(claim: Claim) -> Claim:
    """The claim with its names in NFC and the id that follows from its fields. Quotes stay as they were cut."""
    claim = with_entities(claim, composed)
    article = composed(claim.article)
    if article is not claim.article:
        claim = msgspec.structs.replace(claim, article=article)
    return with_id(claim)


def with_id(claim: Claim) -> Claim:
    """The claim, whose names are in NFC already, with the id that follows from its fields."""
    return msgspec.structs.replace(claim, id=claim_id(claim))


def with_entities(claim: Claim, change: Callable[[Entity], Entity]) -> Claim:
    """The claim with `change` made to its subject, object and claimant."""
    subject, object = change(claim.subject), change(claim.object)
    said_by = claim.attributed_to and change(claim.attributed_to)
    if subject is claim.subject and object is claim.object and said_by is claim.attributed_to:
        return claim
    return msgspec.structs.replace(claim, subject=subject, object=object, attributed_to=said_by)


_Struct = TypeVar("_Struct", Entity, Article)


def composed(record: _Struct) -> _Struct:
    """The record in its one form: strings in NFC, external ids sorted. Nearly always the same object."""
    for value in msgspec.structs.astuple(record):
        if value and (isinstance(value, tuple) or not value.isascii()):
            return _recomposed(record)
    return record


def _recomposed(record: _Struct) -> _Struct:
    changes: dict[str, object] = {
        field: unicodedata.normalize("NFC", value)
        for field in record.__struct_fields__
        if isinstance(value := getattr(record, field), str) and not unicodedata.is_normalized("NFC", value)
    }
    if isinstance(record, Entity) and list(record.same_as) != sorted(set(record.same_as)):
        changes["same_as"] = tuple(sorted(set(record.same_as)))
    return msgspec.structs.replace(record, **changes) if changes else record


_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def day_bounds(said: str | None) -> tuple[str, str] | None:
    """First and last day (ISO dates) of a date as said, or None where there is none or it is no date.

    >>> day_bounds("2016-10")
    ('2016-10-01', '2016-10-31')
    """
    match = _DATE.fullmatch(said or "")
    if not match:
        return None
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        if day:
            last = first
        elif month == "12" or not month:
            last = date(first.year, 12, 31)
        else:
            last = date(first.year, first.month + 1, 1) - timedelta(days=1)
    except ValueError:
        return None
    return first.isoformat(), last.isoformat()


def valid_bounds(claim: Claim) -> tuple[str | None, str | None]:
    """`valid_first` and `valid_last` (ISO days): when the claim held. One end given: open (None) at the other."""
    first, last = day_bounds(claim.valid_from), day_bounds(claim.valid_to)
    return (first[0] if first else None), (last[1] if last else None)


def to_json(claims: Iterable[Claim]) -> Iterator[bytes]:
    """JSON lines (UTF-8, each ending in a newline), keys in the order of the record."""
    return (_ENCODER.encode(claim) + b"\n" for claim in claims)


def from_json(line: bytes | str) -> Claim:
    """The claim on one JSON line, with its id as written. Raises msgspec.ValidationError or DecodeError."""
    return _DECODER.decode(line)


_DECODER = msgspec.json.Decoder(Claim)
_ENCODER = msgspec.json.Encoder()
