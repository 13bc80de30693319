"""`kg stats`: a store in numbers."""

import click

from kg import output
from kg import stats as counted
from kg.cli import _options
from kg.cli._telling import default_format
from kg.stores import open_store


@click.command()
@_options.store
@click.option("--by", type=click.Choice(counted.BY), help="Count each group of claims.")
@_options.output_format
def stats(store: str, by: str | None, format: str | None) -> None:
    """Count what a store has: claims by what they are, articles, entities, edges.

    Example: kg stats --store oxigraph:syria.kg --by publisher
    """
    with open_store(store, read_only=True) as opened:
        claims, terms = opened.claims(), opened.ontology
        if by:
            rows, columns = counted.counts(claims, by, terms), counted.columns(by)
        else:
            measures = counted.summary(claims, terms).items()
            rows, columns = [{"measure": name, "value": value} for name, value in measures], ("measure", "value")
    output.write(rows, columns, format or default_format())
