"""The focus graph: neighbours, two hops, expanding, paths, pins, and curves for each relation."""

from itertools import combinations, pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import networkx
import pytest

from kg.claim import Claim
from kg.graphs import graph
from tests.generated import claims as generated
from tests.pages import (
    SCREENSHOTS,
    actor_place,
    claims,
    click_line,
    heading,
    line,
    open_page,
    said,
    show_all,
    until,
    written,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def names(page: "Page") -> set[str]:
    """The actors of the focus graph."""
    return set(page.evaluate("[...kgView.inFocus().actors].map((actor) => kgView.actors.name[actor])"))


def chain(*some: str) -> list[Claim]:
    return [said(a, "arms", b) for a, b in pairwise(some)]


def undirected(some: list[Claim]) -> "networkx.Graph[str]":
    """Who is linked with whom by a claim that holds, by name."""
    made = graph(some)
    return networkx.Graph((made.nodes[a]["name"], made.nodes[b]["name"]) for a, b in made.edges())


@pytest.mark.parametrize("seed", [1, 2])
def test_one_and_two_hops_are_the_neighbours(page: "Page", tmp_path: Path, seed: int) -> None:
    some = list(generated(60, 90, 150, seed=seed))
    open_page(page, written(tmp_path / "page.html", some))
    known = undirected(some)
    for name in sorted(known)[::9]:
        page.evaluate(f"kgView.focusOn({actor_place(page, name)}, 1)")
        assert names(page) == {name, *known[name]}
        page.evaluate(f"kgView.focusOn({actor_place(page, name)}, 2)")
        assert names(page) == set(networkx.single_source_shortest_path_length(known, name, cutoff=2))


def test_neighbours_are_added_and_taken_out(page: "Page", tmp_path: Path) -> None:
    some = [*chain("A", "B", "C", "D"), *chain("B", "E"), *chain("C", "F"), *chain("F", "A")]
    open_page(page, written(tmp_path / "page.html", some))
    page.evaluate(f"kgView.focusOn({actor_place(page, 'A')})")
    assert names(page) == {"A", "B", "F"}
    page.evaluate(f"kgView.choose({{ actor: {actor_place(page, 'B')} }})")
    page.click("#expand")
    assert names(page) == {"A", "B", "F", "C", "E"}
    page.click("#collapse")
    assert names(page) == {"A", "B", "F"}
    page.click("#undo")
    assert names(page) == {"A", "B", "F", "C", "E"}
    page.evaluate("kgView.change((now) => { now.centre = -1; now.opened.clear(); })")
    assert names(page) == {"A", "B", "C", "D", "E", "F"}
    page.click("#collapse")  # B was not expanded: E hangs on it alone
    assert names(page) == {"A", "B", "C", "D", "F"}
    page.click("#undo")
    page.evaluate(f"kgView.choose({{ actor: {actor_place(page, 'E')} }})")
    page.click("#leave-out")
    assert names(page) == {"A", "B", "C", "D", "F"}
    page.locator("#focus-bar button", has_text="left out").click()
    assert "E" in names(page)


@pytest.mark.parametrize("seed", [3, 4])
def test_all_shortest_paths_are_found(page: "Page", tmp_path: Path, seed: int) -> None:
    some = list(generated(60, 90, 150, seed=seed))
    open_page(page, written(tmp_path / "page.html", some))
    known = undirected(some)
    some_names = sorted(known)
    for source, target in zip(some_names[::7], some_names[3::7], strict=False):
        page.evaluate(f"kgView.findPaths({actor_place(page, source)}, {actor_place(page, target)})")
        found = page.evaluate("kgView.inFocus().paths")
        if not networkx.has_path(known, source, target):
            assert found["count"] == 0
            assert "o path" in page.inner_text("#focus-bar")
            continue
        expected = {tuple(path) for path in networkx.all_shortest_paths(known, source, target)}
        of_names = page.evaluate(
            "kgView.inFocus().paths.found.map((path) => path.map((each) => kgView.actors.name[each]))"
        )
        assert {tuple(path) for path in of_names} == expected
        assert found["count"] == len(expected)
        assert names(page) == {name for path in expected for name in path}


def test_paths_are_asked_for_by_keyboard(page: "Page", tmp_path: Path) -> None:
    open_page(page, written(tmp_path / "page.html", [*chain("A", "B", "C", "D"), *chain("A", "E", "D")]))
    page.keyboard.press("/")
    page.keyboard.type("A")
    page.keyboard.press("Enter")
    page.focus("#path-to")
    page.keyboard.type("D")
    page.keyboard.press("Enter")
    assert page.locator("#panel .paths li").all_inner_texts() == ["A – E – D"]
    assert names(page) == {"A", "E", "D"}


def test_a_drag_pins_an_actor_where_it_is_dropped(page: "Page", tmp_path: Path) -> None:
    uri = written(tmp_path / "page.html", claims())
    open_page(page, uri)
    place = actor_place(page, "Russia")
    start = page.evaluate(f"kgView.nodePoint({place})")
    page.mouse.move(start["x"], start["y"])
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(start["x"] + 12 * step, start["y"] + 9 * step)
    page.mouse.up()
    until(page, f"kgView.state.pins.has({place})")
    dropped = page.evaluate(f"kgView.nodePoint({place})")
    assert abs(dropped["x"] - start["x"] - 60) < 12
    assert abs(dropped["y"] - start["y"] - 45) < 12
    pins = page.evaluate("[...kgView.state.pins]")
    open_page(page, f"{uri}#{page.evaluate('kgView.toFragment()')}")
    assert page.evaluate("[...kgView.state.pins]") == pins
    page.evaluate(f"kgView.choose({{ actor: {place} }})")
    page.click("#pin")
    assert page.evaluate("kgView.state.pins.size") == 0


def test_a_line_of_several_relations_is_fanned_out(page: "Page", tmp_path: Path) -> None:
    open_page(page, written(tmp_path / "page.html", claims()))
    show_all(page)
    index = line(page, "Saudi Arabia", "Syrian opposition")
    click_line(page, index)
    before = len(page.evaluate("kgView.curves()"))
    page.click("#fan")
    ids = page.evaluate("kgView.curves()")
    assert len(ids) == before + 1
    click_line(page, index)
    assert heading(page) == "Saudi Arabia → Syrian opposition"
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / "fanned.png")
    page.click("#fan")
    assert len(page.evaluate("kgView.curves()")) == before


