"""Which inputs a path means: files below a root in a fixed order, those in a zip file, or standard input."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import BinaryIO

from kg.archives import Archive, ReadError
from kg.errors import Problem, UsageError, problem
from kg.paths import below, inside, is_file, is_folder, is_pattern, kind, matches

SIDECAR = ".article.json"
LIMIT = 256 << 20  # bytes

Read = Callable[[int], bytes]  # gives at most so many bytes


class Source:
    """One input: a file.

    `name` is what problems call it; `file_name` its last part; `article` the id of its article where no sidecar gives
    one; `given` whether it was named itself, rather than found in a folder. `line` is where the last claim came from: a
    loader keeps it up to date. `companions` are the names of the files that have been read with it. `limit` is the
    greatest number of bytes that a loader may hold of it at a time: a line, or the whole where it is not read by lines.
    """

    line: int | None = None
    limit: int = LIMIT

    def __init__(self, path: Path, root: Path, given: bool = False) -> None:
        self.path = path
        self.root = root
        self._describe(str(path), _without_suffix(path.relative_to(root)), given)

    def _describe(self, name: str, article: str, given: bool) -> None:
        self.name, self.article, self.given = name, article, given
        self.companions: set[str] = set()

    @property
    def file_name(self) -> str:
        """The name without its folder, by which a loader recognises its files."""
        return self.path.name

    def open(self) -> BinaryIO:
        """The bytes, as a stream to close. Raises OSError, then or while it is read."""
        return self.path.open("rb")

    def has(self, path: str) -> bool:
        """Whether `beside` finds a file at this path."""
        try:
            return self._beside(path) is not None
        except ValueError:
            return False

    def beside(self, path: str) -> bytes | None:
        """The bytes of the file at a relative POSIX path, seen from the folder of this one; None where there is none.

        Raises ValueError for what is no relative path and for what leads out of the root, OSError for what cannot be
        read and for what is longer than the limit.
        """
        found = self._beside(path)
        if found is None:
            return None
        name, read = found
        data = read(self.limit + 1)
        if len(data) > self.limit:
            message = f"{path}, which belongs to it, is longer than {self.limit >> 20} MiB; give a greater --max-size"
            raise ReadError("too-large", message, self.name)
        self.companions.add(name)
        return data

    def sibling(self, suffix: str) -> bytes | None:
        """The bytes of the file beside this one that has `suffix` in place of the extension, or None."""
        try:
            # "./", so that a file called `C:\x` is not taken for a path of Windows that leads elsewhere
            return self.beside(f"./{PurePath(self.file_name).with_suffix(suffix).name}")
        except ValueError:  # a link out of the root: a problem where it is met, and not to be followed here
            return None

    def _beside(self, path: str) -> tuple[str, Read] | None:
        """What problems call the file at this path, and what reads so many bytes of it."""
        file = self.root / _seen_from(self.path.relative_to(self.root).parent, path)
        if not is_file(file):
            return None
        if not inside(file, self.root):
            raise ValueError(f"{path!r} links to a place outside of {self.root}")
        return str(file), partial(_read, file)


class Member(Source):
    """A file in a zip archive. The archive is its root; `folder` goes before its path there in the article's id."""

    def __init__(self, archive: Archive, place: PurePosixPath, folder: PurePosixPath) -> None:
        self._archive = archive
        self._place = place
        self._describe(f"{archive.name}/{place}", _without_suffix(folder / place), given=False)

    @property
    def file_name(self) -> str:
        """The name without its folder."""
        return self._place.name

    def open(self) -> BinaryIO:
        """The bytes, as a stream to close. Raises ReadError, then or while it is read."""
        return self._archive.open(self._place)

    def _beside(self, path: str) -> tuple[str, Read] | None:
        place = _seen_from(self._place.parent, path)
        if place not in self._archive.files:
            return None
        return f"{self._archive.name}/{place}", partial(self._read, place)

    def _read(self, place: PurePosixPath, size: int) -> bytes:
        try:
            with self._archive.open(place) as stream:
                return stream.read(size)
        except ReadError as error:
            raise ReadError(error.code, f"{place}, which belongs to it, {error.message}", self.name) from error


