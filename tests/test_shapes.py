"""The SHACL shapes: exports conform to them, and each fault that is planted is found, in plain words."""

from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
from hypothesis import given, settings

from kg.claim import Article, Claim, Entity, new
from kg.exports import export
from kg.namespaces import PREFIXES
from kg.ontology import data_path
from tests import strategies

SHAPES = rdflib.Graph().parse(data_path("shapes.ttl"))
RUSSIA, QATAR = Entity("russia", "Russia", "State", "Moscow"), Entity("qatar", "Qatar", "State", "Doha")
ARTICLE = Article("wire", "A title", "Outlet", "2016-10-12", "https://outlet.example/1", "A. Author", "en")
SAID: dict[str, Any] = {"begin": 10, "end": 16, "quote": "Quote.", "marks": ((10, 11, "subject"),)}
DATED: dict[str, Any] = {"valid_from": "2016", "valid_to": "2016-10", "confidence": 0.8, "annotator": "anna"}
CLAIM = new(RUSSIA, "arms", QATAR, ARTICLE, attributed_to=RUSSIA, **SAID, **DATED)

# What is done to the graph of this one claim: the triples taken out, those put in, and what is then said.
CLAIM_IRI, RUSSIA_IRI = f"claim:{CLAIM.id}", "entity:russia"
FAULTS: list[tuple[str, str, str]] = [
    ("?c kg:relation kg:arms", "", "A claim has exactly one relation."),
    ("", "?c kg:relation kg:funds", "A claim has exactly one relation."),
    ("?c kg:relation kg:arms", "?c kg:relation kg:quote", "The relation of a claim is one of the ontology"),
    ("?c kg:subject entity:russia", "", "A claim has exactly one subject"),
    ("?c kg:subject entity:russia", "?c kg:subject kg:arms", "A claim has exactly one subject, which is an entity."),
    ("?c kg:object entity:qatar", "?c kg:object article:wire", "A claim has exactly one object"),
    ("?c kg:object entity:qatar", '?c kg:object "Qatar"', "A claim has exactly one object, which is an entity."),
    ("?c kg:attributedTo entity:russia", "?c kg:attributedTo ?c", "A claim is attributed to at most one entity."),
    ("?c kg:attributedTo entity:russia", "", "Who says so and the words for them come together"),
    ('?c kg:attributedToWritten "Moscow"', "", "Who says so and the words for them come together"),
    ("?c kg:statedIn article:wire", "", "A claim is stated in exactly one article."),
    ("article:wire a kg:Article", "", "A claim is stated in exactly one article."),
    ('?c kg:subjectWritten "Moscow"', "", "A claim keeps its subject as the article writes it"),
    ('?c kg:objectWritten "Doha"', "", "A claim keeps its object as the article writes it"),
    ("?c kg:negated false", "", "A claim is either negated or not"),
    ("?c kg:negated false", '?c kg:negated "no"', "A claim is either negated or not"),
    ("?c kg:negated false", "?c kg:negated true", "A claim holds exactly where it is not negated"),
    ('?c kg:modality "actual"', '?c kg:modality "maybe"', "A claim has exactly one modality"),
    ("", '?c kg:modality "planned"', "A claim has exactly one modality"),
    ('?c kg:modality "actual"', '?c kg:modality "planned"', "A claim holds exactly where it is not negated"),
    ("?c kg:holds true", "", "A claim holds or does not"),
    ("?c kg:holds true", "?c kg:holds false", "A claim holds exactly where it is not negated"),
    ("?c kg:key ?o", "", "A claim has exactly one key"),
    ("?c kg:key ?o", '?c kg:key "russia arms"', "A claim has exactly one key"),
    ("?c kg:sign 1", "", "A claim has exactly one sign"),
    ("?c kg:sign 1", "?c kg:sign 2", "A claim has exactly one sign"),
    ("?c kg:end 16", "", "Quote, begin and end come together"),
    ("?c kg:begin 10", "", "Quote, begin and end come together"),
    ('?c kg:quote "Quote."', "", "Quote, begin and end come together"),
    ("?c kg:begin 10", "?c kg:begin 17", "A quote begins at one place, at or after 0 and not after its end."),
    ("?c kg:begin 10", "?c kg:begin -1", "A quote begins at one place, at or after 0"),
    ("?c kg:end 16", '?c kg:end "16"', "A quote ends at one place"),
    ('?c kg:quote "Quote."', '?c kg:quote "Quote."@en', "A claim has at most one quote"),
    ("?c kg:marks ?o", '?c kg:marks "10 11 verb"', "Marks are one text"),
    ('?c kg:validFrom "2016"', '?c kg:validFrom "last year"', "A claim is valid from one date"),
    ('?c kg:validTo "2016-10"', '?c kg:validTo "16-10"', "A claim is valid to one date"),
    ("?c kg:validLast ?o", '?c kg:validLast "2015-01-01"^^xsd:date', "The first day that a claim is valid"),
    ("?c kg:validLast ?o", '?c kg:validLast "2016-10-31"', "The last day that a claim is valid"),
    ("?c kg:confidence ?o", "?c kg:confidence 2e0", "A claim has at most one confidence, from 0 to 1."),
    ("?c kg:confidence ?o", "?c kg:confidence -1e-1", "A claim has at most one confidence, from 0 to 1."),
    ("", '?c kg:row "1", "2"', "A claim comes from at most one row"),
    ("", '?c kg:annotator "bert"', "A claim has at most one annotator"),
    ("", 'article:wire dcterms:title "Another"', "An article has at most one title"),
    ("", 'article:wire kg:publisher "Another"', "An article has at most one publisher"),
    ("", 'article:wire kg:published "2016-10-13"^^xsd:date', "An article was published on at most one day"),
    ("article:wire kg:published ?o", 'article:wire kg:published "2016"', "An article was published on"),
    ("", 'article:wire kg:url "https://x.example"', "An article has at most one url"),
    ("", 'article:wire kg:author "Another"', "An article has at most one byline"),
    ("", 'article:wire kg:language "fr"', "An article has at most one language"),
    ("?m kg:article article:wire", "", "A mention is of exactly one article."),
    ("?m kg:entity entity:russia", "", "A mention speaks of exactly one entity."),
    ('?m kg:name "Russia"', "", "A mention has exactly one name"),
    ("", '?m kg:name "Rossiya"', "A mention has exactly one name"),
    ("?m kg:kind kg:State", "", "A mention has exactly one class."),
    ("?m kg:kind kg:State", "?m kg:kind kg:Claim", "The class of a mention is kg:Entity or below it."),
    ("", "?m kg:sameAs wd:Q159", "An external id is a text."),
    ('?m kg:written "Moscow"', "", "A mention has the words of the article"),
    ("entity:russia a kg:State", "", "An entity is a node with an IRI and at least one class"),
    ("entity:russia rdfs:label ?o", "", "An entity has exactly one label"),
    ("", 'entity:russia rdfs:label "Rossiya"', "An entity has exactly one label"),
    ("entity:russia rdfs:label ?o", 'entity:russia rdfs:label "Russia"@en', "An entity has exactly one label"),
    ("", 'entity:russia skos:altLabel "Rossiya"@ru', "An alias is a text"),
    ("", 'entity:russia owl:sameAs "wikidata:Q159"', "An entity is the same as what an IRI names."),
    ("?s kg:schemaVersion ?o", "", "A store has exactly one schema version"),
    ("?s kg:schemaVersion ?o", '?s kg:schemaVersion "1"', "A store has exactly one schema version"),
    ("", '?s kg:extraOntology "a", "b"', "A store has at most one extension"),
    ("", "kg:other a kg:Store ; kg:schemaVersion 1", "The store itself is"),
]
NODES = {
    "?c": CLAIM_IRI,
    "?m": "<https://diplograph.example/mention/wire/russia>",
    "?s": "<https://diplograph.example/store>",
}


