"""Claims as RDF triples and back: the only place where the two meet.

One shape for every SPARQL 1.1 store: claim, article, mention and entity nodes, and one plain triple for each edge that
some claim states. No blank nodes, no named graphs, no triple terms.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote

import msgspec
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.claim import Article, Claim, Entity, Mark, Node, valid_bounds
from kg.entities import Mention
from kg.ontology import (
    ARTICLE,
    CLAIM,
    DCTERMS,
    ENTITY,
    KG,
    MENTION,
    OWL,
    PREFIXES,
    RDF,
    RDFS,
    SKOS,
    STORE,
    WIKIDATA,
    XSD,
    Ontology,
    data_path,
)

Term = NamedNode | Literal
Value = str | int | float | bool | None
Key = tuple[str, str, str]  # subject id, relation, object id
Facts = Mapping[str, list[Term]]  # predicate IRI: objects, of one subject

SCHEMA_VERSION = 1

TYPE = NamedNode(RDF + "type")
_DATE = NamedNode(XSD + "date")
_LABEL, _ALIAS, _SAME = NamedNode(RDFS + "label"), NamedNode(SKOS + "altLabel"), NamedNode(OWL + "sameAs")

# Characters that RFC 3987 lets stand in the path of an IRI; "%" is not among them, so that encoding is reversible.
_UNSAFE = re.compile(
    r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/"
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd]"
)


def node(base: str, id: str) -> NamedNode:
    """The IRI of an id in one of our namespaces, percent-encoded where an IRI needs it."""
    return NamedNode(base + _encoded(id))


def ident(base: str, iri: str) -> str:
    """The id that `node` made an IRI of."""
    return unquote(iri.removeprefix(base))


def _encoded(id: str) -> str:
    # A path of dots would be resolved away by whoever reads the IRI as relative.
    return "".join(c.replace(".", "%2E") for c in id) if not id.strip("./") else _UNSAFE.sub(_percent, id)


def _percent(match: re.Match[str]) -> str:
    return quote(match[0], safe="")


def kg(name: str) -> NamedNode:
    """A term of the ontology."""
    return NamedNode(KG + name)


def claim_triples(claim: Claim, ontology: Ontology) -> Iterator[Triple]:
    """The claim's own node; its article, mentions and edge are made apart, once for all claims that share them."""
    subject = node(CLAIM, claim.id)
    said_by = claim.attributed_to
    first, last = valid_bounds(claim)
    relation = ontology.relations[claim.relation]
    yield Triple(subject, TYPE, _CLAIM)
    yield Triple(subject, _SUBJECT, node(ENTITY, claim.subject.id))
    yield Triple(subject, _RELATION, NamedNode(relation.iri))
    yield Triple(subject, _OBJECT, node(ENTITY, claim.object.id))
    yield Triple(subject, _STATED_IN, node(ARTICLE, claim.article.id))
    if said_by:
        yield Triple(subject, _ATTRIBUTED_TO, node(ENTITY, said_by.id))
    values: tuple[tuple[str, Value], ...] = (
        ("subjectWritten", claim.subject.written),
        ("objectWritten", claim.object.written),
        ("attributedToWritten", said_by.written if said_by else None),
        ("begin", claim.begin),
        ("end", claim.end),
        ("quote", claim.quote),
        ("marks", _marks_text(claim.marks)),
        ("row", claim.row),
        ("negated", claim.negated),
        ("modality", claim.modality),
        ("validFrom", claim.valid_from),
        ("validTo", claim.valid_to),
        ("confidence", None if claim.confidence is None else float(claim.confidence)),
        ("annotator", claim.annotator),
        ("key", key_text(ontology.key(claim))),
        ("holds", claim.holds),
        ("sign", relation.sign),
    )
    for name, value in values:
        if value is not None:
            yield Triple(subject, _FIELDS[name], Literal(value))
    if first:
        yield Triple(subject, _VALID_FIRST, Literal(first, datatype=_DATE))
    if last:
        yield Triple(subject, _VALID_LAST, Literal(last, datatype=_DATE))


def article_triples(article: Article) -> Iterator[Triple]:
    """The article's node: its title as dcterms:title, its other fields under kg:."""
    subject = node(ARTICLE, article.id)
    yield Triple(subject, TYPE, kg("Article"))
    for name, predicate in _ARTICLE_FIELDS.items():
        value = getattr(article, name)
        if value is not None:
            literal = Literal(value, datatype=_DATE) if name == "published" else Literal(value)
            yield Triple(subject, predicate, literal)


