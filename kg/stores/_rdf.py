"""What every RDF store does alike, over four primitives of its engine: claims in and out, and what changes."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, TypeVar

from pyoxigraph import NamedNode, QuerySolution, QuerySolutions

from kg import rdf
from kg.claim import Article, Claim, Entity, Node
from kg.entities import Mention, nodes, renewed
from kg.errors import StoreError, UsageError
from kg.namespaces import ARTICLE, CLAIM, ENTITY, KG, OWL, RDF, RDFS, SKOS, STORE
from kg.ontology import Ontology
from kg.questions import Language
from kg.stores import Answer, Recalled, Store
from kg.stores._answer import RdfAnswer, Results
from kg.stores._guard import check_characters, check_depth, refuse_network
from kg.triples import Shared, triples

PAGE = 1_000  # subjects in one look-up
# What of a claim is only derived, for querying; reading it back would take a third of the time.
DERIVED = (RDF + "type", *(KG + name for name in ("key", "holds", "sign", "validFirst", "validLast")))
OF_ENTITY = (RDF + "type", RDFS + "label", SKOS + "altLabel", OWL + "sameAs")  # an entity has edges too

# What only kg writes. In a shared store without it, all that is there is others'.
_FOREIGN = "ASK { VALUES ?c { kg:Claim kg:Mention } ?s a ?c }"

_T = TypeVar("_T")


class RdfStore(Store):
    """A store of triples. An engine gives `_run`, `_update`, `_change` and `_load`.

    It may also look up `_facts` and `_mentions` by a shorter way than SPARQL.
    """

    language: ClassVar[Language] = "sparql"
    shared: ClassVar[bool] = False  # whether others may keep triples of their own in it

    def __init__(self, url: str, ontology: Ontology, read_only: bool = False) -> None:
        self.url = url
        self.ontology = self._prepared(ontology, read_only)
        self._names = {term.iri: name for name, term in self.ontology.terms.items()}

    def _prepared(self, ontology: Ontology, read_only: bool) -> Ontology:
        """The ontology of the store, written into it if it is new. Raises StoreError where it cannot be used."""
        about = self._facts([STORE])[STORE]
        version = about.get(KG + "schemaVersion")
        if version is None and read_only and self.shared:
            raise StoreError(f"{self.url}: there is no store; kg load PATH --into {self.url} makes one")
        if version is None and (read_only or self._run(_FOREIGN if self.shared else "ASK { ?s ?p ?o }")):
            raise StoreError(f"{self.url} was not made by kg")
        extra = about.get(KG + "extraOntology")
        known = self._reconciled(version[0].value if version else None, extra[0].value if extra else None, ontology)
        if not read_only and (version is None or (ontology.extra and not extra)):
            self._change(set(), set(rdf.ontology_triples(ontology)))
        return known

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

    def answer(
        self, text: str, parameters: Mapping[str, object] | None = None, *, write: bool = False, network: bool = False
    ) -> Answer:
        if parameters:
            raise UsageError("SPARQL has no parameters; write the terms into the query, as kg.rdf makes them")
        if not text.isascii():
            check_characters(text)
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

    def articles(self) -> dict[str, int]:
        rows = self._rows("SELECT ?a (COUNT(?c) AS ?n) { ?c kg:statedIn ?a } GROUP BY ?a")
        return dict(sorted((rdf.ident(ARTICLE, article.value), int(count.value)) for article, count in rows))

    def entities(self) -> Iterator[Node]:
        iris = sorted(row[0].value for row in self._rows("SELECT DISTINCT ?e { ?m kg:entity ?e }"))
        found = (pair for page in _pages(iris) for pair in self._facts(page).items())
        yield from sorted((self._node(iri, self._own(about)) for iri, about in found), key=lambda node: node.id)

    def has_entity(self, id: str) -> bool:
        return bool(self._run(f"ASK {{ ?m kg:entity <{rdf.iri(ENTITY, id)}> }}"))

    # Reading, a page of subjects at a time

    def _own(self, about: rdf.Facts) -> rdf.Facts:
        """What of an entity's facts is ours, where others say things of it too."""
        kept = {name: [term for term in about.get(name, ()) if self._is_own(name, term)] for name in OF_ENTITY}
        return {name: terms for name, terms in kept.items() if terms}

    def _is_own(self, name: str, term: rdf.Term) -> bool:
        if name == RDF + "type":
            return term.value in self._names
        return isinstance(term, NamedNode) == (name == OWL + "sameAs") and not getattr(term, "language", None)

    def _node(self, iri: str, about: rdf.Facts) -> Node:
        try:
            return rdf.node_from(iri, about, self._names)
        except KeyError as error:
            why = "two loads at once, or an update, have broken it; kg copy to a new store mends it"
            raise StoreError(f"{self.url}: {iri} lacks {error}; {why}") from error

    def _rows(self, text: str) -> Iterable[QuerySolution]:
        results = self._run(text)
        assert isinstance(results, QuerySolutions)
        return results

    def _facts(
        self, iris: list[str], only: Iterable[str] = (), but: Iterable[str] = ()
    ) -> dict[str, dict[str, list[rdf.Term]]]:
        """What is said of each subject, in the order given; of `only` these predicates, or of all `but` these."""
        # A filter, since an engine may make the product of two lists of VALUES before it looks anything up.
        test, listed = ("IN", only) if only else ("NOT IN", but)
        where = f"FILTER(?p {test} ({', '.join(f'<{iri}>' for iri in listed)}))" if listed else ""
        # Numbered, since an engine takes longer to name a subject again in every row than to find the row.
        rows = self._rows(f"SELECT ?n ?p ?o {{ VALUES (?n ?s) {{ {_numbered(iris)} }} ?s ?p ?o {where} }}")
        facts: list[dict[str, list[rdf.Term]]] = [{} for _ in iris]
        for number, predicate, object in rows:
            facts[int(number.value)].setdefault(predicate.value, []).append(object)
        return dict(zip(iris, facts, strict=True))

    def _read(self, iris: list[str]) -> Iterator[Claim]:
        """The claims with these IRIs, all of which are there."""
        articles: dict[str, Article] = {}
        mentions: dict[tuple[str, str], Entity] = {}
        for page in _pages(iris):
            facts = self._facts(page, but=DERIVED)
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
        other = "entity" if end == "article" else "article"
        for page in _pages(iris):
            where = f"VALUES (?n ?s) {{ {_numbered(page)} }} ?m kg:{end} ?s ; kg:{other} ?other"
            links = self._many(where, "sameAs")
            forms = self._many(where, "written") if written else {}
            for row in self._rows(f"SELECT ?n ?other ?name ?kind {{ {where} ; kg:name ?name ; kg:kind ?kind }}"):
                number, theirs, name, kind = (term.value for term in row)
                ends = {end: page[int(number)], other: theirs}
                same_as = tuple(sorted(links.get((number, theirs), ())))
                described = Entity(rdf.ident(ENTITY, ends["entity"]), name, self._names[kind], same_as=same_as)
                written_as = forms.get((number, theirs), set())
                found.append(Mention(rdf.ident(ARTICLE, ends["article"]), described, written_as))
        return found

    def _many(self, where: str, field: str) -> dict[tuple[str, str], set[str]]:
        """The values of a field that a mention may have several of, by the number of one end and the other end."""
        values: dict[tuple[str, str], set[str]] = {}
        for number, other, value in self._rows(f"SELECT ?n ?other ?value {{ {where} ; kg:{field} ?value }}"):
            values.setdefault((number.value, other.value), set()).add(value.value)
        return values

    # Writing

    def _is_empty(self) -> bool:
        return not self._run("ASK { ?s a kg:Claim }")

    def _stored(self, ids: list[str]) -> dict[str, Claim]:
        there = [
            iri
            for page in _pages([rdf.iri(CLAIM, id) for id in ids])
            for iri, about in self._facts(page, only=[RDF + "type"]).items()
            if about
        ]
        return {claim.id: claim for claim in self._read(there)}

    def _recall(self, articles: list[str]) -> dict[str, Recalled]:
        pages = _pages([rdf.iri(ARTICLE, id) for id in articles])
        facts = {iri: about for page in pages for iri, about in self._facts(page).items() if about}
        found: dict[str, Recalled] = {rdf.ident(ARTICLE, iri): (rdf.article_from(iri, facts[iri]), {}) for iri in facts}
        for met in self._mentions("article", list(facts)):
            found[met.article][1][met.entity.id] = met.entity
        return found

    def _fill(self, claims: Iterator[Claim]) -> None:
        self._load(triples(claims, self.ontology))

    def _drop(self) -> bool:
        classes = _texts(term.iri for term in self.ontology.classes.values())
        relations = _texts(term.iri for term in self.ontology.relations.values())
        ours = "{ SELECT DISTINCT ?s { ?m kg:entity ?s } }"
        described, plain = _texts(OF_ENTITY[1:]), 'FILTER(ISIRI(?o) || LANG(?o) = "")'
        # In one transaction, and in this order, since an entity is ours as long as a mention says so.
        self._update(
            f"DELETE {{ ?s ?p ?o }} WHERE {{ {ours} VALUES ?p {{ {described} }} ?s ?p ?o {plain} }} ;"
            f"DELETE {{ ?s a ?o }} WHERE {{ {ours} VALUES ?o {{ {classes} }} ?s a ?o }} ;"
            f"DELETE {{ ?s ?p ?o }} WHERE {{ {ours} VALUES ?p {{ {relations} }} ?s ?p ?o"
            " FILTER EXISTS { ?n kg:entity ?o } } ;"
            "DELETE { ?s ?p ?o } WHERE { VALUES ?c { kg:Claim kg:Mention kg:Article } ?s a ?c ; ?p ?o } ;"
            f"DELETE DATA {{ {' . '.join(rdf.ontology_triples(self.ontology))} }}"
        )
        return bool(self._run("ASK { ?s ?p ?o }"))

    def _insert(self, claims: list[Claim]) -> None:
        shared = Shared(self.ontology, claims)
        insert = {triple for claim in claims for triple in rdf.claim_triples(claim, self.ontology)}
        insert.update(shared.triples())
        delete, grown = self._grown(shared.mentions)
        self._change(delete, insert | grown)

    def _grown(self, met: dict[tuple[str, str], Mention]) -> tuple[set[str], set[str]]:
        """What to delete and to insert at the entities that are mentioned anew."""
        iris = sorted({rdf.iri(ENTITY, id) for _, id in met})
        found = (
            (iri, self._own(about)) for page in _pages(iris) for iri, about in self._facts(page, OF_ENTITY).items()
        )
        before = {iri: about for iri, about in found if RDF + "type" in about}
        known = [self._node(iri, about) for iri, about in before.items()]
        made = renewed(known, met, lambda ids: self._mentions("entity", [rdf.iri(ENTITY, id) for id in ids], True))
        new = {triple for node in made for triple in rdf.entity_triples(node, self.ontology)}
        old = set(_lines(before))
        return old - new, new - old

    def _exchange(self, gone: list[Claim], new: list[Claim]) -> None:
        articles = {claim.article.id for claim in (*gone, *new)}
        ids = {claim.id for claim in gone}
        kept = [claim for article in articles for claim in self.claims(article) if claim.id not in ids]
        before, after = (Shared(self.ontology, (*kept, *more)) for more in (gone, new))
        delete = self._about([*(rdf.iri(CLAIM, id) for id in ids), *before.iris()])
        insert = {triple for claim in new for triple in rdf.claim_triples(claim, self.ontology)}
        insert.update(after.triples())
        lost = before.keys - after.keys
        delete |= {rdf.edge_triple(key, self.ontology) for key in lost - self._stated_elsewhere(lost, articles)}
        entities = sorted({rdf.iri(ENTITY, id) for _, id in (*before.mentions, *after.mentions)})
        others = (met for met in self._mentions("entity", entities, written=True) if met.article not in articles)
        old, anew = self._renewed(entities, [*others, *after.mentions.values()])
        delete |= old
        insert |= anew
        self._change(delete - insert, insert - delete)

    def _about(self, subjects: list[str], only: Iterable[str] = ()) -> set[str]:
        """The triples that have one of these subjects, and a predicate in `only` where that is given."""
        return {triple for page in _pages(subjects) for triple in _lines(self._facts(page, only))}

    def _stated_elsewhere(self, keys: set[rdf.Key], articles: set[str]) -> set[rdf.Key]:
        """The keys that have a claim that holds in another article than these."""
        by_text = {rdf.key_text(key): key for key in keys}
        found: set[rdf.Key] = set()
        for page in _pages(list(by_text)):
            texts = " ".join(map(rdf.literal, page))
            where = f"VALUES ?key {{ {texts} }} ?c kg:key ?key ; kg:statedIn ?in ; kg:holds ?holds FILTER(?holds)"
            rows = self._rows(f"SELECT DISTINCT ?key ?in {{ {where} }}")
            found.update(by_text[key.value] for key, stated in rows if rdf.ident(ARTICLE, stated.value) not in articles)
        return found

    def _renewed(self, iris: list[str], mentions: Iterable[Mention]) -> tuple[set[str], set[str]]:
        """What to delete and to insert so that the entities with these IRIs are what the mentions make of them."""
        facts = (found for page in _pages(iris) for found in self._facts(page, OF_ENTITY).items())
        old = set(_lines({iri: self._own(about) for iri, about in facts}))
        new = {triple for node in nodes(mentions) for triple in rdf.entity_triples(node, self.ontology)}
        return old, new


def _texts(iris: Iterable[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)


def _numbered(iris: Iterable[str]) -> str:
    return " ".join(f"({number} <{iri}>)" for number, iri in enumerate(iris))


def _pages(items: list[_T]) -> Iterator[list[_T]]:
    return (items[start : start + PAGE] for start in range(0, len(items), PAGE))


def _lines(facts: Mapping[str, rdf.Facts]) -> Iterator[str]:
    for subject, about in facts.items():
        for predicate, objects in about.items():
            yield from (f"<{subject}> <{predicate}> {object}" for object in objects)
