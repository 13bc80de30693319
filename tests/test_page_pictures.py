"""Pictures of what the page shows, as files and on paper."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.claim import Claim
from tests.pages import until
from tests.payloads import HOST, HTML
from tests.test_page_saves import HEDGED, opened, pair, saved, written

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def address(example: list[Claim], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the example."""
    return written(tmp_path_factory.mktemp("page") / "page.html", example)


def picture(page: "Page") -> ET.Element:
    return ET.fromstring(saved(page, "svg"))


def texts(svg: ET.Element) -> str:
    return "\n".join("".join(text.itertext()) for text in svg.iter(f"{SVG}text"))


@pytest.mark.parametrize("view", ["map", "focus", "table"])
def test_a_picture_tells_what_it_shows(view: str, example: list[Claim], page: "Page", tmp_path: Path) -> None:
    address = written(tmp_path / "page.html", example, title="Aleppo, autumn", note="425 of 900 claims: held in 2016")
    opened(page, address, f"view={view}&not-relations=arms&since=2016-10-01")
    told = texts(picture(page))
    for words in ("Aleppo, autumn", "Russia", "supports", "opposes", "425 of 900 claims", "from 2016-10-01"):
        assert words in told
    assert re.search(r"relations: without \u2068arms\u2069", told)
    counts = page.evaluate("[kgView.shown.lines, kgView.shown.claims]")
    assert f"{counts[0]} lines, {counts[1]} claims" in told


def test_a_picture_stands_alone(page: "Page", tmp_path: Path) -> None:
    claims = [pair(text, "arms", f"Other {at}") for at, text in enumerate(HTML.values())]
    for view in ("map", "focus"):
        svg = picture(opened(page, written(tmp_path / f"{view}.html", claims, title=HTML["svg"]), f"view={view}"))
        assert {element.tag.removeprefix(SVG) for element in svg.iter()} <= {
            "svg",
            "g",
            "path",
            "rect",
            "text",
            "title",
        }
        attributes = {name: value for element in svg.iter() for name, value in element.attrib.items()}
        assert not [name for name in attributes if name.startswith("on") or "href" in name or name == "style"]
        assert not [value for value in attributes.values() if "url(" in value or HOST in value]


def test_a_picture_of_the_focus_graph_says_whom_it_is_around(address: str, page: "Page") -> None:
    opened(page, address, "view=focus&centre=saudi-arabia")
    count = page.evaluate("kgView.inFocus().actors.size")
    assert f"\u2068Saudi Arabia\u2069 and its neighbours: {count} actors." in texts(picture(page))


def test_a_picture_of_nothing_says_why(address: str, page: "Page") -> None:
    assert "no relation is ticked" in texts(picture(opened(page, address, "only-relations=-")))


# --- paper ----------------------------------------------------------------------------------------------------------


def sheet(page: "Page") -> str:
    page.emulate_media(media="print")
    return page.inner_text("#sheet")


def test_the_sheet_has_the_picture_and_numbered_sentences(example: list[Claim], address: str, page: "Page") -> None:
    opened(page, address, "only-relations=arms")
    assert not page.is_visible("#sheet")
    page.evaluate("kgView.fillSheet()")
    told = sheet(page)
    assert page.evaluate("[...document.body.children].filter(each => each.offsetHeight).map(each => each.id)") == [
        "sheet"
    ]
    assert page.is_visible("#sheet > svg")
    arms = [claim for claim in example if claim.relation == "arms" and claim.holds]
    numbers = re.findall(r"^(\d+)\.(\d+) ", told, re.MULTILINE)
    assert len(numbers) == len(set(numbers)) == len(arms)
    flat = " ".join(told.split())
    for claim in arms:
        assert " ".join((claim.quote or "").split()) in flat
        assert str(claim.article.title) in flat and str(claim.article.url) in flat
    assert page.locator("#sheet mark.subject").count() >= len(arms)


def test_a_long_sheet_says_how_many_claims_are_left(page: "Page", tmp_path: Path) -> None:
    claims = [pair("A", "arms", f"B{at % 7}", row=str(at)) for at in range(1504)]
    opened(page, written(tmp_path / "page.html", claims))
    page.evaluate("kgView.fillSheet()")
    told = sheet(page)
    assert len(re.findall(r"^\d+\.\d+ ", told, re.MULTILINE)) == 300
    assert "and 1,204 more claims: narrow the filters" in told


def test_negated_and_planned_claims_say_so_on_paper(page: "Page", tmp_path: Path) -> None:
    claims = [pair("A", "arms", "B", negated=True), pair("A", "arms", "B", modality="planned")]
    opened(page, written(tmp_path / "page.html", claims), HEDGED)
    page.evaluate("kgView.fillSheet()")
    assert set(re.findall(r"^(negated|planned)$", sheet(page), re.MULTILINE)) == {"negated", "planned"}


def test_the_button_fills_the_sheet_and_prints_it(address: str, page: "Page") -> None:
    page.add_init_script("window.print = () => { window.printed = document.getElementById('sheet').innerText.length; }")
    opened(page, address, "only-relations=arms")
    page.click("#print")
    until(page, "window.printed > 0")
    page.evaluate("window.printed = 0")
    page.keyboard.press("Control+p")
    until(page, "window.printed > 0")


def test_the_menu_of_the_browser_prints_the_lines_at_once(address: str, page: "Page") -> None:
    opened(page, address, "only-relations=arms")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    told = sheet(page)
    assert "1. Qatar" in told or "1. Saudi Arabia" in told
    assert "arms" in told and page.is_visible("#sheet > svg") and not page.locator("#sheet blockquote").count()


def test_a_dark_page_prints_in_light_colours(address: str, page: "Page") -> None:
    page.emulate_media(color_scheme="dark")
    opened(page, address)
    dark = picture(page).find(f"{SVG}rect")
    page.evaluate("kgView.fillSheet()")
    light = page.get_attribute("#sheet > svg > rect", "fill")
    assert dark is not None and dark.get("fill") == "#161d26"
    assert light == "#ffffff"
    drawn = page.evaluate("document.querySelector('#sheet > svg').outerHTML")
    assert "#0072B2" in drawn and "#56B4E9" not in drawn
