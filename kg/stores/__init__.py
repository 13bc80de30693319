"""Stores: where claims are kept and asked for. `open_store` opens one by its URL; `Store` is what each promises."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from itertools import islice
from pathlib import PurePath
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from kg import questions
from kg.claim import SCHEMA_VERSION, Article, Claim, Entity, Node
from kg.entities import Settler
from kg.errors import StoreError, UsageError
from kg.ontology import Ontology, load
from kg.questions import Row
from kg.stores._added import Added as Added
from kg.stores._added import batches, distinct, settled
from kg.stores._address import masked as masked

if TYPE_CHECKING:
    import rdflib


BATCH = 5_000  # claims in one transaction
WINDOW = 20 * BATCH  # claims that are held in memory, to be put in the order of their articles

# scheme: the module in this room that has `open(url, ontology, read_only) -> Store`
SCHEMES = {
    "oxigraph": "kg.stores.oxigraph",
    "memory": "kg.stores.oxigraph",
    "cypher": "kg.stores.cypher",
    **dict.fromkeys(("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"), "kg.stores.neo4j"),
    **dict.fromkeys(("sparql+http", "sparql+https"), "kg.stores.sparql"),
}


Recalled = tuple[Article | None, dict[str, Entity]]  # an article, and the entities that it mentions by id


class Answer(ABC):
    """The result of one query, read once: as rows, or as text in a standard form."""

    columns: tuple[str, ...]
    is_graph: bool = False  # triples, from CONSTRUCT or DESCRIBE

    @abstractmethod
    def rows(self) -> Iterator[Row]:
        """One dict a row, with every column."""

    @abstractmethod
    def text(self, format: str) -> str:
        """In a W3C form: `csv`, `tsv` or `json`, or `turtle` for triples. Raises UsageError where it has none."""


class Store(ABC):
    """A place for claims.

    The laws, which `tests/test_stores.py` states for every engine: what goes in comes out equal, in the order of ids;
    adding twice changes nothing, and the order of articles does not matter; removing an article leaves what never
    adding it would; an edge exists exactly for each key with a claim that holds; after a kill a batch of `BATCH` claims
    is whole or absent.

    One thread at a time. Every method may raise StoreError; those that take a query also QueryError.
    """

    url: str  # as it may be shown: without a password
    ontology: Ontology
    language: ClassVar[questions.Language]

    def add(self, claims: Iterable[Claim], *, strict: bool = False) -> Added:
        """Keep claims that are resolved and checked (`kg.load` sees to both).

        A claim whose id is there stays as it was; other content is a problem `claim-conflict`. Where the store has
        another description of the article or of one of its entities, the claim is brought in line (`article-conflict`,
        `kind-conflict`). With `strict` an error keeps everything out. Raises UsageError for a claim with a relation or
        class that the store's ontology lacks.
        """
        added, known = Added(), dict[str, Recalled]()
        empty = self._is_empty()
        met = iter(claims) if empty else self._recalling(iter(claims), known)
        ready = self._checked(settled(met, Settler(lambda article: known.get(article, (None, {}))), added))
        with _encodable():
            if strict:
                return self._add_all_or_none(list(ready), added, empty)
            self._add(ready, added, empty)
        return added

    def _recalling(self, claims: Iterator[Claim], known: dict[str, Recalled]) -> Iterator[Claim]:
        """The claims; `known` has what the store says of their articles before they come."""
        asked: set[str] = set()
        while batch := list(islice(claims, BATCH)):
            articles = {claim.article.id for claim in batch} - asked
            known |= self._recall(sorted(articles))
            asked |= articles
            yield from batch

    def replace(self, claims: Iterable[Claim], articles: Iterable[str] = (), *, strict: bool = False) -> Added:
        """Make these claims all that the store has of their articles, and leave nothing of the other `articles`.

        Each article is exchanged in one transaction, so that it is never lost; its description and its mentions become
        those of the claims given, which are resolved and checked (`kg.load` sees to both). All of them are held in
        memory. `strict` and the errors are those of `add`.
        """
        added = Added()
        given = list(distinct(self._checked(settled(claims, Settler(), added)), added))
        if strict and any(found.severity == "error" for found in added.problems):
            return Added(problems=added.problems)
        wanted: dict[str, dict[str, Claim]] = {article: {} for article in articles}
        for claim in given:
            wanted.setdefault(claim.article.id, {})[claim.id] = claim
        added.new = 0
        for batch in batches(wanted, BATCH):
            new = {id: claim for article in batch for id, claim in wanted[article].items()}
            old = {claim.id: claim for article in batch for claim in self.claims(article)}
            self._exchange_changed(old, new)
            added.new += len(new.keys() - old.keys())
            added.known += len(new.keys() & old.keys())
            added.gone += len(old.keys() - new.keys())
        return added

    def _exchange_changed(self, old: dict[str, Claim], new: dict[str, Claim]) -> None:
        gone = [claim for id, claim in old.items() if new.get(id) != claim]
        fresh = [claim for id, claim in new.items() if old.get(id) != claim]
        if gone or fresh:
            with _encodable():
                self._exchange(gone, fresh)

    def remove(self, article: str) -> int:
        """Take an article back with all that only it brought; the number of claims that went. 0: it was not there."""
        return self._remove(list(self.claims(article)))

    def remove_claims(self, ids: Iterable[str]) -> int:
        """Take single claims back with all that only they brought; how many of them were there."""
        return self._remove(self.find(ids))

    def find(self, ids: Iterable[str]) -> list[Claim]:
        """The claims with these ids that are there, in the order of the ids."""
        return list(self._stored(sorted(set(ids))).values())

    def _remove(self, claims: list[Claim]) -> int:
        if claims:
            self._exchange(claims, [])
        return len(claims)

    def _add_all_or_none(self, claims: list[Claim], added: Added, empty: bool) -> Added:
        trial = Added(problems=added.problems)
        fresh = list(distinct(claims, trial, self._stored([claim.id for claim in claims])))
        if any(found.severity == "error" for found in trial.problems):
            return Added(problems=trial.problems)
        self._add(iter(fresh), Added(), empty)
        return trial

    def _add(self, ready: Iterator[Claim], added: Added, empty: bool) -> None:
        if empty:
            self._fill(distinct(ready, added))
            return
        while batch := list(islice(ready, BATCH)):
            fresh = list(distinct(batch, added, self._stored([claim.id for claim in batch])))
            if fresh:
                self._insert(fresh)

    def _checked(self, claims: Iterable[Claim]) -> Iterator[Claim]:
        for claim in claims:
            kinds = {entity.kind for entity in claim.entities}
            unknown = ({claim.relation} - self.ontology.relations.keys()) | (kinds - self.ontology.classes.keys())
            if unknown:
                raise UsageError(f"{claim.id}: {', '.join(sorted(unknown))} is not in the ontology of {self.url}")
            yield claim

    @abstractmethod
    def claims(self, article: str | None = None) -> Iterator[Claim]:
        """All claims, or those of one article, in the order of their ids; read as they are asked for."""

    @abstractmethod
    def articles(self) -> dict[str, int]:
        """The ids of the articles, in order, with the number of claims that each has."""

    @abstractmethod
    def entities(self) -> Iterator[Node]:
        """The entities that some claim uses, in the order of their ids."""

    @abstractmethod
    def has_entity(self, id: str) -> bool:
        """Whether some claim uses the entity with this id."""

    @abstractmethod
    def answer(
        self, text: str, parameters: Mapping[str, object] | None = None, *, write: bool = False, network: bool = False
    ) -> "Answer":
        """What the engine says to a query in its `language`; `write` lets an update run, `network` name other hosts.

        `parameters` are the values of a Cypher query's `$name`. There, `$backs`, or any other relation, is the list of
        that relation and all below it, unless it is given: their names and types, so that `type(r) IN $backs` and
        `c.relation IN $backs` both hold. SPARQL has no parameters (UsageError).
        """

    def query(
        self, text: str, parameters: Mapping[str, object] | None = None, *, write: bool = False, network: bool = False
    ) -> list[Row]:
        """The rows of a query: IRIs and dates as text, numbers and truth values as such, nothing as None.

        ASK gives one row with `ask`; CONSTRUCT and DESCRIBE rows of `subject`, `predicate`, `object`; an update none.
        Of Cypher, a node is a dict of its `labels` and `properties`, a relationship of its `type` and `properties`, a
        path the list of both in turn. Parameters are those of `answer`.
        """
        return list(self.answer(text, parameters, write=write, network=network).rows())

    def drop(self) -> int:
        """Take out all that kg has put there, the ontology too, and close; the number of claims that went.

        What others keep on the same server stays. Nothing is left of a store on this machine that held nothing else.
        """
        claims = sum(self.articles().values())
        left = self._drop()
        self.close()
        if not left:
            self._erase()
        return claims

    @abstractmethod
    def close(self) -> None:
        """Release the engine. Closing twice is harmless."""

    def ask(self, name: str, **parameters: str) -> list[Row]:
        """The rows of a named question (`kg ask` lists them); names and aliases of actors resolve.

        Raises UsageError for an unknown question, parameter or actor, naming the nearest.
        """
        return questions.run(self, name, parameters)

    def rdflib(self) -> "rdflib.Graph":
        """An rdflib graph over the same triples. Raises StoreError where the engine holds none."""
        raise StoreError(f"{self.url} holds no triples")

    def _reconciled(self, version: str | None, extra: str | None, given: Ontology) -> Ontology:
        """The ontology of a store that has this schema version and this extension; `given` is the caller's.

        Raises StoreError where the version or the extension is another one.
        """
        if version not in (None, str(SCHEMA_VERSION)):
            raise StoreError(
                f"{self.url} has schema {version}, this kg writes {SCHEMA_VERSION};"
                f" convert it with the kg that made it: kg copy {self.url} NEW"
            )
        if extra and given.extra not in ("", extra):
            raise StoreError(f"{self.url} was made with another --ontology file; leave it out, or name a new store")
        return load(extra) if extra else given

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def _is_empty(self) -> bool:
        """Whether there is no claim, so that `_fill` may be used."""

    def _fill(self, claims: Iterator[Claim]) -> None:
        """Put distinct claims into an empty store by the engine's fastest way: all of them, or whole batches."""
        # An article that is in one batch need not be looked up for the next.
        while window := sorted(islice(claims, WINDOW), key=lambda claim: claim.article.id):
            for start in range(0, len(window), BATCH):
                self._insert(window[start : start + BATCH])

    @abstractmethod
    def _insert(self, claims: list[Claim]) -> None:
        """Add claims that are not there, in one transaction."""

    @abstractmethod
    def _exchange(self, gone: list[Claim], new: list[Claim]) -> None:
        """Take claims out and put others in, in one transaction.

        The articles of the new claims, and their mentions there, become what the new and the remaining claims say.
        """

    @abstractmethod
    def _drop(self) -> bool:
        """Take out all that is ours; whether something else is left. Where it is cut short, a second time completes."""

    def _erase(self) -> None:  # noqa: B027  # most engines have nothing to do
        """Remove the files of a store that is empty and closed, where they are on this machine."""

    @abstractmethod
    def _stored(self, ids: list[str]) -> dict[str, Claim]:
        """Those of the claims that are there."""

    @abstractmethod
    def _recall(self, articles: list[str]) -> dict[str, Recalled]:
        """How the store describes those of these articles that it has, and the entities that they mention by id."""


