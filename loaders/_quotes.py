"""Words that somebody copied from a text, found again in it. For `claims_csv`."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice

from kg.claim import Mark, Role

from . import _text
from ._text import Span

MANY = 1000  # places are counted up to here
_FREQUENT = 500  # a word in more sentences than this says little about any of them
_SHOWN = 80

_QUOTES = '"`\u00b4\u00ab\u00bb' + "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2032\u2033\u2039\u203a"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_ALIKE = str.maketrans(dict.fromkeys(_QUOTES, "'") | dict.fromkeys(_DASHES, "-"))


class Text:
    """A text in which words are looked up: what that takes is made once, when it is first needed."""

    def __init__(self, text: str, language: str | None = None) -> None:
        self.text = text
        self._language = language

    def places(self, words: str) -> tuple[list[Span], bool]:
        r"""Where the words stand, at most a thousand places, and whether the text has them as they are.

        If not, runs of white space count as a blank, and all quotation marks and all dashes are alike.

        >>> Text("The “free\n army” – his own").places('"free army" - his')
        ([(4, 22)], False)
        """
        exact = [(begin, begin + len(words)) for begin in _starts(self.text, words)]
        if exact:
            return exact, True
        plain, _ = self._plain
        alike = _plain(words)
        return [(self._original(at), self._original(at + len(alike) - 1) + 1) for at in _starts(plain, alike)], False

    def sentences_around(self, begin: int, end: int) -> tuple[int, int, str]:
        """Begin, end and words of the whole sentences around these characters."""
        return _text.quote(self.text, self._sentences, begin, end)

    def nearest(self, words: str) -> str | None:
        """The sentence that shares most words with these, rare ones before frequent ones, cut short; or None."""
        shared: Counter[int] = Counter()
        for word in dict.fromkeys(_words(words)):
            numbers = self._sentences_with.get(word, ())
            if len(numbers) <= _FREQUENT:
                shared.update(dict.fromkeys(numbers, 1_000_000 // max(len(numbers), 1)))
        if not shared:
            return None
        begin, end = self._sentences[min(shared, key=lambda number: (-shared[number], number))]
        return short(self.text[begin:end])

    @cached_property
    def _sentences(self) -> list[Span]:
        return _text.sentences(self.text, self._language)

    @cached_property
    def _sentences_with(self) -> dict[str, list[int]]:
        """The numbers of the sentences by the words in them."""
        numbers: dict[str, list[int]] = {}
        for number, (begin, end) in enumerate(self._sentences):
            for word in dict.fromkeys(_words(self.text[begin:end])):
                numbers.setdefault(word, []).append(number)
        return numbers

    @cached_property
    def _plain(self) -> tuple[str, list[tuple[int, int]]]:
        """The text as `_plain` folds it, and from which place on how many characters of the text are missing in it."""
        missing = [(0, 0)]
        for run in re.finditer(r"\s\s+", self.text):
            lost = missing[-1][1] + len(run[0]) - 1
            missing.append((run.end() - lost, lost))
        return _plain(self.text), missing

    def _original(self, place: int) -> int:
        """The place in the text of a character of the folded one that is no blank."""
        _, missing = self._plain
        return place + missing[bisect_right(missing, place, key=lambda each: each[0]) - 1][1]


def marks(words: str, begin: int, written: Mapping[Role, str]) -> tuple[Mark, ...]:
    """The marks for words that state a relation and stand at `begin`: their own, and those of the parts in them.

    A part is marked where its written form stands exactly once, as words of their own if it does so anywhere.

    >>> marks("US aid reached the USA", 100, {"subject": "US", "object": "Mali"})
    ((100, 102, 'subject'), (100, 122, 'relation'))
    """
    inside = Text(words)
    found: list[Mark] = [(begin, begin + len(words), "relation")]
    for role, form in written.items():
        places, _ = inside.places(form) if form else ([], True)
        whole = [place for place in places if _is_whole(words, place)] or places
        found += [(begin + first, begin + last, role) for first, last in whole if len(whole) == 1]
    return tuple(sorted(found))


def short(text: str) -> str:
    """The text in one line, cut to some 80 characters."""
    line = " ".join(text[: 4 * _SHOWN].split())
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def _is_whole(text: str, place: Span) -> bool:
    begin, end = place
    return not (text[begin - 1 : begin].isalnum() or text[end : end + 1].isalnum())


def _starts(text: str, words: str) -> Iterator[int]:
    return islice(_all_starts(text, words), MANY)


def _all_starts(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(_ALIKE))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())
