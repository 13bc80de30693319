"""Who a row speaks of. For `events`."""

import functools
from collections.abc import Iterator

import msgspec

from kg.claim import Entity, composed
from kg.errors import UsageError
from kg.ontology import Ontology

from . import states
from .cells import Columns, Template, Values
from .notes import Lack
from .spec import ActorSpec, TableSpec, listed

_MOST = 100  # actors in a cell: each stands with each of the others
_LONGEST = 100  # characters of a code, or of the name of a state


class Who(msgspec.Struct, frozen=True):
    """The actors in one place of a row, each once, and what kept others from being known."""

    actors: tuple[Entity, ...]
    lacks: tuple[Lack, ...] = ()


class Actors:
    """Makes the actors of one place of a claim from the values of a row."""

    def __init__(self, spec: ActorSpec, table: TableSpec, columns: Columns, ontology: Ontology) -> None:
        self._spec, self._shown = spec, listed(spec.written or spec.code or "")
        self._written, self._name, self._code = Template(spec.written), Template(spec.name), Template(spec.code)
        self._role, self._kind, self._same_as = Template(spec.role), Template(spec.kind), Template(spec.same_as)
        self._names, self._kinds = table.names | spec.names, table.kinds | spec.kinds
        self._roles, self._peoples = table.roles, {people.casefold() for people in table.peoples}
        self._fixed = "" if self._kind.columns else self._kind.filled({})
        _check(spec, {*self._kinds.values(), self._fixed} - {""}, ontology)
        templates = (self._written, self._code, self._name, self._role, self._kind, self._same_as)
        self.columns = tuple(dict.fromkeys(column for each in templates for column in each.columns))
        self._reading = columns.reading(self.columns)

    def who(self, values: Values) -> Who:
        """The actors of a row."""
        lists = self._lists(values)
        length = next((len(items) for items in lists.values() if any(items)), 0)
        if length > _MOST:
            return Who((), (Lack("bad-line", f"{self._shown} lists more than {_MOST} actors"),))
        items = self._items(lists, length) if lists else [values]
        found = [actor for item in items if (actor := self._actor(item))]
        actors = dict.fromkeys(actor for actor in found if isinstance(actor, Entity))
        lacks = [lack for lack in found if isinstance(lack, Lack)]
        if not found:
            lacks = [Lack("passed-over", f"nobody stands in {self._shown}")]
        return Who(tuple(actors), tuple(lacks))

    def _lists(self, values: Values) -> dict[str, list[str]]:
        """The cells of a row that are lists, taken apart."""
        split = self._spec.split
        return {column: values[column].split(split) for column in self._reading.sources} if split else {}

    def _items(self, lists: dict[str, list[str]], length: int) -> Iterator[Values]:
        """The values of each actor of a list: of the cells that list as many."""
        for place in range(length):
            items = ((column, items[place] if len(items) == length else "") for column, items in lists.items())
            yield self._reading.values(items)

    def _actor(self, values: Values) -> Entity | Lack | None:
        written, code = self._written.filled(values), self._code.filled(values)
        for blank in self._spec.blanks:
            written = written.replace(blank, " ")
        state = _state(code, str(self._spec.codes)) if code else None
        if not written.strip() and code:
            if state is None:
                return Lack("missing-argument", f"“{code}” is no state in {self._spec.codes}")
            written = state.name
        if not written.strip():
            return None
        links = self._same_as.filled(values)
        actor = self._known(written, state, values)
        return composed(msgspec.structs.replace(actor, written=written, same_as=(links,) if links else ()))

    def _known(self, written: str, state: Entity | None, values: Values) -> Entity:
        """The name of an actor, where it is another than the written one, and its class."""
        name, role, kind = self._names.get(written), self._role.filled(values), self._class(values)
        name = name or self._name.filled(values)
        if name or state is None:
            return Entity(name=name, kind=kind)
        if not role:
            return state
        if written.casefold() in self._peoples or _state(written, "names") == state:
            called = self._roles.get(role, role)
            return Entity(name=f"{called} ({state.name})", kind=self._kinds.get(called, kind))
        return Entity(kind=kind)

    def _class(self, values: Values) -> str:
        if self._fixed:
            return self._fixed
        split = self._spec.kind_split
        said = self._kind.all_filled(values)
        labels = [label.strip() for each in said for label in (each.split(split) if split else [each])]
        return next((self._kinds[label] for label in labels if label in self._kinds), "Entity")


@functools.lru_cache(20_000)
def _short_code(code: str, system: str) -> Entity | None:
    return states.state(code, system)


def _state(code: str, system: str) -> Entity | None:
    return _short_code(code, system) if len(code) <= _LONGEST else None


def _check(spec: ActorSpec, kinds: set[str], ontology: Ontology) -> None:
    """Raise UsageError for an actor that nothing names, a system of codes and a class that there is not."""
    if spec.written is None and spec.code is None:
        raise UsageError("an actor is to have written or code")
    if spec.code is not None and spec.codes not in states.SYSTEMS:
        raise UsageError(f"codes is {spec.codes}; it may be {', '.join(states.SYSTEMS)}")
    for kind in sorted(kinds - ontology.classes.keys()):
        near = ontology.nearest_kind(kind)
        raise UsageError(f"{kind} is no class of the ontology{f'; the nearest is {near}' if near else ''}")
