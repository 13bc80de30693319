"""Write the generated pages: `python docs/generate.py`.

A page is a function that gives its text, listed in `PAGES`; a test compares each file with its function.
"""

import functools
import runpy
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg import ontology
from kg.claim import Node
from kg.entities import Tie, gazetteer
from kg.ontology import Term

ROOT = Path(__file__).parents[1]

ONTOLOGY_HEAD = """\
# The ontology and the gazetteer

This page is generated: change the files below and run `python docs/generate.py`.

| file | what it holds |
|---|---|
| [`diplomacy.ttl`](diplomacy.ttl) | every term: the classes, the relations, the fields of the record |
| [`entities.ttl`](entities.ttl) | the gazetteer: entities known beforehand, their names, and the ties between them |
| [`mappings/`](mappings) | what the labels and codes of others mean in these terms, a table for each scheme (SSSOM) |

**To add an entity**, copy a block of its section in `entities.ttl`. Its local id is the slug of its label: small
letters, hyphens for all else. Give it the names that articles use, each with "the" too where it is marked that way. No
name may belong to two entities: leave out one that means another thing as often. External ids come from a source whose
licence allows it. Whose ministry, army or leader it is says a tie, in the sections at the end: two ids, a relation, and
the dates that are known. A tie is background knowledge and no claim; it never enters a store, and
`kg.entities.gazetteer().ties` has them all.

**To add a relation or a class**, copy the block of a neighbour in `diplomacy.ttl` and change every line of it; a
relation keeps the sign of its parent. Then add its line to the tree in `tests/test_ontology.py`.

The tests name what is missing or does not fit.
"""
RELATIONS_NOTE = "The sign says whether a relation speaks for (+1), against (-1) or neither; `=` holds both ways."
CLASSES_NOTE = "The last column counts the entities of the gazetteer."
STATES_NOTE = (
    "A government is part of its state. Dates stand where it was so for a time. Wikidata ids are those of the"
    " public-domain table of country codes at github.com/datasets/country-codes."
)
MEMBERS_NOTE = (
    "A membership without dates held in 2010 or later. Of the Security Council the permanent members are listed; an"
    " empty cell says that none are."
)
LEADERS_NOTE = "Who heads or speaks for what. An open end says that no end is known here."


def ontology_readme() -> str:
    """What the folder `ontology/` holds, and all of it as tables."""
    return "\n".join(
        [
            ONTOLOGY_HEAD,
            *_section("Relations", RELATIONS_NOTE, _relations()),
            *_section("Classes", CLASSES_NOTE, _classes()),
            *_section("States and their governments", STATES_NOTE, _states()),
            *_section("Organizations and their members", MEMBERS_NOTE, _organizations()),
            *_section("Armed groups", "", _armed_groups()),
            *_section("Leaders and envoys", LEADERS_NOTE, _leaders()),
        ]
    )


