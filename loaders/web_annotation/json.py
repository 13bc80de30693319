"""JSON-LD read as plain JSON, in which one thing may be said in many shapes. For `web_annotation`.

Nothing is looked up: a context is never fetched, and keys mean what the context of the W3C says.
"""

import re
from collections.abc import Iterator

from kg.errors import Problem
from kg.sources import Source

from .. import _bytes

Json = dict[str, object]

DEEPEST = 20  # pages in collections, selectors in selectors


def items(source: Source) -> list[tuple[int | None, Json]] | Problem:
    """The annotations of a file and their lines: of an array, a collection or page, one alone, or one on each line.

    Only JSON lines have a line. Raises OSError.
    """
    data = _bytes.whole(source)
    if isinstance(data, Problem):
        return data
    whole: object = _bytes.json(data, object, source.name)
    if not isinstance(whole, Problem):
        return [(None, each) for each in _flat(whole)]
    found: list[tuple[int | None, Json]] = []
    for line, text in enumerate(data.split(b"\n"), 1):
        value: object = _bytes.json(text, object, source.name, line) if text.strip() else None
        if isinstance(value, Problem):
            return value if found else whole
        found += [(line, each) for each in _flat(value)]
    return found or whole


def _flat(value: object, depth: int = 0) -> Iterator[Json]:
    """The annotations in arrays, collections, pages and graphs, in order."""
    if isinstance(value, list) and depth < DEEPEST:
        for each in value:
            yield from _flat(each, depth + 1)
    elif isinstance(value, dict) and "target" in value:
        yield value
    elif isinstance(value, dict):
        yield from _flat([value.get(key) for key in ("items", "first", "@graph")], depth + 1)


def many(value: object) -> list[object]:
    """The values of a key that may have one, several or none; those of a Choice, Composite or List as well."""
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        return list(value["items"])
    return list(value) if isinstance(value, list) else [] if value is None else [value]


def texts(value: object) -> list[str]:
    """Those of the values that are text."""
    return [each for each in many(value) if isinstance(each, str)]


def terms(value: object) -> set[str]:
    """Terms of the vocabulary, without a prefix or address.

    >>> sorted(terms(["oa:linking", "http://www.w3.org/ns/oa#tagging"]))
    ['linking', 'tagging']
    """
    return {local(each) for each in texts(value)}


def local(term: str) -> str:
    """What stands behind the last `#`, `/` or `:` of an address."""
    return re.split("[#/:]", term)[-1]


def is_a(value: object, type: str) -> bool:
    """Whether a value is an object of this type."""
    return isinstance(value, dict) and type in terms(value.get("type", value.get("@type")))


def address(value: object) -> str:
    """The id of a thing that is written as its id, or as an object with one; empty where it has none.

    >>> address("#1"), address({"id": " #1 "}), address({"id": "body-7", "source": {"id": "http://a.example/"}})
    ('#1', '#1', 'http://a.example/')
    """
    if not isinstance(value, dict):
        return text(value)
    said = value["source"] if isinstance(value.get("source"), dict) else value
    return next((found for key in ("source", "id", "@id") if (found := text(said.get(key)))), "")


def text(value: object) -> str:
    """The value in one line, if it is text; else nothing."""
    return " ".join(value.split()) if isinstance(value, str) else ""
