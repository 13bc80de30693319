"""Places in a text that doccano counted in units which its export does not name. For `doccano`.

Its page counts UTF-16 units, or visible characters if the project says so, and CR LF as one; what other programs put
in mostly counts code points.
"""

import unicodedata
from collections.abc import Callable, Iterator

from .._text import Span

CODE_POINTS = "code points"

_JOINER = "\u200d"
_SKIN_TONES = "\U0001f3fb", "\U0001f3ff"
_BMP = "\uffff"

Widths = Callable[[str, str], int]  # how many units a character is behind another; 0: it is part of that one's


def read_places(text: str, places: list[Span]) -> tuple[list[Span], str]:
    r"""The places in code points, end excluded, and the units in which they were counted.

    Those units count in which the fewest places cut a word, touch a blank or lie outside of the text; among equals the
    first of code points, UTF-16 units, both again with CR LF as one, and visible characters.

    >>> read_places("\U0001f973 Iran", [(3, 7)]), read_places("a\r\nIran", [(2, 6)])
    (([(2, 6)], 'UTF-16 units'), ([(3, 7)], 'code points, CR LF as one'))
    """
    fewest = _odd(text, places)
    best, units = places, CODE_POINTS
    if fewest and ("\r\n" in text or not text.isascii()):
        for name, widths in _UNITS.items():
            reading = _read(_starts(text, widths), places)
            if (odd := _odd(text, reading)) < fewest:
                fewest, best, units = odd, reading, name
    return best, units


def _starts(text: str, widths: Widths) -> list[int]:
    """Where each unit begins, in code points; inside of a character of several units it is -1."""
    return [*_each_start(text, widths), len(text)]


def _each_start(text: str, widths: Widths) -> Iterator[int]:
    before = ""
    for at, char in enumerate(text):
        width = widths(char, before)
        if width:
            yield from (at, *(-1 for _ in range(width - 1)))
        before = char


def _read(starts: list[int], places: list[Span]) -> list[Span]:
    def at(place: int) -> int:
        return starts[place] if 0 <= place < len(starts) else place

    return [(at(begin), at(end)) for begin, end in places]


def _odd(text: str, places: list[Span]) -> int:
    """How many places cut a word, touch a blank or lie outside of the text."""
    whole = (0 <= begin < end <= len(text) and not _is_odd(text, begin, end) for begin, end in places)
    return len(places) - sum(whole)


def _is_odd(text: str, begin: int, end: int) -> bool:
    return _cuts(text, begin) or _cuts(text, end) or text[begin].isspace() or text[end - 1].isspace()


def _cuts(text: str, at: int) -> bool:
    """Whether a place lies within a word."""
    return text[at - 1 : at].isalnum() and text[at : at + 1].isalnum()


def _utf16(char: str, before: str) -> int:
    return 1 + (char > _BMP)


def _visible(char: str, before: str) -> int:
    """Marks, the parts of joined emoji, and tones of skin belong to what they stand behind."""
    low, high = _SKIN_TONES
    joined = _JOINER in (char, before) or low <= char <= high
    return int(not (joined or unicodedata.category(char).startswith("M")))


def _line_end_as_one(widths: Widths) -> Widths:
    return lambda char, before: 0 if (before, char) == ("\r", "\n") else widths(char, before)


# Other than code points, the likelier first.
_UNITS: dict[str, Widths] = {
    "UTF-16 units": _utf16,
    "code points, CR LF as one": _line_end_as_one(lambda char, before: 1),
    "UTF-16 units, CR LF as one": _line_end_as_one(_utf16),
    "visible characters": _line_end_as_one(_visible),
}
