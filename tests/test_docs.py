"""The README and the examples do what they say: every command in them is run, every output compared."""

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from kg import questions
from kg.cli import main
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place where README's paths lead to the example, and the store stays out of the checkout."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "examples").symlink_to(ROOT / "examples")
    return folder


def run(command: list[str] | str, folder: Path) -> str:
    """What a command prints, on either stream."""
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        command,
        shell=isinstance(command, str),
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return done.stdout


def test_every_command_in_the_readme_prints_what_it_says(folder: Path) -> None:
    ran = 0
    for language, text in BLOCKS:
        if language != "console":
            continue
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
            if command.startswith("make"):
                goal = command.removeprefix("make").partition("#")[0].strip() or "demo"
                assert re.search(rf"^{goal}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
                continue
            pattern = re.escape(expected).replace("…", "(?s:.*)")
            printed = run(command, folder)
            assert re.fullmatch(pattern, printed), f"{command}\n{printed}"
            ran += 1
    assert ran >= 4


def test_the_python_in_the_readme_prints_what_it_says(folder: Path) -> None:
    (code,) = (text for language, text in BLOCKS if language == "python")
    (expected,) = (text for language, text in BLOCKS if language == "text")
    assert run([sys.executable, "-c", code], folder) == expected
    assert (folder / "alliances.html").is_file()


def test_the_example_of_the_api_runs(folder: Path) -> None:
    out = run([sys.executable, str(ROOT / "examples/api.py")], folder)
    assert out.splitlines()[0] == "425 claims from 21 articles"


def test_the_sidecar_in_the_readme_is_that_of_the_example() -> None:
    import json

    (text,) = (text for language, text in BLOCKS if language == "json")
    sidecar = (ROOT / "examples/syria-2016/lausanne-talks.article.json").read_text(encoding="utf-8")
    assert json.loads(text) == json.loads(sidecar)


def test_links_lead_somewhere() -> None:
    for path in [
        *ROOT.glob("*.md"),
        *(page for room in ("docs", "examples", "ontology") for page in ROOT.glob(f"{room}/**/*.md")),
    ]:
        for target in re.findall(r"\]\(([^)#]+)", path.read_text(encoding="utf-8")):
            assert target.startswith("https://") or (path.parent / target).exists(), f"{path.name}: {target}"


def test_every_verb_and_option_is_explained() -> None:
    for name, command in main.commands.items():
        assert f"kg {name}" in README, f"kg {name} is not in the README"
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, f"kg {name} {parameter.name} has no help"


def test_every_question_is_in_the_readme() -> None:
    for name in questions.questions():
        assert re.search(rf"^{name} ", README, re.MULTILINE), name


def test_the_text_speaks_of_the_project_alone() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    for name in tracked:
        path = ROOT / name
        if path.suffix in {".md", ".py", ".toml", ".txt", ".ttl", ".rq", ".js", ".css", ".j2", ""} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not re.search(r"/(?:home|root|Users)/\w", text) or name == "tests/test_docs.py", name
