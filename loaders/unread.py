"""Formats that are known and not read, and files that are known to hold no claims: what to say of each.

A line of a table for each: what it is, by what it is told, and what to do instead. The first that fits counts.
"""

import re
from collections.abc import Callable, Iterable

import msgspec

from kg.errors import Problem, problem

from ._heads import Head

Test = Callable[[Head], bool]


class Known(msgspec.Struct, frozen=True):
    """A kind of file: what it is called, how it is told, and what to do about it."""

    what: str
    fits: Test
    advice: str


def about(name: str, head: bytes, path: str) -> Problem | None:
    """What to say of a file with this name that begins with these bytes; None where it is not known."""
    seen = Head(name, head)
    for code, kinds in (("not-read", NOT_READ), ("no-claims", NO_CLAIMS)):
        for known in kinds:
            if known.fits(seen):
                return problem(code, f"{known.what}: {known.advice}", path)
    return None


def _root(name: str, inside: bytes = b"", namespace: str = "") -> Test:
    """XML whose first element has this name; `inside` stands in the first bytes."""
    return lambda head: (
        head.element is not None
        and (head.element.name, head.element.namespace) == (name, namespace)
        and inside in head.data
    )


def _keys(*keys: str, without: Iterable[str] = ()) -> Test:
    """JSON whose first object has these keys, and none of the others."""
    return lambda head: head.keys.keys() >= {*keys} and head.keys.keys().isdisjoint(without)


def _map(key: str, value: str, name: str = "") -> Test:
    """A JSON object with no other keys and values than these patterns describe, in a file with this in its name."""
    keys, values = re.compile(key, re.ASCII), re.compile(value, re.ASCII)

    def fits(head: Head) -> bool:
        known = (keys.fullmatch(key) and values.match(said) for key, said in head.keys.items())
        return name in head.name and head.text.lstrip().startswith("{") and bool(head.keys) and all(known)

    return fits


def _columns(*names: str, without: Iterable[str] = ()) -> Test:
    """A table whose first line names these columns, and none of the others."""
    return lambda head: {*head.cells} >= {*names} and {*head.cells}.isdisjoint(without)


def _row(count: int, *cells: str) -> Test:
    """A table whose first line has so many cells (0: any number), of which the first are as these patterns say."""
    patterns = [re.compile(cell, re.ASCII) for cell in cells]

    def fits(head: Head) -> bool:
        alike = (pattern.fullmatch(cell) for pattern, cell in zip(patterns, head.cells, strict=False))
        return len(head.cells) >= len(cells) and count in (0, len(head.cells)) and all(alike)

    return fits


def _begins(pattern: str, name: str = "") -> Test:
    """A file that begins as this pattern says, and has a name that ends in this."""
    begin = re.compile(pattern, re.ASCII)
    return lambda head: head.name.endswith(name) and begin.match(head.text) is not None


_CONVERT = "convert it to brat standoff (.ann beside .txt), or write a table of claims (kg init)"
_FORMLESS = "it has no form of its own for relations; write a table of claims (kg init)"
_JSON = "it carries no relations; export JSON"
_EVENTS = "it pairs no actors; load the events (*.export.CSV)"

