"""What the code or label of a row says. For `events`."""

from kg.errors import UsageError
from kg.mappings import Sense, Vocabulary, names
from kg.ontology import Ontology

from .._quotes import short
from .._rows import folded
from .cells import Template, Values
from .notes import Lack
from .spec import RelationSpec, Said

NO_FLAG = Lack("passed-over", "none of its columns says yes")
_COMPARED = 100  # unknown labels of which the nearest is looked for
_LONGEST_CODE = 16  # characters, of a code that is looked up by its beginning


class Relations:
    """Looks up what the values of a row say."""

    def __init__(self, spec: RelationSpec, vocabulary: Vocabulary) -> None:
        ontology = vocabulary.ontology
        if sum(map(bool, (spec.term, spec.label, spec.flags))) != 1:
            raise UsageError("a relation is to have one of term, label and flags")
        self._spec, self._vocabulary = spec, vocabulary
        self._fixed = _sense(spec.term, ontology) if spec.term else None
        self._label = Template(spec.label)
        self._terms = {code: _sense(said, ontology) for code, said in spec.terms.items()}
        self._flags = {folded(column): _sense(said, ontology) for column, said in spec.flags.items()}
        self.columns = (*self._label.columns, *self._flags)
        self._unknown = 0
        if other := sorted({*spec.schemes} - {*names()}):
            raise UsageError(
                f"schemes has {other[0]}; we have mappings of {', '.join(names())}, and yours need no name"
            )

    def sense(self, values: Values) -> Sense | Lack:
        """What a row says, or why it says nothing."""
        if self._fixed:
            return self._fixed
        if self._flags:
            said = (sense for column, sense in self._flags.items() if values[column] in self._spec.yes and sense.term)
            return next(said, NO_FLAG)
        return self._looked_up(self._label.all_filled(values))

    def _looked_up(self, labels: list[str]) -> Sense | Lack:
        if not labels:
            return Lack("passed-over", "no code or label says what happened")
        sense = next((sense for label in labels if (sense := self._known(label))), None)
        label = short(labels[0])
        if sense is None:
            return Lack("unknown-relation", f"“{label}” is no relation of the ontology", self._nearest(label))
        return sense if sense.term else Lack("passed-over", f"“{label}” says nothing about two actors")

    def _nearest(self, label: str) -> str | None:
        """What is spelled like an unknown label; not for all of very many, since that takes its time."""
        self._unknown += 1
        return self._vocabulary.nearest_relation(label, *self._spec.schemes) if self._unknown <= _COMPARED else None

    def _known(self, label: str) -> Sense | None:
        codes = _beginnings(label) if self._spec.prefix else [label]
        return next((sense for code in codes if (sense := self._sense_of(code))), None)

    def _sense_of(self, code: str) -> Sense | None:
        if code in self._terms:
            return self._terms[code]
        return self._vocabulary.relation(code, *self._spec.schemes)


def _beginnings(code: str) -> list[str]:
    """The code, and what it begins with, from the longest on."""
    return [code, *(code[:length] for length in range(min(len(code), _LONGEST_CODE) - 1, 0, -1))]


def _sense(said: str | Said, ontology: Ontology) -> Sense:
    if isinstance(said, str):
        said = Said(said)
    if said.term and said.term not in ontology.relations:
        near = ontology.nearest_relation(said.term)
        raise UsageError(f"{said.term} is no relation of the ontology{f'; the nearest is {near}' if near else ''}")
    return Sense(said.term or None, said.modality, said.negated, said.reversed)
