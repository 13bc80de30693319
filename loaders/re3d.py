"""re3d, Dstl's evaluation data on the war in Syria and Iraq: `relations.json`, read with `entities.json` and
`documents.json` from the same folder.

How to get there: `git clone https://github.com/dstl/re3d`, then `kg load re3d`. Each file has one record a line, as
mongoexport writes them, or is an array of records. Two of the three files make no claims of their own.

What is read:

- A relation: its type is looked up in the mapping re3d, `source` is the subject, `target` the object, `value` the words
  that state it, `confidence` the claim's. A relation of confidence 0 is kept: what the crowd rejected, one may filter.
- The class of an end: the type of the entity at the same place; of several types the one with the greatest confidence,
  and among equals the first.
- A document: its id is the article's, `sourceName` the publisher, `sourceUrl` the url; the title and the text.

Places count, not the words that are repeated beside them: the files changed quotation marks in a few, and cut blanks
off many. What is lost: entities without a relation, the day of publication (there is none), and relations that are not
between actors (`CoLocated`, `Apart`, `HasAttrOf`, `IsSynonymOf`).
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

import msgspec

from kg.claim import Article, Claim
from kg.errors import Problem, problem
from kg.mappings import Vocabulary
from kg.sources import Source

from . import _article, _bytes
from ._document import Document, Mention, Relation, claims_of
from ._report import Report
from ._text import Span
from ._words import Spans, Words, short

EXTENSIONS: tuple[str, ...] = (".json",)
ONE_ARTICLE = False

_RELATIONS, _ENTITIES, _DOCUMENTS = "relations.json", "entities.json", "documents.json"
_KEYS = {
    _RELATIONS: (b'"documentId"', b'"sourceBegin"', b'"targetBegin"'),
    _ENTITIES: (b'"documentId"', b'"begin"', b'"confidence"'),
    _DOCUMENTS: (b'"_id"', b'"sourceName"', b'"sourceUrl"'),
}


class _Entity(msgspec.Struct, rename="camel"):
    document_id: str
    begin: int
    end: int
    type: str
    confidence: float = 1


class _Relation(msgspec.Struct, rename="camel"):
    document_id: str
    type: str
    source: str
    source_begin: int
    source_end: int
    target: str
    target_begin: int
    target_end: int
    value: str = ""
    begin: int = 0
    end: int = 0
    confidence: float | None = None
    id: object = msgspec.field(name="_id", default="")


class _Text(msgspec.Struct):
    id: str = msgspec.field(name="_id")
    text: str


def recognises(name: str, head: bytes) -> bool:
    """Whether a file is one of the three, by its name and the keys in these first bytes."""
    return name in _KEYS and all(key in head for key in _KEYS[name])


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The claims of `relations.json`, document by document, then the problems by line; of the others a problem."""
    if source.file_name in (_ENTITIES, _DOCUMENTS):
        yield _part(source)
        return
    data = _bytes.whole(source)
    if isinstance(data, Problem):
        yield data
        return
    report = Report(source.name)
    folder = _Folder(source, report)
    yield from claims_of(_documents(data, folder, report), vocabulary, report, ("re3d",))


def _part(source: Source) -> Problem:
    if source.has(_RELATIONS):
        return problem("no-claims", f"it is read with {_RELATIONS}", source.name)
    message = f"it is a part of re3d that holds no relations; put {_RELATIONS} into its folder"
    return problem("not-read", message, source.name)


def _documents(data: bytes, folder: "_Folder", report: Report) -> Iterator[Document]:
    """The documents with a relation, in the order of their first."""
    found: dict[str, Document] = {}
    for line, record in _records(data, report.path):
        said = record if isinstance(record, Problem) else _bytes.json(record, _Relation, report.path, line)
        if isinstance(said, Problem):
            report.extend([said])
            continue
        if said.document_id not in found:
            found[said.document_id] = folder.document(said.document_id)
        _add(said, line, found[said.document_id], folder, report)
    yield from found.values()


def _add(said: _Relation, line: int | None, document: Document, folder: "_Folder", report: Report) -> None:
    """Add a relation and its ends to its document."""
    subject = _end(said.source, (said.source_begin, said.source_end), line, document, folder)
    object = _end(said.target, (said.target_begin, said.target_end), line, document, folder)
    relation = Relation(
        id=str(said.id),
        label=said.type,
        subject=subject,
        object=object,
        trigger=_trigger(said, line, document.text, report),
        confidence=said.confidence,
        line=line,
    )
    document.relations.append(relation)


