"""Not written yet."""

from collections.abc import Iterator

from kg.claim import Claim
from kg.errors import Problem
from kg.mappings import Vocabulary
from kg.sources import Source

EXTENSIONS: tuple[str, ...] = ()
ONE_ARTICLE = False


def recognises(name: str, head: bytes) -> bool:
    """Nothing yet."""
    return False


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """Nothing yet."""
    yield from ()
