"""What happens to claims on their way into a store: brought in line, told apart, counted, and put in batches."""

from collections.abc import Iterable, Iterator, Mapping, Sized

import msgspec

from kg.claim import Claim
from kg.entities import Settler, settle
from kg.errors import Problem, problem


class Added(msgspec.Struct):
    """What `Store.add` or `Store.replace` did.

    How many claims were `new`, how many the store had (`known`) and how many were taken out (`gone`), and what could
    not be added as it was.
    """

    new: int = 0
    known: int = 0
    gone: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)


def settled(claims: Iterable[Claim], settler: Settler, added: Added) -> Iterator[Claim]:
    """The claims with each article in line with itself; what could not be brought in line is a problem."""
    for item in settle(claims, settler):
        if isinstance(item, Problem):
            added.problems.append(item)
        else:
            yield item


def batches(wanted: Mapping[str, Sized], most: int) -> Iterator[list[str]]:
    """The articles, as many at a time as have about `most` claims."""
    batch: list[str] = []
    size = 0
    for article, claims in wanted.items():
        batch.append(article)
        size += len(claims)
        if size >= most:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def distinct(claims: Iterable[Claim], added: Added, stored: dict[str, Claim] | None = None) -> Iterator[Claim]:
    """The claims that are neither stored nor came before, counted; a problem for one that came with other content."""
    met = {id: hash(claim) for id, claim in (stored or {}).items()}
    for claim in claims:
        content = hash(claim)
        if claim.id not in met:
            met[claim.id] = content
            added.new += 1
            yield claim
            continue
        added.known += 1
        if met[claim.id] != content:
            said = f"{claim.subject.name} {claim.relation} {claim.object.name}"
            message = f"{claim.article.id}: {said} ({claim.id}) came before with other content; the first stays"
            added.problems.append(problem("claim-conflict", message))