def mention_node(article: str, entity: str) -> NamedNode:
    """The IRI of what an article says of an entity."""
    return NamedNode(f"{MENTION}{_encoded(article)}/{_encoded(entity).replace('/', '%2F')}")


def mention_triples(mention: Mention, ontology: Ontology) -> Iterator[Triple]:
    """How one article speaks of one entity."""
    entity = mention.entity
    subject = mention_node(mention.article, entity.id)
    yield Triple(subject, TYPE, _MENTION)
    yield Triple(subject, _IN_ARTICLE, node(ARTICLE, mention.article))
    yield Triple(subject, _ENTITY, node(ENTITY, entity.id))
    yield Triple(subject, _NAME, Literal(entity.name))
    yield Triple(subject, _KIND, NamedNode(ontology.classes[entity.kind].iri))
    yield from (Triple(subject, _SAME_AS, Literal(link)) for link in entity.same_as)
    yield from (Triple(subject, _WRITTEN, Literal(form)) for form in mention.written)


def entity_triples(entity: Node, ontology: Ontology) -> Iterator[Triple]:
    """The entity's node: classes, exactly one label, aliases and external ids."""
    subject = node(ENTITY, entity.id)
    yield from (Triple(subject, TYPE, NamedNode(ontology.classes[kind].iri)) for kind in entity.kinds)
    yield Triple(subject, _LABEL, Literal(entity.name))
    yield from (Triple(subject, _ALIAS, Literal(alias)) for alias in entity.aliases)
    yield from (Triple(subject, _SAME, link_node(link)) for link in entity.same_as)


def edge_triple(key: Key, ontology: Ontology) -> Triple:
    """The plain triple of an edge."""
    subject, relation, object = key
    return Triple(node(ENTITY, subject), NamedNode(ontology.relations[relation].iri), node(ENTITY, object))


def ontology_triples(ontology: Ontology) -> Iterator[Triple]:
    """The ontology, its extension, and the node that says which schema a store has."""
    shipped = data_path("diplomacy.ttl").read_text(encoding="utf-8")
    for text in filter(None, (shipped, ontology.extra)):
        for quad in parse(text, RdfFormat.TURTLE):
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                continue  # a blank node would be another one in every store
            yield Triple(quad.subject, quad.predicate, quad.object)
    store = NamedNode(STORE)
    yield Triple(store, TYPE, kg("Store"))
    yield Triple(store, kg("schemaVersion"), Literal(SCHEMA_VERSION))
    if ontology.extra:
        yield Triple(store, kg("extraOntology"), Literal(ontology.extra))


def key_text(key: Key) -> str:
    """The key as one text: its parts percent-encoded, with a blank between them."""
    return " ".join(_encoded(part) for part in key)


def link_node(link: str) -> NamedNode:
    """The IRI of an external id: `wikidata:Q159` in Wikidata's namespace, any other as it is, encoded."""
    scheme, _, rest = link.partition(":")
    if scheme == "wikidata":
        return node(WIKIDATA, rest)
    return NamedNode(_UNSAFE.sub(_percent, link)) if re.match(r"[a-z][a-z0-9+.-]*:", link) else node(ENTITY, link)


def _marks_text(marks: tuple[Mark, ...]) -> str | None:
    return ";".join(f"{begin} {end} {role}" for begin, end, role in marks) or None


def _marks(text: str) -> tuple[Mark, ...]:
    parts = (part.split(" ") for part in text.split(";"))
    return tuple((int(begin), int(end), role) for begin, end, role in parts)  # type: ignore[misc]


_CLAIM = kg("Claim")
_SUBJECT, _RELATION, _OBJECT = kg("subject"), kg("relation"), kg("object")
_STATED_IN, _ATTRIBUTED_TO = kg("statedIn"), kg("attributedTo")
_MENTION, _IN_ARTICLE, _ENTITY = kg("Mention"), kg("article"), kg("entity")
_NAME, _KIND, _SAME_AS, _WRITTEN = kg("name"), kg("kind"), kg("sameAs"), kg("written")
_VALID_FIRST, _VALID_LAST = kg("validFirst"), kg("validLast")
_FIELDS = {
    name: kg(name)
    for name in (
        "subjectWritten objectWritten attributedToWritten begin end quote marks row negated modality validFrom validTo"
        " confidence annotator key holds sign"
    ).split()
}
_ARTICLE_FIELDS = {
    "title": NamedNode(DCTERMS + "title"),
    **{name: kg(name) for name in ("publisher", "published", "url", "author", "language")},
}


