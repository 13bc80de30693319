"""From paths to a store: which loader reads a file, what came of it, and the report."""

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from kg import sources
from kg.checks import check
from kg.claim import Claim
from kg.entities import Settler, resolve, settle
from kg.errors import Problem, UsageError, problem
from kg.formats import Tables, format_of, is_companion, loader
from kg.mappings import Vocabulary, vocabulary
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.sources import LIMIT, Source
from kg.stores import Added, Store, is_store, masked, open_store


class Read(msgspec.Struct):
    """One file that was read: its name, its format, the claims it gave, its errors, and the ids of its articles."""

    path: str
    format: str = ""
    claims: int = 0
    errors: int = 0
    articles: set[str] = msgspec.field(default_factory=set)


class Report(msgspec.Struct):
    """What a load did.

    Files that were read and files that were passed over; claims that were new, that the store had (`known`), and that
    `replace` took out (`gone`); problems and seconds. Texts and sidecars beside an annotation file are read with it and
    are in neither list.
    """

    files: list[Read] = msgspec.field(default_factory=list)
    ignored: list[str] = msgspec.field(default_factory=list)
    new: int = 0
    known: int = 0
    gone: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)
    seconds: float = 0.0

    @property
    def claims(self) -> int:
        """The claims that the files gave."""
        return sum(file.claims for file in self.files)

    @property
    def errors(self) -> int:
        """How many problems cost a claim."""
        return sum(found.count for found in self.problems if found.severity == "error")

    @property
    def ok(self) -> bool:
        """Whether every claim was made."""
        return not self.errors


def read(
    paths: str | Path | Iterable[str | Path],
    report: Report,
    *,
    format: str | None = None,
    ontology: Ontology | None = None,
    mapping: Iterable[str | Path] = (),
    max_size: int = LIMIT,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Claim]:
    """The checked claims of files, folders and `-` (standard input), file by file in the order of their names.

    What happened goes into `report` as the claims are taken. `format` forces the input format, else each file's is told
    from its name and first bytes. `mapping` are files that say what labels or codes mean (SSSOM) or which columns a
    table has (TOML). `max_size` is the most that is held of a file at a time, in bytes: its longest line, or all of it
    where it is not read by lines. `progress` is called with each file's name. Raises UsageError for a path that does
    not exist, an unknown format, standard input without a format, and a mapping that cannot be used.
    """
    words = vocabulary(ontology or load_ontology(), mapping)
    reading = _Reading(format, words, max_size, report)
    names = _names(paths)
    require(names, format, words.tables)
    for name in names:
        if is_input_store(name, format):
            yield from reading.store(name)
            continue
        for source in sources.find([name]):
            if isinstance(source, Problem):
                report.problems.append(source)
                continue
            progress(source.name)
            yield from reading.file(source)
    report.ignored = [name for name in report.ignored if name not in reading.companions]


def require(paths: Iterable[str], format: str | None = None, tables: Tables | None = None) -> None:
    """Raise UsageError for a path that is neither there nor a store, and for an unknown format."""
    if format:
        loader(format, tables or {})
    sources.require([path for path in paths if not is_input_store(path, format)])


def is_input_store(path: str, format: str | None = None) -> bool:
    """Whether a path among the inputs is a store to read claims from; a forced format makes it a file."""
    return format is None and is_store(path)


def _names(paths: str | Path | Iterable[str | Path]) -> list[str]:
    return [str(paths)] if isinstance(paths, str | Path) else [str(path) for path in paths]


class _Reading:
    """What one run over several files keeps in mind."""

    def __init__(self, format: str | None, words: Vocabulary, max_size: int, report: Report) -> None:
        self._forced = format
        self._vocabulary = words
        self._max_size = max_size
        self._settler = Settler()
        self._report = report
        self._articles: dict[str, str] = {}  # article: the file that was it
        self.companions: set[str] = set()

    def store(self, url: str) -> Iterator[Claim]:
        """The claims of another store."""
        with open_store(url, read_only=True) as store:
            yield from self._checked(store.claims(), Read(store.url, "store"), None)

    def file(self, source: Source) -> Iterator[Claim]:
        """The claims of one file, if a loader knows it."""
        read = Read(source.name)
        try:
            source.limit = self._max_size
            format = format_of(source, self._forced, self._vocabulary.tables)
            if not isinstance(format, str):
                self._passed_over(source, format)
                return
            read.format, module = format, loader(format, self._vocabulary.tables)
            claims = self._checked(module.read(source, self._vocabulary), read, source)
            yield from self._noted(claims, source) if module.ONE_ARTICLE else claims
            if module.ONE_ARTICLE:
                read.articles.add(source.article)
        except OSError as error:
            read.errors += 1
            self._report.problems.append(sources.unreadable(error, source.name))
        self.companions |= source.companions

    def _passed_over(self, source: Source, why: Problem | None) -> None:
        if why is not None:
            self._report.problems.append(why)
        elif not is_companion(source):
            self._report.ignored.append(source.name)

    def _checked(self, items: Iterable[Claim | Problem], read: Read, source: Source | None) -> Iterator[Claim]:
        self._report.files.append(read)
        for item in settle(check(resolve(items), self._vocabulary.ontology, source), self._settler):
            if isinstance(item, Problem):
                read.errors += item.count if item.severity == "error" else 0
                self._report.problems.append(msgspec.structs.replace(item, path=item.path or read.path))
                continue
            read.claims += 1
            read.articles.add(item.article.id)
            yield item

    def _noted(self, claims: Iterator[Claim], source: Source) -> Iterator[Claim]:
        """The claims; a note where another file was this article."""
        for claim in claims:
            article = claim.article.id
            before = self._articles.get(article, source.name)
            if before != source.name:
                message = f"it is article {article}, and so is {before}; give each an id of its own in its sidecar"
                self._report.problems.append(problem("article-conflict", message, source.name))
            self._articles[article] = source.name
            yield claim


def load(
    paths: str | Path | Iterable[str | Path],
    into: Store | str,
    *,
    format: str | None = None,
    mapping: Iterable[str | Path] = (),
    max_size: int = LIMIT,
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
    if isinstance(into, str):
        with open_store(into) as store:
            how: dict[str, Any] = {"format": format, "mapping": mapping, "max_size": max_size}
            return load(paths, store, strict=strict, replace=replace, progress=progress, **how)
    report = Report()
    start = time.perf_counter()
    ids: dict[str, set[str]] = {}
    found = read(
        paths, report, format=format, ontology=into.ontology, mapping=mapping, max_size=max_size, progress=progress
    )
    claims = _met(found, ids)
    if replace:
        _replace(list(claims), into, strict, report)
    else:
        _add(claims, into, strict, report)
    if report.ok or not strict:
        report.problems += _left(report, ids, into, replace)
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


def _met(claims: Iterable[Claim], ids: dict[str, set[str]]) -> Iterator[Claim]:
    for claim in claims:
        ids.setdefault(claim.article.id, set()).add(claim.id)
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
    report.problems += added.problems


def _left(report: Report, ids: dict[str, set[str]], into: Store, replace: bool) -> Iterator[Problem]:
    """A note for each article of which the store has claims that its files have not."""
    stored = into.articles()
    files = {article: file.path for file in report.files for article in file.articles}
    what = "what is wrong with it keeps them" if replace else "--replace takes them out"
    for article, path in files.items():
        more = stored.get(article, 0) - len(ids.get(article, ()))
        if more > 0:
            yield problem("not-in-file", f"{more} stored claims of {article} are not in this file; {what}", path)
