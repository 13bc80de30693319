"""Where the actors stand: friends near each other, enemies apart, no name on top of another.

The same model gives the same whole numbers, run after run. On other machines too: what is iterated uses only + - * /,
the square root and sums that are made one after the other; sines and logarithms have few decimals before they enter;
the draws are the raw numbers of PCG64, which no version of numpy changes.
"""

import textwrap
import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kg.view.blocs import Ties, pulls, sums, ties
from kg.view.model import ViewModel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Place = tuple[int, int]

LAYOUTS = ("signed", "radial", "bloc")

_WIDER = 1.25  # screens are wider than high
_SPACING = 60.0  # pixels from an actor to the next, where all stand evenly
_NEAREST = 24.0  # pixels from an actor to the next, where there is a crowd
_LOOSENING = 40  # steps
_ASIDE = 7  # pixels to the next place, where one is taken
_GAP = 0.08  # of a sector is left free
_STEPS = 250
_DRAWN = 5  # others that an actor keeps its distance from, at each step
_SEED = 7
_PULL = 4.0  # of friends
_PUSH = 2.0  # of enemies
_AWAY = 2.0  # of everybody from everybody
_REACH = 8.0  # the square of the distance at which enemies push half as much
_MIDDLE = 0.02  # how much the middle pulls
_FAST = 3.0  # the longest move
_DRAWING = 150  # steps in which discs are drawn together
_FILL = 2.5  # how much more room a picture with names has than the boxes in it take
_LINE = 20  # letters of a name on one line


def positions(model: ViewModel, blocs: Sequence[int]) -> dict[str, list[Place]]:
    """The places of all actors, by layout (`LAYOUTS`), in pixels at scale 1 around 0, 0; no two are the same.

    `blocs` has a number for each actor, -1 for none. signed: friends attract each other and enemies repel. radial: the
    actor with most claims is in the middle, each bloc a sector in which stronger actors stand further in, followed by
    those who have more to do with it than with others. bloc: each bloc is a disc, the strongest in its middle, and the
    others stand around them all.
    """
    if not model.actors.id:
        return {name: [] for name in LAYOUTS}
    given, bloc = ties(model), np.array(blocs, np.int64)
    middles, camp = _middles(given, bloc), _camps(given, bloc)
    return {
        "signed": _whole(_signed(given, camp, middles)),
        "radial": _whole(_radial(bloc, camp, middles)),
        "bloc": _whole(_discs(bloc, camp, middles)),
    }


def spread(places: Sequence[tuple[float, float]], names: Sequence[str]) -> list[Place]:
    """The places of a few actors (400 at most), moved apart so that no `box` lies over another, around 0, 0."""
    if not names:
        return []
    apart = _apart(np.array(places, np.float64), np.array([box(name) for name in names]))
    centred = apart - (apart.max(axis=0) + apart.min(axis=0)) / 2
    return [(round(x), round(y)) for x, y in centred.tolist()]


def label(name: str) -> str:
    """The name as the graph shows it: at most two lines, cut where it is longer."""
    words = [word if len(word) <= _LINE else word[: _LINE - 1] + "…" for word in name.split()]
    return "\n".join(textwrap.wrap(" ".join(words), width=_LINE, max_lines=2, placeholder=" …"))


def box(name: str) -> tuple[float, float]:
    """Width and height of an actor with its name below, in pixels."""
    lines = label(name).split("\n")
    wide = max(sum(1.7 if unicodedata.east_asian_width(c) in "WF" else 1.0 for c in line) for line in lines)
    return 8.0 * wide + 22.0, 52.0 + 15.0 * len(lines)


# --- what all layouts start from --------------------------------------------------------------------------------------


def _middles(given: Ties, bloc: Ints) -> Floats:
    """A place for each bloc, friendly ones near each other and hostile ones apart, at most 1 from 0, 0."""
    count = int(bloc.max()) + 1
    source, target = bloc[given.source], bloc[given.target]
    between = (source >= 0) & (target >= 0) & (source != target)
    one, two, net = _pairs(source[between], target[between], given.net[between], count)
    size = np.bincount(bloc[bloc >= 0], minlength=count)
    net = net / np.sqrt(size[one] * size[two])
    net = net / np.abs(net).max(initial=1e-9)
    places = _settled(one, two, net, _spiral(count))
    places = places - places.sum(axis=0) / max(count, 1)
    return np.asarray(places / max(_lengths(places).max(initial=0), 1e-9))


