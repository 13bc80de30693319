"""`kg claims`: claims as JSON lines."""

import sys
from pathlib import Path
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
@_options.jobs
@_options.report
@_options.ontology
def claims(
    paths: tuple[str, ...], format: str | None, max_size: int, report: Path | None, ontology: str | None, **how: Any
) -> None:
    """Print the claims of files, or of a store, as JSON lines.

    Of the last 5,000 articles it is kept in mind how each describes itself and its entities; what an article says after
    so many others is not brought in line with what it said before. A store brings it in line when it is loaded.

    Example: kg claims oxigraph:syria.kg > syria.claims.jsonl
    """
    if len(paths) == 1 and loading.is_input_store(paths[0], format) and not report:
        with open_store(paths[0], read_only=True) as store:
            write_bytes(to_json(store.claims()))
        return
    found, terms = loading.Report(), _options.terms(ontology)
    read = loading.read(list(paths), found, format=format, max_size=max_size << 20, ontology=terms, **how)
    write_bytes(to_json(read))
    tell(found, report)
    sys.exit(0 if found.ok else 1)
