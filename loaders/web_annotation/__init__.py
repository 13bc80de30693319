"""W3C web annotations (JSON-LD) whose relations are annotations with the motivation `linking`.

How to get there: Recogito-JS gives them by `getAnnotations()`, the text annotator through its `W3CTextFormat`, Recogito
Studio by “Export Annotations as W3C/JSONLD”. Save the text that was annotated beside it, as `NAME.txt`, and `kg load
DIR`. A file is an array, a collection or page, a single annotation, or one on each line.

What is read:

- A mention is an annotation of some words. The quoted words decide where they stand: their position may be counted in
  UTF-16 units or code points, or be off, and then chooses between several places, after the words before and behind.
- A relation links two mentions: `target` has both, subject first (Recogito-JS); or `target` is the subject and `body`
  the object (connections of Annotorious); or a target's `selector` has `from` and `to` (the same, as it keeps them).
- Bodies that tag or classify: of a mention its class, of a relation the relation; a further one may be `Negation`,
  `Modality planned` or `Confidence 0.8`. Several relations are several claims. An annotation of an annotation tags it.
- Addresses in bodies that tag, classify, identify or link: an external id, or a class or relation by its last part.
- Bodies that identify: the name of the entity. `creator`: the annotator. `target.source`: the article; where a file
  has several, each is one, and the texts are not read.

What is lost: comments, `created`, other annotations (counted), annotations of images, all that lies elsewhere: nothing
is fetched. Without `NAME.txt` the words are kept as they were annotated, and claims have no quote.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from kg.claim import Article, Claim
from kg.errors import Problem, problem
from kg.mappings import Vocabulary
from kg.sources import Source

from .. import _article, _text, _values
from .._document import COMMON_SCHEMES, Document, Mention, Relation, claims_of
from .._heads import Head
from .._report import Report, left_out
from .._text import Span
from .._words import external_id, short
from . import json
from .anchors import Anchors
from .items import Annotation, Meaning, annotation, joined

EXTENSIONS: tuple[str, ...] = (".json", ".jsonld", ".jsonl")
ONE_ARTICLE = False


def recognises(name: str, head: bytes) -> bool:
    """Whether the first object is an annotation, or a collection or page of some."""
    keys = Head(name, head).keys
    type = keys.get("type", keys.get("@type", ""))
    if type.startswith(('"AnnotationPage"', '"AnnotationCollection"')):
        return True
    is_typed = type.startswith(('"Annotation"', '"oa:Annotation"', '["Annotation"'))
    return "target" in keys and (is_typed or {"id", "motivation", "body"} <= keys.keys())


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The claims of each article in reading order, then all problems by line."""
    items = json.items(source)
    if isinstance(items, Problem):
        yield items
        return
    report = Report(source.name)
    found = _tagged([annotation(said, number, line) for number, (line, said) in enumerate(items, 1)], report)
    relations = [each for each in found.values() if each.is_relation]
    in_none = found.keys() - {each.id for each in relations} - {id for each in relations for id in each.about}
    if in_none:
        report.extend([problem("passed-over", "an annotation is in no relation", source.name, count=len(in_none))])
    if relations:
        yield from _claims(source, found, relations, vocabulary, report)
    else:
        yield from report.problems()


def _claims(
    source: Source,
    found: dict[str, Annotation],
    relations: list[Annotation],
    vocabulary: Vocabulary,
    report: Report,
) -> Iterator[Claim | Problem]:
    """The claims of the relations, and the problems of the file."""
    texts = list(dict.fromkeys(each.source for each in found.values() if each.places and each.source))
    if len(texts) == 1:  # those that name none stand in it too
        found = {id: msgspec.structs.replace(each, source=texts[0]) for id, each in found.items()}
    article, notes = _article.read_article(source)
    data = None if texts[1:] else source.sibling(".txt")
    text = None if data is None else _text.decode(data, _article.beside(source, ".txt"))
    if article is None or isinstance(text, Problem):
        yield from (about for about in (*notes, text) if isinstance(about, Problem) and about.severity == "error")
        return
    report.extend(notes)
    if text is None:
        message = f"it annotates {len(texts)} texts" if texts[1:] else "no file of this name with the extension .txt"
        report.add("no-text", message)
    documents = (
        _Reader(found, text, _of(article, name, texts), vocabulary, report).document(group)
        for name, group in _by_text(relations, found).items()
    )
    yield from claims_of(documents, vocabulary, report)


def _tagged(annotations: Iterable[Annotation], report: Report) -> dict[str, Annotation]:
    """The annotations by id; those that speak of others, and are no relations, are put into these."""
    found: dict[str, Annotation] = {}
    for each in annotations:
        if each.id in found:
            report.add("duplicate-id", f"{each.id} names two annotations; the first counts", each.line)
        found.setdefault(each.id, each)
    notes = {each.id: each for each in found.values() if not each.is_relation and any(map(found.get, each.about))}
    more: dict[str, list[Meaning]] = {}
    for note in notes.values():
        for id in note.about:
            more.setdefault(id, []).append(note.meaning)
    return {
        id: msgspec.structs.replace(each, meaning=joined([each.meaning, *more[id]])) if id in more else each
        for id, each in found.items()
        if id not in notes
    }


def _by_text(relations: list[Annotation], found: dict[str, Annotation]) -> dict[str, list[Annotation]]:
    """The relations by the text that the first of their ends with a place stands in."""
    groups: dict[str, list[Annotation]] = {}
    for each in relations:
        ends = (found[id] for id in each.about if id in found)
        groups.setdefault(next((end.source for end in ends if end.places), ""), []).append(each)
    return groups


