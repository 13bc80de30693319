"""Label Studio, the export “JSON”: an array of tasks with their annotations, or the file of one task.

How to get there: in a project “Export”, then “JSON”; or the target storage of a project, which keeps one file a task.
Then `kg load FILE.json`. A labelling configuration that fits is in the folder that `kg init` makes. JSON-MIN, CSV, TSV
and CONLL2003 carry no relations.

What is read:

- A region: its first label is a class, its words a mention. Places count code points. A region in HTML has one where
  the file says `globalOffsets`, and else none: then the claims of its annotation have no quote.
- A relation: each of its labels is a relation of its own. Of the arrows, `right` (the default) goes from `from_id` to
  `to_id`, `left` back, and `bi` both ways: a symmetric relation is one claim then, any other one claim each way, since
  the annotator has said both.
- Choices, ratings, numbers and texts for a region, by the name of their tag: `negation`, `modality`, `confidence` are
  those of the relations of which the region is the subject; `name` and `reference` (`wikidata:Q159`) its entity's.
- The annotator (`completed_by`) by address or name, or else by number. Each annotation of a task makes claims.
- The data of a task: title, publisher and so on (`loaders/_article.py`); its text is the one in which the words of the
  regions stand where they are said to. The id of its article is its `article_id`, else the path and the task's id.
- The key `completions` of versions before 1.0.

Passed over, with a note: predictions, drafts, and annotations that were skipped. What is lost: what is said of a text
as a whole, regions without a relation, all but the first label of a region.
"""

import re
from collections.abc import Iterator

import msgspec

from kg.claim import Article, Claim
from kg.errors import Problem
from kg.mappings import Vocabulary
from kg.sources import Source

from .. import _article, _bytes
from .._document import COMMON_SCHEMES, Document, Relation, claims_of
from .._report import Report
from .._words import short
from .regions import Regions, Result

EXTENSIONS: tuple[str, ...] = (".json",)
ONE_ARTICLE = False

_RESULTS = re.compile(rb'"(?:annotations|completions|result)"\s*:\s*\[')
_OURS = re.compile(rb'"(?:from_name|completed_by|was_cancelled|drafts|total_annotations)"\s*:')
_DIRECTIONS = {None, "right", "left", "bi"}


class _Task(msgspec.Struct):
    """A task, or an annotation as a storage keeps it: that has its own results, and its task inside."""

    id: int | str | None = None
    data: dict[str, object] = {}
    annotations: list[msgspec.Raw] | None = None
    completions: list[msgspec.Raw] | None = None
    predictions: list[msgspec.Raw] | None = None
    drafts: list[msgspec.Raw] | None = None
    result: list[msgspec.Raw] | None = None
    task: "_Task | int | str | None" = None


class _Annotation(msgspec.Struct):
    result: list[msgspec.Raw] | None = None
    completed_by: object = None
    was_cancelled: bool | None = None
    skipped: bool | None = None


