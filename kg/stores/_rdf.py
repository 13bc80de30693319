"""What every RDF store does alike, over four primitives of its engine: claims in and out, and what changes."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pyoxigraph import (
    Literal,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    serialize,
)

from kg import rdf
from kg.claim import Article, Claim, Entity, Node
from kg.entities import Mention, grown, meet, nodes
from kg.errors import QueryError, StoreError, UsageError
from kg.namespaces import ARTICLE, CLAIM, ENTITY, KG, PREFIXES
from kg.ontology import Ontology
from kg.questions import Row
from kg.stores import Answer, Store
from kg.stores._guard import check_depth, refuse_network

PAGE = 1_000  # subjects in one look-up
OF_ENTITY = "VALUES ?p { rdf:type rdfs:label skos:altLabel owl:sameAs }"  # an entity has edges too

Results = QuerySolutions | QueryBoolean | QueryTriples
_T = TypeVar("_T")


class RdfStore(Store):
    """A store of triples. An engine gives `_run`, `_update`, `_change` and `_load`."""

    def __init__(self, url: str, ontology: Ontology) -> None:
        self.url = url
        self.ontology = ontology
        self._names = {term.iri: name for name, term in ontology.terms.items()}

    @abstractmethod
    def _run(self, text: str) -> Results:
        """The results of a query, which cannot change anything. Raises QueryError."""

    @abstractmethod
    def _update(self, text: str) -> None:
        """Run an update in one transaction. Raises QueryError."""

    @abstractmethod
    def _change(self, delete: set[str], insert: set[str]) -> None:
        """Take triples out and put others in, in one transaction; each as `kg.rdf` writes it."""

    @abstractmethod
    def _load(self, triples: Iterator[str]) -> None:
        """Put triples in by the engine's fastest way: all of them, or none."""

    def answer(self, text: str, *, write: bool = False, network: bool = False) -> Answer:
        check_depth(text)
        if not network:
            refuse_network(text)
        if write:
            self._update(text)
            return RdfAnswer(None)
        return RdfAnswer(self._run(text))

    def claims(self, article: str | None = None) -> Iterator[Claim]:
        where = f"kg:statedIn <{rdf.iri(ARTICLE, article)}>" if article is not None else "a kg:Claim"
        return self._read(sorted(row[0].value for row in self._rows(f"SELECT ?s {{ ?s {where} }}")))

    def entities(self) -> Iterator[Node]:
        iris = sorted(row[0].value for row in self._rows("SELECT DISTINCT ?e { ?m kg:entity ?e }"))
        facts = (found for page in _pages(iris) for found in self._facts(page).items())
        yield from sorted((rdf.node_from(iri, about, self._names) for iri, about in facts), key=lambda node: node.id)

    # Reading, a page of subjects at a time

    def _rows(self, text: str) -> QuerySolutions:
        results = self._run(text)
        assert isinstance(results, QuerySolutions)
        return results

    def _triples(self, where: str) -> Iterator[tuple[str, str, rdf.Term]]:
        """Subject, predicate and object of the triples `?s ?p ?o` that `where` singles out."""
        for subject, predicate, object in self._rows(f"SELECT ?s ?p ?o {{ {where} ?s ?p ?o }}"):
            yield subject.value, predicate.value, object

    def _facts(self, iris: list[str]) -> dict[str, dict[str, list[rdf.Term]]]:
        """What is said of each subject, in the order given."""
        return _grouped(self._triples(f"VALUES ?s {{ {_texts(iris)} }}"), iris)

    def _read(self, iris: list[str]) -> Iterator[Claim]:
        """The claims with these IRIs, all of which are there."""
        articles: dict[str, Article] = {}
        mentions: dict[tuple[str, str], Entity] = {}
        for page in _pages(iris):
            facts = self._facts(page)
            stated_in = {
                rdf.ident(ARTICLE, term.value) for about in facts.values() for term in about.get(KG + "statedIn", ())
            }
            new = [rdf.iri(ARTICLE, id) for id in sorted(stated_in - articles.keys())]
            found = (rdf.article_from(iri, about) for iri, about in self._facts(new).items())
            articles |= {article.id: article for article in found}
            mentions |= {(met.article, met.entity.id): met.entity for met in self._mentions("article", new)}
            for iri, about in facts.items():
                try:
                    claim = rdf.claim_from(iri, about, articles, mentions, self._names)
                except KeyError as error:
                    raise StoreError(f"{self.url}: {iri} lacks {error}; an update has broken it") from error
                yield claim

    def _mentions(self, end: str, iris: list[str], written: bool = False) -> list[Mention]:
        """The mentions whose `kg:article` or `kg:entity` (`end`) is one of these; written forms only if asked for."""
        found: list[Mention] = []
        for page in _pages(iris):
            where = f"VALUES ?{end} {{ {_texts(page)} }} ?m kg:{end} ?{end} ."
            links = self._many(where, "sameAs")
            forms = self._many(where, "written") if written else {}
            columns = "?m ?article ?entity ?name ?kind"
            fields = "?m kg:article ?article ; kg:entity ?entity ; kg:name ?name ; kg:kind ?kind"
            for row in self._rows(f"SELECT {columns} {{ {where} {fields} }}"):
                mention, article, entity, name, kind = (term.value for term in row)
                same_as = tuple(sorted(links.get(mention, ())))
                described = Entity(rdf.ident(ENTITY, entity), name, self._names[kind], same_as=same_as)
                found.append(Mention(rdf.ident(ARTICLE, article), described, forms.get(mention, set())))
        return found

    def _many(self, where: str, field: str) -> dict[str, set[str]]:
        """The values of a field that a mention may have several of, by its IRI."""
        values: dict[str, set[str]] = {}
        for mention, value in self._rows(f"SELECT ?m ?value {{ {where} ?m kg:{field} ?value }}"):
            values.setdefault(mention.value, set()).add(value.value)
        return values

    # Writing

    def _is_empty(self) -> bool:
        return not self._run("ASK { ?s a kg:Claim }")

    def _stored(self, ids: list[str]) -> dict[str, Claim]:
        there = [
            row[0].value
            for page in _pages([rdf.iri(CLAIM, id) for id in ids])
            for row in self._rows(f"SELECT ?s {{ VALUES ?s {{ {_texts(page)} }} ?s a kg:Claim }}")
        ]
        return {claim.id: claim for claim in self._read(there)}

    def _recall(self, article: str) -> tuple[Article | None, dict[str, Entity]]:
        iri = rdf.iri(ARTICLE, article)
        facts = self._facts([iri])[iri]
        if not facts:
            return None, {}
        return rdf.article_from(iri, facts), {met.entity.id: met.entity for met in self._mentions("article", [iri])}

    def _fill(self, claims: Iterator[Claim]) -> None:
        shared = _Shared()

        def triples() -> Iterator[str]:
            for claim in claims:
                shared.meet(claim, self.ontology)
                yield from rdf.claim_triples(claim, self.ontology)
            yield from shared.triples(self.ontology)
            for node in nodes(shared.mentions.values()):
                yield from rdf.entity_triples(node, self.ontology)

        self._load(triples())

    def _insert(self, claims: list[Claim]) -> None:
        shared = _Shared()
        insert: set[str] = set()
        for claim in claims:
            shared.meet(claim, self.ontology)
            insert.update(rdf.claim_triples(claim, self.ontology))
        insert.update(shared.triples(self.ontology))
        delete, renewed = self._grown(shared.mentions)
        self._change(delete, insert | renewed)

    def _grown(self, met: dict[tuple[str, str], Mention]) -> tuple[set[str], set[str]]:
        """What to delete and to insert at the entities that are mentioned anew."""
        by_entity: dict[str, list[Mention]] = {}
        for mention in met.values():
            by_entity.setdefault(rdf.iri(ENTITY, mention.entity.id), []).append(mention)
        where = (f"VALUES ?s {{ {_texts(page)} }} {OF_ENTITY}" for page in _pages(list(by_entity)))
        stored = [triple for each in where for triple in self._triples(each)]
        before = _grouped(stored)
        after = {iri: grown(rdf.node_from(iri, about, self._names), by_entity[iri]) for iri, about in before.items()}
        unclear = [iri for iri, node in after.items() if node is None]
        all_of_them = {(each.article, each.entity.id): each for each in self._mentions("entity", unclear, written=True)}
        for key, mention in met.items():
            if key in all_of_them:
                all_of_them[key].written |= mention.written
            elif rdf.iri(ENTITY, key[1]) not in before or rdf.iri(ENTITY, key[1]) in unclear:
                all_of_them[key] = mention
        made = [*nodes(all_of_them.values()), *(node for node in after.values() if node)]
        new = {triple for node in made for triple in rdf.entity_triples(node, self.ontology)}
        old = {f"<{subject}> <{predicate}> {object}" for subject, predicate, object in stored}
        return old - new, new - old

    def remove(self, article: str) -> int:
        shared = _Shared()
        subjects = [rdf.iri(ARTICLE, article)]
        for claim in self.claims(article):
            shared.meet(claim, self.ontology)
            subjects.append(rdf.iri(CLAIM, claim.id))
        count = len(subjects) - 1
        subjects += [rdf.mention_iri(article, id) for _, id in shared.mentions]
        delete = self._about(subjects)
        gone = shared.keys - self._stated_elsewhere(shared.keys, subjects[0])
        delete |= {rdf.edge_triple(key, self.ontology) for key in gone}
        left = [met for met in self._mentions("entity", shared.entity_iris(), written=True) if met.article != article]
        old, renewed = self._renewed(shared.entity_iris(), left)
        self._change(delete | old, renewed)
        return count

    def _about(self, subjects: list[str], only: str = "") -> set[str]:
        """The triples that have one of these subjects, and a predicate in `only` where that is given."""
        return {
            f"<{subject}> <{predicate}> {object}"
            for page in _pages(subjects)
            for subject, predicate, object in self._triples(f"VALUES ?s {{ {_texts(page)} }} {only}")
        }

    def _stated_elsewhere(self, keys: set[rdf.Key], article: str) -> set[rdf.Key]:
        """The keys that have a claim that holds in another article than this one (an IRI)."""
        by_text = {rdf.key_text(key): key for key in keys}
        found: set[rdf.Key] = set()
        for page in _pages(list(by_text)):
            texts = " ".join(map(rdf.literal, page))
            where = f"VALUES ?key {{ {texts} }} ?c kg:key ?key ; kg:holds true ; kg:statedIn ?in"
            rows = self._rows(f"SELECT DISTINCT ?key {{ {where} FILTER(?in != <{article}>) }}")
            found.update(by_text[row[0].value] for row in rows)
        return found

    def _renewed(self, iris: list[str], mentions: Iterable[Mention]) -> tuple[set[str], set[str]]:
        """What to delete and to insert so that the entities with these IRIs are what the mentions make of them."""
        old = self._about(iris, OF_ENTITY)
        new = {triple for node in nodes(mentions) for triple in rdf.entity_triples(node, self.ontology)}
        return old - new, new - old


