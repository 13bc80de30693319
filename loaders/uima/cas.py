"""A CAS in XMI or JSON, read by cassis, which is not made to be given files of strangers. For `uima`.

cassis does not get the text. It needs it to convert offsets alone, which it does not where they are wrong, and with two
dictionaries as long as the text; without one it leaves them in UTF-16 units, and they are converted here.
"""

import io
import keyword
import re
import warnings
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from kg.errors import Problem, problem
from kg.sources import Source

from .. import _bytes, _xml
from .._words import short
from .types import beside, of_json, of_xml, unreserved, wrong

if TYPE_CHECKING:
    from cassis import Cas  # type: ignore[import-untyped]  # it has types, and no marker that says so

_XMI_ID = "{http://www.omg.org/XMI}id"
_XML_1_1 = re.compile(rb"<\?xml[^>]*version\s*=\s*.1\.1")
_VIEW = "{http:///uima/cas.ecore}View"
_SOFA = "{http:///uima/cas.ecore}Sofa"


def read(data: bytes, source: Source) -> tuple["Cas", dict[str, str]] | Problem:
    """The CAS in the bytes without its texts, and these by the name of their view; or what is wrong with it.

    Raises OSError.
    """
    return _json(data, source) if data.lstrip().startswith(b"{") else _xmi(data, source)


def _xmi(data: bytes, source: Source) -> tuple["Cas", dict[str, str]] | Problem:
    from lxml import etree

    root = _xml.parsed(data, source.name)
    if isinstance(root, Problem):
        return _with_advice(root) if _XML_1_1.match(data) else root
    types = beside(source)
    if isinstance(types, Problem):
        return types
    about = wrong(of_xml(types)) or _twice((each.get(_XMI_ID), "begin" in each.attrib) for each in root)
    if about:
        return problem("bad-record", about, source.name)
    texts = {}
    for each in list(root):
        if each.tag == _VIEW and "sofa" not in each.attrib:
            root.remove(each)  # that of a CAS without a text, for which cassis has no place
        if each.tag == _SOFA and "sofaString" in each.attrib:
            texts[str(each.get("sofaID"))] = str(each.attrib.pop("sofaString"))
        for name in filter(keyword.iskeyword, map(str, each.attrib)):
            each.attrib[unreserved(name)] = each.attrib.pop(name)
        for value in each:
            value.tag = unreserved(str(value.tag))
    return _cassis(etree.tostring(root, encoding="utf-8"), etree.tostring(types, encoding="utf-8"), texts, source)


def _with_advice(about: Problem) -> Problem:
    message = f"{about.message}; where XML 1.1 has control characters, export UIMA CAS JSON 0.4.0"
    return msgspec.structs.replace(about, message=message)


def _json(data: bytes, source: Source) -> tuple["Cas", dict[str, str]] | Problem:
    value = _bytes.json(data, _Json, source.name)
    if isinstance(value, Problem):
        return value
    about = wrong(of_json(value.types)) or _twice((each.get("%ID"), "begin" in each) for each in value.structures)
    if about:
        return problem("bad-record", about, source.name)
    texts = {}
    for each in value.structures:
        if isinstance(each.get("sofaString"), str):
            texts[str(each.get("sofaID"))] = each.pop("sofaString")
    value.structures = [_renamed(each) for each in value.structures]
    value.types = {name: _renamed(said) for name, said in value.types.items()}
    return _cassis(msgspec.json.encode(value), None, texts, source)


class _Json(msgspec.Struct):
    """The parts of a CAS in JSON. Keys with `%` are the format's, all others features."""

    types: dict[str, dict[str, Any]] = msgspec.field(name="%TYPES")
    views: dict[str, dict[str, Any]] = msgspec.field(name="%VIEWS")
    structures: list[dict[str, Any]] = msgspec.field(name="%FEATURE_STRUCTURES", default_factory=list)


def _renamed(said: dict[str, Any]) -> dict[str, Any]:
    """The features of a structure or type under the names that cassis may have."""
    marks = {key: key[:1] if key.startswith(("@", "#", "^")) else "" for key in said}
    return {mark + unreserved(key.removeprefix(mark)): said[key] for key, mark in marks.items()}


def _twice(structures: Iterable[tuple[object, bool]]) -> str | None:
    """Whether two structures have one id, and one of them is an annotation: then nothing that points there counts."""
    ids = [(str(id), is_annotation) for id, is_annotation in structures]
    count = Counter(id for id, _ in ids)
    double = next((id for id, is_annotation in ids if is_annotation and count[id] > 1), None)
    return f"an annotation has the id {double}, and another structure has it as well" if double else None


def _cassis(
    data: bytes, types: bytes | None, texts: dict[str, str], source: Source
) -> tuple["Cas", dict[str, str]] | Problem:
    """The CAS, or what cassis, which trusts its input, raises."""
    import cassis

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if types is None:
                return cassis.load_cas_from_json(data.decode()), texts
            return cassis.load_cas_from_xmi(io.BytesIO(data), cassis.load_typesystem(io.BytesIO(types))), texts
        except Exception as error:
            what = short(f"{type(error).__name__}: {getattr(error, 'message', error)}")
            message = f"the CAS does not fit its type system, or is damaged ({what}); export it anew, both together"
            return problem("bad-record", message, source.name)
