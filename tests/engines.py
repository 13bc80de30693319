"""Every engine that keeps claims: those in process, with a new store at each call, and servers that start once."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from unittest.mock import patch

from kg import ontology
from kg.errors import StoreError
from kg.stores import Store, open_store
from tests.servers import ENGINES, Missing, Server

Make = Callable[[], Store]

# A store joins the laws, the questions and the command line tests with one line.
LOCAL: dict[str, Callable[[Path], str]] = {
    "memory": lambda folder: "memory:",
    "oxigraph": lambda folder: f"oxigraph:{folder / 'store.kg'}",
    "file": lambda folder: str(folder / "store.ttl"),
}
NAMES = (*LOCAL, "arcadedb", *ENGINES)
CYPHER = ("arcadedb", "neo4j-5", "neo4j-2026")

# Whatever a test has left, but for the ontology and the node that says whose store it is.
_CLEARED = {
    "cypher": "MATCH (n) WHERE NOT n:KgStore AND NOT n:Relation DETACH DELETE n",
    "sparql": """DELETE { ?s ?p ?o } WHERE { ?s ?p ?o
                 FILTER(!STRSTARTS(STR(?s), "https://diplograph.example/ontology#")
                     && STR(?s) != "https://diplograph.example/store") }""",
}


def part(name: str) -> str | None:
    """What `KG_REQUIRE` calls the part that an engine needs; None where pip brings it."""
    return ENGINES[name].part if name in ENGINES else {"arcadedb": "arcadedb"}.get(name)


@contextmanager
def made(name: str, folder: Path) -> Iterator[Make]:
    """What makes an empty store of this engine, in or for this folder. Raises Missing where the engine is not here."""
    if name in LOCAL:
        yield lambda: open_store(LOCAL[name](Path(mkdtemp(dir=folder))))
    elif name == "arcadedb":
        with embedded(folder / "store") as make:
            yield emptied(make)
    else:
        with ENGINES[name](folder) as server:
            yield emptied(lambda: opened(server))


def opened(server: Server, read_only: bool = False) -> Store:
    """The store on a server."""
    with patch.dict(os.environ, KG_PASSWORD=server.password or ""):
        return open_store(server.url, read_only=read_only)


@contextmanager
def embedded(folder: Path) -> Iterator[Make]:
    """Stores over one ArcadeDB process: it takes seconds to start, so that it stays while stores come and go."""
    from kg.stores import _cypher, _engine, cypher

    url = f"cypher:{folder}"
    try:
        engine = _engine.Engine(folder, url)
    except StoreError as error:
        raise Missing(str(error)) from error
    try:
        yield lambda: _cypher.CypherStore(url, cypher.bolt(engine, url), ontology.load())
    finally:
        engine.stop()


def emptied(make: Make) -> Make:
    """Makes the same store again and again, each time empty."""

    def make_empty() -> Store:
        store = make()
        if store.ontology.extra:
            store.drop()
            return make()
        store.query(_CLEARED[store.language], write=True)
        return store

    return make_empty


__all__ = ["CYPHER", "LOCAL", "NAMES", "Make", "Missing", "emptied", "made", "opened", "part"]
