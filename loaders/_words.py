"""The words of a mention and their place in the text: whether they are there, and where else. Shared by all loaders."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from kg.errors import Problem, problem

from ._text import Span

Spans = tuple[Span, ...]

_WINDOW = 10_000  # how far from the given place the words are looked for
_SHOWN = 60  # how many characters of a mention a message repeats


class Words:
    """Looks up the words of mentions in a text, or takes them as they are where there is none (`text` is None)."""

    def __init__(self, text: str | None, path: str) -> None:
        self._text, self._path = text, path

    def checked(self, id: str, spans: Spans, words: str | None, line: int | None = None) -> tuple[str, Problem | None]:
        """The words of a mention in one line, and what is wrong with them or their place (code points, end excluded).

        `words` are what the file repeats of them, None where it does not. A note (`text-differs`) where only blanks,
        quotation marks or dashes differ: then the text counts. An error (`wrong-offset`) where the place is wrong.
        """
        said = " ".join((words or "").split())
        for begin, end in spans:
            if end <= begin or begin < 0:
                return said, self._wrong(
                    id, spans, words, line, f"holds nothing: it begins at {begin} and ends at {end}"
                )
            if self._text is not None and end > len(self._text):
                what = f"ends at {end}, but the text ends at {len(self._text)}"
                return said, self._wrong(id, spans, words, line, what)
        if self._text is None or not spans:
            return said, None
        there = " ".join(self._cut(spans).split())
        if words is None or said in (there, " ".join(self._cut(joined(spans)).split())):
            return said or there, None
        if _alike(said) == _alike(there):
            message = f"{id} says “{short(said)}”, but the text has “{short(there)}”"
            return there, problem("text-differs", message, self._path, line)
        what = f"says “{short(said)}”, but the text has “{short(there)}”"
        return said, self._wrong(id, spans, words, line, what)

    def _cut(self, spans: Iterable[Span]) -> str:
        text = self._text or ""
        return " ".join(text[begin:end] for begin, end in spans)

    def _wrong(self, id: str, spans: Spans, words: str | None, line: int | None, what: str) -> Problem:
        near = self._occurrence(re.sub(r"\s", " ", words or "").strip(), max(spans[0][0], 0))
        return problem("wrong-offset", f"{id} {what}", self._path, line, near)

    def _occurrence(self, words: str, begin: int) -> str | None:
        """Where the words do occur nearest to a place, not as a part of longer words: `at 120-126`."""
        if not words:
            return None
        begin = min(begin, len(self._flat))
        start = max(begin - _WINDOW, 0)
        window = self._flat[start : begin + _WINDOW]
        whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
        found = [start + match.start() for match in whole.finditer(window)]
        if not found:
            return None
        nearest = min(found, key=lambda place: abs(place - begin))
        return f"at {nearest}-{nearest + len(words)}"

    @cached_property
    def _flat(self) -> str:
        return re.sub(r"\s", " ", self._text or "")


def joined(spans: Iterable[Span]) -> Spans:
    """The spans in order, those that overlap or are at most one character apart as one."""
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin - joined[-1][1] <= 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


_QUOTES = "'\"`\u00b4\u00ab\u00bb" + "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2032\u2033\u2039\u203a"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_ALIKE = str.maketrans(dict.fromkeys(_QUOTES, "'") | dict.fromkeys(_DASHES, "-"))


def _alike(words: str) -> str:
    """The words without blanks, all quotation marks and all dashes alike; forms of one character as well."""
    plain = unicodedata.normalize("NFKC", words.translate(_ALIKE)).translate(_ALIKE)
    return "".join(plain.split()).replace("''", "'")


def short(words: str) -> str:
    """The words, cut to what a message can repeat."""
    return words if len(words) <= _SHOWN else words[:_SHOWN] + "…"


_NOTHING = {"", "null", "none", "nil"}
_WIKIDATA = re.compile(r"wikidata(?:\.org/(?:entity|wiki)/|:)(Q[0-9]+)\b", re.IGNORECASE | re.ASCII)


def external_id(to: str) -> str | None:
    """The external id of a link, its scheme in lower case, or None where it says that there is none.

    >>> external_id("Wikidata:Q159"), external_id("http://www.wikidata.org/entity/Q159"), external_id("Wikidata:NULL")
    ('wikidata:Q159', 'wikidata:Q159', None)
    """
    if match := _WIKIDATA.search(to):
        return f"wikidata:{match[1].upper()}"
    scheme, _, rest = to.partition(":")
    if rest.strip().casefold() in _NOTHING or "notinwiki" in to.casefold():
        return None
    return f"{scheme.casefold()}:{rest}"
