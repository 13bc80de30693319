"""Hostile text on the page, in a real browser: it is shown, and nothing runs, moves or is asked for."""

import json
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg import entities, ontology
from kg.claim import Article, Claim, Entity, new
from kg.ontology import Ontology
from kg.view import html, model
from tests.pages import actor, claims, click_line, open_page, read, show_all, until, written
from tests.payloads import NAMES, SHORT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


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


def press_everything(page: "Page") -> None:
    """Use each part of the page that puts text somewhere: lists, lenses, views, tips, pictures and the print sheet."""
    for facet in ("relations", "kinds", "blocs", "publishers", "claimants"):
        for button in page.locator(f"#{facet} button:visible").all()[:6]:
            button.click()
    page.evaluate("kgView.change((now) => Object.values(now.off).forEach((off) => off.clear()))")
    for typed, least in (("script", 6), ("svg onload", 1), ("\u202e", 1), ("%2E", 1)):
        page.keyboard.press("/")
        page.keyboard.type(typed)
        assert page.locator("#found li:not(.none)").count() >= least, typed
        page.keyboard.press("Enter")
    for view in ("map", "focus"):
        page.click(f"#tab-{view}")
        frame = page.locator(f"#{view}-view .canvas").bounding_box()
        assert frame is not None
        for x in range(int(frame["x"]) + 30, int(frame["x"] + frame["width"]), 60):
            for y in range(int(frame["y"]) + 30, int(frame["y"] + frame["height"]), 60):
                page.mouse.move(x, y)
    page.evaluate("kgView.findPaths(0, 1)")
    page.evaluate("kgView.fan(0)")
    for kind in ("svg", "graphml", "gexf", "csv", "jsonld"):
        assert page.evaluate(f"kgView.saved('{kind}')")
    page.evaluate("kgView.fillSheet()")


FORBIDDEN = "iframe, img, object, embed, link, base, animate, form form, #panel script, meta[http-equiv=refresh]"


@pytest.mark.parametrize("change", [str, without_policy], ids=["policy", "no policy"])
def test_hostile_text_runs_nothing(page: "Page", tmp_path: Path, change: Callable[[str], str]) -> None:
    some = [claim for text in SHORT.values() for claim in attack(text)]
    open_page(page, written(tmp_path / "page.html", some, change))
    page.click("#tab-table")
    panels: list[dict[str, Any]] = page.evaluate(
        """(async () => {
            const panel = document.getElementById("panel");
            const found = [];
            for (let line = 0; line < kgView.lines.source.length; line += 1) {
                for (const target of [{ line }, { actor: kgView.lines.source[line] }]) {
                    kgView.choose(target);
                    while (panel.querySelector("[aria-busy]")) await new Promise((done) => setTimeout(done));
                    const links = [...panel.querySelectorAll("a")].map((link) => link.protocol);
                    found.push({ text: panel.textContent, links });
                }
            }
            return found;
        })()"""
    )
    shown = "\0".join(panel["text"] for panel in panels)
    for name, text in SHORT.items():
        composed = unicodedata.normalize("NFC", text)
        said = (
            text * 2,
            f"annotator: {text}",
            f"From row {text} of",
            f"{composed}, {composed}, {composed}, 2016-10-12",
            composed + "2",
        )
        assert all(part in shown for part in said), name
    assert {link for panel in panels for link in panel["links"]} == {"https:"}
    press_everything(page)
    assert page.evaluate("window.hacked") is None
    assert page.locator(FORBIDDEN).count() == 0


