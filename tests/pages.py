"""Pages for the browser tests: a few claims with every feature, and what a test asks of a page that is open."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import entities, ontology
from kg.claim import Article, Claim, Entity, new
from kg.view import html, model

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
KINDS = {"Assad government": "Government", "Syrian opposition": "PoliticalGroup", "Nusra Front": "ArmedGroup"}
ALIASES = {"Russia": ("Россия", "Moscow", "روسيا"), "Côte d'Ivoire": ("Ivory Coast",)}


def actor(name: str, written: str = "") -> Entity:
    return Entity(entities.slug(name), name, KINDS.get(name, "State"), written or name)


def said(subject: str, relation: str, object: str, day: str | None = "2016-10-12", **fields: Any) -> Claim:
    """A claim whose quote names its subject, relation and object, marked."""
    quote = f"They say that {subject} {relation} {object} 🥳 again."
    begins = [(quote.index(word, 10), word, role) for word, role in ((subject, "subject"), (relation, "relation"))]
    begins.append((quote.rindex(object), object, "object"))
    marks = tuple((50 + at, 50 + at + len(word), role) for at, word, role in begins)
    publisher = "The Wire" if day != "2016-10-04" else "The Post"
    article = Article(f"article {day}", f"News of {day}", publisher, day, f"https://wire.example/{day}", language="en")
    place: dict[str, Any] = {"begin": 50, "end": 50 + len(quote), "quote": quote, "marks": marks}
    return new(actor(subject), relation, actor(object), article, **(place | fields))


def claims() -> list[Claim]:
    """Nine lines and twelve claims, one of them negated and one planned."""
    return [
        said("Saudi Arabia", "arms", "Syrian opposition", "2016-10-14", attributed_to=actor("American officials")),
        said("Saudi Arabia", "arms", "Syrian opposition", "2016-10-12", confidence=0.8, annotator="anna"),
        said("Saudi Arabia", "funds", "Syrian opposition", "2016-10-13", modality="planned", valid_from="2016-11"),
        said("Saudi Arabia", "arms", "Nusra Front", "2016-10-12", negated=True),
        said("Russia", "backs", "Assad government", "2016-09-30"),
        said("Russia", "alliedWith", "Iran", "2016-09-30"),
        said("Iran", "alliedWith", "Russia", "2016-10-01", valid_from="2015", valid_to="2016"),
        said("Russia", "attacks", "Syrian opposition", "2016-10-04", confidence=0.3),
        said("Syrian opposition", "fights", "Assad government", None),
        said("Côte d'Ivoire", "meets", "Russia", "2016-10-02"),
        said("Russia", "accuses", "Russia", "2016-10-05"),
        new(actor("Iran"), "arms", actor("Assad government"), Article("table"), row="row 7"),
    ]


ALL = "9 lines, 12 claims"
HOLDING = "8 of 9 lines, 10 of 12 claims"  # what the page starts with


def written(path: Path, some: list[Claim], change: Callable[[str], str] = lambda page: page) -> str:
    """The page of some claims as a file; its URI."""
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


def open_page(page: "Page", uri: str) -> None:
    """Open the page and wait until it is ready, and its graph or map drawn."""
    page.goto("about:blank")  # else a change of the fragment alone would not load it anew
    page.goto(uri)
    until(page, "Boolean(window.kgView && kgView.ready)")
    until(
        page,
        """[...document.querySelectorAll("#graph canvas, #map canvas")].filter(canvas => canvas.clientWidth)
            .some(canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean))
            || kgView.state.view === "table" || !kgView.shown.lines""",
    )


def line(page: "Page", subject: str, object: str, sign: int = 1) -> int:
    """The place of the line between two actors by name."""
    names = json.dumps([subject, object, sign])
    found: int = page.evaluate(
        f"""(() => {{
            const {{ lines, actors }} = kgView;
            const name = (column, line) => actors.name[column[line]];
            const all = Array.from(lines.sign, (sign, at) => [name(lines.source, at), name(lines.target, at), sign]);
            return all.map((each) => JSON.stringify(each)).indexOf(JSON.stringify({names}));
        }})()"""
    )
    assert found >= 0
    return found


def actor_place(page: "Page", name: str) -> int:
    found: int = page.evaluate(f"kgView.actors.name.indexOf({json.dumps(name)})")
    assert found >= 0
    return found


def click_line(page: "Page", index: int) -> None:
    """Click on a line of the focus graph."""
    point = page.evaluate(f"kgView.clickable({index})")
    assert point is not None, f"line {index} cannot be clicked"
    page.mouse.click(point["x"], point["y"])
    read(page)


def read(page: "Page") -> None:
    """Wait until the panel has all its sentences."""
    until(page, "document.querySelectorAll('#panel [aria-busy]').length", 0)


def count(page: "Page") -> str:
    return page.inner_text("#count")


def heading(page: "Page") -> str:
    return page.inner_text("#panel h2")


def rows(page: "Page") -> list[list[str]]:
    """The cells of the table's rows."""
    found: list[list[str]] = page.evaluate(
        "[...document.querySelectorAll('#table tbody tr')].map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return found


def box(facet: str, value: str) -> str:
    """The selector of a filter's check box."""
    return f'input[data-facet="{facet}"][data-value="{value}"]'


def show_all(page: "Page") -> None:
    """Ask for what is negated, planned, requested or possible too."""
    page.evaluate(
        "kgView.change((now) => ['negated', 'planned', 'requested', 'possible'].forEach((h) => now.hedges.add(h)))"
    )
