"""The bytes of a source: whole, or line by line, never more at a time than `source.limit`. Shared by all loaders."""

import codecs
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from kg.errors import Problem, problem
from kg.sources import Source

from ._text import decode

_T = TypeVar("_T")


def whole(source: Source) -> bytes | Problem:
    """All bytes, without a byte order mark; a problem where there are more than the limit. Raises OSError."""
    with source.open() as stream:
        data = stream.read(source.limit + 1)
    return _too_large(source, "the file") if len(data) > source.limit else data.removeprefix(codecs.BOM_UTF8)


def text(source: Source) -> str | Problem:
    """All of a UTF-8 file as text, without a byte order mark, line ends as they are. Raises OSError."""
    data = whole(source)
    return data if isinstance(data, Problem) else decode(data, source.name)


def lines(source: Source) -> Iterator[bytes | Problem]:
    """Each line that is not blank, without its end; a problem for one that is longer than the limit.

    `source.line` is kept up to date. Lines end at a line feed only, as in JSON lines. Raises OSError.
    """
    limit = source.limit
    with source.open() as stream:
        number = 0
        while line := stream.readline(limit + 1):
            source.line = number = number + 1
            if len(line) > limit:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(1 << 20)
                yield _too_large(source, "the line", number)
                continue
            if number == 1:
                line = line.removeprefix(codecs.BOM_UTF8)
            bare = line.rstrip(b"\r\n")
            if bare and not bare.isspace():
                yield bare


def json(data: bytes | msgspec.Raw, type: type[_T], path: str, line: int | None = None) -> _T | Problem:
    """The JSON value as a value of a type (a msgspec.Struct, say, which passes over unknown keys), or what is wrong."""
    try:
        return msgspec.json.decode(data, type=type)
    except UnicodeDecodeError as error:
        return problem("bad-encoding", f"not UTF-8 at byte {error.start}", path, line)
    except (msgspec.MsgspecError, RecursionError) as error:
        return problem("bad-record", f"not the JSON of this format: {error}", path, line)


def elements(data: bytes, path: str) -> list[msgspec.Raw] | Problem:
    """The elements of a JSON array, not yet decoded, or the one value if it is no array; or what is wrong with it."""
    return json(data, list[msgspec.Raw], path) if data.lstrip().startswith(b"[") else [msgspec.Raw(data)]


def _too_large(source: Source, what: str, line: int | None = None) -> Problem:
    message = f"{what} is longer than {source.limit >> 20} MiB; give a greater --max-size if you trust it"
    return problem("too-large", message, source.name, line)
