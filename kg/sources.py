"""Which inputs a path means: files below a root in a fixed order, or standard input."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from kg.errors import Problem, UsageError, problem

SIDECAR = ".article.json"


class Source:
    """One input.

    `name` is what problems call it; `article` the id of its article where no sidecar gives one; `given` whether it was
    named itself, rather than found in a folder. `line` is where the last claim came from: a loader keeps it up to date.
    """

    line: int | None = None

    def __init__(self, path: Path, root: Path, given: bool = False) -> None:
        self.path = path
        self.root = root
        self.given = given
        self.name = str(path)
        self.article = path.relative_to(root).with_suffix("").as_posix()

    def open(self) -> BinaryIO:
        """The bytes, as a stream to close."""
        return self.path.open("rb")

    def sibling(self, suffix: str) -> bytes | None:
        """The bytes of the file beside this one that has `suffix` in place of the extension, or None."""
        beside = self.path.with_suffix(suffix)
        if not beside.is_file() or not _inside(beside, self.root):
            return None
        return beside.read_bytes()


class Stdin(Source):
    """Standard input, read once."""

    def __init__(self) -> None:
        self.name, self.article, self.given = "-", "stdin", True

    def open(self) -> BinaryIO:
        """The bytes that are piped in."""
        return sys.stdin.buffer

    def sibling(self, suffix: str) -> bytes | None:
        """None: nothing stands beside it."""
        return None


def find(paths: list[str]) -> Iterator[Source | Problem]:
    """Every file that `paths` mean, in the order of their names; a folder stands for all files below it.

    The root of an article's id is the folder that was given, or the folder of the file that was. Hidden files are
    passed over. A link that leads out of its root is a problem. Raises UsageError for a path that does not exist.
    """
    require(paths)
    for name in paths:
        path = Path(name)
        if name == "-":
            yield Stdin()
        elif not path.is_dir():
            yield Source(path, path.parent, given=True)
        else:
            yield from _below(path)


def require(paths: Iterable[str]) -> None:
    """Raise UsageError for a path that does not exist."""
    for name in paths:
        if name != "-" and not Path(name).exists():
            raise UsageError(f"{name}: there is no such file or folder")


def _below(root: Path) -> Iterator[Source | Problem]:
    for path in _files(root):
        if not _inside(path, root):
            yield problem("outside-root", f"links to {Path(os.path.realpath(path)).name}, outside of {root}", str(path))
        elif not path.is_dir():
            yield Source(path, root)
        elif not path.is_symlink():
            yield problem("unreadable", "the folder cannot be opened", str(path))


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder, sorted by name; not the hidden ones, and not those of a store that stands in it.

    A link to a folder stands for itself: what it leads to is outside, or met on its own. So does a folder that
    cannot be opened.
    """
    try:
        inside = sorted(folder.iterdir())
    except OSError:
        yield folder
        return
    for path in inside:
        if path.name.startswith("."):
            continue
        if path.is_symlink() or path.is_file():
            yield path
        elif path.is_dir() and not _is_store(path):
            yield from _files(path)


def _is_store(folder: Path) -> bool:
    return all((folder / name).is_file() for name in ("CURRENT", "IDENTITY", "LOCK"))


def _inside(file: Path, root: Path) -> bool:
    # realpath, since Path.resolve raises on a link that leads to itself
    return Path(os.path.realpath(file)).is_relative_to(os.path.realpath(root))
