"""A page of many real facts: it begins with something that can be read, and leads on from there."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg
from kg.claim import Claim
from tests.pages import SCREENSHOTS, count, heading, open_page, read, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def icews(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the facts of ICEWS 2014."""
    some = kg.loading.read(shared_data / "icews/icews_2014_train.txt", kg.Report())
    path = tmp_path_factory.mktemp("icews") / "icews.html"
    kg.view([claim for claim in some if isinstance(claim, Claim)], path)
    return path.as_uri()


def texts(page: "Page") -> list[str]:
    """What is written on the map."""
    found: list[str] = page.evaluate("kgView.scene().items.filter((item) => item.text).map((item) => item.text)")
    return found


def test_it_begins_with_blocs_and_the_strongest_names(page: "Page", icews: str) -> None:
    open_page(page, icews)
    assert page.get_attribute("#tab-map", "aria-selected") == "true"
    assert re.fullmatch(r"[\d,]+ of 32,\d{3} lines, [\d,]+ of 72,\d{3} claims", count(page))
    written = texts(page)
    assert len(written) < 150  # to be read, not a heap of names
    for name in page.evaluate("kgView.blocs.map((bloc) => bloc.name.split(', ')[0])"):
        assert any(text.startswith(name[:8]) for text in written), name
    drawn = page.evaluate("kgView.scene().items.length")
    assert drawn < 2000  # of 30,000 lines; the others are ribbons and a haze
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "icews.png")


def test_typing_obam_finds_barack_obama_and_leads_to_a_claim(page: "Page", icews: str) -> None:
    open_page(page, icews)
    page.keyboard.press("/")
    page.keyboard.type("obam")
    assert page.locator("#found li bdi").first.inner_text() == "Barack Obama"
    page.keyboard.press("Enter")
    assert heading(page) == "Barack Obama"
    assert page.get_attribute("#tab-focus", "aria-selected") == "true"
    assert 10 < page.evaluate("kgView.inFocus().actors.size") <= 400
    page.locator("#panel .list button").first.click()
    read(page)
    assert "From row" in page.locator("#panel .claim").first.inner_text()
    page.screenshot(path=SCREENSHOTS / "obama.png")


def test_a_ribbon_leads_from_two_blocs_to_a_claim(page: "Page", icews: str) -> None:
    open_page(page, icews)
    page.evaluate("kgView.choose({ blocs: [0, 1] })")
    assert "between the blocs" in page.inner_text("#panel")
    page.locator("#panel .list button").first.click()
    read(page)
    assert page.locator("#panel .claim").count() > 0
    ends = page.evaluate(
        "[kgView.lines.source, kgView.lines.target].map((of) => kgView.actors.bloc[of[kgView.state.selected.line]])"
    )
    assert sorted(ends) == [0, 1]
    page.click("#undo")
    until(page, "JSON.stringify(kgView.state.selected)", '{"blocs":[0,1]}')
