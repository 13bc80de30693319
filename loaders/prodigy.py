"""Prodigy: relations that were annotated with `rel.manual`, as JSON lines.

How to get there: `prodigy db-out DATASET > relations.jsonl`, then `kg load relations.jsonl`.

What is read of a task that was accepted:

- `relations`: `head` is the subject, `child` the object. Both are numbers of tokens, of a span the last one; where
  `head_span` and `child_span` say which span was meant, they count. A token that is in no span is a mention of its own.
- `spans`: mentions, their labels classes. Offsets are code points.
- `_annotator_id`, else `_session_id`: who annotated it.
- `_input_hash`, the same for one text in every session, ends the article's id; where there is none, the line does.
- `meta` and keys of your own beside `text`: title, url, date and the like of the article; those of the task go first.

What is lost: tasks that were rejected, ignored or not answered, and relations labelled as none (`No-rel`, `NA`), which
the report counts. `ner.manual` and the other recipes save no relations: their tasks cannot be read.
"""

import re
from collections.abc import Iterator

import msgspec

from kg.claim import Claim
from kg.errors import Problem
from kg.mappings import Vocabulary
from kg.ontology import folded
from kg.sources import Source

from . import _article, _bytes
from ._document import Document, Mention, Relation, claims_of
from ._report import Report
from ._words import short

EXTENSIONS: tuple[str, ...] = (".jsonl",)
ONE_ARTICLE = False

_TASK = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{[^\n]*"_(?:input|task)_hash"\s*:\s*-?[0-9]')
_NONE = {"na", "none", "norel", "norelation"}  # labels that say that there is no relation, folded


class _Span(msgspec.Struct):
    start: int
    end: int
    label: str | None = None
    text: str | None = None
    token_end: int | None = None


class _Token(msgspec.Struct):
    start: int
    end: int


class _Relation(msgspec.Struct):
    head: int
    child: int
    label: str | None = None
    head_span: _Span | None = None
    child_span: _Span | None = None


class _Task(msgspec.Struct, rename={"input": "_input_hash", "annotator": "_annotator_id", "session": "_session_id"}):
    text: str = ""
    answer: str | None = None
    spans: list[_Span] | None = None
    tokens: list[_Token] | None = None
    relations: list[_Relation] | None = None
    input: int | None = None
    annotator: str | int | None = None
    session: str | int | None = None


def recognises(name: str, head: bytes) -> bool:
    """Whether a file of this name that begins with these bytes is an export: by the hash in its first task."""
    return name.lower().endswith(EXTENSIONS) and _TASK.match(head) is not None


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The claims of each accepted task in reading order, then all problems by line."""
    report = Report(source.name)
    yield from claims_of(_documents(source, report), vocabulary, report)


def _documents(source: Source, report: Report) -> Iterator[Document]:
    for data in _bytes.lines(source):
        task = data if isinstance(data, Problem) else _bytes.json(data, _Task, source.name, source.line)
        if isinstance(data, Problem) or isinstance(task, Problem):
            report.extend(each for each in (data, task) if isinstance(each, Problem))
        elif task.answer != "accept":
            what = f"the answer is “{short(task.answer)}”" if task.answer else "nobody has answered it"
            report.repeated("passed-over", f"a task of which {what} says nothing", source.line)
        elif task.relations is None:
            message = "a task without relations, as ner.manual and other recipes save it: annotate with rel.manual"
            report.repeated("not-read", message, source.line)
        else:
            yield _document(task, data, source, report)


def _document(task: _Task, data: bytes, source: Source, report: Report) -> Document:
    """The text of a task with the mentions that its relations use."""
    number = source.line if task.input is None else task.input
    article, notes = _article.described(f"{source.article}/{number}", _metadata(data, source), source.name, source.line)
    report.extend(notes)
    document = Document(article, task.text, {}, [])
    spans = _Spans(task)
    annotator = task.session if task.annotator is None else task.annotator
    for place, said in enumerate(task.relations or ()):
        label = said.label or ""
        if folded(label) in _NONE:
            report.repeated("passed-over", f"“{short(label)}” says that there is no relation", source.line)
            continue
        ends = [
            _mentioned(spans.meant(token, given), token, document, source.line)
            for token, given in ((said.head, said.head_span), (said.child, said.child_span))
        ]
        document.relations.append(
            Relation(
                id=f"relation {place}",
                label=label,
                subject=ends[0],
                object=ends[1],
                annotator=None if annotator is None else str(annotator),
                line=source.line,
            )
        )
    return document


def _metadata(data: bytes, source: Source) -> dict[str, object]:
    """The keys of a task and of its `meta`."""
    keys = _bytes.json(data, dict[str, object], source.name)
    keys = {} if isinstance(keys, Problem) else keys
    meta = keys.get("meta")
    return {**meta, **keys} if isinstance(meta, dict) else keys


def _mentioned(span: _Span | None, token: int, document: Document, line: int | None) -> str:
    """The id of the mention at a span, which the document gets; of none where the token is not in the text."""
    if span is None:
        return f"token {token}"
    id = f"span {span.start}-{span.end}"
    mention = Mention(id, span.label or "", ((span.start, span.end),), span.text, line=line)
    document.mentions.setdefault(id, mention)
    return id


class _Spans:
    """The spans of a task, by the places that its relations point at."""

    def __init__(self, task: _Task) -> None:
        spans = (task.spans or [])[::-1]  # of two at one place the first counts
        self._tokens = task.tokens or []
        self._placed = {(span.start, span.end): span for span in spans}
        self._ending = {span.end: span for span in spans}
        self._last = {span.token_end: span for span in spans}

    def meant(self, token: int, given: _Span | None) -> _Span | None:
        """The span that a relation gives or, where it gives none, the one that ends in the token, else the token."""
        if given:
            there = self._placed.get((given.start, given.end), given)
            return msgspec.structs.replace(given, label=given.label or there.label, text=there.text)
        if not 0 <= token < len(self._tokens):
            return self._last.get(token)
        found = self._tokens[token]
        return self._ending.get(found.end) or _Span(found.start, found.end)
