"""Stores on SPARQL 1.1 servers: `sparql+http://USER@HOST:PORT/DATASET` and `sparql+https://`.

The endpoints are `query` and `update` below the URL's path, or what the options name: `?query=URL&update=URL`, as URLs
or as paths on the same host. `?timeout=SECONDS` limits the wait for one answer. Everything is in the default graph.

Others may keep triples of their own beside ours. Of an entity of ours, the classes of the ontology, labels without a
language, `owl:sameAs` and the edges to other entities are kg's; all else that is said of it stays as it is.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, quote_plus, urljoin, urlsplit

from pyoxigraph import QuerySolution, RdfFormat, parse

from kg.claim import Claim
from kg.errors import QueryError, StoreError, UsageError
from kg.namespaces import KG, PREFIXES
from kg.ontology import Ontology
from kg.stores import Store
from kg.stores._address import Address
from kg.stores._address import parse as parsed
from kg.stores._answer import Results, results
from kg.stores._guard import refuse_network
from kg.stores._http import Client, Reply, plain
from kg.stores._rdf import RdfStore

if TYPE_CHECKING:
    import rdflib

TIMEOUT = 300.0  # seconds

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
# An update goes as a form, which a server reads whole before it begins. Jena runs the other kind while it reads: one
# that is cut short it undoes, and thereafter (5.6.0, TDB2) loses some of the terms that were in it.
FORM = "application/x-www-form-urlencoded"
FORM_MOST = 16_000_000  # bytes; Jena takes 17 MB, and not twice that
ROWS = ("application/sparql-results+json", "application/json")
TRIPLES = {"application/n-triples": RdfFormat.N_TRIPLES, "text/turtle": RdfFormat.TURTLE}
ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9, text/turtle;q=0.8"

_OURS = re.compile(rf"<{re.escape(KG)}([A-Za-z]+)>")
_PLAIN = "".join(map(chr, range(0x21, 0x7F))).translate(dict.fromkeys(map(ord, "%&+")))  # as they are in a form
# A backslash pair before a "u", which whoever undoes code point escapes first would take for half of one.
_PAIR = re.compile(r"\\(?:\\([uU])|.)")


def open(url: str, ontology: Ontology, read_only: bool) -> "SparqlStore":
    """The store on a server; see `kg.stores.open_store`."""
    address = parsed(url, ("query", "update", "timeout"))
    endpoints = {kind: _endpoint(address, name) for kind, name in ((QUERY, "query"), (UPDATE, "update"))}
    client = Client(address.url, address.user, address.password, _timeout(address))
    try:
        return SparqlStore(address.url, ontology, read_only, client, endpoints)
    except BaseException:
        client.close()
        raise


def _endpoint(address: Address, name: str) -> str:
    base = f"{address.scheme.removeprefix('sparql+')}://{address.place}/{quote(address.path.strip('/'))}".rstrip("/")
    try:
        url = urljoin(base, address.options.get(name, f"{base}/{name}"))
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and parts.hostname and parts.username is None
    except ValueError:
        good = False
    if not good:
        raise UsageError(f"{address.url}: {name} is no endpoint; give an http or https URL without a user, or a path")
    return url


def _timeout(address: Address) -> float:
    text = address.options.get("timeout", str(TIMEOUT))
    if not re.fullmatch(r"\d{1,6}(\.\d+)?", text) or not float(text):
        raise UsageError(f"{address.url}: timeout is no number of seconds; write for example ?timeout=60")
    return float(text)


class SparqlStore(RdfStore):
    """Claims in the default graph of a server, where others may keep triples too."""

    shared: ClassVar[bool] = True

    def __init__(
        self, url: str, ontology: Ontology, read_only: bool, client: Client, endpoints: dict[str, str]
    ) -> None:
        self._client = client
        self._read_only = read_only
        self._endpoints = endpoints
        super().__init__(url, ontology, read_only)

    def _run(self, text: str) -> Results:
        reply = self._asked(text)
        try:
            if reply.kind in TRIPLES:
                return [quad.triple for quad in parse(reply.data, TRIPLES[reply.kind])]
            return results(reply.data)
        except (SyntaxError, ValueError) as error:
            raise self._unreadable(error) from error

    def _rows(self, text: str) -> list[QuerySolution]:
        try:
            return list(super()._rows(text))
        except SyntaxError as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: Exception) -> StoreError:
        return StoreError(f"{self.url}: the server's answer cannot be read: {plain(str(error))}; look at its log")

    def _asked(self, text: str) -> Reply:
        try:
            reply = self._client.post(self._endpoints[QUERY], _prefixed(text).encode(), QUERY, ACCEPT, (400,))
        except QueryError as error:
            raise QueryError(f"{error} (an update needs --write)") from error
        if reply.kind not in (*ROWS, *TRIPLES):
            what = f"answers with {plain(reply.kind) or 'something unnamed'} instead of SPARQL results"
            raise StoreError(f"{self.url}: {self._endpoints[QUERY]} {what}; check the address")
        return reply

    def _update(self, text: str) -> None:
        # By 500 a server says that an update fails while it runs.
        self._changed(_prefixed(text), (400, 500))

    def _changed(self, text: str, faults: tuple[int, ...] = ()) -> None:
        if self._read_only:
            raise StoreError(f"{self.url} was opened to be read only")
        body, kind = text.encode(), UPDATE
        form = b"update=" + quote_plus(body, safe=_PLAIN).encode()
        if len(form) <= FORM_MOST:
            body, kind = form, FORM
        self._client.post(self._endpoints[UPDATE], body, kind, "*/*", faults)

    def _change(self, delete: set[str], insert: set[str]) -> None:
        data = ((verb, triples) for verb, triples in (("DELETE", delete), ("INSERT", insert)) if triples)
        if text := " ;\n".join(f"{verb} DATA {{\n{_data(triples)}}}" for verb, triples in data):
            self._changed(f"PREFIX kg: <{KG}>\n{text}")

    def _fill(self, claims: Iterator[Claim]) -> None:
        Store._fill(self, claims)  # a server takes no load as a whole

    def _load(self, triples: Iterator[str]) -> None:
        self._change(set(), set(triples))

    def rdflib(self) -> "rdflib.Graph":
        """An rdflib graph over the same triples; what rdflib is asked, the server answers."""
        from rdflib import Graph
        from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
        from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
        from rdflib.query import Result

        store = self

        class Connected(SPARQLUpdateStore):
            """Asks as the store itself does, under the same rules."""

            def _query(self, query: str, *graphs: Any, **named: Any) -> Result:
                refuse_network(query)
                reply = store._asked(query)
                return Result.parse(BytesIO(reply.data), content_type=reply.kind)

            def _update(self, update: str) -> None:
                self.rollback()  # or one that is refused would come again with the next
                refuse_network(update)
                store._update(update)

        # It insists on endpoints, and never calls them.
        connected = Connected(self._endpoints[QUERY], self._endpoints[UPDATE], context_aware=False)
        graph = Graph(store=connected, identifier=DATASET_DEFAULT_GRAPH_ID)
        for prefix, iri in PREFIXES.items():
            graph.bind(prefix, iri, replace=True)
        return graph

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


def _prefixed(text: str) -> str:
    """The text after the predefined prefixes that it may use, all on its first line, so that line numbers stay."""
    return "".join(f"PREFIX {name}: <{iri}> " for name, iri in PREFIXES.items() if f"{name}:" in text) + text


def _data(triples: set[str]) -> str:
    """The triples as SPARQL, the same whether code point escapes are undone before parsing or within strings alone."""
    about: dict[str, list[str]] = {}
    for triple in sorted(triples):
        subject, predicate, object = triple.split(" ", 2)
        about.setdefault(subject, []).append(_OURS.sub(r"kg:\1", predicate) + f" {object}")
    return _PAIR.sub(_apart, "".join(f"{subject} {' ; '.join(said)} .\n" for subject, said in about.items()))


def _apart(pair: re.Match[str]) -> str:
    return rf"\\\u00{ord(pair[1]):02x}" if pair[1] else pair[0]
