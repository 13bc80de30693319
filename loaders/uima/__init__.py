"""UIMA CAS in XMI (`NAME.xmi`) or JSON, as INCEpTION, WebAnno and other tools on UIMA write it.

How to get there: in INCEpTION open the document, choose "Export" and the format "UIMA CAS XMI (XML 1.0)", which gives a
ZIP file with `TypeSystem.xml`, or "UIMA CAS JSON 0.4.0", which needs none; or "Settings > Export" for a project. Then
`kg load` the ZIP file, or the folder with the files in it. XMI needs its type system beside it: `NAME-typesystem.xml`
or `TypeSystem.xml`.

What is read, in layers of any name (the built-in Named Entity, Semantic Predicate and custom ones):

- A relation: its source (Governor) is the subject, its target (Dependent) the object. Other tools may call the two ends
  source and target, from and to, arg1 and arg2. The label is the first feature that is a relation of the ontology or of
  a mapping, `value` and `label` first, else the name of the layer.
- An event: an annotation with slots, whose own words state the relation; roles as in brat (Agent or Subject; Target,
  Object or Recipient; Source or Speaker; Time). The role is that of the slot, else the name of the feature. One that
  fills a role itself stands for its Agent.
- Of both the features Negation, Modality, Confidence. A Time has the features `from` and `to`, or is a date.
- A mention: its label likewise, as a class. `identifier`, and every feature that is an IRI, is an external id, `name`
  its name. Sentences, where the tool has marked them.
- Title, address, language and id of the document, and what layers of the document level say (title, publisher, date);
  the sidecar `NAME.article.json` goes before them.
- Who annotated: as the CAS says; else the name of a file below a folder that has the name of the document, as in an
  exported project (`annotation/NAME.txt/admin.zip`).

What is lost: chains, dependencies and all else about words (each with a count), other features and roles (named in the
report), further views. XML 1.1 is read as 1.0: export JSON where a text has control characters.
"""

import re
from collections.abc import Iterator
from pathlib import PurePath

import msgspec

from kg.claim import Article, Claim
from kg.errors import Problem, problem
from kg.mappings import Vocabulary
from kg.sources import Source

from .. import _article, _bytes, _layers
from .._layers import Content
from .._report import Report
from . import cas, view

EXTENSIONS: tuple[str, ...] = (".xmi", ".json")
ONE_ARTICLE = False  # each annotator has a file

_JSON = re.compile(rb'\s*\{\s*"%(HEADER|TYPES|FEATURE_STRUCTURES|VIEWS)"\s*:')
_LEGACY = re.compile(rb'\s*\{\s*"_context"\s*:\s*\{\s*"_types"\s*:')
_NOBODY = "INITIAL_CAS"  # the file of a document before anybody has annotated it


def recognises(name: str, head: bytes) -> bool:
    """Whether a file of this name that begins with these bytes is a CAS, in the old JSON too, which is not read."""
    head = head.replace(b"\0", b"").removeprefix(b"\xef\xbb\xbf")
    if name.lower().endswith(".json"):
        return bool(_JSON.match(head) or _LEGACY.match(head))
    return name.lower().endswith((".xmi", ".xml")) and b"http://www.omg.org/XMI" in head and b"uima/cas.ecore" in head


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The problems of one annotated document, then its claims in reading order."""
    data = _bytes.whole(source)
    given, notes = _article.read_article(source)
    if isinstance(data, Problem) or given is None:
        yield from [*(about for about in notes if about.severity == "error"), *_unusable(data)]
        return
    if _LEGACY.match(data):
        message = "this older JSON says too little of its types; in INCEpTION export “UIMA CAS JSON 0.4.0”, or XMI"
        yield problem("not-read", message, source.name)
        return
    found = cas.read(data, source)
    if isinstance(found, Problem):
        yield found
        return
    content = view.content(*found)
    article, about = _described(given, content, source)
    source.article = article.id
    report = Report(source.name, [*notes, *about])
    if content.text is None:
        report.add("no-text", "the CAS holds no text")
    if content.others:
        report.add("passed-over", f"the text and annotations of the view {' and '.join(content.others)}")
    annotator = content.username or _annotator(content, source)
    yield from _layers.claims(content, article, vocabulary, report, annotator)


def _unusable(data: bytes | Problem) -> list[Problem]:
    return [data] if isinstance(data, Problem) else []


def _described(given: Article, content: Content, source: Source) -> tuple[Article, list[Problem]]:
    """The article: what the sidecar says goes before what the CAS says of the document."""
    said, problems = _article.described(content.about.get("id") or source.article, content.about, source.name)
    own = {name: value for name, value in msgspec.structs.asdict(given).items() if value is not None}
    if given.id == source.article:
        del own["id"]
    return msgspec.structs.replace(said, **own), problems


def _annotator(content: Content, source: Source) -> str | None:
    """Whose file it is, if a folder or ZIP file around it has the name of the document."""
    document = content.about.get("id") or content.about.get("title") or ""
    path = PurePath(source.name)
    around = {name for folder in path.parts[:-1] for name in (folder, PurePath(folder).stem)}
    if document not in around or path.stem in {document, PurePath(document).stem, _NOBODY}:
        return None
    return path.stem
