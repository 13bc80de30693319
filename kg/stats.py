"""Claims counted: the measures of all of them, or of each group. One pass, whatever store the claims come from."""

from collections.abc import Callable, Hashable, Iterable, Iterator

from kg.claim import Claim, valid_bounds
from kg.errors import UsageError
from kg.ontology import FAMILIES, Ontology, nearest
from kg.questions import Row

# The claims of which something is true. These measures overlap: a plan that is denied is both planned and negated.
_CLAIMS: dict[str, Callable[[Claim], bool]] = {
    "claims": lambda claim: True,
    "holding": lambda claim: claim.holds,
    "negated": lambda claim: claim.negated,
    "planned": lambda claim: claim.modality == "planned",
    "requested": lambda claim: claim.modality == "requested",
    "possible": lambda claim: claim.modality == "possible",
    "attributed": lambda claim: claim.attributed_to is not None,
    "quoted": lambda claim: claim.quote is not None,
    "dated": lambda claim: valid_bounds(claim) != (None, None),
}
# What claims share, each counted once.
_DISTINCT: dict[str, Callable[[Claim, Ontology], Iterable[Hashable]]] = {
    "articles": lambda claim, _: [claim.article.id],
    "publishers": lambda claim, _: [claim.article.publisher] if claim.article.publisher else [],
    "entities": lambda claim, _: [entity.id for entity in claim.entities],
    "edges": lambda claim, ontology: [ontology.key(claim)] if claim.holds else [],
    "relations": lambda claim, _: [claim.relation],
}
_OF_A_GROUP = ("claims", "holding", "articles", "edges")

# The groups that a claim belongs to; None where the article does not say.
_GROUPS: dict[str, Callable[[Claim, Ontology], Iterable[str | None]]] = {
    "relation": lambda claim, _: [claim.relation],
    "family": lambda claim, ontology: [name for name in ontology.ancestors(claim.relation) if name in FAMILIES],
    "article": lambda claim, _: [claim.article.id],
    "publisher": lambda claim, _: [claim.article.publisher],
    "month": lambda claim, _: [claim.article.published and claim.article.published[:7]],
    "kind": lambda claim, _: {claim.subject.kind, claim.object.kind},
    "modality": lambda claim, _: [claim.modality],
}
BY = tuple(_GROUPS)


class _Tally:
    """Counts of these measures, in their order."""

    def __init__(self, ontology: Ontology, measures: tuple[str, ...]) -> None:
        self._ontology = ontology
        self._numbers = {measure: 0 for measure in measures if measure in _CLAIMS}
        self._met: dict[str, set[Hashable]] = {measure: set() for measure in measures if measure in _DISTINCT}

    def add(self, claim: Claim) -> None:
        for measure in self._numbers:
            self._numbers[measure] += _CLAIMS[measure](claim)
        for measure, met in self._met.items():
            met.update(_DISTINCT[measure](claim, self._ontology))

    def row(self) -> Row:
        return {**self._numbers, **{measure: len(met) for measure, met in self._met.items()}}


def summary(claims: Iterable[Claim], ontology: Ontology) -> Row:
    """What there is of each measure: claims by what they are, then what they speak of, then the days of publication.

    `holding` is neither negated nor of another modality than `actual`; `dated` says when it held or happened.
    `entities` are subjects, objects and claimants; `edges` are the keys of the claims that hold; `first` and `last` are
    the least and greatest `published`, or None. Raises UsageError for a relation that the ontology lacks.
    """
    tally = _Tally(ontology, (*_CLAIMS, *_DISTINCT))
    first = last = None
    for claim in _known(claims, ontology):
        tally.add(claim)
        if published := claim.article.published:
            first, last = min(first or published, published), max(last or published, published)
    return tally.row() | {"first": first, "last": last}


def counts(claims: Iterable[Claim], by: str, ontology: Ontology) -> list[Row]:
    """Claims, those that hold, articles and edges of each group, the largest first, then by name (None first).

    `by` is one of `BY` and names the first column. A claim counts for its `relation`, the `family` above that, its
    `article`, `publisher`, `month` of publication (`2016-10`) and `modality`, and for the `kind` of its subject and
    that of its object. Raises UsageError for another `by`, and for a relation that the ontology lacks.
    """
    if by not in _GROUPS:
        raise UsageError(f"claims cannot be counted by {by}; the nearest is {nearest(by, BY)}")
    groups: dict[str | None, _Tally] = {}
    for claim in _known(claims, ontology):
        for name in _GROUPS[by](claim, ontology):
            groups.setdefault(name, _Tally(ontology, _OF_A_GROUP)).add(claim)
    rows: list[Row] = [{by: name, **tally.row()} for name, tally in groups.items()]
    return sorted(rows, key=lambda row: (-int(row["claims"] or 0), row[by] is not None, str(row[by])))


def columns(by: str) -> tuple[str, ...]:
    """The columns of `counts`."""
    return (by, *_OF_A_GROUP)


def _known(claims: Iterable[Claim], ontology: Ontology) -> Iterator[Claim]:
    for claim in claims:
        if claim.relation not in ontology.relations:
            raise UsageError(f"not in the ontology: {claim.relation}; pass ontology=store.ontology")
        yield claim
