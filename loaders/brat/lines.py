"""Brat standoff, line by line: text of an `.ann` file to plain records, without a look at the text or the ontology."""

import functools
import itertools
import re
from bisect import bisect_left
from collections.abc import Callable

import msgspec

from kg.errors import Problem, problem

Span = tuple[int, int]


class Mention(msgspec.Struct, frozen=True):
    """`T3<TAB>State 10 16;20 24<TAB>words`. `words` is None where the line has no third field."""

    id: str
    label: str
    spans: tuple[Span, ...]
    words: str | None
    line: int


class Statement(msgspec.Struct, frozen=True):
    """`R1<TAB>arms Arg1:T1 Arg2:T2` or `E1<TAB>arms:T3 Agent:T1 Target:T2`; only an event has a trigger."""

    id: str
    label: str
    trigger: str | None
    args: tuple[tuple[str, str], ...]
    line: int


class Group(msgspec.Struct, frozen=True):
    """`*<TAB>meets T1 T2 T3`."""

    label: str
    members: tuple[str, ...]
    line: int


class Attribute(msgspec.Struct, frozen=True):
    """`A1<TAB>Modality E1 planned`, in old files `M1`. `value` is empty where there is none."""

    name: str
    target: str
    value: str
    line: int


class Link(msgspec.Struct, frozen=True):
    """`N1<TAB>Reference T3 Wikidata:Q159<TAB>Russia`."""

    target: str
    to: str
    name: str
    line: int


class Note(msgspec.Struct, frozen=True):
    """`#1<TAB>AnnotatorNotes T6<TAB>free text`."""

    kind: str
    target: str
    text: str
    line: int


class Standoff(msgspec.Struct, dict=True):
    """One `.ann` file. `broken` are the ids of lines that could not be read, `problems` say which and why."""

    mentions: dict[str, Mention] = {}
    statements: dict[str, Statement] = {}
    groups: list[Group] = []
    attributes: list[Attribute] = []
    links: list[Link] = []
    notes: list[Note] = []
    broken: set[str] = set()
    problems: list[Problem] = []

    @property
    def is_empty(self) -> bool:
        """Whether no line says anything, not even wrongly."""
        return not (self.mentions or self.statements or self.groups or self.problems or self.notes)

    def has(self, id: str) -> bool:
        """Whether the file gives the id to a mention or statement, be it one that cannot be read."""
        return id in self.mentions or id in self.statements or id in self.broken

    def missing(self, what: str, id: str, path: str, line: int) -> Problem:
        """That something points at an id that is not there."""
        message = f"{what} points at {id}, which is no mention or event of the file"
        return problem("missing-mention", message, path, line, self._nearest(id))

    def _nearest(self, id: str) -> str | None:
        """The id that is nearest: of the same letter, if there is one, then by number."""
        numbered = self._numbered.get(id[:1]) or sorted(itertools.chain.from_iterable(self._numbered.values()))
        wanted = int(id[1:]) if _ID.fullmatch(id) and len(id) > 1 else 0
        at = bisect_left(numbered, (wanted, ""))
        around = numbered[max(at - 1, 0) : at + 1]
        return min(around, key=lambda other: abs(other[0] - wanted), default=(0, None))[1]

    @functools.cached_property
    def _numbered(self) -> dict[str, list[tuple[int, str]]]:
        """Number and id of all mentions and statements, in order, by letter. To be asked for after parsing only."""
        numbered: dict[str, list[tuple[int, str]]] = {}
        for id in sorted((*self.mentions, *self.statements), key=lambda id: int(id[1:])):
            numbered.setdefault(id[0], []).append((int(id[1:]), id))
        return numbered


