"""The ontology file, read here without `kg`, and the names and families that `kg.ontology` computes from it."""

import re
from pathlib import Path

import msgspec
import pyoxigraph
import pytest
from rdflib import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SDO, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from kg import ontology, rdf
from kg.claim import Article, Entity, new
from kg.errors import OntologyError

FILE = Path(__file__).parents[1] / "ontology" / "diplomacy.ttl"
KG = Namespace("https://diplograph.example/ontology#")

# The tree of the design: a term stands below the nearest line above it that is indented less; `=` is symmetric, `+`
# transitive.
CLASSES = """
Entity
  Actor
    State
    Government
    GovernmentBody
    ArmedForce
    ArmedGroup
    PoliticalGroup
    PoliticalParty
    IntergovernmentalOrganization
    Organization
      Company
      MediaOrganization
    Person
    Group
  Place
  Event
  Agreement
Article
Statement
  Claim
  Tie
Mention
Store
"""
RELATIONS = """
supports
  backs
    backsMilitarily
      arms
      trains
      advises
      fightsFor
      deploysForcesFor
    funds
    endorses
  aids
  recognizes
  yieldsTo
  alliedWith =
  cooperatesWith =
opposes
  criticizes
    accuses
  rejects
  demandsFrom
  protestsAgainst
  threatens
    showsForceAgainst
  sanctions
  expels
  coerces
    besieges
    detains
  suspendsTalksWith
    breaksRelationsWith
  fights =
  attacks
    bombs
    invades
  intervenesIn
engages
  meets =
  negotiatesWith =
  agreesWith =
  consults
  visits
  hosts
  mediatesBetween
  appealsTo
  proposesTo
  promises
  investigates
  states
ties
  memberOf
  partOf +
  leads
  represents
  affiliatedWith
  basedIn
  citizenOf
  controls
  participatesIn
  signs
  succeeds
"""
FIELDS = {
    "Statement": "subject object relation validFrom validTo",
    "Claim": "statedIn attributedTo subjectWritten objectWritten attributedToWritten begin end"
    " quote marks row negated modality confidence annotator key holds validFirst validLast",
    "Article": "publisher published url author language",
    "Mention": "article entity name kind sameAs written",
    "Store": "schemaVersion extraOntology",
    "Resource": "sign genericName",
}
SIGNS = {"supports": 1, "opposes": -1, "engages": 0, "ties": 0}

GRAPH = Graph().parse(FILE, format="turtle")


def _tree(text: str) -> dict[str, list[str]]:
    """Each name of an indented tree and the one that it stands directly below, if any."""
    parents: dict[str, list[str]] = {}
    above: list[tuple[int, str]] = []
    for line in text.strip().splitlines():
        depth, name = len(line) - len(line.lstrip()), line.split()[0]
        above = [(d, n) for d, n in above if d < depth]
        parents[name] = [parent for _, parent in above[-1:]]
        above.append((depth, name))
    return parents


def _marked(text: str, mark: str) -> set[str]:
    return {line.split()[0] for line in text.splitlines() if line.endswith(mark)}


def _names(kind: Node) -> set[str]:
    return {str(s).removeprefix(KG) for s in GRAPH.subjects(RDF.type, kind) if str(s).startswith(KG)}


CLASS_NAMES = sorted(_names(OWL.Class))
PROPERTY_NAMES = sorted(_names(OWL.ObjectProperty) | _names(OWL.DatatypeProperty))
RELATION_NAMES = [name for name in PROPERTY_NAMES if (KG[name], KG.sign, None) in GRAPH]
FIELD_NAMES = [name for name in PROPERTY_NAMES if name not in RELATION_NAMES]


def _parents(name: str) -> list[str]:
    """The terms of ours that a term stands directly below."""
    above = [*GRAPH.objects(KG[name], RDFS.subClassOf), *GRAPH.objects(KG[name], RDFS.subPropertyOf)]
    return [str(iri).removeprefix(KG) for iri in above if str(iri).startswith(KG)]


def _ancestors(name: str) -> list[str]:
    """The term and all above it, nearest first, each once."""
    line = [name]
    for current in line:
        line += [parent for parent in _parents(current) if parent not in line]
    return line


def _one(name: str, predicate: URIRef) -> Node:
    (value,) = GRAPH.objects(KG[name], predicate)
    return value


# The file


def test_the_classes_are_those_of_the_design() -> None:
    assert {name: _parents(name) for name in CLASS_NAMES} == _tree(CLASSES)


def test_the_relations_are_those_of_the_design() -> None:
    assert {name: _parents(name) for name in RELATION_NAMES} == _tree(RELATIONS)


def test_symmetric_and_transitive_relations_are_those_of_the_design() -> None:
    assert _names(OWL.SymmetricProperty) == _marked(RELATIONS, "=")
    assert _names(OWL.TransitiveProperty) == _marked(RELATIONS, "+")