class Stdin(Source):
    """Standard input, read once."""

    file_name = "-"

    def __init__(self) -> None:
        self._describe("-", "stdin", given=True)

    def open(self) -> BinaryIO:
        """The bytes that are piped in."""
        return sys.stdin.buffer

    def _beside(self, path: str) -> None:
        return None


def find(paths: list[str]) -> Iterator[Source | Problem]:
    """Every file that `paths` mean, in the order of their names.

    A folder or a zip file stands for all files in it; hidden files and stores are passed over. A path that does not
    exist and has `*`, `?` or `[` in it is a pattern. The root of an article's id is the folder or zip file that was
    given, the folder of the file that was, or the part of a pattern before its first wildcard. What leads out of its
    root is a problem. Raises UsageError as `require` does.
    """
    require(paths)
    for name in paths:
        path = Path(name)
        if name == "-":
            yield Stdin()
        elif kind(path) == stat.S_IFDIR:
            yield from _below(path, path)
        elif not kind(path):
            root, found = matches(path)
            for each in found:
                yield from _below(each, root) if is_folder(each) else _met(each, root, given=True)
        elif _is_zip(path):
            yield from _unzipped(path, PurePosixPath())
        else:
            yield Source(path, path.parent, given=True)


def require(paths: Iterable[str]) -> None:
    """Raise UsageError for a path that is empty or not there, a pattern without a match, and standard input twice."""
    paths = list(paths)
    if paths.count("-") > 1:
        raise UsageError("standard input (-) can be read once only")
    for name in paths:
        if not name:
            raise UsageError("a path is empty; name a file or folder, or . for this one")
        if name == "-" or kind(Path(name)):
            continue
        if not is_pattern(name):
            raise UsageError(f"{name}: there is no such file or folder")
        if not matches(Path(name))[1]:
            raise UsageError(f"{name}: no file or folder matches this pattern")


def unreadable(error: OSError, name: str) -> Problem:
    """What a source called `name` raised while it was read, as a problem."""
    if isinstance(error, ReadError):
        return problem(error.code, error.message, error.path)
    return problem("unreadable", f"cannot be opened: {error.strerror}", name)


def _below(folder: Path, root: Path) -> Iterator[Source | Problem]:
    for path in below(folder):
        yield from _met(path, root)


def _met(path: Path, root: Path, given: bool = False) -> Iterator[Source | Problem]:
    """What a path below a root means that is no folder to be listed."""
    if not inside(path, root):
        yield problem("outside-root", f"links to {Path(os.path.realpath(path)).name}, outside of {root}", str(path))
    elif _is_zip(path):
        yield from _unzipped(path, PurePosixPath(_without_suffix(path.relative_to(root))))
    elif is_file(path) or not kind(path):  # a link to nothing, say: opening it tells
        yield Source(path, root, given)
    elif is_folder(path):
        yield problem("unreadable", "the folder cannot be opened", str(path))
    elif kind(path) != stat.S_IFDIR:  # a link to a folder is passed over: what it leads to is met in its place
        yield problem("unreadable", "is a pipe, a socket or a device, and no file", str(path))


def _read(path: Path, size: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(size)


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip" and is_file(path)


def _unzipped(path: Path, folder: PurePosixPath) -> Iterator[Source | Problem]:
    try:
        archive = Archive(path)
    except OSError as error:
        yield unreadable(error, str(path))
        return
    yield from archive.problems
    for place in archive.files:
        yield Member(archive, place, folder)


def _without_suffix(path: PurePath) -> str:
    return path.with_suffix("").as_posix()


def _seen_from(folder: PurePath, path: str) -> PurePosixPath:
    """The path from the root to what `path` means in a folder below it. Raises ValueError for one that leads out."""
    try:
        possible = b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise ValueError(f"{path!r} can be no path")
    if PureWindowsPath(path).anchor:
        raise ValueError(f"{path!r} is not a relative path")
    parts = list(folder.parts)
    for part in PurePosixPath(path).parts:
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            raise ValueError(f"{path!r} leads out of what was loaded")
    return PurePosixPath(*parts)
