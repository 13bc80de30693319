"""Web annotations as plain records, whichever way they are written. For `web_annotation`."""

import itertools
from collections.abc import Iterable, Iterator

import msgspec

from .json import DEEPEST, Json, address, is_a, many, terms, text

_TAGS = {"tagging", "classifying"}
_NAMES = {"identifying", "naming", "linking"}


class Place(msgspec.Struct, frozen=True):
    """Where an annotation stands in a text: the quoted words and what is around them, the position, or both.

    `position` is as the file has it: code points by the standard, UTF-16 units in browsers.
    """

    quote: str | None = None
    prefix: str = ""
    suffix: str = ""
    position: tuple[int, int] | None = None


class Meaning(msgspec.Struct, frozen=True):
    """What the bodies say: `tags` that classify, `names` that identify, and the `links` (addresses) of both."""

    tags: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class Annotation(msgspec.Struct, frozen=True):
    """One annotation.

    `places` are the pieces of text that it stands on, in the text that `source` names. Where it has none, `about` are
    the ids of the annotations that it speaks of: of a relation the subject, then the object. `creator` is who made it.
    """

    id: str
    is_relation: bool
    about: tuple[str, ...]
    places: tuple[Place, ...]
    source: str
    meaning: Meaning
    creator: str | None
    line: int | None


def annotation(said: Json, number: int, line: int | None) -> Annotation:
    """The annotation that JSON with a target describes. `number` names it where it has no id."""
    targets, bodies = many(said.get("target")), many(said.get("body"))
    if "bodyValue" in said:
        bodies.append({"value": said["bodyValue"]})
    motivations = terms(said.get("motivation", said.get("motivatedBy")))
    places = tuple(place for target in targets if (place := _place(target)))
    drawn = next(filter(None, map(_drawn, targets)), ())
    is_relation = bool(drawn) or ("linking" in motivations and not places)
    about = drawn or tuple(filter(None, map(address, targets if not places else ())))
    if is_relation and len(about) == 1:
        about += tuple(filter(None, (address(body) for body in bodies if not _purposes(body) - {"linking"})))
    return Annotation(
        address(said) or f"annotation {number}",
        is_relation,
        about,
        places,
        next(filter(None, map(_source, targets)), ""),
        _meaning(bodies, motivations - {"linking"} if is_relation else motivations),
        next(filter(None, map(_called, many(said.get("creator")))), None),
        line,
    )


def joined(meanings: Iterable[Meaning]) -> Meaning:
    """What all of them say, in order."""
    parts = zip(*map(msgspec.structs.astuple, meanings), strict=True)
    return Meaning(*(tuple(itertools.chain.from_iterable(part)) for part in parts))


def _drawn(target: object) -> tuple[str, ...]:
    """The ends of a relation as Annotorious keeps a connection: `selector: {from, to}`."""
    selector = target.get("selector") if isinstance(target, dict) else None
    ends = (text(selector.get("from")), text(selector.get("to"))) if isinstance(selector, dict) else ("", "")
    return ends if all(ends) else ()


def _place(target: object) -> Place | None:
    """The place that the selectors of a target describe, each in its own way; None where none is one of text."""
    if not isinstance(target, dict):
        return None
    selectors = list(_selectors(target.get("selector")))
    quote = next((each for each, _ in selectors if is_a(each, "TextQuoteSelector")), {})
    # A position that refines another selector counts from there, which only the page itself could tell.
    position = next((each for each, refines in selectors if is_a(each, "TextPositionSelector") and not refines), {})
    exact, start, end = quote.get("exact"), position.get("start"), position.get("end")
    given = (start, end) if type(start) is int and type(end) is int else None
    if isinstance(exact, str):
        prefix, suffix = (side if isinstance(side := quote.get(key), str) else "" for key in ("prefix", "suffix"))
        return Place(exact, prefix, suffix, given)
    return Place(position=given) if given else None


def _selectors(value: object, refines: bool = False, depth: int = 0) -> Iterator[tuple[Json, bool]]:
    """All selectors, and whether each refines another."""
    for each in many(value):
        if isinstance(each, dict) and depth < DEEPEST:
            yield each, refines
            yield from _selectors(each.get("refinedBy"), True, depth + 1)


def _meaning(bodies: list[object], motivations: set[str]) -> Meaning:
    """What the bodies say. One without a purpose has that of its annotation; comments and the like say nothing."""
    tags: dict[str, None] = {}
    names: dict[str, None] = {}
    links: dict[str, None] = {}
    for body in bodies:
        purposes = _purposes(body) or motivations
        if purposes & (_TAGS | _NAMES):
            said, link, label = _parts(body)
            (tags if purposes & _TAGS else names)[said] = None
            names[label] = None
            if ":" in link:
                links[link] = None
    return Meaning(*(tuple(filter(None, each)) for each in (tags, names, links)))


def _parts(body: object) -> tuple[str, str, str]:
    """The text of a body, the address that it gives, and what it calls the thing that is there."""
    if not isinstance(body, dict):
        return "", text(body), ""
    value, source = body.get("value"), body.get("source")
    if isinstance(value, dict):  # a tag from a vocabulary, as Recogito Studio exports it
        return text(value.get("label")), address(value), ""
    if "://" in text(value):
        return "", text(value), text(body.get("label"))
    label = text(body.get("label")) or (text(source.get("label")) if isinstance(source, dict) else "")
    return text(value), "" if is_a(body, "TextualBody") else address(body), label


def _purposes(body: object) -> set[str]:
    return terms(body.get("purpose")) if isinstance(body, dict) else set()


def _source(target: object) -> str:
    """What a target calls the text that it stands in."""
    return address({"source": target.get("source")}) if isinstance(target, dict) else ""


def _called(creator: object) -> str:
    """What a creator is called: name, nickname or id."""
    said = (creator.get(key) for key in ("name", "nickname")) if isinstance(creator, dict) else ()
    return next(filter(None, map(text, said)), "") or address(creator)