def test_many_neighbours_come_in_parts_and_never_more_than_the_graph_bears(page: "Page", tmp_path: Path) -> None:
    hub = [said("Hub", "arms", f"N{number}") for number in range(450)]
    open_page(page, written(tmp_path / "page.html", hub))
    page.evaluate(f"kgView.focusOn({actor_place(page, 'Hub')})")
    assert page.evaluate("kgView.inFocus().actors.size") == 61
    assert "390 more" in page.inner_text("#focus-bar")
    page.click("#expand")
    assert page.evaluate("kgView.inFocus().actors.size") == 400
    assert "51 more" in page.inner_text("#focus-bar")


def test_labels_do_not_cover_actors(page: "Page", tmp_path: Path) -> None:
    open_page(page, written(tmp_path / "page.html", list(generated(60, 120, 300, seed=5))))
    boxes = page.evaluate("kgView.boxes()")
    assert len(boxes["labels"]) > 30
    for label in boxes["labels"]:
        left, top, right, bottom = label["box"]
        for *mark, actor in boxes["marks"]:
            apart = right <= mark[0] or left >= mark[2] or bottom <= mark[1] or top >= mark[3]
            assert apart or label["target"].get("actor", label["target"].get("more")) == actor, label
    for one, other in combinations([label["box"] for label in boxes["labels"]], 2):
        assert one[2] <= other[0] or one[0] >= other[2] or one[3] <= other[1] or one[1] >= other[3]