class RdfAnswer(Answer):
    """Results of the engine; None for an update, which has none."""

    def __init__(self, results: Results | None) -> None:
        self._results = results
        self.is_graph = isinstance(results, QueryTriples)
        if isinstance(results, QuerySolutions):
            self.columns = tuple(variable.value for variable in results.variables)
        elif isinstance(results, QueryBoolean):
            self.columns = ("ask",)
        else:
            self.columns = ("subject", "predicate", "object") if results else ()

    def rows(self) -> Iterator[Row]:
        with _reading():
            for row in self._terms():
                yield dict(zip(self.columns, map(rdf.value, row), strict=True))

    def _terms(self) -> Iterable[Iterable[object]]:
        if isinstance(self._results, QueryBoolean):
            return [[Literal(bool(self._results))]]
        if isinstance(self._results, QueryTriples):
            return sorted(self._results, key=str)
        return self._results or ()

    def text(self, format: str) -> str:
        if self.is_graph != (format == "turtle"):
            raise UsageError(f"this query's result has no {format} form; use {_FORMS[self.is_graph]}")
        with _reading():
            return self._text(format)

    def _text(self, format: str) -> str:
        if isinstance(self._results, QueryTriples):
            triples = sorted(self._results, key=str)
            written = " ".join(map(str, triples))
            used = {name: iri for name, iri in PREFIXES.items() if f"<{iri}" in written}
            return _text(serialize(triples, format=RdfFormat.TURTLE, prefixes=used))
        if isinstance(self._results, QueryBoolean) and format != "json":
            return f"{'true' if self._results else 'false'}\n"
        return _text(self._results.serialize(format=_W3C[format])) if self._results is not None else ""


