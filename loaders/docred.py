"""DocRED and what follows it, such as Re-DocRED: an array of documents in JSON, or a document on each line.

How to get there: the files of the corpus as they are published (`train_annotated.json`, `dev_revised.json`), or what a
model's script writes in their form. Then `kg load dev_revised.json`.

What is read:

- `labels`: `h` is the subject, `t` the object; `r` is a property of Wikidata (`P6`), looked up in the mapping wikidata,
  or a word. P6, the head of government, leads from the country to the person: the claim says that the person `leads`.
- A label and its inverse (participant, participant in) are one claim, since they say the same.
- `sents`: the text. It has tokens only, so that the text that is quoted is made of them: one blank stands between two
  tokens, and between two sentences.
- `evidence`: the sentences that state a label; the quote goes from the first to the last of them. Without evidence, as
  most labels of Re-DocRED are, it holds the mentions of the two that stand nearest to each other, which are marked.
- `vertexSet`: an entity is a cluster of mentions. Its name is the longest that a mention has, of a LOC the shortest
  (Portugal, Portuguese). Its class is their `type`: a LOC that a label gives as the country of something is a State,
  any other a Place.
- `title`: the id of an article is the path of the file and the title; a second document of one title gets ` (2)`.

What is lost: properties that say nothing of two actors, such as dates; documents without labels, as in a test set; who
annotated them. When a text was published the corpus does not say.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterator

import msgspec

from kg.claim import Claim
from kg.errors import Problem
from kg.mappings import Vocabulary
from kg.ontology import folded
from kg.sources import Source

from . import _article, _bytes
from ._document import Document, Mention, claims_of
from ._facts import Fact, distinct, relation
from ._report import Report
from ._text import Span
from ._words import short

EXTENSIONS: tuple[str, ...] = (".json", ".jsonl")
ONE_ARTICLE = False

_SCHEMES = ("wikidata", "ontonotes")
_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{")
_CLUSTERS = re.compile(rb'"vertexSet"\s*:\s*\[')
_OF_A_COUNTRY = {"p17", "country", "p27", "countryofcitizenship"}  # labels whose object is a country


class _Mention(msgspec.Struct):
    name: str
    sent_id: int
    pos: tuple[int, int]  # tokens of the sentence, end excluded
    type: str = ""


class _Label(msgspec.Struct):
    h: int
    t: int
    r: str
    evidence: list[int] = []


class _Document(msgspec.Struct, rename={"clusters": "vertexSet"}):
    sents: list[list[str]]
    clusters: list[list[_Mention]]
    labels: list[_Label] | None = None


def recognises(name: str, head: bytes) -> bool:
    """Whether a file of this name that begins with these bytes holds documents with a `vertexSet`."""
    return name.lower().endswith(EXTENSIONS) and _BEGIN.match(head) is not None and _CLUSTERS.search(head) is not None


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The claims of each document in reading order, then all problems."""
    report = Report(source.name)
    yield from claims_of(_documents(source, vocabulary, report), vocabulary, report, _SCHEMES)


def _documents(source: Source, vocabulary: Vocabulary, report: Report) -> Iterator[Document]:
    keys: Counter[str] = Counter()
    for number, (line, record) in enumerate(_records(source, report), 1):
        source.line = line
        about = _bytes.json(record, dict[str, object], source.name, line)
        found = about if isinstance(about, Problem) else _bytes.json(record, _Document, source.name, line)
        if isinstance(found, Problem):
            report.extend([msgspec.structs.replace(found, message=f"document {number}: {found.message}")])
            continue
        assert isinstance(about, dict)
        if found.labels is None:
            report.repeated("no-claims", "a document without labels, as in a test set, says nothing", line)
            continue
        title = about.get("title")
        key = _key(" ".join(title.split()) if isinstance(title, str) else "", number, keys)
        article, notes = _article.described(f"{source.article}/{key}", about, source.name, line)
        report.extend(notes)
        reader = _Reader(found, found.labels, f"“{short(key)}”", line, report)
        facts = distinct(reader.facts(), vocabulary, _SCHEMES, report)
        relations = [relation(fact, reader.clusters, reader.text.sentences) for fact in facts]
        yield Document(article, reader.text.text, reader.mentions, relations, reader.text.sentences)


