"""The mentions of a brat file: whether their words are in the text, and what the annotator calls the entity."""

import re
import unicodedata
from collections.abc import Iterable

import msgspec

from kg.claim import Entity
from kg.errors import Problem, problem
from kg.ontology import Ontology

from ._brat_lines import Mention, Span, Standoff

_WINDOW = 10_000  # how far from the given place the words are looked for
_SHOWN = 60  # how many characters of a mention a message repeats


class Place(msgspec.Struct, frozen=True):
    """A mention that was looked up: its words, where they stand, and the entity, not yet resolved.

    `wrong` where the words are not there: then no claim may use it. `kind_known` is whether its label is a class.
    """

    mention: Mention
    spans: tuple[Span, ...]
    entity: Entity
    kind_known: bool
    wrong: Problem | None = None


def places(found: Standoff, text: str | None, ontology: Ontology, path: str) -> tuple[dict[str, Place], list[Problem]]:
    """Every mention by its id, and the notes on the way. The errors are in the places, `wrong`."""
    flat = re.sub(r"\s", " ", text) if text is not None else None
    checked = {id: _checked(mention, text, flat, path) for id, mention in found.mentions.items()}
    words = {id: words for id, (words, _) in checked.items()}
    right = {id for id, (_, about) in checked.items() if about is None or about.severity == "note"}
    problems = [about for _, about in checked.values() if about and about.severity == "note"]
    names, unnamed = _named(found, path)
    same_as, unlinked = _links(found, names, path)
    said = {id: words[id] for id in right}
    problems += unnamed + unlinked + _coreferent(found, said, names, same_as, path)
    kinds = {mention.label: ontology.kind(mention.label) for mention in found.mentions.values()}
    made = {}
    for id, mention in found.mentions.items():
        kind = kinds[mention.label]
        entity = Entity("", names.get(id, ""), kind.name if kind else "Entity", words[id], same_as.get(id, ()))
        wrong = checked[id][1] if id not in right else None
        made[id] = Place(mention, _joined(mention.spans), entity, kind is not None, wrong)
    return made, problems


def _checked(mention: Mention, text: str | None, flat: str | None, path: str) -> tuple[str, Problem | None]:
    """The words of the mention in one line, and what is wrong with them or their place."""
    said = " ".join((mention.words or "").split())
    for begin, end in mention.spans:
        if end <= begin:
            return said, _wrong(mention, f"holds nothing: it begins at {begin} and ends at {end}", flat, path)
        if text is not None and end > len(text):
            return said, _wrong(mention, f"ends at {end}, but the text ends at {len(text)}", flat, path)
    if text is None:
        return said, None
    there = " ".join(" ".join(text[begin:end] for begin, end in mention.spans).split())
    if mention.words is None or said in (there, " ".join(_cut(text, _joined(mention.spans)).split())):
        return said or there, None
    if _folded(said) == _folded(there):
        message = f"{mention.id} says “{_short(said)}”, but the text has “{_short(there)}”"
        return there, problem("text-differs", message, path, mention.line)
    return said, _wrong(mention, f"says “{_short(said)}”, but the text has “{_short(there)}”", flat, path)


def _cut(text: str, spans: Iterable[Span]) -> str:
    return " ".join(text[begin:end] for begin, end in spans)


def _wrong(mention: Mention, what: str, flat: str | None, path: str) -> Problem:
    near = _occurrence(re.sub(r"\s", " ", mention.words or "").strip(), flat or "", mention.spans[0][0])
    return problem("wrong-offset", f"{mention.id} {what}", path, mention.line, near)


