"""Servers and loaders that end in the middle, two loaders at once, batches that fail: a store is whole batches.

The loader is a process that says when a batch begins and then waits for a line from us, so that it is always in the
batch in which we want it. How far into it a kill falls is random.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

from kg.claim import Article, Claim, Entity, new, to_json
from kg.stores import Store
from tests.conftest import ROOT, missing
from tests.engines import opened
from tests.servers import ENGINES, Missing, Server
from tests.states import State, state

PROGRAM = """
import sys
import kg.cli, kg.stores
from kg.stores import _bolt, _cypher, _rdf

def stepped(insert):
    def step(self, claims):
        print("batch", flush=True)
        sys.stdin.readline()
        insert(self, claims)
    return step

for kind in _cypher.CypherStore, _rdf.RdfStore:
    kind._insert = stepped(kind._insert)
kg.stores.BATCH = 100
_bolt.RETRY = float(sys.argv.pop(1))
kg.cli.run()
"""
AT_ONCE, PATIENT = "1", "120"  # seconds in which a transaction is tried again
BATCH = 100
NEO4J = [name for name in ENGINES if name.startswith("neo4j")]
CHANCE = random.Random(8)


def claim(n: int) -> Claim:
    """One of many about a few actors, whom each article names in its own way."""
    article = n // 20

    def actor(number: int) -> Entity:
        name = f"{('Actor', 'The actor', 'Actor number')[(article + number) % 3]} {number}"
        return Entity(f"actor-{number}", name, ("State", "Government")[number % 2], f"{name} in {article}")

    return new(
        actor(n % 11),
        ("arms", "meets", "accuses")[n % 3],
        actor(n % 13),
        Article(f"article-{article}", published=f"2016-10-{1 + article % 30:02}"),
        row=str(n),
        negated=n % 7 == 0,
        attributed_to=actor(n % 17) if n % 5 == 0 else None,
    )


CLAIMS = [claim(n) for n in range(8 * BATCH)]


@pytest.fixture(scope="module", params=ENGINES)
def own(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of each kind in turn, which a test may kill; it must run again when the test ends."""
    engine = ENGINES[request.param]
    try:
        with engine(tmp_path_factory.mktemp(request.param)) as server:
            yield server
    except Missing as lack:
        missing(engine.part, f"{request.param} {lack}")


@pytest.fixture(scope="module")
def complete(own: Server) -> State:
    """What an uninterrupted load leaves."""
    return fresh_state(own, CLAIMS)


@pytest.fixture
def empty(own: Server, complete: State) -> Server:
    """The server without a store."""
    with opened(own) as store:
        store.drop()
    return own


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("source"), CLAIMS)


def written(folder: Path, claims: Iterable[Claim]) -> Path:
    path = Path(mkdtemp(dir=folder), "x.claims.jsonl")
    path.write_bytes(b"".join(to_json(claims)))
    return path


