"""The wheel: only the name kg reaches site-packages, and it works from anywhere."""

import ast
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import EXAMPLE, ROOT


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True)
    return next(folder.glob("*.whl"))


def test_only_kg_is_on_top_and_all_its_data_is_in_it(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"kg"}
    expected = {"kg/py.typed", "kg/loaders/brat/__init__.py", "kg/data/diplomacy.ttl", "kg/data/entities.ttl"}
    expected |= {f"kg/data/questions/{path.name}" for path in (ROOT / "examples/questions").iterdir()}
    expected |= {f"kg/data/mappings/{path.name}" for path in (ROOT / "ontology/mappings").iterdir()}
    expected |= {f"kg/loaders/tables/{path.name}" for path in (ROOT / "loaders/tables").iterdir()}
    expected |= {f"kg/view/assets/{path.name}" for path in (ROOT / "kg/view/assets").iterdir()}
    assert expected <= set(names)


def test_the_installed_command_works_beside_a_hostile_loaders_module(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False)
    site = next((tmp_path / "env").glob("lib/python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    # The dependencies are those that the tests run with; the project itself is not among them.
    dependencies = next(path for path in map(Path, sys.path) if path.name == "site-packages")
    (tmp_path / "loaders.py").write_text("raise RuntimeError('the wrong loaders')", encoding="utf-8")
    code = (
        f"import sys; sys.path.append({str(dependencies)!r}); import kg, kg.cli; "
        f"assert kg.__file__.startswith({str(site)!r}); sys.argv[1:] = ['check', {str(EXAMPLE)!r}]; kg.cli.run()"
    )
    python = tmp_path / "env/bin/python"
    done = subprocess.run([python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "21 files (brat)" in done.stderr


def test_every_package_that_is_imported_is_declared_and_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["cypher"]]
    names = {re.split(r"[<>=]", line)[0] for line in declared}
    reasons = (ROOT / "docs/decisions/0002-dependencies.md").read_text(encoding="utf-8")
    assert {name for name in names if not re.search(rf"^\| .*\b{name}\b.* \|", reasons, re.MULTILINE)} == set()
    trees = (
        ast.parse(path.read_text(encoding="utf-8"))
        for path in [*ROOT.glob("kg/**/*.py"), *ROOT.glob("loaders/**/*.py")]
    )
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {alias.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {
        str(node.module).split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom) and not node.level
    }
    modules = {{"jpype1": "jpype", "dkpro-cassis": "cassis"}.get(name, name.replace("-", "_")) for name in names}
    # _typeshed is known to type checkers alone.
    assert imported - set(sys.stdlib_module_names) - modules - {"_typeshed"} == {"kg"}
