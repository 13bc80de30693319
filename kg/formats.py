"""The input formats: which there are, which module reads each, and how a file's format is told."""

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol, cast

from kg.claim import Claim
from kg.errors import Problem, UsageError, problem
from kg.ontology import Ontology
from kg.sources import SIDECAR, Source, Stdin

# name: the module that reads it, loaded when it is asked for
FORMATS = {
    "brat": "kg.loaders.brat",
    "claims.csv": "kg.loaders.claims_csv",
    "claims.jsonl": "kg.loaders.claims_jsonl",
}

HEAD = 65_536  # bytes that a loader may look at to recognise its format
_IGNORED_NAMES = ("readme", "license", "licence", "copying", "notice", "source", "makefile", "changelog")
_IGNORED_ENDINGS = (SIDECAR, ".txt", ".md", ".conf", ".xml", ".toml", ".ini", ".py", ".html", ".pdf", ".png")


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


def loader(format: str) -> Loader:
    """The loader of a format. Raises UsageError for an unknown one."""
    if format not in FORMATS:
        raise UsageError(f"there is no format {format}; there are {', '.join(sorted(FORMATS))}")
    return cast(Loader, import_module(FORMATS[format]))


def format_of(source: Source, forced: str | None = None) -> str | Problem | None:
    """The format of a file, a problem where no single loader knows it, or None for one that is passed over.

    Raises UsageError for standard input without a forced format.
    """
    if isinstance(source, Stdin):
        if not forced:
            raise UsageError("standard input has no name to tell its format from; name it with --from")
        return forced
    name = source.file_name
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
            return problem("ambiguous-format", message, source.name, near=known[0])
        if source.given or not _passed_over(name):
            message = "no loader knows it; name its format with --from, one of " + ", ".join(sorted(FORMATS))
            return problem("unknown-format", message, source.name)
    return None


def is_companion(source: Source) -> bool:
    """Whether a file is the text or the sidecar of an annotation file beside it, and so is read with that."""
    name = source.file_name
    ending = next((ending for ending in (SIDECAR, ".txt") if name.endswith(ending)), None)
    if ending is None:
        return False
    stem = name.removesuffix(ending)
    return any(source.has(stem + own) for format in FORMATS for own in loader(format).EXTENSIONS)


def _passed_over(name: str) -> bool:
    folded = name.casefold()
    return folded.startswith(_IGNORED_NAMES) or folded.endswith(_IGNORED_ENDINGS)
