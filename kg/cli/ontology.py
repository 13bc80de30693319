"""`kg ontology`: the relations, the classes, and all about one term or known entity."""

import unicodedata
from collections.abc import Iterator, Mapping

import click

from kg import mappings, output
from kg.cli import _completion, _options
from kg.cli._telling import default_format
from kg.entities import Tie, gazetteer
from kg.errors import UsageError
from kg.mappings import Row as MappingRow
from kg.ontology import Ontology, Term, folded, nearest
from kg.questions import Row

Property = tuple[str, str | int | bool]  # what is said of a term, and the value; one with several values comes again

_MAPPED = ("label", "name", "match", "term", "modality", "negated", "direction", "comment")


@click.command()
@click.argument("term", required=False, shell_complete=_completion.terms)
@click.option("--classes", is_flag=True, help="List the classes, not the relations.")
@click.option(
    "--mappings",
    "scheme",
    metavar="[SCHEME]",
    is_flag=False,
    flag_value="",
    shell_complete=lambda *given: [name for name in mappings.names() if name.startswith(given[-1])],
    help="List the mappings of labels and codes, and how much of each says something; or all rows of one.",
)
@_options.ontology
@_options.output_format
def ontology(term: str | None, classes: bool, scheme: str | None, ontology: str | None, format: str | None) -> None:
    """List the relations, each below its parent, or show one relation, class, record field or known entity.

    Example: kg ontology backsMilitarily
    """
    terms, chosen = _options.terms(ontology), format or default_format()
    if (term is not None) + classes + (scheme is not None) > 1:
        raise UsageError("--classes and --mappings list all that there is; leave them out to see one term")
    if scheme is not None:
        rows = [_mapped(row) for row in _scheme(scheme)] if scheme else list(_coverage(terms))
    elif term is None:
        listed = _tree(terms.classes if classes else terms.relations)
        rows = [_line(depth, each) if chosen == "table" else _row(each) for depth, each in listed]
    else:
        rows = [{"property": name, "value": value} for name, value in _about(term, terms)]
    output.write(rows, tuple(rows[0]) if rows else _MAPPED, chosen)


def _coverage(terms: Ontology) -> Iterator[Row]:
    """How many labels each shipped mapping has, and how many of them say a relation, a class, or nothing."""
    for scheme in map(mappings.shipped, mappings.names()):
        named = [row.sense.term for row in scheme.rows]
        counts = {"relations": terms.relations, "classes": terms.classes, "nothing": {None}}
        found = {what: sum(term in group for term in named) for what, group in counts.items()}
        yield {"scheme": scheme.name, "title": scheme.title, "rows": len(named), **found}


def _scheme(name: str) -> tuple[MappingRow, ...]:
    if name not in mappings.names():
        raise UsageError(f"there is no mapping {name}; the nearest is {nearest(name, mappings.names())}")
    return mappings.shipped(name).rows


def _mapped(row: MappingRow) -> Row:
    sense = row.sense
    says = (sense.modality, sense.negated, "reversed" if sense.reversed else None) if sense.term else (None,) * 3
    return dict(zip(_MAPPED, (row.label, row.name, row.match, sense.term, *says, row.comment or None), strict=True))


def _tree(terms: Mapping[str, Term], above: str = "", depth: int = 0) -> Iterator[tuple[int, Term]]:
    """Every term once, each after the first of its parents, with its depth."""
    for term in terms.values():
        if next((parent for parent in term.parents if parent in terms), "") == above:
            yield depth, term
            yield from _tree(terms, term.name, depth + 1)


def _line(depth: int, term: Term) -> Row:
    """A row of the table, which has room for the short columns."""
    name = "  " * depth + term.name
    if term.is_class:
        return {"class": name, "label": term.label, "example": term.example}
    return {
        "relation": name,
        "sign": f"{term.sign:+d}" if term.sign else "0",
        "symmetric": "yes" if term.symmetric else None,
        "domain": term.domain,
        "range": term.range,
        "label": term.label,
    }