def test_the_fields_are_those_of_the_record() -> None:
    domains = {name: str(_one(name, RDFS.domain)) for name in FIELD_NAMES}
    assert {name: re.split("[#/]", iri)[-1] for name, iri in domains.items()} == {
        name: domain for domain, names in FIELDS.items() for name in names.split()
    }


def test_the_families_are_the_roots() -> None:
    assert {name: int(str(_one(name, KG.sign))) for name in RELATION_NAMES if not _parents(name)} == SIGNS


def test_every_subject_is_a_term_or_the_header() -> None:
    terms = {KG[name] for name in (*CLASS_NAMES, *PROPERTY_NAMES)}
    assert set(GRAPH.subjects()) - terms == {URIRef(KG.removesuffix("#"))}


@pytest.mark.parametrize("name", [*CLASS_NAMES, *PROPERTY_NAMES])
def test_a_term_is_described(name: str) -> None:
    label, comment = str(_one(name, RDFS.label)), str(_one(name, RDFS.comment))
    assert label == re.sub("(?<=[a-z])(?=[A-Z])", " ", name).lower()
    assert comment.endswith(".") and "\n" not in comment
    assert str(_one(name, SKOS.example)).strip()


@pytest.mark.parametrize("predicate", [RDFS.label, RDFS.comment, SKOS.example])
def test_no_two_relations_are_described_alike(predicate: URIRef) -> None:
    assert len({_one(name, predicate) for name in RELATION_NAMES}) == len(RELATION_NAMES)


@pytest.mark.parametrize("name", RELATION_NAMES)
def test_a_comment_names_neighbours_that_exist(name: str) -> None:
    words = set(re.findall(r"\b[a-z]+(?:[A-Z][a-z]+)+\b", str(_one(name, RDFS.comment))))
    assert words - {name} <= {*RELATION_NAMES, *FIELD_NAMES}


@pytest.mark.parametrize("name", [*CLASS_NAMES, *PROPERTY_NAMES])
def test_a_term_stands_below_terms_that_exist_and_not_below_itself(name: str) -> None:
    of_its_sort = CLASS_NAMES if name in CLASS_NAMES else RELATION_NAMES
    for parent in _parents(name):
        assert parent in of_its_sort
        assert name not in _ancestors(parent)


@pytest.mark.parametrize("name", RELATION_NAMES)
def test_a_relation_has_the_sign_of_its_family(name: str) -> None:
    assert _one(name, KG.sign) == Literal(SIGNS[_ancestors(name)[-1]])


@pytest.mark.parametrize("name", RELATION_NAMES)
def test_a_relation_joins_classes_of_its_parent_or_below(name: str) -> None:
    for predicate in (RDFS.domain, RDFS.range):
        line = _ancestors(str(_one(name, predicate)).removeprefix(KG))
        assert line[-1] == "Entity"
        for parent in _parents(name):
            assert str(_one(parent, predicate)).removeprefix(KG) in line


@pytest.mark.parametrize("name", sorted(_marked(RELATIONS, "=")))
def test_a_symmetric_relation_joins_like_with_like(name: str) -> None:
    assert _one(name, RDFS.domain) == _one(name, RDFS.range)


@pytest.mark.parametrize("name", [name for name in RELATION_NAMES if "opposes" in _ancestors(name)])
def test_anything_can_be_opposed(name: str) -> None:
    assert _one(name, RDFS.range) == KG.Entity


@pytest.mark.parametrize("name", FIELD_NAMES)
def test_a_field_has_one_domain_and_a_range_of_its_type(name: str) -> None:
    assert _one(name, RDFS.domain) in {
        RDFS.Resource,
        *(KG[c] for c in ("Statement", "Claim", "Article", "Mention", "Store")),
    }
    value = _one(name, RDFS.range)
    if (KG[name], RDF.type, OWL.DatatypeProperty) in GRAPH:
        assert value in {XSD.string, XSD.integer, XSD.double, XSD.boolean, XSD.date}
    else:
        assert value in {RDFS.Class, RDF.Property, *(KG[c] for c in CLASS_NAMES)}


def test_no_blank_nodes_language_tags_or_imports() -> None:
    nodes = {node for triple in GRAPH for node in triple}
    assert not [node for node in nodes if isinstance(node, BNode)]
    assert not [node for node in nodes if isinstance(node, Literal) and node.language]
    assert (None, OWL.imports, None) not in GRAPH


def test_every_name_of_another_vocabulary_exists_there() -> None:
    # rdflib carries the lists of these vocabularies, so a misspelt alignment fails here.
    known = (RDF, RDFS, OWL, SKOS, DCTERMS, PROV, FOAF, SDO, XSD)
    outside = {iri for triple in GRAPH for iri in triple if isinstance(iri, URIRef) and not str(iri).startswith(KG)}
    own = {URIRef(KG.removesuffix("#")), URIRef("https://www.apache.org/licenses/LICENSE-2.0")}
    assert not [iri for iri in outside - own if not any(iri in vocabulary for vocabulary in known)]