def recognises(name: str, head: bytes) -> bool:
    """Whether a JSON file that begins with these bytes holds tasks with annotations."""
    stands = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")
    return stands and _RESULTS.search(head) is not None and _OURS.search(head) is not None


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The claims of each annotation in the order of its text, task by task, then the problems."""
    data = _bytes.whole(source)
    if isinstance(data, Problem):
        yield data
        return
    reader = _Reader(source, vocabulary)
    yield from claims_of(reader.documents(data), vocabulary, reader.report)


class _Reader:
    """Makes documents of the tasks of one file."""

    def __init__(self, source: Source, vocabulary: Vocabulary) -> None:
        self._source, self._vocabulary = source, vocabulary
        self.report = Report(source.name)

    def documents(self, data: bytes) -> Iterator[Document]:
        """A document for each annotation that counts."""
        records = _bytes.elements(data, self.report.path)
        if isinstance(records, Problem):
            self.report.extend([records])
            return
        for number, record in enumerate(records, 1):
            found = _bytes.json(record, _Task, self.report.path)
            if isinstance(found, Problem):
                self._bad(found, f"task number {number}")
            else:
                yield from self._task(*self._whole(found, record), number)

    def _whole(self, found: _Task, record: msgspec.Raw) -> tuple[_Task, str]:
        """A task, and where its article is; of an annotation in a storage its task, which has other files beside it."""
        if found.result is None or not isinstance(found.task, _Task):
            return found, f"{self._source.article}/"
        folder, slash, _ = self._source.article.rpartition("/")
        return msgspec.structs.replace(found.task, annotations=[record]), f"{folder}{slash}task-"

    def _task(self, task: _Task, place: str, number: int) -> Iterator[Document]:
        key = number if task.id is None else task.id
        called = f"task {key}"
        if task.annotations is None and task.completions is None and task.predictions is None:
            message = "a task without annotations, as other exports write it; they carry no relations: export “JSON”"
            self.report.repeated("not-read", message)
        for _ in task.predictions or ():
            self.report.repeated("passed-over", "a prediction, which nobody has confirmed")
        for _ in task.drafts or ():
            self.report.repeated("passed-over", "a draft, which nobody has submitted")
        article, notes = _article.described(f"{place}{key}", task.data, self.report.path)
        self.report.extend(notes)
        for record in task.annotations or task.completions or ():
            annotation = _bytes.json(record, _Annotation, self.report.path)
            if isinstance(annotation, Problem):
                self._bad(annotation, called)
            elif annotation.was_cancelled or annotation.skipped:
                self.report.repeated("passed-over", "an annotation that was skipped")
            else:
                yield self._document(annotation, task, called, article)

    def _document(self, annotation: _Annotation, task: _Task, called: str, article: Article) -> Document:
        found = [_bytes.json(record, Result, self.report.path) for record in annotation.result or ()]
        for about in found:
            if isinstance(about, Problem):
                self._bad(about, called)
        results = [result for result in found if isinstance(result, Result)]
        parts = Regions(results, called, task.data, self.report)
        annotator = _annotator(annotation.completed_by)
        relations = [
            msgspec.structs.replace(relation, annotator=annotator, **parts.fields(relation.subject))
            for result in results
            if result.type == "relation"
            for relation in self._relations(result, parts, called)
        ]
        parts.note_unused({relation.subject for relation in relations})
        return Document(article, parts.text, parts.mentions, relations)

    def _relations(self, result: Result, parts: Regions, called: str) -> Iterator[Relation]:
        """A relation for each label and way; what cannot be one is reported."""
        if result.from_id is None or result.to_id is None:
            self.report.add("missing-argument", f"a relation of {called} has no from_id or no to_id")
            return
        if result.direction not in _DIRECTIONS:
            message = f"the direction of a relation of {called} is “{short(str(result.direction))}”"
            self.report.add("bad-record", f"{message}, not right, left or bi")
            return
        if not result.labels:
            self.report.repeated("unknown-relation", "a relation has no label; choose one for it in Label Studio")
        ends = (parts.called(result.from_id), parts.called(result.to_id))
        for label in result.labels or ():
            both = result.direction == "bi" and self._differs_each_way(label)
            for subject, object in (
                ends[::-1] if result.direction == "left" else ends,
                *([ends[::-1]] if both else ()),
            ):
                yield Relation(id=f"a relation of {called}", label=label, subject=subject, object=object)

    def _differs_each_way(self, label: str) -> bool:
        sense = self._vocabulary.relation(label, *COMMON_SCHEMES)
        return bool(sense and sense.term and sense.term not in self._vocabulary.ontology.symmetric)

    def _bad(self, about: Problem, where: str) -> None:
        self.report.extend([msgspec.structs.replace(about, message=f"{where}: {about.message}")])


def _annotator(said: object) -> str | None:
    """Who made an annotation: some versions give the number, others what is known of the person."""
    if isinstance(said, dict):
        said = next((said[key] for key in ("email", "username", "id") if said.get(key)), None)
    return str(said) if isinstance(said, str | int) and said != "" else None
