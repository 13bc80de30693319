"""The text of a task of Label Studio, which the export does not name, and places in it. For `label_studio`."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence

Place = tuple[int, int]

_SAMPLE = 50  # regions whose words are looked for: enough to tell texts apart
_ADDRESS = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]*:/)?/\S+")  # of a file in which the text lies
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<(?:/?[a-zA-Z]|!)[^<>]*>")


def place(value: Mapping[str, object]) -> tuple[Place | None, bool]:
    """Where a region is (code points, end excluded), None where only its path in HTML is said; whether it is in HTML.

    >>> place({"start": 3, "end": 9}), place({"start": "/p[1]/text()[1]", "startOffset": 0, "end": "/p[1]/text()[1]"})
    (((3, 9), False), (None, True))
    """
    offsets = value.get("globalOffsets")
    if isinstance(offsets, dict):
        return _numbers(offsets), True
    return _numbers(value), isinstance(value.get("start"), str)


def _numbers(value: Mapping[str, object]) -> Place | None:
    start, end = value.get("start"), value.get("end")
    return (start, end) if isinstance(start, int) and isinstance(end, int) else None


def text_of(data: Mapping[str, object], regions: Sequence[tuple[Place, str | None]], in_html: bool) -> str | None:
    """The text of the data in which the words of most regions stand at their places; of several the longest.

    Where the words stand in none, the longest that reaches to a region. None where there is none.
    """
    reach = min((end for (_, end), _ in regions), default=0)
    texts = [visible(text) if in_html else text for text in _texts(data)]
    possible = [text for text in texts if len(text) >= reach]
    return max(possible, key=lambda text: (_matches(text, regions), len(text)), default=None)


def _texts(data: Mapping[str, object]) -> Iterator[str]:
    """The texts of a task, those one step down among them; an address is none."""
    for value in data.values():
        for each in value.values() if isinstance(value, dict) else (value,):
            if isinstance(each, str) and not _ADDRESS.fullmatch(each):
                yield each


def _matches(text: str, regions: Sequence[tuple[Place, str | None]]) -> int:
    return sum(_folded(words) == _folded(text[slice(*place)]) for place, words in regions[:_SAMPLE] if words)


def _folded(words: str) -> str:
    return " ".join(words.replace("\\n", " ").split())


def unescaped(words: str | None, place: Place | None, text: str | None) -> str | None:
    r"""The words of a region, in which the editor writes a line end as `\n`, unless the text has these two characters.

    >>> unescaped("United\\nNations", (0, 14), "United\nNations"), unescaped("C:\\new", (0, 6), "C:\\new")
    ('United\nNations', 'C:\\new')
    """
    if words is None or (text is not None and place is not None and text[slice(*place)] == words):
        return words
    return words.replace("\\n", "\n")


def visible(source: str) -> str:
    """The text of HTML as the editor counts it: without tags, a `br` being one character.

    >>> visible("<p>Iran &amp; <b>Syria</b><br/></p>").splitlines(keepends=False)
    ['Iran & Syria']
    """
    text = _TAG.sub("", _BREAK.sub("\n", source.replace("\r\n", "\n")))
    try:
        return html.unescape(text)
    except ValueError:  # a number of more than a thousand digits
        return text
