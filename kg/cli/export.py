"""`kg export`: claims as a file for other programs."""

import click

from kg import exports
from kg.cli import _completion, _options
from kg.cli._telling import count, say
from kg.stores import open_store


@click.command()
@_options.store
@click.option(
    "-o",
    "--output",
    "path",
    metavar="FILE",
    required=True,
    shell_complete=_completion.files,
    help="The file; - is standard output.",
)
@click.option("--format", metavar="FORMAT", help=f"{', '.join(exports.FORMATS)}. Default: the ending of FILE.")
@click.option("--entail", is_flag=True, help="RDF: add what RDFS entails, such as relations and classes above.")
@click.option(
    "--excel-safe",
    is_flag=True,
    help="Tables: put an apostrophe before texts that a spreadsheet would run, which changes them.",
)
def export(store: str, path: str, format: str | None, entail: bool, excel_safe: bool) -> None:
    """Write the claims to a file: RDF, JSON lines, a table, or a graph for Gephi and Cytoscape.

    Example: kg export -o alliances.graphml --store oxigraph:syria.kg
    """
    with open_store(store, read_only=True) as opened:
        lost = exports.export(opened, path, format=format, entail=entail, excel_safe=excel_safe)
        claims = sum(opened.articles().values())
    shown = "standard output" if path == "-" else path
    say(f"{shown}: {count(claims, 'claim')}")
    for what in lost:
        say(f"{shown}: does not carry {what}; kg export -o FILE.ttl carries all")
