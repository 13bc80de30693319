"""How loaders read bytes: whole or by lines, never more than the limit at a time, and JSON that means harm."""

import io
import tracemalloc
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import _bytes
from kg.loaders._offsets import Utf16

from kg.errors import Problem
from kg.loading import Report, read
from kg.sources import Source


class Memory(Source):
    """A file that stands in no folder."""

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        super().__init__(Path("x.jsonl"), Path())
        self._stream, self.limit = stream, limit

    def open(self) -> BinaryIO:
        return self._stream


class Endless(io.RawIOBase):
    """A gigabyte without a line feed, and a line after it."""

    def __init__(self, size: int) -> None:
        self._left, self._tail = size, b"\n{}\n"

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        count = min(len(view), self._left)
        if count:
            view[:count] = bytes(count)
            self._left -= count
            return count
        count = min(len(view), len(self._tail))
        view[:count], self._tail = self._tail[:count], self._tail[count:]
        return count


def test_a_line_of_a_gigabyte_costs_no_more_than_the_limit() -> None:
    source = Memory(cast(BinaryIO, io.BufferedReader(Endless(1 << 30), 1 << 16)), limit=1 << 20)
    tracemalloc.start()
    first, second = _bytes.lines(source)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(first, Problem)
    assert (first.code, first.line) == ("too-large", 1)
    assert "longer than 1 MiB; give a greater --max-size" in first.message
    assert (second, source.line) == (b"{}", 2)
    assert peak < 8 << 20


def test_a_file_that_is_read_whole_has_the_same_limit() -> None:
    found = _bytes.whole(Memory(io.BytesIO(b"x" * 11), limit=10))
    assert isinstance(found, Problem)
    assert found.code == "too-large"
    assert _bytes.whole(Memory(io.BytesIO(b"\xef\xbb\xbfx"), limit=10)) == b"x"
    assert _bytes.text(Memory(io.BytesIO("\ufeffé\r\n".encode()), limit=10)) == "é\r\n"
    wrong = _bytes.text(Memory(io.BytesIO(b"\xff"), limit=10))
    assert isinstance(wrong, Problem)
    assert wrong.code == "bad-encoding"


@given(
    st.lists(st.sampled_from([b"", b" ", b"a", b"a\r", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"0123456789"]), max_size=6)
)
def test_lines_are_those_of_the_file_with_their_numbers(pieces: list[bytes]) -> None:
    data = b"\n".join(pieces)
    source = Memory(io.BytesIO(data), limit=9)
    found = [(source.line, line if isinstance(line, bytes) else line.code) for line in _bytes.lines(source)]
    expected: list[tuple[int, bytes | str]] = []
    for number, line in enumerate(data.split(b"\n"), 1):
        bare = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        last = number == len(pieces)
        if len(line) + (not last) > 9:
            expected.append((number, "too-large"))
        elif bare.strip():
            expected.append((number, bare.rstrip(b"\r\n")))
    assert found == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"[" * 1_000_000, "bad-record"),
        (b'{"a":' * 1_000_000, "bad-record"),
        (b'{"a": 1', "bad-record"),
        (b'{"a": "\\ud800"}', "bad-record"),
        (b'{"a": "\xff"}', "bad-encoding"),
        (b'{"a": "\xed\xa0\x80"}', "bad-encoding"),
        (b'{"a": 1e999999}', "bad-record"),
        (b"\0", "bad-record"),
        (b"", "bad-record"),
        (b"[]", "bad-record"),
        (b'{"a": {}}', "bad-record"),
    ],
)
def test_json_that_is_none_is_a_problem(data: bytes, code: str) -> None:
    class Record(msgspec.Struct):
        a: str | float = ""

    found = _bytes.json(data, Record, "x.json", 3)
    assert isinstance(found, Problem), found
    assert (found.code, found.path, found.line) == (code, "x.json", 3)


@given(st.text(st.sampled_from("aé\u0301漢🥳\U0010ffff"), max_size=8), st.integers(-1, 18))
def test_utf_16_places_are_code_points(text: str, place: int) -> None:
    units = text.encode("utf-16-le")
    try:
        whole = 0 <= 2 * place <= len(units)
        expected = len(units[: 2 * place].decode("utf-16-le")) if whole else None
    except UnicodeDecodeError:  # inside of a character
        expected = None
    assert Utf16(text).code_point(place) == expected


def test_a_text_beside_an_annotation_has_the_limit_too(tmp_path: Path) -> None:
    (tmp_path / "a.ann").write_text("T1\tState 0 4\tOman\n", encoding="utf-8")
    (tmp_path / "a.txt").write_text("Oman " * 100, encoding="utf-8")
    report = Report()
    assert list(read(tmp_path, report, max_size=499)) == []
    assert [(found.code, found.path) for found in report.problems] == [("too-large", str(tmp_path / "a.ann"))]
    report = Report()
    assert list(read(tmp_path, report, max_size=500)) == []
    assert report.ok
