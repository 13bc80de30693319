"""The page: a view model through pyvis and our own template into one HTML file that asks the network for nothing.

pyvis carries the graph that the page starts with and brings the drawing library. Its own template, styles and menus
stay out: they fetch from elsewhere and run text as script. Data is in packed blocks: `core` to draw and sift by,
`articles`, and `evidence-N` with the texts of some claims each, unpacked when they are read.
"""

import base64
import functools
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import msgspec

from kg.ontology import COLOURS
from kg.view import layout, packing
from kg.view.blocs import blocs
from kg.view.model import Kind, ViewModel
from kg.view.packing import pack

if TYPE_CHECKING:
    import jinja2

START = 200  # with more actors the page starts with the map,
DENSE = 600  # and with more lines, of which a graph is a tangle
STRONGEST = 60  # actors of the focus graph there, until the reader asks for others

SCRIPTS = (
    *("data.js", "words.js", "state.js", "filter.js", "evidence.js", "focus.js"),
    *("graph_places.js", "labels.js", "graph_scene.js", "graph_bar.js", "graph.js"),
    *("map_data.js", "map_draw.js", "map_fog.js", "map_names.js", "map_touch.js", "map.js"),
    *("panel.js", "table.js", "facets.js", "time.js", "search.js", "picture.js", "save.js", "print.js", "app.js"),
)
STYLES = ("app.css", "controls.css", "print.css")

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
_LEGENDS = list(dict.fromkeys(SHAPES.values()))


def render(model: ViewModel, *, title: str = "Alliances", note: str | None = None) -> str:
    """The page as text. `note` says what was left out; the same arguments give the same text."""
    from pyvis.network import Network  # type: ignore[import-untyped]

    member = blocs(model)
    places = layout.positions(model, member)
    network = Network(directed=True, cdn_resources="in_line")
    network.templateEnv = _environment(model, title, note, _core(model, member, places, note))
    network.path = "template.html.j2"
    start = _start(model)
    for node in _nodes(model, start, places["signed"]):
        network.add_node(**node)
    for edge in _edges(model, set(start)):
        network.add_edge(**edge)
    network.set_options(json.dumps({"physics": {"enabled": False}}))
    page: str = network.generate_html()
    return page


def _environment(model: ViewModel, title: str, note: str | None, core: dict[str, Any]) -> "jinja2.Environment":
    import jinja2
    import markupsafe

    evidence = {f"evidence-{number}": shard for number, shard in enumerate(packing.shards(model))}
    loader = jinja2.FunctionLoader(lambda name: _asset(name) if name.endswith(".j2") else None)
    env = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    env.filters["from_json"] = json.loads
    scripts = [_library(), _application()]
    env.globals.update(
        title=title,
        note=note,
        totals=_totals(model),
        blocks={"core": pack(core), "articles": pack(_articles(model)), **evidence},
        style=markupsafe.Markup(_colours() + "".join(map(_asset, STYLES))),  # noqa: S704 -- files of this package
        scripts=[markupsafe.Markup(script) for script in scripts],  # noqa: S704 -- as above
        policy=policy(scripts),
    )
    return env


def policy(scripts: list[str]) -> str:
    """The content security policy: these scripts and nothing else may run, and nothing may be fetched."""
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


def _totals(model: ViewModel) -> str:
    counts = (
        (len(model.actors.id), "actor"),
        (len(model.lines.source), "line"),
        (len(model.evidence.id), "claim"),
        (len(model.articles.id), "article"),
    )
    return " · ".join(f"{count:,} {word}{'' if count == 1 else 's'}" for count, word in counts)


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
    return f'"use strict";\n(async () => {{\n{parts}}})();\n'


def _colours() -> str:
    """The colours of the signs as style sheet variables, for light and dark pages."""
    light, dark = (
        " ".join(f"--{name}: {COLOURS[sign][theme]};" for name, sign in (("plus", 1), ("minus", -1), ("zero", 0)))
        for theme in (0, 1)
    )
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


