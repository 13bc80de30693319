"""An annotated document, whatever tool it comes from: mentions in a text, relations between them, and the claims that
these make. A loader of an annotation format reads its file into a `Document`; all else is done here, in one way.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from kg.claim import Article, Claim, Entity, Mark, Modality, Role, new
from kg.errors import Problem, problem
from kg.mappings import Sense, Vocabulary

from . import _text
from ._report import Report, left_out
from ._words import Spans, Words, joined

# Label sets that people use in any tool; a loader of a corpus names that of its corpus.
COMMON_SCHEMES = ("ontonotes", "re3d", "wikidata")


class Mention(msgspec.Struct, frozen=True):
    """Words that name an entity.

    `id` is what messages call it; `label` is looked up as a class (`Entity` where it is empty). `spans` are in code
    points, end excluded, and empty where no place is known; `words` are what the file repeats of the text, None where
    it does not. `name` and `same_as` (`wikidata:Q159`) are what the annotator says of the entity. `line` counts from 1.
    `wrong` is what is wrong with its place, where the loader knows ("stands inside of a character").
    """

    id: str
    label: str = ""
    spans: Spans = ()
    words: str | None = None
    name: str = ""
    same_as: tuple[str, ...] = ()
    line: int | None = None
    wrong: str = ""


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """What stands between two mentions, by their ids in `Document.mentions`.

    `label` is looked up as a relation. `trigger` are the spans of the words that state it, if they are marked;
    `evidence` spans that the quote is to hold as well. The other fields are those of a claim.
    """

    id: str
    label: str
    subject: str
    object: str
    trigger: Spans = ()
    evidence: Spans = ()
    attributed_to: str | None = None
    negated: bool = False
    modality: Modality = "actual"
    valid_from: str | None = None
    valid_to: str | None = None
    confidence: float | None = None
    annotator: str | None = None
    row: str | None = None
    line: int | None = None


_FIELDS = ("negated", "modality", "valid_from", "valid_to", "confidence", "annotator", "row")


class Document(msgspec.Struct):
    """One annotated text. `text` is None where the file does not hold it: then claims have no quote."""

    article: Article
    text: str | None
    mentions: dict[str, Mention]
    relations: list[Relation]
    sentences: list[tuple[int, int]] | None = None  # where the tool says where they are; else they are found


def claims(
    document: Document,
    vocabulary: Vocabulary,
    path: str,
    schemes: tuple[str, ...] = COMMON_SCHEMES,
    problems: Iterable[Problem] = (),
) -> Iterator[Claim | Problem]:
    """The problems of one document by line, the loader's own among them, then its claims in reading order."""
    report = Report(path, problems)
    made = list(claims_of([document], vocabulary, report, schemes))
    yield from sorted(made, key=lambda item: isinstance(item, Claim))


def claims_of(
    documents: Iterable[Document], vocabulary: Vocabulary, report: Report, schemes: tuple[str, ...] = COMMON_SCHEMES
) -> Iterator[Claim | Problem]:
    """The claims of the documents of one file, each in reading order, then all problems of the file by line.

    What is wrong goes into `report`, into which the loader puts its own problems as it makes the documents.
    """
    for document in documents:
        maker = _Maker(document, vocabulary, report, schemes)
        yield from maker.claims()
        maker.count_lost()
    yield from report.problems()


