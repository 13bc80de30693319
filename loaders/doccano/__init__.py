"""doccano, the export “JSONL” of a sequence labelling project with relations: a document on each line.

How to get there: in a project “Dataset”, then “Actions > Export Dataset”, then “JSONL”. Unless all annotators share one
set of annotations, that gives a ZIP with a file for each, and every document in each file. `kg load` takes the ZIP.

What is read:

- `entities`: mentions, their labels classes. `relations`: `from_id` is the subject, `to_id` the object, `type` the
  relation.
- Places, in code points or in whatever units they were counted (`loaders/doccano/places.py`; a note says which): the
  file does not tell, and does not repeat the words.
- The annotator is the name of the file, unless that is `all` or `unknown`: doccano names files so.
- Keys beside the text: title, publisher and so on (`loaders/_article.py`). The id of an article is its `article_id`,
  else made of its text, so that the files of several annotators speak of one article.

What is lost: comments, and entities without a relation. Versions before 1.8 and projects without “Use relation
labeling” export no relations (`label` in place of `entities` and `relations`): an error says so.
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import TypeVar

import msgspec

from kg.claim import Article, Claim
from kg.errors import Problem
from kg.mappings import Vocabulary
from kg.sources import Source

from .. import _article, _bytes
from .._document import Document, Mention, Relation, claims_of
from .._report import Report
from .places import CODE_POINTS, read_places

_T = TypeVar("_T")

EXTENSIONS: tuple[str, ...] = (".jsonl",)
ONE_ARTICLE = False

_TEXT = re.compile(rb'"(?:text|data)"\s*:\s*"')
_OURS = re.compile(
    rb'"start_offset"\s*:\s*\d'
    rb'|"(?:entities|relations)"\s*:\s*\[\s*\]\s*,\s*"(?:entities|relations)"\s*:\s*\['
    rb'|"labels?"\s*:\s*\[\s*\[\s*\d+\s*,\s*\d+\s*,\s*"'
)
_NOT_PEOPLE = {"all", "unknown", "-"}  # what doccano calls files of several annotators, and the name of standard input


class _Entity(msgspec.Struct):
    id: int | str
    start_offset: int
    end_offset: int
    label: str = ""


class _Relation(msgspec.Struct):
    from_id: int | str
    to_id: int | str
    type: str
    id: int | str | None = None


class _Example(msgspec.Struct):
    """A document. Without relations labelled, it has neither `entities` nor `relations`."""

    text: str | None = None
    entities: list[msgspec.Raw] | None = None
    relations: list[msgspec.Raw] | None = None


def recognises(name: str, head: bytes) -> bool:
    """Whether JSON lines that begin with these bytes hold texts with places as doccano writes them."""
    return name.lower().endswith(EXTENSIONS) and _TEXT.search(head) is not None and _OURS.search(head) is not None


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The claims of each document in the order of its text, line by line, then the problems by line."""
    reader = _Reader(source)
    yield from claims_of(reader.documents(), vocabulary, reader.report)


class _Reader:
    """Makes documents of the lines of one file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.report = Report(source.name)
        stem = PurePath(source.file_name).stem
        self._annotator = None if stem in _NOT_PEOPLE else stem

    def documents(self) -> Iterator[Document]:
        """The documents that have relations, or could have."""
        for record in self._records():
            example = self._decoded(record, _Example)
            about = self._decoded(record, dict[str, object])
            if example is None or about is None:
                continue
            if example.relations is None:
                message = "a document has no relations: export JSONL from doccano 1.8 with “Use relation labeling”"
                self.report.repeated("not-read", message, self._source.line)
                continue
            yield self._document(example, self._article(example.text or "", about))

    def _records(self) -> Iterator[bytes | msgspec.Raw]:
        """The lines; of a file in which a document stands on several lines, the documents."""
        for line in _bytes.lines(self._source):
            if isinstance(line, Problem):
                self.report.extend([line])
            elif self._source.line == 1 and (line.strip() == b"{" or line.lstrip().startswith(b"[")):
                yield from self._of_whole_file()
                return
            else:
                yield line

    def _of_whole_file(self) -> list[msgspec.Raw]:
        self._source.line = None
        data = _bytes.whole(self._source)
        found = data if isinstance(data, Problem) else _bytes.elements(data, self.report.path)
        if isinstance(found, Problem):
            self.report.extend([found])
            return []
        return found

    def _decoded(self, record: bytes | msgspec.Raw, type: type[_T]) -> _T | None:
        """A piece of JSON as a value of a type; None, reported, where it is none."""
        found = _bytes.json(record, type, self.report.path, self._source.line)
        if isinstance(found, Problem):
            self.report.extend([found])
            return None
        return found

    def _article(self, text: str, about: dict[str, object]) -> Article:
        id = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        article, notes = _article.described(f"doccano-{id}", about, self.report.path, self._source.line)
        self.report.extend(notes)
        return article

    def _document(self, example: _Example, article: Article) -> Document:
        entities = self._entities(example.entities or [])
        found = [(entity.start_offset, entity.end_offset) for entity in entities.values()]
        places, units = read_places(example.text or "", found)
        if units != CODE_POINTS:
            self.report.repeated("text-differs", f"places in a text count {units}, and are taken so", self._source.line)
        mentions = {
            called: Mention(called, entity.label, (place,), line=self._source.line)
            for (called, entity), place in zip(entities.items(), places, strict=True)
        }
        relations = [
            Relation(
                id=f"relation {said.id}" if said.id is not None else "a relation",
                label=said.type,
                subject=_called(said.from_id),
                object=_called(said.to_id),
                annotator=self._annotator,
                line=self._source.line,
            )
            for record in example.relations or ()
            if (said := self._decoded(record, _Relation))
        ]
        return Document(article, example.text, mentions, relations)

    def _entities(self, records: list[msgspec.Raw]) -> dict[str, _Entity]:
        """The entities by what messages call them; the first of an id counts."""
        entities: dict[str, _Entity] = {}
        for record in records:
            entity = self._decoded(record, _Entity)
            if entity and _called(entity.id) in entities:
                message = f"{_called(entity.id)} is there already; the first counts"
                self.report.add("duplicate-id", message, self._source.line)
            elif entity:
                entities[_called(entity.id)] = entity
        return entities


def _called(id: int | str) -> str:
    return f"entity {id}"
