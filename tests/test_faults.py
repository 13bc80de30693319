"""Servers and loaders that end in the middle, two loaders at once, a batch that fails: what is kept is whole batches.

A kill falls into a batch by choice, and how far into it by chance.
"""

import json
import random
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import mkdtemp

import psutil  # type: ignore[import-untyped]
import pytest

from kg import loading
from kg.claim import Article, Claim, Entity, new, to_json
from kg.stores import Store, open_store
from tests.conftest import missing
from tests.engines import Make, embedded, emptied, opened
from tests.servers import ENGINES, Missing, Server
from tests.states import State, edges, state
from tests.stepped import BATCH, LONG, running

CHANCE = random.Random(8)
PATIENCE = 120  # seconds

NEO4J = [name for name in ENGINES if ENGINES[name].part == "neo4j"]
SPARQL = [name for name in ENGINES if name not in NEO4J]


def claim(n: int) -> Claim:
    """One of many about a few actors, whom each article names in its own way. They are in the order of a fill."""
    article = n // 10

    def actor(number: int) -> Entity:
        name = f"{('Actor', 'The actor', 'Actor number')[(article + number) % 3]} {number}"
        return Entity(f"actor-{number}", name, ("State", "Government")[number % 2], f"{name} in {article}")

    return new(
        actor(n % 11),
        ("arms", "meets", "accuses")[n % 3],
        actor(n % 7),
        Article(f"article-{article:02}", published=f"2016-10-{1 + article % 30:02}"),
        row=str(n),
        negated=n % 7 == 0,
        attributed_to=actor(n % 17) if n % 5 == 0 else None,
    )


CLAIMS = [claim(n) for n in range(8 * BATCH)]