def _of(article: Article, text: str, texts: list[str]) -> Article:
    """The article of a text: what the sidecar says, unless the file annotates several texts."""
    url = text if "://" in text else None
    if texts[1:]:
        return Article(f"{article.id}/{text}" if text else article.id, url=url)
    return msgspec.structs.replace(article, url=article.url or url)


class _Reader:
    """Makes a document of the relations in one text."""

    def __init__(
        self,
        found: dict[str, Annotation],
        text: str | None,
        article: Article,
        vocabulary: Vocabulary,
        report: Report,
    ) -> None:
        self._found, self._vocabulary, self._report = found, vocabulary, report
        self._document = Document(article, text, {}, [])
        self._anchors = None if text is None else Anchors(text, article.language, report.path)
        self._wrong: dict[str, Problem] = {}
        self._lost: Counter[str] = Counter()

    def document(self, relations: list[Annotation]) -> Document:
        """The document; what is wrong with its annotations is in the report then."""
        for each in relations:
            if wrong := self._unfit(each):
                self._report.add(*wrong, each.line)
                continue
            for id in each.about:
                self._mention(id)
            lost = [id for id in each.about if id in self._wrong]
            self._lost.update(lost)
            if not lost:
                self._document.relations.extend(self._relations(each))
        self._report.extend(left_out(wrong, self._lost[id]) for id, wrong in self._wrong.items())
        return self._document

    def _unfit(self, relation: Annotation) -> tuple[str, str] | None:
        """Code and message where a relation does not link two annotations of one text."""
        ends = relation.about
        if len(ends) != len(("subject", "object")):
            code = "bad-record" if ends[1:] else "missing-argument"
            return code, f"{relation.id} links {len(ends)} annotations, not two"
        texts = {self._found[id].source for id in ends if id in self._found and self._found[id].places}
        return ("bad-record", f"{relation.id} links words of two texts") if len(texts) > 1 else None

    def _mention(self, id: str) -> None:
        """Put the mention of an annotation into the document, or what is wrong with it aside."""
        said = self._found.get(id)
        if said is None or not said.places or id in self._document.mentions or id in self._wrong:
            return
        spans = self._spans(said)
        if isinstance(spans, Problem):
            self._wrong[id] = spans
            return
        label, links = self._class(said)
        words = [place.quote for place in said.places if place.quote is not None]
        name = next(iter(said.meaning.names), "")
        same_as = tuple(filter(None, map(external_id, links)))
        self._document.mentions[id] = Mention(
            id, label, spans, " ".join(words) if words else None, name, same_as, said.line
        )

    def _spans(self, said: Annotation) -> tuple[Span, ...] | Problem:
        """Where the words of an annotation stand; nowhere, if there is no text."""
        spans: list[Span] = []
        if self._anchors is None:
            return ()
        for place in said.places:
            found = self._anchors.span(place, said.id, said.line)
            if isinstance(found, Problem):
                return found
            span, is_there = found
            if not is_there:
                message = "the words do not stand where the position of their annotation says; the words count"
                self._report.repeated("text-differs", message, said.line)
            spans.append(span)
        return tuple(spans)

    def _class(self, said: Annotation) -> tuple[str, list[str]]:
        """The label of a mention, the first that is a class, and the addresses that are none."""
        labels = [*said.meaning.tags, *map(json.local, said.meaning.links)]
        known = [label for label in labels if self._vocabulary.kind(label, *COMMON_SCHEMES)]
        links = [link for link in said.meaning.links if json.local(link) not in known]
        return next(iter([*known, *said.meaning.tags]), ""), links

    def _relations(self, said: Annotation) -> list[Relation]:
        """A relation for each tag that is one; where none is, for the first tag, so that it is reported."""
        tags = [tag for tag in said.meaning.tags if not _field(tag)[0]]
        labels = [*tags, *map(json.local, said.meaning.links)]
        known = [label for label in labels if self._vocabulary.relation(label, *COMMON_SCHEMES)]
        if not labels:
            self._report.repeated("unknown-relation", "a link has no tag that names the relation", said.line)
        subject, object = said.about
        base = Relation(
            id=said.id,
            label="",
            subject=subject,
            object=object,
            annotator=said.creator,
            line=said.line,
            **self._fields(said),
        )
        return [msgspec.structs.replace(base, label=label) for label in known or labels[:1]]

    def _fields(self, said: Annotation) -> dict[str, Any]:
        """What the tags of a relation say of it besides: negation, modality, confidence."""
        fields: dict[str, Any] = {}
        for field, text in filter(all, map(_field, said.meaning.tags)):
            value = _values.value(field, text)
            if value is None:
                message = f"{field} of {said.id} may not be “{short(text)}”; {_values.ALLOWED[field]}"
                self._report.add("unknown-value", message, said.line)
            else:
                fields.setdefault(field, value)
        return fields


def _field(tag: str) -> tuple[str, str]:
    """The field of a claim that a tag fills, and its value; both empty where it is a label.

    >>> _field("Negation"), _field("Modality: planned"), _field("arms")
    (('negated', 'true'), ('modality', 'planned'), ('', ''))
    """
    name, value = re.split(r"[\s:=]+", f"{tag} true", maxsplit=1)
    field = _values.FIELDS.get(name.casefold(), "")
    return field, value.removesuffix(" true") if field else ""
