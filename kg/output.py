"""Rows and problems on their way out: tables for people, JSON and delimited text for programs."""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from kg.errors import Problem
from kg.questions import Row

FORMATS = ("table", "csv", "tsv", "json", "jsonl")
SHOWN = 100  # problems in full before the rest is only counted

# Escape sequences, other controls, halves of UTF-16 pairs, and marks that turn the direction of the text around them.
_UNSAFE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def safe(text: str) -> str:
    """The text without what could steer a terminal; line breaks become blanks, what is no character U+FFFD."""
    return _UNSAFE.sub(_harmless, text)


def _harmless(match: re.Match[str]) -> str:
    if match[0].isspace():
        return " "
    return "\ufffd" if match[0] >= "\ud800" else ""


def write(rows: Iterable[Row], columns: Sequence[str], format: str) -> None:
    """Print rows on standard output."""
    if format == "table":
        _table(rows, columns)
    elif format == "json":
        sys.stdout.write(pretty(list(rows)) + "\n")
    elif format == "jsonl":
        for row in rows:
            sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
    else:
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter="\t" if format == "tsv" else ",", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(row[column]) for column in columns] for row in rows)
        sys.stdout.write(buffer.getvalue())


def pretty(data: object) -> str:
    """The data as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(data), indent=2).decode()


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):  # a part of a property graph
        return msgspec.json.encode(value).decode()
    return "" if value is None else str(value)


def _table(rows: Iterable[Row], columns: Sequence[str]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(safe(_cell(row[column]))) for column in columns))
    if sys.stdout.isatty():
        Console().print(table)
        return
    plain = io.StringIO()
    Console(file=plain, width=160).print(table)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in plain.getvalue().splitlines()))


def problem_lines(problems: Sequence[Problem]) -> Iterator[str]:
    """One line a problem. Those that say the same of many places are one line with a count; long lists are cut."""
    groups: dict[tuple[str, str, str | None], list[Problem]] = {}
    for found in sorted(problems, key=lambda found: found.severity):
        groups.setdefault((found.code, found.message, found.near), []).append(found)
    for group in list(groups.values())[:SHOWN]:
        yield safe(str(msgspec.structs.replace(group[0], count=sum(found.count for found in group))))
    rest: Counter[str] = Counter()
    for group in list(groups.values())[SHOWN:]:
        rest[group[0].code] += sum(found.count for found in group)
    if rest:
        yield "and " + ", ".join(f"{count} {code}" for code, count in rest.most_common())
