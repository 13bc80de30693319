"""From paths to a store: files are read, their claims settled and kept, and what happened becomes a report."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from kg import sources
from kg.claim import Claim
from kg.entities import RECENT, Settler, settle
from kg.errors import Problem, UsageError, problem
from kg.formats import Tables, loader
from kg.loading.files import About, How, Item, Parsed, inputs, is_input_store, parse
from kg.loading.jobs import Crew
from kg.mappings import vocabulary
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.reporting import Problems, Read, Report
from kg.sources import LIMIT
from kg.stores import Added, Store, masked, open_store
from kg.stores._added import distinct, settled

__all__ = ["Report", "check", "copy", "is_input_store", "load", "read", "require"]


def read(
    paths: str | Path | Iterable[str | Path],
    report: Report,
    *,
    format: str | None = None,
    ontology: Ontology | None = None,
    mapping: Iterable[str | Path] = (),
    max_size: int = LIMIT,
    jobs: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Claim]:
    """The checked claims of files, folders and `-` (standard input), file by file in the order of their names.

    What happened goes into `report` as the claims are taken. `format` forces the input format, else each file's is told
    from its name and first bytes. `mapping` are files that say what labels or codes mean (SSSOM) or which columns a
    table has (TOML). `max_size` is the most that is held of a file at a time, in bytes: its longest line, or all of it
    where it is not read by lines. `jobs` processes parse the files, which changes nothing in what comes out; a script
    that asks for more than one does so below `if __name__ == "__main__":`, since each imports it. `progress` is called
    with each file's name. Raises UsageError for a path that does not exist, an unknown format, standard input without a
    format, a mapping that cannot be used, and no `jobs`; KgError where one of the processes was ended.

    An article is in line with itself as long as no more than `kg.entities.RECENT` others come between two of its
    claims; a store sees to the rest.
    """
    start = time.perf_counter()
    how = How(format, vocabulary(ontology or load_ontology(), mapping), max_size)
    names = _names(paths)
    require(names, format, how.vocabulary.tables)
    reading = _Reading(report)
    with _parsed(names, how, jobs) as files:
        for about, items in files:
            progress(about.path)
            yield from reading.claims(about, items)
    reading.finish()
    report.seconds = time.perf_counter() - start


@contextmanager
def _parsed(names: Iterable[str], how: How, jobs: int) -> Iterator[Iterable[Parsed]]:
    """What each input is, and its items, in order."""
    if jobs < 1:
        raise UsageError(f"{jobs} jobs read nothing; let it be 1 or more")
    found = inputs(names, how.format)
    if jobs == 1:
        yield (parse(each, how) for each in found)
        return
    crew = Crew(jobs, how)
    try:
        yield crew.parsed(found)
    finally:
        crew.stop()


def require(paths: Iterable[str], format: str | None = None, tables: Tables | None = None) -> None:
    """Raise UsageError for a path that is neither there nor a store, and for an unknown format."""
    if format:
        loader(format, tables or {})
    sources.require([path for path in paths if not is_input_store(path, format)])


def _names(paths: str | Path | Iterable[str | Path]) -> list[str]:
    return [str(paths)] if isinstance(paths, str | Path) else [str(path) for path in paths]


class _Reading:
    """What one run over several files keeps in mind."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._problems = Problems(report.problems)
        self._settler = Settler(most=RECENT)
        self._articles: dict[str, str] = {}  # article: the file that was it
        self._companions: set[str] = set()

    def claims(self, about: About, items: Iterator[Item]) -> Iterator[Claim]:
        """The claims of one input; all else that it gives goes into the report."""
        read = Read(about.path, about.format)
        if about.format:
            self._report.files.append(read)
        elif about.ignored:
            self._report.ignored.append(about.path)
        for item in settle(items, self._settler):
            if isinstance(item, Problem):
                self._met(item, read)
                continue
            if about.is_article:
                self._note_conflict(item.article.id, read)
            read.claims += 1
            read.articles.add(item.article.id)
            yield item
        if about.is_article:
            read.articles.add(about.article)
        self._companions |= about.companions

    def finish(self) -> None:
        """Leave out of those passed over what was read with another file."""
        self._report.ignored = [name for name in self._report.ignored if name not in self._companions]

    def _met(self, found: Problem, read: Read) -> None:
        if found.severity == "error":
            read.errors += found.count
        self._problems.add(found if found.path else msgspec.structs.replace(found, path=read.path))

    def _note_conflict(self, article: str, read: Read) -> None:
        """A note where another file was this article."""
        before = self._articles.get(article, read.path)
        if before != read.path:
            message = f"it is article {article}, and so is {before}; give each an id of its own in its sidecar"
            self._met(problem("article-conflict", message), read)
        self._articles[article] = read.path


