"""Every control of the page by keyboard."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.pages import actor_place, claims, count, heading, open_page, until, written

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# What takes part in the order of Tab; of tabs, rows and radio buttons one each, the others are reached by arrows.
CONTROLS = """[...document.querySelectorAll("button, input, select, summary, a[href], [tabindex='0']")].filter((each) =>
    each.checkVisibility() && !each.disabled && each.tabIndex >= 0 && !(each.type === "radio" && !each.checked))"""


@pytest.fixture
def shown(page: "Page", tmp_path: Path) -> "Page":
    open_page(page, written(tmp_path / "page.html", claims()))
    return page


@pytest.mark.parametrize("state", ["start", "table", "line", "actor", "map"])
def test_tab_reaches_every_control(shown: "Page", state: str) -> None:
    act = {
        "start": "0",
        "table": "kgView.show('table')",
        "map": "kgView.show('map')",
        "line": "kgView.choose({ line: 0 })",
        "actor": "kgView.choose({ actor: 0 })",
    }
    shown.evaluate(act[state])
    until(shown, "document.querySelectorAll('#panel [aria-busy]').length", 0)
    shown.evaluate(f"window.wanted = new Set({CONTROLS})")
    total = shown.evaluate("wanted.size")
    assert total > 30
    for _ in range(total + 20):
        shown.keyboard.press("Tab")
        shown.evaluate("wanted.delete(document.activeElement)")
    assert shown.evaluate("[...wanted].map((each) => each.outerHTML.slice(0, 120))") == []


def test_views_are_changed_by_arrows(shown: "Page") -> None:
    shown.focus("#tab-focus")
    for key, view in (("ArrowRight", "table"), ("ArrowRight", "map"), ("ArrowLeft", "table"), ("ArrowLeft", "focus")):
        shown.keyboard.press(key)
        assert shown.evaluate("kgView.state.view") == view
        assert shown.evaluate("document.activeElement.id") == f"tab-{view}"


def test_map_and_graph_are_moved_and_zoomed_by_keys(shown: "Page") -> None:
    place = actor_place(shown, "Russia")

    def at() -> list[float]:
        point: list[float] = shown.evaluate(
            f"(() => {{ const {{ x, y }} = kgView.nodePoint({place}); return [x, y]; }})()"
        )
        return point

    shown.focus("#graph")
    before = at()
    shown.keyboard.press("ArrowRight")
    assert at()[0] < before[0] - 50
    shown.keyboard.press("ArrowLeft")
    shown.keyboard.press("ArrowDown")
    assert at()[1] < before[1] - 50
    shown.keyboard.press("0")
    shown.keyboard.press("+")
    far = abs(at()[0] - before[0]) + abs(at()[1] - before[1])
    assert far > 5
    shown.keyboard.press("0")
    assert abs(at()[0] - before[0]) < 2
    shown.evaluate("kgView.show('map')")
    shown.focus("#map")
    box = shown.evaluate("JSON.stringify(kgView.scene().items)")
    shown.keyboard.press("+")
    assert shown.evaluate("JSON.stringify(kgView.scene().items)") != box


def test_filters_undo_layout_and_saving_by_keyboard(shown: "Page") -> None:
    start = count(shown)
    shown.focus('input[data-facet="relations"][data-value="supports"]')
    shown.keyboard.press("Space")
    assert count(shown) != start
    shown.focus("#undo")
    shown.keyboard.press("Enter")
    assert count(shown) == start
    shown.focus("#layout")
    shown.keyboard.press("ArrowDown")
    assert shown.evaluate("kgView.state.layout") == "radial"
    shown.focus("#save > summary")
    shown.keyboard.press("Enter")
    shown.keyboard.press("Tab")
    with shown.expect_download() as saving:
        shown.keyboard.press("Enter")
    assert saving.value.suggested_filename.endswith(".png")
    shown.keyboard.press("Escape")
    assert shown.evaluate("document.getElementById('save').open") is False


def test_print_fills_the_sheet_and_prints(shown: "Page") -> None:
    shown.evaluate("window.print = () => { window.printed = document.querySelectorAll('#sheet blockquote').length; }")
    shown.focus("#print")
    shown.keyboard.press("Enter")
    until(shown, "window.printed > 0")
    assert shown.evaluate("window.printed") == shown.evaluate("kgView.shown.claims") - 1  # one has no sentence


def test_the_address_is_copied(shown: "Page") -> None:
    shown.context.grant_permissions(["clipboard-read", "clipboard-write"])
    shown.evaluate("kgView.choose({ line: 0 })")
    shown.focus("#link")
    shown.keyboard.press("Enter")
    until(shown, "document.getElementById('link').textContent", "Copied")
    copied = shown.evaluate("navigator.clipboard.readText()")
    expected = heading(shown)
    open_page(shown, copied)
    assert heading(shown) == expected


def test_escape_closes_the_panel_and_gives_the_focus_back(shown: "Page") -> None:
    button = shown.locator("#panel .list button").first
    button.focus()
    shown.keyboard.press("Enter")
    assert shown.evaluate("document.activeElement.tagName") == "H2"
    shown.keyboard.press("Escape")
    assert heading(shown) == "Evidence"
