"""Dates as tables write them. For `events`."""

import functools
import re
from collections.abc import Iterable

from kg.claim import day_bounds
from kg.errors import UsageError

_DIRECTIVES = {
    "%Y": r"(?P<year>\d{4})",
    "%m": r"(?P<month>\d{1,2})",
    "%d": r"(?P<day>\d{1,2})",
    "%H": r"\d\d",
    "%M": r"\d\d",
    "%S": r"\d\d",
    "%%": "%",
}
_KEPT = 10_000  # dates that are not read anew
_LONGEST = 100  # characters of a date
_ISO = ("%Y-%m-%d", "%Y-%m", "%Y")


class Dates:
    """Reads dates in some forms (`%d.%m.%Y`), of which the first that fits counts.

    >>> dates = Dates(["%Y%m%d", "%m/%d/%Y"])
    >>> dates.iso("20160307"), dates.iso("3/7/2016"), dates.iso("2016"), dates.iso("20161399")
    ('2016-03-07', '2016-03-07', None, None)
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self._patterns = [_pattern(form) for form in forms or _ISO]
        self._read = functools.lru_cache(_KEPT)(self._iso)

    def iso(self, text: str) -> str | None:
        """The date as `2016`, `2016-03` or `2016-03-07`; None where it is none."""
        return self._read(text) if len(text) <= _LONGEST else None

    def _iso(self, text: str) -> str | None:
        matches = (pattern.fullmatch(text) for pattern in self._patterns)
        found = (joined(**match.groupdict()) for match in matches if match)
        return next((date for date in found if date), None)


def joined(year: str, month: str | None = None, day: str | None = None) -> str | None:
    """The date of these numbers, up to the first that is not given; None where there is no such date.

    >>> joined("1902", "7", ""), joined("1902", "13")
    ('1902-07', None)
    """
    parts = [part.zfill(2) for part in (year, *((month, day) if month else ())) if part]
    return "-".join(parts) if day_bounds("-".join(parts)) else None


def _pattern(form: str) -> re.Pattern[str]:
    """The form as a pattern: numbers have all their digits where nothing stands between them."""
    pieces = re.split(r"(%.)", form)
    if unknown := [piece for piece in pieces[1::2] if piece not in _DIRECTIVES]:
        raise UsageError(f"the date “{form}” has {unknown[0]}; there are {' '.join(_DIRECTIVES)}")
    if "%Y" not in pieces or len(set(pieces[1::2])) < len(pieces[1::2]):
        raise UsageError(f"the date “{form}” is to have %Y, and each part once")
    pattern = "".join(_DIRECTIVES[piece] if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
    separated = all(pieces[2:-1:2])
    return re.compile(pattern if separated else pattern.replace("{1,2}", "{2}"), re.ASCII)