def _row(term: Term) -> Row:
    said: Row = {"label": term.label, "comment": term.comment, "example": term.example, "iri": term.iri}
    placed: Row = {"name": term.name, "parent": " ".join(term.parents) or None}
    if term.is_class:
        return placed | said
    ends: Row = {"domain": term.domain, "range": term.range}
    return placed | {"sign": term.sign, "symmetric": term.symmetric} | ends | said | {"cypher": term.type}


def _about(name: str, ontology: Ontology) -> Iterator[Property]:
    """All about the term of this name, else about the known entity."""
    term = _term(name, ontology)
    if term is None:
        return _about_entity(_entity(name, ontology))
    about: list[Property] = [("name", term.name), ("is", _sort(term)), *_said(term)]
    about += [("above", above) for above in ontology.ancestors(term.name)[1:]]
    about += [("below", each) for each in ontology.terms if term.name in ontology.ancestors(each)[1:]]
    if term.sign is not None:
        about += [("sign", term.sign), ("symmetric", term.symmetric), ("transitive", term.transitive)]
    about += [(end, text) for end, text in (("domain", term.domain), ("range", term.range)) if text]
    about += [("iri", term.iri), *_written(term, ontology)]
    return iter(about)


def _sort(term: Term) -> str:
    if term.is_class:
        return "class"
    return "field" if term.sign is None else "relation"


def _said(term: Term) -> Iterator[Property]:
    texts = (("label", term.label), ("comment", term.comment), ("example", term.example))
    return ((name, text) for name, text in texts if text)


def _written(term: Term, ontology: Ontology) -> Iterator[Property]:
    """How the term is written in Cypher, and in brat where it can stand there."""
    if term.sign is not None:
        yield "cypher", f"[:{term.type}]"
        yield "brat", f"R1\t{term.name} Arg1:T1 Arg2:T2"
        yield "brat", f"E1\t{term.name}:T3 Agent:T1 Target:T2"
        if term.symmetric:
            yield "brat", f"*\t{term.name} T1 T2"
    elif term.is_class and "Entity" in ontology.ancestors(term.name):
        words = (term.example or term.label).partition(",")[0]
        yield "cypher", f"(:{term.name})"
        yield "brat", f"T1\t{term.name} 0 {len(words)}\t{words}"


def _term(name: str, ontology: Ontology) -> Term | None:
    """The term of this very name, else the relation, class or field that is the same but for how it is written."""
    if name in ontology.terms:
        return ontology.terms[name]
    groups = (ontology.relations, ontology.classes, ontology.fields)
    return next((term for group in groups for term in group.values() if folded(term.name) == folded(name)), None)


def _entity(name: str, ontology: Ontology) -> str:
    """The id of the known entity with this id, name or alias."""
    known = gazetteer()
    name = unicodedata.normalize("NFC", name).strip()
    if name in known.nodes:
        return name
    ids = sorted(known.named(name))
    if len(ids) > 1:
        raise UsageError(f"“{name}” names {len(ids)} entities; give the id of one: {', '.join(ids)}")
    if not ids:
        names = [each for node in known.nodes.values() for each in (node.name, *node.aliases)]
        near = nearest(name, (*ontology.terms, *names))
        raise UsageError(f"“{name}” is no term of the ontology and no known entity; the nearest is “{near}”")
    return ids[0]


def _about_entity(id: str) -> Iterator[Property]:
    node = gazetteer().nodes[id]
    yield from (("name", node.name), ("is", "entity"), ("id", id))
    yield from (("kind", kind) for kind in node.kinds)
    yield from (("alias", alias) for alias in node.aliases)
    yield from (("same_as", link) for link in node.same_as)
    yield from (("tie", _sentence(tie)) for tie in gazetteer().ties if id in (tie.subject, tie.object))


def _sentence(tie: Tie) -> str:
    known = gazetteer().nodes
    dates = (("from", tie.valid_from), ("to", tie.valid_to))
    when = " ".join(f"{word} {date}" for word, date in dates if date)
    return f"{known[tie.subject].name} {tie.relation} {known[tie.object].name}" + (f" ({when})" if when else "")
