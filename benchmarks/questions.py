"""Every named question against the bare engine: `python benchmarks/questions.py FILE [URL...]` prints a table a store.

The claims of FILE, which `kg load` reads, go into `memory:`, into Oxigraph on disk and into the store at each URL,
where they stay. Each question is asked about the actor with the most claims (the hub), the next one, and one in the
middle. `ask` is the whole of `store.ask`, `query` is `store.query` with the same text, `bare` the engine or its driver
alone; all are medians of alternating runs, in milliseconds. `own/hand` sets the question beside another form of it,
where a plainly different one is known. Read the ratios: the milliseconds depend on the machine.
"""

import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import kg
from kg import questions
from kg.claim import Claim
from kg.loading import read
from kg.namespaces import PREFIXES
from kg.questions import Question, _cypher, _sparql
from kg.stores import Store
from kg.stores._bolt import Bolt
from kg.stores._cypher import CypherStore
from kg.stores.oxigraph import OxigraphStore

RUNS = 5
DAY = {"date": "2014-06-01", "since": "2014-10-01", "until": "2014-12-31"}
Query = tuple[str, Mapping[str, object] | None]

# Other forms of questions: what stands first is replaced by what stands second. Both ask for the same rows.
HAND: dict[tuple[str, questions.Language], tuple[str, str]] = {
    ("who-supports", "cypher"): (
        "MATCH (actor:Entity {id: $actor})-[edge:$supports]-(subject:Entity)\n"
        "WHERE endNode(edge) = actor OR type(edge) IN $symmetric\n",
        "CALL () { MATCH (:Entity {id: $actor})<-[edge:$supports]-(subject:Entity) RETURN edge, subject UNION"
        " MATCH (:Entity {id: $actor})-[edge:$supports]->(subject:Entity) WHERE type(edge) IN $symmetric"
        " RETURN edge, subject }\n",
    ),
    ("planned-not-done", "cypher"): (
        "OPTIONAL MATCH (done:Claim {key: claim.key})\nWHERE done.holds AND done.published >= claim.published\n"
        "WITH claim, count(done) AS reports\nWHERE reports = 0\n",
        "AND NOT EXISTS { MATCH (done:Claim {key: claim.key})"
        " WHERE done.holds AND done.published >= claim.published }\n",
    ),
    ("dyad-timeline", "cypher"): (
        "MATCH (:Entity {id: $a})<-[:SUBJECT|OBJECT]-(claim:Claim)-[:SUBJECT|OBJECT]->(:Entity {id: $b})\n",
        "CALL () { MATCH (:Entity {id: $a})<-[:SUBJECT]-(claim:Claim)-[:OBJECT]->(:Entity {id: $b}) RETURN claim UNION"
        " MATCH (:Entity {id: $b})<-[:SUBJECT]-(claim:Claim)-[:OBJECT]->(:Entity {id: $a}) RETURN claim }\n",
    ),
}


def bound(store: Store, question: Question, given: Mapping[str, str], text: str) -> Query:
    """The query that a question's text becomes on a store; `given` holds ids."""
    values = {p.name: (p, given.get(p.name)) for p in question.parameters}
    if question.most is not None:
        text += f"LIMIT {question.most + 1}"
    if store.language == "cypher":
        return _cypher.bound(text, values, store.ontology)
    return _sparql.bound(text, values, store.ontology), None


def texts(store: Store, question: Question) -> tuple[str, str | None]:
    """A question's text in the language of a store, and its other form, where there is one."""
    path = questions.folder() / f"{question.name}{questions.ENDINGS[store.language]}"
    text = path.read_text(encoding="utf-8")
    if (question.name, store.language) not in HAND:
        return text, None
    old, new = HAND[question.name, store.language]
    if old not in text:
        raise SystemExit(f"{path}: HAND in {__file__} no longer fits this file; bring it in line")
    return text, text.replace(old, new)


