"""The rows of a table of claims, one at a time: encoding, delimiter, header, cells. For `claims_csv`."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

import msgspec

from kg.errors import Problem, problem

DELIMITERS = ",;\t"

# Of characters in one row. The csv module has a limit of its own for one cell (131,072), which is global and so left
# as it is. Both also end a quotation mark that is never closed.
_LONGEST = 4_194_304
_NO_UTF8 = re.compile("[\udc80-\udcff]")  # how `surrogateescape` marks the bytes that it could not decode
_UTF16 = ("\udcff\udcfe", "\udcfe\udcff")
_SAVE = "save the table as “CSV UTF-8”"


class Row(msgspec.Struct):
    """A row as it stands in the file: the number of its first line, counted from 1, and its cells."""

    line: int
    cells: list[str]


class RowProblems:
    """Collects what the rows give rise to, to be handed on row by row. `line` is where the table is being read."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.line: int | None = None
        self._found: list[Problem] = []
        self._said: set[tuple[str, str]] = set()

    def add(self, code: str, message: str, near: str | None = None) -> None:
        """A problem of this row."""
        self._found.append(problem(code, message, self.path, self.line, near))

    def once(self, code: str, message: str, near: str | None = None, about: str = "") -> None:
        """A problem that other rows may have as well: told at the first of them. `about` tells two of them apart."""
        key = (code, about or message)
        if key not in self._said:
            self._said.add(key)
            self.add(code, message, near)

    def report(self, about: Problem) -> None:
        """A problem made elsewhere; it is one of this row if it names no place."""
        here = msgspec.structs.replace(about, path=self.path, line=self.line)
        self._found.append(here if about.path is None else about)

    def taken(self) -> list[Problem]:
        """What was found since the last call."""
        found, self._found = self._found, []
        return found


def names(header: str) -> list[str]:
    """The names of the columns in a header line, folded.

    >>> names('Subject;"relation";object_kind')
    ['subject', 'relation', 'objectkind']
    """
    return [folded(cell.strip(' "')) for cell in header.strip("\r\n").split(_delimiter(header))]


def folded(name: str) -> str:
    """The name of a column without case, blanks, hyphens and underscores."""
    return re.sub(r"[\s_-]+", "", name).casefold()


def _delimiter(header: str) -> str:
    return max(DELIMITERS, key=header.count)


def decoded(stream: BinaryIO) -> io.TextIOWrapper:
    """The text of a table: a byte order mark dropped, line ends as they are, bytes that are not UTF-8 marked."""
    return io.TextIOWrapper(stream, "utf-8-sig", "surrogateescape", newline="")


def rows(text: io.TextIOWrapper, path: str) -> Iterator[Row | Problem]:
    """Every row that is not blank, the header first; an error for a row that is no row, and for one that is not UTF-8.

    Reading goes on at the line after the one in which such a row begins.
    """
    lines = _Lines(text)
    header = lines.first()
    if header.startswith(_UTF16):
        yield problem("bad-encoding", f"the table is UTF-16 (in Excel “Unicode text”); {_SAVE}", path)
        return
    reader = csv.reader(lines, delimiter=_delimiter(header), skipinitialspace=True, strict=True)
    while True:
        line = lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            lines.give_back()
            message = f"cannot be read as a row: {error}; a quotation mark inside of a cell is written twice"
            yield problem("bad-line", message, path, line)
            continue
        if any(_NO_UTF8.search(cell) for cell in cells if not cell.isascii()):
            yield problem("bad-encoding", f"the row is not UTF-8; {_SAVE}", path, line)
        elif any(map(str.strip, cells)):
            yield Row(line, cells)


class _Lines:
    """The lines of a text, for a reader of rows that may have to go back to the second line of a row."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self._row: list[str] = []
        self._size = 0
        self._number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(_LONGEST)
        if not line:
            raise StopIteration
        self._number += 1
        self._row.append(line)
        self._size += len(line)
        if self._size >= _LONGEST:
            self._skip_rest(line)
            raise csv.Error(f"it is longer than {_LONGEST:,} characters")
        return line

    def _skip_rest(self, line: str) -> None:
        while len(line) == _LONGEST and not line.endswith(("\r", "\n")):
            line = self._text.readline(_LONGEST)

    def first(self) -> str:
        """The first line that is not blank, which stays to be read."""
        while line := self._text.readline(_LONGEST):
            self._again.append(line)
            if line.strip():
                return line
        return ""

    def begin_row(self) -> int:
        """The number of the line that comes next."""
        self._row, self._size = [], 0
        return self._number + 1

    def give_back(self) -> None:
        """Let the lines of this row but the first be read again."""
        again = self._row[1:]
        self._number -= len(again)
        self._again.extendleft(reversed(again))
