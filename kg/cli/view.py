"""`kg view`: the page."""

from typing import Any

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
@click.option("--actor", help="Only what is around this actor: an id, name or alias.")
@click.option(
    "--hops",
    metavar="N",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="With --actor: how many claims away from it others may be.",
)
@click.option("--since", metavar="DAY", help="Only what held on this day (YYYY-MM-DD) or later, or says no date.")
@click.option("--until", metavar="DAY", help="Only what held on this day (YYYY-MM-DD) or earlier, or says no date.")
@click.option("--as-of", metavar="DAY", help="Only what held on this day (YYYY-MM-DD), or says no date.")
@click.option(
    "--top",
    metavar="N",
    type=click.IntRange(min=1),
    help="Only what is between N actors: those with most claims, and that of --actor.",
)
def view(store: str, path: str, **chosen: Any) -> None:
    """Write the claims as one interactive page that opens without a network.

    All of them, unless options leave some out: those of time first, then --actor, then --top.

    Example: kg view --store oxigraph:syria.kg -o alliances.html --actor Russia --hops 2 --top 50
    """
    with open_store(store, read_only=True) as opened:
        page = kg.view(opened, path, **chosen)
    if page.note:
        say(f"{path}: {page.note}")
    say(f"{path}: open it in a browser")
