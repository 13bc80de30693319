"""Event tables: ICEWS, GDELT, POLECAT, UCDP, and any other, each described by a file `tables/NAME.toml`.

A user's own table is read with `--mapping my.toml`; `spec.py` says what stands in such a file. A row is a claim
(or several), in an article that is the story, web page, day or data set that it comes from. Who is in a row is named as
the table does; codes of states become their names. What happened becomes a relation by the mapping of its code book.

What is lost: places, numbers of deaths, intensities, whatever the description does not use. A row with one actor gives
no claim (`passed-over`), nor one whose code says nothing between two actors; a code that nobody knows is an error, told
once with the number of its rows. Events that a table lists from both sides stay two claims: they are two rows. Nothing
is held of a file but one row, or the rows of one group.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from kg.claim import Article, Claim, composed, with_id
from kg.errors import Problem, UsageError, problem
from kg.mappings import Vocabulary
from kg.sources import Source

from .. import _article
from .._rows import Row, folded
from . import rows, spec
from .cells import Cells, Columns, Layout
from .claims import Plan, Statement
from .groups import Pairs, Spans
from .heads import Head, missing
from .notes import Lack, Notes
from .spec import ClaimSpec, TableSpec


class Table:
    """The loader of one table. Raises UsageError for a description that cannot be used, also while it reads."""

    ONE_ARTICLE = False

    def __init__(self, name: str, spec: TableSpec) -> None:
        self._name, self._spec = name, spec
        self.EXTENSIONS = spec.extensions
        with _named(name):
            self._head = Head(spec)

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether a file with this name that begins with these bytes is of the table."""
        return self._head.recognises(name, head)

    def read(self, source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
        """The claims in the order of the rows, then what rows gave none, each reason once with their number."""
        whole = Article(source.article)
        if self._spec.article is None:
            found, about = _article.read_article(source)
            yield from about
            if found is None:
                return
            whole = composed(found)
        notes = Notes(source.name)
        with _named(self._name):
            yield from _Reader(self._spec, vocabulary, whole, notes).read(source)
        yield from notes.problems()


class _Reader:
    """Makes claims of the rows of one file."""

    def __init__(self, spec: TableSpec, vocabulary: Vocabulary, whole: Article, notes: Notes) -> None:
        self._spec, self._vocabulary, self._whole, self._notes = spec, vocabulary, whole, notes
        self._columns = Columns(spec)
        self._names: dict[int, Cells] = {len(names): names for names in spec.columns}  # of the columns, by their number
        self._header: Cells | None = None
        self._statements: dict[int, _Statements] = {}

    def read(self, source: Source) -> Iterator[Claim | Problem]:
        """The claims of all rows, or what is wrong with the header."""
        begun = False
        for row in rows.rows(source, self._spec.form):
            if not isinstance(row, Row):
                self._notes.unreadable(row)
                continue
            source.line = row.line
            if not begun:
                begun = True
                if self._is_header(row.cells):
                    continue
                if not self._names:
                    yield problem("bad-line", self._no_header(row.cells), source.name, row.line)
                    return
            for claim in self._made(row.line, row.cells):
                yield with_id(claim)
        for statements in self._statements.values():
            for statement in statements:
                yield from map(with_id, statement.rest())

    def _is_header(self, cells: Cells) -> bool:
        """Whether the row names the columns that some claim needs; if so, the table has these."""
        there = self._columns.available(set(map(folded, cells)))
        if all(missing(claim, there) for claim in self._spec.claim):
            return False
        self._header, self._names = cells, {len(cells): cells}
        return True

    def _made(self, line: int, cells: Cells) -> list[Claim]:
        """The claims of a row, their ids not computed yet."""
        statements = self._statements.get(len(cells))
        if statements is None:
            cells = self._trimmed(cells)
            statements = self._planned(len(cells))
        if not statements or cells == self._header:
            self._notes.add(self._no_row(cells), line)
            return []
        claims: list[Claim] = []
        lacks = []
        for statement in statements:
            made = statement.made(line, cells)
            if isinstance(made, list):
                claims += made
            else:
                lacks.append(made)
        if lacks:
            self._notes.row(lacks, line, len(statements))
        return claims

    def _trimmed(self, cells: Cells) -> Cells:
        """A row that is too long without the blank cells at its end: POLECAT has files with tabs there."""
        length = len(cells)
        while length and length not in self._names and not cells[length - 1].strip():
            length -= 1
        return cells[:length] if length in self._names else cells

    def _no_row(self, cells: Cells) -> Lack:
        if cells == self._header:
            return Lack("passed-over", "the header once more")
        columns = " or ".join(map(str, self._names))
        return Lack("bad-line", f"the row has {len(cells)} cells, and the table {columns} columns")

    def _planned(self, length: int) -> "_Statements":
        """What is done with rows of so many cells: nothing where the table has none such."""
        if length in self._names and length not in self._statements:
            layout = Layout(self._names[length], self._columns)
            claims = (single for claim in self._spec.claim for single in claim.single())
            self._statements[length] = [self._statement(claim, layout) for claim in claims]
        return self._statements.get(length, [])

    def _statement(self, claim: ClaimSpec, layout: Layout) -> Statement | Pairs | Spans:
        statement = Statement(claim, Plan(self._spec, layout, self._vocabulary, self._whole, self._notes))
        if claim.pairs:
            return Pairs(claim.pairs, statement, layout, self._notes)
        return Spans(statement) if claim.spans else statement

    def _no_header(self, cells: Cells) -> str:
        there = self._columns.available(set(map(folded, cells)))
        return f"the first row names no columns for {' and '.join(missing(self._spec.claim[0], there))}"


_Statements: TypeAlias = list[Statement | Pairs | Spans]


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What is wrong with a description, with the name of its file."""
    try:
        yield
    except UsageError as error:
        raise UsageError(f"{name}.toml: {error}") from error


def table(name: str, own: dict[str, Any] | None = None) -> Table:
    """The loader of one of our tables, or of a user's by the description that he gives.

    Raises UsageError for a description that cannot be used.
    """
    return _shipped(name) if own is None else Table(name, spec.decoded(own, name))


@functools.cache
def _shipped(name: str) -> Table:
    return Table(name, spec.shipped(name))
