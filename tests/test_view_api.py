"""What `kg.view` and `kg view` put on a page, what they say they left out, and how a notebook shows it."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

import kg
from kg import entities, ontology
from kg.claim import Article, Claim, Entity, Node, new
from kg.errors import UsageError
from kg.view import choosing, html, model
from kg.view.page import Page
from tests import strategies
from tests.conftest import ROOT
from tests.payloads import HTML, NAMES

if TYPE_CHECKING:
    from playwright.sync_api import Page as Tab

NAMES_OF = ("Russia", "Syria", "Iran", "Qatar", "Oman")
RUSSIA, SYRIA, IRAN, QATAR, OMAN = (Entity(name.lower(), name, "State", name) for name in NAMES_OF)
OFFICIALS = Entity("officials", "Officials", "Group", "officials")


def said(subject: Entity, relation: str, object: Entity, row: int = 0, **fields: object) -> Claim:
    return new(subject, relation, object, Article("a", published="2016-10-12"), row=str(row), **fields)


CHAIN = [  # Russia - Syria - Iran - Qatar - Oman, and from Syria on each actor also speaks of itself
    said(RUSSIA, "backs", SYRIA, 1, valid_from="2015-09", valid_to="2016-10"),
    said(SYRIA, "meets", IRAN, 2, valid_from="2016-10-12", valid_to="2016-10-12"),
    said(QATAR, "opposes", IRAN, 3, attributed_to=OFFICIALS, negated=True),
    said(QATAR, "meets", OMAN, 4, valid_from="2017"),
    *(said(actor, "accuses", actor, 5, modality="planned") for actor in (SYRIA, IRAN, QATAR, OMAN)),
]


def nodes(claims: Iterable[Claim]) -> list[Node]:
    return entities.nodes(entities.mentions(claims).values())


def rows(claims: Iterable[Claim], **chosen: Any) -> list[str]:
    claims = list(claims)
    return [f"{claim.subject.id[0]}{claim.row}" for claim in choosing.choose(claims, nodes(claims), **chosen)[0]]


# --- what is chosen: a slow second opinion --------------------------------------------------------------------------

DAYS = [(date(2015, 12, 1) + timedelta(day)).isoformat() for day in range(430)]


def held(claim: Claim, day: str) -> bool:
    begin, end = claim.valid_from or "", claim.valid_to or "9"
    return begin <= day[: len(begin)] and day[: len(end)] <= end


def of_time(claims: list[Claim], since: str | None, until: str | None) -> list[Claim]:
    days = [day for day in DAYS if (since or "") <= day <= (until or "9")]
    return [claim for claim in claims if any(held(claim, day) for day in days)]


def ends(claim: Claim) -> set[str]:
    return {claim.subject.id, claim.object.id}


def near(claims: list[Claim], actor: str, hops: int) -> list[Claim]:
    """Walk every way of so many claims from the actor."""
    met = {actor}
    for way in product(claims, repeat=hops):
        at = {actor}
        for claim in way:
            at = ends(claim) if at & ends(claim) else set()
            met |= at
    return [claim for claim in claims if ends(claim) <= met]


def leading(claims: list[Claim], top: int, actor: str | None) -> list[Claim]:
    """Take the best actor that is left, so many times."""
    names = {node.id: node.name for node in nodes(claims)}

    def place(id: str) -> tuple[int, int, str, str]:
        about = [claim for claim in claims if id in ends(claim)]
        says = [claim for claim in claims if claim.attributed_to and claim.attributed_to.id == id]
        return -len(about), -len(says), names[id], id

    left = {id for claim in claims for id in ends(claim)}
    taken = left & {str(actor)}
    while left - taken and len(taken) < top:
        taken.add(min(left - taken, key=place))
    return [claim for claim in claims if ends(claim) <= taken]


def asked(chance: random.Random, claims: list[Claim]) -> dict[str, Any]:
    day, later = sorted(chance.sample(["2015-12-31", "2016-01-01", "2016-10-11", "2016-10-12", "2016-12-01"], 2))
    time = chance.choice(({}, {"as_of": day}, {"since": day}, {"until": day}, {"since": day, "until": later}))
    ids = sorted({id for claim in claims for id in ends(claim)})
    around = {"actor": chance.choice(ids), "hops": chance.choice((1, 2))} if ids and chance.random() < 0.7 else {}
    return {**time, **around, "top": chance.choice((None, 1, 2, 3, 9))}


def sparse(chance: random.Random) -> list[Claim]:
    """Claims of many actors, so that some are far from others."""
    actors = [Entity(f"id {10 - n}", f"Name {n // 2}", "State", f"n{n}") for n in range(chance.choice((5, 9)))]
    made = []
    for row in range(chance.choice((3, 8, 14))):
        subject, object, claimant = chance.choice(actors), chance.choice(actors), chance.choice((None, *actors))
        begin = chance.choice(strategies.DATES)
        made.append(
            said(subject, chance.choice(strategies.TIED), object, row, attributed_to=claimant, valid_from=begin)
        )
    return made


@given(strategies.chances)
def test_what_stays_is_what_a_slow_second_opinion_keeps(chance: random.Random) -> None:
    claims = chance.choice((sparse, strategies.crowd))(chance)
    chosen = asked(chance, claims)
    wanted = of_time(claims, *(chosen.get("as_of", chosen.get(end)) for end in ("since", "until")))
    if "actor" in chosen:
        wanted = near(wanted, chosen["actor"], chosen["hops"])
    if chosen["top"]:
        wanted = leading(wanted, chosen["top"], chosen.get("actor"))
    kept, said_of_it = choosing.choose(claims, nodes(claims), **chosen)
    assert kept == wanted
    assert (said_of_it is None) == (len(kept) == len(claims))
    if said_of_it:
        assert said_of_it.startswith(f"{len(kept) or 'none'} of {len(claims)} claims: ")


def test_neighbours_keep_the_claims_among_them() -> None:
    triangle = [said(RUSSIA, "backs", SYRIA, 1), said(IRAN, "backs", RUSSIA, 2), said(SYRIA, "meets", IRAN, 3)]
    away = [said(IRAN, "meets", QATAR, 4), said(QATAR, "meets", OMAN, 5)]
    assert rows([*triangle, *away], actor="Russia") == ["r1", "i2", "s3"]
    assert rows([*triangle, *away], actor="Russia", hops=2) == ["r1", "i2", "s3", "i4"]


def test_time_comes_before_the_actor_and_the_actor_before_the_strongest() -> None:
    assert rows(CHAIN, actor="russia", hops=2) == ["r1", "s2", "s5", "i5"]
    assert rows(CHAIN, actor="russia", hops=2, since="2016-10-13") == ["r1", "s5"]  # the meeting with Iran is over
    assert rows(CHAIN, top=2) == ["q3", "i5", "q5"]
    assert rows(CHAIN, actor="russia", hops=2, top=2) == ["r1", "s5"]


def test_among_equals_those_come_first_who_say_more_then_the_lesser_name_then_the_lesser_id() -> None:
    d, c, z, y = (Entity(id, name, "State", id) for id, name in ("dB", "cB", "zA", "yC"))
    claims = [said(each, "accuses", each, attributed_to=y) for each in (d, c, z, y)]
    assert [rows(claims, top=top) for top in (1, 2, 3)] == [["y0"], ["z0", "y0"], ["c0", "z0", "y0"]]


# --- what is said of it ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({}, None),
        ({"since": "2000-01-01", "top": 5}, None),
        ({"as_of": "2016-10-12"}, "7 of 8 claims: held on 2016-10-12"),
        ({"since": "2016-11-01"}, "6 of 8 claims: held on 2016-11-01 or later"),
        ({"until": "2016-10-01"}, "6 of 8 claims: held on 2016-10-01 or earlier"),
        ({"actor": "russia"}, "2 of 8 claims: within 1 step of Russia"),
        ({"actor": "russia", "hops": 2}, "4 of 8 claims: within 2 steps of Russia"),
        ({"top": 4}, "7 of 8 claims: among the top 4 of 5 actors by claims"),
        (
            {"since": "2016-10-01", "until": "2016-12-31", "actor": "Syria", "hops": 2, "top": 2},
            "3 of 8 claims: held between 2016-10-01 and 2016-12-31, within 2 steps of Syria,"
            " among the top 2 of 4 actors by claims",
        ),
        ({"actor": "Fiji"}, "none of 8 claims: within 1 step of Fiji"),
    ],
)
def test_the_note_says_what_was_cut(chosen: dict[str, Any], says: str | None) -> None:
    assert choosing.choose(CHAIN, nodes(CHAIN), **chosen)[1] == says


def test_large_numbers_and_long_names_are_readable() -> None:
    far = [said(RUSSIA, "backs", SYRIA, row) for row in range(1500)] + [said(IRAN, "meets", QATAR)]
    assert choosing.choose(far, nodes(far), top=2)[1] == "1,500 of 1,501 claims: among the top 2 of 4 actors by claims"
    long = Entity("x", "x" * 1000, "State", "x")
    says = choosing.choose([*far, said(long, "meets", OMAN)], nodes([*far, said(long, "meets", OMAN)]), actor="x")[1]
    assert says == f"1 of 1,502 claims: within 1 step of {'x' * 79}…"


def test_nothing_left_is_still_a_page() -> None:
    dated = CHAIN[:2]
    page = kg.view(dated, since="2030-01-01")
    assert page.note == "none of 2 claims: held on 2030-01-01 or later"
    assert page.note in page.html
    assert page.html == html.render(model.build([], [], ontology.load()), note=page.note)


@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"actor": "Rusia"}, "no entity is called “Rusia”; the nearest is “Russia”"),
        ({"actor": "Twin"}, "names 2 entities; give the id of one: one, two"),
        ({"since": "2016-10"}, "“2016-10” is no date; write YYYY-MM-DD"),
        ({"until": ""}, "“” is no date"),
        ({"as_of": "2016-02-30"}, "“2016-02-30” is no date"),
        ({"as_of": "2016-10-12", "until": "2016-10-12"}, "give one or the other"),
        ({"since": "2016-10-13", "until": "2016-10-12"}, "since 2016-10-13 is after until 2016-10-12"),
        ({"actor": "russia", "hops": 3}, "hops is 1 or 2, not 3"),
        ({"hops": 2}, "name one with actor"),
        ({"top": 0}, "from 1 on, not 0"),
    ],
)
def test_what_cannot_be_chosen_is_refused(chosen: dict[str, Any], says: str, tmp_path: Path) -> None:
    twins = [said(Entity(id, "Twin", "Person", id), "meets", RUSSIA) for id in ("one", "two")]
    with pytest.raises(UsageError, match=says):
        kg.view([*CHAIN, *twins], tmp_path / "x.html", **chosen)
    assert list(tmp_path.iterdir()) == []


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(example: list[Claim]) -> Iterator[kg.Store]:
    with kg.open_store("memory:") as opened:
        opened.add(example)
        yield opened


@pytest.mark.parametrize(
    "chosen", [{}, {"actor": "Moscow", "hops": 1, "top": 12}, {"until": "2015-01-01"}, {"actor": "qatar", "hops": 2}]
)
def test_a_store_and_its_claims_in_any_order_give_the_same_page(
    store: kg.Store, example: list[Claim], chosen: dict[str, Any], tmp_path: Path
) -> None:
    page = kg.view(store, tmp_path / "store.html", title="Сирия", **chosen)
    assert (tmp_path / "store.html").read_bytes() == page.html.encode()
    assert kg.view((claim for claim in [*example[::-1], *example]), title="Сирия", **chosen) == page
    claims = list(store.claims())
    kept, says = choosing.choose(claims, list(store.entities()), **chosen)
    assert (len(kept) < len(example)) == bool(says) == bool(chosen)
    shown = model.build(kept, store.entities(), store.ontology)
    assert page == Page("Сирия", html.render(shown, title="Сирия", note=says), says)


def test_a_claimant_without_claims_stays_with_what_it_says() -> None:
    kept, _ = choosing.choose(CHAIN, nodes(CHAIN), actor="Qatar", top=2)
    assert "officials" in model.build(kept, nodes(CHAIN), ontology.load()).actors.id
    kept, _ = choosing.choose(CHAIN, nodes(CHAIN), actor="Russia")
    assert "officials" not in model.build(kept, nodes(CHAIN), ontology.load()).actors.id


def test_without_a_path_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = kg.view(CHAIN)
    assert list(tmp_path.iterdir()) == []
    assert len(repr(page)) < 80
    with pytest.raises(AttributeError):
        page.title = "x"  # type: ignore[misc]


def test_a_page_is_written_whole_over_what_is_there_and_through_links(tmp_path: Path) -> None:
    page, there = Page("t", "<p>é", None), tmp_path / "there.html"
    there.write_text("long " * 100, encoding="utf-8")
    (tmp_path / "link.html").symlink_to(there)
    page.write(str(tmp_path / "link.html"))
    assert there.read_bytes() == "<p>é".encode()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.html", "there.html"]
    assert (tmp_path / "link.html").is_symlink()


@pytest.mark.parametrize("path", ["", ".", "file/x.html", "no/such/x.html", "nul\0.html", "x" * 300])
def test_where_no_file_can_be_is_refused(path: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        Page("t", "x").write(f"{tmp_path}/{path}")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# --- the notebook ---------------------------------------------------------------------------------------------------


class Cell(HTMLParser):
    """The elements and the text of a notebook's cell."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize(
    "title", ["Alliances", " ".join(HTML.values()), "half \ud800"], ids=["plain", "hostile", "half"]
)
def test_a_notebook_gets_one_frame_that_holds_the_page(title: str) -> None:
    actors = [Entity(f"e{n}", name, "State", name) for n, name in enumerate(HTML.values())]
    claims = [said(actor, "meets", RUSSIA, valid_from=actor.name, annotator=actor.name) for actor in actors]
    page = kg.view(claims, title=title)
    cell = Cell(page._repr_html_())
    [(tag, attributes)] = cell.tags
    assert (tag, cell.text) == ("iframe", [])
    assert attributes["srcdoc"] == page.html
    assert attributes["title"] == page.title == title.replace("\ud800", "?")
    allowed = set(str(attributes["sandbox"]).split())
    assert "allow-scripts" in allowed
    assert not {"allow-same-origin", "allow-top-navigation", "allow-forms"} & allowed
    assert set(attributes) == {"srcdoc", "sandbox", "title", "width", "height", "style"}
    page.html.encode()  # the notebook sends it as UTF-8