def test_what_a_claim_is_stored_as_is_what_the_file_says() -> None:
    who = Entity(id="a", name="A", kind="State", written="a", same_as=("wikidata:Q1",))
    article = Article("x", "X", "P", "2016-10-12", "https://news.example/x", "B", "en")
    marked = {"begin": 0, "end": 3, "quote": "a b", "marks": ((0, 1, "subject"),), "row": "1", "attributed_to": who}
    rest = {"valid_from": "2016", "valid_to": "2016-10", "confidence": 1.0, "annotator": "anna"}
    terms = ontology.load()
    claim = new(who, "arms", msgspec.structs.replace(who, id="b"), article, **marked, **rest)
    lines = "".join(f"{line} .\n" for line in (*rdf.claim_triples(claim, terms), *rdf.article_triples(article)))
    triples = list(pyoxigraph.parse(lines, pyoxigraph.RdfFormat.N_TRIPLES))
    used = {t.predicate.value.removeprefix(KG): t.object for t in triples if t.predicate.value.startswith(KG)}
    assert set(used) == set(f"{FIELDS['Statement']} {FIELDS['Claim']} {FIELDS['Article']} sign".split())
    types = {name: value.datatype.value for name, value in used.items() if isinstance(value, pyoxigraph.Literal)}
    assert types == {name: str(_one(name, RDFS.range)) for name in types}


# What kg.ontology makes of it


def test_it_finds_every_term() -> None:
    found = ontology.load()
    assert set(found.classes) == set(_tree(CLASSES))
    assert set(found.relations) == set(_tree(RELATIONS))
    assert set(found.fields) == set(FIELD_NAMES)


def test_computed_names_are_distinct() -> None:
    found = ontology.load()
    types = [term.type for term in found.relations.values()]
    assert len(set(types)) == len(types)
    assert all(re.fullmatch("[A-Z]+(_[A-Z]+)*", name) for name in types)
    iris = [term.iri for term in found.terms.values()]
    assert len(set(iris)) == len(iris) == len(CLASS_NAMES) + len(PROPERTY_NAMES)
    labels = [re.sub("[ _-]", "", term.name).casefold() for term in found.classes.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("name", "type"), [("arms", "ARMS"), ("backsMilitarily", "BACKS_MILITARILY"), ("yieldsTo", "YIELDS_TO")]
)
def test_the_cypher_type_keeps_the_boundaries_of_words(name: str, type: str) -> None:
    assert ontology.load().relations[name].type == type


@pytest.mark.parametrize("label", ["backsMilitarily", "backs_militarily", "Backs-Militarily", "BACKS MILITARILY"])
def test_relation_labels_match_without_case_and_separators(label: str) -> None:
    term = ontology.load().relation(label)
    assert term and term.name == "backsMilitarily" and term.iri == KG.backsMilitarily.toPython()


@pytest.mark.parametrize("label", ["ArmedGroup", "armed_group", "ARMED-GROUP", "armed group"])
def test_class_labels_match_without_case_and_separators(label: str) -> None:
    term = ontology.load().kind(label)
    assert term and term.name == "ArmedGroup"


def test_labels_of_another_sort_match_nothing() -> None:
    found = ontology.load()
    assert found.relation("back") is None and found.relation("subject") is None and found.relation("State") is None
    assert found.kind("arms") is None and found.kind("Claim") is None


def test_a_family_is_the_relation_and_all_below() -> None:
    found = ontology.load()
    backing = {"backs", "backsMilitarily", "arms", "trains", "advises", "fightsFor", "deploysForcesFor"}
    assert set(found.family("backs")) == backing | {"funds", "endorses"}
    assert found.family("aids") == ("aids",)
    assert sorted(n for family in ontology.FAMILIES for n in found.family(family)) == RELATION_NAMES


def test_ancestors_go_upward_from_the_term_itself() -> None:
    found = ontology.load()
    assert found.ancestors("arms") == ("arms", "backsMilitarily", "backs", "supports")
    assert found.ancestors("Company") == ("Company", "Organization", "Actor", "Entity")


def test_symmetric_relations_have_one_key_both_ways() -> None:
    found = ontology.load()
    assert set(found.symmetric) == _marked(RELATIONS, "=")
    a, b, article = Entity("a", "A"), Entity("b", "B"), Article("x")
    assert found.key(new(b, "meets", a, article)) == found.key(new(a, "meets", b, article)) == ("a", "meets", "b")
    assert found.key(new(b, "arms", a, article)) == ("b", "arms", "a")


# Extensions

