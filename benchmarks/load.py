"""Loading, reading and exporting against the bare engine: `python benchmarks/load.py [COUNT|FILE]` prints ratios.

COUNT claims are made from a seed, with actors as unevenly spread as news has them; or they are those of a FILE that
`kg load` reads. Every line is the median of three runs
that alternate with the bare engine's, in one process. Read the ratios: the seconds depend on the machine.
"""

import gc
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph

import kg
from kg import ontology
from kg.claim import Article, Claim, Entity, from_json, new, to_json
from kg.loading import read
from kg.stores import Store

RUNS = 3


def made(count: int, seed: int = 7) -> list[Claim]:
    """Claims of 5,000 actors in articles of ten, in the order of the articles."""
    chance = random.Random(seed)
    relations = list(ontology.load().relations)
    claims = []
    for number in range(count):
        subject, object = (actor(chance) for _ in range(2))
        relation = chance.choice(relations)
        quote = f"{subject.name} {relation} {object.name}, officials said in a statement on the matter."
        article = Article(f"article-{number // 10}", published=f"2016-{1 + number % 12:02}-{1 + number % 28:02}")
        claims.append(new(subject, relation, object, article, begin=0, end=len(quote), quote=quote, row=str(number)))
    return claims


def actor(chance: random.Random) -> Entity:
    """One of 5,000, the first ones far more often than the last."""
    number = min(int(chance.paretovariate(0.6)), 5_000)
    return Entity(f"actor-{number}", f"Actor {number}", "State", f"Actor {number}")


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def filled(url: str, claims: list[Claim]) -> Store:
    """A new store with the claims."""
    store = kg.open_store(url)
    store.add(claims)
    return store


def main(given: str) -> None:
    """Measure, and print the table."""
    claims = made(int(given)) if given.isdigit() else list(read(given, kg.Report()))
    count = len(claims)
    lines = b"".join(to_json(claims))
    rows: dict[str, list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        names = (str(Path(folder) / str(number)) for number in range(1_000))
        with filled("memory:", claims) as store:
            triples = "".join(f"{s} {p} {o} .\n" for s, p, o, _ in store._engine).encode()  # type: ignore[attr-defined]
        for _ in range(RUNS):
            bare = timed(lambda: pyoxigraph.Store(next(names)).bulk_load(triples, pyoxigraph.RdfFormat.N_TRIPLES))
            url = f"oxigraph:{next(names)}"
            own = timed(lambda url=url: filled(url, claims).close())
            rows.setdefault("fresh load on disk / bulk_load of the ready triples", []).append((own, bare))
            bare = timed(lambda: pyoxigraph.Store(next(names)).extend(parsed(triples)))
            url = f"oxigraph:{next(names)}"
            own = timed(lambda url=url: batches(url, claims))
            rows.setdefault("load in batches on disk / extend by the ready triples", []).append((own, bare))
            with kg.open_store(url, read_only=True) as store:
                bare = timed(lambda store=store: sum(1 for _ in store._engine))
                own = timed(lambda store=store: sum(1 for _ in store.claims()))
                rows.setdefault("claims() / iterating over the triples", []).append((own, bare))
                bare = timed(lambda: pyoxigraph.serialize(parsed(triples), format=pyoxigraph.RdfFormat.TURTLE))
                for ending in ("ttl", "csv", "graphml"):
                    own = timed(lambda store=store, ending=ending: kg.export(store, next(names) + f".{ending}"))
                    rows.setdefault(f"export as {ending} / Turtle of the ready triples", []).append((own, bare))
            bare = timed(lambda: [from_json(line) for line in lines.splitlines()])
            own = timed(lambda: b"".join(to_json(claims)))
            rows.setdefault("writing JSON lines / decoding them", []).append((own, bare))
    print(f"{count} claims, {len(triples.splitlines())} triples\n")
    print(f"{'':56}{'s':>8}{'bare s':>8}{'rate':>9}{'bare/own':>10}")
    for name, pairs in rows.items():
        own, bare = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
        print(f"{name:56}{own:8.2f}{bare:8.2f}{count / own:7.0f}/s{bare / own:10.2f}")


def parsed(triples: bytes) -> Iterator[pyoxigraph.Quad]:
    """The triples as the engine's own objects."""
    return pyoxigraph.parse(triples, pyoxigraph.RdfFormat.N_TRIPLES)


def batches(url: str, claims: list[Claim]) -> None:
    """Load into a store that has a claim already, so that it goes by batches."""
    with filled(url, claims[:1]) as store:
        store.add(claims[1:])


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "20000")
