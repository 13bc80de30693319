"""The command `kg`: every verb is a few lines over the Python API.

Data goes to standard output, words for people to standard error. Exit status: 0 fine, 1 errors in the data, 2 could not
run, 130 interrupted.
"""

import io
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

import kg
from kg import loading, output, questions, sources
from kg.claim import to_json
from kg.errors import KgError, UsageError
from kg.ontology import Ontology, load, load_file
from kg.stores import SCHEMES, open_store

STORE = "oxigraph:./diplograph.kg"

_store = click.option(
    "--store", metavar="URL", envvar="KG_STORE", default=STORE, show_default=True, help="Store to read."
)
_into = click.option(
    "--into",
    metavar="URL",
    envvar="KG_STORE",
    default=STORE,
    show_default=True,
    help="Store to write; made if need be.",
)
_from = click.option("--from", "format", metavar="FORMAT", help=f"Input format: {', '.join(sorted(loading.FORMATS))}.")
_ontology = click.option("--ontology", metavar="FILE", help="Turtle file with more relations and classes.")
_paths = click.argument("paths", nargs=-1, required=True, metavar="PATH...")
_format = click.option(
    "--format", type=click.Choice((*output.FORMATS, "turtle")), help="Default: table on a terminal, jsonl in a pipe."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(kg.__version__, prog_name="kg")
def main() -> None:
    """Claims from annotated news: who backs, arms, accuses, meets or fights whom, and which sentence says so."""


@main.command("load")
@_paths
@_into
@_from
@_ontology
@click.option("--strict", is_flag=True, help="Load nothing if there is an error.")
def load_command(paths: tuple[str, ...], into: str, format: str | None, ontology: str | None, strict: bool) -> None:
    """Read files or folders and keep their claims.

    Example: kg load examples/syria-2016 --into oxigraph:syria.kg
    """
    sources.require(paths)
    with open_store(into, ontology=_terms(ontology)) as store:
        report = loading.load(list(paths), store, format=format, strict=strict, progress=_progress())
    _tell(report)
    if strict and not report.ok:
        _say("nothing was loaded, since --strict was given and there are errors")
    else:
        _say(f"{report.new} new, {report.known} known in {into} ({report.seconds:.1f} s)")
    sys.exit(0 if report.ok else 1)


@main.command()
@_paths
@_from
@_ontology
def check(paths: tuple[str, ...], format: str | None, ontology: str | None) -> None:
    """Read files as `load` would, but keep nothing: print what is wrong with them.

    Example: kg check my-articles
    """
    with open_store("memory:", ontology=_terms(ontology)) as store:
        report = loading.load(list(paths), store, format=format)
    for line in map(str, report.problems):
        click.echo(output.safe(line))
    _tell(report, problems=False)
    sys.exit(0 if report.ok else 1)


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...|URL")
@_from
@_ontology
def claims(paths: tuple[str, ...], format: str | None, ontology: str | None) -> None:
    """Print the claims of files, or of a store, as JSON lines.

    Example: kg claims oxigraph:syria.kg > syria.claims.jsonl
    """
    if len(paths) == 1 and paths[0].partition(":")[0] in SCHEMES:
        with open_store(paths[0], read_only=True) as store:
            _write_bytes(to_json(store.claims()))
        return
    report = loading.Report()
    _write_bytes(to_json(loading.read(list(paths), report, format=format, ontology=_terms(ontology))))
    _tell(report)
    sys.exit(0 if report.ok else 1)


@main.command()
@click.argument("query", metavar="TEXT|@FILE|-")
@_store
@_format
@click.option("--write", is_flag=True, help="Let an update run.")
@click.option("--allow-network", is_flag=True, help="Let SERVICE and LOAD call other hosts.")
def sparql(query: str, store: str, format: str | None, write: bool, allow_network: bool) -> None:
    """Ask the store in SPARQL; the prefixes kg:, entity:, article:, claim:, rdfs:, skos: and more are predefined.

    Example: kg sparql "SELECT ?who WHERE { ?who kg:arms entity:syrian-opposition }"
    """
    with open_store(store, read_only=not write) as opened:
        answer = opened.answer(_text(query), write=write, network=allow_network)
        chosen = format or ("turtle" if answer.is_graph else _default_format())
        if chosen in ("table", "jsonl"):
            rows = answer.rows()
            output.write(map(_shortened, rows) if chosen == "table" else rows, answer.columns, chosen)
        else:
            click.echo(answer.text(chosen), nl=False)


@main.command()
@click.argument("name", required=False)
@_store
@_format
@click.option("--actor", help="Id, name or alias of an entity.")
@click.option("--a", help="One side of a dyad.")
@click.option("--b", help="The other side.")
@click.option("--subject", help="Who acts.")
@click.option("--object", help="Who it is done to.")
@click.option("--relation", help="A relation; all below it count too.")
@click.option("--date", help="A day, YYYY-MM-DD.")
@click.option("--since", help="A day, YYYY-MM-DD.")
@click.option("--until", help="A day, YYYY-MM-DD.")
@click.option("--article", help="Id of an article.")
def ask(name: str | None, store: str, format: str | None, **given: str | None) -> None:
    """Ask a named question, or list the questions.

    Example: kg ask who-supports --actor "Assad government"
    """
    chosen = format or _default_format()
    if chosen == "turtle":
        raise UsageError("the rows of a question have no turtle form; use table, csv, tsv, json or jsonl")
    if name is None:
        _list_questions(chosen)
        return
    parameters = {key: value for key, value in given.items() if value is not None}
    with open_store(store, read_only=True) as opened:
        rows = opened.ask(name, **parameters)
    output.write(rows, questions.questions()[name].columns, chosen)


@main.command()
@_store
@click.option("-o", "--output", "path", metavar="FILE", default="alliances.html", show_default=True, help="The page.")
@click.option("--title", default="Alliances", show_default=True, help="Its heading.")
def view(store: str, path: str, title: str) -> None:
    """Write the claims as one interactive page that opens without a network.

    Example: kg view --store oxigraph:syria.kg -o alliances.html
    """
    with open_store(store, read_only=True) as opened:
        kg.view(opened, path, title=title)
    _say(f"{path}: open it in a browser")


def _list_questions(format: str) -> None:
    known = questions.questions().values()
    if format == "json":
        click.echo(output.pretty([questions.described(question) for question in known]))
        return
    rows: list[questions.Row] = [
        {
            "name": question.name,
            "parameters": " ".join(f"--{p.name}" if p.required else f"[--{p.name}]" for p in question.parameters),
            "title": question.title,
        }
        for question in known
    ]
    output.write(rows, ("name", "parameters", "title"), format)


def _terms(path: str | None) -> Ontology:
    return load_file(path) if path else load()


def _text(given: str) -> str:
    if given != "-" and not given.startswith("@"):
        return given
    try:
        data = sys.stdin.buffer.read() if given == "-" else Path(given[1:]).read_bytes()
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{given[1:]}: cannot be read: {error}") from error


def _shortened(row: questions.Row) -> questions.Row:
    from kg.rdf import shorten

    return {column: shorten(value) if isinstance(value, str) else value for column, value in row.items()}


def _default_format() -> str:
    return "table" if sys.stdout.isatty() else "jsonl"


def _progress() -> Callable[[str], None]:
    """Show the file that is being read, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda name: click.echo(f"\r\x1b[K{output.safe(name)[-70:]}", err=True, nl=False)


def _tell(report: loading.Report, problems: bool = True) -> None:
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)
    if problems:
        for line in output.problem_lines(report.problems):
            _say(line)
    notes = len(report.problems) - report.errors
    formats = ", ".join(sorted({file.format for file in report.files}))
    _say(
        f"{_count(len(report.files), 'file')}{f' ({formats})' if formats else ''}, {len(report.ignored)} passed over:"
        f" {_count(report.claims, 'claim')}, {_count(report.errors, 'error')}, {_count(notes, 'note')}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _say(line: str) -> None:
    click.echo(line, err=True)


def _write_bytes(lines: Iterable[bytes]) -> None:
    for line in lines:
        sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


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
    try:
        status: Any = main.main(standalone_mode=False)
        sys.stdout.flush()
        sys.exit(status or 0)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except KgError as error:
        _say(output.safe(f"kg: {error}"))
        sys.exit(2)
    except BrokenPipeError:
        # The reader went away, as `head` does; what is left in the buffer has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        _say(output.safe(f"kg: {error}"))
        sys.exit(2)
