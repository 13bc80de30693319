"""The articles that the rows of a table speak of: their texts, their sidecars, and what columns say of them."""

import posixpath
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import msgspec

from kg.claim import Article
from kg.errors import Problem, problem
from kg.sources import Source, unreadable

from .. import _article, _text
from .._quotes import Text, short
from .._rows import RowProblems

FIELDS = tuple(field for field in Article.__struct_fields__ if field != "id")
_TEXTS = 64  # that are kept: rows of one article mostly stand together


class Articles:
    """The articles of one table, by what its column `article` calls them: the path of their files without extension.

    An article is what its sidecar says, then what the columns say in the first of its rows.
    """

    def __init__(self, source: Source, problems: RowProblems) -> None:
        folder, slash, self._own = source.article.rpartition("/")
        self._folder = folder + slash
        self._source = source
        self._problems = problems
        self._known: dict[str, Article | Problem] = {}
        self._text = lru_cache(_TEXTS)(self._read_text)

    def name(self, row: Mapping[str, str]) -> str:
        """What the row calls its article; where it does not, the name of the table."""
        said = row.get("article", self._own).removeprefix("./")
        return said[: -len(".txt")] if said.lower().endswith(".txt") else said

    def article(self, row: Mapping[str, str]) -> Article | None:
        """The article of a row. None, reported for each row, where a file of it cannot be read or may not be."""
        name = self.name(row)
        if name not in self._known:
            self._known[name] = self._described(name, row)
        found = self._known[name]
        if isinstance(found, Problem):
            self._problems.report(found)
            return None
        for field in FIELDS:
            self._compare(name, field, getattr(found, field), row.get(field))
        return found

    def text(self, name: str, language: str | None) -> Text | Problem | None:
        """The text of an article, None where there is none, or what is wrong with it."""
        return self._text(name, language)

    def _described(self, name: str, row: Mapping[str, str]) -> Article | Problem:
        files = _Files(self._source, name, self._folder)
        try:
            article, problems = _article.read_article(files)
        except ValueError:
            return problem("outside-root", f"the article “{short(name)}” is no file in the folder that was loaded")
        except OSError as error:
            return unreadable(error, files.name)
        if article is None:
            return problems[0]
        given = {field: row[field] for field in FIELDS if field in row and getattr(article, field) is None}
        article = msgspec.structs.replace(article, **given)
        for about in problems:
            if about.code != "no-article":
                self._problems.report(about)
            elif article.publisher is None:
                message = f"neither a sidecar {short(name)}.article.json nor a column publisher says who published it"
                self._problems.add("no-article", message)
        return article

    def _compare(self, name: str, field: str, settled: str | None, said: str | None) -> None:
        if said is not None and said != settled:
            but = f"is “{short(settled)}” already" if settled is not None else "was left out in its first row"
            message = f"the {field} of “{short(name)}” {but}; “{short(said)}” is ignored"
            self._problems.once("article-conflict", message)

    def _read_text(self, name: str, language: str | None) -> Text | Problem | None:
        files = _Files(self._source, name, self._folder)
        try:
            data = files.sibling(".txt")
        except ValueError:
            return problem("outside-root", f"the text of “{short(name)}” is no file in the folder that was loaded")
        except OSError as error:
            return unreadable(error, files.name)
        if data is None:
            return None
        text = _text.decode(data, files.name)
        return text if isinstance(text, Problem) else Text(text, language)


class _Files(Source):
    """The files of one article, for `_article`: `name` is that of its text."""

    def __init__(self, source: Source, name: str, folder: str) -> None:
        self._source = source
        self._stem = name
        self.name = str(Path(source.name).parent / f"{name}.txt")
        steps = {".", ".."} & set(name.split("/"))  # one article has one id, whatever way leads to it
        self.article = posixpath.normpath(folder + name) if steps else folder + name

    def sibling(self, suffix: str) -> bytes | None:
        """The bytes of the file of this article that ends in the suffix, or None."""
        return self._source.beside(self._stem + suffix)
