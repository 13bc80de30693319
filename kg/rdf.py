"""Claims as RDF triples and back: the only place where the two meet.

One shape for every SPARQL 1.1 store: claim, article, mention and entity nodes, and one plain triple for each edge that
some claim states. No blank nodes, no named graphs, no triple terms.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote, unquote

import msgspec
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from kg.claim import SCHEMA_VERSION, Article, Claim, Entity, Mark, Node, valid_bounds
from kg.entities import Mention
from kg.namespaces import (
    ARTICLE,
    CLAIM,
    DCTERMS,
    ENTITY,
    KG,
    LINK,
    MENTION,
    OWL,
    PREFIXES,
    RDF,
    RDFS,
    SKOS,
    STORE,
    WIKIDATA,
    XSD,
)
from kg.ontology import Ontology, data_path

Term = NamedNode | Literal
Value = str | int | float | bool | None
Key = tuple[str, str, str]  # subject id, relation, object id
Facts = Mapping[str, list[Term]]  # predicate IRI: objects, of one subject

# Blanks, at which some parsers end an IRI, and the marks of direction, which RFC 3987 (4.1) forbids in one.
_NO_IRI = r"[\s\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
# All but the other characters that RFC 3987 lets stand in the path of an IRI; "%" too, so that encoding is reversible.
_UNSAFE = re.compile(
    r"[^A-Za-z0-9\-._~!$&'()*+,;=:@/"
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\U00010000-\U0001fffd\U00020000-\U0002fffd\U00030000-\U0003fffd]|" + _NO_IRI
)
# Dots between slashes, which whoever resolves an IRI drops, and one at the end, over which rdflib stumbles in Turtle.
_DOTS = re.compile(r"(?<![^/])\.+(?![^/])|\.\Z")
# Characters that a literal may not hold as they are, or that engines write in more than one way.
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f\ufffe\uffff]')


def iri(base: str, id: str) -> str:
    """The IRI of an id in one of our namespaces, percent-encoded where an IRI needs it."""
    return base + _encoded(id)


def ident(base: str, iri: str) -> str:
    """The id that `iri` made an IRI of."""
    return unquote(iri.removeprefix(base))


@functools.lru_cache(65_536)  # most ids come many times
def _encoded(id: str) -> str:
    safe = _UNSAFE.sub(_percent, id)
    return _DOTS.sub(lambda match: match[0].replace(".", "%2E"), safe) if "." in safe else safe


def _percent(match: re.Match[str]) -> str:
    return quote(match[0], safe="")


def mention_iri(article: str, entity: str) -> str:
    """The IRI of what an article says of an entity."""
    return f"{MENTION}{_encoded(article)}/{_encoded(entity).replace('/', '%2F')}"


def literal(value: str | int | float | bool) -> str:
    """The value as an N-Triples literal."""
    if isinstance(value, str):
        return f'"{value}"' if not _ESCAPED.search(value) else str(Literal(value))
    kind = {bool: "boolean", int: "integer", float: "double"}[type(value)]
    return f'"{str(value).lower() if kind == "boolean" else value}"^^<{XSD}{kind}>'


# A triple is one line of N-Triples without the final dot: every engine loads it, and every update may hold it.


def claim_triples(claim: Claim, ontology: Ontology) -> Iterator[str]:
    """The claim's own node; its article, mentions and edge are made apart, once for all claims that share them."""
    subject = f"<{iri(CLAIM, claim.id)}>"
    said_by = claim.attributed_to
    relation = ontology.relations[claim.relation]
    yield f"{subject} <{RDF}type> <{KG}Claim>"
    yield f"{subject} <{KG}subject> <{iri(ENTITY, claim.subject.id)}>"
    yield f"{subject} <{KG}relation> <{relation.iri}>"
    yield f"{subject} <{KG}object> <{iri(ENTITY, claim.object.id)}>"
    yield f"{subject} <{KG}statedIn> <{iri(ARTICLE, claim.article.id)}>"
    if said_by:
        yield f"{subject} <{KG}attributedTo> <{iri(ENTITY, said_by.id)}>"
    values: tuple[tuple[str, Value], ...] = (
        ("subjectWritten", claim.subject.written),
        ("objectWritten", claim.object.written),
        ("attributedToWritten", said_by.written if said_by else None),
        ("begin", claim.begin),
        ("end", claim.end),
        ("quote", claim.quote),
        ("marks", marks_text(claim.marks)),
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
            yield f"{subject} <{KG}{name}> {literal(value)}"
    for name, day in zip(("validFirst", "validLast"), valid_bounds(claim), strict=True):
        if day:
            yield f"{subject} <{KG}{name}> {_day(day)}"


def article_triples(article: Article) -> Iterator[str]:
    """The article's node: its title as dcterms:title, its other fields under kg:."""
    subject = f"<{iri(ARTICLE, article.id)}>"
    yield f"{subject} <{RDF}type> <{KG}Article>"
    for name, predicate in _ARTICLE_FIELDS.items():
        value = getattr(article, name)
        if value is not None:
            yield f"{subject} <{predicate}> {_day(value) if name == 'published' else literal(value)}"


def mention_triples(mention: Mention, ontology: Ontology) -> Iterator[str]:
    """How one article speaks of one entity."""
    entity = mention.entity
    subject = f"<{mention_iri(mention.article, entity.id)}>"
    yield f"{subject} <{RDF}type> <{KG}Mention>"
    yield f"{subject} <{KG}article> <{iri(ARTICLE, mention.article)}>"
    yield f"{subject} <{KG}entity> <{iri(ENTITY, entity.id)}>"
    yield f"{subject} <{KG}name> {literal(entity.name)}"
    yield f"{subject} <{KG}kind> <{ontology.classes[entity.kind].iri}>"
    yield from (f"{subject} <{KG}sameAs> {literal(link)}" for link in entity.same_as)
    yield from (f"{subject} <{KG}written> {literal(form)}" for form in sorted(mention.written))


def entity_triples(entity: Node, ontology: Ontology) -> Iterator[str]:
    """The entity's node: classes, exactly one label, aliases and external ids."""
    subject = f"<{iri(ENTITY, entity.id)}>"
    yield from (f"{subject} <{RDF}type> <{ontology.classes[kind].iri}>" for kind in entity.kinds)
    yield f"{subject} <{RDFS}label> {literal(entity.name)}"
    yield from (f"{subject} <{SKOS}altLabel> {literal(alias)}" for alias in entity.aliases)
    yield from (f"{subject} <{OWL}sameAs> <{_link_iri(link)}>" for link in entity.same_as)


def edge_triple(key: Key, ontology: Ontology) -> str:
    """The plain triple of an edge."""
    subject, relation, object = key
    return f"<{iri(ENTITY, subject)}> <{ontology.relations[relation].iri}> <{iri(ENTITY, object)}>"


def ontology_triples(ontology: Ontology) -> Iterator[str]:
    """The ontology, its extension, and the node that says which schema version a store has."""
    shipped = data_path("diplomacy.ttl").read_text(encoding="utf-8")
    for text in filter(None, (shipped, ontology.extra)):
        for quad in parse(text, RdfFormat.TURTLE):
            if isinstance(quad.subject, NamedNode) and not isinstance(quad.object, BlankNode):
                yield f"{quad.subject} {quad.predicate} {quad.object}"
    yield f"<{STORE}> <{RDF}type> <{KG}Store>"
    yield f"<{STORE}> <{KG}schemaVersion> {literal(SCHEMA_VERSION)}"
    if ontology.extra:
        yield f"<{STORE}> <{KG}extraOntology> {literal(ontology.extra)}"


def key_text(key: Key) -> str:
    """The key as one text: its parts percent-encoded, with a blank between them."""
    return " ".join(_encoded(part) for part in key)


def _link_iri(link: str) -> str:
    """The IRI of an external id: `wikidata:Q159` in Wikidata's namespace; an IRI as it is; all else in ours."""
    scheme, _, rest = link.partition(":")
    if scheme == "wikidata":
        return iri(WIKIDATA, rest)
    if link.startswith(LINK) or re.search(_NO_IRI, link) or _DOTS.search(link):
        return iri(LINK, link)
    try:
        return NamedNode(link).value
    except ValueError:
        return iri(LINK, link)


def _link(subject: str) -> str:
    """The external id that `_link_iri` made an IRI of."""
    if subject.startswith(WIKIDATA):
        return "wikidata:" + ident(WIKIDATA, subject)
    return ident(LINK, subject) if subject.startswith(LINK) else subject


def _day(day: str) -> str:
    return f'"{day}"^^<{XSD}date>'


_ARTICLE_FIELDS = {
    "title": DCTERMS + "title",
    **{name: KG + name for name in ("publisher", "published", "url", "author", "language")},
}


def marks_text(marks: tuple[Mark, ...]) -> str | None:
    """The marks as one text, which every store keeps; None where there are none."""
    return ";".join(f"{begin} {end} {role}" for begin, end, role in marks) or None


def marks_from(text: str | None) -> tuple[Mark, ...]:
    """The marks that `marks_text` wrote."""
    if not text:
        return ()
    parts = (part.split(" ") for part in text.split(";"))
    return tuple((int(begin), int(end), role) for begin, end, role in parts)  # type: ignore[misc]


def article_from(subject: str, facts: Facts) -> Article:
    """The article of a node's facts."""
    fields = {name: facts[predicate][0].value for name, predicate in _ARTICLE_FIELDS.items() if predicate in facts}
    return Article(ident(ARTICLE, subject), **fields)


def node_from(subject: str, facts: Facts, names: Mapping[str, str]) -> Node:
    """The entity of a node's facts; `names` are terms by IRI."""
    return Node(
        id=ident(ENTITY, subject),
        name=facts[RDFS + "label"][0].value,
        kinds=tuple(sorted(names[term.value] for term in facts[RDF + "type"])),
        aliases=tuple(sorted(term.value for term in facts.get(SKOS + "altLabel", ()))),
        same_as=tuple(sorted(_link(term.value) for term in facts.get(OWL + "sameAs", ()))),
    )


def claim_from(
    subject: str,
    facts: Facts,
    articles: Mapping[str, Article],
    mentions: Mapping[tuple[str, str], Entity],
    names: Mapping[str, str],
) -> Claim:
    """The claim of a node's facts; articles by id, mentions by ids of article and entity, `names` are terms by IRI."""

    def text(name: str) -> str | None:
        found = facts.get(KG + name)
        return found[0].value if found else None

    article = articles[ident(ARTICLE, facts[KG + "statedIn"][0].value)]

    def entity(role: str) -> Entity:
        described = mentions[article.id, ident(ENTITY, facts[KG + role][0].value)]
        return msgspec.structs.replace(described, written=text(role + "Written") or "")

    begin, end, confidence, marks = text("begin"), text("end"), text("confidence"), text("marks")
    return Claim(
        id=ident(CLAIM, subject),
        subject=entity("subject"),
        object=entity("object"),
        relation=names[facts[KG + "relation"][0].value],
        article=article,
        begin=None if begin is None else int(begin),
        end=None if end is None else int(end),
        quote=text("quote"),
        marks=marks_from(marks),
        row=text("row"),
        attributed_to=entity("attributedTo") if KG + "attributedTo" in facts else None,
        negated=text("negated") == "true",
        modality=text("modality") or "actual",  # type: ignore[arg-type]
        valid_from=text("validFrom"),
        valid_to=text("validTo"),
        confidence=None if confidence is None else float(confidence),
        annotator=text("annotator"),
    )


_NUMBERS: dict[str, type[int] | type[float]] = {
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
        return _number(term.value, _NUMBERS[datatype]) if datatype in _NUMBERS else term.value
    return term.value if isinstance(term, NamedNode) else str(term)


def _number(text: str, kind: type[int] | type[float]) -> int | float | str:
    try:
        return kind(text)
    except ValueError:  # "x"^^xsd:integer is an odd literal, but a literal
        return text


def shorten(text: str) -> str:
    """The IRI as a prefixed name where one of the predefined prefixes fits.

    >>> shorten("https://diplograph.example/entity/saudi-arabia")
    'entity:saudi-arabia'
    """
    for prefix, base in PREFIXES.items():
        local = text.removeprefix(base)
        if local != text and re.fullmatch(r"\w(?:[\w.-]*[\w-])?", local):
            return f"{prefix}:{local}"
    return text
