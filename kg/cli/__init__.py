"""The command `kg`: every verb is a few lines over the Python API, in a file of its own.

Data goes to standard output, words for people to standard error. Exit status: 0 fine, 1 errors in the data, 2 could not
run, 130 interrupted.
"""

import io
import os
import sys
import warnings
from pathlib import Path
from typing import Any, NoReturn

import click

import kg
from kg.cli import claims, copy, export, init, load, ontology, query, retract, stats, view
from kg.cli._telling import say
from kg.errors import KgError


class _ReaderGone(Exception):
    """The reader of our output went away, as `head` does. Click would take a BrokenPipeError for a failure."""


class _Verbs(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except BrokenPipeError as error:
            raise _ReaderGone from error


@click.group(
    cls=_Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog='Completion with Tab: eval "$(_KG_COMPLETE=bash_source kg)"; docs/commands.md has zsh and fish.',
)
@click.version_option(kg.__version__, prog_name="kg")
def main() -> None:
    """Claims from annotated news: who backs, arms, accuses, meets or fights whom, and which sentence says so."""


for _verb in (
    init.init,
    load.load,
    load.check,
    retract.retract,
    claims.claims,
    query.sparql,
    query.cypher,
    query.ask,
    stats.stats,
    ontology.ontology,
    view.view,
    export.export,
    copy.copy,
    copy.drop,
):
    main.add_command(_verb)


def _reopen() -> None:
    """Give the standard streams that the caller has closed something to read nothing from and to write nowhere."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115  # as long as we live


def run() -> NoReturn:
    """Run the command and exit: the one place where an error becomes a line and a status."""
    _reopen()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # whatever the locale says, so that a pipe always carries the same
    warnings.showwarning = lambda message, *_, **__: say(f"kg: {message}")
    try:
        status: Any = main.main(standalone_mode=False)
        sys.stdout.flush()
        sys.exit(status or 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        for line in shown.getvalue().splitlines():
            say(line)  # it quotes what was typed
        sys.exit(2)
    except KgError as error:
        say(f"kg: {error}")
        sys.exit(2)
    except (_ReaderGone, BrokenPipeError):
        # What is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        say(f"kg: {error}")
        sys.exit(2)
