"""What a brat file says about a claim besides its actors: attributes and dates."""

from collections.abc import Iterable, Mapping

from kg.claim import day_bounds

from .._report import Report
from .._values import ALLOWED, FIELDS
from .._values import value as read_value
from .lines import Attribute, Note, Standoff
from .mentions import Place, settings

Fields = dict[str, object]  # of a claim: negated, modality, confidence


def attributes(found: Standoff, known: set[str], report: Report) -> dict[str, Fields]:
    """What the attributes say, by the id of the relation or event. An attribute on a trigger is one of its event.

    `known` are the statements with a known relation: what is said of others, and of mentions, is passed over silently.
    """
    triggered: dict[str, list[str]] = {}
    for said in found.statements.values():
        if said.trigger:
            triggered.setdefault(said.trigger, []).append(said.id)
    fields: dict[str, Fields] = {}
    for attribute in found.attributes:
        if not found.has(attribute.target):
            report.extend([found.missing(attribute.name, attribute.target, report.path, attribute.line)])
        for id in triggered.get(attribute.target, [attribute.target]):
            if id in known:
                _apply(attribute, fields.setdefault(id, {}), report)
    return fields


def _apply(attribute: Attribute, fields: Fields, report: Report) -> None:
    """Take what one attribute says into the fields; the first of a name counts."""
    field = FIELDS.get(attribute.name.casefold())
    if field is None:
        message = f"the attribute “{attribute.name}” says nothing about a claim"
        report.repeated("unknown-attribute", message, attribute.line)
        return
    value = read_value(field, attribute.value)
    if value is None:
        message = f"{attribute.name} of {attribute.target} may not be “{attribute.value}”; {ALLOWED[field]}"
        report.add("unknown-value", message, attribute.line)
    elif fields.setdefault(field, value) != value:
        message = f"{attribute.name} of {attribute.target} is there already; “{attribute.value}” is ignored"
        report.add("unknown-value", message, attribute.line)


def notes_with_dates(notes: Iterable[Note]) -> dict[str, Note]:
    """The first note with `from=` or `to=` on each mention."""
    dated: dict[str, Note] = {}
    for note in notes:
        if not settings(note.text).keys().isdisjoint({"from", "to"}):
            dated.setdefault(note.target, note)
    return dated


def dates(time: Place, notes: Mapping[str, Note], report: Report) -> tuple[str | None, str | None]:
    """`valid_from` and `valid_to` of a Time: from its note, else from its words if they are an ISO date."""
    note = notes.get(time.mention.id)
    if note is None:
        said = time.entity.written
        if day_bounds(said):
            return said, said
        message = f"“{said}” is no date such as 2016-10; write one into a note on it: from=2016-10;to=2016-12"
        report.add("bad-date", message, time.mention.line)
        return None, None
    given = settings(note.text)
    first, last = (_date(end, given.get(end, ""), note.line, report) for end in ("from", "to"))
    if first and last and _begins(first) > _ends(last):
        report.add("bad-date", f"{first} to {last} ends before it begins", note.line)
        return None, None
    return first, last


def _date(end: str, said: str, line: int, report: Report) -> str | None:
    if not said:
        return None
    if day_bounds(said):
        return said
    report.add("bad-date", f"{end}=“{said}” is no date such as 2016, 2016-10 or 2016-10-12", line)
    return None


def _begins(said: str) -> str:
    return (day_bounds(said) or ("", ""))[0]


def _ends(said: str) -> str:
    return (day_bounds(said) or ("", ""))[1]
