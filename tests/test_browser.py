"""The page in a real browser: from an edge to its sentences, filters, keyboard, and hostile text."""

import json
import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import kg
from kg import entities, ontology
from kg.claim import Article, Claim, Entity, new
from kg.view import html, model
from tests.conftest import EXAMPLE
from tests.payloads import NAMES, SHORT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
SCREENSHOTS = Path(__file__).parents[1] / "screenshots"

KINDS = {"Assad government": "Government", "Syrian opposition": "PoliticalGroup", "Nusra Front": "ArmedGroup"}
ALIASES = {"Russia": ("Россия", "Moscow"), "Côte d'Ivoire": ("Ivory Coast",)}


def actor(name: str, written: str = "") -> Entity:
    return Entity(entities.slug(name), name, KINDS.get(name, "State"), written or name)


def said(subject: str, relation: str, object: str, day: str | None = "2016-10-12", **fields: Any) -> Claim:
    """A claim whose quote names its subject, relation and object, marked."""
    quote = f"They say that {subject} {relation} {object} 🥳 again."
    begins = [(quote.index(word, 10), word, role) for word, role in ((subject, "subject"), (relation, "relation"))]
    begins.append((quote.rindex(object), object, "object"))
    marks = tuple((50 + at, 50 + at + len(word), role) for at, word, role in begins)
    article = Article(f"article {day}", f"News of {day}", "The Wire", day, f"https://wire.example/{day}", language="en")
    place: dict[str, Any] = {"begin": 50, "end": 50 + len(quote), "quote": quote, "marks": marks}
    return new(actor(subject), relation, actor(object), article, **(place | fields))


def claims() -> list[Claim]:
    return [
        said("Saudi Arabia", "arms", "Syrian opposition", "2016-10-14", attributed_to=actor("American officials")),
        said("Saudi Arabia", "arms", "Syrian opposition", "2016-10-12", confidence=0.8, annotator="anna"),
        said("Saudi Arabia", "funds", "Syrian opposition", "2016-10-13", modality="planned", valid_from="2016-11"),
        said("Saudi Arabia", "arms", "Nusra Front", "2016-10-12", negated=True),
        said("Russia", "backs", "Assad government", "2016-09-30"),
        said("Russia", "alliedWith", "Iran", "2016-09-30"),
        said("Iran", "alliedWith", "Russia", "2016-10-01"),
        said("Russia", "attacks", "Syrian opposition", "2016-10-04"),
        said("Syrian opposition", "fights", "Assad government", None),
        said("Côte d'Ivoire", "meets", "Russia", "2016-10-02"),
        said("Russia", "accuses", "Russia", "2016-10-05"),
        new(actor("Iran"), "arms", actor("Assad government"), Article("table"), row="row 7"),
    ]


def written(path: Path, some: list[Claim], change: Callable[[str], str] = lambda page: page) -> str:
    nodes = entities.nodes(entities.mentions(some).values())
    for at, node in enumerate(nodes):
        nodes[at] = type(node)(node.id, node.name, node.kinds, ALIASES.get(node.name, node.aliases), node.same_as)
    path.write_text(change(html.render(model.build(some, nodes, ontology.load()))), encoding="utf-8")
    return path.as_uri()


def until(page: "Page", expression: str, wanted: object = True) -> None:
    """Wait until the page says so. Playwright's own waiting needs eval, which the page's policy forbids."""
    end = time.monotonic() + 10
    while (found := page.evaluate(expression)) != wanted:
        assert time.monotonic() < end, f"{expression} is {found!r}, not {wanted!r}"
        time.sleep(0.02)


@pytest.fixture
def shown(page: "Page", tmp_path: Path) -> "Page":
    """The page of `claims()`, drawn."""
    open_page(page, written(tmp_path / "page.html", claims()))
    return page


def open_page(page: "Page", uri: str) -> None:
    page.goto(uri)
    until(page, "Boolean(window.kgView)")
    until(
        page, "document.querySelector('#graph canvas').getContext('2d').getImageData(0, 0, 800, 700).data.some(v => v)"
    )


