"""A load that is killed leaves whole batches or nothing, and a second run completes it."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.claim import Article, Claim, Entity, new, to_json
from kg.stores import open_store
from tests.conftest import ROOT
from tests.states import state

CLAIMS = [
    new(
        Entity(f"actor-{n % 97}", f"Actor {n % 97}", "State", f"Actor {n % 97}"),
        ("arms", "meets", "accuses")[n % 3],
        Entity(f"actor-{n % 89}", f"Actor {n % 89}", "State", f"The {n % 89}"),
        Article(f"article-{n // 50}", published="2016-10-12"),
        row=str(n),
        negated=n % 7 == 0,
    )
    for n in range(3_000)
]

# Small batches, so that a kill falls between two of them as well as into one.
LOADER = """
import sys
import kg.stores, kg.cli
kg.stores.BATCH = 100
sys.argv[1:] = ["load", sys.argv[1], "--into", sys.argv[2]]
kg.cli.run()
"""


@pytest.fixture(scope="module")
def complete() -> list[tuple[object, ...]]:
    with open_store("memory:") as store:
        store.add(CLAIMS)
        return state(store)


@pytest.mark.parametrize("begun", [False, True], ids=["fresh", "existing"])
def test_a_killed_load_is_whole_batches_and_a_second_run_completes_it(
    tmp_path: Path, begun: bool, complete: list[tuple[object, ...]]
) -> None:
    """`begun`: the store has a claim already, so that the load goes by batches and not in bulk."""
    source = tmp_path / "x.claims.jsonl"
    source.write_bytes(b"".join(to_json(CLAIMS)))
    chance = random.Random(5)
    start = time.perf_counter()
    run(source, f"oxigraph:{tmp_path / 'whole.kg'}", wait=60)
    whole = time.perf_counter() - start
    sizes = []
    for attempt in range(6):
        url = f"oxigraph:{tmp_path / f'{attempt}.kg'}"
        if begun:
            with open_store(url) as store:
                store.add(CLAIMS[:1])
        run(source, url, wait=whole * chance.uniform(0.3, 0.95))
        with open_store(url) as store:
            claims = list(store.claims())
            sizes.append(len(claims))
            assert claims == sorted(whole_batches(len(claims)), key=lambda claim: claim.id)
            with open_store("memory:") as oracle:
                oracle.add(claims)
                assert state(store) == state(oracle)
            store.add(CLAIMS)
            assert state(store) == complete
    assert min(sizes) < len(CLAIMS), "no load was killed before it ended"


def whole_batches(count: int) -> list[Claim]:
    """The first `count` claims, if that is what whole batches leave; a fresh store is filled by all or none."""
    assert count in (0, 1, len(CLAIMS)) or (count - 1) % 100 in (0, 99), f"{count} claims are no whole batches"
    return CLAIMS[:count]


def run(source: Path, url: str, wait: float) -> None:
    """Load, and kill -9 when the time is up."""
    process = subprocess.Popen(
        [sys.executable, "-c", LOADER, str(source), url],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(wait)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
