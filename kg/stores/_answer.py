"""What an RDF engine answers: rows as plain data, or one of the W3C result forms."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from pyoxigraph import (
    Literal,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    parse_query_results,
    serialize,
)

from kg import rdf
from kg.errors import QueryError, UsageError
from kg.namespaces import PREFIXES
from kg.questions import Row
from kg.stores import Answer

Results = QuerySolutions | QueryBoolean | QueryTriples | list[Triple]


def results(data: bytes) -> QuerySolutions | QueryBoolean:
    """What SELECT or ASK gave, from its W3C JSON form. Raises SyntaxError where it is none."""
    return parse_query_results(data, format=QueryResultsFormat.JSON)


class RdfAnswer(Answer):
    """Results of the engine; None for an update, which has none."""

    def __init__(self, results: Results | None) -> None:
        self._results = results
        self.is_graph = isinstance(results, QueryTriples | list)
        if isinstance(results, QuerySolutions):
            self.columns = tuple(variable.value for variable in results.variables)
        elif isinstance(results, QueryBoolean):
            self.columns = ("ask",)
        else:
            self.columns = ("subject", "predicate", "object") if self.is_graph else ()

    def rows(self) -> Iterator[Row]:
        with _reading():
            for row in self._terms():
                yield dict(zip(self.columns, map(rdf.value, row), strict=True))

    def _terms(self) -> Iterable[Iterable[object]]:
        if isinstance(self._results, QueryBoolean):
            return [[Literal(bool(self._results))]]
        if isinstance(self._results, QueryTriples | list):
            return sorted(self._results, key=str)
        return self._results or ()

    def text(self, format: str) -> str:
        if self.is_graph != (format == "turtle"):
            raise UsageError(f"this query's result has no {format} form; use {_FORMS[self.is_graph]}")
        with _reading():
            return self._text(format)

    def _text(self, format: str) -> str:
        if isinstance(self._results, QueryTriples | list):
            triples = sorted(self._results, key=str)
            written = " ".join(map(str, triples))
            used = {name: iri for name, iri in PREFIXES.items() if f"<{iri}" in written}
            return _text(serialize(triples, format=RdfFormat.TURTLE, prefixes=used))
        if isinstance(self._results, QueryBoolean) and format != "json":
            return f"{'true' if self._results else 'false'}\n"
        return _text(self._results.serialize(format=_W3C[format])) if self._results is not None else ""


@contextmanager
def _reading() -> Iterator[None]:
    """An engine works while its results are read, and may fail as late as that."""
    try:
        yield
    except (OSError, RuntimeError, SyntaxError) as error:
        raise QueryError(f"the answer cannot be read to its end: {error}") from error


def _text(data: bytes | None) -> str:
    return (data or b"").decode()


_FORMS = {False: "table, jsonl, csv, tsv or json", True: "turtle or jsonl"}
_W3C = {"csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV, "json": QueryResultsFormat.JSON}
