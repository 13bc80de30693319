"""One file as a store, for a small graph: `x.ttl`, `x.nt`, `x.nq`, `x.trig` or `x.jsonld`, asked through rdflib.

Opening reads the whole file into memory (about 30 microseconds a triple; beyond two million triples another store is
better), and every change writes it anew as a whole: in a new file beside it, which then takes its place. So a kill
leaves the old file or the new one, and perhaps `.x.ttl.NUMBER` beside it, which may be deleted. The same claims give
the same bytes in every file, whatever led to them.

Nothing is locked. A file that another process has changed since it was opened is not written over.
"""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, DefaultGraph, Quad, RdfFormat, Triple, parse

from kg import rdf
from kg.claim import Entity
from kg.entities import Mention
from kg.errors import QueryError, StoreError
from kg.namespaces import ARTICLE, ENTITY, KG, PREFIXES
from kg.ontology import Ontology
from kg.stores import _rdflib
from kg.stores._answer import Results
from kg.stores._rdf import RdfStore
from kg.triples import SYNTAXES, serialized, triples

if TYPE_CHECKING:
    import rdflib

SYNTAX = {ending: getattr(RdfFormat, name) for ending, name in SYNTAXES.items()}
MENTION = {KG + field for field in ("article", "entity", "name", "kind")}  # without these it is none

Triples = dict[str, _rdflib.Nodes]  # each as the line of N-Triples that the file would have, and as rdflib has it


def open(url: str, ontology: Ontology, read_only: bool) -> "FileStore":
    """The store in the file at a path; see `kg.stores.open_store`."""
    path = Path(url)
    if read_only and not path.exists():
        raise StoreError(f"{url}: there is no store; kg load PATH --into {url} makes one")
    if not path.parent.is_dir():
        raise StoreError(f"{url}: there is no folder {path.parent}; make it first")
    return FileStore(url, path.resolve(), ontology, read_only)


