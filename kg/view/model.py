"""What the page shows, as plain columns: actors, the lines between them, the claims behind each line, their articles.

Knows nothing of HTML. The same claims in any order give the same model, and every claim stands behind exactly one line.
A column is a tuple; the columns of a table have one entry for each of its rows, and rows refer to each other by place.
"""

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import NamedTuple

import msgspec

from kg.claim import MODALITIES, Article, Claim, Entity, Mark, Node, day_bounds
from kg.errors import UsageError
from kg.namespaces import KG
from kg.ontology import Ontology


class _Plain(msgspec.Struct, frozen=True):
    """Immutable data."""


class Relation(_Plain, frozen=True, omit_defaults=True):
    """A relation that some claim uses, or one above it. `parent` is the nearest above, empty for a family."""

    name: str
    iri: str
    label: str
    sign: int
    symmetric: bool = False
    parent: str = ""


class Kind(_Plain, frozen=True):
    """A class that some actor has. `above` is the class and its ancestors, nearest first."""

    name: str
    iri: str
    label: str
    above: tuple[str, ...]


class Actors(_Plain, frozen=True):
    """Entities, those with most claims first.

    `kinds`: places in the model's kinds, the most telling first. `claims`: how many claims are about the actor;
    `says`: how many are attributed to it.
    """

    id: tuple[str, ...]
    name: tuple[str, ...]
    kinds: tuple[tuple[int, ...], ...]
    aliases: tuple[tuple[str, ...], ...]
    same_as: tuple[tuple[str, ...], ...]
    claims: tuple[int, ...]
    says: tuple[int, ...]


class Lines(_Plain, frozen=True):
    """All claims of one sign from one actor to another, or of relations that hold both ways (`mutual`, 0 or 1).

    Those with most claims come first. The claims of a line are those from `start[line]` up to `start[line + 1]`.
    """

    source: tuple[int, ...]
    target: tuple[int, ...]
    sign: tuple[int, ...]
    mutual: tuple[int, ...]
    start: tuple[int, ...]


class Claims(_Plain, frozen=True):
    """What claims are sifted by, in the order of their lines.

    `claimant` is the actor who says so, -1 for the article itself. `swapped` (0 or 1): the subject is the line's
    target. `modality` is a place in MODALITIES, `confidence` -1 where none is given. `first` and `last` are the days
    between which it held, as `date.toordinal` counts them, 0 where that end is open.
    """

    relation: tuple[int, ...]
    article: tuple[int, ...]
    claimant: tuple[int, ...]
    swapped: tuple[int, ...]
    negated: tuple[int, ...]
    modality: tuple[int, ...]
    confidence: tuple[float, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]


class Evidence(_Plain, frozen=True):
    """What is read of each claim. `begin` and the marks count the code points of the article, as in the claim."""

    id: tuple[str, ...]
    quote: tuple[str | None, ...]
    begin: tuple[int | None, ...]
    marks: tuple[tuple[Mark, ...], ...]
    row: tuple[str | None, ...]
    valid_from: tuple[str | None, ...]
    valid_to: tuple[str | None, ...]
    annotator: tuple[str | None, ...]
    subject_written: tuple[str, ...]
    object_written: tuple[str, ...]
    claimant_written: tuple[str | None, ...]


class Articles(_Plain, frozen=True):
    """`publisher`: a place in the model's publishers, -1 for none. `day` of publication by `toordinal`, 0 for none."""

    id: tuple[str, ...]
    title: tuple[str | None, ...]
    url: tuple[str | None, ...]
    author: tuple[str | None, ...]
    language: tuple[str | None, ...]
    publisher: tuple[int, ...]
    day: tuple[int, ...]


class ViewModel(_Plain, frozen=True):
    """The whole page. Publishers are in alphabetical order, relations in the order of a tree, parents first."""

    actors: Actors
    lines: Lines
    claims: Claims
    evidence: Evidence
    articles: Articles
    relations: tuple[Relation, ...]
    kinds: tuple[Kind, ...]
    publishers: tuple[str, ...]


class _Line(NamedTuple):
    """Its ends by id, its sign, and whether it has no direction."""

    source: str
    target: str
    sign: int
    mutual: bool


def build(claims: Iterable[Claim], nodes: Iterable[Node], ontology: Ontology) -> ViewModel:
    """The model of some claims and of what is known of their entities.

    An entity without a node is shown as its first claim describes it. Raises UsageError for a relation that is not in
    the ontology.
    """
    by_place = {_reading_order(claim): claim for claim in claims}  # equal claims have equal places
    ordered = [by_place[place] for place in sorted(by_place)]
    _check(ordered, ontology)
    kinds, actors = _actors(ordered, {node.id: node for node in nodes}, ontology)
    place = {id: index for index, id in enumerate(actors.id)}
    by_line = _by_line(ordered, place, ontology)
    ordered = [claim for group in by_line.values() for claim in group]
    relations = tuple(_relations({claim.relation for claim in ordered}, ontology))
    articles = tuple(dict.fromkeys(claim.article for claim in ordered))
    publishers = tuple(sorted({article.publisher for article in articles if article.publisher}))
    return ViewModel(
        actors=actors,
        lines=_lines(by_line, place),
        claims=_claims(by_line, place, relations, articles),
        evidence=_evidence(ordered),
        articles=_articles(articles, publishers),
        relations=relations,
        kinds=kinds,
        publishers=publishers,
    )


def _check(claims: Iterable[Claim], ontology: Ontology) -> None:
    unknown = sorted({claim.relation for claim in claims} - set(ontology.relations))
    if unknown:
        raise UsageError(f"not in the ontology: {', '.join(unknown)}; pass the ontology that the claims were made with")


