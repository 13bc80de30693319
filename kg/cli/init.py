"""`kg init`: a folder to start one's own claims in."""

import shlex
from pathlib import Path

import click

from kg import starter
from kg.cli import _completion, _options
from kg.cli._telling import say


@click.command()
@click.argument("folder", metavar="DIR", shell_complete=_completion.files)
@_options.ontology
def init(folder: str, ontology: str | None) -> None:
    """Start a folder of one's own: a table with a worked example, and the settings for brat and Label Studio.

    Example: kg init mine
    """
    for path in starter.write(folder, _options.terms(ontology)):
        say(f"wrote {path}")
    extended = f" --ontology {shlex.quote(ontology)}" if ontology else ""
    store = shlex.quote(f"oxigraph:{Path(folder) / 'claims.kg'}")
    say("Next:")
    say(f"  kg check {shlex.quote(folder)}{extended}")
    say(f"  kg load {shlex.quote(folder)} --into {store}{extended}")
    say(f"  kg view --store {store}")
