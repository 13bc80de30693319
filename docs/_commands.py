"""The page of all commands, from the commands themselves."""

from collections.abc import Iterator

import click

from kg.cli import main

HEAD = """\
# Commands

This page is generated from the help of the commands: run `python docs/generate.py`.

Standard output is data, standard error is for people. `kg -h` lists the verbs, `kg VERB -h` says of one what stands
here, `kg --version` gives the version.
"""

TAIL = """\
## Exit status

| status | means |
|---|---|
| 0 | All went well. |
| 1 | The data has errors, which are named. The good part is loaded; nothing is with `--strict`. |
| 2 | It could not run: an argument, file, store or query cannot be used. One line says what to do. |
| 130 | Interrupted, as by Ctrl-C. |

## Environment

| variable | means |
|---|---|
| `KG_STORE` | The store that is read or written where neither `--store` nor `--into` names one. |
| `KG_PASSWORD` | The password at a server: of Neo4j, and of a SPARQL server whose URL has a user. |
| `_KG_COMPLETE` | Asks for completion, as below; shells set it by themselves. |

## Completion

The Tab key completes verbs, options, questions, relations, terms, formats and files, once the shell has run one line.
Type it to try that; add it to the file to have it in every session.

| shell | file | line |
|---|---|---|
| bash 4.4 or newer | `~/.bashrc` | `eval "$(_KG_COMPLETE=bash_source kg)"` |
| zsh | `~/.zshrc`, after `compinit` | `eval "$(_KG_COMPLETE=zsh_source kg)"` |
| fish | `~/.config/fish/completions/kg.fish` | `_KG_COMPLETE=fish_source kg \\| source` |
"""


def commands() -> str:
    """Every verb with its help, example and options; exit statuses, environment, completion."""
    index = [_row(f"[`kg {name}`](#kg-{name})", _help(verb)[0]) for name, verb in main.commands.items()]
    sections = [line for name, verb in main.commands.items() for line in _section(name, verb)]
    return "\n".join([HEAD, "| verb | what it does |", "|---|---|", *index, "", *sections, TAIL])


def _section(name: str, verb: click.Command) -> Iterator[str]:
    # As `kg` runs it: the option for help, which click makes once, has the names that `kg` gives it.
    above = click.Context(main, info_name="kg", **main.context_settings)
    context = click.Context(verb, above, info_name=name)
    yield f"## kg {name}\n"
    for paragraph in _help(verb):
        example = paragraph.removeprefix("Example: ")
        yield f"{paragraph}\n" if example == paragraph else f"```sh\n{example}\n```\n"
    yield f"Usage: `kg {name} {' '.join(verb.collect_usage_pieces(context))}`\n"
    yield from ("| option | means |", "|---|---|")
    for option in verb.params:
        record = option.get_help_record(context) if isinstance(option, click.Option) else None
        if record:
            yield _row(f"`{record[0]}`", " ".join(record[1].split()))
    yield ""


def _help(verb: click.Command) -> list[str]:
    """The paragraphs of the help, the example last."""
    return [" ".join(paragraph.split()) for paragraph in (verb.help or "").split("\n\n")]


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
