"""Every verb explains itself, its example can be run, and the page of all commands leaves nothing out."""

import itertools
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import kg
from kg.cli import main
from tests.conftest import ROOT

PAGE = ROOT / "docs/commands.md"
SOURCES = [path.read_text(encoding="utf-8") for path in ROOT.glob("kg/**/*.py")]
EXAMPLES = [
    (name, line)
    for name, verb in main.commands.items()
    for line in re.findall(r"^\s*Example: (.*)$", verb.help or "", re.MULTILINE)
]


def sections(text: str) -> dict[str, str]:
    """The text below each heading."""
    parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", main.commands)
def test_a_verb_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "-h"])
    assert shown.exit_code == 0
    assert shown.stdout.startswith(f"Usage: main {name} ")
    assert name in dict(EXAMPLES), f"the help of kg {name} has no line that begins “Example: kg {name}”"
    for option in main.commands[name].params:
        assert not isinstance(option, click.Option) or option.help, f"kg {name} {option.opts[0]} has no help"


@pytest.mark.parametrize(("name", "line"), EXAMPLES)
def test_an_example_is_what_the_verb_takes(name: str, line: str) -> None:
    command, verb, *arguments = itertools.takewhile(lambda word: word not in (">", "|"), shlex.split(line))
    assert (command, verb) == ("kg", name)
    with main.commands[name].make_context(name, arguments):
        pass  # it raises for an option that there is not, and for an argument that lacks


def test_help_and_version_are_there() -> None:
    version = subprocess.run([sys.executable, "-m", "kg", "--version"], capture_output=True, text=True, check=True)
    assert version.stdout == f"kg, version {kg.__version__}\n"
    listed = subprocess.run([sys.executable, "-m", "kg", "-h"], capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  (\w+)  ", listed, re.MULTILINE)) == main.commands.keys()


def test_the_page_has_every_verb_with_its_options_and_example() -> None:
    page = sections(PAGE.read_text(encoding="utf-8"))
    assert [f"kg {name}" for name in main.commands] == list(page)[:-3], "stale; run: python docs/generate.py"
    for name, verb in main.commands.items():
        for option in verb.params:
            if isinstance(option, click.Option):
                assert re.search(rf"`.*{option.opts[0]}\b", page[f"kg {name}"]), f"kg {name} {option.opts[0]}"
    for name, line in EXAMPLES:
        assert f"\n{line}\n" in page[f"kg {name}"]


def test_the_page_has_every_exit_status_and_environment_variable() -> None:
    page = sections(PAGE.read_text(encoding="utf-8"))
    statuses = {
        status for text in SOURCES for call in re.findall(r"sys\.exit\((.*)\)", text) for status in digits(call)
    }
    assert statuses == set(re.findall(r"^\| (\d+) \|", page["Exit status"], re.MULTILINE))
    variables = {name for text in SOURCES for name in re.findall(r"\b_?KG_[A-Z]+\b", text)}
    assert variables <= set(re.findall(r"^\| `(\w+)` \|", page["Environment"], re.MULTILINE))


def digits(call: str) -> list[str]:
    return re.findall(r"\b\d+\b", call)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_page_says_how_a_shell_gets_its_completion(shell: str, tmp_path: Path) -> None:
    """The line is run as it stands; where it needs the shell itself, what it reads is looked at."""
    page = sections(PAGE.read_text(encoding="utf-8"))
    (line,) = re.findall(rf"^\| {shell}\b.*\| `(.*)` \|$", page["Completion"], re.MULTILINE)
    (asked,) = re.findall(r"_KG_COMPLETE=\w+ kg", line)
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", asked], env=env, capture_output=True, text=True, check=True)
    assert f"_KG_COMPLETE={shell}_complete" in done.stdout
