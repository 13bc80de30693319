"""Claims as RDF: the triples that a store of them holds, and what RDFS entails of these."""

from collections.abc import Iterable
from itertools import chain

from kg import rdf
from kg.claim import Claim
from kg.exports import Rendered
from kg.namespaces import PREFIXES, STORE
from kg.ontology import Ontology
from kg.triples import serialized, triples

# The rules of RDF 1.1 Semantics, section 9.2.1, by their names there. Types come last, as they follow from the others:
# one pass is enough, since no term of ours or of an extension stands above or below one of RDFS.
# That everything is an rdfs:Resource, and what is said of literals, is left out. DISTINCT halves the time.
RULES = {
    "rdfs5": "INSERT { ?p rdfs:subPropertyOf ?above } WHERE { ?p rdfs:subPropertyOf+ ?above }",
    "rdfs11": "INSERT { ?c rdfs:subClassOf ?above } WHERE { ?c rdfs:subClassOf+ ?above }",
    "rdfs7": "INSERT { ?s ?above ?o } WHERE { ?p rdfs:subPropertyOf ?above . ?s ?p ?o }",
    "rdfs2": """INSERT { ?s a ?c } WHERE { SELECT DISTINCT ?s ?c {
        ?p rdfs:domain ?c . ?s ?p ?o FILTER(?c != rdfs:Resource) } }""",
    "rdfs3": """INSERT { ?o a ?c } WHERE { SELECT DISTINCT ?o ?c {
        ?p rdfs:range ?c . ?s ?p ?o FILTER(?c != rdfs:Resource && !isLiteral(?o)) } }""",
    "rdfs9": "INSERT { ?s a ?above } WHERE { ?c rdfs:subClassOf ?above . ?s a ?c }",
}


def render(claims: list[Claim], ontology: Ontology, ending: str, entail: bool) -> Rendered:
    """The file. What is entailed was never stated, so that a file with it does not call itself a store."""
    stated = chain(rdf.ontology_triples(ontology), triples(claims, ontology))
    if not entail:
        return [serialized(stated, f".{ending}")], []
    data = (line for line in stated if not line.startswith(f"<{STORE}> "))
    return [serialized(entailed(data), f".{ending}")], ["the mark of a store, since it holds what nobody stated"]


def entailed(triples: Iterable[str]) -> list[str]:
    """The triples and all that `RULES` make of them, each a line of N-Triples without the dot."""
    from pyoxigraph import DefaultGraph, RdfFormat, Store

    store = Store()
    store.bulk_load("".join(f"{triple} .\n" for triple in triples).encode(), RdfFormat.N_TRIPLES)
    for rule in RULES.values():
        store.update(rule, prefixes=PREFIXES)
    lines = (store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b"").decode()
    return lines.split(" .\n")[:-1]
