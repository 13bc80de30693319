"""Real files with faults put into them: no traceback, no waiting, and no quote that is not in the text."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.formats import FORMATS
from tests.mutations import PIECES, REAL, Case, check, mutated, seed

FAULTS = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(0, 40), st.integers(0, len(PIECES))), min_size=1, max_size=4
)


def test_every_format_has_a_real_file() -> None:
    ours = {"claims.csv", "claims.jsonl", "polecat"}  # no file of others: their own tests mutate the golden ones
    assert {case.format for case in REAL} == set(FORMATS) - ours


@pytest.mark.parametrize("case", REAL, ids=str)
def test_a_file_with_faults_costs_claims_and_nothing_else(case: Case, shared_data: Path) -> None:
    data, beside = seed(case, shared_data)

    @given(FAULTS)
    def mutate(faults: list[tuple[int, int, int]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            check(Path(folder), case, mutated(data, faults), beside)

    with tempfile.TemporaryDirectory() as folder:
        assert bool(check(Path(folder), case, data, beside)) != case.empty
    mutate()
