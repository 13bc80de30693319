"""What the page shows, as plain data: actors, the lines between them, the claims behind each line, their articles.

Knows nothing of HTML. The same claims in any order give the same model, and every claim stands behind exactly one line.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from kg.claim import Article, Claim, Entity, Node
from kg.errors import UsageError
from kg.ontology import Ontology

DRAWN = 400  # actors that the graph draws; vis-network is too slow to drag beyond


class _Plain(msgspec.Struct, frozen=True, omit_defaults=True):
    """Immutable data that the page gets as JSON; what has its default is left out there."""


class Relation(_Plain, frozen=True):
    """A relation that some claim uses, or one above it. `parent` is the nearest above, empty for a family."""

    name: str
    label: str
    sign: int
    symmetric: bool = False
    parent: str = ""


class Kind(_Plain, frozen=True):
    """A class that some actor has. `above` is the class and its ancestors, nearest first."""

    name: str
    label: str
    above: tuple[str, ...]


class Actor(_Plain, frozen=True):
    """An entity. `claims`: how many claims are about it; `says`: how many are attributed to it."""

    id: str
    name: str
    kinds: tuple[str, ...]
    claims: int
    says: int
    aliases: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()


class Statement(_Plain, frozen=True):
    """A claim. Actors and the article are places in the tables of the model; marks count from the quote's begin."""

    id: str
    subject: int
    relation: str
    object: int
    article: int
    quote: str | None = None
    marks: tuple[tuple[int, int, str], ...] = ()
    row: str | None = None
    attributed_to: int | None = None
    negated: bool = False
    modality: str = "actual"
    valid_from: str | None = None
    valid_to: str | None = None
    confidence: float | None = None
    annotator: str | None = None

    @property
    def holds(self) -> bool:
        """Whether somebody says that it is so: not negated, and actual."""
        return not self.negated and self.modality == "actual"


class Line(_Plain, frozen=True):
    """All claims of one sign from one actor to another, or of relations that hold both ways (`mutual`)."""

    source: int
    target: int
    sign: int
    mutual: bool = False
    claims: tuple[int, ...] = ()


class ViewModel(_Plain, frozen=True):
    """The whole page. Actors with most claims come first; the graph draws the first `drawn` of them."""

    actors: tuple[Actor, ...]
    lines: tuple[Line, ...]
    claims: tuple[Statement, ...]
    articles: tuple[Article, ...]
    relations: tuple[Relation, ...]
    kinds: tuple[Kind, ...]
    drawn: int


def build(claims: Iterable[Claim], nodes: Iterable[Node], ontology: Ontology) -> ViewModel:
    """The model of some claims and of what is known of their entities.

    An entity without a node is shown as its first claim describes it. Raises UsageError for a relation that is not in
    the ontology.
    """
    ordered = sorted(set(claims), key=_reading_order)
    _check(ordered, ontology)
    actors = _actors(ordered, {node.id: node for node in nodes}, ontology)
    place = {actor.id: index for index, actor in enumerate(actors)}
    articles = tuple(sorted({claim.article for claim in ordered}, key=_encoded))
    article_place = {article: index for index, article in enumerate(articles)}
    return ViewModel(
        actors=actors,
        lines=_lines(ordered, place, ontology),
        claims=tuple(_statement(claim, place, article_place[claim.article]) for claim in ordered),
        articles=articles,
        relations=tuple(_relations({claim.relation for claim in ordered}, ontology)),
        kinds=tuple(_kinds({kind for actor in actors for kind in actor.kinds}, ontology)),
        drawn=min(DRAWN, sum(actor.claims > 0 for actor in actors)),
    )


def _check(claims: Iterable[Claim], ontology: Ontology) -> None:
    unknown = sorted({claim.relation for claim in claims} - set(ontology.relations))
    if unknown:
        raise UsageError(f"not in the ontology: {', '.join(unknown)}; pass the ontology that the claims were made with")


def _reading_order(claim: Claim) -> tuple[str, str, int, bytes]:
    return claim.article.published or "", claim.article.id, claim.begin or 0, _encoded(claim)


