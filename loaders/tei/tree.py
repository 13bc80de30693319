"""The tree of a TEI file as text: where each element stands in it, and which element says so in prose. For `tei`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import msgspec

from .. import _text
from .._text import Span

if TYPE_CHECKING:
    from lxml.etree import _Element

NAMESPACE = "http://www.tei-c.org/ns/1.0"
ID = "{http://www.w3.org/XML/1998/namespace}id"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

_PROSE = ("desc", "note")


class Prose(msgspec.Struct, frozen=True):
    """Running text of a file: its place, its sentences, and the first words in it that point at each id."""

    span: Span
    sentences: list[Span]
    names: dict[str, Span]


class Tree:
    """The text of a file, its markup taken out and nothing else changed, with the place of every element.

    Places are code points of this text, end excluded.
    """

    def __init__(self, root: "_Element", language: str | None) -> None:
        from lxml import etree

        self.root = root
        self._language = language
        self._spans: dict[_Element, Span] = {}
        self._prose: dict[_Element, Prose] = {}
        pieces: list[str] = []
        begins: list[int] = []
        length = 0
        for event, element in etree.iterwalk(root, events=("start", "end")):
            if event == "start":
                begins.append(length)
                piece = element.text
            else:
                self._spans[element] = (begins.pop(), length)
                piece = element.tail if element is not root else None
            pieces.append(piece or "")
            length += len(pieces[-1])
        self.text = "".join(pieces)

    def prose(self, relation: "_Element") -> tuple[Prose | None, bool]:
        """The words that state a relation, and whether they are its own: its `<desc>`, else the one around it."""
        own = next(children(relation, *_PROSE), None)
        if own is not None and words(own):
            return self._described(own), True
        around = next((above for above in relation.iterancestors() if is_a(above, *_PROSE)), None)
        return (None if around is None else self._described(around)), False

    def _described(self, element: "_Element") -> Prose:
        if element not in self._prose:
            begin, end = self._span(element)
            sentences = [(begin + a, begin + b) for a, b in _text.sentences(self.text[begin:end], self._language)]
            names: dict[str, Span] = {}
            here = _relation_around(element)
            for each in element.iter("{*}*"):
                first, last = self._span(each)
                # A relation inside of the prose may have words of its own, which state something else.
                if first < last and each.get("ref") and not is_a(each, "relation") and _relation_around(each) is here:
                    names = dict.fromkeys(pointers(each, "ref"), (first, last)) | names
            self._prose[element] = Prose((begin, end), sentences, names)
        return self._prose[element]

    def _span(self, element: "_Element") -> Span:
        """The characters of an element, without blanks at its ends."""
        begin, end = self._spans[element]
        said = self.text[begin:end]
        return begin + len(said) - len(said.lstrip()), begin + len(said.rstrip())


def _relation_around(element: "_Element") -> "_Element | None":
    return next((above for above in element.iterancestors() if is_a(above, "relation")), None)


def is_a(element: "_Element", *names: str) -> bool:
    """Whether an element is one of TEI with one of these names."""
    return local(element) in names


def local(element: "_Element") -> str:
    """The name of an element of TEI; empty for one of another namespace."""
    tag = str(element.tag)
    return tag.removeprefix(f"{{{NAMESPACE}}}") if tag.startswith(f"{{{NAMESPACE}}}") else ""


def children(element: "_Element", *names: str) -> Iterator["_Element"]:
    """The children with one of these names."""
    return (child for child in element if is_a(child, *names))


def words(element: "_Element") -> str:
    """All words in an element, in one line."""
    return " ".join("".join(map(str, element.itertext())).split())


def pointers(element: "_Element", attribute: str) -> tuple[str, ...]:
    """The different addresses in an attribute, in order."""
    return tuple(dict.fromkeys((element.get(attribute) or "").split()))


def line(element: "_Element") -> int | None:
    """The line at which an element begins."""
    return cast(int | None, element.sourceline)


def nearest(element: "_Element", attribute: str) -> str:
    """The value of an attribute of an element, else of the nearest one around it that has it; empty where none has."""
    around = (each.get(attribute) for each in (element, *element.iterancestors()))
    return next(filter(None, around), "")
