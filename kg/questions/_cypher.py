"""A question's text in Cypher: values are the driver's parameters, lists of relations too, or alternations of types."""

import re
from collections.abc import Iterable, Iterator

from kg.ontology import Ontology
from kg.questions import OPEN, Bound, Question, Row, Value, listed


def bound(text: str, values: Bound, ontology: Ontology) -> tuple[str, dict[str, object]]:
    """The text, in which `:$backs` has become an alternation of types, and the parameters that it needs."""
    lists = {name: list(names) for name, names in listed(ontology).items()}
    parameters: dict[str, object] = {}
    for name, (parameter, value) in values.items():
        if parameter.type == "relation":
            lists[name] = list(ontology.relations if value is None else ontology.family(value))
        else:
            parameters[name] = value or OPEN.get(name)

    def types(match: re.Match[str]) -> str:
        return ":" + "|".join(ontology.relations[name].type for name in lists[match[1]])

    text = re.sub(r":\$(\w+)", types, text)
    asked = set(re.findall(r"\$(\w+)", text))
    parameters |= {name: _both(names, ontology) for name, names in lists.items() if name in asked - parameters.keys()}
    return text, parameters


def families(text: str, ontology: Ontology) -> dict[str, list[str]]:
    """What the names of relations stand for in a user's text: `$backs` is the list of it and all below it.

    The list has the names and then the types, so that `c.relation IN $backs` and `type(r) IN $backs` both hold.
    """
    if "$" not in text:
        return {}
    lists = listed(ontology)
    return {name: _both(lists[name], ontology) for name in re.findall(r"\$(\w+)", text) if name in lists}


def plain(rows: Iterable[Row], question: Question, ontology: Ontology) -> Iterator[Row]:
    """The rows with names in place of types, in the order of the question's columns."""
    names = {term.type: name for name, term in ontology.relations.items()}

    def value(column: str, found: Value) -> Value:
        return names.get(str(found), found) if column.startswith("relation") else found

    return ({column: value(column, row.get(column)) for column in question.columns} for row in rows)


def _both(names: Iterable[str], ontology: Ontology) -> list[str]:
    names = list(names)
    return [*names, *(ontology.relations[name].type for name in names)]