class Command:
    """`kg ...` as a process of its own, which takes one step, a batch, for each line that it is given."""

    def __init__(self, *arguments: str | Path, password: str | None = None, retry: str = AT_ONCE) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, retry, *map(str, arguments)],
            env=os.environ | {"PYTHONPATH": str(ROOT), "KG_PASSWORD": password or ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def begin(self, batch: int) -> None:
        """Returns when this batch, counted from 1, has begun and those before it are done."""
        for number in range(1, batch + 1):
            self.expect_batch()
            if number < batch:
                self.go_on()
        self.go_on()
        time.sleep(CHANCE.uniform(0, 0.1))

    def expect_batch(self) -> None:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line == "batch\n", f"no further batch: {line!r} {self.process.communicate()}"

    def go_on(self, to_the_end: bool = False) -> None:
        assert self.process.stdin
        self.process.stdin.write("\n" * (1_000 if to_the_end else 1))
        self.process.stdin.flush()

    def end(self) -> tuple[int, str]:
        """Let it run to its end; the status and what it said to the user."""
        _, said = self.process.communicate()
        return self.process.returncode, said

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextmanager
def running(*arguments: str | Path, password: str | None = None, retry: str = AT_ONCE) -> Iterator[Command]:
    command = Command(*arguments, password=password, retry=retry)
    try:
        yield command
    finally:
        command.kill()


def load(source: Path, server: Server) -> tuple[int, str]:
    with running("load", source, "--into", server.url, password=server.password) as loader:
        return loader.end()


def fresh_state(server: Server, claims: Iterable[Claim]) -> State:
    """What a store is into which these claims were put at once. Whatever the server's store was, is lost."""
    with opened(server) as store:
        store.drop()
    with opened(server) as store:
        store.add(claims)
        return state(store)


def snapshot(store: Store) -> tuple[list[Claim], State]:
    """The claims and the state at one moment: a server may still be at a batch of a loader that is gone."""
    while True:
        claims = list(store.claims())
        found = state(store)
        if list(store.claims()) == claims:
            return claims, found


def check_whole_batches(claims: list[Claim], least: int, most: int) -> None:
    assert len(claims) in {number * BATCH for number in range(least, most + 1)}
    assert claims == sorted(CLAIMS[: len(claims)], key=lambda each: each.id)


def check_one_line(status: int, said: str, url: str) -> None:
    assert status == 2, said
    assert said.startswith(f"kg: {url}"), said
    assert said.count("\n") == 1, said


def test_a_server_that_is_killed_in_a_load(empty: Server, source: Path, complete: State) -> None:
    batch = CHANCE.randint(2, 6)
    with running("load", source, "--into", empty.url, password=empty.password) as loader:
        loader.begin(batch)
        empty.stop()
        try:
            status, said = loader.end()
        finally:
            empty.start()
    check_one_line(status, said, empty.url)
    with opened(empty) as store:
        claims, found = snapshot(store)
    check_whole_batches(claims, batch - 1, batch + 1)
    status, said = load(source, empty)
    assert status == 0, said
    with opened(empty) as store:
        assert state(store) == complete
    assert found == fresh_state(empty, claims)


@pytest.mark.parametrize("own", NEO4J, indirect=True)
def test_a_load_goes_on_when_the_server_comes_back(empty: Server, source: Path, complete: State) -> None:
    with running("load", source, "--into", empty.url, password=empty.password, retry=PATIENT) as loader:
        loader.begin(CHANCE.randint(2, 6))
        empty.stop()
        empty.start()
        status, said = loader.end()
    if "while a batch was kept" in said:  # nobody can know whether it was
        check_one_line(status, said, empty.url)
        status, said = load(source, empty)
    assert status == 0, said
    with opened(empty) as store:
        assert state(store) == complete


def test_loaders_that_are_killed(empty: Server, source: Path, complete: State) -> None:
    """The second finds claims and so does not go the way of an empty store."""
    left = []
    for batch in CHANCE.randint(2, 3), CHANCE.randint(1, 3):
        with running("load", source, "--into", empty.url, password=empty.password) as loader:
            loader.begin(batch)
        with opened(empty) as store:
            left.append(snapshot(store))
    check_whole_batches(left[0][0], 1, 3)
    check_whole_batches(left[1][0], len(left[0][0]) // BATCH, 6)
    status, said = load(source, empty)
    assert status == 0, said
    with opened(empty) as store:
        assert state(store) == complete
    for claims, found in left:
        assert found == fresh_state(empty, claims)


@pytest.mark.parametrize("own", NEO4J, indirect=True)
@pytest.mark.parametrize("parts", [(CLAIMS, CLAIMS), (CLAIMS[::2], CLAIMS[1::2]), (CLAIMS[:600], CLAIMS[:200:-1])])
def test_two_loaders_at_once(empty: Server, tmp_path: Path, parts: list[list[Claim]], complete: State) -> None:
    """All of the same; what interleaves in each article; what overlaps, from both ends."""
    files = [written(tmp_path, claims) for claims in parts]
    loading = {"password": empty.password, "retry": PATIENT}
    with (
        running("load", files[0], "--into", empty.url, **loading) as one,
        running("load", files[1], "--into", empty.url, **loading) as other,
    ):
        for loader in one, other:
            loader.expect_batch()
        for loader in one, other:
            loader.go_on(to_the_end=True)
        for loader in one, other:
            status, said = loader.end()
            assert status == 0, said
    with opened(empty) as store:
        assert state(store) == complete


@pytest.mark.parametrize("own", NEO4J, indirect=True)
def test_a_batch_that_the_server_refuses_is_not_kept_and_those_before_it_are(empty: Server, tmp_path: Path) -> None:
    bad = claim(len(CLAIMS))
    bad = new(bad.subject, bad.relation, Entity("x" * 10_000, "X", "State", "X"), bad.article)
    status, said = load(written(tmp_path, [*CLAIMS[:250], bad, *CLAIMS[250:]]), empty)
    check_one_line(status, said, empty.url)
    with opened(empty) as store:
        claims, found = snapshot(store)
    check_whole_batches(claims, 2, 2)
    assert found == fresh_state(empty, claims)


@pytest.mark.parametrize("what", ["claims", "cypher"])
def test_a_read_that_is_cut_short(own: Server, what: str) -> None:
    pass