def _encoded(record: Claim | Article) -> bytes:
    return msgspec.json.encode(record)


def _actors(claims: list[Claim], nodes: Mapping[str, Node], ontology: Ontology) -> tuple[Actor, ...]:
    about = Counter(id for claim in claims for id in {claim.subject.id, claim.object.id})
    says = Counter(claim.attributed_to.id for claim in claims if claim.attributed_to)
    mentions = {entity.id: entity for claim in reversed(claims) for entity in claim.entities}
    rank = {name: index for index, name in enumerate(ontology.classes)}

    def actor(id: str) -> Actor:
        node = nodes.get(id) or _node(mentions[id])
        kinds = sorted(node.kinds, key=lambda kind: (kind in ("Entity", "Actor"), rank.get(kind, len(rank)), kind))
        return Actor(id, node.name, tuple(kinds), about[id], says[id], node.aliases, node.same_as)

    found = (actor(id) for id in mentions)
    return tuple(sorted(found, key=lambda each: (-each.claims, -each.says, each.name, each.id)))


def _node(mention: Entity) -> Node:
    return Node(mention.id, mention.name or mention.written or mention.id, (mention.kind,), (), mention.same_as)


def _lines(claims: list[Claim], place: Mapping[str, int], ontology: Ontology) -> tuple[Line, ...]:
    """One line for each ordered pair and sign; claims that hold both ways have one of their own for each pair."""
    found: dict[tuple[int, int, int, bool], list[int]] = {}
    for index, claim in enumerate(claims):
        term = ontology.relations[claim.relation]
        subject, _, object = ontology.key(claim)
        found.setdefault((place[subject], place[object], term.sign or 0, term.symmetric), []).append(index)
    most_first = sorted(found, key=lambda key: (-len(found[key]), *key))
    return tuple(Line(*key, claims=tuple(found[key])) for key in most_first)


def _statement(claim: Claim, place: Mapping[str, int], article: int) -> Statement:
    said_by = claim.attributed_to
    return Statement(
        id=claim.id,
        subject=place[claim.subject.id],
        relation=claim.relation,
        object=place[claim.object.id],
        article=article,
        quote=claim.quote,
        marks=tuple(_marks(claim)),
        row=claim.row,
        attributed_to=None if said_by is None else place[said_by.id],
        negated=claim.negated,
        modality=claim.modality,
        valid_from=claim.valid_from,
        valid_to=claim.valid_to,
        confidence=claim.confidence,
        annotator=claim.annotator,
    )


def _marks(claim: Claim) -> Iterator[tuple[int, int, str]]:
    """The marks that lie within the quote, counted from its begin; one of all its words would single out nothing."""
    if claim.quote is None or claim.begin is None:
        return
    first, last = claim.begin, claim.begin + len(claim.quote)
    for begin, end, role in sorted(claim.marks):
        if first <= begin < end <= last and (begin, end) != (first, last):
            yield begin - first, end - first, role


def _relations(used: set[str], ontology: Ontology) -> Iterator[Relation]:
    """The used relations and those above them, each after its parent, otherwise in the order of the ontology."""
    wanted = {name for each in used for name in ontology.ancestors(each) if name in ontology.relations}
    below: dict[str, list[str]] = {}
    for name in ontology.relations:
        if name in wanted:
            parents = [parent for parent in ontology.relations[name].parents if parent in ontology.relations]
            below.setdefault(parents[0] if parents else "", []).append(name)

    def walk(parent: str) -> Iterator[Relation]:
        for name in below.get(parent, ()):
            term = ontology.relations[name]
            yield Relation(name, term.label, term.sign or 0, term.symmetric, parent)
            yield from walk(name)

    return walk("")


def _kinds(used: set[str], ontology: Ontology) -> Iterator[Kind]:
    """The used classes in the order of the ontology; those that it does not know come last."""
    for name in [name for name in ontology.classes if name in used]:
        yield Kind(name, ontology.classes[name].label, ontology.ancestors(name))
    for name in sorted(used - set(ontology.classes)):
        yield Kind(name, name, (name,))
