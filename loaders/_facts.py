"""Facts between entities that are clusters of mentions: said of a document as a whole, and of no place in it.

Shared by `docred` and `dwie`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from kg.mappings import Sense, Vocabulary

from ._document import Mention, Relation
from ._report import Report
from ._text import Span
from ._words import Spans

Clusters = Mapping[str, Sequence[Mention]]  # the mentions of each in the text, by what messages call it


class Fact(msgspec.Struct, frozen=True):
    """What stands between two clusters, by what messages call them.

    `id` is what messages call the fact; `label` is looked up as a relation; `evidence` are the sentences that state it,
    if the file names any; `row` tells it from another of the same words; `line` counts from 1.
    """

    id: str
    label: str
    subject: str
    object: str
    evidence: Spans = ()
    row: str | None = None
    line: int | None = None


def distinct(facts: Iterable[Fact], vocabulary: Vocabulary, schemes: tuple[str, ...], report: Report) -> Iterator[Fact]:
    """The facts, each once: corpora list a fact and its inverse, and those of a symmetric relation both ways.

    Those with evidence go first. A fact that holds between an entity and itself is passed over, which is reported.
    """
    said: set[object] = set()
    for fact in sorted(facts, key=lambda fact: not fact.evidence):
        if fact.subject == fact.object:
            report.repeated("passed-over", f"“{fact.label}” stands between an entity and itself", fact.line)
            continue
        sense = vocabulary.relation(fact.label, *schemes)
        claimed = _claimed(fact, sense, vocabulary.ontology.symmetric) if sense and sense.term else fact.id
        if claimed not in said:
            said.add(claimed)
            yield fact


def _claimed(fact: Fact, sense: Sense, symmetric: Sequence[str]) -> object:
    """What the fact says, whatever its label and in whatever direction."""
    ends = (fact.object, fact.subject) if sense.reversed else (fact.subject, fact.object)
    ends = (min(ends), max(ends)) if sense.term in symmetric else ends
    return ends, sense.term, sense.modality, sense.negated


def relation(fact: Fact, clusters: Clusters, sentences: Sequence[Span]) -> Relation:
    """The fact as a relation between two mentions: those of its clusters that stand nearest to each other.

    Those in its evidence go before others. Where one of the two stands nowhere, the clusters stand for themselves.
    """
    subjects, objects = clusters.get(fact.subject, ()), clusters.get(fact.object, ())
    evident = _within(subjects, fact.evidence), _within(objects, fact.evidence)
    subject, object = _nearest(*evident, sentences) or _nearest(subjects, objects, sentences) or (None, None)
    return Relation(
        id=fact.id,
        label=fact.label,
        subject=subject.id if subject else fact.subject,
        object=object.id if object else fact.object,
        evidence=fact.evidence,
        row=fact.row,
        line=fact.line,
    )


def _within(mentions: Iterable[Mention], sentences: Iterable[Span]) -> list[Mention]:
    """The mentions that lie in one of the sentences."""
    ordered = sorted(sentences)
    return [mention for mention in mentions if _holds(ordered, mention.spans[0])]


def _holds(sentences: Sequence[Span], place: Span) -> bool:
    before = bisect_right(sentences, place[0], key=_begin)
    return before > 0 and place[1] <= sentences[before - 1][1]


def _nearest(
    subjects: Iterable[Mention], objects: Iterable[Mention], sentences: Sequence[Span]
) -> tuple[Mention, Mention] | None:
    """The two mentions with the fewest sentences, then characters, between them; None where there are not two.

    No mention of either entity stands between such two, so that it is enough to look at neighbours.
    """
    sides = [*((mention, True) for mention in subjects), *((mention, False) for mention in objects)]
    sides.sort(key=lambda side: side[0].spans)
    neighbours = [(one, other) for one, other in pairwise(sides) if one[1] != other[1]]
    if not neighbours:
        return None
    (one, is_subject), (other, _) = min(neighbours, key=lambda two: _apart(two[0][0], two[1][0], sentences))
    return (one, other) if is_subject else (other, one)


def _apart(one: Mention, other: Mention, sentences: Sequence[Span]) -> tuple[int, int]:
    """How many sentences and characters there are from one mention to the next."""
    (_, end), (begin, _) = one.spans[0], other.spans[0]
    first, last = (bisect_right(sentences, place, key=_begin) for place in (one.spans[0][0], begin))
    return last - first, max(begin - end, 0)


def _begin(span: Span) -> int:
    return span[0]