def _section(title: str, note: str, rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A heading, a note, and a table; the first row is its head."""
    yield f"## {title}\n"
    if note:
        yield note + "\n"
    head, *body = rows
    yield _row(head)
    yield "|---" * len(head) + "|"
    yield from map(_row, body)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _relations() -> Iterator[tuple[str, ...]]:
    terms = ontology.load()
    yield "relation", "sign", "=", "from", "to", "label", "example"
    for family in ontology.FAMILIES:
        for term in _below(family, terms.relations):
            sign = f"{term.sign:+d}" if term.sign else "0"
            ends = term.domain, term.range
            yield _indented(term), sign, "=" if term.symmetric else "", *ends, term.label, term.example


def _classes() -> Iterator[tuple[str, ...]]:
    terms = ontology.load()
    kinds = [kind for node in gazetteer().nodes.values() for kind in node.kinds]
    yield "class", "what it is", "example", "known"
    for top in (name for name, term in terms.classes.items() if not term.parents):
        for term in _below(top, terms.classes):
            yield _indented(term), term.comment, term.example, str(kinds.count(term.name) or "")


def _below(name: str, terms: dict[str, Term]) -> Iterator[Term]:
    """The term and all below it, each before its children, in the order of the file."""
    yield terms[name]
    for child in terms.values():
        if name in child.parents:
            yield from _below(child.name, terms)


def _indented(term: Term) -> str:
    return "&emsp;" * (len(ontology.load().ancestors(term.name)) - 1) + f"`{term.name}`"


def _states() -> Iterator[tuple[str, ...]]:
    yield "state", "also", "Wikidata", "government", "also"
    for state in _known("State"):
        parts = [(_node(tie.subject), tie) for tie in _ties_to(state, "partOf")]
        governments = [(node, tie) for node, tie in parts if node.kinds == ("Government",)]
        named = "<br>".join(node.name + _when(tie) for node, tie in governments)
        links = " ".join(map(_wikidata, state.same_as))
        yield state.name, _also(state), links, named, "<br>".join(_also(node) for node, _ in governments)


def _wikidata(link: str) -> str:
    item = link.removeprefix("wikidata:")
    return f"[{item}](https://www.wikidata.org/wiki/{item})"


def _organizations() -> Iterator[tuple[str, ...]]:
    yield "organization", "also", "members"
    for node in _known("IntergovernmentalOrganization", "Organization"):
        spans: dict[str, list[str]] = {}
        for tie in _ties_to(node, "memberOf"):
            spans.setdefault(_when(tie), []).append(_node(tie.subject).name)
        yield node.name, _also(node), "; ".join(", ".join(names) + when for when, names in spans.items())


def _armed_groups() -> Iterator[tuple[str, ...]]:
    yield "group", "also", "led by", "is"
    for node in _known("ArmedGroup"):
        led = (_node(tie.subject).name + _when(tie) for tie in _ties_to(node, "leads"))
        yield node.name, _also(node), "<br>".join(led), "<br>".join(_said(tie) for tie in _ties_of(node))


def _leaders() -> Iterator[tuple[str, ...]]:
    yield "person", "also", "office"
    for node in _known("Person"):
        if ties := _ties_of(node):
            yield node.name, _also(node), "<br>".join(map(_said, ties))


def _known(*kinds: str) -> list[Node]:
    """The entities of these classes, in the order of their names."""
    nodes = (node for node in gazetteer().nodes.values() if not set(kinds).isdisjoint(node.kinds))
    return sorted(nodes, key=lambda node: node.name)


def _node(id: str) -> Node:
    return gazetteer().nodes[id]


@functools.cache
def _ends() -> tuple[dict[str, list[Tie]], dict[str, list[Tie]]]:
    """The ties by their subject, and by their object."""
    outward: dict[str, list[Tie]] = {}
    inward: dict[str, list[Tie]] = {}
    for tie in gazetteer().ties:
        outward.setdefault(tie.subject, []).append(tie)
        inward.setdefault(tie.object, []).append(tie)
    return outward, inward


def _ties_of(node: Node) -> list[Tie]:
    return sorted(_ends()[0].get(node.id, []), key=_begin)


def _ties_to(node: Node, relation: str) -> list[Tie]:
    return sorted((tie for tie in _ends()[1].get(node.id, []) if tie.relation == relation), key=_begin)


def _begin(tie: Tie) -> str:
    return tie.valid_from or ""


def _said(tie: Tie) -> str:
    return f"{ontology.load().relations[tie.relation].label} {_node(tie.object).name}{_when(tie)}"


def _when(tie: Tie) -> str:
    """The dates of a tie in brackets, after a blank; empty where there are none."""
    begin, end = tie.valid_from, tie.valid_to
    if begin and end:
        return f" ({begin} to {end})"
    return f" (since {begin})" if begin else f" (until {end})" if end else ""


def _also(node: Node) -> str:
    """The aliases, without those that only add an article."""
    names = {node.name, *node.aliases}
    return ", ".join(alias for alias in node.aliases if alias.removeprefix("the ") == alias or alias[4:] not in names)


_FORMATS = runpy.run_path(str(ROOT / "docs/_formats.py"))
PAGES: dict[str, Callable[[], str]] = {
    "docs/commands.md": runpy.run_path(str(ROOT / "docs/_commands.py"))["commands"],
    "docs/formats.md": _FORMATS["formats"],
    "docs/tables.md": _FORMATS["tables"],
    "ontology/README.md": ontology_readme,
}


def main() -> None:
    """Write every page."""
    for path, page in PAGES.items():
        (ROOT / path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
