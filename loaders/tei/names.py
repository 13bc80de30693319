"""Who the ids of a TEI file mean: names, classes and external ids, from what the file says itself. For `tei`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from .._words import external_id
from .tree import ID, children, is_a, local, pointers, words

if TYPE_CHECKING:
    from lxml.etree import _Element

# The class of what an element describes, or names.
_KINDS = {
    **{"person": "Person", "personGrp": "Group", "org": "Organization", "place": "Place", "event": "Event"},
    **{"persName": "Person", "orgName": "Organization", "placeName": "Place"},
    **{"settlement": "Place", "country": "Place", "region": "Place"},
}
_NAMES = ("persName", "orgName", "placeName", "name", "label", "title", "head")
_NAMELESS = ("relation", "term", "date", "ref", "ptr")  # their words name nobody


class Who(msgspec.Struct, frozen=True):
    """What a file says of one that an id means; empty what it does not say."""

    name: str
    kind: str
    same_as: tuple[str, ...]


def who(root: "_Element", ids: Iterable[str]) -> dict[str, Who]:
    """Those of the ids that the file or an address tells of.

    The name is that of the element with this `xml:id` or `<idno>`; else the one that most often stands in elements that
    point at it with `ref`, of equals the longer. Where a file calls two of them by one name, they get their ids behind.
    """
    described, named = _described(root), _named(root)
    found = {id: _who(id, described.get(id), named.get(id, [])) for id in dict.fromkeys(ids)}
    known = {id: each for id, each in found.items() if each.name or ":" in id}
    count = Counter(each.name.casefold() for each in known.values() if each.name)
    shared = {name for name, times in count.items() if times > 1}
    return {
        id: msgspec.structs.replace(each, name=f"{each.name} ({last(id)})") if each.name.casefold() in shared else each
        for id, each in known.items()
    }


def _who(id: str, described: "_Element | None", named: "list[_Element]") -> Who:
    names = [words(child) for child in children(described, *_NAMES)] if described is not None else []
    said = Counter(filter(None, map(words, named)))
    often = max(said, key=lambda name: (said[name], len(name)), default="")
    tags = [local(element) for element in (described, *named) if element is not None]
    kinds = [*tags, *(element.get("type") or "" for element in named)]  # <rs type="person">
    addresses = [id, *(_ids(described) if described is not None else ())]
    return Who(
        next(filter(None, names), often),
        next((_KINDS[kind] for kind in kinds if kind in _KINDS), ""),
        tuple(dict.fromkeys(link for each in addresses if ":" in each and (link := external_id(each)))),
    )


def _described(root: "_Element") -> "dict[str, _Element]":
    """The elements that describe somebody, by all that may point at them."""
    found: dict[str, _Element] = {}
    for element in root.iter("{*}*"):
        pointing = [f"#{id}" for id in [element.get(ID)] if id]
        if local(element) in _KINDS or is_a(element, "nym"):
            pointing += _ids(element)
        for each in pointing:
            found.setdefault(each, element)
    return found


def _ids(element: "_Element") -> Iterator[str]:
    """The external ids of what an element describes: `<idno type="VIAF">7</idno>` is `VIAF:7`."""
    yield from (each for each in pointers(element, "sameAs") if not each.startswith("#"))
    for idno in children(element, "idno"):
        said, scheme = words(idno), (idno.get("type") or idno.get("subtype") or "").strip()
        if "://" in said:
            yield said
        elif said and scheme:
            yield f"{scheme}:{said}"


def _named(root: "_Element") -> "dict[str, list[_Element]]":
    """The elements whose words name somebody, by the ids that they point at."""
    found: dict[str, list[_Element]] = {}
    for element in root.iter("{*}*"):
        for pointer in pointers(element, "ref") if not is_a(element, *_NAMELESS) else ():
            found.setdefault(pointer, []).append(element)
    return found


def last(id: str) -> str:
    """The last part of an address.

    >>> last("http://a.example/person/51"), last("#p1")
    ('51', 'p1')
    """
    return id.rstrip("/#").replace("#", "/").rpartition("/")[2]
