"""What can go wrong: exceptions for what could not run, problems for what the data did not give.

    KgError                 the root; its text says where, what, and what to do
    ├── UsageError          an argument that cannot be used (unknown question, name, format, URL)
    ├── OntologyError       an ontology file that cannot be read or contradicts itself
    ├── StoreError          a store that cannot be opened, read or written
    └── QueryError          a query that the engine or the read-only rules refuse

A `Problem` is data, never raised: it travels beside the claims, as a compiler's messages do.
"""

from typing import Literal

import msgspec

Severity = Literal["error", "note"]


class KgError(Exception):
    """Something could not run. The text is one line: where, what, what to do."""


class UsageError(KgError):
    """An argument that cannot be used."""


class OntologyError(KgError):
    """An ontology file that cannot be read or contradicts itself."""


class StoreError(KgError):
    """A store that cannot be opened, read or written."""


class QueryError(KgError):
    """A query that is not valid, or that may not run."""


class Problem(msgspec.Struct, frozen=True):
    """What a file did not give, and where.

    `error`: a claim was not made. `note`: it was made, but something is missing or was ignored.
    `path` is the input as it was named, `line` counts from 1, `near` is the nearest valid thing. `count` is how often
    it occurs, where one stands for many: then `line` is the first.
    """

    code: str
    severity: Severity
    message: str
    path: str | None = None
    line: int | None = None
    near: str | None = None
    count: int = 1

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line) if part is not None)
        near = f" (nearest: {self.near})" if self.near else ""
        times = f" ({self.count:,} times)" if self.count > 1 else ""
        return f"{place + ': ' if place else ''}{self.severity} {self.code}: {self.message}{near}{times}"


# code: (severity, what it means and what to do). The list is fixed: docs/problems.md and one test each follow it.
PROBLEMS: dict[str, tuple[Severity, str]] = {
    "unknown-format": ("error", "No loader knows this file. Name the format with `--from`."),
    "not-read": (
        "error",
        "The format is known and not read: it holds no relations, or has no form of its own for them. "
        "The message says what to export.",
    ),
    "ambiguous-format": ("error", "More than one loader knows this file. Name the format with `--from`."),
    "outside-root": (
        "error",
        "A link or path leads out of what was loaded; it was not followed. Load the target itself.",
    ),
    "unreadable": ("error", "The file cannot be opened. Look at its rights, and whether it is still there."),
    "bad-archive": (
        "error",
        "The zip file, or a file in it, is damaged, encrypted or packed in an unknown way. Make it anew, or unpack it.",
    ),
    "too-large": (
        "error",
        "The zip file would unpack to too much, or a line, or a file that is read whole, is longer than `--max-size`. "
        "If you trust it, unpack the zip file and load the folder, or give a greater size.",
    ),
    "bad-encoding": ("error", "The file is not valid UTF-8, so no offset in it can be trusted. Save it as UTF-8."),
    "bad-article": (
        "error",
        "The sidecar `NAME.article.json` cannot be read, so the article was left out. Correct it.",
    ),
    "bad-line": ("error", "The line is not in the format, or is cut short. Correct or delete it."),
    "bad-record": ("error", "The JSON line is not a claim. The message names the field."),
    "duplicate-id": ("error", "The file gives one id to two annotations; the first counts. Rename the second."),
    "missing-mention": ("error", "An annotation points at an id that the file does not have."),
    "missing-argument": ("error", "A relation or event lacks its subject or its object."),
    "wrong-offset": ("error", "The words are not at this place in the text, so no sentence can be trusted."),
    "quote-not-found": ("error", "The quoted words are not in the text. Copy them from it; the nearest is named."),
    "quote-ambiguous": ("error", "The quoted words stand in the text more than once. Quote more of the sentence."),
    "unknown-relation": ("error", "The label is no relation of the ontology. Use the nearest, or pass `--ontology`."),
    "not-symmetric": ("error", "A `*` group needs a symmetric relation; write one `R` line for each pair."),
    "empty-name": ("error", "A subject, object or claimant has neither a name nor words in the text."),
    "lone-surrogate": ("error", "A text holds half of a UTF-16 pair and cannot be stored. Correct the file."),
    "claim-conflict": ("error", "The same claim came before with other content; the first stays."),
    "no-claims": ("note", "The file is known to hold no claims: a list of codes, settings, a part of another file."),
    "passed-over": (
        "note",
        "A row or annotation that is no claim: one actor only, a code or label that says nothing between two actors, "
        "rejected by the annotator.",
    ),
    "article-conflict": (
        "note",
        "Two descriptions of one article, or two files that are one; the first stays.",
    ),
    "kind-conflict": ("note", "One article names or classes an entity in two ways; the first in reading order stays."),
    "ambiguous-entity": ("note", "Two known entities share this name; the claim uses neither. Annotate an id."),
    "unknown-kind": ("note", "The entity label is no class of the ontology; the entity is an `Entity`."),
    "unknown-attribute": ("note", "The attribute or column says nothing about a claim and was ignored."),
    "unknown-value": ("note", "The value of a known attribute is not one of its values and was ignored."),
    "unknown-role": ("note", "The event role says nothing about a claim and was ignored."),
    "nested-event": ("note", "An event stands as an argument; its subject was taken."),
    "range": ("note", "The subject or object is of another class than the relation expects. The claim is kept."),
    "bad-date": ("note", "The date is not `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or ends before it begins; ignored."),
    "text-differs": ("note", "The annotation repeats the words with other quotation marks or blanks; the text counts."),
    "no-text": ("note", "There is no text beside the annotation, so its claims have no quote."),
    "no-article": ("note", "There is no sidecar `NAME.article.json`: title, publisher and date are unknown."),
    "id-mismatch": ("note", "The record's id is not the hash of its fields; the id was computed anew."),
    "not-in-file": ("note", "The store has claims of this article that the file has not. `--replace` takes them out."),
    "control-character": ("note", "A name or text holds control characters. They are kept."),
}


def problem(
    code: str,
    message: str,
    path: str | None = None,
    line: int | None = None,
    near: str | None = None,
    *,
    count: int = 1,
) -> Problem:
    """A `Problem` with the severity that `PROBLEMS` gives to its code. Raises KeyError for a code not in the list."""
    return Problem(code, PROBLEMS[code][0], message, path, line, near, count)
