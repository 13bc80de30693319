"""Where the actors stand: friends near each other, enemies apart, no name on top of another.

Deterministic: no random number is drawn, positions follow from the model alone.
"""

import textwrap
import unicodedata

import numpy as np
from numpy.typing import NDArray

from kg.view.model import ViewModel

Floats = NDArray[np.float64]

_ROUNDS = 300
_SPREAD = 120.0  # the distance at which two strangers leave each other alone
_WIDER = 1.5  # screens are wider than high


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
    lines = textwrap.wrap(" ".join(name.split()), width=20, max_lines=2, placeholder=" …") or [name.strip()]
    return "\n".join(line if len(line) <= 24 else line[:23] + "…" for line in lines)  # noqa: PLR2004


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
        return spiral
    largest = vectors[np.abs(vectors).argmax(axis=0), range(2)]
    return np.asarray(vectors * np.where(largest < 0, -1, 1) * np.sqrt(count) * 2 + spiral * 0.5) * _SPREAD


def _relax(places: Floats, ties: Floats) -> Floats:
    """Let friends pull, enemies push, all keep their distance and the middle hold everything, cooling down."""
    pull, push = np.maximum(ties, 0), 1 + 2.0 * np.maximum(-ties, 0)
    np.fill_diagonal(push, 0)
    for heat in np.linspace(1, 0.02, _ROUNDS):
        step = places[:, None, :] - places[None, :, :]
        distance = np.sqrt((step**2).sum(axis=2)) + 1e-6
        force = push * _SPREAD**2 / distance**2 - pull * distance / _SPREAD
        move = (force[:, :, None] * step / distance[:, :, None] * _SPREAD / 60).sum(axis=1) - 0.03 * places
        length = np.sqrt((move**2).sum(axis=1, keepdims=True)) + 1e-9
        places = places + move / length * np.minimum(length, _SPREAD * heat)
    return places


def _apart(places: Floats, boxes: Floats) -> Floats:
    """Push boxes that overlap off each other along the shorter way; stretch the whole where that does not end."""
    need = (boxes[:, None, :] + boxes[None, :, :]) / 2 + 1
    for attempt in range(1, 2000):
        step = places[:, None, :] - places[None, :, :]
        overlap = need - np.abs(step)
        both = (overlap > 0).all(axis=2)
        np.fill_diagonal(both, False)
        if not both.any():
            break
        shorter = overlap[:, :, 0] < overlap[:, :, 1]
        direction = np.sign(step) + (step == 0) * np.sign(np.subtract.outer(range(len(boxes)), range(len(boxes))))[..., None]
        shift = np.stack([shorter, ~shorter], axis=2) * both[:, :, None] * direction * overlap
        places = places + shift.sum(axis=1) * 0.5
        if attempt % 60 == 0:
            places = places * 1.08
    return places
