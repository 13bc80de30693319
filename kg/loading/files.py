"""One input at a time: which loader reads it, and its claims, resolved and checked but not yet settled.

Nothing here depends on what came before, so that it may be done in any process.
"""

from collections.abc import Iterable, Iterator

import msgspec

from kg import sources
from kg.checks import check
from kg.claim import Claim
from kg.entities import resolve
from kg.errors import Problem
from kg.formats import Loader, format_of, is_companion, loader
from kg.mappings import Vocabulary
from kg.sources import Source
from kg.stores import is_store, open_store

Item = Claim | Problem
Input = Source | Problem | str  # a file, what kept one from being found, or the URL of a store


class How(msgspec.Struct, frozen=True):
    """How files are read: a format that is forced on them, what words mean, and how many bytes of one are held."""

    format: str | None
    vocabulary: Vocabulary
    max_size: int


class About(msgspec.Struct):
    """What is known of an input beside its claims.

    `format` is empty where no loader reads it; `ignored`: and it belongs to no file that one does. `is_article`: it is
    one article, whose id is `article`. That and `companions`, the files that were read with it, are known when its
    items have been taken.
    """

    path: str
    format: str = ""
    ignored: bool = False
    is_article: bool = False
    article: str = ""
    companions: set[str] = msgspec.field(default_factory=set)


Parsed = tuple[About, Iterator[Item]]


def inputs(paths: Iterable[str], format: str | None) -> Iterator[Input]:
    """What the paths mean, in the order of their names."""
    for path in paths:
        if is_input_store(path, format):
            yield path
        else:
            yield from sources.find([path])


def is_input_store(path: str, format: str | None = None) -> bool:
    """Whether a path among the inputs is a store to read claims from; a forced format makes it a file."""
    return format is None and is_store(path)


def parse(given: Input, how: How) -> Parsed:
    """What an input is, and its items, read as they are taken."""
    if isinstance(given, Problem):
        return About(given.path or ""), iter([given])
    return _stored(given, how) if isinstance(given, str) else _parsed(given, how)


def _stored(url: str, how: How) -> Parsed:
    store = open_store(url, read_only=True)

    def items() -> Iterator[Item]:
        with store:
            yield from check(resolve(store.claims()), how.vocabulary.ontology)

    return About(store.url, "store"), items()


def _parsed(source: Source, how: How) -> Parsed:
    source.limit = how.max_size
    about = About(source.name, companions=source.companions)
    try:
        format = format_of(source, how.format, how.vocabulary.tables)
        if isinstance(format, Problem):
            return about, iter([format])
        if format is None:
            about.ignored = not is_companion(source)
            return about, iter(())
    except OSError as error:
        return about, iter([sources.unreadable(error, source.name)])
    module = loader(format, how.vocabulary.tables)
    about.format, about.is_article = format, module.ONE_ARTICLE
    return about, _items(module, source, how.vocabulary, about)


def _items(module: Loader, source: Source, vocabulary: Vocabulary, about: About) -> Iterator[Item]:
    try:
        yield from check(resolve(module.read(source, vocabulary)), vocabulary.ontology, source)
    except OSError as error:
        yield sources.unreadable(error, source.name)
    about.article = source.article
