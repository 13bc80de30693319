"""Rows of cells, and what templates make of them. For `events`."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

from kg.errors import UsageError

from .._rows import folded
from .spec import TableSpec, Texts

Cells = Sequence[str]
Values = Mapping[str, str]  # cells by the folded names of their columns; one that says nothing is blank

_T = TypeVar("_T")
_KEPT = 20_000  # things that a memo holds: rows that are alike mostly stand together
_LONGEST_KEPT = 500  # characters of the cells that one is made of
LONGEST_MATCHED = 1000  # characters of a cell that patterns are tried on: some take the square of its length
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]+)\}|[{}]")


class Template:
    """A text with columns in braces, or several of which the first that is not blank counts.

    >>> Template(("{Name}", "{{{Code}}} of {Year}")).filled({"name": "", "code": "7", "year": "2016"})
    '{7} of 2016'
    """

    def __init__(self, texts: Texts | None) -> None:
        self._texts = [_parsed(text) for text in ([texts] if isinstance(texts, str) else texts or ())]
        self._fills = [_fill(form, columns) for form, columns in self._texts]
        self.columns = tuple(dict.fromkeys(column for _, columns in self._texts for column in columns))

    @property
    def bare(self) -> str | None:
        """The column that it is, if it is no more than that."""
        return self.columns[0] if len(self._texts) == 1 and self._texts[0][0] == "{}" else None

    def possible(self, columns: set[str]) -> bool:
        """Whether a file with these columns can have it."""
        return not self._texts or any(columns >= {*needed} for _, needed in self._texts)

    def filled(self, values: Values) -> str:
        """The first text that is not blank, or the empty string."""
        for fill in self._fills:
            if text := fill(values):
                return text
        return ""

    def all_filled(self, values: Values) -> list[str]:
        """Each text that is not blank."""
        return [text for fill in self._fills if (text := fill(values))]


def _parsed(text: str) -> tuple[str, tuple[str, ...]]:
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


def _fill(form: str, columns: tuple[str, ...]) -> Callable[[Values], str]:
    """What puts values into a format string; the result is blank where one of them is."""
    if form == "{}":
        return itemgetter(columns[0])

    def fill(values: Values) -> str:
        cells = [values[column] for column in columns]
        return form.format(*cells) if all(cells) else ""

    return fill


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

    def reading(self, columns: Iterable[str]) -> "Reading":
        """What reads these columns."""
        parts = {column: self._parts[column] for column in columns if column in self._parts}
        sources = (parts[column].source if column in parts else column for column in columns)
        return Reading(tuple(dict.fromkeys(sources)), parts, self.clean)

    def clean(self, column: str, cell: str) -> str:
        """What a cell says, in one line; blank where that is nothing."""
        cell = " ".join(cell.split())
        if cell in self._empty:
            return ""
        return cell.removesuffix(".0") if column in self._whole else cell


class Reading:
    """Reads some columns of rows, from the columns of the file that they are or are cut out of (`sources`)."""

    def __init__(self, sources: tuple[str, ...], parts: Mapping[str, Part], clean: Callable[[str, str], str]) -> None:
        self.sources, self._parts, self._clean = sources, parts, clean
        self._blank = dict.fromkeys((*sources, *parts), "")

    def values(self, cells: Iterable[tuple[str, str]]) -> Values:
        """The values of the columns and of their sources; those of which there is no cell are blank."""
        values = self._blank.copy()
        for column, cell in cells:
            values[column] = self._clean(column, cell)
        for column, part in self._parts.items():
            values[column] = part.cut(values[part.source])
        return values


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
        reading = self.columns.reading(tuple(columns))
        sources = [name for name in reading.sources if name in self._places]

        def made(cells: Iterable[str]) -> _T:
            return make(reading.values(zip(sources, cells, strict=True)))

        return Memo([self._places[name] for name in sources], made)

    def text(self, template: Template) -> Callable[[Cells], str]:
        """What fills a template, of which most rows have another text."""
        column, clean = template.bare, self.columns.clean
        if column is None or column not in self._places:
            return self.memo(template.columns, template.filled).of
        place = self._places[column]
        return lambda cells: clean(column, cells[place])


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
