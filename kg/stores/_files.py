"""The folder of a store on this machine, in which a user may keep something else too."""

import re
import shutil
from contextlib import suppress
from pathlib import Path

from kg.paths import is_folder


def erase(folder: Path, ours: re.Pattern[str]) -> None:
    """Remove what an engine has put into its folder, by name; then the folder, if nothing else is in it."""
    for path in sorted(folder.iterdir()):
        if ours.fullmatch(path.name):
            shutil.rmtree(path) if is_folder(path) else path.unlink()
    with suppress(OSError):
        folder.rmdir()
