"""Who is meant: names as written become known entities, and mentions become what a store knows of an entity."""

import functools
import hashlib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TypeVar

import msgspec

from kg.claim import Article, Claim, Entity, Node, with_entities
from kg.errors import Problem, problem
from kg.namespaces import ENTITY, KG, OWL, RDF, RDFS, SKOS, WIKIDATA
from kg.ontology import data_path, read_turtle


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
        """Whether a name names nobody in particular. In capitals it is another: “US” is no pronoun."""
        return name.casefold() in self.generic and not name.isupper()


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


def resolve(items: Iterable[Claim | Problem], known: Gazetteer | None = None) -> Iterator[Claim | Problem]:
    """The claims with every entity's id filled in; problems pass through.

    An entity that has an id keeps it. Otherwise: the gazetteer's by external id, else by name or alias, else a slug of
    the name. Within an article, mentions with one external id are one entity. A name that several known entities share
    resolves to none of them (note `ambiguous-entity`); it and a generic name that the annotator did not name are a
    stranger of that article (`-in-ARTICLE`).
    """
    known = known or gazetteer()
    links: dict[tuple[str, str], str] = {}
    for item in items:
        if isinstance(item, Claim):
            yield from _ambiguities(item, known)
            yield with_entities(item, partial(_identified, article=item.article.id, known=known, links=links))
        else:
            yield item


def _identified(entity: Entity, article: str, known: Gazetteer, links: dict[tuple[str, str], str]) -> Entity:
    if entity.id:
        return entity
    name = entity.name or entity.written
    ids = known.named(name)
    linked = known.linked(entity.same_as) or next((links[key] for key in _keys(entity, article) if key in links), None)
    if linked or len(ids) == 1:
        id = linked or next(iter(ids))
    elif ids or (not entity.name and not entity.same_as and known.is_generic(name)):
        id = f"{slug(name)}-in-{article}"
    else:
        id = slug(name)
    links |= dict.fromkeys(_keys(entity, article), id)
    return msgspec.structs.replace(entity, id=id)


def _keys(entity: Entity, article: str) -> list[tuple[str, str]]:
    return [(article, link) for link in entity.same_as]


def _ambiguities(claim: Claim, known: Gazetteer) -> Iterator[Problem]:
    for entity in claim.entities:
        ids = known.named(entity.name or entity.written)
        if not entity.id and len(ids) > 1 and not known.linked(entity.same_as):
            name = entity.name or entity.written
            message = f"“{name}” names {len(ids)} known entities in {claim.article.id}; it was taken for none of them"
            yield problem("ambiguous-entity", message, near=", ".join(sorted(ids)))


def settle(items: Iterable[Claim | Problem], settler: "Settler") -> Iterator[Claim | Problem]:
    """The claims with each article in line with itself (see `Settler`), a run of one article's claims at a time."""
    run: list[Claim] = []
    for item in items:
        if isinstance(item, Problem):
            yield item
            continue
        if run and run[0].article.id != item.article.id:
            yield from settler.settle(run)
            run = []
        run.append(item)
    if run:
        yield from settler.settle(run)


class Settler:
    """Sees to it that one article describes itself and each of its entities in one way: as it did first.

    `recall(article id)` gives what is known of an article before: its description and its mentions by entity id.
    What was settled stays in `articles` and `mentions` (by article, then by entity).
    """

    def __init__(
        self,
        recall: Callable[[str], tuple[Article | None, dict[str, Entity]]] = lambda _: (None, {}),
        known: Gazetteer | None = None,
    ) -> None:
        self._recall = recall
        self._known = known or gazetteer()
        self.articles: dict[str, Article] = {}
        self.mentions: dict[str, dict[str, Entity]] = {}

    def settle(self, claims: list[Claim]) -> Iterator[Claim | Problem]:
        """The claims of one article, in line with each other and with what is known; a note for what was not."""
        article = claims[0].article
        if article.id not in self.articles:
            before, mentions = self._recall(article.id)
            self.articles[article.id] = before or article
            self.mentions[article.id] = dict(mentions)
        first = self.articles[article.id]
        if any(claim.article != first for claim in claims):
            yield problem("article-conflict", f"{article.id} came before with another title, publisher, date or link")
        mentions = self.mentions[article.id]
        for id, met in _by_entity(claims).items():
            if id not in mentions:
                mentions[id] = self._described(met)
            yield from _conflicts(mentions[id], met, article.id)
        for claim in claims:
            settled = with_entities(claim, lambda entity: _like(entity, mentions[entity.id]))
            yield msgspec.structs.replace(settled, article=first) if settled.article != first else settled

    def _described(self, met: list[Entity]) -> Entity:
        """What an article says of an entity: of each field the first that is given, else the gazetteer's."""
        known = self._known.nodes.get(met[0].id)
        return Entity(
            id=met[0].id,
            name=_first((entity.name for entity in met), known.name if known else met[0].written),
            kind=_first((e.kind for e in met if e.kind != "Entity"), known.kinds[0] if known else "Entity"),
            same_as=_first((entity.same_as for entity in met), ()),
        )


_T = TypeVar("_T")


def _first(values: Iterable[_T], default: _T) -> _T:
    return next((value for value in values if value), default)