@contextmanager
def _reading() -> Iterator[None]:
    """An engine works while its results are read, and may fail as late as that."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise QueryError(str(error)) from error


class _Shared:
    """What several claims share: articles, mentions and the keys of edges."""

    def __init__(self) -> None:
        self.articles: dict[str, Article] = {}
        self.mentions: dict[tuple[str, str], Mention] = {}
        self.keys: set[rdf.Key] = set()

    def meet(self, claim: Claim, ontology: Ontology) -> None:
        self.articles[claim.article.id] = claim.article
        meet(claim, self.mentions)
        if claim.holds:
            self.keys.add(ontology.key(claim))

    def triples(self, ontology: Ontology) -> Iterator[str]:
        for article in self.articles.values():
            yield from rdf.article_triples(article)
        for mention in self.mentions.values():
            yield from rdf.mention_triples(mention, ontology)
        for key in self.keys:
            yield rdf.edge_triple(key, ontology)

    def entity_iris(self) -> list[str]:
        return [rdf.iri(ENTITY, id) for id in sorted({id for _, id in self.mentions})]


def _text(data: bytes | None) -> str:
    return (data or b"").decode()


def _texts(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)


def _pages(items: list[_T]) -> Iterator[list[_T]]:
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))


def _grouped(
    triples: Iterable[tuple[str, str, rdf.Term]], subjects: Iterable[str] = ()
) -> dict[str, dict[str, list[rdf.Term]]]:
    facts: dict[str, dict[str, list[rdf.Term]]] = {subject: {} for subject in subjects}
    for subject, predicate, object in triples:
        facts.setdefault(subject, {}).setdefault(predicate, []).append(object)
    return facts


_FORMS = {False: "table, jsonl, csv, tsv or json", True: "turtle or jsonl"}
_W3C = {"csv": QueryResultsFormat.CSV, "tsv": QueryResultsFormat.TSV, "json": QueryResultsFormat.JSON}
