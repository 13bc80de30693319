"""What the labels and codes of others say in the terms of the ontology: mappings, and the vocabulary made of them.

A mapping is a table in the form of SSSOM (Matentzoglu et al. 2022, https://w3id.org/sssom): those in
`ontology/mappings/` (`SCHEME.sssom.tsv`), and a user's own. Beside the term, a row may say that the label speaks of a
plan, that it denies, or that it names the object first.
"""

import csv
import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote

import msgspec

from kg.claim import MODALITIES, Modality
from kg.errors import UsageError
from kg.ontology import Ontology, data_path, folded, nearest

ENDING = ".sssom.tsv"
NOTHING = "sssom:NoTermFound"  # the label is known, and says nothing that a claim could keep

_NEEDED = ("subject_id", "object_id")
_COLUMNS = ("subject_label", "predicate_id", "modality", "negated", "direction", "comment")
_CURIE = re.compile(r"[A-Za-z][\w.-]*:(?!//)")


class Sense(msgspec.Struct, frozen=True):
    """What a label or code says.

    `term` is a relation or class, None where it says nothing that a claim keeps. `reversed`: it names the object first.
    """

    term: str | None
    modality: Modality = "actual"
    negated: bool = False
    reversed: bool = False

    def fields(self, said: Mapping[str, object]) -> dict[str, object]:
        """The fields of a claim as an annotation gives them, with what the label itself says of them."""
        negated = bool(said.get("negated")) != self.negated
        modality = said.get("modality", "actual")
        return {**said, "negated": negated, "modality": self.modality if modality == "actual" else modality}


class Row(msgspec.Struct, frozen=True):
    """One row of a mapping: the label or code, what it is called, and what it says; `match` is the SKOS predicate."""

    label: str
    name: str
    match: str
    sense: Sense
    comment: str
    line: int


class Scheme(msgspec.Struct, frozen=True):
    """A mapping as a whole: its name, title, and rows."""

    name: str
    title: str
    rows: tuple[Row, ...]

    def senses(self) -> dict[str, Sense]:
        """What each label says, by its folded form; the names of the rows too, where they are no other row's."""
        by_name: dict[str, set[Sense]] = {}
        for row in self.rows:
            by_name.setdefault(folded(row.name), set()).add(row.sense)
        named = {name: senses.pop() for name, senses in by_name.items() if name and len(senses) == 1}
        return named | {folded(row.label): row.sense for row in self.rows}


class Vocabulary:
    """What labels mean to a loader: the user's mappings, else the ontology, else the shipped schemes that it names.

    `tables` are the user's descriptions of event tables by name, as their TOML says (see `kg.loaders.events`).
    """

    def __init__(
        self, ontology: Ontology, own: Iterable[Scheme] = (), tables: Mapping[str, dict[str, Any]] | None = None
    ) -> None:
        self.ontology = ontology
        self.tables = dict(tables or {})
        self._own = [scheme.senses() for scheme in own]
        self._shipped: dict[str, dict[str, Sense]] = {}

    def relation(self, label: str, *schemes: str) -> Sense | None:
        """What a label says as a relation, matched without case, blanks, underscores and hyphens; None: not known."""
        term = self.ontology.relation(label)
        return self._sense(label, schemes, Sense(term.name) if term else None, self.ontology.relations)

    def kind(self, label: str, *schemes: str) -> str | None:
        """The class that a label stands for; `Entity` where it is known and none of ours, None where it is not."""
        term = self.ontology.kind(label)
        sense = self._sense(label, schemes, Sense(term.name) if term else None, self.ontology.classes)
        return (sense.term or "Entity") if sense else None

    def nearest_relation(self, label: str, *schemes: str) -> str | None:
        """The relation, or what the nearest label of the schemes stands for, that is spelled most like a label."""
        labels = {folded(name): name for name in self.ontology.relations}
        for scheme in schemes:
            found = {key: sense.term for key, sense in self._scheme(scheme).items() if sense.term}
            labels = {key: term for key, term in found.items() if term in self.ontology.relations} | labels
        close = nearest(folded(label), labels)
        return labels[close] if close else None

    def _sense(
        self, label: str, schemes: tuple[str, ...], term: Sense | None, terms: Mapping[str, object]
    ) -> Sense | None:
        key = folded(label)
        for senses in self._own:
            if key in senses and _fits(senses[key], terms):
                return senses[key]
        if term:
            return term
        found = (self._scheme(name).get(key) for name in schemes)
        return next((sense for sense in found if sense and _fits(sense, terms)), None)

    def _scheme(self, name: str) -> dict[str, Sense]:
        if name not in self._shipped:
            self._shipped[name] = shipped(name).senses()
        return self._shipped[name]


