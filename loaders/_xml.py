"""XML from strangers, parsed without anything that could fetch, expand or exhaust. Shared by all loaders.

A document type declaration is refused as such: only by one can a file bring entities (a billion laughs, a file of this
machine, an address), and no format that is read here needs it. What stands before the first element is read by expat,
which stops at the declaration, before lxml sees a byte.
"""

from typing import TYPE_CHECKING
from xml.parsers import expat

from kg.errors import Problem, problem

if TYPE_CHECKING:
    from lxml.etree import _Element


def parsed(data: bytes, path: str) -> "_Element | Problem":
    """The root element, comments and processing instructions left out, or what is wrong with the file and where.

    An element has its line in `sourceline`. Refused are a document type declaration, more than 256 levels of elements,
    a text or attribute of more than 10 million bytes, control characters, an encoding that is not the declared one.
    """
    from lxml import etree

    if wrong := _prologue(data, path):
        return wrong
    safe = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, safe)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        return _bad(f"not XML: {' '.join(str(error).split())}", path, getattr(error, "lineno", None))


class _Reached(Exception):
    """The first element, or what is not wanted before it."""


def _prologue(data: bytes, path: str) -> Problem | None:
    """What is wrong with a file before its first element."""
    reader = expat.ParserCreate()
    reader.StartElementHandler = _stop
    reader.StartDoctypeDeclHandler = _stop_at_declaration
    try:
        reader.Parse(data, True)
    except _Reached as reached:
        return _bad(str(reached), path, reader.CurrentLineNumber) if str(reached) else None
    except expat.ExpatError as error:
        return _bad(f"not XML: {expat.ErrorString(error.code)}", path, error.lineno)
    except (ValueError, LookupError) as error:  # an encoding that Python does not know or that is not for XML
        return _bad(f"not XML: {error}", path)
    return None


def _stop(*_: object) -> None:
    raise _Reached


def _stop_at_declaration(*_: object) -> None:
    raise _Reached("a document type declaration (<!DOCTYPE ...>) is not read, as it may define entities; delete it")


def _bad(message: str, path: str, line: int | None = None) -> Problem:
    return problem("bad-record", message, path, line or None)
