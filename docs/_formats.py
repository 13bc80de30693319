"""The pages of the input formats, from the loaders themselves."""

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from kg.formats import ANNOTATIONS, TABLES

ROOT = Path(__file__).parents[1]

FORMATS_HEAD = """\
# Input formats

This page is generated from the loaders: run `python docs/generate.py`. What each reads, what is lost, and how to export
from the tool. `kg load PATH` tells the format of a file from its name and its first bytes; `--from FORMAT` forces one.
Event tables are on [their own page](tables.md), problems on [theirs](problems.md), labels and codes in
[decision 16](decisions/0016-labels-and-codes.md).

"""

TABLES_HEAD = """\
# Event tables

This page is generated from the descriptions in `loaders/tables/` and from their form: run `python docs/generate.py`.
A table of your own needs no code: describe it in a TOML file and give that to `--mapping`.

"""

OWN_HEAD = "## A table of your own\n\n"


def formats() -> str:
    """Every annotation format: the docstring of its loader."""
    return FORMATS_HEAD + "\n".join(_section(name, _said(module)) for name, module in ANNOTATIONS.items())


def tables() -> str:
    """Every shipped description with the comment that it begins with, then the form of a description."""
    shipped = (_section(name, _comment(name)) for name in TABLES)
    return TABLES_HEAD + "\n".join(shipped) + "\n" + OWN_HEAD + _said("kg.loaders.events.spec") + "\n"


def _section(name: str, text: str) -> str:
    return f"## `{name}`\n\n{text}\n"


def _said(module: str) -> str:
    return inspect.cleandoc(import_module(module).__doc__ or "")


def _comment(name: str) -> str:
    """The comment above the first line of a TOML file that is none."""
    lines = (ROOT / f"loaders/tables/{name}.toml").read_text(encoding="utf-8").splitlines()
    return "\n".join(re.sub("^# ?", "", line) for line in _above(lines))


def _above(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("#"):
            return
        yield line
