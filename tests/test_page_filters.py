"""What the reader sets on the page: filters, time, undo, and the link that carries all of it."""

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.claim import Article, Claim, new
from kg.graphs import graph
from tests.generated import claims as generated
from tests.pages import (
    ALL,
    HOLDING,
    actor,
    actor_place,
    box,
    claims,
    click_line,
    count,
    line,
    open_page,
    rows,
    said,
    show_all,
    until,
    written,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
DAYS = ("1999-01-02", "2001-02-03", "2003-04-05")


@pytest.fixture
def shown(page: "Page", tmp_path: Path) -> "Page":
    """The page of `claims()`, with what is negated and planned asked for."""
    open_page(page, written(tmp_path / "page.html", claims()))
    show_all(page)
    return page


def shown_ids(page: "Page") -> set[str]:
    """The ids of the claims that pass the filters."""
    found: list[str] = page.evaluate(
        """(async () => {
            const some = [...kgView.shown.claim.keys()].filter((claim) => kgView.shown.claim[claim]);
            return (await kgView.textsOf(some)).map((text) => text.id);
        })()"""
    )
    return set(found)


def test_filtering_by_relation_acts_on_graph_table_and_panel(shown: "Page") -> None:
    assert count(shown) == ALL
    click_line(shown, line(shown, "Saudi Arabia", "Syrian opposition"))
    shown.evaluate(f"document.querySelector('{box('relations', 'arms')}').click()")
    assert count(shown) == "7 of 9 lines, 8 of 12 claims"
    assert shown.locator("#panel .claim").count() == 1
    assert "2 more claims hidden by the filters" in shown.inner_text("#panel")
    assert shown.evaluate(f"document.querySelector('{box('relations', 'supports')}').indeterminate") is True
    assert shown.evaluate(f"kgView.clickable({line(shown, 'Saudi Arabia', 'Nusra Front')})") is None
    shown.click("#tab-table")
    assert len(rows(shown)) == 7
    for name in ("supports", "opposes", "engages"):
        if shown.is_checked(box("relations", name)):
            shown.click(box("relations", name))
    until(shown, "kgView.shown.lines", 0)
    assert "no relation is ticked" in shown.inner_text("#empty")
    assert rows(shown) == []
    shown.click("#reset")
    assert count(shown) == HOLDING


def test_ticking_a_relation_ticks_all_below_it(shown: "Page") -> None:
    tick = f"document.querySelector('{box('relations', 'backs')}')"
    shown.evaluate(f"{tick}.click()")
    assert shown.evaluate("[...kgView.state.off.relations].map((place) => kgView.relations[place].name)") == [
        "backs",
        "backsMilitarily",
        "arms",
        "funds",
    ]
    shown.evaluate(f"{tick}.click()")
    assert count(shown) == ALL


def test_filtering_by_class_bloc_publisher_and_claimant(shown: "Page") -> None:
    shown.uncheck(box("kinds", "ArmedGroup"))
    assert count(shown) == "8 of 9 lines, 11 of 12 claims"
    shown.check(box("kinds", "ArmedGroup"))
    shown.uncheck(box("publishers", "The Post"))
    assert count(shown) == "8 of 9 lines, 11 of 12 claims"
    shown.check(box("publishers", "The Post"))
    shown.uncheck(box("claimants", "american-officials"))
    assert count(shown) == "9 lines, 11 of 12 claims"
    shown.click("#reset")
    show_all(shown)
    blocs = shown.evaluate("Math.max(...kgView.actors.bloc)")
    assert blocs >= 0
    shown.click(f"{box('blocs', '0')} >> xpath=ancestor::li[1] >> button")  # only this bloc
    members = set(shown.evaluate("kgView.blocs[0].members.map((actor) => kgView.actors.name[actor])"))
    shown.click("#tab-table")
    assert rows(shown)
    assert {name for row in rows(shown) for name in (row[0], row[2])} <= members


def test_what_is_hedged_is_shown_on_request(page: "Page", tmp_path: Path) -> None:
    open_page(page, written(tmp_path / "page.html", claims()))
    assert count(page) == HOLDING
    page.check('#hedges input[data-value="negated"]')
    assert count(page) == "9 lines, 11 of 12 claims"
    page.check('#hedges input[data-value="planned"]')
    assert count(page) == ALL


def test_confidence_keeps_what_has_none(shown: "Page") -> None:
    shown.fill("#confidence", "0.5")
    assert count(shown) == "8 of 9 lines, 11 of 12 claims"  # 0.3 is out; 0.8 and those without stay
    assert "10" in shown.inner_text("#confidence-value")


def test_filtering_by_the_day_of_publication(shown: "Page") -> None:
    assert shown.get_attribute("#since", "min") == "2016-09-30"
    shown.fill("#since", "2016-10-12")
    shown.fill("#until", "2016-10-13")
    until(shown, "document.getElementById('count').textContent", "4 of 9 lines, 5 of 12 claims")
    shown.check("#dated")
    assert count(shown) == "2 of 9 lines, 3 of 12 claims"
    shown.click("#tab-table")
    assert {row[6] for row in rows(shown)} == {"2016-10-12"}


def test_the_thumbs_move_by_keyboard(shown: "Page") -> None:
    shown.focus("#since-thumb")
    shown.keyboard.press("ArrowRight")
    first = shown.input_value("#since")
    assert first > "2016-09-30"
    assert shown.get_attribute("#since-thumb", "aria-valuetext") is not None
    shown.keyboard.press("Home")
    assert shown.evaluate("kgView.state.since") == 0
    shown.focus("#until-thumb")
    shown.keyboard.press("ArrowLeft")
    assert shown.input_value("#until") < "2016-10-14"


@pytest.mark.parametrize("seed", range(3))
def test_the_clock_of_validity_agrees_with_the_graph_of_the_api(page: "Page", tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    some: list[Claim] = []
    for number in range(60):
        dates = [draw.choice([None, "2014", "2015-02", "2015-03-07", "2016"]) for _ in range(2)]
        a, b = draw.sample(["Russia", "Iran", "Qatar", "Turkey", "Jordan"], 2)
        article = Article(str(number), published="2016-10-12")
        some.append(new(actor(a), "arms", actor(b), article, valid_from=dates[0], valid_to=dates[1]))
    open_page(page, written(tmp_path / "page.html", some))
    page.check('#time input[value="held"]')
    for since, until_day in (("2015-01-01", "2015-06-30"), ("2015-03-07", "2015-03-07"), ("2016-05-01", "")):
        page.evaluate(
            f"kgView.change((now) => {{ now.since = kgView.dayNumber('{since}'); "
            f"now.until = kgView.dayNumber('{until_day}'); }})"
        )
        expected = graph(some, since=since, until=until_day or None)
        held = {id for _, _, stated in expected.edges(data=True) for id in stated["claims"]}
        assert shown_ids(page) == held


def test_the_clock_starts_with_the_days_that_there_are(page: "Page", tmp_path: Path) -> None:
    some = [new(actor("Russia"), "arms", actor("Iran"), Article("table"), row=day, valid_from=day) for day in DAYS]
    open_page(page, written(tmp_path / "page.html", some))
    assert page.is_checked('#time input[value="held"]')
    assert page.is_enabled("#play")
    assert page.get_attribute("#since", "min") == DAYS[0]
    assert page.evaluate("kgView.toFragment()") == ""


def test_playback_grows_from_the_first_day_to_the_last(shown: "Page") -> None:
    shown.click("#play")
    until(shown, "document.getElementById('play').getAttribute('aria-pressed')", "true")
    until(shown, "kgView.state.until > 0")
    seen = shown.evaluate("kgView.shown.claims")
    until(shown, f"kgView.shown.claims > {seen}")
    shown.keyboard.press("Escape")
    until(shown, "document.getElementById('play').getAttribute('aria-pressed')", "false")
    steps = shown.evaluate("kgView.past.length")
    shown.click("#undo")
    assert shown.evaluate("kgView.state.until") == 0  # the whole run is one step
    assert shown.evaluate("kgView.past.length") == steps - 1


def test_undo_and_redo_go_through_every_change(shown: "Page") -> None:
    start = shown.evaluate("kgView.toFragment()")
    shown.evaluate(f"document.querySelector('{box('relations', 'arms')}').click()")
    shown.fill("#since", "2016-10-01")
    click_line(shown, line(shown, "Russia", "Syrian opposition", -1))
    shown.click("#tab-table")
    end = shown.evaluate("kgView.toFragment()")
    for _ in range(4):
        shown.keyboard.press("Control+z")
    assert shown.evaluate("kgView.toFragment()") == start
    assert count(shown) == ALL
    for _ in range(4):
        shown.keyboard.press("Control+y")
    assert shown.evaluate("kgView.toFragment()") == end
    assert shown.is_disabled("#redo")


def random_state(page: "Page", draw: random.Random) -> dict[str, Any]:
    """Set a state with something of everything; what of it can be seen."""
    actors = page.evaluate("kgView.actors.id.length")
    some = {name: draw.randrange(actors) for name in ("centre", "from", "to", "opened", "closed", "pinned", "actor")}
    lines = page.evaluate("kgView.lines.source.length")
    selected = draw.choice(["null", f"{{ line: {draw.randrange(lines)} }}", f"{{ actor: {some['actor']} }}"])
    path = draw.choice(["null", f"{{ from: {some['from']}, to: {some['to']} }}"])
    page.evaluate(
        f"""kgView.change((now) => {{
            now.view = "{draw.choice(["map", "focus", "table"])}";
            now.layout = "{draw.choice(["signed", "radial", "bloc"])}";
            now.off.relations.add({draw.randrange(5)});
            now.off.publishers.add({draw.choice([-1, 0, 1])});
            kgView.FACETS.claimants.values.slice({draw.choice([1, 2])}).forEach((each) => now.off.claimants.add(each));
            now.hedges.add("{draw.choice(["negated", "planned"])}");
            now.clock = "{draw.choice(["published", "held"])}";
            now.since = kgView.dayNumber("2014-02-03");
            now.dated = {draw.choice(["true", "false"])};
            now.confidence = {draw.choice(["0", "0.35"])};
            now.centre = {draw.choice([-1, some["centre"]])};
            now.hops = {draw.choice([1, 2])};
            now.path = {path};
            now.opened.add({some["opened"]});
            now.closed.add({some["closed"]});
            now.pins.set({some["pinned"]}, [12, -34]);
            now.fanned.add({draw.randrange(lines)});
            now.sort = "{draw.choice(["", "-last", "subject"])}";
            now.selected = {selected};
        }})"""
    )
    return picture(page)


def picture(page: "Page") -> dict[str, Any]:
    seen: dict[str, Any] = page.evaluate(
        """({ fragment: kgView.toFragment(), count: document.getElementById("count").textContent,
            heading: document.querySelector("#panel h2").textContent, focus: [...kgView.inFocus().actors].sort(),
            view: document.querySelector("[role=tab][aria-selected=true]").id,
            pins: [...kgView.state.pins], path: kgView.state.path, rows: document.querySelectorAll("#table tr").length,
            ticked: [...document.querySelectorAll("#controls input[type=checkbox]")].map((box) => box.checked) })"""
    )
    return seen


@pytest.mark.parametrize("seed", range(4))
def test_a_link_carries_everything(page: "Page", tmp_path: Path, seed: int) -> None:
    uri = written(tmp_path / "page.html", list(generated(30, 70, 150, seed=9)))
    open_page(page, uri)
    before = random_state(page, random.Random(seed))
    assert page.evaluate("location.hash.slice(1)") == before["fragment"]
    open_page(page, f"{uri}#{before['fragment']}")
    assert picture(page) == before


def test_a_link_names_things_and_not_places(page: "Page", tmp_path: Path) -> None:
    open_page(page, written(tmp_path / "one.html", claims()))
    page.evaluate(f"kgView.focusOn({actor_place(page, 'Iran')})")
    page.evaluate(f"kgView.change((now) => now.off.relations.add({json.dumps(3)}))")
    fragment = page.evaluate("kgView.toFragment()")
    more = [said("Aland", "meets", name) for name in ("Bland", "Cland", "Dland", "Iran", "Russia")] * 3
    open_page(page, f"{written(tmp_path / 'two.html', claims() + more)}#{fragment}")
    assert page.inner_text("#panel h2") == "Iran"
    assert page.evaluate("kgView.actors.name[kgView.state.centre]") == "Iran"
