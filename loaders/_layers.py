"""Layers of annotations, as INCEpTION and WebAnno keep them: which annotations are mentions, relations or events.

Shared by the loaders of their files, which read what a file holds into a `Content`.
"""

import itertools
import math
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from kg.claim import Article, Claim
from kg.errors import Problem, problem
from kg.mappings import Vocabulary

from . import _document, _features
from ._document import COMMON_SCHEMES, Document, Mention, Relation
from ._features import local
from ._offsets import Utf16
from ._report import Report, left_out
from ._roles import MOST, meaning
from ._text import Span
from ._words import Spans

_NEEDED = {"subject": "source, Governor or Agent", "object": "target, Dependent or Target"}

_DKPRO = "de.tudarmstadt.ukp.dkpro.core.api."  # layers that every project has
_SYNTAX = f"{_DKPRO}syntax."


class Link(msgspec.Struct, frozen=True):
    """What an annotation points at: the feature, the id of the other annotation, and in a slot its role."""

    feature: str
    target: str
    role: str = ""
    slot: bool = False


class Annotation(msgspec.Struct, frozen=True):
    """One annotation of any layer.

    `id` is what messages call it, `layer` the full name of its type. `spans` are code points. `features` are names and
    texts, in the order of the layer; one with several texts stands there several times. `ends` are the features that
    hold the two ends of a relation, the subject's first. `wrong` is what is wrong with its place.
    """

    id: str
    layer: str
    spans: Spans = ()
    features: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    ends: tuple[str, str] | None = None
    chain: bool = False
    words: str | None = None
    line: int | None = None
    wrong: str = ""


class _Statement(msgspec.Struct, frozen=True):
    """A relation or event: the annotation, its label, and the annotations in each role."""

    said: Annotation
    label: str
    roles: dict[str, tuple[str, ...]]


class Content(msgspec.Struct, frozen=True):
    """The text of a document, its annotations, and what the file says besides.

    `text` is None where the file has none. `sentences` are in code points, in order, and do not overlap. `about` is
    what the document level says, by the name of the feature, `username` whose annotations they are. `others` are the
    names of further texts, with annotations that are not here.
    """

    text: str | None
    annotations: list[Annotation]
    sentences: list[Span] = []
    about: dict[str, str] = {}
    username: str | None = None
    others: list[str] = []


def claims(
    content: Content, article: Article, vocabulary: Vocabulary, report: Report, annotator: str | None = None
) -> Iterator[Claim | Problem]:
    """The problems of the document by line, the loader's own among them, then its claims in reading order."""
    before = len(report.problems())
    reader = _Reader(content, vocabulary, report)
    relations = [msgspec.structs.replace(each, annotator=annotator) for each in reader.relations()]
    if not relations and len(report.problems()) == before:
        yield problem("no-claims", "no relation in it, and no event with slots", report.path)
        return
    ends = [id for each in relations for id in (each.subject, each.object, each.attributed_to) if id]
    document = Document(article, content.text, reader.mentions(ends), relations, content.sentences or None)
    yield from _document.claims(document, vocabulary, report.path, problems=report.problems())


