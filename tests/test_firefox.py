"""The page of the example in Firefox: what every reader does, in an engine of another make than Chromium's."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import kg
from kg.claim import Claim
from tests.conftest import EXAMPLE, missing
from tests.firefox import Firefox, running

pytestmark = pytest.mark.browser

DRAWN = (
    """document.querySelector("{} canvas").getContext("2d").getImageData(0, 0, 600, 600).data.some((value) => value)"""
)


@pytest.fixture
def firefox(tmp_path: Path) -> Iterator[Firefox]:
    """A tab of the system's Firefox, in which errors, dialogs and requests for other than files fail the test."""
    path = shutil.which("firefox-esr") or shutil.which("firefox")
    if path is None:
        missing("browser", "no Firefox (Debian: apt-get install firefox-esr)")
    try:
        import websockets  # noqa: F401
    except ImportError:
        missing("browser", "websockets is not installed")
    with running(path, tmp_path / "profile") as opened:
        yield opened
        opened.evaluate("'its last events come before this answer'")
    assert opened.wrong == []


def text(tab: Firefox, selector: str) -> str:
    found: str = tab.evaluate(f"document.querySelector('{selector}').innerText")
    return found


def test_the_page_works_in_firefox(firefox: Firefox, tmp_path: Path, example: list[Claim]) -> None:
    path = tmp_path / "alliances.html"
    kg.view(example, path)
    firefox.goto(path.as_uri())
    firefox.until("window.kgView?.ready === true")
    firefox.click("#tab-map")
    firefox.until(DRAWN.format("#map"))

    firefox.press("/saudi")
    firefox.until("document.querySelector('#found li')?.innerText.startsWith('Saudi Arabia')")
    firefox.click("#found li")
    firefox.until("document.querySelector('#panel h2').innerText", "Saudi Arabia")
    firefox.click("#tab-focus")
    firefox.until(DRAWN.format("#graph"))

    firefox.click("#tab-table")
    firefox.click("#table tbody tr")
    firefox.until("document.querySelectorAll('#panel blockquote').length > 0")
    articles = [text.read_text(encoding="utf-8") for text in EXAMPLE.glob("*.txt")]
    assert any(text(firefox, "#panel blockquote") in article for article in articles)

    before = text(firefox, "#count")
    firefox.click("#relations input")
    firefox.until(f"document.querySelector('#count').innerText !== {json.dumps(before)}")
    firefox.click("#reset")
    firefox.until("document.querySelector('#count').innerText", before)
