"""By what a table is recognised: its header, or the form of its first rows. For `events`."""

import csv
import functools
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatch
from typing import Literal

import msgspec

from .._rows import DELIMITERS, folded
from .cells import LONGEST_MATCHED, Columns, Template, pattern
from .spec import ActorSpec, ClaimSpec, DateParts, TableSpec, Texts, listed

_ROWS = 20  # that are looked at
_FIT = 0.8  # of them, as some may be damaged


class Head:
    """Tells the files of one table from others."""

    def __init__(self, table: TableSpec) -> None:
        tell = table.recognise
        self._form, self._columns = table.form, Columns(table)
        self._files = [name.lower() for name in tell.files]
        self._used = [Template(texts) for texts in _used(table)]
        self._needed, self._without = set(map(folded, tell.columns)), set(map(folded, tell.without))
        self._cells = {folded(column): pattern(text) for column, text in tell.cells.items()}
        self._layouts = {len(names): list(map(folded, names)) for names in table.columns}

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether a file with this name that begins with these bytes is of the table."""
        if self._files and not any(fnmatch(name.lower(), each) for each in self._files):
            return False
        header, *rows = _rows(head, self._form) or ((),)
        names = list(map(folded, header))
        if self._is_header(names):
            return True
        fitting = sum(self._fits(row) for row in (header, *rows))
        return bool(self._layouts) and fitting >= _FIT * (1 + len(rows))

    def _is_header(self, names: Sequence[str]) -> bool:
        there = self._columns.available(names)
        return there >= self._needed and not there & self._without and all(each.possible(there) for each in self._used)

    def _fits(self, row: Sequence[str]) -> bool:
        """Whether a row has as many cells as a file without a header may have, and they are of the form they should."""
        names = self._layouts.get(len(row))
        if names is None:
            return False
        found = {name: cell.strip() for name, cell in zip(names, row, strict=True) if name in self._cells}
        return all(len(cell) <= LONGEST_MATCHED and self._cells[name].fullmatch(cell) for name, cell in found.items())


@functools.lru_cache(4)
def _rows(head: bytes, form: Literal["csv", "tsv"]) -> tuple[Sequence[str], ...]:
    """The first rows that are whole and not blank; kept, as one table after the other looks at them."""
    lines = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", _ROWS)
    texts = [line.decode("utf-8", "replace").rstrip("\r") for line in (lines[:-1] or lines)]
    texts = [text for text in texts if text.strip()]
    if form == "tsv":
        return tuple(text.split("\t") for text in texts)
    delimiter = max(DELIMITERS, key=texts[0].count) if texts else ","
    try:
        return tuple(csv.reader(texts, delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        return ()


def missing(claim: ClaimSpec, there: set[str]) -> list[str]:
    """The templates that a claim cannot do without, and that a file with these columns cannot have."""
    relation = [claim.relation.label, *_columns(claim.relation.flags)]
    needed = [[claim.subject.written, claim.subject.code], [claim.object.written, claim.object.code], relation]
    groups = [[texts for texts in group if texts is not None] for group in needed]
    lacking = [group for group in groups if group and not any(Template(texts).possible(there) for texts in group)]
    return [listed(group[0]) for group in lacking]


def _used(table: TableSpec) -> Iterator[Texts]:
    """All templates of a description."""
    article = msgspec.structs.asdict(table.article).values() if table.article else ()
    yield from (texts for texts in article if texts is not None)
    for claim in table.claim:
        for single in claim.single():
            yield from _of_claim(single)


def _of_claim(claim: ClaimSpec) -> Iterator[Texts]:
    for actor in (claim.subject, claim.object, claim.attributed_to):
        yield from _of_actor(actor) if actor else ()
    for end in (claim.valid_from, claim.valid_to):
        yield from _columns(end.parts) if isinstance(end, DateParts) else [end] if end is not None else ()
    pairs = (claim.pairs.group, claim.pairs.side) if claim.pairs else ()
    texts = (claim.relation.label, claim.row, claim.quote, claim.confidence, claim.annotator, *pairs)
    yield from (each for each in texts if each is not None)
    yield from _columns((*claim.relation.flags, *claim.where, *claim.unless))


def _of_actor(actor: ActorSpec) -> Iterator[Texts]:
    named: tuple[Texts | None, ...] = (actor.written, actor.code)
    if isinstance(actor.written, tuple) and actor.code:
        named = ((*actor.written, actor.code),)
    yield from (each for each in (*named, actor.name, actor.role, actor.kind, actor.same_as) if each is not None)


def _columns(names: Iterable[str]) -> list[str]:
    return [f"{{{name}}}" for name in names]
