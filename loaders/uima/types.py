"""The type system of a CAS: found, and looked at before cassis sees it. For `cas`.

cassis makes a Python class of each type, whose code has the names of the features in it. So only plain names may reach
it, those that Python reserves with an underscore behind them. The time it takes grows with the square of the features
of a type, those that it inherits among them, so that their number is limited as well.
"""

import keyword
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import msgspec

from kg.errors import Problem, problem
from kg.sources import Source

from .. import _xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_TYPE = re.compile(r"[^\W\d_]\w*(\.[^\W\d_]\w*)*(\[\])?")
_FEATURE = re.compile(r"(?!xmiID$)[^\W\d_]\w*")  # xmiID is what cassis keeps the id under
_DEEPEST = 40  # types above a type
_MOST = 200_000  # sum over the types of the square of their features: two seconds; INCEpTION's types have 10,000
_BUILT_IN = 3  # features of every annotation: sofa, begin, end


class Type(msgspec.Struct, frozen=True):
    """A type: the one above it, and the names of its own features."""

    parent: str
    features: tuple[str, ...]


def beside(source: Source) -> "_Element | Problem":
    """The type system in XML that lies beside a CAS, or why there is none to read it by. Raises OSError."""
    stem = PurePath(source.file_name).stem
    for name in (f"{stem}-typesystem.xml", f"{stem}.typesystem.xml", "TypeSystem.xml", "typesystem.xml"):
        if source.has(name) and (data := source.beside(name)) is not None:
            return _xml.parsed(data, str(PurePath(source.name).with_name(name)))
    message = (
        "there is no TypeSystem.xml beside it, and without one XMI cannot be read; in INCEpTION export the document as "
        "“UIMA CAS XMI (XML 1.0)” and load the ZIP file that comes, which has both"
    )
    return problem("not-read", message, source.name)


def of_xml(root: "_Element") -> dict[str, Type]:
    """The types of a type system in XML, whose reserved names get their underscore. Read as cassis reads it."""
    found: dict[str, Type] = {}
    for described in root.iter("{*}typeDescription"):
        names = list(described.iterfind("{*}features/{*}featureDescription/{*}name"))
        for each in names:
            each.text = unreserved(each.text or "")
        name, parent = (described.findtext(f"{{*}}{part}") or "" for part in ("name", "supertypeName"))
        before = found[name].features if name in found else ()
        found[name] = Type(parent, (*before, *(str(each.text) for each in names)))
    return found


def of_json(types: Mapping[str, Mapping[str, Any]]) -> dict[str, Type]:
    """The types under `%TYPES` of a CAS in JSON."""
    return {
        name: Type(str(said.get("%SUPER_TYPE")), tuple(key for key in said if not key.startswith("%")))
        for name, said in types.items()
    }


def wrong(types: Mapping[str, Type]) -> str | None:
    """Why cassis may not see these types; None where it may."""
    for name, type in types.items():
        names = [type.parent, *type.features]
        if not _TYPE.fullmatch(name) or not _TYPE.fullmatch(type.parent):
            return f"the type “{name}” or the type above it, “{type.parent}”, has no name of UIMA"
        if odd := next((each for each in names[1:] if not _FEATURE.fullmatch(each)), None):
            return f"“{odd}” is no name of a feature, in the type {name}"
    total = 0
    for name in types:
        count = _features(name, types)
        if count is None:
            return f"there are more than {_DEEPEST} types above {name}"
        total += count**2
    return f"the type system is larger than any tool's: {total:,} squares of features" if total > _MOST else None


def _features(name: str, types: Mapping[str, Type]) -> int | None:
    """How many features a type has, those that it inherits among them; None where too many types are above it."""
    count = _BUILT_IN
    for _ in range(_DEEPEST):
        if name not in types:
            return count
        count += len(types[name].features)
        name = types[name].parent
    return None


def unreserved(name: str) -> str:
    """The name of a feature as cassis may have it.

    >>> unreserved("from"), unreserved("value"), plain("from_"), plain("type_"), plain("value")
    ('from_', 'value', 'from', 'type', 'value')
    """
    return f"{name}_" if keyword.iskeyword(name) else name


def plain(name: str) -> str:
    """The name of a feature as the layer has it, of how cassis has it. It puts underscores to `self` and `type` too."""
    bare = name.removesuffix("_")
    return bare if keyword.iskeyword(bare) or bare in {"self", "type"} else name