def bare(store: Store, query: Query) -> Callable[[], object] | None:
    """What asks the engine or its driver alone and reads every value; None where there is no such way."""
    text, parameters = query
    if isinstance(store, OxigraphStore):
        return lambda: [tuple(row) for row in store._engine.query(text, prefixes=PREFIXES)]  # type: ignore[union-attr]
    if isinstance(store, CypherStore):
        return lambda: driven(store._open, text, parameters or {})
    return None


def driven(bolt: Bolt, text: str, parameters: Mapping[str, object]) -> object:
    """The rows of a query by the driver's own session."""
    with bolt._session(bolt._reader, "READ") as session:
        return [record.values() for record in session.run(text, dict(parameters))]


def asked(claims: list[Claim]) -> Iterator[tuple[Question, dict[str, str]]]:
    """Each question with parameters: one set for each of hub and middle, or of the pairs of hub, next and middle."""
    counts = Counter(id for claim in claims for id in (claim.subject.id, claim.object.id))
    ranked = [id for id, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    hub, second, middle = ranked[0], ranked[1], ranked[len(ranked) // 20]
    for question in questions.questions().values():
        needed = [p for p in question.parameters if p.required]
        rest = {p.name: DAY.get(p.name, "arms") for p in needed if p.type != "entity"}
        ends = [p.name for p in question.parameters if p.type == "entity" and (p.required or p.name == "actor")]
        values = {0: [()], 1: [(hub,), (middle,)], 2: [(hub, second), (hub, middle), (middle, hub)]}[len(ends)]
        for each in values:
            yield question, rest | dict(zip(ends, each, strict=True))
        if ends and not any(p.type == "entity" for p in needed):
            yield question, rest


def medians(works: Mapping[str, Callable[[], object] | None]) -> dict[str, float]:
    """Median milliseconds of each, run in turn after one run that warms caches and plans."""
    taken: dict[str, list[float]] = {name: [] for name, work in works.items() if work}
    for _ in range(RUNS + 1):
        for name, times in taken.items():
            start = time.perf_counter()
            works[name]()  # type: ignore[misc]
            times.append(1_000 * (time.perf_counter() - start))
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


def line(store: Store, question: Question, given: dict[str, str]) -> str:
    """One line of the table. Ends the program where the other form gives other rows."""
    text, other = texts(store, question)
    query = bound(store, question, given, text)
    rows = store.query(*query)
    works: dict[str, Callable[[], object] | None] = {
        "ask": lambda: store.ask(question.name, **given),
        "query": lambda: store.query(*query),
        "bare": bare(store, query),
    }
    if other:
        hand = bound(store, question, given, other)
        works["hand"] = lambda: store.query(*hand)
        if sorted(map(repr, store.query(*hand))) != sorted(map(repr, rows)):
            raise SystemExit(f"{question.name}: the other form gives other rows in {store.url}")
    taken = medians(works)
    asked_of = f"{question.name} {' '.join(given.values())}"
    cells = [f"{asked_of[:52]:53}{len(rows):7}{taken['ask']:9.1f}{taken['query']:9.1f}"]
    if "bare" in taken:
        added = taken["query"] - taken["bare"]
        cells.append(f"{taken['bare']:9.1f}{added:8.1f}{added / taken['bare']:7.0%}")
    if "hand" in taken:
        cells.append(f"{taken['query'] / taken['hand']:9.2f}")
    return "".join(cells)


def main(path: str, urls: list[str]) -> None:
    """Load, measure, and print the tables."""
    claims = list(read(path, kg.Report()))
    with tempfile.TemporaryDirectory() as folder:
        for url in ("memory:", f"oxigraph:{folder}/store.kg", *urls):
            with kg.open_store(url) as store:
                store.add(claims)
                print(f"\n{store.url}, {len(claims)} claims")
                print(f"{'':53}{'rows':>7}{'ask':>9}{'query':>9}{'bare':>9}{'added':>8}{'':7}{'own/hand':>9}")
                for question, given in asked(claims):
                    print(line(store, question, given), flush=True)


if __name__ == "__main__":
    if not sys.argv[1:]:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2:])