def parse(text: str, path: str) -> Standoff:
    """The records of an `.ann` file.

    Lines end at a line feed only: the words of a mention may hold other characters that Python would break at.
    """
    found = Standoff()
    seen: set[str] = set()
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        id, _, rest = line.removesuffix("\r").partition("\t")
        wrong = None if _ID.fullmatch(id) else f"“{line[:40].strip()}” does not begin with an id and a tab"
        if not wrong and id in seen:
            found.problems.append(problem("duplicate-id", f"{id} is there already; this line is ignored", path, number))
            continue
        if not wrong and not _KINDS[id[0]][0](found, id, rest, number):
            wrong = f"{id} is cut short or not in its form: {id}<TAB>{_KINDS[id[0]][1]}"
            found.broken.add(id)
        if wrong:
            found.problems.append(problem("bad-line", wrong, path, number))
        if len(id) > 1:
            seen.add(id)
    return found


_ID = re.compile(r"[TREAMN#][0-9]{1,18}|[#*]")
_SPANS = re.compile(r"[0-9]{1,12} +[0-9]{1,12}( *; *[0-9]{1,12} +[0-9]{1,12})*")


def _mention(found: Standoff, id: str, rest: str, line: int) -> bool:
    head, tab, words = rest.partition("\t")
    label, _, offsets = head.strip().partition(" ")
    if not _SPANS.fullmatch(offsets.strip()):
        return False
    pairs = [fragment.split() for fragment in offsets.split(";")]
    spans = tuple((int(begin), int(end)) for begin, end in pairs)
    found.mentions[id] = Mention(id, label, spans, words if tab else None, line)
    return True


def _relation(found: Standoff, id: str, rest: str, line: int) -> bool:
    label, *args = rest.split() or [""]
    pairs = _pairs(args)
    if not label or ":" in label or not pairs:
        return False
    found.statements[id] = Statement(id, label, None, pairs, line)
    return True


def _event(found: Standoff, id: str, rest: str, line: int) -> bool:
    pairs = _pairs(rest.split())
    if not pairs or not pairs[0][1].startswith("T"):
        return False
    (label, trigger), *args = pairs
    found.statements[id] = Statement(id, label, trigger, tuple(args), line)
    return True


def _pairs(words: list[str]) -> tuple[tuple[str, str], ...] | None:
    """`Agent:T1` ... as (Agent, T1) ..., or None if a word is not of this form."""
    split = [word.rpartition(":") for word in words]
    return tuple((role, id) for role, _, id in split) if all(role and id for role, _, id in split) else None


def _attribute(found: Standoff, id: str, rest: str, line: int) -> bool:
    match rest.split(None, 2):
        case [name, target, *value]:
            found.attributes.append(Attribute(name, target, "".join(value).strip(), line))
            return True
    return False


def _link(found: Standoff, id: str, rest: str, line: int) -> bool:
    head, _, name = rest.partition("\t")
    match head.split(None, 2):
        case [_, target, to] if ":" in to:
            found.links.append(Link(target, to.strip(), " ".join(name.split()), line))
            return True
    return False


def _note(found: Standoff, id: str, rest: str, line: int) -> bool:
    head, _, text = rest.partition("\t")
    match head.split():
        case [kind, target]:
            found.notes.append(Note(kind, target, text.strip(), line))
            return True
    return False


def _group(found: Standoff, id: str, rest: str, line: int) -> bool:
    label, *members = rest.split() or [""]
    if not members:
        return False
    found.groups.append(Group(label, tuple(dict.fromkeys(members)), line))
    return True


_KINDS: dict[str, tuple[Callable[[Standoff, str, str, int], bool], str]] = {
    "T": (_mention, "LABEL BEGIN END<TAB>WORDS"),
    "R": (_relation, "LABEL Arg1:ID Arg2:ID"),
    "E": (_event, "LABEL:TRIGGER ROLE:ID ..."),
    "A": (_attribute, "NAME ID [VALUE]"),
    "M": (_attribute, "NAME ID [VALUE]"),
    "N": (_link, "Reference ID SCHEME:ID<TAB>NAME"),
    "#": (_note, "KIND ID<TAB>TEXT"),
    "*": (_group, "LABEL ID ID ..."),
}
