"""Who stands together: groups of actors with many friendly ties inside and few hostile ones.

The measure is modularity with signs (S. Gómez, P. Jensen, A. Arenas, “Analysis of community structure in networks of
correlated data”, 2009), in which hostile ties that are expected but missing count less (`SHARED`). The way up is that
of Louvain (V. Blondel and others, “Fast unfolding of communities in large networks”, 2008): actors move to the best
bloc among their neighbours', then each bloc becomes one actor, and so on. Nothing is drawn by chance, sums are made one
after the other and weights have few decimals, so that the same model gives the same blocs on every machine.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kg.view.model import ViewModel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST = 14  # blocs that a reader can tell apart
LEAST = 3  # members of a bloc
PART = 500  # and at least one in so many of those who have friends: crumbs of a large graph are no blocs
NEUTRAL = 0.25  # what a tie without sign counts, beside a friendly one
SHARED = 0.3  # what it counts to be no enemies though both have some; 1 throws together whoever has many
_DOUBTED = 0.2  # the weight of a tie that no claim holds to be
_CREWS = 8  # that move one after the other; all actors of one move at once
_ROUNDS = 12  # that no actor moves back and forth for ever
_ENOUGH = 1e-9  # a gain that is none


class Ties(NamedTuple):
    """The lines between two different actors, as arrays of equal length; how many `actors` there are.

    weight: the logarithm of 1 + the number of claims that hold (not negated, actual); 0.2 where none does.
    """

    actors: int
    source: Ints
    target: Ints
    sign: Ints
    weight: Floats

    @property
    def net(self) -> Floats:
        """What each tie counts for standing together: above 0 where friendly, less where it has no sign, below 0."""
        return np.array([NEUTRAL, 1.0, -1.0])[self.sign] * self.weight


class _Graph(NamedTuple):
    """Each tie from both ends, with what it counts; and for each actor what all its ties count, liked and disliked."""

    source: Ints
    target: Ints
    net: Floats
    liked: Floats
    disliked: Floats


def sums(group: Ints, values: Floats, count: int) -> Floats:
    """The sum of the values in each of so many groups, made one after the other, so that it is the same everywhere."""
    return np.bincount(group, values, count).astype(np.float64)


def ties(model: ViewModel) -> Ties:
    """The ties of a model, in the order of its lines."""
    lines, claims = model.lines, model.claims
    source, target, sign = (np.array(column, np.int64) for column in (lines.source, lines.target, lines.sign))
    holds = (np.array(claims.negated, np.int64) == 0) & (np.array(claims.modality, np.int64) == 0)
    until = np.concatenate([[0], np.cumsum(holds)])
    holding = np.diff(until[np.array(lines.start, np.int64)])
    weight = np.where(holding > 0, np.round(np.log1p(holding), 3), _DOUBTED)
    other = source != target
    return Ties(len(model.actors.id), source[other], target[other], sign[other], weight[other])


def blocs(model: ViewModel) -> tuple[int, ...]:
    """The bloc of each actor: 0 for the one whose members have most claims, and so on; -1 for an actor in none.

    There are at most `MOST` blocs, each with at least `LEAST` members, and every member has a friendly tie. Those whom
    the measure puts into a smaller or a later one go to the bloc that they have most friendly ties with, if any.
    """
    given = ties(model)
    friends = (given.sign > 0) & (given.weight > _DOUBTED)
    friendly = np.bincount(np.concatenate([given.source[friends], given.target[friends]]), minlength=given.actors) > 0
    if not friends.any():
        return (-1,) * given.actors
    graph = _graph(given)
    claims = np.array(model.actors.claims, np.float64)
    least = max(LEAST, int(friendly.sum()) // PART)
    found = _numbered(np.where(friendly, _louvain(graph), -1), claims, least)
    return tuple(_numbered(_joined(found, graph, friendly), claims, least).tolist())


def _graph(given: Ties) -> _Graph:
    source, target = np.concatenate([given.source, given.target]), np.concatenate([given.target, given.source])
    net = np.tile(given.net, 2)
    liked, disliked = (sums(source, np.maximum(side, 0), given.actors) for side in (net, -net))
    return _Graph(source, target, net, liked, disliked)


def _louvain(graph: _Graph) -> Ints:
    """The bloc of each actor, by any numbers."""
    found = np.arange(len(graph.liked))
    level = graph
    while True:
        _, moved = np.unique(_moved(level, np.arange(len(level.liked))), return_inverse=True)
        found = moved[found]
        if len(moved) == moved.max() + 1:
            return _moved(graph, found)
        level = _merged(level, moved)


def _merged(graph: _Graph, bloc: Ints) -> _Graph:
    """The graph in which each bloc is one actor."""
    count = int(bloc.max()) + 1
    keys, place = np.unique(bloc[graph.source] * count + bloc[graph.target], return_inverse=True)
    source, target, net = keys // count, keys % count, sums(place, graph.net, len(keys))
    other = source != target
    liked, disliked = (sums(bloc, each, count) for each in (graph.liked, graph.disliked))
    return _Graph(source[other], target[other], net[other], liked, disliked)


def _moved(graph: _Graph, bloc: Ints) -> Ints:
    """The blocs after every actor, crew by crew, has gone where the measure grows most, until none moves."""
    bloc = bloc.copy()
    crew = np.arange(len(bloc)) * 2654435761 % 2**32 % _CREWS  # Knuth's hash: neighbours come into different crews
    crews = [(np.flatnonzero(crew == each), np.flatnonzero(crew[graph.source] == each)) for each in range(_CREWS)]
    for _ in range(_ROUNDS):
        before = bloc.copy()
        for who, edges in crews:
            bloc[who] = _best(graph, bloc, who, edges)
        if (bloc == before).all():
            break
    return bloc


def _best(graph: _Graph, bloc: Ints, who: Ints, edges: Ints) -> Ints:
    """The best bloc for each of some actors, whose ties are `edges`, as long as all others stay."""
    count = len(bloc)
    keys = np.concatenate([who * count + bloc[who], graph.source[edges] * count + bloc[graph.target[edges]]])
    keys, place = np.unique(keys, return_inverse=True)
    actor, choice = keys // count, keys % count
    stays = choice == bloc[actor]
    gain = sums(place, np.concatenate([np.zeros(len(who)), graph.net[edges]]), len(keys)) + _ENOUGH * stays
    for strength, weight in ((graph.liked, 1), (graph.disliked, -SHARED)):
        there = sums(bloc, strength, count)[choice] - strength[actor] * stays
        gain -= weight * strength[actor] * there / max(np.cumsum(strength)[-1], _ENOUGH)
    first = np.flatnonzero(np.diff(actor, prepend=-1))
    most = np.repeat(np.maximum.reduceat(gain, first), np.diff(first, append=len(actor))) if len(first) else gain
    best = np.flatnonzero(gain == most)
    return choice[best[np.flatnonzero(np.diff(actor[best], prepend=-1))]]


def _joined(bloc: Ints, graph: _Graph, friendly: NDArray[np.bool_]) -> Ints:
    """The blocs after the friendly ones in none have gone to the bloc that they have most to do with."""
    pull = pulls(graph.source, graph.target, graph.net, bloc)
    gone = (bloc < 0) & friendly & (pull.max(axis=1) > 0)
    return np.where(gone, pull.argmax(axis=1), bloc)


def pulls(source: Ints, target: Ints, net: Floats, bloc: Ints) -> Floats:
    """What the ties of each actor count for each bloc: an array of actors by blocs, of which there is at least one."""
    met, count = bloc[target] >= 0, max(int(bloc.max(initial=0)) + 1, 1)
    return sums(source[met] * count + bloc[target[met]], net[met], len(bloc) * count).reshape(-1, count)


def _numbered(bloc: Ints, claims: Floats, least: int) -> Ints:
    """The blocs by the claims of their members, ties by the first; -1 for the small and for those after most."""
    names, first, place, size = np.unique(bloc, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort([first, -sums(place, claims, len(names))])
    kept = order[(size[order] >= least) & (names[order] >= 0)][:MOST]
    number = np.full(len(names), -1)
    number[kept] = np.arange(len(kept))
    return number[place]
