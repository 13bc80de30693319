"""DWIE, the corpus of Deutsche Welle (Zaporojets et al. 2021): one article in JSON, its entities and their relations.

How to get there: `git clone https://github.com/klimzaporojets/DWIE`, then `kg load DWIE/data`. The corpus comes without
its texts: claims have no quote. Its `scripts/dwie_download.py` writes copies with the texts into
`data/annos_with_content`, as long as the publisher serves them: then load that folder instead.

What is read:

- `relations`: `s` is the subject, `o` the object, `p` is looked up in the mapping dwie. They stand between entities,
  and in no place: with a text, the mentions of the two that stand nearest to each other are marked and quoted.
- Relations in `-x` end in an adjective or a people ("Belarusian"), and double those that end in the country. By `gpe0`,
  `gpe1` and `gpe2`, which lead from it to the country, province or city, both are one claim about that.
- Two that meet are listed both ways, which is one claim, as is a relation and its inverse. Its `row` are the numbers of
  the two concepts: one word may name two of them, and without text no place tells them apart.
- `concepts`: the title of the Wikipedia page that an entity is linked to is its name and, as `wikipedia:TITLE`, an
  external id: "Foreign Ministry" alone would be one for all countries. Without a link, its longest mention is the name.
  Countries that are implied have no mention at all. The class is the narrowest that the `type::` tags name.
- `id` is the article's. Its url stands in `article_id_to_url.json` beside the file or in the folder above it. A sidecar
  may add the date and the title, which the corpus does not have.

What is lost: relations of an entity to itself, sport, works and things (in the report), topics, IPTC codes, frames, the
candidates of links.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

import msgspec

from kg.claim import Article, Claim
from kg.errors import Problem
from kg.mappings import Vocabulary
from kg.sources import Source

from . import _article, _bytes, _text
from ._document import Document, Mention, claims
from ._facts import Fact, distinct, relation
from ._report import Report
from ._words import external_id

EXTENSIONS: tuple[str, ...] = (".json",)
ONE_ARTICLE = True

_SCHEMES = ("dwie",)
_BEGIN = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{")
_MENTIONS = re.compile(rb'"mentions"\s*:\s*\[')
_CONCEPT = re.compile(rb'"concepts?"\s*:\s*[\[0-9]')
_ADJECTIVES = {"gpe0", "gpe1", "gpe2"}  # relations from an adjective to the place that it speaks of
# An army carries the tags of an organization of the government, of an organization, and of an entity as well.
_WIDE = ("Entity", "Place", "Organization", "GovernmentBody")


class _Mention(msgspec.Struct):
    begin: int
    end: int
    text: str
    concept: int


class _Concept(msgspec.Struct):
    concept: int
    text: str | None = None
    link: str | None = None
    tags: list[str] = []


class _Relation(msgspec.Struct):
    s: int
    p: str
    o: int


class _Annotation(msgspec.Struct):
    id: str
    concepts: list[_Concept]
    mentions: list[_Mention] = []
    relations: list[_Relation] = []
    content: str | None = None
    text: str | None = None


class _Url(msgspec.Struct):
    id: str
    url: str


def recognises(name: str, head: bytes) -> bool:
    """Whether a file of this name that begins with these bytes is an article of the corpus: mentions of concepts."""
    return (
        name.lower().endswith(EXTENSIONS)
        and _BEGIN.match(head) is not None
        and _MENTIONS.search(head) is not None
        and _CONCEPT.search(head) is not None
    )


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The problems of one article, then its claims in reading order, or by relation where there is no text."""
    data = _bytes.whole(source)
    if isinstance(data, Problem):
        yield data
        return
    keys = _bytes.json(data, dict[str, object], source.name)
    found = keys if isinstance(keys, Problem) else _bytes.json(data, _Annotation, source.name)
    if isinstance(found, Problem):
        yield found
        return
    assert isinstance(keys, dict)
    report = Report(source.name)
    article = _described(found.id, keys, source, report)
    if article is None:
        yield from report.problems()
        return
    source.article = article.id
    document = _Reader(found, vocabulary, report).document(article)
    yield from claims(document, vocabulary, source.name, _SCHEMES, report.problems())


