"""The input formats: which there are, which module reads each, and how a file's format is told."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Protocol, cast

from kg.claim import Claim
from kg.errors import Problem, UsageError, problem
from kg.mappings import Vocabulary
from kg.sources import SIDECAR, Source, Stdin

# name: the module that reads it, loaded when it is asked for
ANNOTATIONS = {
    "brat": "kg.loaders.brat",
    "claims.csv": "kg.loaders.claims_csv",
    "claims.jsonl": "kg.loaders.claims_jsonl",
    "doccano": "kg.loaders.doccano",
    "docred": "kg.loaders.docred",
    "dwie": "kg.loaders.dwie",
    "label-studio": "kg.loaders.label_studio",
    "prodigy": "kg.loaders.prodigy",
    "re3d": "kg.loaders.re3d",
    "rusentrel": "kg.loaders.rusentrel",
    "tei": "kg.loaders.tei",
    "uima": "kg.loaders.uima",
    "web-annotation": "kg.loaders.web_annotation",
    "webanno.tsv": "kg.loaders.webanno_tsv",
}
# Event tables, each described by loaders/tables/NAME.toml and read by one module.
TABLES = (
    *("atop", "cow.mid", "gdelt", "icews", "icews.facts", "polecat", "tss"),
    *("ucdp.acd", "ucdp.dyads", "ucdp.esd", "ucdp.ged", "unscon"),
)
FORMATS = (*sorted((*ANNOTATIONS, *TABLES)),)
_EVENTS = "kg.loaders.events"
_UNREAD = "kg.loaders.unread"  # knows what no loader reads, and says why

HEAD = 65_536  # bytes that a loader may look at to recognise its format
_IGNORED_NAMES = (
    *("readme", "license", "licence", "copying", "notice", "source", "makefile", "changelog"),
    *("attribution", "authors", "citation", "contributing"),
)
_IGNORED_ENDINGS = (SIDECAR, ".txt", ".md", ".conf", ".xml", ".toml", ".ini", ".py", ".html", ".pdf", ".png")


Tables = Mapping[str, dict[str, Any]]  # descriptions of event tables by name, as their TOML says
_NO_TABLES: Tables = {}


class Loader(Protocol):
    """What a module in `loaders/` gives, and a table that it describes."""

    EXTENSIONS: tuple[str, ...]
    ONE_ARTICLE: bool  # whether a file is one article, so that another of the same id is a mistake

    def recognises(self, name: str, head: bytes) -> bool:
        """Whether a file with this name that begins with these bytes is of the format."""
        ...

    def read(self, source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
        """The claims in the order of the text, entities not yet resolved, and a problem for all that gave none."""
        ...


def loader(format: str, tables: Tables = _NO_TABLES) -> Loader:
    """The loader of a format: of one of the user's tables, else of ours. Raises UsageError for an unknown one."""
    if format in tables or format in TABLES:
        return cast(Loader, import_module(_EVENTS).table(format, tables.get(format)))
    if format not in ANNOTATIONS:
        raise UsageError(f"there is no format {format}; there are {', '.join((*tables, *FORMATS))}")
    return cast(Loader, import_module(ANNOTATIONS[format]))


def format_of(source: Source, forced: str | None = None, tables: Tables = _NO_TABLES) -> str | Problem | None:
    """The format of a file, a problem where no single loader knows it, or None for one that is passed over.

    One of the user's tables goes before ours. Raises UsageError for standard input without a forced format.
    """
    if isinstance(source, Stdin):
        if not forced:
            raise UsageError("standard input has no name to tell its format from; name it with --from")
        return forced
    if forced:
        return _forced(source, forced, tables)
    with source.open() as stream:
        head = stream.read(HEAD)
    return _told(source, head, tables)


def _forced(source: Source, format: str, tables: Tables) -> str | None:
    """The forced format, for the files that could be of it: a brat folder has texts and settings beside the .ann."""
    name = source.file_name.lower()
    could_be = name.endswith(loader(format, tables).EXTENSIONS) and not name.endswith(SIDECAR)
    return format if source.given or could_be else None


def _told(source: Source, head: bytes, tables: Tables) -> str | Problem | None:
    """The format that name and first bytes tell."""
    name = source.file_name
    known = [format for format in tables if loader(format, tables).recognises(name, head)]
    known = known or [format for format in FORMATS if loader(format).recognises(name, head)]
    if len(known) == 1:
        return known[0]
    if known:
        message = f"{' and '.join(known)} could both read it; name one with --from"
        return problem("ambiguous-format", message, source.name, near=known[0])
    if unread := cast(Problem | None, import_module(_UNREAD).about(name, head, source.name)):
        return unread
    if source.given or not _passed_over(name):
        message = "no loader knows it; name its format with --from, one of " + ", ".join(FORMATS)
        return problem("unknown-format", message, source.name)
    return None


def is_companion(source: Source) -> bool:
    """Whether a file is the text or the sidecar of an annotation file beside it, and so is read with that."""
    name = source.file_name
    ending = next((ending for ending in (SIDECAR, ".txt") if name.endswith(ending)), None)
    if ending is None:
        return False
    stem = name.removesuffix(ending)
    return any(source.has(stem + own) for format in ANNOTATIONS for own in loader(format).EXTENSIONS)


def _passed_over(name: str) -> bool:
    folded = name.casefold()
    return folded.startswith(_IGNORED_NAMES) or folded.endswith(_IGNORED_ENDINGS)