class _Reader:
    def __init__(self, content: Content, vocabulary: Vocabulary, report: Report) -> None:
        self._text, self._vocabulary, self._report = content.text, vocabulary, report
        self._nearest: dict[str, str | None] = {}
        self._actors: dict[str, str | None] = {}  # whom a statement stands for
        self._all = {each.id: each for each in content.annotations}
        found = (self._statement(each) for each in self._all.values())
        self._statements = {each.said.id: each for each in found if each}

    def mentions(self, ids: Iterable[str]) -> dict[str, Mention]:
        """The mentions of these ids, as far as there are annotations of them."""
        return {id: self._mention(self._all[id]) for id in dict.fromkeys(ids) if id in self._all}

    def relations(self) -> Iterator[Relation]:
        """One relation for each combination of those who fill the roles of a statement."""
        for each in self._statements.values():
            yield from self._relations(each)

    def _statement(self, said: Annotation) -> _Statement | None:
        """What an annotation states, or None; that it may have been meant to state something is reported."""
        roles = _roles(said)
        if not (said.chain or said.ends or roles or any(link.slot for link in said.links)):
            return None
        labels = _features.labels(said.features, said.layer)
        known = {each: sense for each in labels if (sense := self._vocabulary.relation(each, *COMMON_SCHEMES))}
        label = next((each for each, sense in known.items() if sense.term), None)
        if said.chain or said.layer.startswith(_SYNTAX) or label is None:
            self._report_unused(said, labels, next(iter(known), None))
            return None
        for link in said.links:
            if link.slot and not _role(said, link):
                message = f"the role “{link.role or link.feature}” says nothing about a claim"
                self._report.repeated("unknown-role", message, said.line)
        return _Statement(said, label, roles)

    def _report_unused(self, said: Annotation, labels: list[str], known: str | None) -> None:
        """Report what is no claim: as an error where it could have been meant as one. `known` is a label of no use."""
        if said.chain or said.layer.startswith(_DKPRO) or local(said.layer).casefold().startswith("coref"):
            message = f"the layer {said.layer} says how words belong together, which is no claim"
            self._report.repeated("passed-over", message, said.line)
        elif not said.ends and (_points_by_chance(said) or any(map(self._is_class, labels))):
            message = f"what the layer {said.layer} points at, whose label is no relation"
            self._report.repeated("passed-over", message, said.line)
        elif known:
            self._report.repeated("passed-over", f"“{known}” says nothing about two actors", said.line)
        else:
            label = said.layer if labels[0] == local(said.layer) else labels[0]
            if label not in self._nearest:
                self._nearest[label] = self._vocabulary.nearest_relation(label, *COMMON_SCHEMES)
            message = f"“{label}” is no relation of the ontology or of a mapping"
            self._report.repeated("unknown-relation", message, said.line, self._nearest[label])

    def _is_class(self, label: str) -> bool:
        return self._vocabulary.kind(label, *COMMON_SCHEMES) is not None

    def _relations(self, statement: _Statement) -> Iterator[Relation]:
        said, roles = statement.said, statement.roles
        lacking = [f"{role} ({called})" for role, called in _NEEDED.items() if role not in roles]
        if lacking:
            self._report.add("missing-argument", f"{said.id} has no {' and no '.join(lacking)}", said.line)
            return
        fields: dict[str, Any] = {
            **_features.fields(said.id, said.features, statement.label, self._report, said.line),
            **self._dates(said, roles.get("time", ())),
            "trigger": () if said.ends else tuple(span for span in said.spans if span[0] < span[1]),
        }
        fillers = [self._fillers(statement, role) for role in ("subject", "object", "attributed_to") if role in roles]
        count = math.prod(map(len, fillers))
        if said.wrong and not said.ends:
            wrong = problem("wrong-offset", f"{said.id} {said.wrong}", self._report.path, said.line)
            self._report.extend([left_out(wrong, count)])
        elif count > MOST:
            message = f"{count:,} combinations of those who fill the roles of {said.id}; {MOST:,} are the most"
            self._report.add("bad-record", message, said.line)
        else:
            for subject, object, *speaker in itertools.product(*fillers):
                by = speaker[0] if speaker else None
                yield Relation(
                    id=said.id,
                    label=statement.label,
                    subject=subject,
                    object=object,
                    attributed_to=by,
                    line=said.line,
                    **fields,
                )

    def _fillers(self, statement: _Statement, role: str) -> list[str]:
        """The ids that fill a role; an event or relation stands for its subject, with a note."""
        said, found = statement.said, dict[str, None]()
        for id in statement.roles[role]:
            actor = self._actor(id)
            if actor is None:
                message = f"{said.id} points at {id}, which leads to no subject"
                self._report.add("missing-argument", message, said.line)
                continue
            if actor != id:
                message = f"the {role} of {said.id} is {id}; its subject was taken: {actor}"
                self._report.add("nested-event", message, said.line)
            found[actor] = None
        return list(found)

    def _actor(self, id: str) -> str | None:
        """The id itself, or of a statement its first subject, and so on. None where that leads nowhere."""
        passed: dict[str, None] = {}
        actor: str | None = id
        while actor in self._statements and actor not in self._actors:
            subjects = () if actor in passed else self._statements[actor].roles.get("subject", ())
            passed[actor] = None
            actor = subjects[0] if subjects else None
        actor = self._actors.get(actor, actor) if actor else None
        self._actors |= dict.fromkeys(passed, actor)
        return actor

    def _dates(self, said: Annotation, ids: tuple[str, ...]) -> dict[str, str | None]:
        """When it held: the first Time counts."""
        if len(ids) > 1:
            self._report.add("bad-date", f"{said.id} has more than one Time; {ids[0]} counts", said.line)
        time = self._all.get(ids[0]) if ids else None
        if time is None:
            return {}
        words = " ".join((self._text or "")[begin:end] for begin, end in time.spans)
        return _features.dates(time.id, time.features, words, self._report, time.line)

    def _mention(self, said: Annotation) -> Mention:
        name, same_as = _features.identity(said.id, said.features, self._report, said.line)
        labels = _features.labels(said.features, said.layer)
        label = next(filter(self._is_class, labels), "" if labels[0] == local(said.layer) else labels[0])
        return Mention(said.id, label, said.spans, said.words, name, same_as, said.line, said.wrong)


def placed(places: Utf16, begin: object, end: object) -> tuple[Spans, str]:
    """The span from `begin` to `end` (UTF-16 units) in code points, or what is wrong with it."""
    first, last = (places.code_point(each) if isinstance(each, int) else None for each in (begin, end))
    if first is None or last is None:
        return (), f"stands at {begin} to {end} (UTF-16 units), which is outside of the text or within a character"
    return ((first, last),), ""


def _roles(said: Annotation) -> dict[str, tuple[str, ...]]:
    """The ids in each role that says something about a claim."""
    roles: dict[str, tuple[str, ...]] = {}
    for link in said.links:
        if role := _role(said, link):
            roles[role] = (*roles.get(role, ()), link.target)
    return roles


def _points_by_chance(said: Annotation) -> bool:
    """Whether an annotation has no slots, and lacks a subject or an object: many layers point at others."""
    return not any(link.slot for link in said.links) and not {"subject", "object"} <= _roles(said).keys()


def _role(said: Annotation, link: Link) -> str | None:
    """What a link means for a claim: an end of a relation, the role of a slot, or the feature where it is named so."""
    if said.ends and link.feature in said.ends:
        return ("subject", "object")[said.ends.index(link.feature)]
    named = (meaning(name) for name in (link.role, link.feature))
    return next(filter(None, named), None)
