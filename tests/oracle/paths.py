"""Questions whose rows are ways from actor to actor, edge by edge."""

from collections import defaultdict
from collections.abc import Iterator

from kg.claim import Claim
from kg.questions import Row
from tests.oracle._shared import TERMS, below, edges, names_of, ordered

Step = tuple[str, str, str]  # the relation, its direction, the actor that it leads to

PATH = (
    *("relation_1", "direction_1", "actor_1", "actor_1_name"),
    *("relation_2", "direction_2", "actor_2", "actor_2_name"),
    *("relation_3", "direction_3"),
)


def _steps(claims: list[Claim], relation: str | None) -> dict[str, set[Step]]:
    """The steps that the edges of a relation and all below it allow, by the actor where they begin."""
    found: dict[str, set[Step]] = defaultdict(set)
    for subject, name, object in edges(claim for claim in claims if below(claim, relation)):
        mutual = TERMS.relations[name].symmetric
        found[subject].add((name, "both" if mutual else "out", object))
        found[object].add((name, "both" if mutual else "in", subject))
    return found


def _walks(steps: dict[str, set[Step]], met: tuple[str, ...]) -> Iterator[list[Step]]:
    """Every walk of up to three steps from the last actor met that meets nobody twice."""
    for step in steps[met[-1]]:
        if step[2] not in met:
            yield [step]
            if len(met) < 3:
                yield from ([step, *rest] for rest in _walks(steps, (*met, step[2])))


def paths(claims: list[Claim], a: str, b: str, relation: str | None = None) -> list[Row]:
    names, rows = names_of(claims), []
    for walk in _walks(_steps(claims, relation), (a,)):
        if walk[-1][2] != b:
            continue
        row: Row = {"hops": len(walk)} | dict.fromkeys(PATH)
        for number, (name, direction, actor) in enumerate(walk, 1):
            row |= {f"relation_{number}": name, f"direction_{number}": direction}
            if number < len(walk):
                row |= {f"actor_{number}": actor, f"actor_{number}_name": names[actor]}
        rows.append(row)
    steps_in_order = [column for column in PATH if not column.startswith("actor")]
    return ordered(rows, "hops", "actor_1", "actor_2", *steps_in_order)


def shortest_paths(claims: list[Claim], a: str, b: str, relation: str | None = None) -> list[Row]:
    rows = paths(claims, a, b, relation)
    return [row for row in rows if row["hops"] == rows[0]["hops"]]


def arming_chains(claims: list[Claim], actor: str | None = None) -> list[Row]:
    steps, names, rows = _steps(claims, "backsMilitarily"), names_of(claims), []
    for walk in ([("", "out", subject), *walk] for subject in tuple(steps) for walk in _walks(steps, (subject,))):
        relations, directions, met = zip(*walk, strict=True)
        if len(met) == 2 or set(directions) != {"out"} or actor not in {None, *met}:
            continue
        row: Row = {"hops": len(met) - 1} | dict.fromkeys(("actor_2", "actor_2_name", "relation_3"))
        row |= {f"relation_{number}": name for number, name in enumerate(relations) if number}
        places = ("subject", *("actor_1", "actor_2")[: len(met) - 2], "object")
        for place, actor_there in zip(places, met, strict=True):
            row |= {place: actor_there, f"{place}_name": names[actor_there]}
        rows.append(row)
    actors = ("subject", "actor_1", "actor_2", "object")
    return ordered(rows, "hops", *actors, "relation_1", "relation_2", "relation_3")
