"""The ontology: terms read from Turtle, and every RDF name, Cypher name and colour computed from them.

`ontology/diplomacy.ttl` is the only place where terms live. A relation is a property that has `kg:sign`, or whose
ancestor has; a class is an `owl:Class`; every other property is a field of the record.
"""

import difflib
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from kg.claim import Claim
from kg.errors import OntologyError
from kg.namespaces import KG, OWL, RDF, RDFS, SKOS

FAMILIES = ("supports", "opposes", "engages", "ties")

# By sign, light and dark page; told apart by protan, deutan and tritan readers (Okabe and Ito 2008).
COLOURS = {1: ("#0072B2", "#56B4E9"), -1: ("#D55E00", "#F28C38"), 0: ("#6b7280", "#9aa4b0")}


class Term(msgspec.Struct, frozen=True):
    """A class, relation or record field.

    `parents` are local names; `domain` and `range` are names of classes, or of XML Schema types for fields; `sign` is
    +1, -1 or 0 for a relation, None for all else.
    """

    name: str
    iri: str
    is_class: bool = False
    label: str = ""
    comment: str = ""
    example: str = ""
    parents: tuple[str, ...] = ()
    domain: str = ""
    range: str = ""
    sign: int | None = None
    symmetric: bool = False
    transitive: bool = False

    @property
    def type(self) -> str:
        """The Cypher relationship type.

        >>> Term("backsMilitarily", KG + "backsMilitarily").type
        'BACKS_MILITARILY'
        """
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name).upper()

    @property
    def colour(self) -> str:
        """The colour of its sign on a light page."""
        return COLOURS[self.sign or 0][0]