class FileStore(RdfStore):
    """Claims in one file."""

    def __init__(self, url: str, path: Path, ontology: Ontology, read_only: bool) -> None:
        self.url = url
        self._path = path
        self._syntax = Path(url).suffix.casefold()
        self._read_only = read_only
        self._seen = _state(path)
        self._triples = self._parsed() if self._seen else {}
        self._graph: rdflib.Graph | None = _rdflib.graph(self._triples.values())
        super().__init__(url, ontology, read_only)

    def _parsed(self) -> Triples:
        try:
            data = self._path.read_bytes().removeprefix(b"\xef\xbb\xbf")
            return _lines(parse(data, SYNTAX[self._syntax])) if data.strip() else {}
        except OSError as error:
            raise StoreError(f"{self.url} cannot be read: {error.strerror}") from error
        except SyntaxError as error:
            line = f":{error.lineno}" if error.lineno else ""
            raise StoreError(f"{self.url}{line}: {_wrong(error)}; correct it, the file was left as it is") from error
        except ValueError as error:
            raise StoreError(f"{self.url} was not made by kg, or was changed since: it has {error}") from error

    def _write(self, triples: Triples) -> None:
        data = serialized(triples, self._syntax)
        new = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            with new.open("wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            if _state(self._path) != self._seen:
                message = "was changed by another process since it was opened; nothing was written; open it again"
                raise StoreError(f"{self.url} {message}")
            if self._seen:
                shutil.copymode(self._path, new)
            new.replace(self._path)
        except OSError as error:
            raise StoreError(f"{self.url} cannot be written: {error.strerror}; it is as it was") from error
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)
        self._seen = _state(self._path)

    @property
    def _engine(self) -> "rdflib.Graph":
        if self._graph is None:
            raise StoreError(f"{self.url} is closed")
        return self._graph

    @property
    def _writable(self) -> "rdflib.Graph":
        if self._read_only:
            raise StoreError(f"{self.url} was opened to be read only")
        return self._engine

    def _run(self, text: str) -> Results:
        return _rdflib.ask(self._engine, text)

    def _facts(
        self, iris: list[str], only: Iterable[str] = (), but: Iterable[str] = ()
    ) -> dict[str, dict[str, list[rdf.Term]]]:
        wanted, unwanted = set(only), set(but)
        found: dict[str, dict[str, list[rdf.Term]]] = {iri: {} for iri in iris}
        for iri, about in found.items():
            for predicate, object in self._engine.predicate_objects(_rdflib.iri(iri)):
                name = str(predicate)
                if name not in unwanted and (not wanted or name in wanted):
                    about.setdefault(name, []).append(_rdflib.term(object))  # type: ignore[arg-type]  # no blank nodes
        return found

    def _mentions(self, end: str, iris: list[str], written: bool = False) -> list[Mention]:
        link = _rdflib.iri(KG + end)
        found = [str(mention) for iri in iris for mention in self._engine.subjects(link, _rdflib.iri(iri))]
        return [self._mention(about) for about in self._facts(found).values() if about.keys() >= MENTION]

    def _mention(self, about: rdf.Facts) -> Mention:
        article, entity, name, kind = (about[KG + field][0].value for field in ("article", "entity", "name", "kind"))
        same_as = tuple(sorted(link.value for link in about.get(KG + "sameAs", ())))
        described = Entity(rdf.ident(ENTITY, entity), name, self._names[kind], same_as=same_as)
        return Mention(rdf.ident(ARTICLE, article), described, {form.value for form in about.get(KG + "written", ())})

    def _update(self, text: str) -> None:
        graph = self._writable
        try:
            _rdflib.change(graph, text)
            changed = _lines(_rdflib.triples(graph))
            if changed.keys() != self._triples.keys():
                self._write(changed)
        except BaseException as error:
            self._graph = _rdflib.graph(self._triples.values())
            if isinstance(error, ValueError):
                raise QueryError(f"{self.url} was left as it was; the update would give it {error}") from error
            raise
        self._triples = changed

    def _change(self, delete: set[str], insert: set[str]) -> None:
        graph = self._writable
        added = _lines(parse("".join(f"{line} .\n" for line in insert).encode(), RdfFormat.N_TRIPLES))
        changed = {line: nodes for line, nodes in self._triples.items() if line not in delete} | added
        self._write(changed)
        for line in self._triples.keys() - changed.keys():
            graph.remove(self._triples[line])
        for line in changed.keys() - self._triples.keys():
            graph.add(changed[line])
        self._triples = changed

    def _load(self, triples: Iterator[str]) -> None:
        self._change(set(), set(triples))

    def rdflib(self) -> "rdflib.Graph":
        """An rdflib graph of the same triples. It is a copy: what is changed in it does not come into the file."""
        graph = _rdflib.Guarded(bind_namespaces="none")
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        return _rdflib.graph(self._engine, graph)

    def _drop(self) -> bool:
        ours = {*triples(self.claims(), self.ontology), *rdf.ontology_triples(self.ontology)}
        self._change(ours, set())
        return bool(self._triples)

    def _erase(self) -> None:
        self._path.unlink(missing_ok=True)

    def close(self) -> None:
        """Forget the triples; the file has them."""
        self._graph, self._triples = None, {}


def _state(path: Path) -> tuple[int, ...] | None:
    """What changes when another process writes the file; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _lines(triples: Iterable[Quad | Triple]) -> Triples:
    """The triples. Raises ValueError, naming the first, where one is of a kind that a store has none of."""
    found: Triples = {}
    for each in triples:
        if isinstance(each, Quad) and each.graph_name != DefaultGraph():
            raise ValueError(f"the named graph {each.graph_name}; move its triples out of it")
        if isinstance(each.subject, BlankNode) or isinstance(each.object, BlankNode):
            raise ValueError(f"a blank node; give it an IRI: {each}")
        if isinstance(each.object, Triple):
            raise ValueError(f"a triple term, which a store cannot hold: {each}")
        found[f"{each.subject} {each.predicate} {each.object}"] = _rdflib.nodes(each)
    return found


def _wrong(error: SyntaxError) -> str:
    if "LoadDocumentCallback" in str(error.msg):
        return "it names a remote @context, and nothing is ever fetched; write the context into the file"
    return f"it cannot be read: {error.msg}"