def _described(id: str, keys: dict[str, object], source: Source, report: Report) -> Article | None:
    """The article: by its sidecar first, then by its own keys; None where the sidecar cannot be read."""
    known = {"publisher": "Deutsche Welle", "language": "en", "url": _url(id, source, report)}
    own, notes = _article.described(id, known | keys, source.name)
    source.article = id
    given, about = _article.read_article(source)
    report.extend(note for note in (*notes, *about) if note.code != "no-article")
    if given is None:
        return None
    return Article(*(getattr(given, field) or getattr(own, field) for field in Article.__struct_fields__))


def _url(id: str, source: Source, report: Report) -> str | None:
    """The address of an article by its id, from the list of the corpus, if that is below what was loaded."""
    for path in ("article_id_to_url.json", "../article_id_to_url.json"):
        try:
            data = source.beside(path)
        except ValueError:  # it would lie outside of the root
            continue
        if data is None:
            continue
        pages = _bytes.json(data, list[_Url], path)
        if not isinstance(pages, Problem):
            return next((page.url for page in pages if page.id == id), None)
        report.add("unknown-value", f"{path} is no list of ids and urls; it is ignored")
    return None


class _Reader:
    """The entities of an article as clusters of mentions, and what stands between them."""

    def __init__(self, found: _Annotation, vocabulary: Vocabulary, report: Report) -> None:
        self._found, self._vocabulary, self._report = found, vocabulary, report
        self._text = found.text if found.content is None else found.content
        self._places = {said.s: said.o for said in found.relations if said.p in _ADJECTIVES}

    def document(self, article: Article) -> Document:
        """The article with its relations, each once."""
        sentences = [] if self._text is None else _text.sentences(self._text, article.language)
        entities = self._entities()
        clusters = self._clusters(entities)
        facts = distinct(self._facts(), self._vocabulary, _SCHEMES, self._report)
        relations = [relation(fact, clusters, sentences) for fact in facts]
        mentions = entities | {mention.id: mention for cluster in clusters.values() for mention in cluster}
        if self._text is None and relations:
            self._report.add("no-text", "the corpus comes without its texts, so that claims have no quote")
        return Document(article, self._text, mentions, relations, sentences)

    def _facts(self) -> Iterator[Fact]:
        """The relations, an adjective's place in place of it."""
        for number, said in enumerate(self._found.relations):
            if said.p not in _ADJECTIVES:
                subject, object = (self._places.get(end, end) for end in (said.s, said.o))
                yield Fact(f"relation {number}", said.p, _called(subject), _called(object), row=f"{subject} {object}")

    def _entities(self) -> dict[str, Mention]:
        """Each entity as a mention that stands nowhere."""
        entities: dict[str, Mention] = {}
        for concept in self._found.concepts:
            id = _called(concept.concept)
            if id in entities:
                self._report.add("duplicate-id", f"{id} is there already; the first counts")
            else:
                entities[id] = self._entity(concept, id)
        return entities

    def _clusters(self, entities: dict[str, Mention]) -> dict[str, list[Mention]]:
        """The mentions of each entity in the text."""
        clusters: dict[str, list[Mention]] = {id: [] for id in entities}
        for number, found in enumerate(self._found.mentions if self._text is not None else ()):
            entity = entities.get(_called(found.concept))
            if entity:
                span = (found.begin, found.end)
                mention = msgspec.structs.replace(entity, id=f"mention {number}", spans=(span,), words=found.text)
                clusters[entity.id].append(mention)
        return clusters

    def _entity(self, concept: _Concept, id: str) -> Mention:
        """What is said of an entity wherever it stands."""
        words = " ".join((concept.text or "").split())
        title = " ".join(unquote(concept.link or "").replace("_", " ").split())
        link = external_id(f"wikipedia:{title.replace(' ', '_')}")
        # The state of Georgia: of all others the brackets are needed to tell them apart.
        name = title.removesuffix(" (country)") if link and link.startswith("wikipedia:") else words
        return Mention(id, self._label(concept), (), words or None, name, (link,) if link else ())

    def _label(self, concept: _Concept) -> str:
        """The tag that names the narrowest class; empty where there is none."""
        tags = [tag for tag in concept.tags if tag.startswith("type::")]
        kinds = {tag: kind for tag in tags if (kind := self._vocabulary.kind(tag, *_SCHEMES))}
        for wide in _WIDE:
            kinds = {tag: kind for tag, kind in kinds.items() if kind != wide} or kinds
        return next(iter([*kinds, *tags]), "")


def _called(concept: int) -> str:
    return f"concept {concept}"
