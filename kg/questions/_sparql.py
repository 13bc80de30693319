"""A question's text in SPARQL: placeholders become terms and lists of relations, IRIs in its rows become ids."""

import re
from collections.abc import Iterable, Iterator

from kg import rdf
from kg.namespaces import ARTICLE, BASE, ENTITY
from kg.ontology import Ontology
from kg.questions import IDS, OPEN, Bound, Question, Row, Value, listed


def bound(text: str, values: Bound, ontology: Ontology) -> str:
    """The text with every placeholder replaced by a term, or by a list of relations."""
    lists = listed(ontology)

    def relations(names: Iterable[str]) -> str:
        return " ".join(f"<{ontology.relations[name].iri}>" for name in names)

    def term(match: re.Match[str]) -> str:
        name = match[1]
        if name not in values:
            return relations(lists[name])
        parameter, value = values[name]
        if parameter.type == "relation":
            return relations(ontology.relations if value is None else ontology.family(value))
        if parameter.type == "date":
            return f'"{value or OPEN[name]}"^^xsd:date'
        return f"<{rdf.iri(ENTITY if parameter.type == 'entity' else ARTICLE, value or '')}>"

    return re.sub(r"\$(\w+)", term, text)


def plain(rows: Iterable[Row], question: Question, ontology: Ontology) -> Iterator[Row]:
    """The rows with ids in place of IRIs, in the order of the question's columns."""
    names = {term.iri: name for name, term in ontology.relations.items()}

    def value(column: str, found: Value) -> Value:
        if column not in IDS or not isinstance(found, str):
            return found
        return names.get(found) or rdf.ident("", found.removeprefix(BASE).partition("/")[2])

    return ({column: value(column, row.get(column)) for column in question.columns} for row in rows)
