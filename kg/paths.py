"""Files below a folder in a fixed order, what a pattern of names matches, and a file that is written whole or not."""

import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from kg.errors import UsageError

_WILD = re.compile(r"[*?[]")


def kind(path: Path, follow_links: bool = True) -> int:
    """The type bits of `stat` for what is at a path; 0 where nothing is, or where that cannot be told."""
    try:
        return stat.S_IFMT(path.stat(follow_symlinks=follow_links).st_mode)
    except (OSError, ValueError):  # ValueError for what no path can hold
        return 0


def is_file(path: Path) -> bool:
    """Whether a plain file is there, or a link to one."""
    return kind(path) == stat.S_IFREG


def is_folder(path: Path) -> bool:
    """Whether a folder is there, and no link to one."""
    return kind(path, follow_links=False) == stat.S_IFDIR


def inside(path: Path, root: Path) -> bool:
    """Whether a path, its links followed, is in a folder."""
    # realpath, since Path.resolve raises on a link that leads to itself
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root))


def below(folder: Path) -> Iterator[Path]:
    """All that is below a folder and no folder itself, sorted by name.

    A link to a folder stands for itself: what it leads to is outside, or met on its own. So does a folder that
    cannot be opened.
    """
    try:
        listed = _listed(folder)
    except OSError:
        yield folder
        return
    for path in listed:
        if is_folder(path):
            yield from below(path)
        else:
            yield path


def is_pattern(name: str) -> bool:
    """Whether a name has a wildcard in it."""
    return _WILD.search(name) is not None


def matches(pattern: Path) -> tuple[Path, list[Path]]:
    """The folder before the first part of a pattern with a wildcard, and what matches, sorted by name.

    `*`, `?` and `[a-z]` match in one part, `**` any number of folders; none matches hidden files and stores. Left out
    is what stands in a folder that matches too, and what is there under another name, by a link within the folder.
    """
    first = next(number for number, part in enumerate(pattern.parts) if is_pattern(part))
    root = Path(*pattern.parts[:first])
    found = sorted(set(_matched(root, pattern.parts[first:])))
    folders = {path for path in found if is_folder(path)}
    return root, [path for path in found if folders.isdisjoint(path.parents) and not _is_alias(path, root)]


def _matched(folder: Path, parts: tuple[str, ...]) -> Iterator[Path]:
    if not parts:
        yield folder
        return
    part, rest = parts[0], parts[1:]
    if not is_pattern(part):
        if os.path.lexists(folder / part):
            yield from _matched(folder / part, rest)
        return
    if part == "**":
        yield from _matched(folder, rest)
    try:
        listed = _listed(folder)
    except OSError:
        return
    for path in listed:
        if part != "**" and fnmatch(path.name, part):
            yield from _matched(path, rest)
        elif part == "**" and is_folder(path):
            yield from _matched(path, parts)


def _is_alias(path: Path, root: Path) -> bool:
    """Whether a path goes through a link to a folder in the root."""
    between = [parent for parent in path.parents if parent != root and parent.is_relative_to(root)]
    return any(kind(parent, follow_links=False) == stat.S_IFLNK for parent in between) and inside(path, root)


def write(data: bytes, target: Path) -> None:
    """Write a file whole or not at all; one that is there keeps its rights. Raises UsageError where that cannot be."""
    beside = target.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(data)
        if target.exists():
            shutil.copymode(target, beside)
        beside.replace(target)
    except OSError as error:
        raise UsageError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)


def _listed(folder: Path) -> list[Path]:
    """What stands in a folder, by name; no hidden files and no stores."""
    return [path for path in sorted(folder.iterdir()) if not path.name.startswith(".") and not _is_store(path)]


def _is_store(folder: Path) -> bool:
    return all(is_file(folder / name) for name in ("CURRENT", "IDENTITY", "LOCK"))
