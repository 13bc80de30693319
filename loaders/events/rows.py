"""The rows of a file, one at a time. For `events`."""

from collections.abc import Iterator
from typing import Literal

from kg.errors import Problem, problem
from kg.sources import Source

from .. import _bytes, _rows
from .._rows import Row


def rows(source: Source, form: Literal["csv", "tsv"]) -> Iterator[Row | Problem]:
    """Every row that is not blank, a header included; a problem for one that cannot be read. Raises OSError."""
    if form == "tsv":
        yield from _lines(source)
    else:
        with _rows.decoded(source.open()) as text:
            yield from _rows.rows(text, source.name)


def _lines(source: Source) -> Iterator[Row | Problem]:
    """The lines of a file, cut at tabs; quotation marks are characters."""
    for line in _bytes.lines(source):
        if not isinstance(line, bytes):
            yield line
            continue
        number = source.line or 0
        try:
            yield Row(number, line.decode().split("\t"))
        except UnicodeDecodeError as error:
            yield problem("bad-encoding", f"the row is not UTF-8: {error.reason}", source.name, number)