def _occurrence(words: str, flat: str, begin: int) -> str | None:
    """Where the words do occur nearest to a place, not as a part of longer words: `at 120-126`."""
    if not words:
        return None
    begin = min(begin, len(flat))
    window = flat[max(begin - _WINDOW, 0) : begin + _WINDOW]
    start = max(begin - _WINDOW, 0)
    whole = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")
    found = [start + match.start() for match in whole.finditer(window)]
    if not found:
        return None
    nearest = min(found, key=lambda place: abs(place - begin))
    return f"at {nearest}-{nearest + len(words)}"


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, those that overlap or are at most one character apart as one."""
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin - joined[-1][1] <= 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return tuple(joined)


_QUOTES = "'\"`\u00b4\u00ab\u00bb" + "\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f\u2032\u2033\u2039\u203a"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_ALIKE = str.maketrans(dict.fromkeys(_QUOTES, "'") | dict.fromkeys(_DASHES, "-"))


def _folded(words: str) -> str:
    """The words without blanks, all quotation marks and all dashes alike; forms of one character as well."""
    plain = unicodedata.normalize("NFKC", words.translate(_ALIKE)).translate(_ALIKE)
    return "".join(plain.split()).replace("''", "'")


def _short(words: str) -> str:
    return words if len(words) <= _SHOWN else words[:_SHOWN] + "…"


_SETTING = re.compile(r"(?:^|;)\s*(name|from|to)\s*=", re.IGNORECASE)


def settings(text: str) -> dict[str, str]:
    """The settings of a note, or none where it is free text.

    >>> settings("name=Assad government; from=2016-10")
    {'name': 'Assad government', 'from': '2016-10'}
    """
    before, *pieces = _SETTING.split(text)
    if before.strip():
        return {}
    values = [" ".join(value.split()).rstrip("; ") for value in pieces[1::2]]
    return {key.casefold(): value for key, value in zip(pieces[::2], values, strict=True)}


def _named(found: Standoff, path: str) -> tuple[dict[str, str], list[Problem]]:
    """Names from notes: `name=Assad government`. The first that is not empty counts."""
    names: dict[str, str] = {}
    problems = []
    for note in found.notes:
        given = settings(note.text)
        if given and not found.has(note.target):
            problems.append(found.missing(f"the note {note.text}", note.target, path, note.line))
        elif note.target in found.mentions and given.get("name"):
            names.setdefault(note.target, given["name"])
    return names, problems


def _links(found: Standoff, names: dict[str, str], path: str) -> tuple[dict[str, tuple[str, ...]], list[Problem]]:
    """External ids from `N` lines; a name there goes into `names` where the mention has none."""
    links: dict[str, tuple[str, ...]] = {}
    problems = []
    for link in found.links:
        if not found.has(link.target):
            problems.append(found.missing(f"the link to {link.to}", link.target, path, link.line))
        elif identifier := external_id(link.to):
            links[link.target] = tuple(dict.fromkeys((*links.get(link.target, ()), identifier)))
            if link.name:
                names.setdefault(link.target, link.name)
    return links, problems


_NOTHING = {"", "null", "none", "nil"}
_WIKIDATA = re.compile(r"wikidata(?:\.org/(?:entity|wiki)/|:)(Q[0-9]+)\b", re.IGNORECASE | re.ASCII)


def external_id(to: str) -> str | None:
    """The external id of a link, its scheme in lower case, or None where it says that there is none.

    >>> external_id("Wikidata:Q159"), external_id("http://www.wikidata.org/entity/Q159"), external_id("Wikidata:NULL")
    ('wikidata:Q159', 'wikidata:Q159', None)
    """
    if match := _WIKIDATA.search(to):
        return f"wikidata:{match[1].upper()}"
    scheme, _, rest = to.partition(":")
    if rest.strip().casefold() in _NOTHING or "notinwiki" in to.casefold():
        return None
    return f"{scheme.casefold()}:{rest}"


_PRONOUNS = frozenset(["he", "she", "it", "they", "we", "you", "i", "his", "her", "its", "their", "this", "that"])


def _coreferent(
    found: Standoff, said: dict[str, str], names: dict[str, str], same_as: dict[str, tuple[str, ...]], path: str
) -> list[Problem]:
    """Mentions of one `Equiv` are one entity: give each that has no name, or no id, that of the first that has.

    Where none has a name, it is the first words that are neither all in lower case nor a pronoun, else the first.
    `said` are the words of the mentions that are where they should be; the others take no part.
    """
    sets, problems = _equivalent(found, path)
    for whole in sets:
        members = sorted((id for id in whole if id in said), key=lambda id: _place(found.mentions[id]))
        spoken = [said[id] for id in members if said[id]]
        proper = [words for words in spoken if words != words.lower() and words.casefold() not in _PRONOUNS]
        name = next((names[id] for id in members if id in names), None) or next(iter(proper + spoken), "")
        links = next((same_as[id] for id in members if id in same_as), ())
        for id in members:
            names.setdefault(id, name)
            same_as.setdefault(id, links)
    return problems


def _place(mention: Mention) -> tuple[Span, int]:
    return min(mention.spans), mention.line


def _equivalent(found: Standoff, path: str) -> tuple[list[list[str]], list[Problem]]:
    """The mentions that `Equiv` lines hold together, lines that share a mention as one set."""
    sets: dict[str, list[str]] = {}
    problems: list[Problem] = []
    for group in found.groups:
        if group.label.casefold() != "equiv":
            continue
        problems += [found.missing("Equiv", id, path, group.line) for id in group.members if not found.has(id)]
        ids = [id for id in group.members if id in found.mentions]
        whole = list(dict.fromkeys(member for id in ids for member in sets.get(id, [id])))
        sets |= dict.fromkeys(whole, whole)
    return [list(members) for members in dict.fromkeys(map(tuple, sets.values()))], problems
