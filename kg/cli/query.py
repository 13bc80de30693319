"""`kg sparql`, `kg cypher` and `kg ask`: questions to a store."""

import sys
from pathlib import Path

import click

from kg import output, questions
from kg.cli import _completion, _options
from kg.cli._telling import default_format
from kg.errors import UsageError
from kg.questions import Language
from kg.stores import Store, open_store

_query = click.argument("query", metavar="TEXT|@FILE|-")
_write = click.option("--write", is_flag=True, help="Let an update run.")


@click.command()
@_query
@_options.store
@click.option(
    "--format",
    type=click.Choice((*output.FORMATS, "turtle")),
    help="Default: table on a terminal, jsonl in a pipe; turtle for CONSTRUCT.",
)
@_write
@click.option("--allow-network", is_flag=True, help="Let SERVICE and LOAD call other hosts.")
def sparql(query: str, store: str, format: str | None, write: bool, allow_network: bool) -> None:
    """Ask the store in SPARQL; the prefixes kg:, entity:, article:, claim:, rdfs:, skos: and more are predefined.

    Example: kg sparql "SELECT ?who WHERE { ?who kg:arms entity:syrian-opposition }"
    """
    with _opened(store, "sparql", write) as opened:
        answer = opened.answer(_text(query), write=write, network=allow_network)
        chosen = format or ("turtle" if answer.is_graph else default_format())
        if chosen in ("table", "jsonl"):
            rows = answer.rows()
            output.write(map(_shortened, rows) if chosen == "table" else rows, answer.columns, chosen)
        else:
            click.echo(answer.text(chosen), nl=False)


@click.command()
@_query
@_options.store
@_options.output_format
@_write
@click.option("--allow-network", is_flag=True, help="Let LOAD CSV call other hosts, and any procedure run.")
def cypher(query: str, store: str, format: str | None, write: bool, allow_network: bool) -> None:
    """Ask the store in Cypher. $backs, or any other relation, stands for that relation and all below it.

    Example: kg cypher 'MATCH (a)-[r]->(b {id: "syrian-opposition"}) WHERE type(r) IN $backs RETURN a.name, type(r)'
    """
    with _opened(store, "cypher", write) as opened:
        answer = opened.answer(_text(query), write=write, network=allow_network)
        output.write(answer.rows(), answer.columns, format or default_format())


def _opened(url: str, language: Language, write: bool) -> Store:
    """The store at a URL. Raises UsageError where it is asked in another language."""
    store = open_store(url, read_only=not write)
    if store.language != language:
        store.close()
        raise UsageError(f"{store.url} is asked with kg {store.language}, or with kg ask")
    return store


@click.command(cls=_completion.Ask)
@click.argument("name", required=False, shell_complete=_completion.question_names)
@_options.store
@_options.output_format
@click.option("--actor", help="Id, name or alias of an entity.")
@click.option("--a", help="One side of a dyad.")
@click.option("--b", help="The other side.")
@click.option("--subject", help="Who acts.")
@click.option("--object", help="Who it is done to.")
@click.option("--relation", help="A relation; all below it count too.", shell_complete=_completion.relations)
@click.option("--date", help="A day, YYYY-MM-DD.")
@click.option("--since", help="A day, YYYY-MM-DD.")
@click.option("--until", help="A day, YYYY-MM-DD.")
@click.option("--article", help="Id of an article.")
def ask(name: str | None, store: str, format: str | None, **given: str | None) -> None:
    """Ask a named question, or list the questions.

    Example: kg ask who-supports --actor "Assad government"
    """
    chosen = format or default_format()
    if name is None:
        _list_questions(chosen)
        return
    parameters = {key: value for key, value in given.items() if value is not None}
    with open_store(store, read_only=True) as opened:
        rows = opened.ask(name, **parameters)
    output.write(rows, questions.questions()[name].columns, chosen)


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
