"""Where the actors stand, and who stands together."""

import hashlib
import math
import os
import random
import subprocess
import sys
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from kg.claim import Claim
from kg.view import blocs, layout
from kg.view.layout import LAYOUTS, Place
from kg.view.model import ViewModel
from tests import strategies
from tests.models import built, entity, many, pair


def planted(sides: int, members: int, friends: int = 3, foes: int = 1) -> list[Claim]:
    """Sides whose members, S0 M3 and so on, back some of their own side and attack some of the next."""
    draw = random.Random(2)
    names = [[f"S{side} M{number}" for number in range(members)] for side in range(sides)]
    claims = []
    for side, own in enumerate(names):
        enemies = names[(side + 1) % sides]
        for number, name in enumerate(own):
            claims += [pair(name, "backs", own[number - step], str(step)) for step in range(1, friends + 1)]
            claims += [pair(name, "attacks", enemy) for enemy in draw.sample(enemies, foes)]
    return claims


def sides(view: ViewModel) -> list[str]:
    return [name.split()[0] for name in view.actors.name]


def drawn(claims: list[Claim]) -> tuple[ViewModel, tuple[int, ...], dict[str, list[Place]]]:
    view = built(claims)
    found = blocs.blocs(view)
    return view, found, layout.positions(view, found)


def lengths(view: ViewModel, places: list[Place], sign: int) -> list[float]:
    lines = zip(view.lines.source, view.lines.target, view.lines.sign, strict=True)
    return [math.dist(places[one], places[two]) for one, two, each in lines if each == sign]


def circular(places: list[Place]) -> list[tuple[float, float]]:
    """The places before the picture was made wider than high."""
    return [(x / 1.25, y) for x, y in places]


def centre(places: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places)


SMALL = [[], [pair("A", "backs", "A")], [pair("A", "arms", "B")], [pair("A", "attacks", "B")], many(40, 90)]


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claims", [*SMALL, many(500, 900), planted(3, 5)])
def test_every_actor_has_a_place_of_its_own_in_every_layout(claims: list[Claim]) -> None:
    view, found, places = drawn(claims)
    assert tuple(places) == LAYOUTS
    for each in places.values():
        assert len(each) == len(view.actors.id) == len(set(each)) == len(found)
        assert all(type(number) is int for place in each for number in place)


@pytest.mark.parametrize("claims", [*SMALL, many(500, 900), planted(3, 5)])
def test_the_order_of_the_claims_does_not_matter(claims: list[Claim]) -> None:
    assert drawn(claims)[1:] == drawn(claims[::-1])[1:] == drawn(claims * 2)[1:]


@settings(max_examples=30)
@given(strategies.claims)
def test_any_claims_can_be_laid_out(claims: list[Claim]) -> None:
    view, _, places = drawn(claims)
    for each in places.values():
        assert len(set(each)) == len(view.actors.id)
        assert not overlapping(layout.spread(each, view.actors.name), view.actors.name)


def digest() -> str:
    """What this processor makes of some claims."""
    made = [drawn(claims)[1:] for claims in (many(450, 900), planted(5, 20))]
    return hashlib.sha256(repr(made).encode()).hexdigest()


def test_a_simpler_processor_gives_the_same_places() -> None:
    found = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
    features = " ".join(name for name in found)
    told = {**os.environ, "NPY_DISABLE_CPU_FEATURES": features, "PYTHONHASHSEED": "1"}
    code = "from tests.test_layout import digest; print(digest())"
    run = [sys.executable, "-W", "ignore", "-c", code]
    assert subprocess.run(run, env=told, capture_output=True, text=True, check=True).stdout.strip() == digest()


