"""The features of an annotation of INCEpTION or WebAnno: what they say of a claim or of an entity. For `_layers`.

Features are names and texts; names are matched without case.
"""

import re

from kg.claim import day_bounds
from kg.ontology import folded

from ._report import Report
from ._values import ALLOWED, FIELDS, value
from ._words import external_id

Features = tuple[tuple[str, str], ...]

_USUAL = {"value", "label"}  # what a feature that holds the label is usually called
_TITLE = "identity"  # the feature that holds the title of a Wikipedia page (in GUM)
_OF_ENTITY = {"name", "identifier", _TITLE}
_ID = re.compile(r"[a-z][a-z0-9+.-]*://\S+|wikidata:\S+", re.IGNORECASE)
_CODE = re.compile(r"[a-z][a-z0-9+.-]*:\S+", re.IGNORECASE)
_PLAIN = re.compile(r"\s*|true|false|-?[0-9.]+", re.IGNORECASE)  # no label: nothing, a switch, a number


def local(layer: str) -> str:
    """The last part of the name of a layer.

    >>> local("webanno.custom.Actor")
    'Actor'
    """
    return layer.rpartition(".")[2]


def labels(features: Features, layer: str) -> list[str]:
    """The texts that may be the label: those of the features that are usually called so first.

    Last is the name of the layer, short and in full, unless one of these features is filled.
    """
    named = [(folded(name), text) for name, text in features if not _PLAIN.fullmatch(text) and not _ID.fullmatch(text)]
    usual = [text for name, text in named if name in _USUAL]
    others = [text for name, text in named if name not in _USUAL | _OF_ENTITY | FIELDS.keys()]
    return [*usual, *others] if usual else [*others, local(layer), layer]


def fields(id: str, features: Features, label: str, report: Report, line: int | None) -> dict[str, object]:
    """Negation, modality and confidence of a relation or event; what its other features say is reported as lost."""
    found: dict[str, object] = {}
    for name, text in features:
        field = FIELDS.get(folded(name))
        if field is None and text not in {label, "false", ""}:
            message = f"the feature “{name}” says nothing about a claim"
            report.repeated("unknown-attribute", message, line)
        elif field and text:
            said = value(field, text)
            if said is None:
                report.add("unknown-value", f"{name} of {id} may not be “{text}”; {ALLOWED[field]}", line)
            else:
                found.setdefault(field, said)
    return found


def identity(id: str, features: Features, report: Report, line: int | None) -> tuple[str, tuple[str, ...]]:
    """The name that the annotator gives to an entity, empty where there is none, and its ids elsewhere."""
    name, same_as = "", dict[str | None, None]()
    for feature, text in ((folded(feature), text.strip()) for feature, text in features):
        if feature == "name":
            name = text
        elif feature == _TITLE and text:
            name = name or text.replace("_", " ")
            same_as[external_id(f"wikipedia:{text.replace(' ', '_')}")] = None
        elif _ID.fullmatch(text) or (feature == "identifier" and _CODE.fullmatch(text)):
            same_as[external_id(text)] = None
        elif feature == "identifier" and text:
            report.add("unknown-value", f"the identifier of {id}, “{text}”, is no IRI and no SCHEME:ID", line)
    return name, tuple(each for each in same_as if each)


def dates(id: str, features: Features, words: str, report: Report, line: int | None) -> dict[str, str | None]:
    """`valid_from` and `valid_to` of a Time: from its features `from` and `to`, else the first text that is a date.

    That may be a feature or its words. What is no date is reported.
    """
    given = {folded(name): text for name, text in features if text}
    ends = [given.get("from"), given.get("to")]
    if not any(ends):
        said = next((text for text in (*given.values(), words) if day_bounds(text)), None)
        if said is None:
            report.add(
                "bad-date", f"{id}, “{words}”, is no date such as 2016-10; give it the features from and to", line
            )
        return {"valid_from": said, "valid_to": said}
    for text in filter(None, ends):
        if not day_bounds(text):
            report.add("bad-date", f"“{text}” of {id} is no date such as 2016, 2016-10 or 2016-10-12", line)
    first, last = (text if day_bounds(text) else None for text in ends)
    return {"valid_from": first, "valid_to": last}