def article_from(iri: str, facts: Facts) -> Article:
    """The article of a node's facts."""
    fields = {name: facts[p.value][0].value for name, p in _ARTICLE_FIELDS.items() if p.value in facts}
    return Article(ident(ARTICLE, iri), **fields)


def mention_from(facts: Facts, names: Mapping[str, str]) -> Mention:
    """The mention of a node's facts; `names` are terms by IRI."""
    entity = Entity(
        id=ident(ENTITY, facts[KG + "entity"][0].value),
        name=facts[KG + "name"][0].value,
        kind=names[facts[KG + "kind"][0].value],
        same_as=tuple(sorted(term.value for term in facts.get(KG + "sameAs", ()))),
    )
    written = {term.value for term in facts.get(KG + "written", ())}
    return Mention(ident(ARTICLE, facts[KG + "article"][0].value), entity, written)


def node_from(iri: str, facts: Facts, names: Mapping[str, str]) -> Node:
    """The entity of a node's facts; `names` are terms by IRI."""
    return Node(
        id=ident(ENTITY, iri),
        name=facts[RDFS + "label"][0].value,
        kinds=tuple(sorted(names[term.value] for term in facts[RDF + "type"])),
        aliases=tuple(sorted(term.value for term in facts.get(SKOS + "altLabel", ()))),
        same_as=tuple(sorted(term.value.replace(WIKIDATA, "wikidata:") for term in facts.get(OWL + "sameAs", ()))),
    )


def claim_from(
    iri: str,
    facts: Facts,
    articles: Mapping[str, Article],
    mentions: Mapping[tuple[str, str], Mention],
    names: Mapping[str, str],
) -> Claim:
    """The claim of a node's facts; articles by id, mentions by ids of article and entity, `names` are terms by IRI."""

    def text(name: str) -> str | None:
        found = facts.get(KG + name)
        return found[0].value if found else None

    article = articles[ident(ARTICLE, facts[KG + "statedIn"][0].value)]

    def entity(role: str) -> Entity:
        described = mentions[article.id, ident(ENTITY, facts[KG + role][0].value)].entity
        return msgspec.structs.replace(described, written=text(role + "Written") or "")

    begin, end, confidence, marks = text("begin"), text("end"), text("confidence"), text("marks")
    return Claim(
        id=ident(CLAIM, iri),
        subject=entity("subject"),
        object=entity("object"),
        relation=names[facts[KG + "relation"][0].value],
        article=article,
        begin=None if begin is None else int(begin),
        end=None if end is None else int(end),
        quote=text("quote"),
        marks=_marks(marks) if marks else (),
        row=text("row"),
        attributed_to=entity("attributedTo") if KG + "attributedTo" in facts else None,
        negated=text("negated") == "true",
        modality=text("modality") or "actual",  # type: ignore[arg-type]
        valid_from=text("validFrom"),
        valid_to=text("validTo"),
        confidence=None if confidence is None else float(confidence),
        annotator=text("annotator"),
    )


_NUMBERS = {
    **dict.fromkeys((XSD + n for n in ("integer", "int", "long", "short", "byte", "nonNegativeInteger")), int),
    **dict.fromkeys((XSD + n for n in ("decimal", "double", "float")), float),
}


def value(term: object) -> Value:
    """A query's term as plain data: an IRI or date as its text, a number or truth value as such, unbound as None."""
    if term is None:
        return None
    if isinstance(term, Literal):
        datatype = term.datatype.value
        if datatype == XSD + "boolean":
            return term.value in ("true", "1")
        return _NUMBERS.get(datatype, str)(term.value)
    return term.value if isinstance(term, NamedNode) else str(term)


def shorten(iri: str) -> str:
    """The IRI as a prefixed name where one of the predefined prefixes fits.

    >>> shorten("https://diplograph.example/entity/saudi-arabia")
    'entity:saudi-arabia'
    """
    for prefix, base in PREFIXES.items():
        if iri.startswith(base) and re.fullmatch(r"\w(?:[\w.-]*[\w-])?", iri[len(base) :]):
            return f"{prefix}:{iri[len(base) :]}"
    return iri
