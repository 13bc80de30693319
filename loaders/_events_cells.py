"""Rows of cells, and what templates make of them. For `events`."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

from kg.errors import UsageError

from ._csv_rows import folded
from ._events_spec import TableSpec, Texts

Cells = Sequence[str]
Values = Mapping[str, str]  # cells by the folded names of their columns; one that says nothing is blank

_T = TypeVar("_T")
_KEPT = 50_000  # things that a memo holds: rows that are alike mostly stand together
_LONGEST_KEPT = 2000  # characters of the cells that one is made of
LONGEST_MATCHED = 1000  # characters of a cell that patterns are tried on: some take the square of its length
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|[{}]")


class Template:
    """A text with columns in braces, or several of which the first that is not blank counts.

    >>> Template(("{Name}", "{{{Code}}} of {Year}")).filled({"name": "", "code": "7", "year": "2016"})
    '{7} of 2016'
    """

    def __init__(self, texts: Texts | None) -> None:
        self._texts = [_pieces(text) for text in ([texts] if isinstance(texts, str) else texts or ())]
        self.columns = tuple(dict.fromkeys(column for _, columns in self._texts for column in columns))

    def possible(self, columns: set[str]) -> bool:
        """Whether a file with these columns can have it."""
        return not self._texts or any(columns >= {*needed} for _, needed in self._texts)

    def filled(self, values: Values) -> str:
        """The first text that is not blank, or the empty string."""
        return next(self.all_filled(values), "") if self._texts else ""

    def all_filled(self, values: Values) -> Iterator[str]:
        """Each text that is not blank."""
        for form, columns in self._texts:
            cells = [values[column] for column in columns]
            if all(cells):
                yield form.format(*cells)


def _pieces(text: str) -> tuple[str, tuple[str, ...]]:
    """A format string with `{}` for each column, and the columns."""
    columns = []

    def piece(match: re.Match[str]) -> str:
        if match[1]:
            columns.append(folded(match[1]))
            return "{}"
        if len(match[0]) == 1:
            raise UsageError(f"the template “{text}” has a brace without its partner; write it twice if it is meant")
        return match[0]

    return _TOKEN.sub(piece, text), tuple(columns)


class Part:
    """A column that is cut out of another."""

    def __init__(self, source: str, pattern: re.Pattern[str], group: str) -> None:
        self.source, self._pattern, self._group = source, pattern, group

    def cut(self, cell: str) -> str:
        """The part of the cell, blank where the cell is of another form."""
        match = self._pattern.fullmatch(cell) if len(cell) <= LONGEST_MATCHED else None
        return (match[self._group] or "").strip() if match else ""


class Columns:
    """What the description of a table says of its columns, whatever their order in a file."""

    def __init__(self, table: TableSpec) -> None:
        self._empty = {"", *table.empty}
        self._whole = set(map(folded, table.whole))
        self._parts = {
            folded(group): Part(folded(column), found, group)
            for column, text in table.parts.items()
            for found in [pattern(text)]
            for group in found.groupindex
        }

    def available(self, names: Collection[str]) -> set[str]:
        """The columns that a file with these folded names gives, with those that are cut out of them."""
        return {*names, *(column for column, part in self._parts.items() if part.source in names)}

    def sources(self, columns: Iterable[str]) -> tuple[str, ...]:
        """The columns of the file that these are made of."""
        found = (self._parts[column].source if column in self._parts else column for column in columns)
        return tuple(dict.fromkeys(found))

    def values(self, cells: Iterable[tuple[str, str]], columns: Iterable[str]) -> Values:
        """The values of columns, from the cells of their sources by name."""
        values = {column: self._clean(column, cell) for column, cell in cells}
        parts = {column: self._parts[column] for column in columns if column in self._parts}
        return values | {column: part.cut(values.get(part.source, "")) for column, part in parts.items()}

    def _clean(self, column: str, cell: str) -> str:
        cell = " ".join(cell.split())
        if cell in self._empty:
            return ""
        return cell.removesuffix(".0") if column in self._whole else cell


def pattern(text: str) -> re.Pattern[str]:
    """The regular expression. Raises UsageError for what is none."""
    try:
        return re.compile(text)
    except re.error as error:
        raise UsageError(f"“{text}” is no regular expression: {error}") from error


class Layout:
    """The columns of a file in their order."""

    def __init__(self, names: Iterable[str], columns: Columns) -> None:
        self.names = [folded(name) for name in names]
        self.columns = columns
        self._places = {name: place for place, name in reversed(list(enumerate(self.names)))}

    def place(self, column: str) -> int | None:
        """Where a column stands, if it is there."""
        return self._places.get(folded(column))

    def memo(self, columns: Iterable[str], make: Callable[[Values], _T]) -> "Memo[_T]":
        """What `make` makes of these columns."""
        columns = tuple(dict.fromkeys(columns))
        sources = [name for name in self.columns.sources(columns) if name in self._places]
        lacking = dict.fromkeys((*columns, *self.columns.sources(columns)), "")

        def made(cells: Iterable[str]) -> _T:
            return make(lacking | dict(self.columns.values(zip(sources, cells, strict=True), columns)))

        return Memo([self._places[name] for name in sources], made)


class Memo(dict[Any, _T], Generic[_T]):
    """What is made of some cells of a row, kept for other rows that have the same ones."""

    def __init__(self, places: list[int], make: Callable[[Iterable[str]], _T]) -> None:
        self._make = make
        self._key: Callable[[Cells], Any] = itemgetter(*places) if places else _nothing

    def of(self, cells: Cells) -> _T:
        """What is made of a row."""
        return self[self._key(cells)]

    def __missing__(self, key: Any) -> _T:
        if len(self) >= _KEPT:
            self.clear()
        cells = (key,) if isinstance(key, str) else key
        made = self._make(cells)
        if sum(map(len, cells)) <= _LONGEST_KEPT:
            self[key] = made
        return made


def _nothing(_: Cells) -> tuple[()]:
    return ()
