"""The options that several verbs share, so that each is spelled and explained once."""

import click

from kg import formats, output
from kg.cli import _completion
from kg.ontology import Ontology, load, load_file

STORE = "oxigraph:./diplograph.kg"

store = click.option(
    "--store",
    metavar="URL",
    envvar="KG_STORE",
    show_envvar=True,
    default=STORE,
    show_default=True,
    help="Store to read.",
)
into = click.option(
    "--into",
    metavar="URL",
    envvar="KG_STORE",
    show_envvar=True,
    default=STORE,
    show_default=True,
    help="Store to write; made if need be.",
)
input_format = click.option(
    "--from",
    "format",
    metavar="FORMAT",
    help=f"Input format: {', '.join(sorted(formats.FORMATS))}.",
    shell_complete=_completion.formats,
)
ontology = click.option(
    "--ontology",
    metavar="FILE",
    help="Turtle file with more relations and classes.",
    shell_complete=_completion.files,
)
paths = click.argument("paths", nargs=-1, required=True, metavar="PATH...", shell_complete=_completion.files)
output_format = click.option(
    "--format", type=click.Choice(output.FORMATS), help="Default: table on a terminal, jsonl in a pipe."
)


def terms(path: str | None) -> Ontology:
    """The ontology that `--ontology` asks for."""
    return load_file(path) if path else load()