def _conflicts(mention: Entity, met: list[Entity], article: str) -> Iterator[Problem]:
    for field, ungiven in (("name", ""), ("kind", "Entity"), ("same_as", ())):
        settled = getattr(mention, field)
        for other in dict.fromkeys(getattr(entity, field) for entity in met):
            if other not in (settled, ungiven):
                message = f"{article} gives {mention.id} the {field} {_shown(settled)} and also {_shown(other)}"
                yield problem("kind-conflict", message + "; the first stays")


def _shown(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else " ".join(value) or "none"


def _like(entity: Entity, mention: Entity) -> Entity:
    """The entity as its article's mention describes it; the written form stays its own."""
    if (entity.name, entity.kind, entity.same_as) == (mention.name, mention.kind, mention.same_as):
        return entity
    return msgspec.structs.replace(mention, written=entity.written)


def _by_entity(claims: Iterable[Claim]) -> dict[str, list[Entity]]:
    """The mentions of each entity, in reading order."""
    places: dict[Entity, float] = {}
    for claim in claims:
        for role, entity in zip(("subject", "object", "attributed_to"), claim.entities, strict=False):
            begin = min((mark[0] for mark in claim.marks if mark[2] == role), default=float("inf"))
            places[entity] = min(begin, places.get(entity, begin))
    met: dict[str, list[Entity]] = {}
    for entity in sorted(places, key=lambda entity: places[entity]):
        met.setdefault(entity.id, []).append(entity)
    return met


class Mention(msgspec.Struct):
    """How one article speaks of one entity: `entity` without its written form, and every form in `written`."""

    article: str
    entity: Entity
    written: set[str]


def mentions(claims: Iterable[Claim]) -> dict[tuple[str, str], Mention]:
    """The mentions in settled claims, by article id and entity id."""
    met: dict[tuple[str, str], Mention] = {}
    for claim in claims:
        meet(claim, met)
    return met


def meet(claim: Claim, met: dict[tuple[str, str], Mention]) -> None:
    """Add the mentions of one claim to those that were met."""
    for entity in claim.entities:
        key = (claim.article.id, entity.id)
        if key not in met:
            met[key] = Mention(claim.article.id, msgspec.structs.replace(entity, written=""), set())
        met[key].written.add(entity.written)


def nodes(mentions: Iterable[Mention], known: Gazetteer | None = None) -> list[Node]:
    """What a store knows of the entities that are mentioned, in the order of their ids.

    kinds: all of them. name: the gazetteer's, else the one that most articles use, ties in the order of the alphabet.
    aliases: every other name and written form, and the gazetteer's. Every tuple is sorted.
    """
    known = known or gazetteer()
    by_entity: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_entity.setdefault(mention.entity.id, []).append(mention)
    return [_node(by_entity[id], known.nodes.get(id)) for id in sorted(by_entity)]


def grown(node: Node, mentions: Iterable[Mention], known: Gazetteer | None = None) -> Node | None:
    """What becomes of an entity with further mentions; None where that takes all its mentions to tell.

    Most do not: only another name beside one that the gazetteer does not fix may change which is the most frequent.
    """
    mentions = list(mentions)
    names = {mention.entity.name for mention in mentions}
    fixed = (known or gazetteer()).nodes.get(node.id)
    if fixed is None and names != {node.name}:
        return None
    if fixed is not None and not (fixed.name == node.name and {*fixed.aliases} <= {*node.aliases}):
        return None
    written = names.union(node.aliases, *(mention.written for mention in mentions))
    return Node(
        id=node.id,
        name=node.name,
        kinds=tuple(sorted({*node.kinds, *(mention.entity.kind for mention in mentions)})),
        aliases=tuple(sorted(written - {node.name, ""})),
        same_as=tuple(sorted({*node.same_as, *(link for mention in mentions for link in mention.entity.same_as)})),
    )


def renewed(
    before: Iterable[Node], met: Mapping[tuple[str, str], Mention], recall: Callable[[list[str]], Iterable[Mention]]
) -> list[Node]:
    """What becomes of the entities that are met, by article id and entity id, in no order.

    `before` are those of them that the store has; `recall` gives all its mentions of the entities with these ids.
    """
    by_entity: dict[str, list[Mention]] = {}
    for mention in met.values():
        by_entity.setdefault(mention.entity.id, []).append(mention)
    after = {node.id: grown(node, by_entity[node.id]) for node in before}
    unclear = [id for id, node in after.items() if node is None]
    all_of_them = {(each.article, each.entity.id): each for each in (recall(unclear) if unclear else ())}
    for key, mention in met.items():
        if key in all_of_them:
            all_of_them[key].written |= mention.written
        elif after.get(key[1]) is None:
            all_of_them[key] = mention
    return [*nodes(all_of_them.values()), *(node for node in after.values() if node)]


def _node(mentions: list[Mention], known: Node | None) -> Node:
    names = Counter(mention.entity.name for mention in mentions)
    name = known.name if known else min(names, key=lambda each: (-names[each], each))
    aliases = set(names).union(*(mention.written for mention in mentions), known.aliases if known else ())
    kinds = {mention.entity.kind for mention in mentions}
    links = set(known.same_as if known else ()).union(*(mention.entity.same_as for mention in mentions))
    return Node(
        id=mentions[0].entity.id,
        name=name,
        kinds=tuple(sorted(kinds)),
        aliases=tuple(sorted(aliases - {name, ""})),
        same_as=tuple(sorted(links)),
    )
