"""TEI P5 (`*.xml`): the `<relation>` elements of a file, which is one article.

How to get there: the file as it is; nothing is exported. `kg load DIR`.

What is read:

- `<relation name= | ref= | type=>`: the first of name, last part of ref, and type that is a relation. Each id in
  `active` stands in it to each in `passive`; each two in `mutual` do, both ways unless the relation is symmetric.
- The ids: names and classes from what the file says of them, by `xml:id`, `<idno>`, or elements that point at them with
  `ref`. An address is an external id as well; one that the file does not name stands for itself.
- Dates: `when`, `from`, `to`, `notBefore`, `notAfter`, and their `-iso` forms; times and time zones are cut off.
- `cert`, if it is a number: the confidence. `resp`, here or around it: the annotator.
- The quote: the prose of the file that states the relation, which is its own `<desc>` as a whole, else of a `<desc>` or
  `<note>` around it the sentences that name both. It is the running text of the article; names in it that point at the
  ids are marked. A relation without such prose has no quote.
- The header: title, publisher, date, address, author and language, unless `NAME.article.json` says otherwise.

What is lost: inline annotation without a relation, `<correspDesc>`, `source`, certainty in words, dates in other
calendars or before the year 1, files that this one points at or includes. A document type declaration is refused.
"""

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kg.claim import Article, Claim
from kg.errors import Problem, problem
from kg.mappings import Vocabulary
from kg.sources import Source

from .. import _article, _bytes, _values, _xml
from .._document import COMMON_SCHEMES, Document, Mention, Relation, claims_of
from .._heads import Head
from .._report import Report
from .._words import short
from . import header
from .names import last, who
from .tree import NAMESPACE, Prose, Tree, line, nearest, pointers

if TYPE_CHECKING:
    from lxml.etree import _Element

EXTENSIONS: tuple[str, ...] = (".xml",)
ONE_ARTICLE = True

_SCHEMES = ("tei", *COMMON_SCHEMES)
_MANY = 1000  # pairs that one relation may hold
_FROM = ("when", "when-iso", "from", "from-iso", "notBefore", "notBefore-iso")
_TO = ("when", "when-iso", "to", "to-iso", "notAfter", "notAfter-iso")

Pair = tuple[str, str]