def graph(claims: list[Claim], folder: Path) -> Any:
    export(claims, folder / "x.ttl")
    return rdflib.Graph().parse(folder / "x.ttl")


def violations(data: Any) -> set[str]:
    """The messages of the report."""
    _, report, _ = pyshacl.validate(data, shacl_graph=SHAPES)
    return {str(message) for message in report.objects(None, rdflib.SH.resultMessage)}


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return graph([CLAIM], tmp_path_factory.mktemp("shapes"))


def test_the_shapes_are_shapes() -> None:
    pyshacl.validate(rdflib.Graph(), shacl_graph=SHAPES, meta_shacl=True)


def test_the_example_conforms(example: list[Claim], tmp_path: Path) -> None:
    data = graph(example, tmp_path)
    assert violations(data) == set()
    assert len(set(data.subjects(rdflib.RDF.type, rdflib.URIRef(PREFIXES["kg"] + "Claim")))) == len(example)


@settings(max_examples=15)
@given(strategies.claims)
def test_any_claims_conform(tmp_path_factory: pytest.TempPathFactory, claims: list[Claim]) -> None:
    assert violations(graph(claims, tmp_path_factory.mktemp("shapes"))) == set()


@pytest.mark.parametrize(("taken", "put", "message"), FAULTS, ids=[f"{taken} -> {put}" for taken, put, _ in FAULTS])
def test_a_planted_fault_is_found(one: Any, taken: str, put: str, message: str) -> None:
    data = rdflib.Graph() + one
    for name, node in NODES.items():
        taken, put = taken.replace(name, node), put.replace(name, node)
    before = len(data)
    if taken:
        data.update(f"DELETE WHERE {{ {taken} }}", initNs=PREFIXES)
        assert len(data) == before - 1, "the fault is not what it says"
    if put:
        data.update(f"INSERT DATA {{ {put} }}", initNs=PREFIXES)
    assert any(said.startswith(message) for said in violations(data)), violations(data)


def test_every_message_is_shown_by_a_fault() -> None:
    messages = {str(message) for message in SHAPES.objects(None, rdflib.SH.message)}
    unseen = {message for message in messages if not any(message.startswith(shown) for _, _, shown in FAULTS)}
    assert unseen == {f"{what} is a node with an IRI." for what in ("A claim", "An article", "A mention")}
