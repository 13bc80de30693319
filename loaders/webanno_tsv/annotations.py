"""The annotations in the rows of WebAnno TSV 3. For `webanno_tsv`.

The cells of an annotation stand in the row of each of its tokens. They belong together by the id behind their values,
or, without one, by their place among those in the cell.
"""

import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from .._features import local
from .._layers import Annotation, Link, placed
from .._offsets import Utf16
from .._report import Report
from . import rows
from .rows import Column, Entry, Table, Unit

_ENDS = ("Governor", "Dependent")  # the features of a relation that hold its ends, which TSV leaves out
_LINK = re.compile(r".*(->[0-9]+-[0-9]+)", re.ASCII)  # an element of a chain: its number, and that in the chain


class _Draft(msgspec.Struct):
    """An annotation that is put together from cell after cell."""

    id: str
    layer: str
    units: list[Unit] = []
    features: dict[str, str] = {}
    roles: dict[str, list[Entry]] = {}
    targets: dict[Column, list[Entry]] = {}
    source: tuple[Column, Entry] | None = None
    chain: bool = False


def annotations(table: Table, text: str, report: Report) -> list[Annotation]:
    """The annotations of a file, and the tokens that relations between tokens stand on."""
    builder = _Builder(table, text)
    for sentence in table.sentences:
        for unit in sentence.units:
            builder.add(unit, report)
    return list(builder.annotations())


class _Builder:
    def __init__(self, table: Table, text: str) -> None:
        self._columns, self._places = table.columns, Utf16(text)
        self._relations = {column.layer for column in table.columns if column.kind == "source"}
        layers = {column.layer for column in table.columns}
        count = Counter(map(local, layers))
        self._names = {layer: local(layer) if count[local(layer)] == 1 else layer for layer in layers}
        self._units: dict[str, Unit] = {}
        self._drafts: dict[tuple[str, str], _Draft] = {}  # by layer, and what tells it from others of the layer
        self._by_id: dict[int, _Draft] = {}
        self._first: dict[tuple[str, str], _Draft] = {}  # by layer and unit
        self._tokens: dict[str, Annotation] = {}

    def add(self, unit: Unit, report: Report) -> None:
        """The cells of one row, each to the annotation that it is a part of."""
        if unit.id in self._units:
            report.add("duplicate-id", f"{unit.id} has a row already", unit.line)
            return
        self._units[unit.id] = unit
        here: dict[tuple[str, int], _Draft] = {}
        for column, cell in zip(self._columns, unit.cells, strict=True):
            for index, written in enumerate(rows.stacked(cell)):
                if column.kind == "chain" and not _LINK.fullmatch(written):
                    continue  # the other column of the layer has its number
                if (column.layer, index) not in here:
                    here[column.layer, index] = self._draft(column, unit, index, written)
                _fill(here[column.layer, index], column, written)

    def _draft(self, column: Column, unit: Unit, index: int, written: str) -> _Draft:
        """The annotation that a cell is the first of in its row: a new one, or one that began in a row before."""
        link = _LINK.fullmatch(written) if column.kind == "chain" else None
        id = 0 if column.kind == "target" or column.layer in self._relations else rows.entry(written).id
        mark = link[1] if link else f"[{id}]" if id else f"{unit.id} {index}"
        draft = self._drafts.get((column.layer, mark))
        if draft is None:
            place = mark if link or id else f"({index + 1})" if index else ""
            draft = _Draft(f"{self._names[column.layer]} {unit.id}{place}", column.layer, chain=link is not None)
            self._drafts[column.layer, mark] = draft
        if id:
            self._by_id.setdefault(id, draft)
        self._first.setdefault((column.layer, unit.id), draft)
        draft.units.append(unit)
        return draft

    def annotations(self) -> Iterator[Annotation]:
        """All of them. Complete when all rows are added."""
        for draft in self._drafts.values():
            first = draft.units[0]
            begin, end = min(unit.begin for unit in draft.units), max(unit.end for unit in draft.units)
            spans, wrong = placed(self._places, begin, end)
            yield Annotation(
                id=draft.id,
                layer=draft.layer,
                spans=spans,
                features=tuple(draft.features.items()),
                links=tuple(self._links(draft)),
                ends=_ENDS if draft.layer in self._relations else None,
                chain=draft.chain,
                words=_words(draft.units),
                line=first.line,
                wrong=wrong,
            )
        yield from self._tokens.values()

    def _links(self, draft: _Draft) -> Iterator[Link]:
        if draft.source:
            column, there = draft.source
            yield Link(_ENDS[0], self._target(column.base, there.value or "", there.id))
            yield Link(_ENDS[1], self._target(column.base, draft.units[0].id, there.other))
        for column, targets in draft.targets.items():
            roles = draft.roles.get(column.name, [])
            for index, target in enumerate(targets):
                if target.value is not None:
                    role = roles[index].value if index < len(roles) else None
                    found = self._target(column.base, target.value, target.id)
                    yield Link(column.name, found, rows.unescaped(role or ""), slot=True)

    def _target(self, layer: str, unit: str, id: int) -> str:
        """The annotation of a layer that begins at a unit: the one with this id, else the first, else the token."""
        found = self._drafts.get((layer, f"[{id}]")) or self._by_id.get(id) if id else self._first.get((layer, unit))
        if found:
            return found.id
        if layer not in self._names and not id and unit in self._units:
            return self._token(self._units[unit], layer)
        return f"{local(layer)} {unit}{f'[{id}]' if id else ''}"

    def _token(self, unit: Unit, layer: str) -> str:
        spans, wrong = placed(self._places, unit.begin, unit.end)
        token = Annotation(f"token {unit.id}", layer, spans, words=unit.words, line=unit.line, wrong=wrong)
        return self._tokens.setdefault(unit.id, token).id


def _fill(draft: _Draft, column: Column, written: str) -> None:
    """Take what one cell says into the annotation."""
    if column.kind == "target":
        draft.targets[column] = rows.slots(written)
        return
    said = rows.entry(written)
    if column.kind == "source":
        draft.source = column, said
    elif column.kind == "role":
        draft.roles[column.name] = rows.slots(said.value)
    elif column.kind == "feature" and column.name and said.value is not None:
        draft.features[column.name] = rows.unescaped(said.value)


def _words(units: list[Unit]) -> str:
    """The words of the tokens, a blank between two that do not touch."""
    words, place = "", units[0].begin
    for unit in units:
        words += " " * (unit.begin > place) + unit.words
        place = unit.end
    return words