def recognises(name: str, head: bytes) -> bool:
    """Whether the first element is one of TEI P5."""
    first = Head(name, head).element
    return first is not None and first.namespace == NAMESPACE


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The claims in the order of the relations, then the problems by line."""
    data = _bytes.whole(source)
    root = data if isinstance(data, Problem) else _xml.parsed(data, source.name)
    article, notes = _article.read_article(source)
    if isinstance(root, Problem) or article is None:
        yield from (about for about in (*notes, root) if isinstance(about, Problem) and about.severity == "error")
        return
    relations = list(root.iter(f"{{{NAMESPACE}}}relation"))
    if not relations:
        letters = next(root.iter(f"{{{NAMESPACE}}}correspDesc"), None) is not None
        what = "; that somebody wrote to somebody (correspDesc) is not read" if letters else ""
        yield problem("no-claims", f"it has no <relation>{what}", source.name)
        return
    described, more = header.described(article, root, source.name)
    report = Report(source.name, [*(about for about in notes if not described.title), *more])
    source.article = described.id
    reader = _Reader(Tree(root, described.language), relations, described, vocabulary, report)
    yield from claims_of(map(reader.document, relations), vocabulary, report, _SCHEMES)


class _Reader:
    """Makes a document of each relation: the text is that of the file, the mentions are those of its prose."""

    def __init__(
        self, tree: Tree, relations: "list[_Element]", article: Article, vocabulary: Vocabulary, report: Report
    ) -> None:
        self._tree, self._article, self._vocabulary, self._report = tree, article, vocabulary, report
        ends = (pointers(each, key) for each in relations for key in ("active", "passive", "mutual"))
        self._who = who(tree.root, itertools.chain.from_iterable(ends))

    def document(self, relation: "_Element") -> Document:
        """The document of a relation; what is wrong with it is in the report then."""
        label = self._label(relation)
        pairs = self._pairs(relation, label) if label else []
        prose, is_own = self._tree.prose(relation)
        ids = dict.fromkeys(itertools.chain.from_iterable(pairs))
        mentions = {id: self._mention(id, line(relation), prose) for id in ids if id in self._who}
        fields = self._fields(relation)
        if prose and is_own:
            fields["trigger"] = (prose.span,)
        elif self._are_claims(label, pairs) and not any(mention.spans for mention in mentions.values()):
            message = "no prose of the file names those in a relation; its claims have no quote"
            self._report.repeated("no-text", message, line(relation))
        made = [Relation(id=f"the relation {label}", label=label, subject=a, object=b, **fields) for a, b in pairs]
        return Document(self._article, self._tree.text, mentions, made, prose.sentences if prose else [])

    def _label(self, relation: "_Element") -> str:
        """What the relation is called: the first of its names that is known, else the first."""
        names = [relation.get("name") or "", *map(last, pointers(relation, "ref")), relation.get("type") or ""]
        given = [name.strip() for name in names if name.strip()]
        if not given:
            self._report.add("unknown-relation", "a relation has neither a name nor a ref", line(relation))
        known = (name for name in given if self._vocabulary.relation(name, *_SCHEMES))
        return next(known, next(iter(given), ""))

    def _pairs(self, relation: "_Element", label: str) -> list[Pair]:
        """Who stands in the relation to whom, by their ids."""
        active, passive, mutual = (pointers(relation, key) for key in ("active", "passive", "mutual"))
        lacking = [f"no {key} id" for key, ids in (("active", active), ("passive", passive)) if not ids]
        if lacking and not mutual[1:]:
            self._report.add("missing-argument", f"the relation {label} has {' and '.join(lacking)}", line(relation))
            return []
        if max(len(active) * len(passive), len(mutual) ** 2) > _MANY:
            message = f"the relation {label} is between more than {_MANY:,} pairs; write several"
            self._report.add("bad-record", message, line(relation))
            return []
        sense = self._vocabulary.relation(label, *_SCHEMES)
        if not mutual[1:]:
            if {*active} & {*passive}:
                self._report.repeated("passed-over", f"“{short(label)}” of one to itself", line(relation))
            return [pair for pair in itertools.product(active, passive) if pair[0] != pair[1]]
        if sense and sense.term in self._vocabulary.ontology.symmetric:
            return list(itertools.combinations(mutual, 2))
        return list(itertools.permutations(mutual, 2))

    def _are_claims(self, label: str, pairs: list[Pair]) -> bool:
        """Whether the label says something of these, and the file knows two of them."""
        sense = self._vocabulary.relation(label, *_SCHEMES)
        return bool(sense and sense.term) and any(a in self._who and b in self._who for a, b in pairs)

    def _mention(self, id: str, line: int | None, prose: Prose | None) -> Mention:
        """One in a relation, with the first words of the prose that point at it."""
        who = self._who[id]
        span = prose.names.get(id) if prose else None
        return Mention(id, who.kind, (span,) if span else (), None, who.name or id, who.same_as, line)

    def _fields(self, relation: "_Element") -> dict[str, Any]:
        """What a relation says besides its ends."""
        sure, said_by = relation.get("cert"), nearest(relation, "resp")
        confidence = None if sure is None else _values.value("confidence", sure)
        if sure is not None and confidence is None:
            self._report.repeated("unknown-value", f"cert “{short(sure)}” is no number from 0 to 1", line(relation))
        first, end = (
            next((header.day(said) for key in keys if (said := relation.get(key))), None) for keys in (_FROM, _TO)
        )
        annotator = ", ".join(map(last, said_by.split())) or None
        return {
            "valid_from": first,
            "valid_to": end,
            "confidence": confidence,
            "annotator": annotator,
            "line": line(relation),
        }
