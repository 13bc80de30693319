"""Fixtures: every store, the example, the real files, and what `KG_REQUIRE` makes of a missing part."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, settings

from kg.claim import Claim
from tests import engines
from tests.browser import browser, page  # noqa: F401  (fixtures)
from tests.engines import Make
from tests.servers import ENGINES, Missing, Server

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples/syria-2016"

# What a test may need beyond the Python packages that the project depends on.
PARTS = {"neo4j", "arcadedb", "fuseki", "oxigraph", "browser", "data"}
REQUIRED = set(filter(None, os.environ.get("KG_REQUIRE", "").split(",")))
if unknown := REQUIRED - PARTS:
    raise pytest.UsageError(f"KG_REQUIRE: {', '.join(unknown)}; the parts are {', '.join(sorted(PARTS))}")

settings.register_profile("dev", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), max_examples=12, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session", params=engines.NAMES)
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Makes an empty store of each engine in turn; on a server one at a time."""
    try:
        with engines.made(request.param, tmp_path_factory.mktemp(request.param)) as made:
            yield made
    except engines.Missing as error:
        missing(str(engines.part(request.param)), str(error))


@pytest.fixture(scope="session")
def example() -> list[Claim]:
    """The claims of the example."""
    from kg.loading import Report, read

    report = Report()
    claims = list(read(EXAMPLE, report))
    assert report.ok, report.problems
    return claims


def required(part: str) -> bool:
    """Whether `KG_REQUIRE` (a comma list of `PARTS`) turns the lack of this part into a failure."""
    return part in REQUIRED


def missing(part: str, why: str) -> NoReturn:
    """Skip a test that needs a part which is not on this machine, or fail it where the part is required."""
    (pytest.fail if required(part) else pytest.skip)(why)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files that stands beside the project, never in it."""
    folder = ROOT.parent / "shared/data"
    if not folder.is_dir():
        missing("data", "no ../shared/data beside the project")
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """Gives the running server of a name in `ENGINES`: one for the whole session, started when first asked for."""
    with ExitStack() as running:

        @cache
        def started(name: str) -> Server:
            engine = ENGINES[name]
            try:
                return running.enter_context(engine(tmp_path_factory.mktemp(name)))
            except Missing as lack:
                missing(engine.part, f"{name} {lack}")

        yield started


@pytest.fixture(scope="session")
def neo4j_5(server: Callable[[str], Server]) -> Server:
    return server("neo4j-5")


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Two lists of claims differ in some claims: say which, and in which fields."""
    if op != "==" or not (_claims(left) and _claims(right)):
        return None
    assert isinstance(left, list)
    assert isinstance(right, list)
    mine, theirs = {claim.id: claim for claim in left}, {claim.id: claim for claim in right}
    lines = [f"{len(left)} claims == {len(right)} claims"]
    lines += [f"only left: {mine[id]}" for id in mine.keys() - theirs.keys()]
    lines += [f"only right: {theirs[id]}" for id in theirs.keys() - mine.keys()]
    for id in mine.keys() & theirs.keys():
        for field in Claim.__struct_fields__:
            a, b = getattr(mine[id], field), getattr(theirs[id], field)
            if a != b:
                lines.append(f"{id} {field}: {a!r} != {b!r}")
    return lines


def _claims(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Claim) for each in value)