def _reading_order(claim: Claim) -> tuple[str, str, int, bytes]:
    return claim.article.published or "", claim.article.id, claim.begin or 0, msgspec.json.encode(claim)


def _actors(claims: list[Claim], nodes: Mapping[str, Node], ontology: Ontology) -> tuple[tuple[Kind, ...], Actors]:
    about = Counter(claim.subject.id for claim in claims)
    about.update(claim.object.id for claim in claims if claim.object.id != claim.subject.id)
    says = Counter(claim.attributed_to.id for claim in claims if claim.attributed_to)
    mentions = {entity.id: entity for claim in reversed(claims) for entity in claim.entities}
    known = [nodes.get(id) or _node(mention) for id, mention in mentions.items()]
    known.sort(key=lambda node: (-about[node.id], -says[node.id], node.name, node.id))
    kinds = tuple(_kinds({kind for node in known for kind in node.kinds}, ontology))
    place = {kind.name: index for index, kind in enumerate(kinds)}
    vague = {place.get("Entity"), place.get("Actor")}
    return kinds, Actors(
        id=tuple(node.id for node in known),
        name=tuple(node.name for node in known),
        kinds=tuple(
            tuple(sorted((place[kind] for kind in node.kinds), key=lambda kind: (kind in vague, kind)))
            for node in known
        ),
        aliases=tuple(node.aliases for node in known),
        same_as=tuple(node.same_as for node in known),
        claims=tuple(about[node.id] for node in known),
        says=tuple(says[node.id] for node in known),
    )


def _node(mention: Entity) -> Node:
    return Node(mention.id, mention.name or mention.written or mention.id, (mention.kind,), (), mention.same_as)


def _by_line(claims: list[Claim], place: Mapping[str, int], ontology: Ontology) -> dict[_Line, list[Claim]]:
    """The claims of each line, in the order given: one line for each ordered pair, sign and mutuality."""
    found: dict[_Line, list[Claim]] = {}
    for claim in claims:
        term = ontology.relations[claim.relation]
        subject, _, object = ontology.key(claim)
        found.setdefault(_Line(subject, object, term.sign or 0, term.symmetric), []).append(claim)
    order = sorted(
        found, key=lambda line: (-len(found[line]), place[line.source], place[line.target], line.sign, line.mutual)
    )
    return {line: found[line] for line in order}


def _lines(by_line: Mapping[_Line, Sequence[Claim]], place: Mapping[str, int]) -> Lines:
    start = [0]
    for group in by_line.values():
        start.append(start[-1] + len(group))
    return Lines(
        source=tuple(place[line.source] for line in by_line),
        target=tuple(place[line.target] for line in by_line),
        sign=tuple(line.sign for line in by_line),
        mutual=tuple(int(line.mutual) for line in by_line),
        start=tuple(start),
    )


def _claims(
    by_line: Mapping[_Line, Sequence[Claim]],
    place: Mapping[str, int],
    relations: tuple[Relation, ...],
    articles: tuple[Article, ...],
) -> Claims:
    relation_place = {relation.name: index for index, relation in enumerate(relations)}
    article_place = {article: index for index, article in enumerate(articles)}
    pairs = [(line, claim) for line, group in by_line.items() for claim in group]
    claims = [claim for _, claim in pairs]
    return Claims(
        relation=tuple(relation_place[claim.relation] for claim in claims),
        article=tuple(article_place[claim.article] for claim in claims),
        claimant=tuple(-1 if claim.attributed_to is None else place[claim.attributed_to.id] for claim in claims),
        swapped=tuple(int(claim.subject.id != line.source) for line, claim in pairs),
        negated=tuple(int(claim.negated) for claim in claims),
        modality=tuple(MODALITIES.index(claim.modality) for claim in claims),
        confidence=tuple(-1 if claim.confidence is None else claim.confidence for claim in claims),
        first=tuple(_bounds(claim.valid_from)[0] for claim in claims),
        last=tuple(_bounds(claim.valid_to)[1] for claim in claims),
    )


@functools.lru_cache(65_536)
def _bounds(said: str | None) -> tuple[int, int]:
    """First and last day of a date as said; 0 and 0 for none, and for what is no date."""
    first, last = day_bounds(said) or ("", "")
    return (date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()) if first else (0, 0)


def _evidence(claims: Sequence[Claim]) -> Evidence:
    plain = ("id", "quote", "begin", "marks", "row", "valid_from", "valid_to", "annotator")
    columns = {name: tuple(map(attrgetter(name), claims)) for name in plain}
    return Evidence(
        **columns,
        subject_written=tuple(map(attrgetter("subject.written"), claims)),
        object_written=tuple(map(attrgetter("object.written"), claims)),
        claimant_written=tuple(claim.attributed_to.written if claim.attributed_to else None for claim in claims),
    )


def _articles(articles: Sequence[Article], publishers: Sequence[str]) -> Articles:
    place = {name: index for index, name in enumerate(publishers)}
    plain = ("id", "title", "url", "author", "language")
    columns = {name: tuple(map(attrgetter(name), articles)) for name in plain}
    return Articles(
        **columns,
        publisher=tuple(place.get(article.publisher or "", -1) for article in articles),
        day=tuple(_bounds(article.published)[0] for article in articles),
    )


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
            yield Relation(name, term.iri, term.label, term.sign or 0, term.symmetric, parent)
            yield from walk(name)

    return walk("")


def _kinds(used: set[str], ontology: Ontology) -> Iterator[Kind]:
    """The used classes in the order of the ontology; those that it does not know come last."""
    for name in [name for name in ontology.classes if name in used]:
        yield Kind(name, ontology.classes[name].iri, ontology.classes[name].label, ontology.ancestors(name))
    for name in sorted(used - set(ontology.classes)):
        yield Kind(name, f"{KG}{name}", name, (name,))
