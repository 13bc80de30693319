"""Claims as JSON lines, the project's own interchange form (`*.claims.jsonl`): one record a line, nothing lost.

Made by `kg claims PATH_OR_STORE`; read by `kg load FILE.claims.jsonl`, or from a pipe by `kg load - --from
claims.jsonl`. A line may leave out `id` and every field that has a default.
"""

import re
from collections.abc import Iterator

import msgspec

from kg.claim import Claim, from_json, identified
from kg.errors import Problem, problem
from kg.mappings import Vocabulary
from kg.sources import Source

from . import _bytes

EXTENSIONS = (".claims.jsonl", ".jsonl")
ONE_ARTICLE = False

_LONE = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]")


def recognises(name: str, head: bytes) -> bool:
    """Whether this is ours: by the extension, or a first line that has a claim's keys."""
    if name.lower().endswith(".claims.jsonl"):
        return True
    first = head.lstrip().split(b"\n", 1)[0]
    return name.lower().endswith(".jsonl") and all(key in first for key in (b'"subject"', b'"relation"', b'"article"'))


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The claim on each line, in the order of the file; a problem for a line that holds none."""
    for line in _bytes.lines(source):
        if isinstance(line, Problem):
            yield line
        else:
            yield from _claim(line, source.name, source.line)


def _claim(line: bytes, path: str, number: int | None) -> Iterator[Claim | Problem]:
    try:
        given = from_json(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        yield problem("bad-encoding", f"not UTF-8 at byte {error.start} of the line", path, number)
        return
    except msgspec.MsgspecError as error:
        if _LONE.search(line):
            yield problem("lone-surrogate", "a text holds half of a UTF-16 pair", path, number)
        else:
            yield problem("bad-record", f"not a claim: {error}", path, number)
        return
    claim = identified(given)
    if given.id not in ("", claim.id):
        yield problem("id-mismatch", f"id {given.id} is not the hash of the fields; it is now {claim.id}", path, number)
    yield claim
