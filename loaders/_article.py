"""The article of a text: from its sidecar `NAME.article.json`, or from keys beside the text. Shared by all loaders."""

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from kg.claim import Article, day_bounds
from kg.errors import Problem, problem
from kg.ontology import folded
from kg.sources import SIDECAR, Source

# Keys under which annotation tools keep what people import beside a text, as `folded` writes them; the first counts.
_SPELLINGS: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "publisher": ("publisher", "sourcename", "source", "outlet", "newspaper"),
    "published": ("published", "publishedat", "publicationdate", "datepublished", "pubdate", "date"),
    "url": ("url", "sourceurl", "articleurl", "link"),
    "author": ("author", "authors", "byline"),
    "language": ("language", "lang"),
}
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d\S*", re.ASCII)


class _Sidecar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of `Article`, its id optional: the path of the file is one too."""

    id: str | None = None
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    url: str | None = None
    author: str | None = None
    language: str | None = None


def beside(source: Source, suffix: str) -> str:
    """What problems call the file beside the source that has `suffix` in place of its extension."""
    return str(Path(source.name).with_suffix(suffix))


def read_article(source: Source) -> tuple[Article | None, list[Problem]]:
    """The article of a source, and what was wrong with its sidecar.

    None where there is a sidecar that cannot be read: a guessed id would bring every claim in twice later.
    """
    data = source.sibling(SIDECAR)
    if data is None:
        return Article(source.article), [problem("no-article", f"no sidecar NAME{SIDECAR}", source.name)]
    name = beside(source, SIDECAR)
    try:
        given = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"), type=_Sidecar)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return None, [problem("bad-article", str(error), name)]
    if given.id is not None and not given.id.strip():
        return None, [problem("bad-article", "the id is blank; name it, or leave the field out", name)]
    fields = msgspec.structs.asdict(given) | {"id": given.id or source.article}
    return _dated(Article(**fields), name)


def described(id: str, data: Mapping[str, object], path: str, line: int | None = None) -> tuple[Article, list[Problem]]:
    """The article of one text in a file of many, from the keys that the file has beside the text; others say nothing.

    Keys are matched without case, blanks, underscores and hyphens: `title`, `source_url`, `datePublished`. Of a moment
    (`2016-10-12T08:30:00Z`) the day counts. An address under `source` is the url. An `article_id` goes before `id`. A
    day of publication that is no date is left out, with a note at the path and line.
    """
    given = {folded(key): said for key, value in data.items() if (said := _said(value))}
    if "://" in given.get("source", ""):
        given.setdefault("url", given.pop("source"))
    fields = {
        field: given[found]
        for field, spellings in _SPELLINGS.items()
        if (found := next((spelling for spelling in spellings if spelling in given), None))
    }
    if moment := _MOMENT.fullmatch(fields.get("published", "")):
        fields["published"] = moment[1]
    article, problems = _dated(Article(given.get("articleid", id), **fields), path)
    return article, [msgspec.structs.replace(about, line=line) for about in problems]


def _said(value: object) -> str:
    """The value of a key as text; empty where it is none. Several texts, such as authors, become one."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(filter(None, map(str.strip, value)))
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _dated(article: Article, name: str) -> tuple[Article, list[Problem]]:
    """The article, without a day of publication that is no full ISO date."""
    said = article.published
    if said is None or (day_bounds(said) is not None and len(said) == len("2016-10-12")):
        return article, []
    message = f"published “{said}” is no full date such as 2016-10-12"
    return msgspec.structs.replace(article, published=None), [problem("bad-date", message, name)]