def _records(source: Source, report: Report) -> Iterator[tuple[int | None, bytes | msgspec.Raw]]:
    """The documents of an array, the only one, or those on the lines with their numbers."""
    data = _bytes.whole(source)
    if isinstance(data, Problem):
        report.extend([data])
    elif data.lstrip().startswith(b"["):
        array = _bytes.json(data, list[msgspec.Raw], source.name)
        report.extend([array] if isinstance(array, Problem) else ())
        yield from () if isinstance(array, Problem) else ((None, record) for record in array)
    elif not isinstance(only := _bytes.json(data, msgspec.Raw, source.name), Problem):
        yield None, only
    else:
        yield from ((number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip())


def _key(title: str, number: int, keys: Counter[str]) -> str:
    """What tells a document from the others of its file: its title, with a number where another has it."""
    key = title = title or f"document {number}"
    while key in keys:
        keys[title] += 1
        key = f"{title} ({keys[title]})"
    keys[key] = 1
    return key


class _Text:
    """The text that is made of the tokens, and where they are in it."""

    def __init__(self, sents: list[list[str]]) -> None:
        self.text = " ".join(map(" ".join, sents))
        self._tokens: list[list[Span]] = []
        place = 0
        for sent in sents:
            ends = list(itertools.accumulate((len(token) + 1 for token in sent), initial=place))
            self._tokens.append([(begin, end - 1) for begin, end in itertools.pairwise(ends)])
            place = ends[-1] + (not sent)  # the blank before the next sentence is there without tokens too
        self.sentences = [span for span in map(self.sentence, range(len(sents))) if span]

    def sentence(self, number: int) -> Span | None:
        """Where a sentence is, counted from 0; None where there is none, or one without tokens."""
        return self.words(number, 0, len(self._sentence(number)))

    def words(self, sentence: int, first: int, last: int) -> Span | None:
        """Where tokens of a sentence are, the last excluded; None where they are not there."""
        tokens = self._sentence(sentence)
        return (tokens[first][0], tokens[last - 1][1]) if 0 <= first < last <= len(tokens) else None

    def _sentence(self, number: int) -> list[Span]:
        return self._tokens[number] if 0 <= number < len(self._tokens) else []


class _Reader:
    """The mentions and labels of one document; `called` is what messages call it."""

    def __init__(self, found: _Document, labels: list[_Label], called: str, line: int | None, report: Report) -> None:
        self._found, self._labels, self._called, self._line, self._report = found, labels, called, line, report
        self._countries = {label.t for label in labels if folded(label.r) in _OF_A_COUNTRY}
        self.text = _Text(found.sents)
        self.clusters = {self._entity(number): self._cluster(number) for number in range(len(found.clusters))}
        self.mentions = {mention.id: mention for cluster in self.clusters.values() for mention in cluster}
        # By its own name as well, so that of a label with one end only that end is missing which is.
        self.mentions |= {entity: cluster[0] for entity, cluster in self.clusters.items() if cluster}

    def facts(self) -> Iterator[Fact]:
        """What the labels say."""
        for number, label in enumerate(self._labels):
            yield Fact(
                id=f"label {number} of {self._called}",
                label=label.r,
                subject=self._entity(label.h),
                object=self._entity(label.t),
                evidence=tuple(self._evidence(label)),
                line=self._line,
            )

    def _evidence(self, label: _Label) -> Iterator[Span]:
        for number in label.evidence:
            if span := self.text.sentence(number):
                yield span
            else:
                message = "a label names evidence that is no sentence of its document; it is ignored"
                self._report.repeated("unknown-value", message, self._line)

    def _entity(self, number: int) -> str:
        return f"entity {number} of {self._called}"

    def _cluster(self, number: int) -> list[Mention]:
        """The mentions of an entity that are in the text."""
        found = self._found.clusters[number]
        name = _name(found)
        mentions = (self._mention(each, name, number, place) for place, each in enumerate(found))
        return [mention for mention in mentions if mention]

    def _mention(self, found: _Mention, name: str, entity: int, number: int) -> Mention | None:
        """The mention at its place; None, which is reported, where the text has no such tokens."""
        id, (first, last) = f"mention {number} of {self._entity(entity)}", found.pos
        span = self.text.words(found.sent_id, first, last)
        if span is None:
            message = f"{id} is at the tokens {first} to {last} of sentence {found.sent_id}, which are not there"
            self._report.add("wrong-offset", message, self._line)
            return None
        label = "COUNTRY" if found.type == "LOC" and entity in self._countries else found.type
        same = _without_blanks(found.name) == _without_blanks(self.text.text[slice(*span)])
        return Mention(id, label, (span,), None if same else found.name, name, line=self._line)


def _name(mentions: list[_Mention]) -> str:
    """The name of an entity: its longest, or of a place its shortest, since the longer ones are mostly adjectives."""
    names = [" ".join(mention.name.split()) for mention in mentions]
    sign = -1 if any(mention.type == "LOC" for mention in mentions) else 1
    return max(names, key=lambda name: sign * len(name), default="")


def _without_blanks(words: str) -> str:
    """The words without blanks, of which there are more between tokens than in a name."""
    return "".join(words.split())