def load(
    paths: str | Path | Iterable[str | Path],
    into: Store | str,
    *,
    format: str | None = None,
    mapping: Iterable[str | Path] = (),
    max_size: int = LIMIT,
    jobs: int = 1,
    strict: bool = False,
    replace: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Read files and keep their claims in a store (or in the store at a URL); what happened, as a `Report`.

    A file's problems never keep its other claims from being loaded, unless `strict`: then an error loads nothing. Where
    the store has claims of an article that are not in its files, a note says so; with `replace` they are taken out, and
    the article becomes what the files say, in one step. An article whose files have errors, or have lost their text, is
    only added to: what could not be read is no reason to take out what the store has. Raises what `read` and
    `kg.open_store` raise.
    """
    how: dict[str, Any] = {"format": format, "mapping": mapping, "max_size": max_size, "jobs": jobs}
    if isinstance(into, str):
        with open_store(into) as store:
            return load(paths, store, strict=strict, replace=replace, progress=progress, **how)
    report = Report()
    start = time.perf_counter()
    given: Counter[str] = Counter()
    claims = _counted(read(paths, report, ontology=into.ontology, progress=progress, **how), given)
    if replace:
        _replace(list(claims), into, strict, report)
    else:
        _add(claims, into, strict, report)
    if report.ok or not strict:
        Problems(report.problems).extend(_left(report, given, into, replace))
    report.seconds = time.perf_counter() - start
    return report


def check(paths: str | Path | Iterable[str | Path], *, ontology: Ontology | None = None, **how: Any) -> Report:
    """What `load` would report of a new store, without one; `how` are the other options of `read`, which may raise."""
    report, added = Report(), Added()
    start = time.perf_counter()
    claims = read(paths, report, ontology=ontology, **how)
    for _ in distinct(settled(claims, Settler(), added), added):
        pass
    _count(added, report)
    report.seconds = time.perf_counter() - start
    return report


def copy(source: Store | str, into: Store | str) -> Added:
    """Put all claims of one store into another (or into those at URLs), as they are, whatever the engines.

    What the other has already stays; a claim that it has with other content is a problem in what comes back. A store
    that is made has the ontology of the first. Raises UsageError where both are one store, or the other's ontology
    lacks a relation or class.
    """
    one, other = (store.url if isinstance(store, Store) else masked(store) for store in (source, into))
    if one == other and one != "memory:":
        raise UsageError(f"{one} cannot be copied into itself")
    if isinstance(source, str):
        with open_store(source, read_only=True) as opened:
            return copy(opened, into)
    if isinstance(into, str):
        with open_store(into, ontology=source.ontology) as opened:
            return copy(source, opened)
    return into.add(source.claims())


def _counted(claims: Iterable[Claim], given: Counter[str]) -> Iterator[Claim]:
    """The claims; `given` has how many different ones each article has."""
    ids: set[str] = set()
    for claim in claims:
        if claim.id not in ids:
            ids.add(claim.id)
            given[claim.article.id] += 1
        yield claim


def _add(claims: Iterable[Claim], into: Store, strict: bool, report: Report) -> None:
    if strict:
        claims = list(claims)
    if not strict or report.ok:
        _count(into.add(claims, strict=strict), report)


def _replace(claims: list[Claim], into: Store, strict: bool, report: Report) -> None:
    if strict and not report.ok:
        return
    faulty = {article for file in report.files if file.errors for article in file.articles} | _without_text(
        claims, into
    )
    whole = {article for file in report.files for article in file.articles} - faulty
    _count(into.replace((claim for claim in claims if claim.article.id in whole), whole, strict=strict), report)
    _add((claim for claim in claims if claim.article.id in faulty), into, strict, report)


def _without_text(claims: list[Claim], into: Store) -> set[str]:
    """The articles that come without a quote, where the store has some: their texts have gone missing."""
    articles = {claim.article.id for claim in claims} - {
        claim.article.id for claim in claims if claim.quote is not None
    }
    return {article for article in articles if any(claim.quote is not None for claim in into.claims(article))}


def _count(added: Added, report: Report) -> None:
    report.new += added.new
    report.known += added.known
    report.gone += added.gone
    Problems(report.problems).extend(added.problems)


def _left(report: Report, given: Counter[str], into: Store, replace: bool) -> Iterator[Problem]:
    """A note for each article of which the store has claims that its files have not."""
    stored = into.articles()
    files = {article: file.path for file in report.files for article in file.articles}
    what = "what is wrong with it keeps them" if replace else "--replace takes them out"
    for article, path in files.items():
        more = stored.get(article, 0) - given[article]
        if more > 0:
            yield problem("not-in-file", f"{more} stored claims of {article} are not in this file; {what}", path)
