"""A folder to start one's own claims in (`kg init`): a table with a worked example, and what annotation tools need.

Every class and relation in the files is computed from the ontology, an extension's among them.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from kg.claim import MODALITIES
from kg.errors import UsageError
from kg.ontology import COLOURS, Ontology, Term

_TIME = "Time"  # what brat calls the words of a date; no class, since no claim is about it
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_TEXT = (
    "Norland has delivered air-defence missiles to Sudria since April. Sudria's foreign ministry says that Westmark"
    " trains the Free Hills Front. Westmark denies training them.\n"
)
_ARTICLE = {
    "id": "harbour-courier-2021-05-04",
    "title": "Norland ships missiles to Sudria",
    "publisher": "Harbour Courier (invented)",
    "published": "2021-05-04",
    "url": "https://harbour-courier.example/2021/05/04/missiles",
    "author": "Ada Lund (invented)",
    "language": "en",
}
_ROWS = (
    {
        "subject": "Norland",
        "relation": "arms",
        "object": "Sudria",
        "valid_from": "2021-04",
        "subject_kind": "State",
        "object_kind": "State",
        "quote": "Norland has delivered air-defence missiles to Sudria since April.",
    },
    {
        "subject": "Westmark",
        "relation": "trains",
        "object": "Free Hills Front",
        "attributed_to": "Sudrian foreign ministry",
        "subject_kind": "State",
        "object_kind": "ArmedGroup",
        "attributed_to_kind": "GovernmentBody",
        "attributed_to_written": "Sudria's foreign ministry",
        "quote": "Sudria's foreign ministry says that Westmark trains the Free Hills Front.",
    },
    {
        "subject": "Westmark",
        "relation": "trains",
        "object": "Free Hills Front",
        "attributed_to": "Westmark",
        "negated": "x",
        "object_written": "them",
        "quote": "Westmark denies training them.",
    },
)

_README = """# Your own claims

