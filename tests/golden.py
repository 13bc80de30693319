"""Golden cases of the loaders: what a file gave when somebody last looked at it."""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kg.claim import Claim, to_json
from kg.errors import Problem


def apart(items: Iterable[Claim | Problem]) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems, each in order."""
    items = list(items)
    return [item for item in items if isinstance(item, Claim)], [item for item in items if isinstance(item, Problem)]


def compare(folder: Path, claims: list[Claim], problems: list[Problem]) -> None:
    """Claims and problems against `claims.jsonl` and `problems.jsonl` of a case.

    UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.
    """
    found = {
        "claims.jsonl": b"".join(to_json(claims)),
        "problems.jsonl": b"".join(msgspec.json.encode(about) + b"\n" for about in problems),
    }
    for name, lines in found.items():
        if os.environ.get("UPDATE_GOLDEN"):
            (folder / name).write_bytes(lines)
        expected = (folder / name).read_bytes()
        assert [json.loads(line) for line in lines.splitlines()] == [json.loads(s) for s in expected.splitlines()]
        assert lines == expected