def _camps(given: Ties, bloc: Ints) -> Ints:
    """The blocs, where those in none are with the bloc that they have most to do with, unless that is hostile."""
    source, target = np.concatenate([given.source, given.target]), np.concatenate([given.target, given.source])
    pull = pulls(source, target, np.tile(given.net, 2), bloc)
    return np.where((bloc < 0) & (pull.max(axis=1) > 0), pull.argmax(axis=1), bloc)


def _turns(middles: Floats) -> Ints:
    """The blocs in their order on the way around 0, 0, and -1 for none."""
    around = np.round(np.arctan2(middles[:, 1], middles[:, 0]), 6)
    return np.append(np.argsort(around, kind="stable"), -1)


def _around(share: Floats) -> Floats:
    """Points on the circle around 0, 0, by share of the way around."""
    angle = share * 2 * np.pi
    return np.round(np.stack([np.cos(angle), np.sin(angle)], axis=1), 6)


def _spiral(count: int) -> Floats:
    """So many places from 0, 0 outward, evenly, about 1.7 from each other."""
    golden = (3 - np.sqrt(5)) / 2
    return np.asarray(_around(np.arange(count) * golden % 1) * np.sqrt(np.arange(count) + 0.5)[:, None])


def _radius(count: int) -> float:
    """The radius of a disc for so many actors."""
    return _SPACING * float(np.sqrt(count / np.pi))


def _lengths(away: Floats) -> Floats:
    return np.sqrt(away[:, 0] ** 2 + away[:, 1] ** 2)


# --- signed -----------------------------------------------------------------------------------------------------------


def _signed(given: Ties, camp: Ints, middles: Floats) -> Floats:
    """Those who have a tie settle from the middle of their camps; the others stand around them."""
    tied = np.bincount(np.concatenate([given.source, given.target]), minlength=given.actors) > 0
    count, rank = int(tied.sum()), np.cumsum(tied) - 1
    start = _spiral(count) * np.where(camp[tied] < 0, 0.15, 0.08)[:, None]
    start += np.append(middles, [[0.0, 0.0]], axis=0)[camp[tied]] * 0.15 * np.sqrt(count)
    pairs = _pairs(rank[given.source], rank[given.target], given.net, count)
    places = np.empty((given.actors, 2))
    places[tied] = _loosened(_filled(_settled(*pairs, start)))
    places[~tied] = _rim(camp[~tied], _radius(count), _turns(middles))
    return places


def _pairs(source: Ints, target: Ints, net: Floats, count: int) -> tuple[Ints, Ints, Floats]:
    """Each pair that has ties, and the sum of what they count."""
    keys, place = np.unique(np.minimum(source, target) * count + np.maximum(source, target), return_inverse=True)
    return keys // max(count, 1), keys % max(count, 1), sums(place, net, len(keys))


