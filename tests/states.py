"""All that a store holds, whatever its engine, so that two states can be compared."""

import json
from collections.abc import Iterable

from kg import rdf
from kg.claim import Claim
from kg.namespaces import ENTITY, KG
from kg.stores import Store
from tests.engines import Make

State = list[tuple[object, ...]]


def state(store: Store) -> State:
    """Every triple; or every node and every relationship, with labels, types and properties."""
    if store.language == "sparql":
        return sorted(tuple(row.values()) for row in store.query("SELECT ?s ?p ?o { ?s ?p ?o }"))
    nodes = store.query("MATCH (n) RETURN labels(n) AS labels, properties(n) AS properties")
    links = store.query(
        "MATCH (a)-[r]->(b) RETURN labels(a) AS a, coalesce(a.id, a.name) AS from, type(r) AS type,"
        " properties(r) AS properties, labels(b) AS b, coalesce(b.id, b.name) AS to"
    )
    return sorted(tuple(map(_text, row.values())) for row in (*nodes, *links))


def _text(value: object) -> str:
    return json.dumps(sorted(value) if isinstance(value, list) else value, sort_keys=True)


def state_of(make: Make, claims: Iterable[Claim]) -> State:
    """The state of a store into which these claims were put."""
    with make() as store:
        store.add(claims)
        return state(store)


def edges(store: Store) -> set[tuple[object, ...]]:
    """The edges of a store, as (subject id, relation, object id)."""
    if store.language == "cypher":
        names = {term.type: name for name, term in store.ontology.relations.items()}
        rows = store.query(
            "MATCH (a)-[r]->(b) WHERE type(r) IN $types RETURN a.id, type(r), b.id", {"types": list(names)}
        )
        return {(row["a.id"], names[str(row["type(r)"])], row["b.id"]) for row in rows}
    rows = store.query("SELECT ?s ?p ?o { ?p kg:sign ?sign ; a owl:ObjectProperty . ?s ?p ?o }")
    return {
        tuple(rdf.ident("", str(value).removeprefix(ENTITY).removeprefix(KG)) for value in row.values()) for row in rows
    }
