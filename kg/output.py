"""Rows and problems on their way out: tables for people, JSON and delimited text for programs."""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from kg import reporting
from kg.errors import Problem
from kg.questions import Row
from kg.reporting import Place, Report, Tally

if TYPE_CHECKING:
    from rich.table import Table

FORMATS = ("table", "csv", "tsv", "json", "jsonl")
SHOWN = 100  # problems in full before the rest is only counted
LISTED = 20  # files or labels in a summary
NAMED = 5  # files that were ignored
WIDTH = 160  # of a table that is not on a terminal

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
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(_drawn(rows, columns))
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _plain(rows, columns)))


def _drawn(rows: Iterable[Row], columns: Sequence[str], right: Container[str] = ()) -> "Table":
    """The table; the columns in `right` end at their right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column in right else "left")
    for row in rows:
        table.add_row(*(Text(safe(_cell(row[column]))) for column in columns))
    return table


def _plain(rows: Iterable[Row], columns: Sequence[str], right: Container[str] = ()) -> list[str]:
    """The lines of the table, without colours."""
    from rich.console import Console

    plain = io.StringIO()
    Console(file=plain, width=WIDTH).print(_drawn(rows, columns, right))
    return [line.rstrip() for line in plain.getvalue().splitlines()]


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


_NUMBERS = ("files", "claims", "errors", "notes")


def report_lines(report: Report) -> Iterator[str]:
    """What the files gave, as a table of files and codes, or of formats and codes where the files are many.

    Then the labels that no mapping has, and what was ignored. Nothing where there is nothing to tell: one format, and
    no problem but that a file is known to hold no claims.
    """
    files = reporting.by_file(report)
    told = {found.code for found in report.problems} - {"no-claims"}
    if not told and len({file.format for file in report.files}) <= 1:
        return
    if len(files) <= LISTED:
        yield from _plain(_file_rows(files), ("file", "format", *_NUMBERS[1:]), _NUMBERS)
    else:
        yield from _plain(_format_rows(reporting.by_format(files)), ("format", *_NUMBERS), _NUMBERS)
        wrong = {key: files[key] for key in sorted(files, key=lambda key: -files[key].number("error"))}
        yield from _faulty_lines({key: tally for key, tally in wrong.items() if tally.number("error")})
    yield from _label_lines(report)
    if report.ignored:
        yield f"ignored for their names: {_listed(report.ignored)}"


def _faulty_lines(files: Mapping[Place, Tally]) -> Iterator[str]:
    if files:
        shown = dict(list(files.items())[:LISTED])
        yield ""
        yield from _plain(map(_file_row, shown.items()), ("file", "format", *_NUMBERS[1:]), _NUMBERS)
        if len(files) > len(shown):
            yield f"and {len(files) - len(shown)} more files with errors"


def _file_rows(files: Mapping[Place, Tally]) -> Iterator[Row]:
    for place, tally in files.items():
        yield _file_row((place, tally))
        yield from ({"file": f"  {code}", "format": None, **counts} for code, counts in _codes(tally))


def _file_row(file: tuple[Place, Tally]) -> Row:
    (path, format), tally = file
    return {"file": path or "(in the store)", "format": format or "none", **_numbers(tally)}


def _format_rows(formats: Mapping[str, Tally]) -> Iterator[Row]:
    for format, tally in formats.items():
        yield {"format": format or "none", "files": tally.files, **_numbers(tally)}
        yield from ({"format": f"  {code}", "files": None, **counts} for code, counts in _codes(tally))


def _numbers(tally: Tally) -> Row:
    return {"claims": tally.claims, "errors": tally.number("error"), "notes": tally.number("note")}


def _codes(tally: Tally) -> Iterator[tuple[str, Row]]:
    """The codes, errors first, with the count of each in its column."""
    for (severity, code), count in sorted(tally.problems.items()):
        yield code, {"claims": None, "errors": None, "notes": None, f"{severity}s": count}


def _label_lines(report: Report) -> Iterator[str]:
    labels = reporting.labels(report)
    for label in labels[:LISTED]:
        near = f" (nearest: {label.near})" if label.near else ""
        times = f"{label.count:,} times" if label.count > 1 else "once"
        yield safe(f"unmapped: {label.message}: {times}{near}")
    if labels[LISTED:]:
        yield f"and {len(labels) - LISTED} more labels that no mapping has"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if names[NAMED:] else ""
    return safe(", ".join(names[:NAMED])) + more
