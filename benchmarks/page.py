"""The page beside stock pyvis, with goals and ratios: `python benchmarks/page.py [--runs N] [--large]`.

The claims are made from a seed (`tests/generated.py`): 10,000 actors, 40,000 lines and 88,000 sentences, or with
`--large` 50,000, 200,000 and 200,000, which stock pyvis cannot open. pyvis gets the same actors and lines, without the
sentences, and a chance: no physics, no labels on edges, places for the actors. Its page asks the network for styles,
which is refused here.

Every number is the median of the runs, and every run opens both pages in new processes of Chromium. The goals are
for a machine with nothing else to do. On a busy one read `cpu`, which is how much of the time the process that writes
the page, or the main thread of the page, was at work; panning is measured like that everywhere.
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.browser import FLAGS, chromium
from tests.generated import claims

if TYPE_CHECKING:
    from playwright.sync_api import Page

RUNS = 3
TIMES = 5  # a step of a run is taken so often
MOVES = 60
WAIT = 60  # seconds after which nothing is waited for any longer


class Taken(NamedTuple):
    """What was measured, and how much of it is work of the processor, where it is time."""

    value: float
    cpu: float | None = None


Numbers = dict[str, Taken]


class Size(NamedTuple):
    """How large the world is, and what the page may take at that size, by the name of the measure."""

    actors: int
    lines: int
    quotes: int
    goals: dict[str, float]


GOALS = {
    "generate, s": 5,
    "file, MB": 8,
    "interactive, s": 1.5,
    "heap, MB": 40,
    "pan, ms/frame": 8,
    "filter step, ms": 100,
    "slider step, ms": 100,
    "search keystroke, ms": 5,
    "first evidence, ms": 60,
    "ego network, ms": 150,
}
SIZES = {
    False: Size(10_000, 40_000, 88_000, GOALS),
    True: Size(50_000, 200_000, 200_000, {"interactive, s": 3, "pan, ms/frame": 8}),
}

# Waits until what an action caused is drawn: a frame, and the first task after it
FRAME = """const frame = () => new Promise((done) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = done;
  port2.postMessage(0);
}));"""
COUNT = "frames_ = 0; (function tick() { frames_ += 1; if (frames_ > 0) requestAnimationFrame(tick); })()"
COUNTED = "(() => { const counted = frames_; frames_ = -Infinity; return counted; })()"
# What follows an action, until it is drawn
TIMED = f"""async () => {{
  {FRAME}
  const start = performance.now();
  %s;
  do {{
    await frame();
    if (performance.now() - start > %d) throw new Error("it never came");
  }} while (!(%s));
  return performance.now() - start;
}}"""
DRAWN = "new Promise((done) => { network.once('afterDrawing', () => done(performance.now())); network.redraw(); })"
BOX = 'document.querySelector("#relations input[data-value=arms]")'
TYPED = """(text) => {
  const [field, found] = [document.getElementById("search"), document.getElementById("found")];
  const start = performance.now();
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return found.offsetHeight && performance.now() - start;
}"""


def ours(path: Path, size: Size) -> Taken:
    """The seconds that `kg.view` takes to write the page of claims in memory."""
    import kg

    some = list(claims(*size[:3]))
    start = clocks()
    kg.view(some, path)
    return since(start)


def pyvis(path: Path, size: Size) -> Taken:
    """The seconds that pyvis takes to write the page of the same actors and lines."""
    from kg import ontology

    terms = ontology.load()
    names: dict[str, str] = {}
    lines: dict[tuple[str, str, int], None] = {}
    for claim in claims(*size[:3]):
        names |= {claim.subject.id: claim.subject.name, claim.object.id: claim.object.name}
        subject, relation, object = terms.key(claim)
        lines[subject, object, terms.relations[relation].sign or 0] = None
    chance = random.Random(7)
    start = clocks()
    from pyvis.network import Network  # type: ignore[import-untyped]

    network = Network(height="900px", directed=True, cdn_resources="in_line")
    network.toggle_physics(False)
    for id, name in names.items():
        network.add_node(id, name, x=chance.gauss(0, 4_000), y=chance.gauss(0, 4_000))
    for subject, object, sign in lines:
        network.add_edge(subject, object, color={1: "#0072B2", -1: "#D55E00", 0: "#6b7280"}[sign])
    path.write_text(network.generate_html(), encoding="utf-8")
    return since(start)


def clocks() -> tuple[float, float]:
    """Seconds since some time, by the wall's clock and the process's."""
    return time.perf_counter(), time.process_time()


def since(start: tuple[float, float]) -> Taken:
    """Seconds since `clocks` gave the start."""
    return Taken(*(after - before for after, before in zip(clocks(), start, strict=True)))


PAGES = {"page": ours, "pyvis": pyvis}


def generated(name: str, path: Path, large: bool) -> Numbers:
    """What a new process takes to write the page, and how large it is."""
    command = [sys.executable, __file__, "--work", name, *(["--large"] if large else []), str(path)]
    seconds = map(float, subprocess.check_output(command, text=True).split())  # noqa: S603
    return {"generate, s": Taken(*seconds), "file, MB": Taken(path.stat().st_size / 1e6)}


class Tab:
    """A page of a new Chromium that gets nothing but files: `with Tab.opened(path) as tab:`."""

    def __init__(self, page: "Page") -> None:
        self.page, self.session = page, page.context.new_cdp_session(page)
        self.session.send("Performance.enable", {"timeDomain": "threadTicks"})

    @classmethod
    @contextmanager
    def opened(cls, path: Path, until: str) -> "Iterator[Tab]":
        """The page of a file, as soon as it says that it is there."""
        from playwright.sync_api import sync_playwright

        found = chromium() or sys.exit("no Chromium (Debian: apt-get install chromium)")
        with sync_playwright() as playwright, playwright.chromium.launch(executable_path=found, args=FLAGS) as browser:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(WAIT * 1000)
            page.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
            tab = cls(page)
            page.goto(path.as_uri(), wait_until="commit")
            tab.until(until)
            yield tab

    def until(self, expression: str) -> None:
        """Wait for the page to say so; Playwright's own waiting needs eval, which the page's policy forbids."""
        end = time.monotonic() + WAIT
        while not self.page.evaluate(expression):
            if time.monotonic() > end:
                sys.exit(f"not within {WAIT} s: {expression}")
            time.sleep(0.005)

    def metric(self, name: str) -> float:
        """What Chromium counts by this name."""
        metrics: list[dict[str, Any]] = self.session.send("Performance.getMetrics")["metrics"]
        return next(float(each["value"]) for each in metrics if each["name"] == name)

    def busy(self) -> float:
        """Milliseconds that the main thread has worked so far."""
        return 1000 * self.metric("ThreadTime")

    def heap(self) -> Taken:
        """MB of JavaScript after the garbage is gone."""
        self.session.send("HeapProfiler.collectGarbage")
        return Taken(self.metric("JSHeapUsedSize") / 1e6)

    def panned(self, selector: str) -> Taken:
        """Milliseconds of the main thread for each frame in which the mouse drags the picture."""
        box = self.page.locator(selector).first.bounding_box() or sys.exit(f"no {selector}")
        x, y = box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.15

        def mouse(kind: str, moved: int) -> None:
            where = {"x": x + 4 * moved, "y": y + 2 * moved, "button": "left", "buttons": 1, "clickCount": 1}
            self.session.send("Input.dispatchMouseEvent", {"type": kind, **where})

        mouse("mousePressed", 0)
        self.page.evaluate(COUNT)
        before = self.busy()
        for moved in range(1, MOVES + 1):
            mouse("mouseMoved", moved)
        spent, frames = self.busy() - before, int(self.page.evaluate(COUNTED))
        mouse("mouseReleased", MOVES)
        self.page.wait_for_timeout(500)
        return Taken(spent / min(frames, MOVES))

    def timed(self, act: str, wanted: str = "true") -> Taken:
        """Milliseconds from before an action to after the frame that draws it, and in which `wanted` is true."""
        before = self.busy()
        milliseconds = float(self.page.evaluate(TIMED % (act, WAIT * 1000, wanted)))
        cpu = self.busy() - before
        self.page.wait_for_timeout(300)  # what the page puts off until nobody waits for it
        return Taken(milliseconds, cpu)

    def steps(self, acts: list[str]) -> Taken:
        """The median of some actions that change what is shown, each after the one before is done."""
        before = "const version = kgView.shown.version"
        return median([self.timed(f"{before}; {act}", "kgView.shown.version > version") for act in acts])


def page_opened(path: Path) -> Numbers:
    """What the page takes to open, and each thing that a reader does with it."""
    with Tab.opened(path, "window.kgView?.ready === true") as tab:
        tab.page.keyboard.press("/")
        tab.page.keyboard.press("a")
        tab.until("document.querySelector('#found li') !== null")
        found = {"interactive, s": Taken(tab.page.evaluate("performance.now()") / 1000, tab.busy() / 1000)}
        tab.page.keyboard.press("Escape")
        tab.page.click("#tab-map")
        found["heap, MB"] = tab.heap()
        found["pan, ms/frame"] = tab.panned("#map canvas")
        found["filter step, ms"] = tab.steps([f"{BOX}.click()"] * (TIMES + 1))
        found["slider step, ms"] = tab.steps([slid(part / TIMES / 2) for part in (*range(1, TIMES + 1), 0)])
        found["search keystroke, ms"] = median([Taken(tab.page.evaluate(TYPED, "karan"[:end])) for end in range(1, 6)])
        found["first evidence, ms"] = tab.timed(
            "kgView.choose({ line: 40 })", "document.querySelector('#panel blockquote')"
        )
        found["ego network, ms"] = tab.timed("kgView.focusOn(100); await frame()")
        return found


def pyvis_opened(path: Path) -> Numbers:
    """What the page of pyvis takes to be drawn and to be dragged about."""
    with Tab.opened(path, "document.readyState === 'complete'") as tab:
        seconds = tab.page.evaluate(DRAWN) / 1000
        found = {"interactive, s": Taken(seconds, tab.busy() / 1000)}
        return found | {"heap, MB": tab.heap(), "pan, ms/frame": tab.panned("canvas")}


def slid(part: float) -> str:
    """Puts the slider at this part of its way."""
    return f"""const slider = document.getElementById("since-thumb");
        slider.value = +slider.min + {part} * (slider.max - slider.min);
        slider.dispatchEvent(new Event("input", {{ bubbles: true }}));"""


def median(some: list[Taken]) -> Taken:
    """The median of the values, and that of the work."""
    work = [taken.cpu for taken in some if taken.cpu is not None]
    return Taken(statistics.median(taken.value for taken in some), statistics.median(work) if work else None)


def show(size: Size, page: list[Numbers], pyvis: list[Numbers]) -> None:
    """Print the table."""
    print(f"\n{size.actors:,} actors, {size.lines:,} lines, {size.quotes:,} sentences\n")
    print(f"{'':24}{'goal':>8}{'page':>9}{'':6}{'cpu':>8}{'pyvis':>10}{'cpu':>8}{'page/pyvis':>12}")
    for name in page[0]:
        (value, cpu), goal = median([run[name] for run in page]), size.goals.get(name)
        line = f"{name:24}{'' if goal is None else f'<= {goal:g}':>8}{value:9.2f}"
        line += f"{'' if goal is None else ' ok' if value <= goal else ' over':6}{_number(cpu)}"
        if pyvis and name in pyvis[0]:
            theirs, its = median([run[name] for run in pyvis])
            line += f"{theirs:10.2f}{_number(its)}{value / theirs:12.3f}"
        print(line.rstrip())


def _number(value: float | None) -> str:
    return " " * 8 if value is None else f"{value:8.2f}"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--large", action="store_true", help="50,000 actors, 200,000 lines; only our page")
    parser.add_argument("--work", choices=PAGES, help=argparse.SUPPRESS)
    parser.add_argument("path", nargs="?", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    size = SIZES[given.large]
    if given.work:
        print(*PAGES[given.work](given.path, size))
        return
    measured: dict[str, list[Numbers]] = {name: [] for name in PAGES}
    opened = {"page": page_opened} if given.large else {"page": page_opened, "pyvis": pyvis_opened}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(given.runs):
            for name, open_page in opened.items():
                path = Path(folder) / f"{name}.html"
                measured[name].append(generated(name, path, given.large) | open_page(path))
    show(size, **measured)


if __name__ == "__main__":
    main()