class Ontology:
    """Classes, relations and fields by local name, in the order of the files that they were read from."""

    def __init__(self, terms: Mapping[str, Term], extra: str = "") -> None:
        self.terms = terms
        self.classes = {name: term for name, term in terms.items() if term.is_class}
        self.relations = {name: term for name, term in terms.items() if term.sign is not None}
        self.fields = {n: term for n, term in terms.items() if n not in self.classes and n not in self.relations}
        self.extra = extra  # the Turtle text of the user's extension, kept in the store

    def relation(self, label: str) -> Term | None:
        """The relation of this label, matched without case, blanks, underscores and hyphens."""
        return self._relation_labels.get(folded(label))

    def kind(self, label: str) -> Term | None:
        """The class of this label, matched like `relation`."""
        return self._class_labels.get(folded(label))

    def nearest_relation(self, label: str) -> str | None:
        """The relation that is spelled most like the label, or None where none is."""
        return _nearest_term(label, self._relation_labels)

    def nearest_kind(self, label: str) -> str | None:
        """The class that is spelled most like the label, or None where none is."""
        return _nearest_term(label, self._class_labels)

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The term itself, then all above it, nearest first. Raises KeyError for an unknown name."""
        return self._ancestors[name]

    def family(self, name: str) -> tuple[str, ...]:
        """The relation and all below it, in the order of the ontology. Raises KeyError for an unknown name."""
        return self._families[name]

    @functools.cached_property
    def symmetric(self) -> tuple[str, ...]:
        """The relations that hold both ways."""
        return tuple(name for name, term in self.relations.items() if term.symmetric)

    def key(self, claim: Claim) -> tuple[str, str, str]:
        """(subject id, relation, object id): the edge a claim speaks of, its ids sorted where it holds both ways."""
        subject, object = claim.subject.id, claim.object.id
        if self.relations[claim.relation].symmetric and object < subject:
            subject, object = object, subject
        return subject, claim.relation, object

    @functools.cached_property
    def _ancestors(self) -> dict[str, tuple[str, ...]]:
        return {name: tuple(_upward(name, self.terms)) for name in self.terms}

    @functools.cached_property
    def _families(self) -> dict[str, tuple[str, ...]]:
        return {top: tuple(n for n in self.relations if top in self._ancestors[n]) for top in self.relations}

    @functools.cached_property
    def _relation_labels(self) -> dict[str, Term]:
        return {folded(name): term for name, term in self.relations.items()}

    @functools.cached_property
    def _class_labels(self) -> dict[str, Term]:
        return {folded(name): term for name, term in self.classes.items() if "Entity" in self._ancestors[name]}


def data_path(name: str) -> Path:
    """A file of `ontology/`: in an installed package it stands in `kg/data`, in a checkout beside `kg/`."""
    here = Path(__file__).parent
    return next(path for path in (here / "data" / name, here.parent / "ontology" / name) if path.exists())


@functools.cache
def load(extra: str = "") -> Ontology:
    """The shipped ontology, extended by the Turtle text `extra`.

    An extension adds classes and relations under an IRI of its own, below the shipped ones. Raises OntologyError where
    it is no Turtle, names an unknown parent, takes a name that is taken, or gives a relation no or another sign.
    """
    terms = _terms(read_turtle(data_path("diplomacy.ttl").read_text(encoding="utf-8")), {})
    if extra:
        triples = read_turtle(extra)
        terms |= _checked(_terms(triples, terms), terms, triples)
    return Ontology(terms, extra)


def load_file(path: str | Path) -> Ontology:
    """The shipped ontology extended by a Turtle file. Raises OntologyError, naming the file."""
    try:
        return load(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise OntologyError(f"{path}: cannot be read: {error}") from error
    except OntologyError as error:
        raise OntologyError(f"{path}: {error}") from error


def read_turtle(text: str) -> list[tuple[str, str, str]]:
    """(subject, predicate, object) of every triple, terms as their bare text. Raises OntologyError with the line."""
    import pyoxigraph

    try:
        quads = list(pyoxigraph.parse(text, pyoxigraph.RdfFormat.TURTLE))
    except (SyntaxError, ValueError) as error:
        raise OntologyError(f"not valid Turtle: {error}") from error
    if any(isinstance(quad.object, pyoxigraph.Triple) for quad in quads):
        raise OntologyError("triple terms (RDF 1.2) have no place in an ontology")
    return [(quad.subject.value, quad.predicate.value, quad.object.value) for quad in quads]


_PROPERTIES = {RDF + "Property", OWL + "ObjectProperty", OWL + "DatatypeProperty", OWL + "AnnotationProperty"}


def _terms(triples: list[tuple[str, str, str]], known: Mapping[str, Term]) -> dict[str, Term]:
    """The terms that the triples define, by local name; parents come from the triples or from `known`."""
    facts: dict[str, dict[str, list[str]]] = {}
    for subject, predicate, object in triples:
        facts.setdefault(subject, {}).setdefault(predicate, []).append(object)
    defined = {
        iri: about
        for iri, about in facts.items()
        if not _PROPERTIES.union({OWL + "Class", RDFS + "Class"}).isdisjoint(about.get(RDF + "type", ()))
    }
    names = {term.iri: name for name, term in known.items()} | {iri: _local(iri) for iri in defined}
    found: dict[str, Term] = {}
    for iri, about in defined.items():
        name = names[iri]
        if name in found or name in known:
            raise OntologyError(f"{name} is defined twice: {iri} and {(found.get(name) or known[name]).iri}")
        found[name] = _term(iri, about, names)
    return {name: _inherited(term, {**known, **found}) for name, term in found.items()}


def _term(iri: str, about: Mapping[str, list[str]], names: Mapping[str, str]) -> Term:
    types = about.get(RDF + "type", [])
    is_class = OWL + "Class" in types or RDFS + "Class" in types
    if is_class and not _PROPERTIES.isdisjoint(types):
        raise OntologyError(f"{_local(iri)} is both a class and a property")
    parents = about.get(RDFS + ("subClassOf" if is_class else "subPropertyOf"), [])
    for parent in parents:
        if parent.startswith(KG) and parent not in names:
            raise OntologyError(f"{_local(iri)} stands below {parent}, which is not defined")

    def first(predicate: str) -> str:
        return next(iter(about.get(predicate, [])), "")

    sign = first(KG + "sign")
    return Term(
        name=names[iri],
        iri=iri,
        is_class=is_class,
        label=first(RDFS + "label"),
        comment=first(RDFS + "comment"),
        example=first(SKOS + "example"),
        parents=tuple(names[parent] for parent in parents if parent in names),
        domain=_local(first(RDFS + "domain")),
        range=_local(first(RDFS + "range")),
        sign=_sign(sign, iri) if sign else None,
        symmetric=OWL + "SymmetricProperty" in types,
        transitive=OWL + "TransitiveProperty" in types,
    )


def _sign(text: str, iri: str) -> int:
    if text.lstrip("+") not in {"1", "-1", "0"}:
        raise OntologyError(f"{_local(iri)} has the sign {text}; it may be 1, -1 or 0")
    return int(text)


def _inherited(term: Term, terms: Mapping[str, Term]) -> Term:
    """The term with the sign, domain and range of its nearest ancestor that has one, where it has none itself."""
    line = [terms[name] for name in _upward(term.name, terms)]
    return msgspec.structs.replace(
        term,
        label=term.label or term.name,
        sign=next((t.sign for t in line if t.sign is not None), None),
        domain=next((t.domain for t in line if t.domain), ""),
        range=next((t.range for t in line if t.range), ""),
    )


def _checked(
    found: dict[str, Term], known: Mapping[str, Term], triples: Iterable[tuple[str, str, str]]
) -> dict[str, Term]:
    """What an extension defines, if it fits below the shipped terms and says nothing about them, else OntologyError."""
    everything = {**known, **found}
    for subject in dict.fromkeys(subject for subject, _, _ in triples):
        term = found.get(_local(subject))
        if term is None or term.iri != subject:
            raise OntologyError(f"{subject} is not defined in it as a class or property; an extension only adds terms")
        _check_name(term)
        _check_place(term, everything)
    _check_distinct(everything.values())
    return found


# Labels and types of a property graph that are no classes or relations: docs/decisions/0003-one-shape.md
_TAKEN = {"SUBJECT", "OBJECT", "STATED_IN", "ATTRIBUTED_TO", "MENTIONS", "KIND_OF", "RELATION", "KG_STORE"}


def _check_name(term: Term) -> None:
    if term.iri.startswith(KG):
        raise OntologyError(f"{term.name} is in the namespace of the shipped terms; use an IRI of your own")
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", term.name):
        raise OntologyError(
            f"{term.iri}: the name after the last # or / may hold only letters and digits, a letter first"
        )

    if term.type in _TAKEN:
        raise OntologyError(f"{term.name} is what a part of the property graph is called; choose another name")


def _check_place(term: Term, terms: Mapping[str, Term]) -> None:
    above = [terms[parent] for parent in term.parents]
    line = list(_upward(term.name, terms))
    if term.is_class:
        if "Entity" not in line:
            raise OntologyError(f"the class {term.name} is not below kg:Entity")
        return
    if not any(parent.sign is not None for parent in above):
        raise OntologyError(f"{term.name} is not below a relation; name its parent with rdfs:subPropertyOf")
    if any(parent.sign != term.sign for parent in above):
        raise OntologyError(f"{term.name} has another sign than the relation above it")
    for end in (term.domain, term.range):
        if end not in terms or not terms[end].is_class:
            raise OntologyError(f"{term.name}: its domain or range {end} is no class")
    for parent in above:
        for own, wider in ((term.domain, parent.domain), (term.range, parent.range)):
            if wider not in _upward(own, terms):
                raise OntologyError(f"{term.name}: {own} is not {wider} or below it, as {parent.name} has it")


def _check_distinct(terms: Iterable[Term]) -> None:
    """Raise OntologyError where two classes or two relations could be taken for each other."""
    taken: dict[tuple[bool, str], str] = {}
    for term in terms:
        if term.is_class or term.sign is not None:
            other = taken.setdefault((term.is_class, folded(term.name)), term.name)
            if other != term.name:
                raise OntologyError(f"{term.name} and {other} differ only in case, hyphens or underscores")


def _upward(name: str, terms: Mapping[str, Term]) -> Iterator[str]:
    """The term and its ancestors, nearest first, each once. Raises OntologyError on a cycle."""
    seen = [name]
    for current in seen:
        for parent in terms[current].parents:
            if parent == name:
                raise OntologyError(f"{name} stands below itself")
            if parent not in seen:
                seen.append(parent)
    return iter(seen)


def _local(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]


def folded(label: str) -> str:
    """A label without case, blanks, underscores and hyphens, by which it is looked up."""
    return re.sub(r"[\s_-]+", "", label).casefold()


def nearest(text: str, known: Iterable[str]) -> str | None:
    """The known text that is spelled most like `text`, or None where nothing is known."""
    return _nearest(text, tuple(known))


@functools.lru_cache(4096)
def _nearest(text: str, known: tuple[str, ...]) -> str | None:
    return next(iter(difflib.get_close_matches(text, known, n=1, cutoff=0.0)), None)


def _nearest_term(label: str, terms: Mapping[str, Term]) -> str | None:
    close = nearest(folded(label), terms)
    return terms[close].name if close else None
