"""What a CAS holds, as plain data: the text of a view, its annotations, what its document level says. For `uima`.

The CAS has its offsets as the file has them, in UTF-16 units (see `cas`).
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from kg.ontology import folded

from .._features import local
from .._layers import Annotation, Content, Link, placed
from .._offsets import Utf16
from .._text import Span
from .types import plain

if TYPE_CHECKING:
    from cassis import Cas  # type: ignore[import-untyped]  # it has types, and no marker that says so
    from cassis.cas import View  # type: ignore[import-untyped]
    from cassis.typesystem import FeatureStructure, Type  # type: ignore[import-untyped]

_ANNOTATION = "uima.tcas.Annotation"
_ANY = {"uima.cas.TOP", "uima.cas.AnnotationBase"}
_PLACE = {"sofa", "begin", "end"}

_DOCUMENT = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
_INTERNAL = "de.tudarmstadt.ukp.clarin.webanno.api.type.CASMetadata"
_OWN = ("uima.", "de.tudarmstadt.ukp.", "org.dkpro.core.")  # types that no user has made

# The features that hold the two ends of a relation: INCEpTION's names, and what others call them.
_ENDS = (("governor", "dependent"), ("source", "target"), ("from", "to"), ("arg1", "arg2"))


def content(cas: "Cas", texts: dict[str, str]) -> Content:
    """The initial view, or the first with a text where the initial one has none. `texts` are those of the views."""
    name = next((each for each in ("_InitialView", *texts) if each in texts), "_InitialView")
    view = next(each for each in cas.views if each.sofa.sofaID == name)
    structures = _reached(view)
    annotations = list(_annotations(structures, view, texts.get(name)))
    return Content(
        text=texts.get(name),
        annotations=annotations,
        sentences=_in_a_row(span for each in annotations if local(each.layer) == "Sentence" for span in each.spans),
        about=_about(structures),
        username=next((dict(_features(each)).get("username") for each in _of(structures, _INTERNAL)), None),
        others=[each for each in texts if each != name],
    )


def _reached(view: "View") -> list["FeatureStructure"]:
    """The members of the view, and the annotations that they point at, which need not be members."""
    found = {each.xmiID: each for each in view.get_all_fs()}
    waiting = list(found.values())
    while waiting:
        for target in (target for _, target, _, _ in _pointers(waiting.pop())):
            if target.xmiID not in found:
                found[target.xmiID] = target
                waiting.append(target)
    return list(found.values())


def _annotations(structures: Iterable["FeatureStructure"], view: "View", text: str | None) -> Iterator[Annotation]:
    """The annotations of the text of this view: one that belongs to another view has its place in another text."""
    places = Utf16(text or "")
    kinds: dict[str, tuple[tuple[str, str] | None, bool]] = {}
    for each in structures:
        sofa = getattr(each, "sofa", None)
        if not _is_annotation(each) or getattr(sofa, "xmiID", None) != view.sofa.xmiID:
            continue
        if each.type.name not in kinds:
            kinds[each.type.name] = _kind(each.type)
        ends, chain = kinds[each.type.name]
        spans, wrong = placed(places, each.begin, each.end) if text is not None else ((), "")
        links = (Link(name, _id(target), role, slot) for name, target, role, slot in _pointers(each))
        features = tuple(_features(each))
        yield Annotation(_id(each), each.type.name, spans, features, tuple(links), ends, chain, wrong=wrong)


def _kind(type: "Type") -> tuple[tuple[str, str] | None, bool]:
    """The features that hold the two ends, if annotations of this type are relations, and whether they make chains."""
    pointing = {folded(plain(each.name)): plain(each.name) for each in type.all_features if _points(each.rangeType)}
    ends = next(((pointing[a], pointing[b]) for a, b in _ENDS if a in pointing and b in pointing), None)
    return ends, "next" in pointing and any(each.name == "referenceRelation" for each in type.all_features)


def _points(range: "Type") -> bool:
    """Whether a feature of this range may hold an annotation."""
    above = range
    while above is not None and above.name != _ANNOTATION:
        above = above.supertype
    return above is not None or range.name in _ANY


def _pointers(structure: "FeatureStructure") -> Iterator[tuple[str, "FeatureStructure", str, bool]]:
    """The annotations that a structure points at: by which feature, in which role, and whether through a slot.

    A slot is a list of links; a link is no annotation, and has a role and a target.
    """
    for name, value in _values(structure):
        if _is_annotation(value):
            yield name, value, "", False
        for each in _elements(value):
            if _is_annotation(each):
                yield name, each, "", False
            elif hasattr(each, "type"):
                role = getattr(each, "role", None)
                targets = (target for _, target in _values(each) if _is_annotation(target))
                yield from ((name, target, role if isinstance(role, str) else "", True) for target in targets)


def _features(structure: "FeatureStructure") -> Iterator[tuple[str, str]]:
    """The features that are texts, numbers or switches, and lists of texts."""
    for name, value in _values(structure):
        if isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, str | int | float):
            yield name, str(value)
        yield from ((name, each) for each in _elements(value) if isinstance(each, str))


def _values(structure: Any) -> Iterator[tuple[str, Any]]:
    """The features that are filled, but for those that say where it stands."""
    for each in structure.type.all_features:
        if each.name not in _PLACE and (value := getattr(structure, each.name)) is not None:
            yield plain(each.name), value


def _elements(value: Any) -> list[Any]:
    elements = value if isinstance(value, list) else getattr(value, "elements", None)
    return elements if isinstance(elements, list) else []


def _about(structures: Iterable["FeatureStructure"]) -> dict[str, str]:
    """What layers of the document level say, and DocumentMetaData: its title, url, language and id."""
    found: dict[str, str] = {}
    for each in _of(structures, _DOCUMENT):
        said = {name.removeprefix("document").casefold(): text for name, text in _features(each)}
        found |= {name: said[name] for name in ("title", "language", "id") if said.get(name)}
        if said.get("uri", "").startswith(("http://", "https://")):
            found["url"] = said["uri"]
    if found.get("language") == "x-unspecified":
        del found["language"]
    for each in structures:
        if hasattr(each, "sofa") and not _is_annotation(each) and not each.type.name.startswith(_OWN):
            found |= {name: text for name, text in _features(each) if name != "id"}
    return found


def _of(structures: Iterable["FeatureStructure"], type: str) -> list["FeatureStructure"]:
    return [each for each in structures if each.type.name == type]


def _is_annotation(value: object) -> bool:
    return hasattr(value, "begin") and hasattr(value, "sofa") and hasattr(value, "type")


def _id(structure: "FeatureStructure") -> str:
    return f"{local(structure.type.name)} {structure.xmiID}"


def _in_a_row(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, without those that begin within the one before."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if begin < end and (not found or found[-1][1] <= begin):
            found.append((begin, end))
    return found
