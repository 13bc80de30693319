"""`kg retract`: take an article or single claims back, as if they had never been loaded."""

from collections.abc import Iterable

import click

from kg.cli import _options
from kg.cli._telling import count, say
from kg.errors import UsageError
from kg.ontology import nearest
from kg.stores import open_store


@click.command()
@click.argument("articles", nargs=-1, metavar="[ARTICLE]...")
@click.option("--claim", "claims", multiple=True, metavar="ID", help="Take back this claim; may be given again.")
@_options.into
def retract(articles: tuple[str, ...], claims: tuple[str, ...], into: str) -> None:
    """Take articles, or single claims, back: the store is as if it had never seen them.

    Example: kg retract levant-wire-2016-10-14-lausanne --into oxigraph:syria.kg
    """
    if not articles and not claims:
        raise UsageError("nothing to retract; name an article, or a claim with --claim")
    open_store(into, read_only=True).close()  # what is not there is not made
    with open_store(into) as store:
        _require(articles, store.articles(), "article")
        _require(claims, [claim.id for claim in store.find(claims)], "claim")
        for article in dict.fromkeys(articles):
            say(f"{article}: {count(store.remove(article), 'claim')} taken back")
        if claims:
            say(f"{count(store.remove_claims(claims), 'claim')} taken back")


def _require(given: Iterable[str], known: Iterable[str], what: str) -> None:
    """Raise UsageError for the first that is not known, so that nothing is taken back by half."""
    for id in given:
        if id not in known:
            near = nearest(id, known) if what == "article" else None
            raise UsageError(f"the store has no {what} {id}" + (f"; the nearest is {near}" if near else ""))
