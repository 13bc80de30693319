"""Fixtures: every store, the example, the real files, and what `KG_REQUIRE` makes of a missing part."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kg.claim import Claim
from kg.stores import Store, open_store
from tests.browser import browser, page  # noqa: F401  (fixtures)

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples/syria-2016"

# A store joins the laws, the questions and the command line tests with one line.
STORES: dict[str, Callable[[Path], str]] = {
    "memory": lambda folder: "memory:",
    "oxigraph": lambda folder: f"oxigraph:{folder / 'store.kg'}",
    "file": lambda folder: str(folder / "store.ttl"),
}

settings.register_profile("dev", max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), max_examples=30, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

Make = Callable[[], Store]


@pytest.fixture(scope="session", params=STORES)
def make(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Makes an empty store of each engine in turn."""
    url = STORES[request.param]
    return lambda: open_store(url(tmp_path_factory.mktemp("store")))


@pytest.fixture(scope="session")
def example() -> list[Claim]:
    """The claims of the example."""
    from kg.loading import Report, read

    report = Report()
    claims = list(read(EXAMPLE, report))
    assert report.ok, report.problems
    return claims


def required(part: str) -> bool:
    """Whether `KG_REQUIRE` (a comma list) turns the lack of this part into a failure."""
    return part in os.environ.get("KG_REQUIRE", "").split(",")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real files that stands beside the project, never in it."""
    folder = ROOT.parent / "shared/data"
    if not folder.is_dir():
        (pytest.fail if required("data") else pytest.skip)("no ../shared/data beside the project")
    return folder


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
