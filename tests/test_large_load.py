"""A load that is too large for one bulk load of Oxigraph: in slices, and yet all of it or nothing."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.claim import Claim
from kg.errors import StoreError
from kg.stores import oxigraph
from tests.conftest import EXAMPLE, ROOT
from tests.states import state

KILLED = """
import os, sys, kg
from kg.stores import oxigraph
oxigraph.SLICE = 500
load, done = oxigraph.OxigraphStore._bulk_load, []
def stopped(store, lines):
    if len(done) == 3:
        os._exit(9)
    done.append(load(store, lines))
oxigraph.OxigraphStore._bulk_load = stopped
kg.load(sys.argv[1], into=sys.argv[2])
"""


@pytest.fixture
def slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oxigraph, "SLICE", 500)


def test_slices_make_the_store_that_one_load_makes(tmp_path: Path, example: list[Claim]) -> None:
    with kg.open_store("memory:") as whole, pytest.MonkeyPatch.context() as patch:
        whole.add(example)
        patch.setattr(oxigraph, "SLICE", 500)
        with kg.open_store(f"oxigraph:{tmp_path / 'x.kg'}") as sliced:
            assert sliced.add(example).new == len(example)
            assert state(sliced) == state(whole)
        with kg.open_store(f"oxigraph:{tmp_path / 'x.kg'}", read_only=True) as again:
            assert state(again) == state(whole)


@pytest.mark.usefixtures("slices")
def test_a_load_that_fails_leaves_nothing(tmp_path: Path, example: list[Claim]) -> None:
    def failing() -> Iterator[Claim]:
        yield from example[:300]
        raise KeyboardInterrupt

    with kg.open_store(f"oxigraph:{tmp_path / 'x.kg'}") as store:
        empty = state(store)
        with pytest.raises(KeyboardInterrupt):
            store.add(failing())
        assert state(store) == empty
        assert store.add(example).new == len(example)


def test_a_load_that_was_killed_is_nothing_and_the_next_completes(tmp_path: Path, example: list[Claim]) -> None:
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    done = subprocess.run([sys.executable, "-c", KILLED, str(EXAMPLE), url], cwd=ROOT, check=False)
    assert done.returncode == 9
    with pytest.raises(StoreError, match="under way, or was cut off"):
        kg.open_store(url, read_only=True)
    with kg.open_store(url) as store, kg.open_store("memory:") as whole:
        assert list(store.claims()) == []
        assert kg.load(EXAMPLE, into=store).new == len(example)
        whole.add(example)
        assert state(store) == state(whole)
