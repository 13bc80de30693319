"""The options that several verbs share, so that each is spelled and explained once."""

import click

from kg import formats, output, reporting, sources
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
    help=f"Input format: {', '.join(formats.FORMATS)}.",
    shell_complete=_completion.formats,
)
mapping = click.option(
    "--mapping",
    metavar="FILE",
    multiple=True,
    help="What labels or codes mean (.sssom.tsv), or which columns a table has (.toml). May be given again.",
    shell_complete=_completion.files,
)
max_size = click.option(
    "--max-size",
    metavar="MIB",
    type=click.IntRange(min=1),
    default=sources.LIMIT >> 20,
    show_default=True,
    help="The longest line, or file that is read whole, in MiB.",
)
jobs = click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that parse files; the result is the same. A few small files take longer with more than one.",
)
report = click.option(
    "--report",
    metavar="FILE",
    callback=lambda context, option, path: None if path is None else reporting.target(path),
    help="Write files, problems, unmapped labels and numbers to this file, as JSON.",
    shell_complete=_completion.files,
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
