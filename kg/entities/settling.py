"""An article speaks in one way: of itself, and of each of its entities."""

import functools
import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Generic, TypeVar

import msgspec

from kg.claim import Article, Claim, Entity, Role, with_entities
from kg.entities.known import Gazetteer, gazetteer
from kg.errors import Problem, problem

REMEMBERED = 1 << 16  # entities that are kept at hand
RECENT = 5_000  # articles of which is kept in mind what was said
RUN = 20_000  # claims of one article that are settled at once

_ROLES: tuple[Role, ...] = ("subject", "object", "attributed_to")
_T = TypeVar("_T")


class Recent(Generic[_T]):
    """Something for each article, kept for so many articles that were asked for last; for all of them with None."""

    def __init__(self, make: Callable[[str], _T], most: int | None = RECENT) -> None:
        self._make, self._most = make, most
        self._kept: dict[str, _T] = {}

    def of(self, article: str) -> _T:
        """What is kept for an article, made where there is nothing."""
        kept = self._kept.pop(article, None)
        if kept is None:
            kept = self._make(article)
            if self._most is not None and len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
        self._kept[article] = kept
        return kept


def settle(items: Iterable[Claim | Problem], settler: "Settler") -> Iterator[Claim | Problem]:
    """The claims with each article in line with itself (see `Settler`), a run of one article's claims at a time.

    A run is held in memory, and ends after `RUN` claims.
    """
    run: list[Claim] = []
    for item in items:
        if isinstance(item, Problem):
            yield item
            continue
        if run and (run[0].article.id != item.article.id or len(run) == RUN):
            yield from settler.settle(run)
            run = []
        run.append(item)
    if run:
        yield from settler.settle(run)


class _Said(msgspec.Struct, gc=False):
    """How an article is described, and how it describes its entities, by their ids."""

    article: Article | None
    mentions: dict[str, Entity]


class Settler:
    """Sees to it that one article describes itself and each of its entities in one way: as it did first.

    `recall(article id)` gives what is known of an article before: its description and its mentions by entity id. What
    was settled is kept in mind for so many articles that came last (`most`), or for all.
    """

    def __init__(
        self,
        recall: Callable[[str], tuple[Article | None, dict[str, Entity]]] = lambda _: (None, {}),
        known: Gazetteer | None = None,
        most: int | None = None,
    ) -> None:
        self._said = Recent(lambda id: _Said(*recall(id)), most)
        # Most articles describe an entity in the words of another, so that these are kept once.
        self._described = functools.lru_cache(REMEMBERED)(partial(_described, known=known or gazetteer()))

    def settle(self, claims: list[Claim]) -> Iterator[Claim | Problem]:
        """The claims of one article, in line with each other and with what is known; a note for what was not."""
        said = self._said.of(claims[0].article.id)
        first = said.article = said.article or claims[0].article
        if any(claim.article != first for claim in claims):
            yield problem("article-conflict", f"{first.id} came before with another title, publisher, date or link")
        settled: dict[Entity, Entity] = {}
        for id, met in _by_entity(claims).items():
            mention = said.mentions.get(id) or said.mentions.setdefault(id, self._described(*met))
            yield from _conflicts(mention, [entity for entity in met if not _agrees(entity, mention)], first.id)
            settled |= {entity: _like(entity, mention) for entity in met}
        for claim in claims:
            own = claim if claim.article is first else msgspec.structs.replace(claim, article=first)
            yield with_entities(own, settled.__getitem__)


def _described(*met: Entity, known: Gazetteer) -> Entity:
    """What an article says of an entity: of each field the first that is given, else the gazetteer's."""
    node = known.nodes.get(met[0].id)
    return Entity(
        id=met[0].id,
        name=_first((entity.name for entity in met), node.name if node else met[0].written),
        kind=_first((e.kind for e in met if e.kind != "Entity"), node.kinds[0] if node else "Entity"),
        same_as=_first((entity.same_as for entity in met), ()),
    )


def _first(values: Iterable[_T], default: _T) -> _T:
    return next((value for value in values if value), default)


def _agrees(entity: Entity, mention: Entity) -> bool:
    """Whether an entity says nothing of itself that its article's mention does not."""
    return (
        entity.name in ("", mention.name)
        and entity.kind in ("Entity", mention.kind)
        and entity.same_as in ((), mention.same_as)
    )


def _conflicts(mention: Entity, others: list[Entity], article: str) -> Iterator[Problem]:
    """A note for each value that entities give and the mention does not have."""
    for field, ungiven in (("name", ""), ("kind", "Entity"), ("same_as", ())) if others else ():
        settled = getattr(mention, field)
        for other in dict.fromkeys(getattr(entity, field) for entity in others):
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
        begins: dict[Role, int] = {}
        for begin, _, role in claim.marks:
            begins[role] = min(begin, begins.get(role, begin))
        for role, entity in zip(_ROLES, claim.entities, strict=False):
            place = begins.get(role, math.inf)
            places[entity] = min(place, places.get(entity, place))
    met: dict[str, list[Entity]] = {}
    for entity in sorted(places, key=places.__getitem__):
        met.setdefault(entity.id, []).append(entity)
    return met
