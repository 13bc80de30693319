"""Which inputs a path means: files below a root in a fixed order, or standard input."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from kg.errors import Problem, UsageError, problem

SIDECAR = ".article.json"


class Source:
    """One input.

    `name` is what problems call it; `article` the id of its article where no sidecar gives one; `given` whether it was
    named itself, rather than found in a folder.
    """

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
    for name in paths:
        if name == "-":
            yield Stdin()
            continue
        path = Path(name)
        if not path.exists():
            raise UsageError(f"{name}: there is no such file or folder")
        if path.is_file():
            yield Source(path, path.parent, given=True)
            continue
        for file in _files(path):
            if _inside(file, path) and not file.is_dir():
                yield Source(file, path)
            elif not _inside(file, path):
                yield problem("outside-root", f"links to {file.resolve().name}, outside of {path}", str(file))


def _files(folder: Path) -> Iterator[Path]:
    """All files below a folder, sorted by name; not the hidden ones, and not those of a store that stands in it.

    A link to a folder stands for itself: what it leads to is outside, or met on its own.
    """
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_symlink() or path.is_file():
            yield path
        elif path.is_dir() and not (path / "CURRENT").exists():
            yield from _files(path)


def _inside(file: Path, root: Path) -> bool:
    return file.resolve().is_relative_to(root.resolve())
