"""Why rows gave no claim: one problem for all that have the reason in common. For `events`."""

from collections.abc import Iterable

import msgspec

from kg.errors import PROBLEMS, Problem, problem

_TOLD = 500  # reasons of one code that are told one by one


class Lack(msgspec.Struct, frozen=True):
    """Why a row gives no claim, or what of it is ignored: code, message and nearest valid thing of a problem."""

    code: str
    message: str
    near: str | None = None


class _Count(msgspec.Struct):
    """In which row first and last, and in how many."""

    first: int
    last: int = -1
    rows: int = 0


class Notes:
    """Counts the reasons, however many rows there are."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._met: dict[str, dict[Lack, _Count]] = {}  # by code

    def add(self, lack: Lack, line: int) -> None:
        """A row that has it."""
        met = self._met.setdefault(lack.code, {})
        if lack not in met and len(met) >= _TOLD:
            lack = Lack(lack.code, "further rows, for other reasons of this kind")
        count = met.setdefault(lack, _Count(line))
        count.rows += count.last != line
        count.last = line

    def add_all(self, lacks: Iterable[Lack], line: int) -> None:
        """What of a row is ignored."""
        for lack in lacks:
            self.add(lack, line)

    def unreadable(self, about: Problem) -> None:
        """A row that is none."""
        self.add(Lack(about.code, about.message, about.near), about.line or 0)

    def row(self, lacks: list[Lack], line: int, statements: int) -> None:
        """A row in which some of the statements make no claim: an error always counts, a note where none makes one."""
        errors = [lack for lack in lacks if PROBLEMS[lack.code][0] == "error"]
        self.add_all(dict.fromkeys(errors), line)
        if not errors and len(lacks) == statements:
            reasons = "; ".join(dict.fromkeys(lack.message for lack in lacks))
            self.add(Lack("passed-over", reasons), line)

    def problems(self) -> list[Problem]:
        """All of them, by their first lines."""
        found = [
            problem(lack.code, lack.message, self._path, count.first or None, lack.near, count=count.rows)
            for met in self._met.values()
            for lack, count in met.items()
        ]
        return sorted(found, key=lambda about: about.line or 0)