class _Maker:
    def __init__(self, document: Document, vocabulary: Vocabulary, report: Report, schemes: tuple[str, ...]) -> None:
        self._document, self._vocabulary, self._report, self._schemes = document, vocabulary, report, schemes
        self._words = Words(document.text, report.path)
        self._entities: dict[str, Entity | None] = {}
        self._wrong: dict[str, Problem] = {}
        self._lost: Counter[str] = Counter()
        self._found: list[tuple[int, int]] | None = document.sentences

    def claims(self) -> list[Claim]:
        made = [claim for said in self._document.relations if (claim := self._claim(said))]
        return sorted(made, key=lambda claim: (claim.marks, claim.relation, claim.id))

    def count_lost(self) -> None:
        """Report the mentions that are not where the file says, and how many claims each costs."""
        self._report.extend(left_out(wrong, self._lost[id]) for id, wrong in self._wrong.items())

    def _claim(self, said: Relation) -> Claim | None:
        sense = self._sense(said)
        ids: dict[Role, str | None] = {
            "subject": said.subject,
            "object": said.object,
            "attributed_to": said.attributed_to,
        }
        missing = [id for id in ids.values() if id is not None and not self._has(id, said)]
        if sense is None or missing:
            return None
        ends = {role: entity for role, id in ids.items() if id is not None and (entity := self._entity(id))}
        lost = [id for id in dict.fromkeys(ids.values()) if id is not None and self._entities[id] is None]
        self._lost.update(lost)
        if lost or sense.term is None:
            return None
        spans = {role: self._document.mentions[id].spans for role, id in ids.items() if id is not None}
        if sense.reversed:
            ends["subject"], ends["object"] = ends["object"], ends["subject"]
            spans["subject"], spans["object"] = spans["object"], spans["subject"]
        fields = sense.fields({name: getattr(said, name) for name in _FIELDS}) | self._quoted(spans, said)
        subject, object = ends.pop("subject"), ends.pop("object")
        return new(subject, sense.term, object, self._document.article, **ends, **fields)

    def _sense(self, said: Relation) -> Sense | None:
        """What the label of a relation says; None where it is not known or says nothing, which is reported."""
        sense = self._vocabulary.relation(said.label, *self._schemes)
        if sense is None:
            near = self._vocabulary.nearest_relation(said.label, *self._schemes)
            message = f"“{said.label}” is no relation of the ontology or of a mapping"
            self._report.repeated("unknown-relation", message, said.line, near)
        elif sense.term is None:
            self._report.repeated("passed-over", f"“{said.label}” says nothing about two actors", said.line)
            return None
        return sense

    def _has(self, id: str, said: Relation) -> bool:
        """Whether there is a mention of this id, reported where there is none."""
        if id not in self._document.mentions:
            self._report.add(
                "missing-mention", f"{said.id} points at {id}, which is no mention of the document", said.line
            )
            return False
        return True

    def _entity(self, id: str) -> Entity | None:
        """The entity that a mention names; None where its words are not where it says, which is reported."""
        if id not in self._entities:
            mention = self._document.mentions[id]
            words, about = self._words.checked(id, mention.spans, mention.words, mention.line)
            if mention.wrong:
                about = problem("wrong-offset", f"{id} {mention.wrong}", self._report.path, mention.line)
            if about and about.severity == "error":
                self._wrong[id] = about
            elif about:
                self._report.extend([about])
            named = bool(words or mention.name)
            if not named and id not in self._wrong:
                self._report.add("empty-name", f"{id} has neither name nor words", mention.line)
            usable = named and id not in self._wrong
            self._entities[id] = self._described(mention, words) if usable else None
        return self._entities[id]

    def _described(self, mention: Mention, words: str) -> Entity:
        kind = self._vocabulary.kind(mention.label, *self._schemes) if mention.label else "Entity"
        if kind is None:
            near = self._vocabulary.ontology.nearest_kind(mention.label)
            message = f"“{mention.label}” is no class of the ontology or of a mapping; what it stands on is an Entity"
            self._report.repeated("unknown-kind", message, mention.line, near)
        return Entity("", mention.name, kind or "Entity", words or mention.name, mention.same_as)

    def _quoted(self, spans: Mapping[Role, Spans], said: Relation) -> dict[str, object]:
        """Begin, end, quote and marks: the whole sentences from the first to the last mark or piece of evidence."""
        text, marks = self._document.text, _marks({**spans, "relation": said.trigger})
        if text is None or not marks:
            return {}
        inside = [span for span in said.evidence if 0 <= span[0] < span[1] <= len(text)]
        held = [(begin, end) for begin, end, _ in marks] + inside
        first, last = min(begin for begin, _ in held), max(end for _, end in held)
        if last > len(text):
            self._report.add(
                "wrong-offset", f"the words of {said.id} end at {last}, but the text ends at {len(text)}", said.line
            )
            return {}
        if self._found is None:
            self._found = _text.sentences(text, self._document.article.language)
        begin, end, quote = _text.quote(text, self._found, first, last)
        return {"begin": begin, "end": end, "quote": quote, "marks": marks}


def _marks(spans: Mapping[Role, Spans]) -> tuple[Mark, ...]:
    """The marks of each role, in reading order."""
    return tuple(sorted((*span, role) for role, places in spans.items() for span in joined(places)))