def _settled(one: Ints, two: Ints, net: Floats, places: Floats) -> Floats:
    """Let friends pull, enemies push, all keep their distance and the middle hold everything, cooling down.

    As UMAP does it (L. McInnes, J. Healy, J. Melville, 2018), each keeps its distance from a few that are drawn anew
    at each step, not from all; here enemies push each other as well. Friends pull more the further apart they are, and
    less where both have many.
    """
    count = len(places)
    pull, push = np.maximum(net, 0), _PUSH * np.maximum(-net, 0)
    friends = sums(one, pull, count) + sums(two, pull, count) + 1
    root = np.sqrt(np.minimum(friends[one], friends[two]))
    pull = _PULL * pull / (root * np.sqrt(root))
    self = np.repeat(np.arange(count), _DRAWN)
    chance = np.random.PCG64(_SEED)
    x, y = places.T.copy()
    for heat in np.linspace(0.3, 0.006, _STEPS):
        away_x, away_y = x[one] - x[two], y[one] - y[two]
        square = away_x * away_x + away_y * away_y
        force = push / (1 + square / _REACH) - pull / np.sqrt(np.sqrt(1 + square))
        move_x = sums(one, force * away_x, count) - sums(two, force * away_x, count)
        move_y = sums(one, force * away_y, count) - sums(two, force * away_y, count)
        other = (chance.random_raw(len(self)) % np.uint64(max(count, 1))).astype(np.int64)
        away_x, away_y = x[self] - x[other], y[self] - y[other]
        force = _AWAY / (0.05 + away_x * away_x + away_y * away_y)
        move_x += sums(self, force * away_x, count) - _MIDDLE * x
        move_y += sums(self, force * away_y, count) - _MIDDLE * y
        step = heat / np.maximum(1, np.sqrt(move_x * move_x + move_y * move_y) / _FAST)
        x, y = x + step * move_x, y + step * move_y
    return np.stack([x, y], axis=1)


def _filled(places: Floats) -> Floats:
    """The places in pixels: a crowd in the middle made wider, outliers drawn in, what has room left as it is."""
    if not len(places):
        return places
    away = places - np.median(places, axis=0)
    distance = _lengths(away) + 1e-9
    even = np.empty(len(away))
    even[np.argsort(distance, kind="stable")] = np.sqrt((np.arange(len(away)) + 0.5) / len(away))
    given = np.minimum(distance / np.sort(distance)[int(0.99 * (len(away) - 1))], 1)
    wanted = np.maximum(given, np.sqrt(even * np.sqrt(even * given)))
    return np.asarray(away * (wanted / distance * _radius(len(away)))[:, None])


def _loosened(places: Floats) -> Floats:
    """The places after those too near each other have moved apart: neighbours in bands, across and down in turn."""
    x, y = places.T.copy()
    for turn in range(_LOOSENING):
        along, across = (x, y) if turn % 2 else (y, x)
        order = np.lexsort([along, np.floor(across / _NEAREST + turn * 0.3)])
        move_x, move_y = np.zeros_like(x), np.zeros_like(y)
        for step in (1, 2, 3):
            one, two = order[:-step], order[step:]
            away_x, away_y = x[one] - x[two], y[one] - y[two]
            distance = np.sqrt(away_x * away_x + away_y * away_y) + 1e-9
            force = 0.25 * np.maximum(_NEAREST - distance, 0) / distance
            for move, away in ((move_x, away_x), (move_y, away_y)):
                move[one] += force * away
                move[two] -= force * away
        x, y = x + move_x, y + move_y
    return np.stack([x, y], axis=1)


# --- radial and bloc --------------------------------------------------------------------------------------------------


def _radial(bloc: Ints, camp: Ints, middles: Floats) -> Floats:
    """Sectors as wide as their camps are large, a bloc before its followers; the first actor is in the middle."""
    places = np.zeros((len(bloc), 2))
    begin = 0.0
    for each in _turns(middles):
        who = np.flatnonzero(camp[1:] == each) + 1
        who = who[np.argsort(bloc[who] != each, kind="stable")]
        share = len(who) / max(len(bloc) - 1, 1)
        places[who] = _sector(len(who), begin, share)
        begin += share
    return places


def _sector(count: int, begin: float, share: float) -> Floats:
    """So many places on rings, from the innermost outward, within a share of the way around."""
    if not count:
        return np.empty((0, 2))
    rings = np.arange(int(np.sqrt(count / (share * np.pi))) + 3)
    until = np.floor(share * np.pi * rings**2 + 1e-9).astype(np.int64)  # how many the rings up to each hold
    ring, along = _on_rings(count, until)
    gap = _GAP * share
    return _around(begin + gap / 2 + (share - gap) * along) * (ring * _SPACING)[:, None]


def _on_rings(count: int, until: Ints) -> tuple[Ints, Floats]:
    """The ring of each of so many, the inner ones first, and its share of the way along the ring."""
    ring = np.searchsorted(until, np.arange(count), side="right")
    held = np.bincount(ring, minlength=len(until))
    return ring, (np.arange(count) - (np.cumsum(held) - held)[ring] + 0.5) / held[ring]


