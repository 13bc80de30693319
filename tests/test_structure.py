"""The rooms of the project: imports follow the flow, third-party types stay in their room, `import kg` is light."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

# A room may import those above it in this list, never one beside or below it.
RANKS = [
    {"kg.errors", "kg.collector"},
    {"kg.claim"},
    {"kg.namespaces"},
    {"kg.ontology"},
    {"kg.mappings"},
    {"kg.archives", "kg.paths"},
    {"kg.sources"},
    {"kg.loaders"},
    {"kg.formats"},
    {"kg.entities"},
    {"kg.checks"},
    {"kg.rdf", "kg.graphs"},
    {"kg.triples"},
    {"kg.questions"},
    {"kg.stores"},
    {"kg.reporting"},
    {"kg.loading"},
    {"kg.view", "kg.exports", "kg.stats"},
    {"kg.output", "kg.starter"},
    {"kg"},
    {"kg.cli"},
    {"kg.__main__"},
]
HEAVY = (
    "rdflib",
    "neo4j",
    "pyvis",
    "pyoxigraph",
    "networkx",
    "numpy",
    "sentencex",
    "rich",
    "click",
    "lxml",
    "cassis",
    "pandas",
)
ROOMS = {
    "rdflib": {"kg.stores"},
    "oxrdflib": {"kg.stores"},
    "pyoxigraph": {"kg.ontology", "kg.rdf", "kg.triples", "kg.stores", "kg.exports"},
    "pyvis": {"kg.view"},
    "networkx": {"kg.graphs", "kg.exports"},
    "sentencex": {"kg.loaders"},
    "cassis": {"kg.loaders"},
    "country_converter": {"kg.loaders"},
    "lxml": {"kg.loaders"},
    "rich": {"kg.output"},
    "click": {"kg.cli"},
    "numpy": {"kg.view"},
    "neo4j": {"kg.stores"},
    "jpype": {"kg.stores"},
    "arcadedb_embedded": {"kg.stores"},
}
ONE_FILE = {"neo4j": "kg.stores._bolt", "pyvis": "kg.view.html"}
FILES = sorted([*ROOT.glob("kg/**/*.py"), *ROOT.glob("loaders/**/*.py")])


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(part for part in parts if part != "__init__")
    return name if name.startswith("kg") else f"kg.{name}"


def room(name: str) -> str:
    return ".".join(name.split(".")[:2])


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, anywhere in it, but for those it only needs for types."""
    own = module(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = f"{own.rpartition('.')[0]}.{node.module or ''}".rstrip(".") if node.level else str(node.module)
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                yield whole if base == "kg" and whole in {module(other) for other in FILES} else base


def rank(name: str) -> int:
    return next(number for number, rooms in enumerate(RANKS) if room(name) in rooms)


@pytest.mark.parametrize("path", FILES, ids=module)
def test_imports_follow_the_flow(path: Path) -> None:
    own = module(path)
    for name in imported(path):
        if name.split(".")[0] == "kg" and room(name) != room(own):
            assert rank(name) < rank(own), f"{own} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=module)
def test_third_party_types_stay_in_their_room(path: Path) -> None:
    for name in imported(path):
        rooms = ROOMS.get(name.split(".")[0])
        assert rooms is None or room(module(path)) in rooms, f"{module(path)} imports {name}"
        assert ONE_FILE.get(name.split(".")[0], module(path)) == module(path), f"{module(path)} imports {name}"


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("import kg", ()),
        ("import kg.cli", ("click",)),
        ("import kg; list(kg.loading.read('examples/syria-2016', kg.Report()))", ("pyoxigraph", "sentencex")),
        ("import kg; kg.open_store('memory:').ask('planned')", ("pyoxigraph",)),
    ],
)
def test_heavy_modules_are_loaded_only_when_needed(code: str, allowed: tuple[str, ...]) -> None:
    show = f"{code}; import sys; print(*(name for name in {HEAVY} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", show], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= set(allowed)


def test_files_are_short() -> None:
    lengths = sorted((len(path.read_text(encoding="utf-8").splitlines()), module(path)) for path in FILES)
    assert lengths[-1][0] <= 350, lengths[-1]
    assert lengths[len(lengths) // 2][0] <= 180, lengths[len(lengths) // 2]
