"""The article that a TEI file is, as its header describes it. For `tei`."""

import re
from typing import TYPE_CHECKING

import msgspec

from kg.claim import Article
from kg.errors import Problem

from .. import _article
from .tree import LANGUAGE, NAMESPACE, words

if TYPE_CHECKING:
    from lxml.etree import _Element

_TITLES = ("titleStmt/title[@level='a']", "titleStmt/title[@type='main']", "titleStmt/title")
_PUBLISHERS = ("publicationStmt/publisher", "publicationStmt/authority", "publicationStmt/distributor")
_DAY = re.compile(r"(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T\S*|Z|[+-]\d\d:\d\d)?", re.ASCII)


def described(article: Article, root: "_Element", path: str) -> tuple[Article, list[Problem]]:
    """The article with what the header says where it says nothing itself, and what is wrong with that."""
    header = root.find(_path("teiHeader"))
    if header is None:
        return article, []
    said = {
        "title": _first(header, *_TITLES),
        "publisher": _first(header, *_PUBLISHERS),
        "published": _published(header),
        "url": next((said for said in _all(header, "publicationStmt/idno") if "://" in said), ""),
        "author": "; ".join(_all(header, "titleStmt/author")),
        "language": _language(root, header),
    }
    given, problems = _article.described(article.id, {key: value for key, value in said.items() if value}, path)
    own = {key: value for key, value in msgspec.structs.asdict(article).items() if value is not None}
    return msgspec.structs.replace(given, **own), problems


def day(said: str) -> str:
    """A date of XML Schema without its time or time zone; what is none stays as it is.

    >>> day("2020-01-03-05:00"), day("2016-10-12T08:00:00Z"), day("0520"), day("-0044")
    ('2020-01-03', '2016-10-12', '0520', '-0044')
    """
    match = _DAY.fullmatch(said.strip())
    return match[1] if match else said.strip()


def _published(header: "_Element") -> str:
    date = header.find(_path("fileDesc/publicationStmt/date"))
    return "" if date is None else day(date.get("when") or date.get("when-iso") or words(date))


def _language(root: "_Element", header: "_Element") -> str:
    """The language of the text, else of the file, else the only one that the header lists."""
    text = root.find(_path("text"))
    listed = [each.get("ident") or "" for each in header.findall(_path("profileDesc/langUsage/language"))]
    given = [element.get(LANGUAGE) or "" for element in (text, root) if element is not None]
    return next(filter(None, given), listed[0] if len(listed) == 1 else "")


def _first(header: "_Element", *paths: str) -> str:
    return next((said for path in paths for said in _all(header, path)), "")


def _all(header: "_Element", path: str) -> list[str]:
    """The words of the elements at a path below `<fileDesc>`, of those that have some."""
    return [said for element in header.findall(_path(f"fileDesc/{path}")) if (said := words(element))]


def _path(names: str) -> str:
    """The names with the namespace that they are in.

    >>> _path("text/body")
    '{http://www.tei-c.org/ns/1.0}text/{http://www.tei-c.org/ns/1.0}body'
    """
    return "/".join(f"{{{NAMESPACE}}}{name}" for name in names.split("/"))
