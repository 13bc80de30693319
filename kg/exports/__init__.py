"""Claims as files for other programs: RDF, JSON lines, tables, and graphs for Gephi, Cytoscape, yEd and igraph.

RDF and JSON lines carry claims as they are. What the others cannot carry, `export` says.
"""

import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from kg import collector, paths
from kg.claim import Claim, to_json
from kg.errors import UsageError
from kg.ontology import Ontology, load
from kg.stores import Store

RDF = ("ttl", "nt", "nq", "trig", "jsonld")
TABLES = ("csv", "tsv")
GRAPHS = ("graphml", "gexf")
FORMATS = (*RDF, "jsonl", *TABLES, *GRAPHS)  # each is the ending of its files

Rendered = tuple[Iterable[bytes], list[str]]  # the file in parts, and what it does not carry


def export(
    source: Store | Iterable[Claim],
    path: str | Path,
    *,
    format: str | None = None,
    entail: bool = False,
    excel_safe: bool = False,
    ontology: Ontology | None = None,
) -> list[str]:
    """Write a store's claims, or any claims, to a file; what it does not carry comes back, one line each.

    `format` is one of `FORMATS`, by default the ending of `path`; `-` is standard output, which has none. A file that
    is there is replaced as a whole or not at all. Equal claims give equal bytes, whatever store they come from.

    `entail` (RDF) adds what RDFS entails: the classes and relations above, and the classes of domains and ranges.
    `excel_safe` (tables) puts an apostrophe before what a spreadsheet would run, and a byte order mark before all.
    Claims are resolved and settled, as stores and `kg.loading.read` give them; `ontology` is that of claims which were
    made with more than the shipped one. Raises UsageError for an unknown format, a relation or class that the ontology
    lacks, and where the file cannot be written.
    """
    ending = _ending(path, format)
    if entail and ending not in RDF:
        raise UsageError(f"{ending} holds no triples, so that nothing can be entailed; use one of {', '.join(RDF)}")
    if excel_safe and ending not in TABLES:
        raise UsageError(f"{ending} is not for spreadsheets; excel-safe files are {', '.join(TABLES)}")
    target = None if str(path) == "-" else _target(path)
    with collector.paused():
        claims, terms = _given(source, ontology)
        try:
            parts, lost = _rendered(claims, terms, ending, entail, excel_safe)
            data = b"".join(parts)
        except UnicodeEncodeError as error:
            raise UsageError("a claim holds half of a UTF-16 pair; kg.load leaves such claims out") from error
    if target is None:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        paths.write(data, target)
    return lost


def _ending(path: str | Path, format: str | None) -> str:
    _, dot, ending = (Path(path).name if format is None else f".{format}").rpartition(".")
    if dot and ending.lower() in FORMATS:
        return ending.lower()
    if str(path) == "-" and format is None:
        raise UsageError(f"standard output has no ending; name the format: {', '.join(FORMATS)}")
    raise UsageError(f"{format or path}: no known format; there are {', '.join(FORMATS)}")


def _given(source: Store | Iterable[Claim], ontology: Ontology | None) -> tuple[list[Claim], Ontology]:
    """The claims, each once and in the order of their ids, and the ontology that they were made with."""
    if isinstance(source, Store):
        return list(source.claims()), source.ontology
    terms = ontology or load()
    claims: dict[str, Claim] = {}
    for claim in source:
        claims.setdefault(claim.id, claim)
    kinds = {entity.kind for claim in claims.values() for entity in claim.entities}
    unknown = (kinds - terms.classes.keys()) | ({claim.relation for claim in claims.values()} - terms.relations.keys())
    if unknown:
        raise UsageError(f"not in the ontology: {', '.join(sorted(unknown))}; pass ontology=store.ontology")
    return [claims[id] for id in sorted(claims)], terms


def _rendered(claims: list[Claim], terms: Ontology, ending: str, entail: bool, excel_safe: bool) -> Rendered:
    if ending in RDF:
        from kg.exports import rdf

        return rdf.render(claims, terms, ending, entail)
    if ending in TABLES:
        from kg.exports import tables

        return tables.render(claims, ending, excel_safe)
    if ending in GRAPHS:
        from kg.exports import graphs

        return graphs.render(claims, terms, ending)
    return to_json(claims), []


def _target(path: str | Path) -> Path:
    """Where the file goes, links followed. Raises UsageError where none can."""
    try:
        target = Path(os.path.realpath(path))
    except ValueError as error:
        raise UsageError(f"{path} can be no path: {error}") from error
    there = paths.kind(target)
    if there == stat.S_IFDIR:
        raise UsageError(f"{path} is a folder; name a file in it")
    if there not in (0, stat.S_IFREG):
        raise UsageError(f"{path} is no plain file; -o - writes to standard output")
    if not target.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {target.parent}; make it first")
    return target
