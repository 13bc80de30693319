"""The namespaces: ours, under a reserved domain so that nobody is impersonated, and those that ours leans on."""

BASE = "https://diplograph.example/"
KG = BASE + "ontology#"
ENTITY = BASE + "entity/"
ARTICLE = BASE + "article/"
CLAIM = BASE + "claim/"
MENTION = BASE + "mention/"
LINK = BASE + "link/"
STORE = BASE + "store"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DCTERMS = "http://purl.org/dc/terms/"
WIKIDATA = "http://www.wikidata.org/entity/"

PREFIXES = {
    "kg": KG,
    "entity": ENTITY,
    "article": ARTICLE,
    "claim": CLAIM,
    "mention": MENTION,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "skos": SKOS,
    "xsd": XSD,
    "dcterms": DCTERMS,
    "prov": "http://www.w3.org/ns/prov#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "schema": "https://schema.org/",
    "wd": WIKIDATA,
}
