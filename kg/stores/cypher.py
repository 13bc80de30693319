"""Cypher without a server: `cypher:DIR` is ArcadeDB in a process of ours, spoken to like a Neo4j (extra `[cypher]`).

One process at a time has the folder open. Queries are asked as a user who may only read; see `kg.stores._engine`.
"""

import re
from pathlib import Path

from kg.claim import SCHEMA_VERSION
from kg.errors import StoreError
from kg.ontology import Ontology
from kg.stores._bolt import Bolt
from kg.stores._cypher import CypherStore
from kg.stores._engine import LOCK, Engine, has_store
from kg.stores._files import erase

_FILES = re.compile(rf"backups|config|databases|log|{re.escape(LOCK)}")  # what the engine and we put into the folder


def open(url: str, ontology: Ontology, read_only: bool) -> "EmbeddedStore":
    """The store at `cypher:DIR`; see `kg.stores.open_store`."""
    directory = Path(url.removeprefix("cypher:"))
    if not directory.name:
        raise StoreError(f"{url} names no folder; write for example cypher:./diplograph.cypher")
    if read_only and not has_store(directory):
        raise StoreError(f"{url}: there is no store; kg load PATH --into {url} makes one")
    return EmbeddedStore(url, directory, ontology, read_only)


class EmbeddedStore(CypherStore):
    """Claims in a folder, by an engine that starts and stops with the store."""

    def __init__(self, url: str, directory: Path, ontology: Ontology, read_only: bool) -> None:
        self._directory = directory
        self._engine = Engine(directory, url)
        try:
            super().__init__(url, bolt(self._engine, url), ontology, read_only)
        except BaseException:
            self.close()
            raise

    def _prepared(self, ontology: Ontology) -> Ontology:
        """The ontology of the store. The engine takes a damaged folder for an empty one; a mark tells them apart."""
        mark = self._directory / LOCK
        if mark.stat().st_size and not self._open.read("MATCH (k:KgStore) RETURN 1"):
            raise StoreError(f"{self.url} is damaged: its engine finds nothing in it; put a copy back in its place")
        known = super()._prepared(ontology)
        if not self._read_only:
            mark.write_text(f"{SCHEMA_VERSION}\n", encoding="utf-8")
        return known

    def _drop(self) -> bool:
        (self._directory / LOCK).write_bytes(b"")  # first: what is left of it when this ends is no store of ours
        return super()._drop()

    def _erase(self) -> None:
        erase(self._directory, _FILES)

    def close(self) -> None:
        """Stop the engine, so that another process may open the folder."""
        super().close()
        self._engine.stop()


def bolt(engine: Engine, url: str) -> Bolt:
    """The connection to a running engine; `url` is how messages call it."""
    return Bolt(url, f"bolt://127.0.0.1:{engine.port}", engine.database, engine.writer, engine.reader)
