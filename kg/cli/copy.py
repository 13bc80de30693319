"""`kg copy` and `kg drop`: a whole store elsewhere, or gone."""

import sys
import time

import click

from kg import loading, output
from kg.cli._telling import count, say
from kg.errors import UsageError
from kg.stores import open_store


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
def copy(source: str, target: str) -> None:
    """Copy all claims of one store into another, whatever the engines; what is there already stays.

    Example: kg copy oxigraph:syria.kg neo4j://neo4j@localhost/neo4j
    """
    start = time.perf_counter()
    added = loading.copy(source, target)
    for line in output.problem_lines(added.problems):
        say(line)
    say(f"{added.new} new, {added.known} known in {target} ({time.perf_counter() - start:.1f} s)")
    sys.exit(any(found.severity == "error" for found in added.problems))


@click.command()
@click.argument("store", metavar="URL")
@click.option("--yes", is_flag=True, help="Really do it.")
def drop(store: str, yes: bool) -> None:
    """Take everything that kg has put into a store out of it. What others keep on the same server stays.

    Example: kg drop neo4j://neo4j@localhost/neo4j --yes
    """
    with open_store(store, read_only=True) as opened:
        url, claims = opened.url, sum(opened.articles().values())
    if not yes:
        raise UsageError(f"{url} has {count(claims, 'claim')}; --yes drops them")
    with open_store(store) as opened:
        say(f"{url}: {count(opened.drop(), 'claim')} dropped")