def _fits(sense: Sense, terms: Mapping[str, object]) -> bool:
    return sense.term is None or sense.term in terms


def vocabulary(ontology: Ontology, paths: Iterable[str | Path] = ()) -> Vocabulary:
    """The vocabulary of an ontology and of the user's files: mappings (`.tsv`) and descriptions of tables (`.toml`).

    Raises UsageError for a file that cannot be read, and for a row or term that cannot be used.
    """
    schemes, tables = [], {}
    for path in map(Path, paths):
        if path.suffix == ".toml":
            tables[path.stem] = _toml(path)
        else:
            schemes.append(_checked(read_file(path), ontology, path))
    return Vocabulary(ontology, schemes, tables)


def names() -> list[str]:
    """The schemes for which a mapping is shipped."""
    return sorted(
        path.name.removesuffix(ENDING) for path in data_path("mappings").iterdir() if path.name.endswith(ENDING)
    )


@functools.cache
def shipped(name: str) -> Scheme:
    """The shipped mapping of a scheme."""
    return read_file(data_path("mappings") / f"{name}{ENDING}")


def read_file(path: Path) -> Scheme:
    """The mapping in a file. Raises UsageError, naming file and line, for what is no SSSOM table."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    above = [line for line in lines if line.startswith("#")]
    title = next((line.partition(":")[2].strip() for line in above if line.startswith("#mapping_set_title:")), "")
    name = path.name.removesuffix(ENDING)
    return Scheme(name, title or name, tuple(_rows(lines, path)))


def _rows(lines: list[str], path: Path) -> Iterator[Row]:
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    table = csv.DictReader((line for _, line in numbered), delimiter="\t", quoting=csv.QUOTE_NONE, restval="")
    if missing := [column for column in _NEEDED if column not in (table.fieldnames or ())]:
        raise UsageError(
            f"{path}: no column {' and no column '.join(missing)}; it is to be a table in the form of SSSOM"
        )
    seen: dict[str, int] = {}
    for (number, _), row in zip(numbered[1:], table, strict=True):
        made = _row({key: row.get(key) or "" for key in (*_NEEDED, *_COLUMNS)}, f"{path}:{number}", number)
        first = seen.setdefault(folded(made.label), number)
        if first != number:
            raise UsageError(f"{path}:{number}: {made.label} has a row already, in line {first}")
        yield made


def _row(cells: dict[str, str], place: str, line: int) -> Row:
    label, term = unquote(_local(cells["subject_id"])), cells["object_id"]
    modality, negated, direction = (cells[key].strip() for key in ("modality", "negated", "direction"))
    if not label or not term:
        raise UsageError(f"{place}: subject_id and object_id may not be empty")
    if modality and modality not in MODALITIES:
        raise UsageError(f"{place}: modality {modality} is none of {', '.join(MODALITIES)}")
    if negated not in {"", "true", "false"}:
        raise UsageError(f"{place}: negated is {negated}; it may be true, false or empty")
    if direction not in {"", "reversed"}:
        raise UsageError(f"{place}: direction is {direction}; it may be reversed or empty")
    sense = Sense(
        None if term == NOTHING else _local(term),
        cast(Modality, modality or "actual"),
        negated == "true",
        direction == "reversed",
    )
    return Row(label, cells["subject_label"], cells["predicate_id"], sense, cells["comment"], line)


def _local(curie: str) -> str:
    """What stands behind the prefix of a CURIE, or the last `#` or `/` of an IRI.

    >>> _local("icews:Consult"), _local("https://diplograph.example/ontology#arms"), _local("alliance with")
    ('Consult', 'arms', 'alliance with')
    """
    if "://" in curie:
        return re.split(r"[#/]", curie)[-1]
    match = _CURIE.match(curie)
    return curie[match.end() :] if match else curie


def _checked(scheme: Scheme, ontology: Ontology, path: Path) -> Scheme:
    """The scheme, if the ontology has all its terms."""
    for row in scheme.rows:
        term = row.sense.term
        if term and term not in ontology.relations and term not in ontology.classes:
            near = nearest(term, (*ontology.relations, *ontology.classes))
            raise UsageError(f"{path}:{row.line}: {term} is no relation and no class; the nearest is {near}")
    return scheme


def _toml(path: Path) -> dict[str, Any]:
    try:
        return cast(dict[str, Any], msgspec.toml.decode(path.read_bytes()))
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
