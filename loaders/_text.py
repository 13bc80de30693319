"""Text as it is: decoded with its offsets untouched, cut into sentences, quoted. Shared by all loaders.

Offsets are code points. Nothing is normalised: a carriage return, a byte order mark, a combining mark are characters.
"""

from bisect import bisect_left, bisect_right
from itertools import pairwise

import sentencex  # type: ignore[import-untyped]  # a compiled module without stubs

from kg.errors import Problem, problem

Span = tuple[int, int]

BOM = "\ufeff"
_LONGEST = 1000  # a longer "sentence" is a list or lines without full stops: it ends at the ends of its lines


def decode(data: bytes, name: str) -> str | Problem:
    """The text of a UTF-8 file, or what is wrong with it."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return problem("bad-encoding", f"{name} is not UTF-8 at byte {error.start}: {error.reason}", name)


def sentences(text: str, language: str | None = None) -> list[Span]:
    """The sentences of a text, in order, by the rules of its language (BCP 47; English where it is not known).

    They do not overlap, and every character that is not blank is in one, except for a byte order mark at the start.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # half of a UTF-16 pair, from a JSON escape
        text = text.encode("utf-8", "replace").decode("utf-8")
    tag = (language or "en").partition("-")[0].lower()
    found = sentencex.get_sentence_boundaries(tag if tag.isascii() else "en", text)
    spans = [span for each in found for span in _lines(text, each["start_index"], each["end_index"])]
    if text.startswith(BOM):
        spans = [(max(begin, 1), end) for begin, end in spans if end > 1]
    return spans


def _lines(text: str, begin: int, end: int) -> list[Span]:
    """The sentence, or its lines where it is too long to be one."""
    if end - begin <= _LONGEST or "\n" not in text[begin:end]:
        return [(begin, end)]
    cuts = [begin + offset + 1 for offset, char in enumerate(text[begin:end]) if char == "\n"]
    return [span for span in pairwise([begin, *cuts, end]) if span[0] < span[1]]


def quote(text: str, spans: list[Span], first: int, last: int) -> tuple[int, int, str]:
    """Begin, end and words of the whole sentences around the characters from `first` to `last` (excluded).

    Cut from the text and trimmed of white space, but never shorter than what it is to hold.

    >>> quote("He left. Iran arms them. So what?", [(0, 9), (9, 25), (25, 33)], 9, 13)
    (9, 24, 'Iran arms them.')
    """
    begin, end = first, last
    if spans:
        begin = min(first, spans[max(bisect_right(spans, first, key=_begin) - 1, 0)][0])
        end = max(last, spans[min(bisect_left(spans, last, key=_end), len(spans) - 1)][1])
    before, after = text[begin:first], text[last:end]
    begin += len(before) - len(before.lstrip())
    end -= len(after) - len(after.rstrip())
    return begin, end, text[begin:end]


def _begin(span: Span) -> int:
    return span[0]


def _end(span: Span) -> int:
    return span[1]
