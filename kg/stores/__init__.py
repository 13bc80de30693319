"""Stores: where claims are kept and asked for. `open_store` opens one by its URL; `Store` is what each promises."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Self

import msgspec

from kg import questions
from kg.claim import Article, Claim, Entity, Node
from kg.entities import Settler, settle
from kg.errors import Problem, StoreError, UsageError, problem
from kg.ontology import Ontology, load
from kg.questions import Row

if TYPE_CHECKING:
    import rdflib

BATCH = 5_000  # claims in one transaction

# scheme: the module in this room that has `open(url, ontology, read_only) -> Store`
SCHEMES = {"oxigraph": "kg.stores.oxigraph", "memory": "kg.stores.oxigraph"}


class Added(msgspec.Struct):
    """What `Store.add` did: claims that were new, claims that the store had, and what could not be added as it was."""

    new: int = 0
    known: int = 0
    problems: list[Problem] = msgspec.field(default_factory=list)


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

    url: str
    ontology: Ontology

    def add(self, claims: Iterable[Claim], *, strict: bool = False) -> Added:
        """Keep claims that are resolved and checked (`kg.load` sees to both).

        A claim whose id is there stays as it was; other content is a problem `claim-conflict`. Where the store has
        another description of the article or of one of its entities, the claim is brought in line (`article-conflict`,
        `kind-conflict`). With `strict` an error keeps everything out. Raises UsageError for a claim with a relation or
        class that the store's ontology lacks.
        """
        added = Added()
        settled = self._checked(_settled(claims, Settler(self._recall), added))
        try:
            if strict:
                return self._add_all_or_none(list(settled), added)
            self._add(settled, added)
        except UnicodeEncodeError as error:
            raise UsageError("a claim holds half of a UTF-16 pair; kg.load leaves such claims out") from error
        return added

    def _add_all_or_none(self, claims: list[Claim], added: Added) -> Added:
        trial = Added(problems=added.problems)
        fresh = list(_distinct(claims, trial, self._stored([claim.id for claim in claims])))
        if any(found.severity == "error" for found in trial.problems):
            return Added(problems=trial.problems)
        self._add(iter(fresh), Added())
        return trial

    def _add(self, settled: Iterator[Claim], added: Added) -> None:
        if self._is_empty():
            self._fill(_distinct(settled, added))
            return
        while batch := list(islice(settled, BATCH)):
            fresh = list(_distinct(batch, added, self._stored([claim.id for claim in batch])))
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
    def remove(self, article: str) -> int:
        """Take an article back with all that only it brought; the number of claims that went. 0: it was not there."""

    @abstractmethod
    def entities(self) -> Iterator[Node]:
        """The entities that some claim uses, in the order of their ids."""

    @abstractmethod
    def answer(self, text: str, *, write: bool = False, network: bool = False) -> "Answer":
        """What the engine says to a query in its language; `write` lets an update run, `network` name other hosts."""

    def query(self, text: str, *, write: bool = False, network: bool = False) -> list[Row]:
        """The rows of a query: IRIs and dates as text, numbers and truth values as such, nothing as None.

        ASK gives one row with `ask`; CONSTRUCT and DESCRIBE rows of `subject`, `predicate`, `object`; an update none.
        """
        return list(self.answer(text, write=write, network=network).rows())

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

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def _is_empty(self) -> bool:
        """Whether there is no claim, so that `_fill` may be used."""

    @abstractmethod
    def _fill(self, claims: Iterator[Claim]) -> None:
        """Put distinct claims into an empty store by the engine's fastest way: all of them, or none."""

    @abstractmethod
    def _insert(self, claims: list[Claim]) -> None:
        """Add claims that are not there, in one transaction."""

    @abstractmethod
    def _stored(self, ids: list[str]) -> dict[str, Claim]:
        """Those of the claims that are there."""

    @abstractmethod
    def _recall(self, article: str) -> tuple[Article | None, dict[str, Entity]]:
        """How the store describes an article, and the entities that it mentions by id."""


def open_store(url: str, *, read_only: bool = False, ontology: Ontology | None = None) -> Store:
    """The store at a URL (`oxigraph:DIR`, `memory:`), made if it is not there and may be written.

    `ontology` extends the shipped one (`kg.ontology.load_file`); a store keeps its extension and is opened with it.
    Raises UsageError for an unknown scheme, StoreError for a store that cannot be opened.
    """
    scheme, colon, _ = url.partition(":")
    if not colon or scheme not in SCHEMES:
        known = ", ".join(f"{name}:" for name in SCHEMES)
        raise UsageError(f"{url} is no store; a store's URL begins with one of {known}")
    store: Store = import_module(SCHEMES[scheme]).open(url, ontology or load(), read_only)
    return store


def _settled(claims: Iterable[Claim], settler: Settler, added: Added) -> Iterator[Claim]:
    for item in settle(claims, settler):
        if isinstance(item, Problem):
            added.problems.append(item)
        else:
            yield item


def _distinct(claims: Iterable[Claim], added: Added, stored: dict[str, Claim] | None = None) -> Iterator[Claim]:
    """The claims that are neither stored nor came before, counted; a problem for one that came with other content."""
    met = {id: hash(claim) for id, claim in (stored or {}).items()}
    for claim in claims:
        content = hash(claim)
        if claim.id not in met:
            met[claim.id] = content
            added.new += 1
            yield claim
            continue
        added.known += 1
        if met[claim.id] != content:
            said = f"{claim.subject.name} {claim.relation} {claim.object.name}"
            message = f"{claim.article.id}: {said} ({claim.id}) came before with other content; the first stays"
            added.problems.append(problem("claim-conflict", message))
