"""Attitudes of RuSentRel (Loukachevitch and Rusnachenko 2018): `NAME.opin.txt` beside `NAME.txt` and `NAME.ann`.

How to get there: the corpus as it is published, all of it or one of its folders; its texts are Russian. A file says of
one article who is for or against whom, as a whole and not in a sentence, one attitude a line:

    Россия, Асад, pos, current

- `pos` is `supports`, `neg` is `opposes`, the widest relations for and against: the corpus does not say by what means.
- An attitude of the past is `actual` as one of today, since the article says that it was so; it gives no date, and none
  is made up. The word itself, `current` or `past`, is the claim's `row`, so that both may stand side by side.
- `NAME.ann` says whether a name is a person's or an organization's; by name or synonym, since an attitude points at no
  mention. Its places are countries as well as cities, so they remain of class Entity, as do names that are not in it.
- `synonyms.txt`, in the folder or the one above, lists the names of one entity in a line: the first is its name.
- The answers of `etalon` belong to the texts of `test`.

What is lost: the author's own attitudes (`NAME.author.txt`), since no file says who that is. There is no quote.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePath

import msgspec

from kg.claim import Claim
from kg.errors import Problem
from kg.mappings import Vocabulary
from kg.sources import Source

from . import _article, _bytes, _text
from ._document import Document, Mention, Relation, claims
from ._report import Report
from ._words import short
from .brat import lines

EXTENSIONS: tuple[str, ...] = (".opin.txt",)
ONE_ARTICLE = True

_ATTITUDE = re.compile(rb",[ \t]*(?:pos|neg)[ \t]*,[ \t]*(?:current|past)[ \t]*\r?$", re.MULTILINE)
_ENDING = re.compile(r"(?:\.opin)?(?:\.txt)?$", re.IGNORECASE)
_TENSES = {"current", "past"}
_FORM = "subject, object, pos or neg, current or past"


def recognises(name: str, head: bytes) -> bool:
    """Whether a file of this name that begins with these bytes is of the corpus; an empty one is."""
    if not name.lower().endswith(EXTENSIONS):
        return False
    return not head.strip() or _ATTITUDE.search(head) is not None


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The problems of one article by line, then its claims: those against before those for."""
    files = _Files(source)
    data = _bytes.text(source)
    article, notes = _article.read_article(files)
    if article is None or isinstance(data, Problem):
        unusable = [data] if isinstance(data, Problem) else []
        yield from (*(about for about in notes if about.severity == "error"), *unusable)
        return
    source.article = article.id
    report = Report(source.name, map(files.named, notes))
    relations = list(_attitudes(data, report))
    names = _Names(files.read("synonyms.txt") or files.read("../synonyms.txt"), files.labels())
    ends = {name: said.line for said in reversed(relations) for name in (said.object, said.subject)}
    mentions = {name: names.mention(name, line) for name, line in ends.items()}
    document = Document(article, None, mentions, relations)
    yield from claims(document, vocabulary, source.name, ("rusentrel",), report.problems())


def _attitudes(text: str, report: Report) -> Iterator[Relation]:
    """The attitude of each line, its ends by name."""
    for number, line in enumerate(text.split("\n"), 1):
        cells = [" ".join(cell.split()) for cell in line.split(",")]
        if not line.strip():
            continue
        if len(cells) != len(_FORM.split(",")) or not all(cells):
            report.add("bad-line", f"“{short(line.strip())}” is not {_FORM}", number)
            continue
        subject, object, label, tense = cells
        if tense not in _TENSES:
            report.add("unknown-value", f"“{short(tense)}” is neither current nor past; ignored", number)
        row = tense if tense in _TENSES else None
        yield Relation(id=f"line {number}", label=label, subject=subject, object=object, row=row, line=number)


class _Files(Source):
    """The files beside the attitudes of an article, which go by its name."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._stem = _ENDING.sub("", source.file_name)
        self.name = str(PurePath(source.name).with_name(f"{self._stem}.txt"))
        self.article = _ENDING.sub("", source.article)

    def sibling(self, suffix: str) -> bytes | None:
        """The bytes of the file of this article that ends in the suffix, or None."""
        return self.read(self._stem + suffix)

    def named(self, about: Problem) -> Problem:
        """What is said of the file of this name as what is said of the attitudes, which are the one that was loaded."""
        return msgspec.structs.replace(about, path=self._source.name) if about.path == self.name else about

    def labels(self) -> bytes | None:
        """The bytes of `NAME.ann`, or None."""
        is_answer = PurePath(self._source.name).parent.name == "etalon"
        return self.read(f"{'../test/' if is_answer else ''}{self._stem}.ann")

    def read(self, path: str) -> bytes | None:
        """The bytes of the file at a path from here, or None where it is not there or not below what was loaded."""
        try:
            return self._source.beside(f"./{path}")
        except ValueError:
            return None


class _Names:
    """What is known of a name: what else the entity is called, and how its mentions in the text are labelled."""

    def __init__(self, synonyms: bytes | None, labels: bytes | None) -> None:
        self._first = _first_names(_lines(synonyms))
        self._labels: dict[str, Counter[str]] = {}
        self._written: dict[str, str] = {}  # as the text has them first, since synonyms are in small letters
        for mention in lines.parse("\n".join(_lines(labels)), "").mentions.values():
            words = mention.words or ""
            self._labels.setdefault(self._called(words), Counter())[mention.label] += 1
            self._written.setdefault(words.casefold(), words)

    def mention(self, name: str, line: int | None) -> Mention:
        """The name as a mention, which has the label that most mentions of the entity have in the text."""
        called = self._called(name)
        [(label, _)] = self._labels.get(called, Counter({"": 1})).most_common(1)
        other = "" if called == name.casefold() else self._written.get(called, called)
        return Mention(name, label, words=name, name=other, line=line)

    def _called(self, name: str) -> str:
        folded = " ".join(name.split()).casefold()
        return self._first.get(folded, folded)


def _first_names(groups: Iterable[str]) -> dict[str, str]:
    """The first name of the entity by each of its names; groups that share a name are one, by their first."""
    first: dict[str, str] = {}
    for group in groups:
        names = [" ".join(name.split()).casefold() for name in group.split(",")]
        one = next((first[name] for name in names if name in first), names[0])
        first |= {name: one for name in names if name not in first}
    return first


def _lines(data: bytes | None) -> list[str]:
    """The lines of a file that helps; none where it is not there or not UTF-8, which its own loader reports."""
    text = _text.decode(data or b"", "")
    return [] if isinstance(text, Problem) else text.removeprefix("\ufeff").split("\n")
