"""Neo4j 5.26 and newer, or another server that speaks Bolt: `neo4j://USER@HOST:PORT/DATABASE`, `bolt://`, `neo4j+s://`.

Nothing of it needs the Enterprise edition or a plugin. Without a database the server's own default is meant. Loaders
may run at once: a transaction that writes makes the others wait.
"""

from kg.ontology import Ontology
from kg.stores._address import parse
from kg.stores._bolt import Bolt
from kg.stores._cypher import CypherStore

USER = "neo4j"  # a new server's


def open(url: str, ontology: Ontology, read_only: bool) -> CypherStore:
    """The store on a server; see `kg.stores.open_store`."""
    address = parse(url)
    known = address.user is not None or address.password is not None
    auth = (address.user or USER, address.password or "") if known else None
    bolt = Bolt(address.url, f"{address.scheme}://{address.place}", address.path or None, auth)
    try:
        return CypherStore(address.url, bolt, ontology, read_only)
    except BaseException:
        bolt.close()
        raise
