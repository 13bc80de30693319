"""What a load says of itself, as plain data: the files, their claims, their problems, and the labels nobody knows."""

import json
import os
import stat
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from kg import paths
from kg.errors import Problem, Severity, UsageError

ALIKE = 1_000  # equal problems of one file that are kept one by one, so that each has its line
EACH = 20_000  # problems of one code that are kept; a file's further ones are one problem
UNMAPPED = ("unknown-relation", "unknown-kind")  # the codes that stand for a label which no mapping has


class Read(msgspec.Struct):
    """One file that was read: its name, its format, the claims it gave, its errors, and the ids of its articles."""

    path: str
    format: str = ""
    claims: int = 0
    errors: int = 0
    articles: set[str] = msgspec.field(default_factory=set)


class Report(msgspec.Struct):
    """What a load did.

    Files that were read and files that were passed over; claims that were new, that the store had (`known`), and that
    `replace` took out (`gone`); problems and seconds. Texts and sidecars beside an annotation file are read with it and
    are in neither list. `problems` is bounded: see `Problems`.
    """

    files: list[Read] = msgspec.field(default_factory=list)
    ignored: list[str] = msgspec.field(default_factory=list)
    new: int = 0
    known: int = 0
    gone: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)
    seconds: float = 0.0

    @property
    def claims(self) -> int:
        """The claims that the files gave."""
        return sum(file.claims for file in self.files)

    @property
    def errors(self) -> int:
        """How many problems cost a claim."""
        return sum(found.count for found in self.problems if found.severity == "error")

    @property
    def notes(self) -> int:
        """How many problems did not."""
        return sum(found.count for found in self.problems if found.severity == "note")

    @property
    def ok(self) -> bool:
        """Whether every claim was made."""
        return not self.errors


class Problems:
    """Adds problems to a list that does not grow with the data, however often they come; no count is lost.

    Of problems that are equal but for their line the first `ALIKE` are kept, and one more that counts the rest. Of one
    code the first `EACH` are kept, and for each file one more that counts its rest.
    """

    def __init__(self, kept: list[Problem]) -> None:
        self._kept = kept
        self._times: Counter[tuple[str | None, ...]] = Counter()
        self._places: dict[tuple[str | None, ...], int] = {}

    def add(self, found: Problem) -> None:
        """Keep a problem, or count it with those that it is like."""
        code, same = (found.code,), (found.code, found.message, found.near, found.path)
        if self._times[same] >= ALIKE:
            self._count(same, found)
        elif self._times[code] >= EACH:
            more = msgspec.structs.replace(
                found, message="more problems of this kind, which are only counted", near=None
            )
            self._count((found.code, found.path), more)
        else:
            self._times[same] += 1
            self._times[code] += 1
            self._kept.append(found)

    def extend(self, found: Iterable[Problem]) -> None:
        """Keep or count each of these."""
        for each in found:
            self.add(each)

    def _count(self, key: tuple[str | None, ...], found: Problem) -> None:
        place = self._places.setdefault(key, len(self._kept))
        if place == len(self._kept):
            self._kept.append(found)
        else:
            first = self._kept[place]
            self._kept[place] = msgspec.structs.replace(first, count=first.count + found.count)


class Label(msgspec.Struct):
    """A label that no mapping has: what was said of it, what is spelled most like it, and how often and where it came.

    `files` is the number of files. `code` is `unknown-relation` or `unknown-kind`.
    """

    code: str
    message: str
    near: str | None
    count: int
    files: int


def labels(report: Report) -> list[Label]:
    """The labels that are in no mapping, the most frequent first."""
    counts: Counter[tuple[str, str, str | None]] = Counter()
    paths: dict[tuple[str, str, str | None], set[str | None]] = {}
    for found in report.problems:
        if found.code in UNMAPPED:
            key = (found.code, found.message, found.near)
            counts[key] += found.count
            paths.setdefault(key, set()).add(found.path)
    return [Label(*key, count, len(paths[key])) for key, count in counts.most_common()]


Place = tuple[str, str]  # a file: its path, and its format, which is empty where none was told


class Tally(msgspec.Struct):
    """What some files gave: how many files, how many claims, and how often each problem, by its severity and code."""

    files: int = 0
    claims: int = 0
    problems: Counter[tuple[Severity, str]] = msgspec.field(default_factory=Counter)

    def number(self, severity: Severity) -> int:
        """How many problems of one severity."""
        return sum(count for (each, _), count in self.problems.items() if each == severity)


def by_file(report: Report) -> dict[Place, Tally]:
    """What each file gave, those that were read first, each in the order in which they were met."""
    formats = {file.path: file.format for file in report.files}
    tallies = {(file.path, file.format): Tally(1, file.claims) for file in report.files}
    for found in report.problems:
        path = found.path or ""
        tally = tallies.setdefault((path, formats.get(path, "")), Tally(1))
        tally.problems[found.severity, found.code] += found.count
    return tallies


def by_format(files: Mapping[Place, Tally]) -> dict[str, Tally]:
    """What the files of each format gave together, by the name of the format."""
    tallies: dict[str, Tally] = {}
    for (_, format), tally in files.items():
        whole = tallies.setdefault(format, Tally())
        whole.files += tally.files
        whole.claims += tally.claims
        whole.problems += tally.problems
    return tallies


def as_json(report: Report) -> bytes:
    """The whole report as one JSON object (UTF-8), with these keys:

    - `files`: an object for each file that was read, in order: `path`, `format`, `claims`, `errors`;
    - `ignored`: the paths that were passed over, since by their names they hold no claims of the format;
    - `problems`: `code`, `severity` (docs/problems.md has them), `message`, `path`, `line`, `near`, `count`; null where
      there is no path, line or nearest;
    - `labels`: what is in no mapping, the most frequent first: `code`, `message`, `near`, `count`, `files` (how many);
    - `claims`, `errors`, `notes`: how many there are in all;
    - `new`, `known`, `gone`: claims that the store did not have, that it had, and that `--replace` took out of it;
    - `seconds`: how long it took.
    """
    data: dict[str, Any] = {
        "files": [{key: getattr(file, key) for key in ("path", "format", "claims", "errors")} for file in report.files],
        "ignored": report.ignored,
        "problems": report.problems,
        "labels": labels(report),
    }
    numbers = ("claims", "errors", "notes", "new", "known", "gone", "seconds")
    data |= {key: getattr(report, key) for key in numbers}
    text = json.dumps(msgspec.to_builtins(data), ensure_ascii=False, indent=2)
    return f"{text}\n".encode("utf-8", "replace")  # a file's name may hold bytes that are no characters


def target(path: str) -> Path:
    """Where a report at this path goes, links followed. Raises UsageError where no file can be."""
    place = Path(os.path.realpath(path))
    if path == "-" or paths.kind(place) not in (0, stat.S_IFREG) or not place.parent.is_dir():
        raise UsageError(f"--report {path}: name a file, in a folder that is there; standard output is for the data")
    return place


def write(report: Report, path: Path) -> None:
    """Write the report as JSON, whole or not at all. Raises UsageError where that cannot be."""
    paths.write(as_json(report), path)
