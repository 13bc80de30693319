"""Loading into servers: `python benchmarks/servers.py FILE [URL...]` prints rates, and ratios to a bare script.

FILE is what `kg load` reads; each URL is a store that this program may fill and drop, the password in `$KG_PASSWORD`.
Without a URL: a new `cypher:` store, and the project's own servers where they can be started.

The bare script has the same claims in memory. It makes the same nodes, properties, links and edge counts of them and
writes these with the fewest UNWIND statements of 5,000 rows each, without a look at what is there. Every line is the
median of `RUNS` runs that alternate with the bare script's on the same server, after one of each that warms it up.
Read the ratios; the second one leaves out what the script takes to make its rows.
"""

import os
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kg
from kg import ontology, rdf
from kg.claim import Claim
from kg.entities import nodes
from kg.loading import read
from kg.stores import BATCH
from kg.stores import _properties as properties
from kg.stores._cypher import CypherStore
from kg.triples import Shared

RUNS = 3
TERMS = ontology.load()

Rows = list[dict[str, Any]]
Statements = list[tuple[str, Rows]]

ENDS = "UNWIND $rows AS r MATCH (s:Entity {id: r.s}) MATCH (o:Entity {id: r.o})"
LINKED = (
    f"{ENDS} MATCH (a:Article {{id: r.a}})%s CREATE (c:Claim) SET c = r.p"
    " CREATE (c)-[:SUBJECT]->(s) CREATE (c)-[:OBJECT]->(o) CREATE (c)-[:STATED_IN]->(a)%s"
)
MENTIONED = (
    "UNWIND $rows AS r MATCH (a:Article {id: r.a}) MATCH (e:Entity {id: r.e}) CREATE (a)-[m:MENTIONS]->(e) SET m = r.p"
)


def statements(claims: list[Claim]) -> Statements:
    """What a script would write that knows everything beforehand."""
    shared = Shared(TERMS, claims)
    rows: dict[str, Rows] = defaultdict(list)
    for node in nodes(shared.mentions.values()):
        labels = ":".join(properties.labels(node.kinds, TERMS))
        row = named(properties.OF_ENTITY, properties.entity_values(node))
        rows[f"UNWIND $rows AS r CREATE (e:{labels}) SET e = r"].append(row)
    for article in shared.articles.values():
        row = named(properties.OF_ARTICLE, properties.article_values(article))
        rows["UNWIND $rows AS r CREATE (a:Article) SET a = r"].append(row)
    for met in shared.mentions.values():
        row = named(properties.OF_MENTION, properties.mention_values(met))
        rows[MENTIONED].append({"a": met.article, "e": met.entity.id, "p": row})
    for claim in claims:
        said_by = claim.attributed_to
        ends = {"s": claim.subject.id, "o": claim.object.id, "a": claim.article.id, "t": said_by and said_by.id}
        more = (" MATCH (t:Entity {id: r.t})", " CREATE (c)-[:ATTRIBUTED_TO]->(t)") if said_by else ("", "")
        row = named((*properties.OF_CLAIM, *properties.OF_CLAIM_ALSO), properties.claim_values(claim, TERMS))
        rows[LINKED % more].append({"p": row, **ends})
    for key, about in edges(claims).items():
        type = TERMS.relations[key[1]].type
        rows[f"{ENDS} CREATE (s)-[e:{type}]->(o) SET e = r.p"].append({"s": key[0], "o": key[2], "p": about})
    return [(text, all[at : at + BATCH]) for text, all in rows.items() for at in range(0, len(all), BATCH)]