def line(page: "Page", subject: str, object: str, sign: int = 1) -> int:
    names = json.dumps([subject, object, sign])
    found: int = page.evaluate(
        f"""(() => {{
            const {{ lines, actors }} = kgView.model;
            const ends = (line) => [actors[line.source].name, actors[line.target].name, line.sign];
            return lines.findIndex((line) => JSON.stringify(ends(line)) === JSON.stringify({names}));
        }})()"""
    )
    assert found >= 0
    return found


def click_line(page: "Page", index: int) -> None:
    point = page.evaluate(f"kgView.clickable({index})")
    page.mouse.click(point["x"], point["y"])


def heading(page: "Page") -> str:
    return page.inner_text("#panel h2")


def rows(page: "Page") -> list[list[str]]:
    found: list[list[str]] = page.evaluate(
        "[...document.querySelectorAll('#table tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return found


def test_a_click_on_the_edge_opens_its_sentences(shown: "Page") -> None:
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
    click_line(page, line(page, "Saudi Arabia", "Syrian opposition"))
    assert heading(page) == "Saudi Arabia → Syrian opposition"
    behind = [c for c in example if (c.subject.id, c.object.id) == ("saudi-arabia", "syrian-opposition")]
    quotes = page.locator("#panel blockquote").all_inner_texts()
    assert sorted(quotes) == sorted(str(claim.quote) for claim in behind)
    texts = [text.read_text(encoding="utf-8") for text in EXAMPLE.glob("*.txt")]
    assert all(any(quote in text for text in texts) for quote in quotes)
    page.screenshot(path=SCREENSHOTS / "example.png")


def test_every_line_opens_from_graph_and_table(shown: "Page") -> None:
    count = shown.evaluate("kgView.model.lines.length")
    seen = 0
    for index in range(count):
        click_line(shown, index)
        opened = heading(shown)
        seen += shown.locator("#panel .claim").count()
        shown.click("#tab-table")
        shown.click(f'tr[data-line="{index}"]')
        assert heading(shown) == opened
        shown.click("#tab-graph")
    assert seen == len(claims())


def test_filtering_by_relation_acts_on_graph_table_and_panel(shown: "Page") -> None:
    assert shown.inner_text("#count") == "9 lines, 12 claims"
    click_line(shown, line(shown, "Saudi Arabia", "Syrian opposition"))
    shown.click('input[data-name="arms"]')
    assert shown.inner_text("#count") == "7 of 9 lines, 8 of 12 claims"
    assert len(rows(shown)) == 7
    assert shown.locator("#panel .claim").count() == 1
    assert "2 more claims hidden by the filters" in shown.inner_text("#panel")
    assert shown.evaluate("document.querySelector('input[data-name=\"supports\"]').indeterminate") is True
    assert shown.evaluate(f"kgView.clickable({line(shown, 'Saudi Arabia', 'Nusra Front')})") is None
    shown.click('input[data-name="supports"]')
    for name in ("backs", "arms", "funds"):
        assert not shown.is_checked(f'input[data-name="{name}"]')
    for name in ("opposes", "engages"):
        shown.click(f'input[data-name="{name}"]')
    assert "no relation is ticked" in shown.inner_text("#empty")
    assert rows(shown) == []
    shown.click("#reset")
    until(shown, "document.getElementById('count').textContent", "9 lines, 12 claims")
    assert shown.is_checked('input[data-name="arms"]')


def test_filtering_by_date(shown: "Page") -> None:
    assert shown.get_attribute("#since", "min") == "2016-09-30"
    shown.fill("#since", "2016-10-12")
    shown.fill("#until", "2016-10-13")
    until(shown, "document.getElementById('count').textContent", "4 of 9 lines, 5 of 12 claims")
    shown.check("#dated")
    assert shown.inner_text("#count") == "2 of 9 lines, 3 of 12 claims"
    assert {row[6] for row in rows(shown)} == {"2016-10-12"}


def test_filtering_by_class_and_by_what_is_claimed(shown: "Page") -> None:
    shown.uncheck('input[data-name="ArmedGroup"]')
    assert shown.inner_text("#count") == "8 of 9 lines, 11 of 12 claims"
    shown.click("#reset")
    shown.uncheck("#hedged")
    assert shown.inner_text("#count") == "8 of 9 lines, 11 of 12 claims"
    click_line(shown, line(shown, "Saudi Arabia", "Syrian opposition"))
    assert shown.locator("#panel .claim").count() == 3  # what is planned stays beside what is said to be so


def test_what_is_denied_is_shown_as_denied(shown: "Page") -> None:
    click_line(shown, line(shown, "Saudi Arabia", "Nusra Front"))
    assert shown.locator("#panel .badge").all_inner_texts() == ["negated"]
    [row] = [row for row in rows(shown) if row[2] == "Nusra Front"]
    assert row[1] == "arms negated"


def test_search_by_keyboard_matches_aliases_prefixes_and_accents(shown: "Page") -> None:
    for typed, name in (
        ("mosc", "Russia"),
        ("росс", "Russia"),
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
    shown.focus("#tab-graph")
    shown.keyboard.press("ArrowRight")
    shown.keyboard.press("Tab")
    until(shown, "document.activeElement.tagName", "TR")
    shown.keyboard.press("ArrowDown")
    shown.keyboard.press("Enter")
    expected = rows(shown)[1]
    assert heading(shown).startswith(expected[0])
    assert shown.evaluate("document.activeElement.tagName") == "H2"
    shown.keyboard.press("Escape")
    assert shown.evaluate("document.activeElement.rowIndex") == 2


def test_a_claim_without_a_sentence_names_its_row(shown: "Page") -> None:
    click_line(shown, line(shown, "Iran", "Assad government"))
    assert "From row row 7 of a table" in shown.inner_text("#panel")
    assert "no date" in shown.inner_text("#panel")


def test_overlapping_marks_are_all_shown(page: "Page", tmp_path: Path) -> None:
    marks = ((3, 9, "subject"), (6, 12, "object"), (7, 8, "relation"))
    article = Article("a")
    some = [new(actor("A"), "arms", actor("B"), article, begin=2, end=14, quote="🥳bcdefghijkl", marks=marks)]
    open_page(page, written(tmp_path / "page.html", some))
    click_line(page, 0)
    found = page.locator("#panel blockquote mark").evaluate_all("all => all.map(m => [m.className, m.textContent])")
    assert found == [
        ["subject", "bcd"],
        ["subject object", "e"],
        ["subject object relation", "f"],
        ["subject object", "g"],
        ["object", "hij"],
    ]


@pytest.mark.parametrize(("scheme", "width"), [("dark", 1440), ("light", 390)])
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
    page.goto(written(tmp_path / "page.html", []))
    until(page, "Boolean(window.kgView)")
    assert page.inner_text("#empty") == "There are no claims to show."


def attack(payload: str) -> list[Claim]:
    """Claims with the payload in every text; one has it in its link, the other as its link."""
    article = Article(payload, payload, payload, "2016-10-12", f"https://wire.example/{payload}", payload, payload)
    linked = Article(f"{payload} link", payload, payload, "2016-10-13", payload, payload, payload)
    one = Entity(payload, payload, "State", payload, (payload,))
    other = Entity(f"{payload}2", f"{payload}2", payload, payload, ("wikidata:Q1",))
    fields: dict[str, Any] = {"quote": payload * 2, "begin": 0, "end": 2 * len(payload), "marks": ((1, 9, "subject"),)}
    fields |= {"attributed_to": one, "annotator": payload, "valid_from": payload, "row": payload}
    return [new(one, "arms", other, article, **fields), new(one, "attacks", other, linked, row=payload)]


def without_policy(page: str) -> str:
    stripped, count = re.subn(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", page)
    assert count == 1
    return stripped


@pytest.mark.parametrize("change", [str, without_policy], ids=["policy", "no policy"])
def test_hostile_text_runs_nothing(page: "Page", tmp_path: Path, change: Callable[[str], str]) -> None:
    open_page(
        page, written(tmp_path / "page.html", [claim for text in SHORT.values() for claim in attack(text)], change)
    )
    page.click("#tab-table")
    panels: list[dict[str, Any]] = page.evaluate(
        """kgView.model.lines.flatMap((_, index) =>
            [`tr[data-line="${index}"]`, ...(index % 2 ? ["#panel h2 button"] : [])].map((place) => {
                document.querySelector(place).click();
                const links = [...document.querySelectorAll("#panel a")].map((link) => link.protocol);
                return { text: document.getElementById("panel").textContent, links };
            }))"""
    )
    shown = "\0".join(panel["text"] for panel in panels)
    for name, text in SHORT.items():
        composed = unicodedata.normalize("NFC", text)
        said = (
            text * 2,
            f"annotator: {text}",
            f"From row {text} of",
            f"{composed}, {composed}, 2016-10-12",
            composed + "2",
        )
        assert all(part in shown for part in said), name
    assert {link for panel in panels for link in panel["links"]} == {"https:"}
    for typed, least in (("script", 6), ("svg onload", 1), ("\u202e", 1), ("%2E", 1)):
        page.keyboard.press("/")
        page.keyboard.type(typed)
        assert page.locator("#found li:not(.none)").count() >= least, typed
        page.keyboard.press("Enter")
    page.click("#tab-graph")
    for x in range(300, 1040, 60):
        for y in range(140, 760, 60):
            page.mouse.move(x, y)
    assert page.evaluate("window.hacked") is None
    forbidden = "iframe, img, object, embed, link, base, animate, form form, #panel script, meta[http-equiv=refresh]"
    assert page.locator(forbidden).count() == 0


def test_very_long_texts_are_shown(page: "Page", tmp_path: Path) -> None:
    for name in NAMES.keys() - SHORT.keys():
        open_page(page, written(tmp_path / "page.html", attack(NAMES[name])))
        page.click("#tab-table")
        shown = ""
        for index in (0, 1):
            page.click(f'tr[data-line="{index}"]', position={"x": 5, "y": 5})
            shown += page.text_content("#panel") or ""
        assert NAMES[name] * 2 in shown


def test_a_name_does_not_turn_what_stands_beside_it(page: "Page", tmp_path: Path) -> None:
    name = "\u202eturned"
    some = [new(actor(name, name), "arms", actor("Iran"), Article("a"), row=name, annotator=name)]
    open_page(page, written(tmp_path / "page.html", some))
    point = page.evaluate("kgView.clickable(0)")
    page.mouse.move(point["x"], point["y"])
    until(page, "document.getElementById('tip').hidden", wanted=False)
    page.mouse.click(point["x"], point["y"])
    for place in ("#tip", "#panel h2", "#panel .none", "#panel .facts"):
        texts = page.locator(place).evaluate("place => [...place.childNodes].map(node => node.nodeValue).join()")
        assert "turned" not in texts, place
        assert page.locator(f"{place} bdi", has_text="turned").count() == 1, place


def test_the_policy_blocks_what_gets_in_by_force(browser: "Browser", tmp_path: Path) -> None:
    forced = (
        '<script>window.hacked = 1</script><img src="https://evil.example/x.png" onerror="window.hacked = 2"></body>'
    )
    uri = written(tmp_path / "page.html", claims(), lambda page: page.replace("</body>", forced))
    blocked: dict[str, str | None] = {}
    opened = browser.new_page()
    opened.on("requestfailed", lambda request: blocked.update({request.url: request.failure}))
    opened.goto(uri)
    until(opened, "Boolean(window.kgView)")
    opened.evaluate("new Promise(done => requestAnimationFrame(done))")
    assert opened.evaluate("window.hacked") is None
    assert blocked == {"https://evil.example/x.png": "csp"}
    opened.close()
