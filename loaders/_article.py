"""The sidecar `NAME.article.json`: what an annotated file cannot say about its article. Shared by all loaders."""

from pathlib import Path

import msgspec

from kg.claim import Article, day_bounds
from kg.errors import Problem, problem
from kg.sources import SIDECAR, Source


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


def _dated(article: Article, name: str) -> tuple[Article, list[Problem]]:
    """The article, without a day of publication that is no full ISO date."""
    said = article.published
    if said is None or (day_bounds(said) is not None and len(said) == len("2016-10-12")):
        return article, []
    message = f"published “{said}” is no full date such as 2016-10-12"
    return msgspec.structs.replace(article, published=None), [problem("bad-date", message, name)]