@pytest.mark.parametrize(("members", "sides"), [(4, 2), (30, 4), (150, 4)])
def test_friends_stand_nearer_than_enemies(members: int, sides: int) -> None:
    view, _, places = drawn(planted(sides, members, friends=min(3, members // 2), foes=2))
    friendly, hostile = (lengths(view, places["signed"], sign) for sign in (1, -1))
    assert np.mean(friendly) < 0.5 * np.mean(hostile)
    assert np.mean([one < two for one in friendly for two in hostile]) > 0.9


def test_friends_stand_nearer_than_enemies_where_nobody_is_in_a_bloc() -> None:
    claims = [pair(f"A{number}", "backs", f"B{number}") for number in range(8)]
    claims += [pair(f"B{number}", "attacks", f"A{(number + 1) % 8}") for number in range(8)]
    view, found, places = drawn(claims)
    assert set(found) == {-1}
    assert max(lengths(view, places["signed"], 1)) < min(lengths(view, places["signed"], -1))


def test_enemies_stand_apart_even_where_those_around_them_are_near() -> None:
    names = [f"A{number}" for number in range(30)]
    claims = [pair(name, "meets", names[number - 1]) for number, name in enumerate(names)]
    claims += [pair(name, "attacks", names[number - 3]) for number, name in enumerate(names)]
    view, _, places = drawn(claims)
    all_pairs = [math.dist(one, two) for one, two in combinations(places["signed"], 2)]
    assert np.mean(lengths(view, places["signed"], -1)) > np.mean(all_pairs)


def test_those_without_a_tie_stand_around_the_others() -> None:
    claims = [*planted(2, 10), pair("S0 M1", "backs", "S0 M2", "b", attributed_to=entity("Officials"))]
    view, _, places = drawn([*claims, pair("Loner", "backs", "Loner")])
    away = dict(zip(view.actors.name, map(math.hypot, *zip(*circular(places["signed"]), strict=True)), strict=True))
    outer = {"Officials", "Loner"}
    assert min(away[name] for name in outer) > max(away[name] for name in away.keys() - outer)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("claims", [many(100, 300), many(900, 2000), planted(6, 100)])
def test_the_picture_grows_with_the_root_of_its_actors(name: str, claims: list[Claim]) -> None:
    view, _, places = drawn(claims)
    wide, high = np.ptp(np.array(places[name]), axis=0) / (60 * math.sqrt(len(view.actors.id)))
    assert 0.6 < high < 2.5
    assert 0.9 < wide / high < 1.8


@pytest.mark.parametrize("claims", [planted(2, 40), planted(2, 150, friends=6), many(900, 2000)])
def test_a_crowd_is_loosened(claims: list[Claim]) -> None:
    places = np.array(drawn(claims)[2]["signed"], float)
    apart = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    assert np.median(apart.min(axis=0)) > 15


def test_one_outlier_does_not_press_the_others_together() -> None:
    claims = planted(2, 40)
    claims += [pair(name, "attacks", "Outcast") for name in {claim.subject.name for claim in claims}]
    view, _, places = drawn(claims)
    others = [place for place, name in zip(places["signed"], view.actors.name, strict=True) if name != "Outcast"]
    assert (np.ptp(np.array(others), axis=0) > 0.6 * np.ptp(np.array(places["signed"]), axis=0)).all()


# --- radial and bloc --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("claims", [planted(3, 12), planted(5, 120), many(200, 400)])
def test_radial_has_the_strongest_in_the_middle_and_a_sector_for_each_bloc(claims: list[Claim]) -> None:
    _, found, places = drawn(claims)
    assert places["radial"][0] == (0, 0)
    around = sorted((math.atan2(y, x), bloc) for (x, y), bloc in zip(places["radial"][1:], found[1:], strict=True))
    order = [bloc for _, bloc in around if bloc >= 0]
    changes = sum(one != two for one, two in zip(order, order[1:] + order[:1], strict=True))
    assert changes == len(set(order)) > 1
    for bloc in set(order):
        away = [math.hypot(x / 1.25, y) for (x, y), each in zip(places["radial"], found, strict=True) if each == bloc]
        assert all(one < two + 2 for one, two in pairwise(away))  # whole pixels


@pytest.mark.parametrize("claims", [planted(3, 12), planted(5, 120), many(200, 400)])
def test_the_discs_of_blocs_do_not_overlap(claims: list[Claim]) -> None:
    _, found, places = drawn(claims)
    members: dict[int, list[tuple[float, float]]] = {}
    for place, bloc in zip(circular(places["bloc"]), found, strict=True):
        members.setdefault(bloc, []).append(place)
    alone = members.pop(-1, [])
    discs = [(each[0], max(math.dist(each[0], place) for place in each)) for each in members.values()]
    for (one, radius), (two, other) in combinations(discs, 2):
        assert math.dist(one, two) > radius + other
    assert all(math.dist(one, place) > radius for one, radius in discs for place in alone)


@pytest.mark.parametrize("name", LAYOUTS)
def test_hostile_blocs_are_kept_apart(name: str) -> None:
    """Six sides in two alliances: those of one meet each other, and attack those of the other."""

    def allied(one: int, two: int) -> bool:
        return one % 2 == two % 2

    claims = planted(6, 12, foes=0)
    for one, two in combinations(range(6), 2):
        relation = "meets" if allied(one, two) else "attacks"
        claims += [pair(f"S{one} M{number}", relation, f"S{two} M{number}") for number in range(6)]
    view, _, places = drawn(claims)
    middle = {
        side: centre([place for place, own in zip(circular(places[name]), sides(view), strict=True) if own == side])
        for side in sorted(set(sides(view)))
    }
    apart: dict[bool, list[float]] = {True: [], False: []}
    for (side, here), (other, there) in combinations(middle.items(), 2):
        apart[allied(int(side[1:]), int(other[1:]))].append(math.dist(here, there))
    assert np.mean(apart[False]) > 1.2 * np.mean(apart[True])


# --- blocs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("members", "count"), [(3, 2), (8, 4), (100, 7)])
def test_planted_blocs_are_found_again(members: int, count: int) -> None:
    view = built(planted(count, members, friends=min(members - 1, 6)))
    found = blocs.blocs(view)
    assert len(set(found)) == len(set(zip(found, sides(view), strict=True))) == count
    assert -1 not in found


def test_friends_who_are_at_war_are_no_bloc() -> None:
    one, two = ([f"{side}{number}" for number in range(4)] for side in "XY")
    claims = [pair(a, "backs", b) for side in (one, two) for a, b in combinations(side, 2)]
    bridge = [pair(a, "backs", b) for a, b in zip(one, two, strict=True)]
    war = [pair(a, "attacks", b, article) for a in one for b in two for article in "abc"]
    found = blocs.blocs(view := built([*claims, *bridge, *war]))
    assert {(name[0], bloc) for name, bloc in zip(view.actors.name, found, strict=True)} in (
        {("X", 0), ("Y", 1)},
        {("X", 1), ("Y", 0)},
    )


def test_blocs_are_numbered_from_the_one_with_most_claims() -> None:
    view = built([*planted(3, 6), *(pair("S1 M1", "backs", "S1 M2", str(number)) for number in range(9, 40))])
    found = blocs.blocs(view)
    total = [sum(n for n, bloc in zip(view.actors.claims, found, strict=True) if bloc == each) for each in range(3)]
    assert total == sorted(total, reverse=True)
    assert found[view.actors.name.index("S1 M1")] == 0


@pytest.mark.parametrize(
    "claims",
    [
        [],
        [pair("A", "backs", "B")],
        [pair(a, "attacks", b) for a, b in combinations("ABCD", 2)],
        [pair(a, "meets", b) for a, b in combinations("ABCD", 2)],
        [pair(a, "backs", b, negated=True) for a, b in combinations("ABCD", 2)],
        [pair(a, "backs", b, modality="planned") for a, b in combinations("ABCD", 2)],
        [pair(a, "backs", a) for a in "ABCD"],
    ],
)
def test_who_has_fewer_than_two_friends_is_in_no_bloc(claims: list[Claim]) -> None:
    view = built(claims)
    assert blocs.blocs(view) == (-1,) * len(view.actors.id)


def test_only_friends_are_members() -> None:
    claims = [*planted(2, 6), pair("S0 M1", "meets", "Envoy"), pair("S1 M1", "attacks", "Rebels")]
    view = built(claims)
    found = dict(zip(view.actors.name, blocs.blocs(view), strict=True))
    assert found["Envoy"] == found["Rebels"] == -1
    assert -1 not in {bloc for name, bloc in found.items() if name.startswith("S")}


def test_there_are_no_more_blocs_than_a_reader_can_tell_apart() -> None:
    found = blocs.blocs(built(planted(20, 5, foes=0)))
    assert set(found) == set(range(-1, blocs.MOST))


# --- names ------------------------------------------------------------------------------------------------------------


def overlapping(places: list[Place], names: tuple[str, ...]) -> list[tuple[str, str]]:
    boxes = [layout.box(name) for name in names]
    found = []
    for one, two in combinations(range(len(places)), 2):
        beside = abs(places[one][0] - places[two][0]) >= (boxes[one][0] + boxes[two][0]) / 2
        if not beside and abs(places[one][1] - places[two][1]) < (boxes[one][1] + boxes[two][1]) / 2:
            found.append((names[one], names[two]))
    return found


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("claims", [*SMALL, many(150, 300)])
def test_no_name_lies_over_another_once_they_are_spread(claims: list[Claim], name: str) -> None:
    view, _, places = drawn(claims)
    spread = layout.spread(places[name], view.actors.name)
    assert len(spread) == len(places[name])
    assert layout.spread(places[name], view.actors.name) == spread
    assert all(type(number) is int for place in spread for number in place)
    assert not overlapping(spread, view.actors.name)


def test_even_those_on_one_spot_are_spread() -> None:
    names = tuple(f"Somebody {number}" for number in range(30))
    assert not overlapping(layout.spread([(5, 5)] * 30, names), names)


def test_spreading_keeps_who_is_near_whom() -> None:
    view, _, places = drawn(planted(2, 15))
    spread = layout.spread(places["signed"], view.actors.name)
    assert np.mean(lengths(view, spread, 1)) < 0.7 * np.mean(lengths(view, spread, -1))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Syrian opposition", "Syrian opposition"),
        ("Levant Conquest Front of Syria", "Levant Conquest\nFront of Syria"),
        ("x" * 60, "x" * 19 + "…"),
        (" ", ""),
        ("Правительство Сирийской Арабской Республики", "Правительство\nСирийской Арабской …"),
    ],
)
def test_names_take_two_lines_at_most(name: str, shown: str) -> None:
    assert layout.label(name) == shown
