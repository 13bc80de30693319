"""Where the actors stand: friends near each other, enemies apart, no name on top of another.

Deterministic: no random number is drawn, positions follow from the model alone.
"""

import textwrap
import unicodedata

import numpy as np
from numpy.typing import NDArray

from kg.view.model import ViewModel

Floats = NDArray[np.float64]

_SPREAD = 120.0  # pixels: the measure of all distances
_REST = 2.0  # enemies further apart than this many spreads are pulled back, weakly, so that lines stay short
_FILL = 2.5  # how much more room the picture has than the boxes in it take
_LINE = 20  # letters of a name on one line
_WIDER = 1.25  # screens are wider than high


def positions(model: ViewModel) -> list[tuple[int, int]]:
    """The place of each drawn actor, in the pixels of a graph at scale 1."""
    if not model.drawn:
        return []
    ties = _ties(model)
    places = _relax(_start(ties), ties)
    places[:, 0] *= _WIDER
    apart = _apart(places, np.array([box(actor.name) for actor in model.actors[: model.drawn]]))
    centred = apart - (apart.max(axis=0) + apart.min(axis=0)) / 2
    return [(round(x), round(y)) for x, y in centred.tolist()]


def label(name: str) -> str:
    """The name as the graph shows it: at most two lines, cut where it is longer."""
    words = [word if len(word) <= _LINE else word[: _LINE - 1] + "…" for word in name.split()]
    return "\n".join(textwrap.wrap(" ".join(words), width=_LINE, max_lines=2, placeholder=" …"))


def box(name: str) -> tuple[float, float]:
    """Width and height of an actor with its name below."""
    lines = label(name).split("\n")
    wide = max(sum(1.7 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in line) for line in lines)
    return 8.0 * wide + 22.0, 52.0 + 15.0 * len(lines)


def _ties(model: ViewModel) -> Floats:
    """How strongly each pair of drawn actors is drawn together (above 0) or pushed apart (below)."""
    ties = np.zeros((model.drawn, model.drawn))
    for line in model.lines:
        a, b = line.source, line.target
        if a == b or max(a, b) >= model.drawn:
            continue
        holding = sum(model.claims[index].holds for index in line.claims)
        weight = (np.log1p(holding) if holding else 0.2) * {1: 1.0, 0: 0.35, -1: -0.7}[line.sign]
        ties[a, b] += weight
        ties[b, a] += weight
    return ties


def _start(ties: Floats) -> Floats:
    """The two directions that tell friends from enemies best, spread by a spiral so that no two places are equal."""
    count = len(ties)
    angle = np.arange(count) * np.pi * (3 - np.sqrt(5))
    spiral = np.sqrt(np.arange(count) + 0.5)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    vectors = np.linalg.eigh(ties)[1][:, ::-1][:, :2]
    if vectors.shape[1] < 2:  # noqa: PLR2004
        return np.asarray(spiral)
    largest = vectors[np.abs(vectors).argmax(axis=0), range(2)]
    return np.asarray(vectors * np.where(largest < 0, -1, 1) * np.sqrt(count) * 2 + spiral * 0.5) * _SPREAD


def _relax(places: Floats, ties: Floats) -> Floats:
    """Let friends pull, enemies push, all keep their distance and the middle hold everything, cooling down."""
    friends, foes = np.maximum(ties, 0), np.maximum(-ties, 0)
    push = 1 + foes
    np.fill_diagonal(push, 0)
    gravity = 7.5 / np.sqrt(len(ties))
    places = places / _SPREAD
    for heat in np.linspace(1, 0.02, int(np.clip(80_000 / len(ties), 200, 800))):
        away_x, away_y = (np.subtract.outer(axis, axis) for axis in places.T)
        square = away_x**2 + away_y**2 + 1e-9
        distance = np.sqrt(square)
        force = (push / square - friends * distance - 0.5 * foes * np.maximum(distance - _REST, 0)) / distance
        total = np.stack([(force * away_x).sum(axis=1), (force * away_y).sum(axis=1)], axis=1)
        move = 0.12 * (total - gravity * places)
        length = np.sqrt((move**2).sum(axis=1, keepdims=True)) + 1e-9
        places = places + move / length * np.minimum(length, heat)
    return np.asarray(places * _SPREAD)


def _apart(places: Floats, boxes: Floats) -> Floats:
    """Push boxes that overlap off each other along the shorter way; stretch the whole where that does not end.

    The picture is first made large enough for its boxes: pushing alone would pile them up in columns.
    """
    area = np.prod(np.ptp(places, axis=0) + boxes.mean(axis=0))
    places = places * max(1.0, np.sqrt(_FILL * np.prod(boxes, axis=1).sum() / area))
    need = (boxes[:, None, :] + boxes[None, :, :]) / 2 + 1
    order = np.arange(len(boxes))
    aside = np.sign(np.subtract.outer(order, order))[:, :, None]  # which way to go where two stand on one spot
    for attempt in range(1, 3000):
        away = places[:, None, :] - places[None, :, :]
        overlap = need - np.abs(away)
        both = (overlap > 0).all(axis=2) & (aside[:, :, 0] != 0)
        if not both.any():
            break
        sideways = overlap[:, :, 0] < overlap[:, :, 1]
        way = np.where(away == 0, aside, np.sign(away)) * np.stack([sideways, ~sideways], axis=2)
        places = places + (way * overlap * both[:, :, None]).sum(axis=1) / 2
        if attempt % 20 == 0:
            places = places * 1.04
    return places
