"""What the shell completes words to, where click does not know it by itself.

An error would land in the line that somebody is typing, so what cannot be read completes to nothing.
"""

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from kg import questions
from kg.errors import OntologyError
from kg.formats import FORMATS
from kg.ontology import Ontology, load, load_file

Items = list[CompletionItem]


def files(context: click.Context, parameter: click.Parameter, word: str) -> Items:
    """Leave it to the shell, which knows the files."""
    return [CompletionItem(word, type="file")]


def formats(context: click.Context, parameter: click.Parameter, word: str) -> Items:
    """The formats of input."""
    return _items(FORMATS, word)


def question_names(context: click.Context, parameter: click.Parameter, word: str) -> Items:
    """The questions, with their titles where the shell shows them."""
    known = questions.questions().values()
    return [CompletionItem(each.name, help=each.title) for each in known if each.name.startswith(word)]


def relations(context: click.Context, parameter: click.Parameter, word: str) -> Items:
    """The relations."""
    return _items(_ontology(context).relations, word)


def terms(context: click.Context, parameter: click.Parameter, word: str) -> Items:
    """The relations, classes and fields of the record."""
    return _items(_ontology(context).terms, word)


def _ontology(context: click.Context) -> Ontology:
    """With the extension of an `--ontology` that stands before the word."""
    path = context.params.get("ontology")
    try:
        return load_file(path) if path else load()
    except OntologyError:
        return load()


def _items(known: Iterable[str], word: str) -> Items:
    return [CompletionItem(name) for name in known if name.startswith(word)]


class Ask(click.Command):
    """Completes only the options that the question takes."""

    def shell_complete(self, ctx: click.Context, incomplete: str) -> Items:
        """The items of click, less the parameters of other questions."""
        known = questions.questions()
        of_questions = {f"--{parameter.name}" for question in known.values() for parameter in question.parameters}
        asked = known.get(ctx.params.get("name") or "")
        taken = {f"--{parameter.name}" for parameter in asked.parameters} if asked else of_questions
        items = super().shell_complete(ctx, incomplete)
        return [item for item in items if item.value not in of_questions - taken]