@pytest.mark.parametrize("change", [str, without_policy], ids=["policy", "no policy"])
def test_hostile_labels_of_ones_own_ontology_run_nothing(
    page: "Page", tmp_path: Path, change: Callable[[str], str]
) -> None:
    terms, some = own_terms()
    nodes = entities.nodes(entities.mentions(some).values())
    raw = html.render(model.build(some, nodes, terms), title="<b>title</b>", note="<img src=x onerror=alert(1)>")
    (tmp_path / "page.html").write_text(change(raw), encoding="utf-8")
    open_page(page, (tmp_path / "page.html").as_uri())
    show_all(page)
    labels = page.evaluate("kgView.relations.map((relation) => relation.label)")
    for text in labels:
        assert text in page.evaluate("document.getElementById('relations').textContent")
    for index in range(page.evaluate("kgView.lines.source.length")):
        click_line(page, index)
    page.evaluate("kgView.fan(0)")
    page.click("#tab-table")
    page.evaluate("kgView.fillSheet()")
    for kind in ("svg", "graphml", "gexf", "csv", "jsonld"):
        assert page.evaluate(f"kgView.saved('{kind}')")
    assert page.evaluate("window.hacked") is None
    assert page.locator(FORBIDDEN).count() == 0


def own_terms() -> tuple[Ontology, list[Claim]]:
    """An ontology whose labels are payloads, and a claim with each of its relations."""
    texts = [text for text in SHORT.values() if text == text.strip() and text.isprintable()]
    head = (
        "@prefix kg: <https://diplograph.example/ontology#> . @prefix x: <https://x.example/#> . "
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
    )
    body = " ".join(
        f"x:does{number} a owl:ObjectProperty ; rdfs:subPropertyOf kg:supports ; rdfs:label {json.dumps(text)} ."
        for number, text in enumerate(texts)
    )
    terms = ontology.load(head + body)
    assert len(texts) >= 50
    return terms, [
        new(actor("A"), f"does{number}", actor(f"B{number % 9}"), Article("a")) for number in range(len(texts))
    ]


def test_very_long_texts_are_shown(page: "Page", tmp_path: Path) -> None:
    for name in NAMES.keys() - SHORT.keys():
        open_page(page, written(tmp_path / "page.html", attack(NAMES[name])))
        page.click("#tab-table")
        shown = ""
        for index in (0, 1):
            page.click(f'tr[data-line="{index}"]', position={"x": 5, "y": 5})
            read(page)
            shown += page.text_content("#panel") or ""
        assert NAMES[name] * 2 in shown


def test_a_name_does_not_turn_what_stands_beside_it(page: "Page", tmp_path: Path) -> None:
    name = "\u202eturned"
    some = [new(actor(name, name), "arms", actor("Iran"), Article("a"), row=name, annotator=name)]
    open_page(page, written(tmp_path / "page.html", some))
    point = page.evaluate("kgView.clickable(0)")
    page.mouse.move(point["x"], point["y"])
    until(page, "document.getElementById('tip').hidden", wanted=False)
    tip = page.locator("#tip").element_handle()
    assert tip is not None
    inside = page.evaluate("tip => [[...tip.childNodes].map(node => node.nodeValue).join(), tip.innerHTML]", tip)
    assert "turned" not in inside[0]
    assert inside[1].count("<bdi>\u202eturned</bdi>") == 1
    click_line(page, 0)
    for place in ("#panel h2", "#panel .none", "#panel .facts"):
        texts = page.locator(place).evaluate("place => [...place.childNodes].map(node => node.nodeValue).join()")
        assert "turned" not in texts, place
        assert page.locator(f"{place} bdi", has_text="turned").count() == 1, place


def test_a_hostile_fragment_is_left_out(page: "Page", tmp_path: Path) -> None:
    uri = written(tmp_path / "page.html", claims())
    names = (
        *("view", "layout", "only-relations", "not-kinds", "also", "clock", "since", "confidence", "centre", "hops"),
        *("path", "opened", "pins", "fanned", "sort", "line", "actor", "between"),
    )
    for text in ("<img src=x onerror=alert(1)>", "javascript:alert(1)", "%", "%E0%A4%A", "__proto__", "," * 999):
        open_page(page, f"{uri}#{'&'.join(f'{name}={text}' for name in names)}")
        for name in names:
            page.evaluate(f"location.hash = {json.dumps(f'{name}={text}')}")
        assert page.evaluate("kgView.lines.source.length") == 9
    assert page.evaluate("window.hacked") is None


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
