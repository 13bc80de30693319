"""Named questions: query texts with a header, shipped with the package and asked of whichever store is open.

A question is `NAME.rq` in SPARQL, which begins with the header, and `NAME.cypher` in Cypher:

    # title: Who supports an actor, and how?
    # parameters: actor (entity)
    # columns: subject, subject_name, relation, claims
    # order: subject, relation

`order` sorts the rows, from the greatest where a column has a minus (`-claims`). `# pair: a, b` says that a and b (and
a_name, b_name) are two sides of no order: the lesser id comes to stand in a. `# most: 100000` refuses an answer of more
rows, and an engine stops there.

A parameter `(entity?)` with a question mark may be left out. In the text, `$actor` stands for the parameter's value,
`$supports` (any relation of the ontology) for that relation and all below it, `$symmetric` for the relations that hold
both ways, `$directed` for all others. No text from outside ever becomes query text:

- In SPARQL they become escaped terms and literal lists of terms. Of what is left out, a relation becomes all relations,
  a date the first or last there is, and an entity `entity:`, the IRI of nobody.
- In Cypher they are parameters of the driver; a list has the names of relations and their types, for `c.relation IN
  $supports` and `type(r) IN $supports`. After a colon a list becomes an alternation of types: `-[r:$supports]->`, which
  engines answer sooner. An entity that is left out is null.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol

import msgspec

from kg.claim import Node, day_bounds
from kg.entities import gazetteer
from kg.errors import UsageError
from kg.ontology import Ontology, nearest

Language = Literal["sparql", "cypher"]
ENDINGS: dict[Language, str] = {"sparql": ".rq", "cypher": ".cypher"}
Value = str | int | float | bool | None
Row = dict[str, Value]
# What stands for a date that is not given: the first or the last there is.
OPEN = {"since": "0001-01-01", "until": "9999-12-31", "date": "9999-12-31"}


# The columns that hold the id of an entity, article or claim, or a relation; all others hold values as they are.
IDS = frozenset(
    {"subject", "object", "actor", "a", "b", "other", "enemy", "mediator", "attributed_to", "actor_1", "actor_2"}
    | {"relation", "relation_a", "relation_b", "relation_1", "relation_2", "relation_3"}
    | {"article", "claim"}
)


class Asked(Protocol):
    """What a question needs of a store."""

    ontology: Ontology
    language: ClassVar[Language]

    def entities(self) -> Iterator[Node]:
        """The entities that some claim uses."""
        ...

    def has_entity(self, id: str) -> bool:
        """Whether some claim uses the entity with this id."""
        ...

    def query(self, text: str, parameters: Mapping[str, object] | None = None, *, network: bool = False) -> list[Row]:
        """The rows of a query."""
        ...


class Parameter(msgspec.Struct, frozen=True):
    """A value that a question takes: an `entity`, `relation`, `article` or `date`."""

    name: str
    type: str
    required: bool = True


class Question(msgspec.Struct, frozen=True):
    """A question, without its text. Rows have exactly `columns`; the rest is as the header has it."""

    name: str
    title: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    order: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()
    most: int | None = None


Bound = dict[str, tuple[Parameter, str | None]]  # each parameter of a question by name, and its value


def folder() -> Path:
    """Where the question files are: `kg/data/questions` when installed, `examples/questions` in a checkout."""
    here = Path(__file__).parents[1]
    return next(path for path in (here / "data/questions", here.parent / "examples/questions") if path.is_dir())


def questions() -> dict[str, Question]:
    """Every question by name, in the order of the alphabet."""
    return {path.stem: read(path) for path in sorted(folder().glob("*.rq"))}


@functools.cache
def read(path: Path) -> Question:
    """The question of the header in a `.rq` file."""
    text = path.read_text(encoding="utf-8")
    header = dict(re.findall(r"^# (\w+): *(.*)$", text, re.MULTILINE))
    parameters = re.findall(r"(\w+) \((\w+)(\??)\)", header.get("parameters", ""))
    return Question(
        name=path.stem,
        title=header["title"],
        parameters=tuple(Parameter(name, type, not optional) for name, type, optional in parameters),
        columns=tuple(_parts(header["columns"])),
        order=tuple(_parts(header.get("order", ""))),
        pair=tuple(_parts(header.get("pair", ""))),
        most=int(header["most"]) if "most" in header else None,
    )


def described(question: Question) -> dict[str, object]:
    """What `kg ask --format json` says of a question: name, title, parameters with their types, columns."""
    parameters = [{"name": p.name, "type": p.type, "required": p.required} for p in question.parameters]
    return {
        "name": question.name,
        "title": question.title,
        "parameters": parameters,
        "columns": list(question.columns),
    }


def run(store: Asked, name: str, given: Mapping[str, str]) -> list[Row]:
    """The rows of a question. Raises UsageError for an unknown question, parameter or value, naming the nearest.

    And for an answer of more rows than the question allows.
    """
    known = questions()
    if name not in known:
        raise UsageError(f"there is no question {name}; the nearest is {nearest(name, known)}; kg ask lists all")
    question = known[name]
    text = (folder() / f"{name}{ENDINGS[store.language]}").read_text(encoding="utf-8")
    if question.most is not None:
        text += f"LIMIT {question.most + 1}"
    rows = _rows(store, question, text, _values(store, question, given))
    if question.most is not None and len(rows) > question.most:
        narrower = " or ".join(f"--{p.name}" for p in question.parameters if not p.required)
        raise UsageError(f"{name} has more than {question.most} rows here; narrow it down with {narrower}")
    return _ordered([_paired(row, question.pair) for row in rows], question.order)


def _rows(store: Asked, question: Question, text: str, values: Bound) -> list[Row]:
    """The rows in the order of the question's columns, with ids in place of what the engine calls things.

    The texts are ours and name no host, so that they need not be searched for one (`network`).
    """
    if store.language == "cypher":
        from kg.questions import _cypher

        text, parameters = _cypher.bound(text, values, store.ontology)
        return list(_cypher.plain(store.query(text, parameters, network=True), question, store.ontology))
    from kg.questions import _sparql

    text = _sparql.bound(text, values, store.ontology)
    return list(_sparql.plain(store.query(text, network=True), question, store.ontology))


def listed(ontology: Ontology) -> dict[str, tuple[str, ...]]:
    """The relations that each placeholder stands for."""
    directed = tuple(name for name in ontology.relations if name not in ontology.symmetric)
    families = {name: ontology.family(name) for name in ontology.relations}
    return families | {"symmetric": ontology.symmetric, "directed": directed}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _values(store: Asked, question: Question, given: Mapping[str, str]) -> Bound:
    names = [parameter.name for parameter in question.parameters]
    for name in given:
        if name not in names:
            raise UsageError(
                f"{question.name} takes no --{name}; it takes {' '.join('--' + n for n in names) or 'none'}"
            )
    values: Bound = {}
    if not all(value.isascii() or _whole(value) for value in given.values()):
        raise UsageError("a value holds half of a UTF-16 pair, which is no character; take it out")
    for parameter in question.parameters:
        value = given.get(parameter.name)
        if value is None and parameter.required:
            raise UsageError(f"{question.name} needs --{parameter.name} ({parameter.type})")
        values[parameter.name] = parameter, None if value is None else _RESOLVE[parameter.type](store, value)
    return values


def _whole(text: str) -> bool:
    return text.encode("utf-8", "replace").decode() == text


def entity_id(store: Asked, name: str) -> str:
    """The id of the entity with this id, name or alias: the store's, else the gazetteer's.

    Raises UsageError for an unknown name, with the nearest, and for one that several entities share.
    """
    exactly = unicodedata.normalize("NFC", name)
    return exactly if store.has_entity(exactly) else id_among(store.entities(), name)


def id_among(entities: Iterable[Node], name: str) -> str:
    """The id of the entity with this id, name or alias: one of these, else the gazetteer's. Raises as `entity_id`."""
    nodes, exactly = list(entities), unicodedata.normalize("NFC", name)
    name = exactly.strip()
    ways: tuple[Callable[[Node], bool], ...] = (
        lambda node: node.id == exactly,
        lambda node: node.id == name,
        lambda node: _folded(node.name) == _folded(name),
        lambda node: _folded(name) in map(_folded, node.aliases),
    )
    for candidates in (nodes, gazetteer().nodes.values()):
        for matches in ways:
            ids = sorted(node.id for node in candidates if matches(node))
            if len(ids) == 1:
                return ids[0]
            if ids:
                raise UsageError(f"“{name}” names {len(ids)} entities; give the id of one: {', '.join(ids)}")
    near = nearest(name, (text for node in nodes for text in (node.name, *node.aliases)))
    raise UsageError(
        f"no entity is called “{name}”" + (f"; the nearest is “{near}”" if near else "; the store is empty")
    )


