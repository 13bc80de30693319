"""The mentions of a brat file: whether their words are in the text, and what the annotator calls the entity."""

import re

import msgspec

from kg.claim import Entity
from kg.errors import Problem
from kg.mappings import Vocabulary

from .._document import COMMON_SCHEMES
from .._words import Words, external_id, joined
from .lines import Mention, Span, Standoff


class Place(msgspec.Struct, frozen=True):
    """A mention that was looked up: its words, where they stand, and the entity, not yet resolved.

    `wrong` where the words are not there: then no claim may use it. `kind_known` is whether its label is a class.
    """

    mention: Mention
    spans: tuple[Span, ...]
    entity: Entity
    kind_known: bool
    wrong: Problem | None = None


def places(
    found: Standoff, text: str | None, vocabulary: Vocabulary, path: str
) -> tuple[dict[str, Place], list[Problem]]:
    """Every mention by its id, and the notes on the way. The errors are in the places, `wrong`."""
    words_in = Words(text, path)
    checked = {
        id: words_in.checked(id, mention.spans, mention.words, mention.line) for id, mention in found.mentions.items()
    }
    words = {id: words for id, (words, _) in checked.items()}
    right = {id for id, (_, about) in checked.items() if about is None or about.severity == "note"}
    problems = [about for _, about in checked.values() if about and about.severity == "note"]
    names, unnamed = _named(found, path)
    same_as, unlinked = _links(found, names, path)
    said = {id: words[id] for id in right}
    problems += unnamed + unlinked + _coreferent(found, said, names, same_as, path)
    kinds = {mention.label: vocabulary.kind(mention.label, *COMMON_SCHEMES) for mention in found.mentions.values()}
    made = {}
    for id, mention in found.mentions.items():
        kind = kinds[mention.label]
        entity = Entity("", names.get(id, ""), kind or "Entity", words[id], same_as.get(id, ()))
        wrong = checked[id][1] if id not in right else None
        made[id] = Place(mention, joined(mention.spans), entity, kind is not None, wrong)
    return made, problems


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
