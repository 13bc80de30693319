"""`make equality`: every question on every engine, compared with plain Python over the claims, as a matrix.

The example with the arguments of `tests/test_agreement.py`, and sets of claims that chance makes (`SETS` of them, the
same in every run). A cell counts the answers that are equal, out of those asked for. Exit 1 where one differs, or where
an engine is not on this machine.
"""

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kg.claim import Claim
from kg.loading import Report, read
from kg.stores import Store
from tests import engines, oracle, strategies
from tests.conftest import EXAMPLE
from tests.test_agreement import ASKED, QUESTIONS, arguments

SETS = 24

Asking = tuple[list[Claim], list[tuple[str, dict[str, str]]]]  # claims, and the questions to ask of them


def askings() -> Iterator[Asking]:
    """The example and the generated sets, each with questions and their arguments."""
    yield list(read(EXAMPLE, Report())), [(name, given) for name in QUESTIONS for given in ASKED[name]]
    chance = random.Random(0)
    for _ in range(SETS):
        claims = strategies.crowd(chance)
        yield claims, [(name, arguments(QUESTIONS[name], claims, chance)) for name in QUESTIONS]


def answered(make: engines.Make, asked: list[Asking]) -> Iterator[tuple[str, bool]]:
    """For each question asked of an engine its name, and whether the answer is what the oracle says."""
    for claims, questions in asked:
        with make() as store:
            store.add(claims)
            yield from ((name, equal(store, claims, name, given)) for name, given in questions)


def equal(store: Store, claims: list[Claim], name: str, given: dict[str, str]) -> bool:
    """Whether an answer is what the oracle says, row by row; a difference is told."""
    rows, expected = store.ask(name, **given), oracle.ORACLES[name](claims, **given)
    if rows != expected:
        print(f"{store.url}: {name} {given}\n  gives {rows}\n  instead of {expected}", file=sys.stderr)
    return rows == expected


def matrix(columns: dict[str, list[tuple[str, bool]]]) -> Iterator[str]:
    """The table: a row a question, a column an engine."""
    asked = {engine: Counter(name for name, _ in answers) for engine, answers in columns.items()}
    good = {engine: Counter(name for name, same in answers if same) for engine, answers in columns.items()}
    wide = max(map(len, QUESTIONS))
    yield "  ".join([" " * wide, *columns])
    for name in QUESTIONS:
        cells = [f"{good[engine][name]}/{asked[engine][name]}".rjust(len(engine)) for engine in columns]
        yield "  ".join([name.ljust(wide), *cells])


def main() -> int:
    """Print the matrix; the exit status."""
    asked, columns, missing = list(askings()), {}, []
    for engine in engines.NAMES:
        start = time.perf_counter()
        try:
            with tempfile.TemporaryDirectory() as folder, engines.made(engine, Path(folder)) as make:
                columns[engine] = list(answered(make, asked))
        except engines.Missing as error:
            missing.append(f"{engine} is not here: {error}")
            continue
        print(f"{engine}: {len(columns[engine])} answers in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    print("\n".join([*matrix(columns), *missing]))
    same = sum(equal for answers in columns.values() for _, equal in answers)
    total = sum(map(len, columns.values()))
    sizes = f"{len(QUESTIONS)} questions x {len(columns)} engines, on the example and {SETS} generated sets"
    print(f"{sizes}: {same} of {total} answers are equal to the oracle's")
    return int(same != total or bool(missing))


if __name__ == "__main__":
    sys.exit(main())
