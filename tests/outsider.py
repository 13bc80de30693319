"""Somebody else at the same server, who knows nothing of kg: what they keep there, and what they see."""

import csv
import io

import neo4j

from tests.servers import Server
from tests.test_servers import sparql

_OWN_INDEXES = "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"  # all but those of a new database
_ALL = {
    "neo4j": (
        "MATCH (n) RETURN labels(n), properties(n)",
        "MATCH (a)-[r]->(b) RETURN properties(a), type(r), properties(r), properties(b)",
        "CALL db.labels()",
        "CALL db.relationshipTypes()",
        "SHOW CONSTRAINTS YIELD name",
        _OWN_INDEXES,
    ),
    "sparql+http": ("SELECT ?s ?p ?o (LANG(?o) AS ?l) (DATATYPE(?o) AS ?d) { ?s ?p ?o }",),
}


class Outsider:
    """One user of a server, by its own protocol."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.language = "cypher" if server.scheme == "neo4j" else "sparql"

    def does(self, text: str) -> list[tuple[object, ...]]:
        """The rows of a query, or none of an update."""
        server = self._server
        if self.language == "cypher":
            auth = (str(server.user), str(server.password))
            with neo4j.GraphDatabase.driver(f"bolt://127.0.0.1:{server.port}", auth=auth) as driver:
                return [tuple(record.values()) for record in driver.execute_query(text).records]
        if not text.startswith("SELECT"):
            sparql(server, server.password, "update", text)
            return []
        _, *rows = csv.reader(io.StringIO(sparql(server, server.password, "query", text).decode()))
        return [tuple(row) for row in rows]

    def sees(self) -> list[str]:
        """All triples; or all nodes, relationships, constraints and indexes, and the labels and types in use."""
        return sorted(str(row) for text in _ALL[self._server.scheme] for row in self.does(text))

    def clears(self) -> None:
        """As if the server were new."""
        if self.language == "sparql":
            self.does("CLEAR DEFAULT")
            return
        self.does("MATCH (n) DETACH DELETE n")
        for text, what in (("SHOW CONSTRAINTS YIELD name", "CONSTRAINT"), (_OWN_INDEXES, "INDEX")):
            for (name,) in self.does(text):
                self.does(f"DROP {what} {name}")
