"""Problems of one file, each once, in the order of their lines. Shared by all loaders."""

from collections.abc import Iterable

import msgspec

from kg.errors import Problem, problem


class Report:
    """Collects the problems of one input."""

    def __init__(self, path: str, problems: Iterable[Problem] = ()) -> None:
        self.path = path
        self._problems = dict.fromkeys(problems)
        self._repeated: dict[tuple[str, str, str | None], list[int | None]] = {}

    def add(self, code: str, message: str, line: int | None = None, near: str | None = None) -> None:
        """One problem; the same one a second time adds nothing."""
        self._problems[problem(code, message, self.path, line, near)] = None

    def extend(self, problems: Iterable[Problem]) -> None:
        """Problems made elsewhere."""
        self._problems |= dict.fromkeys(problems)

    def repeated(self, code: str, message: str, line: int | None = None, near: str | None = None) -> None:
        """A problem that a file may have many times: reported once, at its first line, with how often it occurs."""
        self._repeated.setdefault((code, message, near), []).append(line)

    def problems(self) -> list[Problem]:
        """All of them, by line; those of the whole file first."""
        counted = [
            problem(
                code, message, self.path, min((line for line in lines if line), default=None), near, count=len(lines)
            )
            for (code, message, near), lines in self._repeated.items()
        ]
        return sorted([*self._problems, *counted], key=lambda about: about.line or 0)


def left_out(wrong: Problem, claims: int) -> Problem:
    """The problem, saying how many claims it costs.

    >>> left_out(problem("wrong-offset", "T1 ends before it begins"), 2).message
    'T1 ends before it begins; 2 claims are left out'
    """
    costs = "1 claim is" if claims == 1 else f"{claims or 'no'} claims are"
    return msgspec.structs.replace(wrong, message=f"{wrong.message}; {costs} left out")
