"""The Python API in ten lines: load the example, ask, make a graph, write a page."""

from pathlib import Path

import kg

EXAMPLE = Path(__file__).parent / "syria-2016"

with kg.open_store("memory:") as store:
    report = kg.load(EXAMPLE, into=store)
    print(f"{report.new} claims from {len(report.files)} articles")
    for row in store.ask("who-supports", actor="Assad government"):
        print(row["subject_name"], row["relation"], row["claims"])
    graph = kg.graph(store.claims(), as_of="2016-10-12")
    print(graph.number_of_nodes(), "actors,", graph.number_of_edges(), "edges")
    kg.view(store, "alliances.html")
