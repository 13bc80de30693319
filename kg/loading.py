"""From paths to a store: which loader reads a file, what came of it, and the report."""

import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

import msgspec

from kg.checks import check
from kg.claim import Claim
from kg.entities import Settler, resolve, settle
from kg.errors import Problem, UsageError, problem
from kg.ontology import Ontology
from kg.ontology import load as load_ontology
from kg.sources import SIDECAR, Source, Stdin, find
from kg.stores import Store, open_store

# name: the module that reads it, loaded when it is asked for
FORMATS = {"brat": "kg.loaders.brat", "claims.jsonl": "kg.loaders.claims_jsonl"}

HEAD = 65_536  # bytes that a loader may look at to recognise its format
_IGNORED_NAMES = ("readme", "license", "licence", "copying", "notice", "source", "makefile", "changelog")
_IGNORED_ENDINGS = (SIDECAR, ".txt", ".md", ".conf", ".toml", ".ini", ".py", ".html", ".pdf", ".png")


class Loader(Protocol):
    """What a module in `loaders/` gives."""

    EXTENSIONS: tuple[str, ...]
    ONE_ARTICLE: bool  # whether a file is one article, so that another of the same id is a mistake

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether a file with this name that begins with these bytes is of the format."""
        ...

    def read(self, source: Source, ontology: Ontology) -> Iterator[Claim | Problem]:
        """The claims in the order of the text, entities not yet resolved, and a problem for all that gave none."""
        ...


class Read(msgspec.Struct):
    """One file that was read: its name, its format and the claims it gave."""

    path: str
    format: str
    claims: int = 0


class Report(msgspec.Struct):
    """What a load did: files read, files passed over, claims new and known to the store, problems, seconds.

    Texts and sidecars beside an annotation file are read with it and are in neither list.
    """

    files: list[Read] = msgspec.field(default_factory=list)
    ignored: list[str] = msgspec.field(default_factory=list)
    new: int = 0
    known: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)
    seconds: float = 0.0

    @property
    def claims(self) -> int:
        """The claims that the files gave."""
        return sum(file.claims for file in self.files)

    @property
    def errors(self) -> int:
        """How many problems cost a claim."""
        return sum(found.severity == "error" for found in self.problems)

    @property
    def ok(self) -> bool:
        """Whether every claim was made."""
        return not self.errors


def loader(format: str) -> Loader:
    """The loader of a format. Raises UsageError for an unknown one."""
    if format not in FORMATS:
        raise UsageError(f"there is no format {format}; there are {', '.join(sorted(FORMATS))}")
    return cast(Loader, import_module(FORMATS[format]))


def read(
    paths: str | Path | Iterable[str | Path],
    report: Report,
    *,
    format: str | None = None,
    ontology: Ontology | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Iterator[Claim]:
    """The checked claims of files, folders and `-` (standard input), file by file in the order of their names.

    What happened goes into `report` as the claims are taken. `format` forces the input format, else each file's is told
    from its name and first bytes. `progress` is called with each file's name. Raises UsageError for a path that does
    not exist, an unknown format, and standard input without a format.
    """
    names = [paths] if isinstance(paths, str | Path) else list(paths)
    terms = ontology or load_ontology()
    settler = Settler()
    articles: dict[str, str] = {}
    if format:
        loader(format)
    for source in find([str(name) for name in names]):
        if isinstance(source, Problem):
            report.problems.append(source)
            continue
        progress(source.name)
        try:
            found = _format(source, format, report)
            if found:
                claims = _claims(source, found, terms, settler, report)
                yield from _noted(claims, source, articles, report) if loader(found).ONE_ARTICLE else claims
        except OSError as error:
            report.problems.append(problem("unreadable", f"cannot be opened: {error.strerror}", source.name))


def _claims(source: Source, format: str, ontology: Ontology, settler: Settler, report: Report) -> Iterator[Claim]:
    file = Read(source.name, format)
    report.files.append(file)
    items = settle(check(resolve(loader(format).read(source, ontology)), ontology, source), settler)
    for item in items:
        if isinstance(item, Problem):
            report.problems.append(msgspec.structs.replace(item, path=item.path or source.name))
            continue
        file.claims += 1
        yield item


def _noted(claims: Iterator[Claim], source: Source, articles: dict[str, str], report: Report) -> Iterator[Claim]:
    """The claims; a note where another file was this article. `articles` are the files by article."""
    for claim in claims:
        article = claim.article.id
        before = articles.get(article, source.name)
        if before != source.name:
            message = f"it is article {article}, and so is {before}; give each an id of its own in its sidecar"
            report.problems.append(problem("article-conflict", message, source.name))
        articles[article] = source.name
        yield claim


def _format(source: Source, forced: str | None, report: Report) -> str | None:
    """The format of a file, or None for one that is passed over or that no single loader knows."""
    if isinstance(source, Stdin):
        if not forced:
            raise UsageError("standard input has no name to tell its format from; name it with --from")
        return forced
    name = source.path.name
    # A forced format is for the files that could be of it: a brat folder has texts and settings beside the .ann.
    if forced and (source.given or name.lower().endswith(loader(forced).EXTENSIONS)):
        return forced
    if not forced:
        with source.open() as stream:
            head = stream.read(HEAD)
        known = [format for format in FORMATS if loader(format).recognises(name, head)]
        if len(known) == 1:
            return known[0]
        if known:
            message = f"{' and '.join(known)} could both read it; name one with --from"
            report.problems.append(problem("ambiguous-format", message, source.name, near=known[0]))
            return None
        if source.given or not _passed_over(name):
            message = "no loader knows it; name its format with --from, one of " + ", ".join(sorted(FORMATS))
            report.problems.append(problem("unknown-format", message, source.name))
            return None
    if not _companion(source.path):
        report.ignored.append(source.name)
    return None


def _companion(path: Path) -> bool:
    """Whether a file is the text or the sidecar of an annotation file beside it, and so is read with that."""
    stem, ending = (path.name[: -len(SIDECAR)], SIDECAR) if path.name.endswith(SIDECAR) else (path.stem, path.suffix)
    if ending not in (SIDECAR, ".txt"):
        return False
    return any((path.parent / (stem + own)).is_file() for format in FORMATS for own in loader(format).EXTENSIONS)


def _passed_over(name: str) -> bool:
    folded = name.casefold()
    return folded.startswith(_IGNORED_NAMES) or folded.endswith(_IGNORED_ENDINGS)


def load(
    paths: str | Path | Iterable[str | Path],
    into: Store | str,
    *,
    format: str | None = None,
    strict: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Read files and keep their claims in a store (or in the store at a URL); what happened, as a `Report`.

    A file's problems never keep its other claims from being loaded, unless `strict`: then an error loads nothing.
    Raises what `read` and `kg.open_store` raise.
    """
    if isinstance(into, str):
        with open_store(into) as store:
            return load(paths, store, format=format, strict=strict, progress=progress)
    report = Report()
    start = time.perf_counter()
    claims: Iterable[Claim] = read(paths, report, format=format, ontology=into.ontology, progress=progress)
    if strict:
        claims = list(claims)
    if not strict or report.ok:
        added = into.add(claims, strict=strict)
        report.new, report.known = added.new, added.known
        report.problems += added.problems
    report.seconds = time.perf_counter() - start
    return report
