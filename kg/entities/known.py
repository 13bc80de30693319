"""The entities known beforehand: the gazetteer, the ties between them, and the id that a name has of itself."""

import functools
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping

import msgspec

from kg.claim import Node
from kg.namespaces import ENTITY, KG, OWL, RDF, RDFS, SKOS, WIKIDATA
from kg.ontology import data_path, read_turtle

_ABBREVIATION = 4  # letters: event coders write whole names in capitals, too, and POLICE is nobody in particular


class Tie(msgspec.Struct, frozen=True):
    """What is so whatever an article says: `subject` stands in `relation` to `object` (ids of known entities).

    `valid_from` and `valid_to` are ISO dates (a year, a month or a day), both included; None where not known, or where
    it still is so.
    """

    subject: str
    relation: str
    object: str
    valid_from: str | None = None
    valid_to: str | None = None


class Gazetteer:
    """The entities known beforehand, their ties, and the names that name nobody in particular.

    Ties are background knowledge and no claims: none enters a store. They are sorted by their fields, in order.
    """

    def __init__(self, nodes: Iterable[Node], generic: Iterable[str] = (), ties: Iterable[Tie] = ()) -> None:
        self.nodes = {node.id: node for node in nodes}
        self.generic = {name.casefold() for name in generic}
        self.ties = tuple(sorted(ties, key=lambda tie: tuple(value or "" for value in msgspec.structs.astuple(tie))))
        self._named: dict[str, set[str]] = {}
        self._linked: dict[str, str] = {}
        for node in self.nodes.values():
            for name in (node.name, *node.aliases):
                self._named.setdefault(name.casefold(), set()).add(node.id)
            for link in node.same_as:
                self._linked[link] = node.id

    def linked(self, same_as: Iterable[str]) -> str | None:
        """The id of the entity that has one of these external ids."""
        return next((self._linked[link] for link in same_as if link in self._linked), None)

    def named(self, name: str) -> set[str]:
        """The ids of the entities that have this name or alias, case folded; a generic name names nobody."""
        return set() if self.is_generic(name) else self._named.get(name.casefold(), set())

    def is_generic(self, name: str) -> bool:
        """Whether a name names nobody in particular. A short one in capitals is another: “US” is no pronoun."""
        return name.casefold() in self.generic and not (name.isupper() and len(name) <= _ABBREVIATION)


@functools.cache
def gazetteer() -> Gazetteer:
    """The shipped gazetteer, `ontology/entities.ttl`."""
    facts: dict[str, dict[str, list[str]]] = {}
    generic = []
    for subject, predicate, object in read_turtle(data_path("entities.ttl").read_text(encoding="utf-8")):
        if predicate == KG + "genericName":
            generic.append(object)
        else:
            facts.setdefault(subject, {}).setdefault(predicate, []).append(object)
    nodes = [_known(iri.removeprefix(ENTITY), about) for iri, about in facts.items() if iri.startswith(ENTITY)]
    return Gazetteer(nodes, generic, [_tie(about) for about in facts.values() if KG + "Tie" in about[RDF + "type"]])


def _known(id: str, about: Mapping[str, list[str]]) -> Node:
    kinds = sorted(iri.removeprefix(KG) for iri in about[RDF + "type"])
    links = sorted(iri.replace(WIKIDATA, "wikidata:") for iri in about.get(OWL + "sameAs", []))
    return Node(
        id, about[RDFS + "label"][0], tuple(kinds), tuple(sorted(about.get(SKOS + "altLabel", []))), tuple(links)
    )


def _tie(about: Mapping[str, list[str]]) -> Tie:
    begin, end = (about.get(KG + date, [None])[0] for date in ("validFrom", "validTo"))
    subject, object = (about[KG + side][0].removeprefix(ENTITY) for side in ("subject", "object"))
    return Tie(subject, about[KG + "relation"][0].removeprefix(KG), object, begin, end)


@functools.lru_cache(1 << 14)
def slug(name: str) -> str:
    """The id of a name that nobody knows: NFKC, case folded, letters and digits of every script, else hyphens.

    >>> slug("Côte d'Ivoire")
    'côte-d-ivoire'
    >>> slug("?!")
    'x-545f940d'
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    words = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in folded).split()
    return "-".join(words) or "x-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
