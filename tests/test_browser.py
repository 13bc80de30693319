"""The page in a real browser: from a bloc or an edge to its sentences, in every view, by mouse and by keyboard."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kg
from kg.claim import Article, Claim, new
from tests.conftest import EXAMPLE
from tests.generated import claims as generated
from tests.pages import (
    ALL,
    HOLDING,
    SCREENSHOTS,
    actor,
    actor_place,
    claims,
    click_line,
    count,
    heading,
    line,
    open_page,
    read,
    rows,
    said,
    show_all,
    until,
    written,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def shown(page: "Page", tmp_path: Path) -> "Page":
    """The page of `claims()`, drawn."""
    open_page(page, written(tmp_path / "page.html", claims()))
    return page


def test_a_click_on_the_edge_opens_its_sentences(shown: "Page") -> None:
    show_all(shown)
    click_line(shown, line(shown, "Saudi Arabia", "Syrian opposition"))
    assert heading(shown) == "Saudi Arabia → Syrian opposition"
    assert [text.split("\n")[0] for text in shown.locator("#panel section h3").all_inner_texts()] == ["arms", "funds"]
    cards = shown.locator("#panel .claim")
    assert cards.count() == 3
    first = cards.nth(0)
    quote = "They say that Saudi Arabia arms Syrian opposition 🥳 again."
    assert first.locator("blockquote").inner_text() == quote
    marks = first.locator("mark").evaluate_all("marks => marks.map(mark => [mark.className, mark.textContent])")
    assert marks == [["subject", "Saudi Arabia"], ["relation", "arms"], ["object", "Syrian opposition"]]
    assert first.locator("a").get_attribute("href") == "https://wire.example/2016-10-14"
    assert first.locator("a").get_attribute("rel") == "noreferrer noopener"
    assert "The Wire, 2016-10-14" in first.inner_text()
    assert "says: American officials" in first.inner_text()
    second = cards.nth(1).inner_text()
    assert "says: the article" in second
    assert "confidence: 0.8" in second
    assert "annotator: anna" in second
    assert "planned" in cards.nth(2).inner_text()
    assert "since 2016-11" in cards.nth(2).inner_text()
    SCREENSHOTS.mkdir(exist_ok=True)
    shown.screenshot(path=SCREENSHOTS / "evidence.png")
    shown.keyboard.press("Escape")
    assert heading(shown) == "Evidence"


def test_the_example_opens_the_sentences_that_its_articles_hold(
    page: "Page", tmp_path: Path, example: list[Claim]
) -> None:
    path = tmp_path / "alliances.html"
    kg.view(example, path)
    open_page(page, path.as_uri())
    show_all(page)
    click_line(page, line(page, "Saudi Arabia", "Syrian opposition"))
    assert heading(page) == "Saudi Arabia → Syrian opposition"
    behind = [c for c in example if (c.subject.id, c.object.id) == ("saudi-arabia", "syrian-opposition")]
    quotes = page.locator("#panel blockquote").all_inner_texts()
    assert sorted(quotes) == sorted(str(claim.quote) for claim in behind)
    texts = [text.read_text(encoding="utf-8") for text in EXAMPLE.glob("*.txt")]
    assert all(any(quote in text for text in texts) for quote in quotes)
    page.screenshot(path=SCREENSHOTS / "example.png")


def read_claims(page: "Page") -> list[str]:
    """The ids of the claims whose sentences the panel shows, after asking for all."""
    while page.locator("#panel .more").count():
        page.locator("#panel .more").first.click()
    read(page)
    ids: list[str] = page.evaluate(
        """(async () => {
            const { line } = kgView.state.selected;
            const some = Array.from({ length: kgView.lines.claims[line] }, (_, at) => kgView.lines.start[line] + at);
            const texts = await kgView.textsOf(some);
            const shown = [...document.querySelectorAll("#panel blockquote")].map((quote) => quote.textContent).sort();
            const same = JSON.stringify(shown) === JSON.stringify(texts.map((text) => text.quote).sort());
            return same ? texts.map((text) => text.id) : [];
        })()"""
    )
    return ids


@pytest.mark.parametrize("seed", [1, 2])
def test_every_claim_is_reached_from_map_focus_graph_and_table(page: "Page", tmp_path: Path, seed: int) -> None:
    some = list(generated(30, 70, 150, seed=seed))
    everything = Counter(claim.id for claim in some)
    open_page(page, written(tmp_path / "page.html", some))
    show_all(page)
    total = page.evaluate("kgView.lines.source.length")

    found: Counter[str] = Counter()
    for index in range(total):  # the map: a click on each line
        page.evaluate("kgView.show('map')")
        point = page.evaluate(f"kgView.mapPointOfLine({index})")
        page.mouse.click(*point)
        if page.evaluate("kgView.state.selected?.line") != index:  # others between the same two lie upon it
            page.click(f'#panel .list button[data-line="{index}"]')
        found.update(read_claims(page))
    assert found == everything

    found.clear()
    for index in range(total):  # the focus graph: the neighbours of an end, then the line
        page.evaluate(f"kgView.focusOn(kgView.lines.source[{index}])")
        click_line(page, index)
        assert page.evaluate("kgView.state.selected?.line") == index
        found.update(read_claims(page))
    assert found == everything

    found.clear()
    page.click("#tab-table")
    for index in range(total):
        page.click(f'tr[data-line="{index}"]')
        found.update(read_claims(page))
    assert found == everything


def test_every_line_opens_from_graph_and_table(shown: "Page") -> None:
    show_all(shown)
    seen = 0
    for index in range(shown.evaluate("kgView.lines.source.length")):
        click_line(shown, index)
        opened = heading(shown)
        seen += shown.locator("#panel .claim").count()
        shown.click("#tab-table")
        shown.click(f'tr[data-line="{index}"]')
        assert heading(shown) == opened
        shown.click("#tab-focus")
    assert seen == len(claims())


def test_what_is_denied_is_shown_as_denied(shown: "Page") -> None:
    assert count(shown) == HOLDING
    show_all(shown)
    assert count(shown) == ALL
    click_line(shown, line(shown, "Saudi Arabia", "Nusra Front"))
    assert shown.locator("#panel .badge").all_inner_texts() == ["negated"]
    shown.click("#tab-table")
    [row] = [row for row in rows(shown) if row[2] == "Nusra Front"]
    assert row[1] == "arms negated"


def test_claims_that_contradict_each_other_stand_side_by_side(page: "Page", tmp_path: Path) -> None:
    some = [said("Jordan", "arms", "Iran", day) for day in ("2016-10-01", "2016-10-02")]
    some.append(said("Jordan", "arms", "Iran", "2016-10-03", negated=True, attributed_to=actor("Jordanian officials")))
    open_page(page, written(tmp_path / "page.html", some))
    click_line(page, 0)  # without asking for what is negated
    sides = page.locator("#panel .sides > div")
    assert [side.split("\n")[0] for side in sides.all_inner_texts()] == ["It is so (2)", "It is not so (1)"]
    assert sides.nth(1).locator(".says").inner_text() == "says: Jordanian officials"


def test_search_by_keyboard_matches_aliases_prefixes_and_accents(shown: "Page") -> None:
    for typed, name in (
        ("mosc", "Russia"),
        ("росс", "Russia"),
        ("روس", "Russia"),
        ("cote", "Côte d'Ivoire"),
        ("oppo", "Syrian opposition"),
    ):
        shown.keyboard.press("/")
        shown.keyboard.type(typed)
        shown.keyboard.press("Enter")
        assert heading(shown) == name
        assert shown.evaluate("document.activeElement.tagName") == "H2"
    shown.keyboard.press("/")
    shown.keyboard.type("ia")
    found = shown.locator("#found li > span > bdi").all_inner_texts()
    assert found[:3] == ["Russia", "Syrian opposition", "Saudi Arabia"]  # those with more claims first
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("Enter")
    assert heading(shown) == "Syrian opposition"
    shown.keyboard.press("/")
    shown.keyboard.type("nobody")
    assert shown.inner_text("#found") == "No actor has this name"


def test_an_actor_lists_its_lines_and_itself(shown: "Page") -> None:
    shown.keyboard.press("/")
    shown.keyboard.type("Russia")
    shown.keyboard.press("Enter")
    panel = shown.inner_text("#panel")
    assert "Also written Россия, Moscow" in panel
    assert "↔ Iran" in panel
    assert "→ itself" in panel
    shown.locator("#panel .list button", has_text="Iran").focus()
    shown.keyboard.press("Enter")
    assert heading(shown) == "Iran ↔ Russia"
    assert shown.locator("#panel .claim").count() == 2


def test_the_table_works_by_keyboard(shown: "Page") -> None:
    shown.click("#tab-table")
    shown.focus("#tab-table")
    until(shown, "(document.querySelector('tr[tabindex=\"0\"]').focus(), document.activeElement.tagName)", "TR")
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("Enter")
    expected = rows(shown)[1]
    assert heading(shown).startswith(expected[0])
    assert shown.evaluate("document.activeElement.tagName") == "H2"
    shown.keyboard.press("Escape")
    assert shown.evaluate("document.activeElement.rowIndex") == 2


def test_the_table_is_sorted_by_its_columns(shown: "Page") -> None:
    shown.click("#tab-table")
    for name, column in (("subject", 0), ("object", 2)):
        shown.click(f'[data-sort="{name}"]')
        names = [row[column] for row in rows(shown)]
        assert names == sorted(names)
        assert shown.get_attribute(f'th:has([data-sort="{name}"])', "aria-sort") == "ascending"
    shown.click('[data-sort="last"]')
    days = [row[7] for row in rows(shown)]
    assert days == sorted(days, reverse=True)
    shown.click('[data-sort="last"]')
    assert [row[7] for row in rows(shown)] == sorted(days)


def test_a_claim_without_a_sentence_names_its_row(shown: "Page") -> None:
    click_line(shown, line(shown, "Iran", "Assad government"))
    assert "From row row 7 of a table" in shown.inner_text("#panel")
    assert "no date" in shown.inner_text("#panel")


def test_overlapping_marks_are_all_shown(page: "Page", tmp_path: Path) -> None:
    marks = ((5, 11, "subject"), (8, 14, "object"), (9, 10, "relation"))
    article = Article("a")
    some = [new(actor("A"), "arms", actor("B"), article, begin=2, end=14, quote="🥳bcdefghijkl", marks=marks)]
    open_page(page, written(tmp_path / "page.html", some))
    click_line(page, 0)
    found = page.locator("#panel blockquote mark").evaluate_all("all => all.map(m => [m.className, m.textContent])")
    assert found == [
        ["subject", "def"],
        ["subject object", "g"],
        ["subject object relation", "h"],
        ["subject object", "i"],
        ["object", "jkl"],
    ]


def test_a_mark_of_the_whole_quote_is_not_shown(page: "Page", tmp_path: Path) -> None:
    marks = ((5, 6, "subject"), (5, 12, "relation"), (40, 50, "object"))
    some = [new(actor("A"), "bombs", actor("B"), Article("x"), begin=5, end=12, quote="A bombs", marks=marks)]
    open_page(page, written(tmp_path / "page.html", some))
    click_line(page, 0)
    assert page.locator("#panel blockquote mark").all_inner_texts() == ["A"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)])
def test_dark_and_narrow_pages_work(page: "Page", tmp_path: Path, scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 844})
    open_page(page, written(tmp_path / "page.html", claims()))
    click_line(page, line(page, "Saudi Arabia", "Syrian opposition"))
    assert heading(page) == "Saudi Arabia → Syrian opposition"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{scheme}-{width}.png", full_page=True)


def test_an_empty_page_says_so(page: "Page", tmp_path: Path) -> None:
    open_page(page, written(tmp_path / "page.html", []))
    assert page.inner_text("#empty") == "There are no claims to show."


def test_a_large_page_starts_with_the_map_and_a_click_leads_to_the_focus_graph(page: "Page", tmp_path: Path) -> None:
    some = list(generated(400, 1200, 2000, seed=3))
    open_page(page, written(tmp_path / "page.html", some))
    assert page.get_attribute("#tab-map", "aria-selected") == "true"
    strongest = page.evaluate("kgView.actors.name[0]")
    page.mouse.click(*page.evaluate("kgView.mapPoint(0)"))
    assert page.get_attribute("#tab-focus", "aria-selected") == "true"
    assert heading(page) == strongest
    neighbours = page.evaluate("kgView.inFocus().actors.size")
    assert 2 < neighbours <= 400
    assert actor_place(page, strongest) == page.evaluate("kgView.state.centre")
    page.locator("#focus-bar button", has_text="Back to the strongest").click()
    assert page.inner_text("#focus-bar span") == "The 60 strongest of 400 actors"
    page.screenshot(path=SCREENSHOTS / "ego.png")
