"""rdflib as an engine: terms there and back, and SPARQL that fetches nothing and joins in bearable time."""

import logging
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple
from rdflib.plugins.sparql.algebra import translateQuery, translateUpdate
from rdflib.plugins.sparql.parser import parseQuery, parseUpdate
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.plugins.sparql.sparql import Query

from kg.errors import QueryError
from kg.namespaces import PREFIXES, XSD
from kg.stores._answer import Results, results
from kg.stores._guard import refuse_network

Nodes = tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]  # a triple as rdflib has it
Term = NamedNode | Literal | BlankNode

# Parts of a query whose rows depend on one another, or on what is bound elsewhere: they are evaluated by themselves.
_APART = {
    "Project",
    "Distinct",
    "Reduced",
    "Slice",
    "OrderBy",
    "Group",
    "AggregateJoin",
    "Minus",
    "ServiceGraphPattern",
}

_ROWS = rdflib.Variable("__rows__")

# rdflib logs a literal that is not of its type, as "x"^^xsd:integer; where nobody listens, Python would print that.
logging.getLogger("rdflib").addHandler(logging.NullHandler())


@lru_cache(65_536)
def iri(text: str) -> rdflib.URIRef:
    """The IRI; the same object for the same text, since a store names each many times."""
    return rdflib.URIRef(text)


def nodes(triple: Quad | Triple) -> Nodes:
    """A triple of IRIs and literals for rdflib, every literal spelled as it is."""
    return _node(triple.subject), _node(triple.predicate), _node(triple.object)


def _node(term: object) -> rdflib.term.Node:
    if isinstance(term, Literal):
        datatype = None if term.language or term.datatype.value == XSD + "string" else iri(term.datatype.value)
        return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
    assert isinstance(term, NamedNode)
    return iri(term.value)


def term(node: rdflib.term.Node) -> Term:
    """A term of rdflib's. Raises ValueError for an IRI that is none."""
    if isinstance(node, rdflib.Literal):
        datatype = NamedNode(node.datatype) if node.datatype and not node.language else None
        return Literal(str(node), datatype=datatype, language=node.language)
    return BlankNode(str(node)) if isinstance(node, rdflib.BNode) else NamedNode(str(node))


def triples(graph: Iterable[Nodes]) -> Iterator[Triple]:
    """The triples. Raises ValueError for what is no triple in RDF, such as one with a literal for its subject."""
    for subject, predicate, object in (map(term, triple) for triple in graph):
        if isinstance(subject, Literal) or not isinstance(predicate, NamedNode):
            raise ValueError(f"what is no triple: {subject} {predicate} {object}")
        yield Triple(subject, predicate, object)


def graph(triples: Iterable[Nodes], into: rdflib.Graph | None = None) -> rdflib.Graph:
    """The triples in a graph."""
    made = rdflib.Graph(bind_namespaces="none") if into is None else into
    for each in triples:
        made.add(each)
    return made


def ask(graph: rdflib.Graph, text: str) -> Results:
    """The results of a query. Raises QueryError where it is none, or fails."""
    try:
        result = graph.query(_query(text))
        if result.graph is not None:
            # As the standard has it, a template makes only what is a triple.
            return list(triples(each for each in result.graph if not isinstance(each[0], rdflib.Literal)))
        return results(result.serialize(format="json") or b"")
    except Exception as error:
        raise _said(error, "query") from error


def change(graph: rdflib.Graph, text: str) -> None:
    """Run an update, which leaves the graph half changed where it fails. Raises QueryError."""
    try:
        parsed = parseUpdate(text)
        _refuse_graphs(parsed.request)
        update = translateUpdate(parsed, None, PREFIXES)
        loads = [str(step.iri) for step in update.algebra if step.name == "Load"]
        if not all(address.startswith(("http://", "https://")) for address in loads):
            raise QueryError("LOAD takes the addresses of http and https, and no file of this machine")
        graph.update(update)
    except Exception as error:
        raise _said(error, "update") from error


