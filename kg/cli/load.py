"""`kg load` and `kg check`: files into a store, or only a look at them."""

import sys
from pathlib import Path
from typing import Any

import click

from kg import loading, output
from kg.cli import _options
from kg.cli._telling import progress, say, tell
from kg.mappings import vocabulary
from kg.stores import open_store


@click.command()
@_options.paths
@_options.into
@_options.input_format
@_options.mapping
@_options.max_size
@_options.jobs
@_options.report
@_options.ontology
@click.option("--strict", is_flag=True, help="Load nothing if there is an error.")
@click.option("--replace", is_flag=True, help="Take out what the store has of these articles and the files have not.")
def load(
    paths: tuple[str, ...], into: str, ontology: str | None, max_size: int, report: Path | None, **how: Any
) -> None:
    """Read files, folders, zip files or stores and keep their claims.

    Example: kg load examples/syria-2016 --into oxigraph:syria.kg
    """
    terms = _options.terms(ontology)
    loading.require(paths, how["format"], vocabulary(terms, how["mapping"]).tables)
    with open_store(into, ontology=terms) as store:
        found = loading.load(list(paths), store, max_size=max_size << 20, progress=progress(), **how)
    tell(found, report)
    if how["strict"] and not found.ok:
        say("nothing was loaded, since --strict was given and there are errors")
    else:
        gone = f", {found.gone} taken out" if how["replace"] else ""
        say(f"{found.new} new, {found.known} known{gone} in {store.url} ({found.seconds:.1f} s)")
    sys.exit(0 if found.ok else 1)


@click.command()
@_options.paths
@_options.input_format
@_options.mapping
@_options.max_size
@_options.jobs
@_options.report
@_options.ontology
def check(paths: tuple[str, ...], ontology: str | None, max_size: int, report: Path | None, **how: Any) -> None:
    """Read files as `load` would, but keep nothing: print what is wrong with them.

    Example: kg check my-articles
    """
    found = loading.check(list(paths), ontology=_options.terms(ontology), max_size=max_size << 20, **how)
    for line in map(str, found.problems):
        click.echo(output.safe(line))
    tell(found, report, problems=False)
    sys.exit(0 if found.ok else 1)
