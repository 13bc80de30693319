"""The page: a view model through pyvis and our own template into one HTML file that asks the network for nothing.

pyvis carries the network and brings the drawing library. Its own template, styles and menus stay out: they fetch from
elsewhere and run text as script.
"""

import base64
import functools
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from kg.ontology import COLOURS
from kg.view import layout
from kg.view.model import Actor, Kind, Line, ViewModel

if TYPE_CHECKING:
    import jinja2

LINES_DRAWN = 1500  # beyond, dragging the graph is no longer smooth

SCRIPTS = ("data.js", "graph.js", "views.js", "app.js")

# The shape of an actor, by the nearest class it stands below; filled: of a state or of states.
SHAPES = {
    "State": ("dot", True, "state"),
    "Government": ("square", True, "government or part of one"),
    "GovernmentBody": ("square", True, "government or part of one"),
    "ArmedForce": ("triangle", True, "armed force"),
    "ArmedGroup": ("triangle", False, "armed group"),
    "PoliticalGroup": ("diamond", False, "political group or party"),
    "PoliticalParty": ("diamond", False, "political group or party"),
    "IntergovernmentalOrganization": ("hexagon", True, "intergovernmental organization"),
    "Organization": ("hexagon", False, "other organization"),
    "Person": ("dot", False, "person or people"),
    "Group": ("dot", False, "person or people"),
    "Entity": ("square", False, "place, event or other"),
}


def write(model: ViewModel, path: str | Path, *, title: str = "Alliances") -> None:
    """Write the page as UTF-8; the same model and title give the same bytes."""
    Path(path).write_bytes(render(model, title=title).encode("utf-8", "replace"))


def render(model: ViewModel, *, title: str = "Alliances") -> str:
    """The page as text."""
    from pyvis.network import Network  # type: ignore[import-untyped]

    network = Network(directed=True, cdn_resources="in_line")
    network.templateEnv = _environment(model, title)
    network.path = "template.html.j2"
    for node in _nodes(model):
        network.add_node(**node)
    for edge in islice(_edges(model), LINES_DRAWN):
        network.add_edge(**edge)
    network.set_options(json.dumps({"physics": {"enabled": False}}))
    page: str = network.generate_html()
    return page


def _environment(model: ViewModel, title: str) -> "jinja2.Environment":
    import jinja2
    import markupsafe

    loader = jinja2.FunctionLoader(lambda name: _asset(name) if name.endswith(".j2") else None)
    env = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    env.filters["from_json"] = json.loads
    scripts = [_library(), _application()]
    env.globals.update(
        title=title,
        model=model,
        data=msgspec.to_builtins(_web(model)),
        style=markupsafe.Markup(_colours() + _asset("app.css")),  # noqa: S704 -- files of this package
        scripts=[markupsafe.Markup(script) for script in scripts],  # noqa: S704 -- as above
        policy=policy(scripts),
        limits=list(_limits(model)),
    )
    return env


def policy(scripts: list[str]) -> str:
    """The content security policy: these scripts and nothing else may run, and nothing may be fetched."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _asset(name: str) -> str:
    return files("kg.view").joinpath("assets", name).read_text(encoding="utf-8").replace("\r\n", "\n")


@functools.cache
def _library() -> str:
    """vis-network as pyvis ships it, without the note that makes debuggers fetch a source map."""
    script = files("pyvis").joinpath("templates", "lib", "vis-9.1.2", "vis-network.min.js")
    lines = script.read_text(encoding="utf-8").replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if not line.startswith("//# sourceMappingURL"))


@functools.cache
def _application() -> str:
    parts = "\n".join(_asset(name) for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{parts}}})();\n'


def _colours() -> str:
    """The colours of the signs as style sheet variables, for light and dark pages."""
    light, dark = (
        " ".join(f"--{name}: {COLOURS[sign][theme]};" for name, sign in (("plus", 1), ("minus", -1), ("zero", 0)))
        for theme in (0, 1)
    )
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def _limits(model: ViewModel) -> Iterator[str]:
    """What part of the actors and lines the graph draws, where it is not all of them."""
    actors = sum(actor.claims > 0 for actor in model.actors)
    if model.drawn < actors:
        yield f"{model.drawn:,} of {actors:,} actors"
    lines = min(LINES_DRAWN, sum(1 for _ in _drawn_lines(model)))
    if lines < len(model.lines):
        yield f"{lines:,} of {len(model.lines):,} lines"


def _web(model: ViewModel) -> ViewModel:
    """The model with only the links that a page may open."""
    articles = tuple(
        article if _is_web(article.url) else msgspec.structs.replace(article, url=None) for article in model.articles
    )
    return msgspec.structs.replace(model, articles=articles)


def _is_web(url: str | None) -> bool:
    return bool(url) and str(url).lower().startswith(("http://", "https://"))


def _nodes(model: ViewModel) -> Iterator[dict[str, Any]]:
    kinds = {kind.name: kind for kind in model.kinds}
    for index, (x, y) in enumerate(layout.positions(model)):
        actor = model.actors[index]
        shape, filled, legend = _shape(actor, kinds)
        yield {
            "n_id": index,
            "label": layout.label(actor.name) or actor.id,
            "shape": shape,
            "x": x,
            "y": y,
            "size": round(min(8 + 2.6 * actor.claims**0.5, 26), 1),
            "filled": filled,
            "legend": legend,
            "order": list(SHAPES.values()).index((shape, filled, legend)),
        }


def _shape(actor: Actor, kinds: dict[str, Kind]) -> tuple[str, bool, str]:
    above = kinds[actor.kinds[0]].above if actor.kinds else ()
    return SHAPES[next((name for name in above if name in SHAPES), "Entity")]


def _edges(model: ViewModel) -> Iterator[dict[str, Any]]:
    """One edge for each line between drawn actors, each curved differently from the others of its pair."""
    drawn = list(_drawn_lines(model))
    of_pair = Counter(_pair(line) for _, line in drawn)
    met: Counter[tuple[int, int]] = Counter()
    for index, line in drawn:
        ends = (line.source, line.target)
        bend = 0.08 + 0.14 * met[ends] if of_pair[_pair(line)] > 1 else 0.04
        met[ends] += 1
        yield {
            "source": line.source,
            "to": line.target,
            "id": index,
            "arrows": "" if line.mutual else "to",
            "smooth": {"enabled": True, "type": "curvedCW", "roundness": round(bend, 2)},
        }


def _drawn_lines(model: ViewModel) -> Iterator[tuple[int, Line]]:
    """The lines between drawn actors with their places in the model, those with most claims first."""
    return ((place, line) for place, line in enumerate(model.lines) if max(line.source, line.target) < model.drawn)


def _pair(line: Line) -> tuple[int, int]:
    return min(line.source, line.target), max(line.source, line.target)
