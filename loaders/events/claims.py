"""The claims that a row makes. For `events`."""

import itertools
from collections.abc import Iterable
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from kg.claim import Article, Claim, Role
from kg.errors import UsageError
from kg.mappings import Sense, Vocabulary

from .. import _quotes
from .._rows import folded
from .actors import Actors, Who
from .cells import Cells, Layout, Memo, Template, Values
from .dates import Dates
from .fields import Certainty, Dated, Sure, When
from .notes import Lack, Notes
from .relations import NO_FLAG, Relations
from .spec import ActorSpec, ClaimSpec, TableSpec

Made: TypeAlias = list[Claim] | Lack  # the claims of a row, their ids not computed yet, or why there are none

_UNSURE = Sure()


class Plan(msgspec.Struct):
    """What the claims of a file have in common; `whole` is its article where rows have none of their own."""

    table: TableSpec
    layout: Layout
    vocabulary: Vocabulary
    whole: Article
    notes: Notes


class Statement:
    """One claim of a description, in files of one layout."""

    def __init__(self, spec: ClaimSpec, plan: Plan) -> None:
        layout = plan.layout

        def actors(spec: ActorSpec) -> Memo[Who]:
            place = Actors(spec, plan.table, layout.columns, plan.vocabulary.ontology)
            return layout.memo(place.columns, place.who)

        self._spec, self._notes, self._quote = spec, plan.notes, _sentence(spec, layout)
        self._subjects, self._objects = actors(spec.subject), actors(spec.object)
        self._claimants = actors(spec.attributed_to) if spec.attributed_to else None
        relations, certainty = Relations(spec.relation, plan.vocabulary), Certainty(spec)
        dated = Dated(plan.table.article, spec, Dates(plan.table.dates), plan.whole)
        self._senses = layout.memo(relations.columns, relations.sense)
        self._dated = layout.memo(dated.columns, dated.when)
        self._certainty = layout.memo(certainty.columns, certainty.sure) if certainty.columns else None
        self._row = layout.text(Template(spec.row))
        conditions = [folded(column) for column in (*spec.where, *spec.unless)]
        self._refusals = layout.memo(conditions, self._refusal) if conditions else None

    def made(self, line: int, cells: Cells) -> Made:
        """The claims of a row."""
        return self.between(line, cells, cells, self.when(cells))

    def rest(self) -> list[Claim]:
        """The claims that wait for the end of the file."""
        return []

    def when(self, cells: Cells) -> When:
        """When what a row says held, and its article."""
        return self._dated.of(cells)

    def between(self, line: int, cells: Cells, other: Cells, when: When) -> Made:
        """The claims of a row about the object of another, which held then."""
        sense = self._senses.of(cells)
        if sense is NO_FLAG:
            return sense
        subjects, objects = self._subjects.of(cells), self._objects.of(other)
        if self._refusals is not None and (refusal := self._refusals.of(cells)):
            return refusal
        if not (subjects.actors and objects.actors):
            return (objects if subjects.actors else subjects).lacks[0]
        if not isinstance(sense, Sense):
            return sense
        sure = self._certainty.of(cells) if self._certainty is not None else _UNSURE
        if subjects.lacks or objects.lacks or when.lacks or sure.lacks:
            self._notes.add_all(subjects.lacks + objects.lacks + when.lacks + sure.lacks, line)
        if sense.reversed:
            subjects, objects = objects, subjects
        row, claims = self._row(cells) or str(line), []
        for subject, object in itertools.product(subjects.actors, objects.actors):
            claim = Claim(
                subject=subject,
                object=object,
                relation=sense.term or "",
                article=when.article,
                row=row,
                negated=sense.negated,
                modality=sense.modality,
                valid_from=when.valid_from,
                valid_to=when.valid_to,
                confidence=sure.confidence,
                annotator=sure.annotator,
            )
            claims.append(claim)
        if self._claimants is not None:
            claimants = self._claimants.of(cells).actors or (None,)
            claims = [replace(claim, attributed_to=claimant) for claim in claims for claimant in claimants]
        if self._quote is not None and (words := cells[self._quote]).strip():
            claims = [_quoting(claim, words) for claim in claims]
        return claims

    def _refusal(self, values: Values) -> Lack | None:
        """Why the description does not take a row, if so."""
        for column, cells in self._spec.where.items():
            if values[folded(column)] not in cells:
                return Lack("passed-over", f"{column} is not {_shown(cells)}")
        for column, cells in self._spec.unless.items():
            if values[folded(column)] in cells:
                return Lack("passed-over", f"{column} is {_shown(cells)}")
        return None


def _shown(cells: Iterable[str]) -> str:
    return " or ".join(cell or "blank" for cell in cells)


def _quoting(claim: Claim, words: str) -> Claim:
    """The claim with the sentence that a cell holds, which begins there."""
    roles: tuple[Role, ...] = ("subject", "object", "attributed_to")
    written = {role: entity.written for role, entity in zip(roles, claim.entities, strict=False)}
    marks = _quotes.marks(words, 0, written)
    return replace(claim, begin=0, end=len(words), quote=words, marks=marks)


def _sentence(spec: ClaimSpec, layout: Layout) -> int | None:
    """Where the sentence stands in a row."""
    columns = Template(spec.quote).columns
    if spec.quote is not None and len(columns) != 1:
        raise UsageError(f"quote is “{spec.quote}”; it is to be one column, such as {{Sentence}}, cut nowhere")
    return layout.place(columns[0]) if columns else None