PREFIXES = """
@prefix ex: <https://terms.example/law#> .
@prefix kg: <https://diplograph.example/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
COURTS = """
ex:sues a owl:ObjectProperty ; rdfs:subPropertyOf kg:opposes .
ex:suesForDamages a owl:ObjectProperty ; rdfs:subPropertyOf ex:sues ; rdfs:range ex:Court .
ex:Court a owl:Class ; rdfs:subClassOf kg:GovernmentBody .
"""


def _extended(folder: Path, text: str) -> ontology.Ontology:
    path = folder / "law.ttl"
    path.write_text(PREFIXES + text, encoding="utf-8")
    return ontology.load_file(path)


def test_an_extension_adds_relations_and_classes(tmp_path: Path) -> None:
    found = _extended(tmp_path, COURTS)
    sues, damages = found.relations["sues"], found.relations["suesForDamages"]
    assert sues.iri == "https://terms.example/law#sues"
    assert (sues.sign, sues.domain, sues.range, sues.type) == (-1, "Entity", "Entity", "SUES")
    assert (damages.sign, damages.domain, damages.range, damages.type) == (-1, "Entity", "Court", "SUES_FOR_DAMAGES")
    assert {"sues", "suesForDamages", "attacks"} <= set(found.family("opposes"))
    assert found.family("sues") == ("sues", "suesForDamages")
    assert found.ancestors("Court") == ("Court", "GovernmentBody", "Actor", "Entity")
    assert found.relation("SUES") is sues and found.kind("court") is found.classes["Court"]


def test_an_extension_leaves_the_shipped_ontology_alone(tmp_path: Path) -> None:
    before = ontology.load()
    found = _extended(tmp_path, COURTS)
    assert COURTS in found.extra and before.extra == ""
    assert found.relations["arms"] == before.relations["arms"]
    assert "sues" not in ontology.load().relations and "sues" not in ontology.load().family("opposes")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param("ex:arms a owl:ObjectProperty ; rdfs:subPropertyOf kg:aids .", "arms", id="taken-relation"),
        pytest.param("ex:State a owl:Class ; rdfs:subClassOf kg:Actor .", "State", id="taken-class"),
        pytest.param("ex:quote a owl:ObjectProperty ; rdfs:subPropertyOf kg:states .", "quote", id="taken-field"),
        pytest.param("kg:arms a owl:ObjectProperty ; rdfs:subPropertyOf kg:opposes .", "arms", id="shipped-iri"),
        pytest.param("ex:Arms a owl:ObjectProperty ; rdfs:subPropertyOf kg:backs .", "Arms", id="taken-but-for-case"),
        pytest.param("ex:sues a owl:ObjectProperty ; rdfs:subPropertyOf kg:hates .", "hates", id="unknown-parent"),
        pytest.param("ex:sues a owl:ObjectProperty ; rdfs:subPropertyOf ex:acts .", "sues", id="unknown-own-parent"),
        pytest.param("ex:Court a owl:Class ; rdfs:subClassOf kg:Body .", "Body", id="unknown-parent-class"),
        pytest.param("ex:sues a owl:ObjectProperty .", "sues", id="no-parent"),
        pytest.param("ex:sues a owl:ObjectProperty ; kg:sign -1 .", "sues", id="sign-but-no-parent"),
        pytest.param("ex:Court a owl:Class .", "Court", id="no-parent-class"),
        pytest.param("ex:Verdict a owl:Class ; rdfs:subClassOf kg:Claim .", "Verdict", id="class-of-the-record"),
        pytest.param(
            "ex:sues a owl:ObjectProperty ; rdfs:subPropertyOf kg:opposes ; kg:sign 1 .", "sues", id="other-sign"
        ),
        pytest.param("ex:sues a owl:ObjectProperty ; rdfs:subPropertyOf kg:opposes ; kg:sign 2 .", "2", id="no-sign"),
        pytest.param(
            "ex:sues a owl:ObjectProperty ; rdfs:subPropertyOf ex:tries ."
            " ex:tries a owl:ObjectProperty ; rdfs:subPropertyOf ex:sues .",
            "sues",
            id="cycle",
        ),
        pytest.param("ex:sues a owl:ObjectProperty ; rdfs:subPropertyOf", "not valid Turtle", id="no-turtle"),
    ],
)
def test_an_extension_that_does_not_fit_is_refused(tmp_path: Path, text: str, names: str) -> None:
    with pytest.raises(OntologyError, match=rf"law\.ttl: .*{names}"):
        _extended(tmp_path, text)


def test_an_extension_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OntologyError, match=r"none\.ttl"):
        ontology.load_file(tmp_path / "none.ttl")
    (tmp_path / "latin.ttl").write_bytes("# Gülen".encode("latin-1"))
    with pytest.raises(OntologyError, match=r"latin\.ttl"):
        ontology.load_file(tmp_path / "latin.ttl")
