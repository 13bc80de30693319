"""A set of claims as a whole RDF graph: every triple of a store that holds them, and that graph as a file.

`kg.rdf` says how one claim, article, mention or entity is written; here is what several claims share.
"""

from collections.abc import Iterable, Iterator

from kg import rdf
from kg.claim import Article, Claim
from kg.entities import Mention, meet, nodes
from kg.namespaces import ARTICLE, PREFIXES
from kg.ontology import Ontology

# The ending of a file: the name that pyoxigraph has for its syntax.
SYNTAXES = {".ttl": "TURTLE", ".nt": "N_TRIPLES", ".nq": "N_QUADS", ".trig": "TRIG", ".jsonld": "JSON_LD"}


class Shared:
    """What claims share: articles, mentions and the keys of edges."""

    def __init__(self, ontology: Ontology, claims: Iterable[Claim] = ()) -> None:
        self.ontology = ontology
        self.articles: dict[str, Article] = {}
        self.mentions: dict[tuple[str, str], Mention] = {}
        self.keys: set[rdf.Key] = set()
        for claim in claims:
            self.meet(claim)

    def meet(self, claim: Claim) -> None:
        """Add what one claim brings."""
        self.articles[claim.article.id] = claim.article
        meet(claim, self.mentions)
        if claim.holds:
            self.keys.add(self.ontology.key(claim))

    def triples(self) -> Iterator[str]:
        """Articles, mentions and edges; not the entities, which also depend on other articles' mentions."""
        for article in self.articles.values():
            yield from rdf.article_triples(article)
        for mention in self.mentions.values():
            yield from rdf.mention_triples(mention, self.ontology)
        for key in self.keys:
            yield rdf.edge_triple(key, self.ontology)

    def iris(self) -> Iterator[str]:
        """The nodes of the articles and mentions."""
        yield from (rdf.iri(ARTICLE, id) for id in self.articles)
        yield from (rdf.mention_iri(article, id) for article, id in self.mentions)


def triples(claims: Iterable[Claim], ontology: Ontology) -> Iterator[str]:
    """All triples of settled, distinct claims, each a line of N-Triples without the dot; not those of the ontology."""
    shared = Shared(ontology)
    for claim in claims:
        shared.meet(claim)
        yield from sorted(rdf.claim_triples(claim, ontology))  # claims come by id: most of the whole is in order
    yield from shared.triples()
    for node in nodes(shared.mentions.values()):
        yield from rdf.entity_triples(node, ontology)


def serialized(triples: Iterable[str], ending: str) -> bytes:
    """The triples as a file with this ending (of `SYNTAXES`), in one order: the same triples give the same bytes."""
    import pyoxigraph

    lines = sorted(dict.fromkeys(triples))
    data = " .\n".join([*lines, ""]).encode()
    syntax = getattr(pyoxigraph.RdfFormat, SYNTAXES[ending])
    if ending in (".nt", ".nq"):
        return data  # a triple of the default graph is the same line in both
    parsed = pyoxigraph.parse(data, pyoxigraph.RdfFormat.N_TRIPLES)
    return pyoxigraph.serialize(parsed, format=syntax, prefixes=PREFIXES) or b""
