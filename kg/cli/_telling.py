"""What is said to people on standard error, and which form data takes on standard output."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from kg import output, reporting
from kg.reporting import Report
from kg.stores import masked


def say(line: str) -> None:
    """One line on standard error, in which no URL has its password."""
    click.echo(output.safe(masked(line)), err=True)


def count(number: int, noun: str) -> str:
    """The number with its noun.

    >>> count(1, "claim"), count(2, "claim")
    ('1 claim', '2 claims')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def tell(report: Report, path: Path | None, problems: bool = True) -> None:
    """What a report holds: its problems, what each file gave where there is something to tell, and all in one line.

    With a path, the whole of it is written there.
    """
    if path:
        reporting.write(report, path)
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)
    if problems:
        for line in output.problem_lines(report.problems):
            say(line)
    for line in output.report_lines(report):
        say(line)
    formats = ", ".join(sorted({file.format for file in report.files}))
    say(
        f"{count(len(report.files), 'file')}{f' ({formats})' if formats else ''}, {len(report.ignored)} passed over:"
        f" {count(report.claims, 'claim')}, {count(report.errors, 'error')}, {count(report.notes, 'note')}"
    )


def progress() -> Callable[[str], None]:
    """Show the file that is being read, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda name: click.echo(f"\r\x1b[K{output.safe(name)[-70:]}", err=True, nl=False)


def default_format() -> str:
    """A table for a person, JSON lines for a program."""
    return "table" if sys.stdout.isatty() else "jsonl"


def write_bytes(lines: Iterable[bytes]) -> None:
    """Data on standard output as it is."""
    for line in lines:
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