def _end(words: str, span: Span, line: int | None, document: Document, folder: "_Folder") -> str:
    """The id of the mention at a place, which is added to its document."""
    article, (begin, end) = document.article.id, span
    id = f"{article}-{begin}-{end}"
    if id not in document.mentions:
        document.mentions[id] = Mention(id, folder.label(article, begin, end), (span,), words, line=line)
    return id


def _trigger(said: _Relation, line: int | None, text: str | None, report: Report) -> Spans:
    """Where the words that state a relation are, without blanks around them; none where they are not there."""
    if text is None or not said.value.strip():
        return ()
    id = f"the phrase of {said.id}"
    _, about = Words(text, report.path).checked(id, ((said.begin, said.end),), said.value, line)
    if about and about.severity == "error":
        report.add("text-differs", f"{about.message}; it is not marked", line)
        return ()
    report.extend([about] if about else ())
    words = text[said.begin : said.end]
    begin, end = said.begin + len(words) - len(words.lstrip()), said.begin + len(words.rstrip())
    return ((begin, end),)


class _Folder:
    """The texts of the documents and the types of the entities, from the two files beside the relations."""

    def __init__(self, source: Source, report: Report) -> None:
        self._source, self._report = source, report
        self._texts = self._read_documents()
        self._labels = self._read_entities()

    def document(self, id: str) -> Document:
        """The document of an id, without relations; without text where `documents.json` does not have it."""
        article, text = self._texts.get(id, (Article(id), None))
        if text is None:
            self._report.repeated("no-text", f"{_DOCUMENTS} has no document of this id")
        return Document(article, text, {}, [])

    def label(self, id: str, begin: int, end: int) -> str:
        """The type of the entity at a place of a document; empty where `entities.json` has none there."""
        label, _ = self._labels.get((id, begin, end), ("", 0))
        if not label:
            self._report.repeated("unknown-kind", f"{_ENTITIES} has nothing at this place; it is an Entity")
        return label

    def _read_documents(self) -> dict[str, tuple[Article, str | None]]:
        texts: dict[str, tuple[Article, str | None]] = {}
        for path, line, record in self._read(_DOCUMENTS):
            found = _bytes.json(record, _Text, path, line)
            about = _bytes.json(record, dict[str, object], path, line)
            if isinstance(found, Problem) or isinstance(about, Problem):
                self._report.extend(each for each in (found, about) if isinstance(each, Problem))
                continue
            article, notes = _article.described(found.id, about, path, line)
            self._report.extend(notes)
            if found.id in texts:
                message = f"{short(found.id)} is there already; the first counts"
                self._report.extend([problem("duplicate-id", message, path, line)])
            texts.setdefault(found.id, (article, found.text))
        return texts

    def _read_entities(self) -> dict[tuple[str, int, int], tuple[str, float]]:
        labels: dict[tuple[str, int, int], tuple[str, float]] = {}
        for path, line, record in self._read(_ENTITIES):
            found = _bytes.json(record, _Entity, path, line)
            if isinstance(found, Problem):
                self._report.extend([found])
                continue
            place = (found.document_id, found.begin, found.end)
            if place not in labels or found.confidence > labels[place][1]:
                labels[place] = (found.type, found.confidence)
        return labels

    def _read(self, name: str) -> Iterator[tuple[str, int | None, bytes | msgspec.Raw]]:
        """The records of a file of the folder with its path and their lines."""
        path = str(Path(self._source.name).with_name(name))
        try:
            data = self._source.beside(name)
        except ValueError:  # a link out of the root: a problem where it is met, and not to be followed here
            data = None
        for line, record in _records(data or b"", path):
            if isinstance(record, Problem):
                self._report.extend([record])
            else:
                yield path, line, record


def _records(data: bytes, path: str) -> Iterator[tuple[int | None, bytes | msgspec.Raw | Problem]]:
    """The records of an array, or those of the lines with their numbers."""
    data = data.removeprefix(codecs.BOM_UTF8)
    if not data.lstrip().startswith(b"["):
        yield from ((number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip())
        return
    array = _bytes.elements(data, path)
    yield from [(None, array)] if isinstance(array, Problem) else ((None, record) for record in array)
