"""Claims that more than one row makes: the two sides of a dispute, and consecutive years. For `events`."""

import msgspec

from kg.claim import Claim, Entity, day_bounds

from .._quotes import short
from .cells import Cells, Layout, Template, Values
from .claims import Made, Statement
from .fields import When
from .notes import Lack, Notes
from .spec import PairSpec

_MOST = 1000  # rows of a group, each of which is held against each
_ALONE = Lack("passed-over", "its group has no row on another side at the same time")


class Pairs:
    """Rows of one group, each about those on another side."""

    def __init__(self, spec: PairSpec, statement: Statement, layout: Layout, notes: Notes) -> None:
        self._statement, self._notes = statement, notes
        self._group_text, self._side_text = Template(spec.group), Template(spec.side)
        self._keys = layout.memo((*self._group_text.columns, *self._side_text.columns), self._key)
        self._rows: list[tuple[int, Cells, str]] = []
        self._group = ""
        self._groups: set[str] = set()

    def made(self, line: int, cells: Cells) -> Made:
        """The claims of the group that ends before this row."""
        group, side = self._keys.of(cells)
        if not group or not side:
            return Lack("passed-over", "no group or side")
        if group == self._group and len(self._rows) < _MOST:
            self._rows.append((line, cells, side))
            return []
        if group in self._groups:
            what = "do not stand together; sort the table by it" if group != self._group else f"are more than {_MOST}"
            return Lack("bad-line", f"the rows of group {short(group)} {what}")
        made = self.rest()
        self._group, self._rows = group, [(line, cells, side)]
        self._groups.add(group)
        return made

    def rest(self) -> list[Claim]:
        """The claims of the last group."""
        made = [claim for row in self._rows for claim in self._of(*row)]
        self._rows = []
        return made

    def _of(self, line: int, cells: Cells, side: str) -> list[Claim]:
        """The claims of a row about all on another side; noted where there are none."""
        claims: list[Claim] = []
        lacks = []
        when = self._statement.when(cells)
        for _, other, its_side in self._rows:
            both = _both(when, self._statement.when(other)) if its_side != side else None
            made = self._statement.between(line, cells, other, both) if both else _ALONE
            if isinstance(made, Lack):
                lacks.append(made)
            else:
                claims += made
        if not claims:
            self._notes.row([next((lack for lack in lacks if lack is not _ALONE), _ALONE)], line, 1)
        return claims

    def _key(self, values: Values) -> tuple[str, str]:
        return self._group_text.filled(values), self._side_text.filled(values)


def _both(one: When, other: When) -> When | None:
    """From the later begin to the earlier end; None where one ends before the other begins."""
    begin = max(filter(None, (one.valid_from, other.valid_from)), key=_first, default=None)
    end = min(filter(None, (one.valid_to, other.valid_to)), key=_last, default=None)
    if begin and end and _first(begin) > _last(end):
        return None
    return When(one.article, begin, end, one.lacks)


class Spans:
    """Rows for consecutive years, which become one claim."""

    def __init__(self, statement: Statement) -> None:
        self._statement = statement
        self._ends: tuple[Entity, Entity] | None = None
        self._open: dict[tuple[object, ...], Claim] = {}  # what may go on in the next year

    def made(self, line: int, cells: Cells) -> Made:
        """The claims that came to their end before this row."""
        made = self._statement.made(line, cells)
        return made if isinstance(made, Lack) else [ended for claim in made for ended in self._met(claim)]

    def rest(self) -> list[Claim]:
        """The claims that come to their end with the file."""
        ended, self._open = self._open, {}
        return list(ended.values())

    def _met(self, claim: Claim) -> list[Claim]:
        ends = (claim.subject, claim.object)
        ended = self.rest() if ends != self._ends else []
        self._ends = ends
        key = (claim.relation, claim.negated, claim.modality, claim.article.id)
        before = self._open.get(key)
        if before and _goes_on(before.valid_to, claim.valid_from):
            claim = msgspec.structs.replace(before, valid_to=claim.valid_to)
        elif before:
            ended.append(before)
        self._open[key] = claim
        return ended


def _goes_on(before: str | None, after: str | None) -> bool:
    """Whether one year follows another, or is the same."""
    years = [int(date) for date in (before, after) if date and len(date) == len("2016")]
    return len(years) == 2 and years[1] - years[0] in (0, 1)  # noqa: PLR2004


def _first(date: str) -> str:
    return (day_bounds(date) or (date, date))[0]


def _last(date: str) -> str:
    return (day_bounds(date) or (date, date))[1]