NOT_READ = (
    Known("a Label Studio table (CSV, TSV)", _columns("annotation_id", "annotator", "lead_time"), _JSON),
    Known(
        "Label Studio's JSON_MIN",
        _keys("annotation_id", "annotator", "lead_time", without=("annotations", "completions")),
        _JSON,
    ),
    Known("a CoNLL 2003 table, such as Label Studio exports", _begins(r"-DOCSTART- -X- "), _JSON),
    Known(
        "a table of texts and labels, such as doccano exports",
        _columns("id", "text", "label", without=("annotation_id",)),
        "it carries no relations; export JSONL from a project that has relations",
    ),
    Known("GATE XML", _root("GateDocument"), _FORMLESS),
    Known("GATE bdoc (JSON)", _keys("annotation_sets", "text"), _FORMLESS),
    Known("GATE bdoc (JSON)", _keys("annotation_sets", "offset_type"), _FORMLESS),
    Known("GATE bdoc (YAML)", _begins(r"(?:annotation_sets|features|text|name|offset_type):", ".bdocym"), _FORMLESS),
    Known("GATE bdoc (MessagePack)", lambda head: head.data.startswith(b"\xa3sm2"), _FORMLESS),
    Known("TEI without its namespace", _root("TEI"), 'give its root xmlns="http://www.tei-c.org/ns/1.0"'),
    Known("TEI P4", _root("TEI.2"), "convert it to TEI P5"),
    Known("CAT XML, as in ECB+", _root("Document", b"<token "), _CONVERT),
    Known("PETRARCH sentences", _root("Sentences", b"<Sentence "), "load the events that were coded from them"),
    Known("PETRARCH validation records", _root("Validation", b"<Environment>"), "load coded events"),
    Known("SciERC or DyGIE++ JSON", _keys("sentences", "ner", "relations"), _CONVERT),
    Known("TACRED JSON", _keys("relation", "subj_start", "obj_start"), _CONVERT),
    Known("FewRel or OpenNRE JSON", _keys("relation", "h", "t"), _CONVERT),
    Known("FewRel JSON", _map(r"P\d+", r'\[\s*\{\s*"tokens"'), _CONVERT),
    Known("Python literals, as in AggregatedNewsRE", _begins(r"\{'relation': '[^\n]*'h': \{"), _CONVERT),
    Known("a CoNLL04 table", _begins(r"#doc \d+\r?\n0\t[^\n]*\t\[[^\n]*\]\t\[\d"), _CONVERT),
    Known("PubAnnotation JSON", _keys("text", "denotations"), _CONVERT),
    Known("PubAnnotation JSON", _keys("text", "sourcedb", "sourceid"), _CONVERT),
    Known(
        "RDF/XML", _root("RDF", namespace="http://www.w3.org/1999/02/22-rdf-syntax-ns#"), "convert it to Turtle (.ttl)"
    ),
    Known(
        "annotations as Recogito's text annotator keeps them",
        _keys("id", "bodies", "target", without=("body",)),
        "save them as W3C annotations, through its W3CTextFormat",
    ),
    Known("GDELT mentions", _row(16, r"\d+", r"\d{14}", r"\d{14}", r"\d"), _EVENTS),
    Known("the GDELT knowledge graph 2.1", _row(0, r"\d{14}-T?\d+", r"\d{14}", r"\d"), _EVENTS),
    Known("the GDELT knowledge graph 1.0", _row(11, r"\d{8}|DATE", r"\d+|NUMARTS"), _EVENTS),
    Known("GDELT counts", _row(15, r"\d{8}|DATE", r"\d+|NUMARTS"), _EVENTS),
    Known(
        "COW disputes (MIDA)",
        _columns("dispnum", "hostlev", without=("ccode", "incidnum")),
        "it names no states; load MIDB",
    ),
    Known(
        "COW incidents (MIDI)", _columns("dispnum", "incidnum", without=("ccode",)), "it names no states; load MIDIP"
    ),
)

_CODES = "a list of codes, which the mappings have already"
_STATES = "a list of states, which says nothing of two of them"
_HEADER = "it names the columns of other files"

NO_CLAIMS = (
    Known(
        "a UIMA type system",
        _root("typeSystemDescription", namespace="http://uima.apache.org/resourceSpecifier"),
        "it is read with the XMI beside it",
    ),
    Known(
        "the DWIE schema",
        _begins(r"(?:#[^\n]*\n)?\S+\s+(?:instance_of|subclass_of|tag|implies|attribute)\s", ".rdf"),
        "it describes the tags of the corpus",
    ),
    Known(
        "the addresses of the DWIE articles",
        _begins(r'\[\s*\{\s*"hash": *"[0-9a-f]{40}",\s*"id": *"DW_'),
        "they are read with the articles",
    ),
    Known("CAMEO codes", _columns("eventtype_ID", "goldstein"), _CODES),
    Known("CAMEO codes", _columns("cameoCode", "GoldsteinScale"), _CODES),
    Known("CAMEO codes", _begins(r'\{"Description": *\{"\d{2,4}": *"'), _CODES),
    Known("names of Wikidata properties", _map(r"P\d+", '"'), _CODES),
    Known("numbers of labels", _map(r".*", r"\d+\s*[,}]", name="2id"), _CODES),
    Known("COW states", _columns("stateabb", "ccode", without=("dispnum",)), _STATES),
    Known("Gleditsch and Ward's states", _columns("gwcode", "stateabb"), _STATES),
    Known("ISO 3166", _columns("alpha-2", "alpha-3"), _STATES),
    Known("country codes", _columns("ISO3166-1-Alpha-2", "ISO3166-1-Alpha-3"), _STATES),
    Known("the columns of GDELT", _begins(r"name,type,description\r?\nG(?:LOBALEVENT|KGRECORD)ID"), _HEADER),
    Known("the columns of GDELT", _begins(r"[^\n]{0,9}tableId[^\n]*\n(?:0\t)?G(?:LOBALEVENT|KGRECORD)ID"), _HEADER),
)
