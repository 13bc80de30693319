"""brat standoff: `NAME.ann` beside `NAME.txt`, and the sidecar `NAME.article.json` where there is one.

How to get there: the files lie in brat's data folder; or choose "Data > Export" and unpack the document or collection.
Then `kg load DIR`.

What is read, every kind of line that brat writes:

- `T` a mention: its label is a class. Fragments at most one character apart are one mark.
- `R` a relation: its label is a relation, `Arg1` the subject, `Arg2` the object.
- `E` an event: its label is the relation; roles Agent or Subject; Target, Object or Recipient; Source or Speaker (who
  says so); Time. Of several fillers, each combination is a claim. An event that fills a role stands for its Agent.
- `*` a group: a symmetric relation between each two. `Equiv` makes its mentions one entity: a mention without name or
  external id takes the first one's; where none has a name, the first words that are neither lower case nor a pronoun.
- `A`, `M` on events and relations: Negation, Modality (actual, planned, requested, possible), Confidence (0 to 1).
- `N` an external id and a name. `#` a note: `name=Assad government` on a mention, `from=2015;to=2016-03` on a Time.

What is lost: free notes, attributes of mentions, other attributes and roles (named in the report), who annotated it
(brat does not say). Labels, roles and attribute names are matched without case. Nothing is guessed or repaired.
"""

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import get_args

from kg.claim import Article, Claim, Mark, Role, new
from kg.errors import Problem, problem
from kg.mappings import Sense, Vocabulary
from kg.sources import Source

from .. import _article, _bytes, _text
from .._document import COMMON_SCHEMES
from .._report import Report, left_out
from .._roles import MOST, meaning
from . import lines, values
from .lines import Group, Standoff, Statement
from .mentions import Place, places

EXTENSIONS: tuple[str, ...] = (".ann",)
ONE_ARTICLE = True

