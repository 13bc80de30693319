"""`kg claims`: claims as JSON lines."""

import sys
from typing import Any

import click

from kg import loading
from kg.claim import to_json
from kg.cli import _completion, _options
from kg.cli._telling import tell, write_bytes
from kg.stores import open_store


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...|URL", shell_complete=_completion.files)
@_options.input_format
@_options.mapping
@_options.max_size
@_options.ontology
def claims(
    paths: tuple[str, ...], format: str | None, mapping: tuple[str, ...], max_size: int, ontology: str | None
) -> None:
    """Print the claims of files, or of a store, as JSON lines.

    Example: kg claims oxigraph:syria.kg > syria.claims.jsonl
    """
    if len(paths) == 1 and loading.is_input_store(paths[0], format):
        with open_store(paths[0], read_only=True) as store:
            write_bytes(to_json(store.claims()))
        return
    report = loading.Report()
    how: dict[str, Any] = {"mapping": mapping, "max_size": max_size << 20, "ontology": _options.terms(ontology)}
    write_bytes(to_json(loading.read(list(paths), report, format=format, **how)))
    tell(report)
    sys.exit(0 if report.ok else 1)
