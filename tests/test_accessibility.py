"""What axe-core finds on the page in every state that a reader meets: nothing serious, nothing critical."""

from typing import TYPE_CHECKING

import pytest

import kg
from kg.claim import Claim
from tests import axe
from tests.conftest import missing
from tests.pages import open_page, read, until
from tests.servers import Missing

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

# What a reader does, and in which state it leaves the page; each on top of those before
STATES = {
    "as it opens": "true",
    "map": "document.querySelector('#tab-map').click()",
    "a line chosen on the map": "kgView.choose({ line: 0 })",
    "focus graph": "document.querySelector('#tab-focus').click()",
    "an actor chosen": "kgView.choose({ actor: 0 })",
    "table": "document.querySelector('#tab-table').click()",
    "everything folded out": "document.querySelectorAll('details').forEach((each) => { each.open = true; })",
    "nothing left": "document.querySelectorAll('#relations input').forEach((box) => box.checked && box.click())",
}
SIZES = {"desk": (1440, 900), "phone": (390, 844)}


@pytest.fixture(scope="session")
def script() -> str:
    """The source of axe-core."""
    try:
        return axe.source()
    except Missing as lack:
        missing("browser", str(lack))


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory, example: list[Claim]) -> str:
    path = tmp_path_factory.mktemp("page") / "alliances.html"
    kg.view(example, path)
    return path.as_uri()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_keeps_people_out(page: "Page", script: str, uri: str, theme: str, size: str) -> None:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    open_page(page, uri)
    found = {}
    for state, act in STATES.items():
        page.evaluate(f"{act}; 0")
        read(page)
        if violations := axe.violations(page, script):
            found[state] = violations
    assert page.inner_text("#empty").startswith("No line passes")
    page.keyboard.press("/")
    page.keyboard.type("a")
    until(page, "document.querySelectorAll('#found li').length > 0")
    assert found == {}
    assert axe.violations(page, script) == []


def test_axe_looks_through_the_policy_of_the_page(page: "Page", script: str, uri: str) -> None:
    open_page(page, uri)
    page.evaluate("document.querySelector('#since-thumb').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('h1').style.color = getComputedStyle(document.body).backgroundColor")
    found = "\n".join(axe.violations(page, script))
    assert "color-contrast: h1" in found
    assert "label: #since-thumb" in found