# --- data blocks ------------------------------------------------------------------------------------------------------


def _core(
    model: ViewModel, member: Sequence[int], places: dict[str, list[tuple[int, int]]], note: str | None
) -> dict[str, Any]:
    """What the page draws and sifts by. Lines have the number of their claims instead of the first."""
    start = model.lines.start
    return {
        "actors": {
            **msgspec.structs.asdict(model.actors),
            "bloc": member,
            "shape": [_LEGENDS.index(shape) for shape in _shapes(model)],
            "places": {name: [list(axis) for axis in zip(*of, strict=True)] for name, of in places.items()},
        },
        "lines": {
            **{name: getattr(model.lines, name) for name in ("source", "target", "sign", "mutual")},
            "claims": [last - first for first, last in pairwise(start)],
        },
        "claims": model.claims,
        "articles": {"publisher": model.articles.publisher, "day": model.articles.day},
        "relations": model.relations,
        "kinds": model.kinds,
        "publishers": model.publishers,
        "shapes": [{"shape": shape, "filled": filled, "legend": legend} for shape, filled, legend in _LEGENDS],
        "shard": packing.SHARD,
        "note": note,
    }


def _articles(model: ViewModel) -> dict[str, Any]:
    """The texts of the articles, with only the links that a page may open."""
    texts = {name: getattr(model.articles, name) for name in ("id", "title", "author", "language")}
    return {**texts, "url": [url if _is_web(url) else None for url in model.articles.url]}


def _is_web(url: str | None) -> bool:
    return bool(url) and str(url).lower().startswith(("http://", "https://"))


# --- the graph that the page starts with ------------------------------------------------------------------------------


def _start(model: ViewModel) -> list[int]:
    """The actors of the focus graph at the start: all that some line has, or the strongest of many."""
    linked = sum(claims > 0 for claims in model.actors.claims)
    whole = linked <= START and len(model.lines.source) <= DENSE
    return list(range(linked if whole else min(linked, STRONGEST)))


def _nodes(model: ViewModel, start: list[int], places: list[tuple[int, int]]) -> Iterator[dict[str, Any]]:
    names = [model.actors.name[actor] for actor in start]
    shapes = _shapes(model)
    for actor, (x, y) in zip(start, layout.spread([places[actor] for actor in start], names), strict=True):
        yield {
            "n_id": actor,
            "label": layout.label(model.actors.name[actor]) or model.actors.id[actor],
            "shape": shapes[actor][0],
            "x": x,
            "y": y,
        }


def _shapes(model: ViewModel) -> list[tuple[str, bool, str]]:
    of_kind = [_shape(kind) for kind in model.kinds]
    return [of_kind[kinds[0]] if kinds else SHAPES["Entity"] for kinds in model.actors.kinds]


def _shape(kind: Kind) -> tuple[str, bool, str]:
    return SHAPES[next((name for name in kind.above if name in SHAPES), "Entity")]


def _edges(model: ViewModel, start: set[int]) -> Iterator[dict[str, Any]]:
    """One edge for each line between actors of the start, each curved differently from the others of its pair."""
    lines = model.lines
    ends = list(zip(lines.source, lines.target, strict=True))
    drawn = [line for line, pair in enumerate(ends) if start.issuperset(pair)]
    of_pair = Counter(tuple(sorted(ends[line])) for line in drawn)
    met: Counter[tuple[int, int]] = Counter()
    for line in drawn:
        source, target = ends[line]
        bend = 0.08 + 0.14 * met[ends[line]] if of_pair[min(source, target), max(source, target)] > 1 else 0.04
        met[ends[line]] += 1
        yield {
            "source": source,
            "to": target,
            "id": line,
            "arrows": "" if lines.mutual[line] else "to",
            "smooth": {"enabled": True, "type": "curvedCW", "roundness": round(bend, 2)},
        }
