"""axe-core, which looks for what keeps people out of a page: fetched for the tests, never shipped (MPL-2.0)."""

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.servers import Missing
from tests.servers._java import HOME, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

VERSION = "4.14.1"
IMPACTS = ("serious", "critical")


def source() -> str:
    """The script. npm fetches it the first time; raises Missing where it cannot."""
    folder = HOME / f"axe-core-{VERSION}"
    if not folder.is_dir():
        _fetch(folder)
    return (folder / "axe.min.js").read_text(encoding="utf-8")


def _fetch(folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Missing("needs npm to fetch axe-core (Debian: apt-get install npm)")
    HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME) as scratch:
        command = [npm, "install", "--prefix", scratch, "--no-save", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(
            [*command, f"axe-core@{VERSION}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        if done.returncode:
            raise Missing(f"npm could not fetch axe-core {VERSION}:\n{done.stdout[-1000:]}")
        settle(Path(scratch, "node_modules", "axe-core"), folder)


def violations(page: "Page", script: str) -> list[str]:
    """What axe finds on the page as it is now: `impact rule: selector: why` for each element."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(f"{script}; 0")
    found: dict[str, Any] = page.evaluate("axe.run({ resultTypes: ['violations'] })")
    return [
        f"{rule['impact']} {rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
        if rule["impact"] in IMPACTS
    ]
