"""Not written yet."""

from collections.abc import Iterator
from typing import Any

from kg.claim import Claim
from kg.errors import Problem
from kg.mappings import Vocabulary
from kg.sources import Source


class Table:
    EXTENSIONS: tuple[str, ...] = ()
    ONE_ARTICLE = False

    def recognises(self, name: str, head: bytes) -> bool:
        return False

    def read(self, source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
        yield from ()


def table(name: str, own: dict[str, Any] | None = None) -> Table:
    return Table()