def named(names: Iterable[str], values: properties.Values) -> dict[str, Any]:
    """The properties of one row, as a script has them."""
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def edges(claims: list[Claim]) -> dict[rdf.Key, dict[str, Any]]:
    """The edges with their counts."""
    by_key: dict[rdf.Key, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_key[TERMS.key(claim)].append(claim)
    found = {}
    for key, group in by_key.items():
        held = [claim for claim in group if claim.holds]
        days = [claim.article.published for claim in held if claim.article.published]
        if held:
            counts = {"claims": len(held), "articles": len({claim.article.id for claim in held})}
            denials = sum(claim.negated and claim.modality == "actual" for claim in group)
            span = {"first": min(days), "last": max(days)} if days else {}
            found[key] = {"key": rdf.key_text(key), **counts, "denials": denials, **span}
    return found


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def bare(store: CypherStore, claims: list[Claim]) -> tuple[float, float]:
    """Run the statements, a transaction each: the seconds it takes in all, and those without making them."""
    start = time.perf_counter()
    ready = statements(claims)
    made = time.perf_counter()
    for text, rows in ready:
        store._open.write(lambda run, text=text, rows=rows: run(text, rows=rows))  # type: ignore[misc]
    end = time.perf_counter()
    return end - start, end - made


def emptied(store: kg.Store) -> None:
    """Take every claim out, and leave the constraints."""
    text = "MATCH (n) WHERE NOT n:KgStore AND NOT n:Relation WITH n LIMIT 10000 DETACH DELETE n RETURN count(*) AS n"
    while store.query(text, write=True)[0]["n"]:
        pass


def measured(url: str, claims: list[Claim]) -> Iterator[str]:
    """The lines of one store."""
    own, other = [], []
    with kg.open_store(url) as store:
        if not isinstance(store, CypherStore):
            yield line(url, "load", len(claims), [timed(lambda: store.add(claims))])
            yield line(url, "claims()", len(claims), [timed(lambda: list(store.claims()))])
            store.drop()
            return
        if store.articles():
            raise SystemExit(f"{store.url} has claims; drop them, or name another store")
        for _ in range(RUNS + 1):
            other.append(bare(store, claims))
            emptied(store)
            own.append(timed(lambda: store.add(claims)))
            reading = timed(lambda: list(store.claims()))
            emptied(store)
        yield line(url, "load, first", len(claims), own[:1], other[:1])
        yield line(url, "load, warm", len(claims), own[1:], other[1:])
        yield line(url, "claims()", len(claims), [reading])
        store.drop()


def line(url: str, what: str, count: int, own: list[float], other: list[tuple[float, float]] | None = None) -> str:
    """One line of the table."""
    seconds = statistics.median(own)
    text = f"{url.partition(':')[0]:12}{what:14}{seconds:8.1f} s{count / seconds:9.0f}/s"
    if other:
        ratios = (
            statistics.median(times[part] / mine for mine, times in zip(own, other, strict=True)) for part in (0, 1)
        )
        bare_seconds = statistics.median(whole for whole, _ in other)
        text += f"{bare_seconds:9.1f} s bare" + "".join(f"{ratio:7.2f}" for ratio in ratios) + " of its rate"
    return text


@contextmanager
def stores(given: list[str]) -> Iterator[Iterator[tuple[str, str]]]:
    """Name and URL of each store, started when its turn comes."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from tests.servers import ENGINES, Missing

    def started(folder: str) -> Iterator[tuple[str, str]]:
        yield "arcadedb", f"cypher:{folder}/cypher"
        for name, kind in ENGINES.items():
            try:
                (Path(folder) / name).mkdir()
                with kind(Path(folder) / name) as server:
                    os.environ["KG_PASSWORD"] = server.password or ""
                    yield name, server.url
            except Missing as error:
                print(f"{name}: {error}")

    with tempfile.TemporaryDirectory() as folder:
        yield ((url, url) for url in given) if given else started(folder)


def main(path: str, given: list[str]) -> None:
    """Measure, and print the table."""
    claims = list(read(path, kg.Report()))
    print(f"{len(claims)} claims")
    with stores(given) as found:
        for name, url in found:
            print(name)
            for text in measured(url, claims):
                print(f"  {text}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
