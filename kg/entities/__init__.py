"""Who is meant: names as written become known entities, and mentions become what a store knows of an entity."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import partial

import msgspec

from kg.claim import Claim, Entity, Node, with_entities
from kg.entities.known import Gazetteer, Tie, gazetteer, slug
from kg.entities.settling import RECENT, REMEMBERED, Recent, Settler, settle
from kg.errors import Problem, problem

__all__ = [
    "RECENT",
    "Gazetteer",
    "Mention",
    "Settler",
    "Tie",
    "gazetteer",
    "grown",
    "meet",
    "mentions",
    "nodes",
    "renewed",
    "resolve",
    "settle",
    "slug",
]


def resolve(items: Iterable[Claim | Problem], known: Gazetteer | None = None) -> Iterator[Claim | Problem]:
    """The claims with every entity's id filled in; problems pass through.

    An entity that has an id keeps it. Otherwise: the gazetteer's by external id, else by name or alias, else a slug of
    the name. Within an article (one of the `RECENT` last), mentions with one external id are one entity. A name that
    several known entities share resolves to none of them (note `ambiguous-entity`); it and a generic name that the
    annotator did not name are a stranger of that article (`-in-ARTICLE`).
    """
    known = known or gazetteer()
    anywhere = functools.lru_cache(REMEMBERED)(partial(_identified_anywhere, known=known))
    links = Recent[dict[str, str]](lambda _: {})
    for item in items:
        if isinstance(item, Problem):
            yield item
        elif all(map(anywhere, item.entities)):
            yield with_entities(item, anywhere)  # type: ignore[arg-type]  # none of them is None
        else:
            yield from _ambiguities(item, known)
            article = item.article.id
            yield with_entities(item, partial(_identified, article=article, known=known, links=links.of(article)))


def _identified_anywhere(entity: Entity, known: Gazetteer) -> Entity | None:
    """The entity with its id, or None where that depends on the article."""
    if entity.id:
        return entity
    if not all(known.linked([link]) for link in entity.same_as):
        return None
    id = known.linked(entity.same_as) or _named(entity, known)
    return msgspec.structs.replace(entity, id=id) if id else None


def _identified(entity: Entity, article: str, known: Gazetteer, links: dict[str, str]) -> Entity:
    """The entity with its id. `links` has the ids that external ids have in the article, and gets those of this one."""
    if entity.id:
        return entity
    id = known.linked(entity.same_as) or next((links[link] for link in entity.same_as if link in links), None)
    id = id or _named(entity, known) or f"{slug(entity.name or entity.written)}-in-{article}"
    links |= dict.fromkeys(entity.same_as, id)
    return msgspec.structs.replace(entity, id=id)


def _named(entity: Entity, known: Gazetteer) -> str | None:
    """The id that the name of an entity gives it; None where it names several, or nobody in particular."""
    name = entity.name or entity.written
    ids = known.named(name)
    if len(ids) == 1:
        return next(iter(ids))
    is_vague = not entity.name and not entity.same_as and known.is_generic(name)
    return None if ids or is_vague else slug(name)


def _ambiguities(claim: Claim, known: Gazetteer) -> Iterator[Problem]:
    for entity in claim.entities:
        ids = known.named(entity.name or entity.written)
        if not entity.id and len(ids) > 1 and not known.linked(entity.same_as):
            name = entity.name or entity.written
            message = f"“{name}” names {len(ids)} known entities in {claim.article.id}; it was taken for none of them"
            yield problem("ambiguous-entity", message, near=", ".join(sorted(ids)))


class Mention(msgspec.Struct, gc=False):
    """How one article speaks of one entity: `entity` without its written form, and every form in `written`."""

    article: str
    entity: Entity
    written: AbstractSet[str]


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
        mention = met.get(key)
        if mention is None:
            met[key] = Mention(claim.article.id, *_described(entity))
        elif entity.written not in mention.written:
            mention.written |= {entity.written}


@functools.lru_cache(REMEMBERED)
def _described(entity: Entity) -> tuple[Entity, frozenset[str]]:
    """The entity without its written form, and the form; most articles speak of it in the same way."""
    return msgspec.structs.replace(entity, written=""), frozenset({entity.written})


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