def _said(error: Exception, what: str) -> QueryError:
    """The error as ours; rdflib has no class for its own, and often raises a bare Exception."""
    if isinstance(error, QueryError):
        return error
    if isinstance(error, RecursionError):
        return QueryError(f"the {what} is nested too deep")
    if type(error).__module__.startswith("pyparsing"):
        hint = " (an update needs --write)" if what == "query" else ""
        return QueryError(f"not a valid SPARQL {what}{hint}: {error}")
    return QueryError(f"rdflib cannot answer this {what}: {error}")


def _query(text: str) -> Query:
    parsed = parseQuery(text)
    _refuse_graphs(parsed)
    everything = parsed[1].name == "SelectQuery" and not parsed[1].projection
    query = translateQuery(parsed, None, PREFIXES)
    if everything:  # SELECT *, for which rdflib has the columns in no order
        query.algebra["PV"] = sorted(query.algebra.PV)
    _drop_empty_groups(query.algebra)
    _hand_on(query.algebra)
    return query


def _refuse_graphs(parts: Iterable[Any]) -> None:
    """Raise QueryError for FROM or USING: rdflib would fetch what is named there, or pass over it."""
    for part in parts:
        if isinstance(part, CompValue) and (part.using or part.datasetClause):
            raise QueryError("the store has one graph and no other; leave FROM and USING out")


def _drop_empty_groups(part: Any) -> None:
    """Where nothing is found, GROUP BY makes no group; rdflib gives a row of nothing, told by its count of no rows."""
    for key, inner in _inner(part):
        _drop_empty_groups(inner)
        if isinstance(inner, CompValue) and inner.name == "AggregateJoin" and inner.p.expr is not None:
            inner.A.append(CompValue("Aggregate_Count", vars="*", res=_ROWS))
            part[key] = CompValue("Filter", expr=_ROWS, p=inner, no_isolated_scope=True)


def _hand_on(part: Any) -> set[str] | None:
    """Let a join ask its second part with what its first has bound, wherever that cannot change the rows.

    Rdflib does so for two parts only; where a group has three, it makes all rows of each and compares every two. Gives
    the variables that may not be bound before: those that the part sets by BIND, and those that only its expressions
    name. None: nothing may be, the part has to be evaluated by itself.
    """
    inner = {key: _hand_on(value) for key, value in _inner(part)}
    own: set[str] = set()
    if isinstance(part, CompValue):
        if part.name == "Join":
            second = inner["p2"]
            part["lazy"] = second is not None and second.isdisjoint(_variables(part.p1))
        if part.name in _APART:
            return None
        if part.name in ("Filter", "Extend", "LeftJoin"):
            own = _variables(part.expr) - _variables([part.p, part.p1, part.p2]) | _variables(part.var)
    found = [each for each in inner.values() if each is not None]
    return own.union(*found) if len(found) == len(inner) else None


def _variables(part: Any) -> set[str]:
    if isinstance(part, rdflib.Variable):
        return {part}
    keys = part if type(part) is dict else ()  # one row of VALUES
    return {*keys}.union(*(_variables(inner) for _, inner in _inner(part)))


def _inner(part: Any) -> list[tuple[Any, Any]]:
    """The parts of a part of a query, with their keys."""
    if isinstance(part, CompValue):
        return list(part.items())
    return list(enumerate(part)) if isinstance(part, list | tuple) else []


class Guarded(rdflib.Graph):
    """A graph to hand out, under the same rules as a store's own queries."""

    def query(self, query_object: Any, *rest: Any, **options: Any) -> rdflib.query.Result:
        """What rdflib answers. Raises QueryError for what may fetch something."""
        refuse_network(str(query_object))
        return super().query(query_object, *rest, **options)

    def update(self, update_object: Any, *rest: Any, **options: Any) -> None:
        """Change the graph. Raises QueryError for what may fetch something."""
        refuse_network(str(update_object))
        if isinstance(update_object, str):
            _refuse_graphs(parseUpdate(update_object).request)
        super().update(update_object, *rest, **options)