def _folded(name: str) -> str:
    return name.strip().casefold()


def _relation(store: Asked, label: str) -> str:
    term = store.ontology.relation(label)
    if term is None:
        raise UsageError(f"“{label}” is no relation; the nearest is {store.ontology.nearest_relation(label)}")
    return term.name


def _day(_: Asked, text: str) -> str:
    bounds = day_bounds(text)
    if bounds is None or bounds[0] != text:
        raise UsageError(f"“{text}” is no date; write YYYY-MM-DD")
    return text


_RESOLVE: dict[str, Callable[[Any, str], str]] = {
    "entity": entity_id,
    "relation": _relation,
    "date": _day,
    "article": lambda _, id: id,
}


def _paired(row: Row, pair: tuple[str, ...]) -> Row:
    """The row with the lesser id on the first side of the pair: engines do not agree which of two texts is less."""
    if not pair:
        return row
    a, b = pair
    if str(row[a]) <= str(row[b]):
        return row
    return row | {a: row[b], b: row[a], f"{a}_name": row[f"{b}_name"], f"{b}_name": row[f"{a}_name"]}


def _ordered(rows: list[Row], order: Iterable[str]) -> list[Row]:
    """The rows by these columns, text by code point, nothing first; so they are on every engine."""
    for column in reversed(list(order)):
        name = column.removeprefix("-")
        rows = sorted(rows, key=_value(name), reverse=name != column)
    return rows


def _value(column: str) -> Callable[[Row], Any]:
    return lambda row: (row[column] is not None, row[column])