def _discs(bloc: Ints, camp: Ints, middles: Floats) -> Floats:
    """Each bloc a spiral of its own, friendly ones near each other; the others on rings around them all."""
    size = np.bincount(bloc[bloc >= 0], minlength=len(middles))
    radius = _radius(1) * np.sqrt(size) + _SPACING
    centres = _packed(middles, radius)
    places = np.zeros((len(bloc), 2))
    for each, centre in enumerate(centres):
        places[bloc == each] = centre + _spiral(int(size[each])) * _radius(1)
    alone = bloc < 0
    places[alone] = _rim(camp[alone], float((_lengths(centres) + radius).max(initial=0)), _turns(middles))
    return places


def _packed(centres: Floats, radius: Floats) -> Floats:
    """The centres of discs, drawn together and then moved apart until none lies over another, around 0, 0."""
    if not len(centres):
        return centres
    centres = centres * np.sqrt(np.cumsum(radius**2)[-1]) * 0.5
    need = radius + radius[:, None]
    np.fill_diagonal(need, 0)
    for attempt in range(1, 3000):
        away = centres - centres[:, None]
        distance = np.sqrt(away[:, :, 0] ** 2 + away[:, :, 1] ** 2) + 1e-9
        overlap = np.maximum(need - distance, 0)
        if attempt > _DRAWING and (overlap < 1).all():
            break
        centres = centres + (away * (overlap / distance)[:, :, None]).sum(axis=0) * 0.3
        centres = centres * (0.98 if attempt <= _DRAWING else 1.04 if attempt % 50 == 0 else 1)
    wide = radius[:, None]
    return np.asarray(centres - ((centres - wide).min(axis=0) + (centres + wide).max(axis=0)) / 2)


def _rim(camp: Ints, inner: float, turns: Ints) -> Floats:
    """Places on rings outside a radius: the first on the innermost, on each ring in the turns of their camps."""
    rings = inner + _SPACING * (np.arange(int(np.sqrt(len(camp) / np.pi)) + 3) + (inner > 0))
    until = np.cumsum(np.maximum(np.floor(2 * np.pi * rings / _SPACING), 1).astype(np.int64))
    ring, along = _on_rings(len(camp), until)
    places = np.empty((len(camp), 2))
    places[np.lexsort([np.argsort(turns)[camp], ring])] = _around(along) * rings[ring][:, None]
    return places


# --- pixels -----------------------------------------------------------------------------------------------------------


def _whole(places: Floats) -> list[Place]:
    """Whole numbers, wider than high; where two would be one place the later moves on."""
    taken: dict[Place, None] = {}
    for x, y in np.round(places * (_WIDER, 1)).astype(np.int64).tolist():
        while (x, y) in taken:
            x += _ASIDE  # noqa: PLW2901
        taken[x, y] = None
    return list(taken)


def _apart(places: Floats, boxes: Floats) -> Floats:
    """Push boxes that overlap off each other along the shorter way; stretch the whole where that does not end.

    The picture is first made large enough for its boxes: pushing alone would pile them up in columns.
    """
    area = np.prod(np.ptp(places, axis=0) + boxes.mean(axis=0))
    places = places * max(1.0, np.sqrt(_FILL * np.prod(boxes, axis=1).sum() / area))
    one, two = np.triu_indices(len(boxes), 1)
    need = (boxes[one] + boxes[two]) / 2 + 1
    for attempt in range(1, 3000):
        away = places[one] - places[two]
        overlap = need - np.abs(away)
        both = (overlap > 0).all(axis=1)
        if not both.any():
            break
        sideways = overlap[both, 0] < overlap[both, 1]
        push = np.where(away[both] < 0, -0.5, 0.5) * overlap[both] * np.stack([sideways, ~sideways], axis=1)
        for axis, force in enumerate(push.T):
            places[:, axis] += sums(one[both], force, len(boxes)) - sums(two[both], force, len(boxes))
        if attempt % 20 == 0:
            places = places * 1.04
    return places
