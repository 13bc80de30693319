"""Real servers for the tests, on 127.0.0.1 and with data to throw away: `with ENGINES["fuseki"](folder) as server:`."""

from tests.servers._process import Missing, Server
from tests.servers.fuseki import Fuseki
from tests.servers.neo4j import Neo4j5, Neo4j2026
from tests.servers.oxigraph import Oxigraph

__all__ = ["ENGINES", "Missing", "Server"]

ENGINES: dict[str, type[Server]] = {
    "fuseki": Fuseki,
    "oxigraph-server": Oxigraph,
    "neo4j-5": Neo4j5,
    "neo4j-2026": Neo4j2026,
}