_LINE = re.compile(rb"^(?:\xef\xbb\xbf)?(?:[TREAMN][0-9]+|#[0-9]*|\*)\t", re.MULTILINE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # ours as well, so that the encoding is named as the fault

_RELATION_ROLES: dict[str, str] = {"arg1": "subject", "arg2": "object"}
_NEEDED = {"subject": "Agent or Arg1", "object": "Target or Arg2"}


def recognises(name: str, head: bytes) -> bool:
    """Whether a file of this name that begins with these bytes is brat's; an empty one is."""
    if not name.lower().endswith(EXTENSIONS):
        return False
    return not head.strip() or head.startswith(_UTF16) or _LINE.search(head) is not None


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The problems of one annotated article by line, then its claims in reading order."""
    annotation = _bytes.text(source)
    article, notes = _article.read_article(source)
    data = source.sibling(".txt")
    text = None if data is None else _text.decode(data, _article.beside(source, ".txt"))
    unusable = [about for about in (annotation, text) if isinstance(about, Problem)]
    if article is None or isinstance(annotation, Problem) or isinstance(text, Problem):
        yield from (*(about for about in notes if about.severity == "error"), *unusable)
        return
    source.article = article.id
    if text is None:
        notes.append(problem("no-text", "no file of this name with the extension .txt", source.name))
    found = lines.parse(annotation, source.name)
    if found.is_empty:  # nobody has annotated the article yet, so that nothing is missing
        notes = [about for about in notes if about.code not in {"no-text", "no-article"}]
    reader = _Reader(found, text, article, vocabulary, source.name)
    claims = reader.claims()
    yield from notes
    yield from reader.problems()
    for line, claim in claims:
        source.line = line
        yield claim


class _Reader:
    """Makes claims of the statements of one file."""

    def __init__(self, found: Standoff, text: str | None, article: Article, vocabulary: Vocabulary, path: str) -> None:
        self._found, self._text, self._article, self._vocabulary = found, text, article, vocabulary
        self._sentences = _text.sentences(text, article.language) if text is not None else []
        self._report = Report(path, found.problems)
        self._places, about = places(found, text, vocabulary, path)
        self._report.extend(about)
        labels = {said.label for said in found.statements.values()} | {group.label for group in found.groups}
        self._senses = {label: vocabulary.relation(label, *COMMON_SCHEMES) for label in labels}
        self._nearest: dict[str, str | None] = {}
        self._noted: set[str] = set()  # mentions of an unknown kind
        known = {id for id, said in found.statements.items() if self._senses[said.label]}
        self._fields = values.attributes(found, known, self._report)
        self._dated = values.notes_with_dates(found.notes)
        self._agents = {id: agent for id, said in found.statements.items() if (agent := _agent(said))}
        self._lost: Counter[str] = Counter()
        self._made: list[tuple[int, Claim]] = []

    def claims(self) -> list[tuple[int, Claim]]:
        """All claims with the lines that make them, by the place of their first word, then by line."""
        for said in self._found.statements.values():
            self._statement(said)
        for group in self._found.groups:
            if group.label.casefold() != "equiv":
                self._group(group)
        return sorted(self._made, key=lambda made: (made[1].marks, made[0]))

    def problems(self) -> list[Problem]:
        """All problems, by line. Complete when the claims are made."""
        wrong = [left_out(p.wrong, self._lost[id]) for id, p in self._places.items() if p.wrong]
        self._report.extend(wrong)
        return self._report.problems()

    def _statement(self, said: Statement) -> None:
        sense = self._sense(said.label, said.line)
        if sense is None:
            return
        roles = self._roles(said)
        lacking = [f"{role} ({called})" for role, called in _NEEDED.items() if role not in roles]
        if lacking:
            self._report.add("missing-argument", f"{said.id} has no {' and no '.join(lacking)}", said.line)
            return
        ids = {"relation": said.trigger, "time": self._time(roles.pop("time", ()), said)}
        anchors = {role: self._mention(id, said) for role, id in ids.items() if id}
        fillers = {role: self._fillers(ids, role, said) for role, ids in roles.items()}
        if None in anchors.values():
            return
        if (count := math.prod(map(len, fillers.values()))) > MOST:
            message = f"{said.id} would make {count:,} claims of those who fill its roles; {MOST:,} are the most"
            self._report.add("bad-line", message, said.line)
            return
        fields = self._fields.get(said.id, {}) | self._dates(anchors.get("time"))
        for combination in itertools.product(*fillers.values()):
            parts = anchors | dict(zip(fillers, combination, strict=True))
            self._make(sense, {role: place for role, place in parts.items() if place}, said.line, fields)

    def _group(self, group: Group) -> None:
        sense = self._sense(group.label, group.line)
        if sense is None:
            return
        if sense.term not in self._vocabulary.ontology.symmetric:
            message = f"{sense.term} does not hold both ways; write one R line for each pair"
            self._report.add("not-symmetric", message, group.line)
            return
        if not group.members[1:]:
            self._report.add("missing-argument", f"the group {group.label} has one member only", group.line)
            return
        members = self._fillers(group.members, "member", group)
        for subject, object in itertools.combinations(members, 2):
            self._make(sense, {"subject": subject, "object": object}, group.line, {})

    def _sense(self, label: str, line: int) -> Sense | None:
        """The relation of a label; where there is none, that is reported with the nearest."""
        sense = self._senses[label]
        if sense is None:
            if label not in self._nearest:
                self._nearest[label] = self._vocabulary.nearest_relation(label)
            self._report.add(
                "unknown-relation", f"“{label}” is no relation of the ontology", line, self._nearest[label]
            )
        elif sense.term is None:
            self._report.repeated("passed-over", f"“{label}” says nothing about two actors", line)
            return None
        return sense

    def _roles(self, said: Statement) -> dict[str, tuple[str, ...]]:
        """The ids that fill each role, an unknown role reported."""
        roles: dict[str, tuple[str, ...]] = {}
        for name, id in said.args:
            role = _role(said, name)
            if role:
                roles[role] = (*roles.get(role, ()), id)
            else:
                self._report.repeated("unknown-role", f"the role “{name}” says nothing about a claim", said.line)
        return roles

    def _mention(self, id: str, said: Statement | Group) -> Place | None:
        """The mention of an id. None where it is not there (reported here) or cannot be read (reported at its line)."""
        if id not in self._places and id not in self._found.broken:
            self._report.extend([self._found.missing(_named(said), id, self._report.path, said.line)])
        return self._places.get(id)

    def _fillers(self, ids: tuple[str, ...], role: str, said: Statement | Group) -> list[Place]:
        """The mentions that fill a role; an event stands for its Agent, with a note."""
        fillers: dict[str, Place] = {}
        for id in ids:
            actor = self._actor(id, said)
            place = self._mention(actor, said) if actor else None
            if place and actor != id:
                message = f"the {role} of {_named(said)} is {id}; its subject was taken: “{place.entity.written}”"
                self._report.add("nested-event", message, said.line)
            if place:
                fillers[place.mention.id] = place
        return list(fillers.values())

    def _actor(self, id: str, said: Statement | Group) -> str | None:
        """The id itself, or of an event its first Agent, and so on. None, reported, where that leads nowhere."""
        passed: dict[str, None] = {}
        while id in self._found.statements:
            passed[id] = None
            agent = self._agents.get(id)
            if agent is None or agent in passed:
                message = f"{_named(said)} points at {next(iter(passed))}, which leads to no subject"
                self._report.add("missing-argument", message, said.line)
                return None
            id = agent
        return id

    def _time(self, ids: tuple[str, ...], said: Statement) -> str | None:
        """The id of the Time that counts: the first."""
        if len(ids) > 1:
            self._report.add("bad-date", f"{said.id} has more than one Time; {ids[0]} counts", said.line)
        if ids and ids[0] in self._found.statements:
            self._report.add("bad-date", f"the Time of {said.id} is {ids[0]}, an event or relation", said.line)
            return None
        return ids[0] if ids else None

    def _dates(self, time: Place | None) -> dict[str, object]:
        if time is None or time.wrong:
            return {}
        first, last = values.dates(time, self._dated, self._report)
        return {"valid_from": first, "valid_to": last}

    def _make(self, sense: Sense, parts: dict[str, Place], line: int, fields: dict[str, object]) -> None:
        """One claim, unless one of its parts is not where the file says it is."""
        wrong = {place.mention.id for place in parts.values() if place.wrong}
        actors = {role: place for role, place in parts.items() if role not in {"relation", "time"}}
        nameless = [place for place in actors.values() if not place.entity.name and not place.entity.written]
        self._lost.update(wrong)
        for place in nameless:
            self._report.add("empty-name", f"{place.mention.id} has neither name nor words", place.mention.line)
        if wrong or nameless:
            return
        for place in actors.values():
            self._note_kind(place)
        if sense.reversed:
            actors["subject"], actors["object"] = actors["object"], actors["subject"]
            parts = parts | actors
        marks = _marks(parts)
        ends = {role: place.entity for role, place in actors.items()}
        if self._text is not None:
            last = max(end for _, end, _ in marks)
            begin, end, quote = _text.quote(self._text, self._sentences, marks[0][0], last)
            fields = fields | {"begin": begin, "end": end, "quote": quote}
        subject, object = ends.pop("subject"), ends.pop("object")
        fields = sense.fields(fields)
        claim = new(subject, str(sense.term), object, self._article, marks=marks, **ends, **fields)
        self._made.append((line, claim))

    def _note_kind(self, place: Place) -> None:
        """Report a label that is no class, once a label."""
        if not place.kind_known and place.mention.id not in self._noted:
            self._noted.add(place.mention.id)
            label = place.mention.label
            message = f"“{label}” is no class of the ontology; what it stands on is an Entity"
            near = self._vocabulary.ontology.nearest_kind(label)
            self._report.repeated("unknown-kind", message, place.mention.line, near)


def _role(said: Statement, name: str) -> str | None:
    """What the name of an argument means for a claim."""
    if said.trigger is None:
        return _RELATION_ROLES.get(name.casefold())
    return meaning(name)


def _agent(said: Statement) -> str | None:
    return next((id for name, id in said.args if _role(said, name) == "subject"), None)


def _named(said: Statement | Group) -> str:
    return said.id if isinstance(said, Statement) else f"the group {said.label}"


def _marks(parts: dict[str, Place]) -> tuple[Mark, ...]:
    """The characters of all parts but the time, in reading order."""
    roles: dict[str, Role] = {r: r for r in get_args(Role)}
    return tuple(sorted((*span, roles[role]) for role, place in parts.items() if role in roles for span in place.spans))