| file | what it is for |
|---|---|
| `claims.csv` | One row, one claim. Open it in a spreadsheet, replace the example, save it as “CSV UTF-8”. |
| `example.txt`, `example.article.json` | The text that the example quotes, and who published it when. It is invented. |
| `annotation.conf`, `visual.conf` | For [brat](https://brat.nlplab.org): they belong into the folder of the texts. |
| `label-studio.xml` | For [Label Studio](https://labelstud.io): the labeling configuration of a project. |

An article is two files: `NAME.txt`, its text in UTF-8, and `NAME.article.json`, in the form of the example. A row names
it in the column `article`, and in `quote` has the words that state the claim, copied from the text. `subject`,
`relation` and `object` are needed, every other cell may stay empty. Where the article does not use the name, its own
words go into `subject_written`, `object_written` or `attributed_to_written`, as “them” in the example. Spreadsheets
rewrite dates: make text of the columns `valid_from`, `valid_to` and `published` before you type 2021-05-04 into them.
Where all cells of a row land in the first, open the table by “Data > From Text/CSV” instead.

Relations: {relations}.

Classes, for `subject_kind`, `object_kind` and `attributed_to_kind`: {classes}.

In this folder:

```console
$ kg check .{option}
$ kg load . --into oxigraph:claims.kg{option}
$ kg ask who-whom --relation arms --store oxigraph:claims.kg --format table
$ kg view --store oxigraph:claims.kg -o claims.html
```

`kg check` says what is wrong, with the row and the nearest right thing, and keeps nothing. What is annotated with brat
(`NAME.ann` beside `NAME.txt`) and what Label Studio exports (“Export > JSON”) is read by the same commands.
"""


def write(folder: str | Path, ontology: Ontology) -> list[Path]:
    """Write the files into the folder, which is made if need be; their paths, in the order of the README.

    Raises UsageError, and writes nothing, where one of them is there already or cannot be written.
    """
    texts = {Path(folder) / name: text for name, text in _files(ontology).items()}
    for path in texts:
        if path.exists():
            raise UsageError(f"{path} is there already, and kg init overwrites nothing; name another folder")
    written: list[Path] = []
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, text in texts.items():
            with path.open("x", encoding="utf-8", newline="\n") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for path in written:
            path.unlink()
        raise UsageError(f"{error.filename or folder} cannot be written: {error.strerror}") from error
    return written


def _files(ontology: Ontology) -> dict[str, str]:
    return {
        "claims.csv": _table(),
        "example.txt": _TEXT,
        "example.article.json": json.dumps(_ARTICLE, indent=1) + "\n",
        "annotation.conf": annotation_conf(ontology),
        "visual.conf": visual_conf(ontology),
        "label-studio.xml": label_studio(ontology),
        "README.md": _readme(ontology),
    }


def _table() -> str:
    """The table, with the byte order mark by which a spreadsheet opens and saves it as UTF-8."""
    from kg.loaders.claims_csv import COLUMNS

    text = io.StringIO("\ufeff")
    text.seek(0, io.SEEK_END)
    table = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(row | {"article": "example"} for row in _ROWS)
    return text.getvalue()


def _readme(ontology: Ontology) -> str:
    return _README.format(
        relations=", ".join(f"`{name}`" for name in ontology.relations),
        classes=", ".join(f"`{name}`" for name in _entity_kinds(ontology)),
        option=" --ontology FILE" if ontology.extra else "",
    )


def annotation_conf(ontology: Ontology) -> str:
    """The file `annotation.conf` of brat (https://brat.nlplab.org/configuration.html).

    The ends of a relation may be what `kg check` has no note for. Attributes are of events, since brat's page lets
    nobody set one on a relation.
    """
    ends = dict.fromkeys(end for term in ontology.relations.values() for end in (term.domain, term.range))
    # A macro holds in its section only, and its name has no digits; the suffix keeps it off brat's own, such as <ANY>.
    kinds = {end: "|".join(_kinds(end, ontology)) for end in ends}
    macros = [f"<{end}-kind>={kinds[end]}" for end in ends if end.isalpha()]
    named = {end: f"<{end}-kind>" if end.isalpha() else kinds[end] for end in ends}
    return _lines(
        "# Classes and relations, as `kg` reads them. A relation links two mentions. An event stands on the words that",
        "# state it: take one where somebody says so, denies or plans it.",
        "[entities]",
        *_tree(ontology),
        *([] if _TIME in ontology.classes else [_TIME]),
        "\n[relations]",
        *macros,
        "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
        "Equiv\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive",
        *(_relation(term, named) for term in ontology.relations.values()),
        "\n[events]",
        *macros,
        *(
            f"{name}\tAgent+:{named[term.domain]}, Target+:{named[term.range]}, Speaker*:<ENTITY>, Time?:{_TIME}"
            for name, term in ontology.relations.items()
        ),
        "\n[attributes]",
        "Negation\tArg:<EVENT>",
        f"Modality\tArg:<EVENT>, Value:{'|'.join(MODALITIES)}",
        "Confidence\tArg:<EVENT>, Value:0.25|0.5|0.75|1",
    )


def _relation(term: Term, named: dict[str, str]) -> str:
    both_ways = ", <REL-TYPE>:symmetric" if term.symmetric else ""
    return f"{term.name}\tArg1:{named[term.domain]}, Arg2:{named[term.range]}{both_ways}"


def _kinds(end: str, ontology: Ontology) -> Iterator[str]:
    """The classes that may stand where one is expected: those below it, and those above it, of which less is known."""
    for name in _entity_kinds(ontology):
        if end in ontology.ancestors(name) or name in ontology.ancestors(end):
            yield name


def _entity_kinds(ontology: Ontology) -> list[str]:
    return [name for name in ontology.classes if ontology.kind(name)]


def _tree(ontology: Ontology, name: str = "Entity", depth: int = 0) -> Iterator[str]:
    """The class and those below it, a tab for each step down. One with several parents stands below the first."""
    yield "\t" * depth + name
    kinds = _entity_kinds(ontology)
    for kind in kinds:
        if next((parent for parent in ontology.classes[kind].parents if parent in kinds), None) == name:
            yield from _tree(ontology, kind, depth + 1)


def visual_conf(ontology: Ontology) -> str:
    """The file `visual.conf` of brat: relations in the colours of their signs, light for words and dark for arcs."""
    return _lines(
        "[labels]",
        "\n[drawing]",
        "SPAN_DEFAULT\tfgColor:black, bgColor:#e5e7eb, borderColor:black",
        "ARC_DEFAULT\tcolor:black",
        "ATTRIBUTE_DEFAULT\tglyph:*",
        *(
            f"{name}\tbgColor:{COLOURS[term.sign or 0][1]}, color:{term.colour}"
            for name, term in ontology.relations.items()
        ),
    )


def label_studio(ontology: Ontology) -> str:
    """A labeling configuration (https://labelstud.io/tags/).

    A relation has no choices of its own there: what is said of a claim stands with the mention at which it begins.
    """
    view = ET.Element("View")
    relations = ET.SubElement(view, "Relations")
    for name, term in ontology.relations.items():
        ET.SubElement(relations, "Relation", value=name, background=term.colour)
    labels = ET.SubElement(view, "Labels", name="kind", toName="text")
    for name in _entity_kinds(ontology):
        ET.SubElement(labels, "Label", value=name, hint=_NO_XML.sub("", ontology.classes[name].comment))
    ET.SubElement(view, "Text", name="text", value="$text")
    region = ET.SubElement(view, "View", visibleWhen="region-selected")
    ET.SubElement(region, "Header", value="The relation that begins here:")
    for name, values in (("negation", ("negated",)), ("modality", MODALITIES)):
        choices = ET.SubElement(region, "Choices", name=name, toName="text", perRegion="true", showInline="true")
        for value in values:
            ET.SubElement(choices, "Choice", value=value)
    ET.indent(view)
    return ET.tostring(view, encoding="unicode") + "\n"


def _lines(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)
