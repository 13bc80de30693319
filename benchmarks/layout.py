"""The signed layout beside networkx's ForceAtlas2: `python benchmarks/layout.py [--data DIR] [--iterations N]`.

The claims are those of the example and of real data (ICEWS 2014, RuSentRel, re3d) where they stand beside the project,
and two graphs made from a seed. AUC is the chance that a friendly line is shorter than a hostile one, 0.5 for places
drawn by lot; `apart` leaves out the lines between two actors that have lines of both signs, for which no layout can
tell them apart. np is the share of an actor's friendly and neutral neighbours that are among as many nearest to it.

ForceAtlas2 has its defaults and a seed, all lines, and knows no signs. It looks at all pairs at each of its 100
iterations: beyond 2,000 actors it gets `--iterations` (15 unless told), beyond 8,000 it would need more than 4 GB and
is left out. Seconds are of the processor, ours for the blocs and all three layouts; read the ratios.
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import networkx
import numpy as np
from numpy.typing import NDArray

from kg import entities, loading, ontology
from kg.claim import Article, Claim, Entity, new
from kg.view import layout, model
from kg.view.blocs import Ties, blocs, ties

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared/data"
REAL = {"ICEWS 2014": "icews/icews_2014_train.txt", "RuSentRel": "rusentrel", "re3d": "re3d"}
MADE = {"made, 10k": (10_000, 40_000), "made, 50k": (50_000, 200_000)}
CAMPS = 8
ITERATIONS = 15
FEW, MANY = 2_000, 8_000  # actors, for ForceAtlas2
LOOKED_AT = 1_000  # actors whose neighbours are counted

Floats = NDArray[np.float64]


class Measure(NamedTuple):
    """How a layout did: seconds, both AUCs and np."""

    seconds: float
    auc: float
    apart: float
    near: float


def graphs(data: Path) -> Iterator[tuple[str, list[Claim]]]:
    """Each graph by name; says which data is absent."""
    yield "example", claims(ROOT / "examples/syria-2016")
    for name, path in REAL.items():
        if (data / path).exists():
            yield name, claims(data / path)
        else:
            print(f"{name}: skipped, there is no {data / path}")
    for name, size in MADE.items():
        yield name, made(*size)


def claims(path: Path) -> list[Claim]:
    """The claims of a file or folder."""
    return list(loading.read(path, loading.Report()))


def made(actors: int, lines: int) -> list[Claim]:
    """Claims between actors of some camps, unevenly: three quarters within a camp, of these most are friendly."""
    chance = random.Random(7)
    who = [Entity(f"a{number}", f"Actor {number}", "State", f"Actor {number}") for number in range(actors)]
    article = Article("a", published="2016-10-12")

    def claim(number: int) -> Claim:
        one, other = (int(actors * chance.random() ** 3) for _ in range(2))
        if chance.random() < 0.75:  # noqa: PLR2004
            other += (one - other) % CAMPS
        same = (one - other) % CAMPS == 0
        relation = chance.choices(("backs", "meets", "attacks"), (85, 8, 7) if same else (10, 15, 75))[0]
        return new(who[one], relation, who[other % actors], article, row=str(number))

    return [claim(number) for number in range(lines)]


def view(some: list[Claim]) -> model.ViewModel:
    """What the page shows of claims."""
    return model.build(some, entities.nodes(entities.mentions(some).values()), ontology.load())


def ours(given: model.ViewModel) -> tuple[float, Floats]:
    """Seconds of the processor for blocs and layouts, and the places of the signed one."""
    start = time.process_time()
    places = layout.positions(given, blocs(given))["signed"]
    return time.process_time() - start, np.array(places, np.float64)


def force_atlas(tie: Ties, iterations: int) -> tuple[float, Floats]:
    """Seconds of ForceAtlas2, and its places."""
    graph: networkx.Graph[int] = networkx.Graph()
    graph.add_nodes_from(range(tie.actors))
    graph.add_edges_from(zip(tie.source.tolist(), tie.target.tolist(), strict=True))
    start = time.process_time()
    places = networkx.forceatlas2_layout(graph, max_iter=iterations, seed=7)
    return time.process_time() - start, np.array([places[actor] for actor in range(tie.actors)])


def measure(seconds: float, places: Floats, tie: Ties) -> Measure:
    """All numbers of one layout."""
    pair = np.minimum(tie.source, tie.target) * tie.actors + np.maximum(tie.source, tie.target)
    both = np.isin(pair, np.intersect1d(pair[tie.sign > 0], pair[tie.sign < 0]))
    length = np.hypot(*(places[tie.source] - places[tie.target]).T)
    return Measure(seconds, auc(length, tie.sign), auc(length[~both], tie.sign[~both]), near(places, tie))


def auc(length: Floats, sign: NDArray[np.int64]) -> float:
    """The chance that a friendly line is shorter than a hostile one, by ranks; lines of one length count half."""
    friendly, hostile = np.sort(length[sign > 0]), length[sign < 0]
    if not len(friendly) or not len(hostile):
        return float("nan")
    shorter = (np.searchsorted(friendly, hostile, "left") + np.searchsorted(friendly, hostile, "right")) / 2
    return float(shorter.mean() / len(friendly))


def near(places: Floats, tie: Ties) -> float:
    """The share of an actor's neighbours, not by hostile lines, that are among as many nearest; the mean of some."""
    known: dict[int, set[int]] = {}
    for one, other, sign in zip(tie.source.tolist(), tie.target.tolist(), tie.sign.tolist(), strict=True):
        if sign >= 0:
            known.setdefault(one, set()).add(other)
            known.setdefault(other, set()).add(one)
    shares = []
    for actor in sorted(known)[:: max(1, len(known) // LOOKED_AT)]:
        distance = ((places - places[actor]) ** 2).sum(axis=1)
        distance[actor] = np.inf
        nearest = np.argsort(distance, kind="stable")[: len(known[actor])]
        shares.append(len(known[actor].intersection(nearest.tolist())) / len(nearest))
    return float(np.mean(shares)) if shares else float("nan")


def show(name: str, tie: Ties, what: str, found: Measure, first: Measure) -> None:
    """Print a row; the ratios are to the first."""
    numbers = f"{found.seconds:9.2f}{found.auc:8.3f}{found.apart:8.3f}{found.near:8.3f}"
    ratios = "" if found is first else f"{found.seconds / first.seconds:9.1f}{found.auc / first.auc:9.2f}"
    print(f"{name:12}{tie.actors:8}{len(tie.source):9}  {what:18}{numbers}{ratios}", flush=True)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--iterations", type=int, default=ITERATIONS)
    given = parser.parse_args()
    ends = f"{'s':>9}{'AUC':>8}{'apart':>8}{'np':>8}{'s ratio':>9}{'AUC ratio':>10}"
    print(f"{'':12}{'actors':>8}{'lines':>9}  {'':18}{ends}")
    for name, some in graphs(given.data):
        page = view(some)
        tie = ties(page)
        first = measure(*ours(page), tie)
        show(name, tie, "signed", first, first)
        if tie.actors <= MANY:
            iterations = 100 if tie.actors <= FEW else given.iterations
            found = measure(*force_atlas(tie, iterations), tie)
            show(name, tie, f"ForceAtlas2, {iterations}", found, first)


if __name__ == "__main__":
    main()