# --- the command ----------------------------------------------------------------------------------------------------


def command(*arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    env = {key: value for key, value in os.environ.items() if key != "KG_STORE"} | {"PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "kg", "view", "--store", "x.ttl", *arguments]
    done = subprocess.run(line, cwd=cwd, env=env, capture_output=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of the chain, and of Qatar's friend with a name that steers terminals."""
    folder = tmp_path_factory.mktemp("view")
    odd = Entity("odd", NAMES["terminal: title"], "State", "odd")
    with kg.open_store(str(folder / "x.ttl")) as store:
        store.add([*CHAIN, said(odd, "meets", QATAR)])
    return folder


def test_the_command_takes_what_the_function_takes_and_says_what_is_cut(folder: Path) -> None:
    chosen: dict[str, Any] = {
        "actor": "Syria",
        "hops": 2,
        "since": "2016-01-01",
        "until": "2016-12-31",
        "top": 2,
        "title": "<i>",
    }
    words = [word for name, value in chosen.items() for word in (f"--{name}", str(value))]
    done = command("-o", "cut.html", *words, cwd=folder)
    assert (done.returncode, done.stdout) == (0, "")
    with kg.open_store(str(folder / "x.ttl"), read_only=True) as store:
        page = kg.view(store, **chosen)
    assert (folder / "cut.html").read_bytes() == page.html.encode()
    assert done.stderr == f"cut.html: {page.note}\ncut.html: open it in a browser\n"


def test_the_command_says_that_nothing_is_left_and_writes_to_a_pipe(folder: Path) -> None:
    done = command("-o", "/dev/stdout", "--as-of", "1999-01-01", "--actor", "odd", cwd=folder)
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("</html>")
    assert "2 of 9 claims: held on 1999-01-01, within 1 step of" in done.stderr
    assert "\x1b" not in done.stderr
    done = command("-o", "none.html", "--actor", "Fiji", cwd=folder)
    assert (done.returncode, (folder / "none.html").exists()) == (0, True)
    assert done.stderr.startswith("none.html: none of 9 claims: within 1 step of Fiji\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--actor", "Rusia"), "the nearest is “Russia”"),
        (("--as-of", "12.10.2016"), "“12.10.2016” is no date; write YYYY-MM-DD"),
        (("--top", "0"), "0 is not in the range"),
    ],
)
def test_the_command_refuses_what_cannot_be(folder: Path, words: tuple[str, ...], says: str) -> None:
    done = command("-o", "never.html", *words, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert not (folder / "never.html").exists()


# --- in a browser ---------------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_page_draws_and_works_in_the_frame_of_a_notebook(page: "Tab", tmp_path: Path, example: list[Claim]) -> None:
    cell = kg.view(example, title="Framed")._repr_html_()
    (tmp_path / "notebook.html").write_text(f"<!doctype html><meta charset=utf-8><body>{cell}", encoding="utf-8")
    page.goto((tmp_path / "notebook.html").as_uri())
    [frame] = [frame for frame in page.frames if frame != page.main_frame]
    end = time.monotonic() + 10
    while not frame.evaluate("Boolean(window.kgView?.ready)"):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert (frame.inner_text("h1"), frame.evaluate("window.origin")) == ("Framed", "null")
    pixels = "getContext('2d').getImageData(0, 0, 600, 400).data.some(value => value)"
    while not frame.evaluate(f"[...document.querySelectorAll('canvas')].some(canvas => canvas.{pixels})"):
        assert time.monotonic() < end
        time.sleep(0.02)
    frame.click("#tab-table")
    frame.click("#table tbody tr >> nth=0")
    quotes = frame.locator("#panel blockquote").all_inner_texts()
    assert quotes
    assert set(quotes) <= {str(claim.quote) for claim in example}
    frame.click("#save summary")
    with page.expect_download() as saving:
        frame.click("[data-save=csv]")
    assert quotes[0] in saving.value.path().read_text(encoding="utf-8")