def is_store(text: str) -> bool:
    """Whether a text names a store, rather than a file to load: by a known scheme, or by a file's ending.

    The endings are those of `kg.triples.SYNTAXES`.
    """
    return _module(text) is not None


def open_store(url: str, *, read_only: bool = False, ontology: Ontology | None = None) -> Store:
    """The store at a URL, made if it is not there and may be written.

    In this process: `oxigraph:DIR`, `memory:`, `cypher:DIR`, a file `x.ttl`. On a server: `neo4j://USER@HOST/DATABASE`
    or `bolt://`, `sparql+http://USER@HOST/DATASET` or `sparql+https://`, with the password in `$KG_PASSWORD`.

    `ontology` extends the shipped one (`kg.ontology.load_file`); a store keeps its extension and is opened with it.
    Raises UsageError for an unknown scheme, StoreError for a store that cannot be opened.
    """
    module = _module(url)
    if module is None:
        known = ", ".join(f"{name}:" for name in SCHEMES)
        raise UsageError(
            f"{masked(url)} is no store; a store's URL begins with one of {known}, or is a file such as x.ttl"
        )
    store: Store = import_module(module).open(url, ontology or load(), read_only)
    return store


def _module(url: str) -> str | None:
    from kg.triples import SYNTAXES  # which needs an engine

    scheme, _, rest = url.partition(":")
    if scheme in SCHEMES and ":" in url:
        return SCHEMES[scheme]
    is_file = not rest.startswith("//") and PurePath(url).suffix.casefold() in SYNTAXES
    return "kg.stores.file" if is_file else None


@contextmanager
def _encodable() -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError as error:
        raise UsageError("a claim holds half of a UTF-16 pair; kg.load leaves such claims out") from error