@pytest.fixture(scope="module", params=ENGINES)
def own(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of each kind in turn, which a test may kill, if it starts it again."""
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


@pytest.fixture(scope="module")
def make_embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    try:
        with embedded(tmp_path_factory.mktemp("fresh") / "store") as make:
            yield emptied(make)
    except Missing as lack:
        missing("arcadedb", str(lack))


def written(folder: Path, claims: Iterable[Claim]) -> Path:
    path = Path(mkdtemp(dir=folder), "x.claims.jsonl")
    path.write_bytes(b"".join(to_json(claims)))
    return path


def fresh_state(server: Server, claims: Iterable[Claim]) -> State:
    """What a store is into which these claims were put at once. The store that the server has is lost."""
    with opened(server) as store:
        store.drop()
    with opened(server) as store:
        store.add(claims)
        return state(store)


def snapshot(store: Store) -> tuple[list[Claim], State]:
    """The claims and the state of one moment: a server may still be at the batch of a loader that is gone."""
    while True:
        claims = list(store.claims())
        found = state(store)
        if list(store.claims()) == claims:
            return claims, found


def check_whole_batches(claims: list[Claim], least: int, most: int) -> None:
    assert len(claims) in range(least * BATCH, most * BATCH + 1, BATCH)
    assert claims == sorted(CLAIMS[: len(claims)], key=lambda each: each.id)


def check_completes(store: Store, source: Path, complete: State) -> None:
    assert loading.load([str(source)], store).ok
    assert state(store) == complete


def check_one_line(status: int, said: str, url: str) -> None:
    assert status == 2, said
    assert said.startswith(f"kg: {url}: "), said
    assert said.count("\n") == 1, said


@pytest.mark.parametrize("own", [*NEO4J[:1], *SPARQL], indirect=True)
def test_a_server_that_is_killed_in_a_load(empty: Server, source: Path, complete: State) -> None:
    batch = CHANCE.randint(2, 6)
    with running("load", source, "--into", empty.url, on=empty) as loader:
        loader.begin(batch)
        empty.stop()
        try:
            loader.go_on()
            status, _, said = loader.end()
        finally:
            empty.start()
    check_one_line(status, said, empty.url)
    with opened(empty) as store:
        claims, found = snapshot(store)
        check_whole_batches(claims, batch - 1, batch)
        check_completes(store, source, complete)
    assert found == fresh_state(empty, claims)


@pytest.mark.parametrize("own", NEO4J[1:], indirect=True)
def test_a_load_goes_on_when_the_server_comes_back(empty: Server, source: Path, complete: State) -> None:
    with running("load", source, "--into", empty.url, on=empty, retry=LONG) as loader:
        loader.begin(CHANCE.randint(2, 6))
        empty.stop()
        empty.start()
        loader.go_on()
        status, _, said = loader.end()
    if "while a batch was kept" in said:  # and nobody can know whether it was
        check_one_line(status, said, empty.url)
    else:
        assert status == 0, said
        with opened(empty) as store:
            assert state(store) == complete
    with opened(empty) as store:
        check_completes(store, source, complete)


@pytest.mark.parametrize("own", [*NEO4J[:1], *SPARQL], indirect=True)
def test_loaders_that_are_killed(empty: Server, source: Path, complete: State) -> None:
    """The second finds claims there, and so does not go the way of an empty store."""
    left = []
    for batch in CHANCE.randint(2, 3), CHANCE.randint(1, 3):
        with running("load", source, "--into", empty.url, on=empty) as loader:
            loader.begin(batch)
        with opened(empty) as store:
            left.append(snapshot(store))
    check_whole_batches(left[0][0], 1, 3)
    check_whole_batches(left[1][0], len(left[0][0]) // BATCH, 6)
    with opened(empty) as store:
        check_completes(store, source, complete)
    for claims, found in left:
        assert found == fresh_state(empty, claims)


@pytest.mark.parametrize("who", ["loader", "engine"])
def test_a_loader_or_its_engine_that_is_killed(tmp_path: Path, source: Path, make_embedded: Make, who: str) -> None:
    url = f"cypher:{tmp_path / 'x.kg'}"
    batch = CHANCE.randint(2, 6)
    with running("load", source, "--into", url) as loader:
        loader.begin(batch)
        (engine,) = psutil.Process(loader.process.pid).children()
        if who == "loader":
            loader.kill()
        else:
            engine.kill()
            loader.go_on()
            status, _, said = loader.end()
            check_one_line(status, said, url)
    wait_for_the_end(engine)
    with make_embedded() as store:
        store.add(CLAIMS)
        complete = state(store)
    with open_store(url) as store:
        claims, found = snapshot(store)
        check_whole_batches(claims, batch - 1, batch)
        check_completes(store, source, complete)
    with make_embedded() as store:
        store.add(claims)
        assert found == state(store)


def wait_for_the_end(process: psutil.Process) -> None:
    end = time.monotonic() + PATIENCE
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, "the engine outlives its loader"
        time.sleep(0.05)


TWO = {
    "the same": (CLAIMS, CLAIMS),
    "in turn": (CLAIMS[::2], CLAIMS[1::2]),
    "from both ends": (CLAIMS[:300], CLAIMS[:100:-1]),
}


@pytest.mark.parametrize("parts", TWO.values(), ids=TWO)
@pytest.mark.parametrize("own", NEO4J, indirect=True)
def test_two_loaders_at_once(empty: Server, tmp_path: Path, parts: tuple[list[Claim], ...], complete: State) -> None:
    for status, said in loaded_at_once(empty, tmp_path, parts):
        assert status == 0, said
    with opened(empty) as store:
        assert state(store) == complete


@pytest.mark.parametrize("own", SPARQL, indirect=True)
def test_two_loaders_at_once_without_a_lock_break_no_claim_and_no_edge(empty: Server, tmp_path: Path) -> None:
    """They may break names and aliases, and then say so; a copy, which makes those anew, is right."""
    ends = loaded_at_once(empty, tmp_path, TWO["in turn"])
    for status, said in ends:
        assert status == 0 or "kg copy" in said, said
    with opened(empty) as store, open_store("memory:") as copy:
        claims = list(store.claims())
        copy.add(claims)
        assert edges(store) == edges(copy)
    assert set(claims) <= set(CLAIMS)
    assert len(claims) % BATCH == 0
    assert len(claims) == len(CLAIMS) or any(status for status, _ in ends)


def loaded_at_once(server: Server, folder: Path, parts: Iterable[list[Claim]]) -> list[tuple[int, str]]:
    """Load these into an empty store; both find it empty. The status of each, and what it said."""
    one, two = (written(folder, claims) for claims in parts)
    with (
        running("load", one, "--into", server.url, on=server, retry=LONG) as first,
        running("load", two, "--into", server.url, on=server, retry=LONG) as second,
    ):
        for loader in first, second:
            assert loader.line() == "batch\n", loader.end()
        for loader in first, second:
            loader.go_on()
        return [(status, said) for status, _, said in (first.end(), second.end())]


@pytest.mark.parametrize("own", NEO4J[:1], indirect=True)
def test_a_batch_that_the_server_refuses_leaves_those_before_it(empty: Server, tmp_path: Path) -> None:
    middle = 5 * BATCH // 2
    unfit = new(CLAIMS[0].subject, "arms", Entity("x" * 10_000, "X", "State", "X"), CLAIMS[middle].article)
    source = written(tmp_path, [*CLAIMS[:middle], unfit, *CLAIMS[middle:]])
    with running("load", source, "--into", empty.url, on=empty) as loader:
        loader.go_on()
        status, _, said = loader.end()
    check_one_line(status, said, empty.url)
    assert "too large to index" in said
    with opened(empty) as store:
        claims, found = snapshot(store)
    check_whole_batches(claims, 2, 2)
    assert found == fresh_state(empty, claims)


@pytest.mark.parametrize("own", [*NEO4J[:1], *SPARQL], indirect=True)
def test_a_read_that_is_cut_short(empty: Server) -> None:
    """There is more than the pipe holds, so that it is in the middle as long as we do not read on."""
    with opened(empty) as store:
        store.add(CLAIMS)
    with running("claims", empty.url, on=empty) as reader:
        first = reader.line()
        empty.stop()
        try:
            status, rest, said = reader.end()
        finally:
            empty.start()
    check_one_line(status, said, empty.url)
    read = [json.loads(line)["id"] for line in (first + rest).splitlines()]
    assert len(read) < len(CLAIMS)
    assert read == sorted(each.id for each in CLAIMS)[: len(read)]
