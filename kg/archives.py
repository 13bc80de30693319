"""Zip archives read in place: nothing is unpacked to disk, and nothing that an archive says of itself is trusted."""

import errno
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, TYPE_CHECKING, BinaryIO
from zipfile import ZipInfo

from kg.errors import Problem, problem

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# What an archive may unpack to. Deflate packs zeros to a 1032nd, annotated text hardly to a 50th. Loaders may hold a
# file in memory, so one must fit there; a whole archive costs time only.
RATIO = 200
UNSUSPECTED_BYTES = 100 << 20  # so much may come of anything
MEMBER_BYTES = 1 << 30
ARCHIVE_BYTES = 16 << 30
MEMBERS = 100_000
DIRECTORY_BYTES = 64 << 20  # the list of so many members, 600 bytes for the name of each

_READ_BYTES = 1 << 16  # unpacked at a time
_HEADER_BYTES = 30  # the least that stands before the bytes of a member
_ENTRY = b"PK\x01\x02"  # begins each member in the list
_ENCRYPTED = 0x41  # flags of the old and of the strong kind
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError)
_TRUSTED = "if you trust it, unpack it and load the folder"


class ReadError(OSError):
    """Why an input, an archive or a file in it is not read: `code`, `message` and `path` of the problem that it is."""

    def __init__(self, code: str, message: str, path: str) -> None:
        super().__init__(errno.EIO, message, path)
        self.code, self.message, self.path = code, message, path


class Archive:
    """A zip file as a folder.

    `name` is what problems call it; `files` are the files in it by their path there, in the order of a folder, hidden
    ones left out; `problems` are the members that no folder could hold. Raises ReadError for what is no zip file
    or would unpack to too much, OSError for what cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.problems: list[Problem] = []
        with _told(self.name, "is no zip file that can be read"):
            self._zip = zipfile.ZipFile(_File(self.name))
        self._measure(path.stat().st_size)
        files: dict[PurePosixPath, ZipInfo] = {}
        for info in self._zip.infolist():
            place = self._place(info)
            if place in files:
                self._refuse("bad-archive", f"'{place}' is in it twice; the first counts")
            elif place:
                files[place] = info
        self.files = dict(sorted(files.items()))

    def open(self, place: PurePosixPath) -> BinaryIO:
        """The bytes of a file, as a stream to close.

        Raises ReadError, then or while it is read, for one that is encrypted, damaged, packed by a method other than
        deflate, or too large.
        """
        name, info = f"{self.name}/{place}", self.files[place]
        if info.flag_bits & _ENCRYPTED:
            raise ReadError("bad-archive", "is encrypted; unpack the archive and load the folder", name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # zipfile unpacks others unbounded
            message = f"is packed by method {info.compress_type}, not by 8 (deflate) or 0 (none); make the archive anew"
            raise ReadError("bad-archive", message, name)
        if not _fits(info):
            message = f"would unpack from {info.compress_size} to {info.file_size} bytes; {_TRUSTED}"
            raise ReadError("too-large", message, name)
        with _told(name, "is damaged"):
            return io.BufferedReader(_Unpacked(self._zip.open(info), info.file_size, name), _READ_BYTES)

    def _measure(self, size: int) -> None:
        """Raise ReadError where members share bytes, or where those that can be opened unpack to too much."""
        members = sorted(self._zip.infolist(), key=lambda info: info.header_offset)
        end = 0
        for info in members:
            if info.header_offset < end:
                raise ReadError("bad-archive", f"holds members that overlap, at {info.filename!r}", self.name)
            end = info.header_offset + _HEADER_BYTES + info.compress_size
        if end > size:
            raise ReadError("bad-archive", "ends before its members do; make it anew", self.name)
        total = sum(info.file_size for info in members if _fits(info))
        if total > _most(size, ARCHIVE_BYTES):
            raise ReadError("too-large", f"would unpack from {size} to {total} bytes; {_TRUSTED}", self.name)

    def _place(self, info: ZipInfo) -> PurePosixPath | None:
        """Where a member stands in the archive, or None for what is passed over or has been refused."""
        name = info.orig_filename.replace("\\", "/")  # as some packers on Windows write it
        place = PurePosixPath(name)
        if name.endswith("/"):
            return None
        if PureWindowsPath(name).anchor or ".." in place.parts:
            self._refuse("outside-root", f"{name!r} leads out of the archive; it was not read")
        elif not place.parts or "\0" in name:
            self._refuse("bad-archive", f"{name!r} is no name for a file")
        elif any(part.startswith(".") or part == "__MACOSX" for part in place.parts):
            return None
        elif stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
            self._refuse("outside-root", f"{name!r} is a link, or else no plain file; it was not followed")
        else:
            return place
        return None

    def _refuse(self, code: str, message: str) -> None:
        self.problems.append(problem(code, message, self.name))


def _fits(info: ZipInfo) -> bool:
    return info.file_size <= _most(info.compress_size, MEMBER_BYTES)


def _most(packed: int, most: int) -> int:
    """How many bytes may come of so many that are packed."""
    return min(most, max(UNSUSPECTED_BYTES, RATIO * packed))


class _File(io.BufferedReader):
    """The file of an archive. zipfile takes the list of members in one read, and then makes a record of each.

    It is closed when nothing refers to it any more: sources outlive the search that found them.
    """

    def __init__(self, path: str) -> None:
        super().__init__(io.FileIO(path))
        self._path = path

    def __del__(self) -> None:
        self.close()

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:  # zipfile reads so at the end of the file only
            size = DIRECTORY_BYTES
        if size > DIRECTORY_BYTES:
            raise ReadError("too-large", f"lists its members in {size} bytes; {_TRUSTED}", self._path)
        data = super().read(size)
        if data.count(_ENTRY) > MEMBERS:
            raise ReadError("too-large", f"has more than {MEMBERS} members; {_TRUSTED}", self._path)
        return data


class _Unpacked(io.RawIOBase):
    """A member while it is unpacked: as many bytes as the archive gives for it, not one more or less."""

    def __init__(self, packed: IO[bytes], size: int, name: str) -> None:
        self._packed, self._left, self._name = packed, size, name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        with _told(self._name, "is damaged"):
            data = self._packed.read(min(len(view), _READ_BYTES))
        self._left -= len(data)
        if self._left < 0 or (self._left and not data):
            message = "does not unpack to the size that the archive gives for it; make the archive anew"
            raise ReadError("bad-archive", message, self._name)
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._packed.close()
        super().close()


@contextmanager
def _told(name: str, what: str) -> Iterator[None]:
    """Whatever zipfile raises for bytes that are wrong, as an ReadError."""
    try:
        yield
    except _BROKEN as error:
        why = str(error) or "it is cut short"
        raise ReadError("bad-archive", f"{what}: {why}; make the archive anew", name) from error
