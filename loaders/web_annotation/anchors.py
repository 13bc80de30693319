"""Where a web annotation stands in a text: its quoted words decide, the position and the words around them help.

The standard counts code points, browsers count UTF-16 units, and text that is taken from a page has other blanks than
the page: so a position is right if the quoted words stand there in either count, and else only a hint.
"""

from kg.errors import Problem, problem

from .._offsets import Utf16
from .._quotes import Text
from .._text import Span
from .._words import short
from .items import Place

_AROUND = 100  # characters before and after that are looked at


class Anchors:
    """Finds places in one text. Problems carry `path`."""

    def __init__(self, text: str, language: str | None, path: str) -> None:
        self._text, self._utf16, self._path = Text(text, language), Utf16(text), path

    def span(self, place: Place, id: str, line: int | None = None) -> tuple[Span, bool] | Problem:
        """The characters (code points) that a place of an annotation means, and whether its position says so too.

        Problem `quote-not-found` where the text does not have the words, `quote-ambiguous` where it has them more than
        once and neither the words around them nor the position tell which are meant.
        """
        hints = self._hints(place.position)
        if place.quote is None:
            return place.position or (0, 0), True
        if exact := next((hint for hint in hints if self._text.text[slice(*hint)] == place.quote), None):
            return exact, True
        found = self._text.places(place.quote)[0] if place.quote.strip() else []
        if not found:
            message = f"the text does not have the words of {id}, “{short(place.quote)}”"
            return problem("quote-not-found", message, self._path, line, self._text.nearest(place.quote))
        likely = self._likely(found, place)
        there = [span for span in likely if any(span[0] < end and begin < span[1] for begin, end in hints)] or likely
        if len(there) > 1:
            message = (
                f"the text has the words of {id}, “{short(place.quote)}”, {len(found)} times; say what is around them"
            )
            return problem("quote-ambiguous", message, self._path, line)
        return there[0], place.position is None or there[0] in hints

    def _hints(self, position: Span | None) -> list[Span]:
        """What a position may mean: in UTF-16 units, and in code points."""
        if position is None:
            return []
        begin, end = (self._utf16.code_point(at) for at in position)
        counted = [] if begin is None or end is None else [(begin, end)]
        return [(first, last) for first, last in (*counted, position) if 0 <= first < last]

    def _likely(self, found: list[Span], place: Place) -> list[Span]:
        """Those of the spans with the most of what stands around the place on either side of them."""
        before, after = _bare(place.prefix[-_AROUND:]), _bare(place.suffix[:_AROUND])
        text, wide = self._text.text, 2 * _AROUND

        def likeness(span: Span) -> int:
            begin, end = span
            left = bool(before) and _bare(text[max(begin - wide, 0) : begin]).endswith(before)
            return left + (bool(after) and _bare(text[end : end + wide]).startswith(after))

        best = max(map(likeness, found))
        return [span for span in found if likeness(span) == best]


def _bare(words: str) -> str:
    return "".join(words.split())
