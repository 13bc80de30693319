"""What the first bytes of a file tell without reading the rest: the first element of XML, the keys of JSON, the header
of a table. They may end in the middle of anything, and be anything: nothing here raises, and all is done in one pass.
"""

import codecs
import csv
import re
from contextlib import suppress
from functools import cached_property
from xml.parsers import expat

import msgspec

_SHOWN = 60  # characters after a key of JSON
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\]:,]', re.DOTALL)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Element(msgspec.Struct, frozen=True):
    """The first element of an XML file: its name, its namespace (empty where it has none), and its attributes."""

    name: str
    namespace: str
    attributes: dict[str, str]


class Head:
    """The first bytes of a file called `name`. What they tell is made when it is first asked for."""

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name.casefold()
        self.data = data

    @cached_property
    def text(self) -> str:
        """The bytes as text, what cannot be decoded replaced."""
        return self.data.decode("utf-16" if self.data.startswith(_UTF16) else "utf-8-sig", "replace")

    @cached_property
    def element(self) -> Element | None:
        """The first element, if this is XML."""
        return _element(self.data)

    @cached_property
    def keys(self) -> dict[str, str]:
        """The keys of the first JSON object, be it alone, on a line or in an array, and the text that follows each.

        >>> Head("", b'[{"type": "Annotation", "body": [{"va').keys
        {'type': '"Annotation", "body": [{"va', 'body': '[{"va'}
        """
        return _keys(self.text) if self.text.lstrip()[:1] in ("{", "[") else {}

    @cached_property
    def cells(self) -> list[str]:
        r"""The cells of the first line, between tabs where it has any, else between commas or semicolons.

        >>> Head("", b'"id","label"\r\n1,2').cells
        ['id', 'label']
        """
        line = next(filter(str.strip, self.text.splitlines()), "")
        if "\t" in line:
            return [cell.strip('"') for cell in line.split("\t")]
        try:
            return next(csv.reader([line], delimiter=max(",;", key=line.count)), [])
        except csv.Error:
            return []


class _Reached(Exception):
    """The first element."""


def _element(data: bytes) -> Element | None:
    found: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        found.append(Element(local, namespace, attributes))
        raise _Reached

    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartElementHandler = start
    with suppress(_Reached, expat.ExpatError, ValueError, LookupError):  # the last two: an encoding that is none
        reader.Parse(data, False)
    return found[0] if found else None


def _keys(text: str) -> dict[str, str]:
    keys: dict[str, str] = {}
    depth, outside = 0, -1  # how many brackets are open, and how many were when the object began
    last = ""  # the last token: a text before a colon is a key
    for token in _TOKEN.finditer(text):
        char = token[0]
        if char in "{[":
            if char == "{" and outside < 0:
                outside = depth
            depth += 1
        elif char in "}]":
            depth -= 1
            if depth <= outside:
                break
        elif char == ":" and outside >= 0 and depth == outside + 1 and last.startswith('"'):
            keys.setdefault(last.strip('"'), text[token.end() : token.end() + _SHOWN].lstrip())
        last = char
    return keys
