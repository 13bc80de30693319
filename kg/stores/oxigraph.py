"""Oxigraph in process: `oxigraph:DIR` on disk, `memory:` until it is closed."""

import gc
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from kg import rdf
from kg.errors import QueryError, StoreError
from kg.namespaces import KG, PREFIXES, STORE
from kg.ontology import Ontology
from kg.stores._answer import Results
from kg.stores._files import erase
from kg.stores._guard import refuse_network
from kg.stores._rdf import RdfStore

if TYPE_CHECKING:
    import rdflib

LINES = 10_000  # triples that are handed to the engine at once
SLICE = 600_000  # triples in one bulk load, which the engine holds in memory, some 1,000 bytes for each

# What RocksDB, in which the engine keeps its triples, puts into a folder.
_FILES = re.compile(r"CURRENT|IDENTITY|LOCK|LOG(\.old\.\d+)?|(MANIFEST|OPTIONS)-\d+|\d+\.(sst|log|blob|dbtmp)")

# Stands in a store while several bulk loads fill it: what a load that was cut off has left is nothing.
_UNFINISHED = Quad(NamedNode(STORE), NamedNode(KG + "loading"), Literal("unfinished"))

_T = TypeVar("_T")


def open(url: str, ontology: Ontology, read_only: bool) -> "OxigraphStore":
    """The store at `oxigraph:DIR` or `memory:`; see `kg.stores.open_store`."""
    if url.startswith("memory:"):
        if read_only:
            raise StoreError("memory: is empty until it is written; name a store that is kept")
        return OxigraphStore(url, Store(), ontology)
    directory = Path(url.removeprefix("oxigraph:"))
    if not directory.name:
        raise StoreError(f"{url} names no folder; write for example oxigraph:./diplograph.kg")
    there = (directory / "CURRENT").exists()
    if read_only and not there:
        raise StoreError(f"{url}: there is no store; kg load PATH --into {url} makes one")
    if not there and directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise StoreError(f"{url}: the folder holds something else; name an empty or a new one")
    try:
        store = _opened(directory, read_only)
    except (OSError, RuntimeError) as error:
        if "lock" in str(error).lower():
            message = "is being written by another process, or by a store of this one that is still in use"
            raise StoreError(f"{url} {message}; wait until it is closed") from error
        raise StoreError(f"{url} cannot be opened: {error}") from error
    if _UNFINISHED in store:
        if read_only:
            raise StoreError(f"{url}: a load into it is under way, or was cut off; wait for it, or load again")
        store.clear()
    return OxigraphStore(url, store, ontology, read_only, directory)


def _opened(directory: Path, read_only: bool) -> Store:
    if read_only:
        return Store.read_only(str(directory))
    try:
        return Store(str(directory))
    except OSError:
        gc.collect()  # a closed store lives on in the cycles of an rdflib graph that nobody uses any longer
        return Store(str(directory))


class OxigraphStore(RdfStore):
    """Claims in an Oxigraph store, which this process alone may write."""

    def __init__(
        self, url: str, engine: Store, ontology: Ontology, read_only: bool = False, directory: Path | None = None
    ) -> None:
        self._store: Store | None = engine
        self._directory = directory
        self._read_only = read_only
        super().__init__(url, ontology, read_only)

    @property
    def _engine(self) -> Store:
        if self._store is None:
            raise StoreError(f"{self.url} is closed")
        return self._store

    @property
    def _writable(self) -> Store:
        if self._read_only:
            raise StoreError(f"{self.url} was opened to be read only")
        return self._engine

    def _run(self, text: str) -> Results:
        return self._guarded(lambda: self._engine.query(text, prefixes=PREFIXES), "query (an update needs --write)")

    def _update(self, text: str) -> None:
        self._guarded(lambda: self._writable.update(text, prefixes=PREFIXES), "update")

    def _guarded(self, call: Callable[[], _T], what: str) -> _T:
        try:
            return call()
        except SyntaxError as error:
            raise QueryError(f"not a valid SPARQL {what}: {error}") from error
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"{self.url}: {error}") from error

    def _change(self, delete: set[str], insert: set[str]) -> None:
        if delete:
            data = ((verb, triples) for verb, triples in (("DELETE", delete), ("INSERT", insert)) if triples)
            self._writable.update(" ; ".join(f"{verb} DATA {{ {' . '.join(triples)} }}" for verb, triples in data))
        else:
            # In the order of the index, which takes half the time of any other.
            self._writable.load(b"".join(_lines(sorted(insert))), RdfFormat.N_TRIPLES)

    def _load(self, triples: Iterator[str]) -> None:
        lines = _lines(triples)
        first = list(islice(lines, SLICE))
        if len(first) < SLICE:
            self._bulk_load(iter(first))
            return
        self._writable.add(_UNFINISHED)
        try:
            self._bulk_load(iter(first))
            first.clear()
            while line := next(lines, None):
                self._bulk_load(chain([line], islice(lines, SLICE - 1)))
        except BaseException:
            self._writable.clear()
            self._change(set(), set(rdf.ontology_triples(self.ontology)))
            raise
        self._writable.remove(_UNFINISHED)

    def _bulk_load(self, lines: Iterator[bytes]) -> None:
        self._writable.bulk_load(_Stream(lines), RdfFormat.N_TRIPLES)  # type: ignore[arg-type]

    def rdflib(self) -> "rdflib.Graph":
        """An rdflib graph over the same triples; what rdflib is asked, Oxigraph answers."""
        import oxrdflib
        from rdflib import Graph
        from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

        class Guarded(oxrdflib.OxigraphStore):
            """The same rules as for the store's own queries."""

            def query(self, query: Any, *rest: Any, **options: Any) -> Any:
                refuse_network(str(query))
                return super().query(query, *rest, **options)

            def update(self, update: Any, *rest: Any, **options: Any) -> None:
                refuse_network(str(update))
                super().update(update, *rest, **options)

        graph = Graph(store=Guarded(store=self._engine), identifier=DATASET_DEFAULT_GRAPH_ID)
        for prefix, iri in PREFIXES.items():
            graph.bind(prefix, iri, replace=True)
        return graph

    def _erase(self) -> None:
        if self._directory:
            gc.collect()  # what still holds the folder open
            erase(self._directory, _FILES)

    def close(self) -> None:
        """Let go of the folder, so that another process may write it."""
        self._store = None


def _lines(triples: Iterable[str]) -> Iterator[bytes]:
    return (f"{triple} .\n".encode() for triple in triples)


class _Stream:
    """Lines as the file that the engine wants to read, so that a load is never in memory as a whole."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._part, self._at = b"", 0

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; none at the end."""
        if self._at == len(self._part):
            self._part, self._at = b"".join(islice(self._lines, LINES)), 0
        start, self._at = self._at, min(self._at + size, len(self._part))
        return self._part[start : self._at]
