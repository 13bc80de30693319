"""WebAnno TSV 3.0 to 3.3 (`NAME.tsv`), as INCEpTION and WebAnno write it.

How to get there: in INCEpTION open the document, choose "Export" and the format "WebAnno TSV v3.3 (WebAnno v3.x)"; or
"Settings > Export" for a project. Then `kg load` the file or the folder. XMI and JSON (see `uima`) say more.

What is read: layers of any name, each with its features, as `uima` reads them. Of a relation the cell names the source,
which is the subject; the row is the target, the object. Slots make an event. Tokens are put together to a text by
their places, which count UTF-16 units. A feature `identity` is the title of a Wikipedia page, as in the corpus GUM.

What is lost: what stood between two sentences; chains, dependencies, other features and roles (named in the report);
header lines of others; who annotated it, title, address and date, for which the sidecar `NAME.article.json` is there.
"""

from collections.abc import Iterator

from kg.claim import Claim
from kg.errors import Problem, problem
from kg.mappings import Vocabulary
from kg.sources import Source

from .. import _article, _bytes, _layers
from .._layers import Content
from .._report import Report
from . import annotations, rows
from .text import text as text_of

EXTENSIONS: tuple[str, ...] = (".tsv",)
ONE_ARTICLE = True

_FORMAT = b"#FORMAT=WebAnno TSV "
_VERSION = "3"


def recognises(name: str, head: bytes) -> bool:
    """Whether a file begins with the header of WebAnno TSV, of another version too, which is not read."""
    return name.lower().endswith(EXTENSIONS) and head.removeprefix(b"\xef\xbb\xbf").startswith(_FORMAT)


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The problems of one annotated article by line, then its claims in reading order."""
    written = _bytes.text(source)
    article, notes = _article.read_article(source)
    if isinstance(written, Problem) or article is None:
        yield from (about for about in notes if about.severity == "error")
        yield from [written] if isinstance(written, Problem) else []
        return
    source.article = article.id
    format = rows.FORMAT.match(written)
    if not format or format[1] != _VERSION:
        message = "it is no WebAnno TSV of version 3; export it anew as “WebAnno TSV v3.3 (WebAnno v3.x)”"
        yield problem("not-read", message, source.name, 1)
        return
    report = Report(source.name, notes)
    table = rows.parse(written, report)
    text = text_of(table, len(written), source.name)
    if isinstance(text, Problem):
        yield from (*report.problems(), text)
        return
    found = annotations.annotations(table, text[0], report)
    yield from _layers.claims(Content(text[0], found, text[1]), article, vocabulary, report)
