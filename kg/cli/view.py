"""`kg view`: the page."""

import click

import kg
from kg.cli import _completion, _options
from kg.cli._telling import say
from kg.stores import open_store


@click.command()
@_options.store
@click.option(
    "-o",
    "--output",
    "path",
    metavar="FILE",
    default="alliances.html",
    show_default=True,
    shell_complete=_completion.files,
    help="The page.",
)
@click.option("--title", default="Alliances", show_default=True, help="Its heading.")
def view(store: str, path: str, title: str) -> None:
    """Write the claims as one interactive page that opens without a network.

    Example: kg view --store oxigraph:syria.kg -o alliances.html
    """
    with open_store(store, read_only=True) as opened:
        kg.view(opened, path, title=title)
    say(f"{path}: open it in a browser")
