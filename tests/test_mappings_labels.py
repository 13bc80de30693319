"""The mappings of annotation labels: spaCy's, Wikidata's and DWIE's, held against the real files and known facts."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kg.loaders import docred, dwie
from kg.loaders._document import COMMON_SCHEMES

from kg import ontology
from kg.claim import Claim
from kg.mappings import Scheme, Sense, Vocabulary, shipped
from kg.ontology import folded
from kg.sources import Source

ONTOLOGY = ontology.load()
WORDS = Vocabulary(ONTOLOGY)


def rows(scheme: str) -> dict[str, Sense]:
    return {row.label: row.sense for row in shipped(scheme).rows}


# What a label says, as one who knows the scheme would put it.

KINDS = {
    "ontonotes": {
        "PERSON PER": "Person",
        "GPE COUNTRY": "State",
        "NORP": "Group",
        "ORG": "Organization",
        "LOC FAC LOCATION": "Place",
        "EVENT": "Event",
        "LAW": "Agreement",
        "DATE TIME PERCENT MONEY QUANTITY ORDINAL CARDINAL NUM": "Entity",
        "PRODUCT WORK_OF_ART LANGUAGE MISC WEA VEH": "Entity",
    },
    "dwie": {
        "type::person type::politician type::head_of_state type::minister type::military_rebel": "Person",
        "type::gpe0": "State",
        "type::gpe1 type::gpe2 type::facility type::waterbody": "Place",
        "type::gpe0-x type::ethnicity": "Group",
        "type::igo type::so type::military_alliance": "IntergovernmentalOrganization",
        "type::party": "PoliticalParty",
        "type::ministry type::agency type::court type::governmental_organisation": "GovernmentBody",
        "type::army": "ArmedForce",
        "type::armed_movement": "ArmedGroup",
        "type::treaty": "Agreement",
        "type::war type::summit_meeting type::protest": "Event",
        "type::media": "MediaOrganization",
        "type::company": "Company",
        "type::ngo type::organization type::criminal_org": "Organization",
        "type::value type::role type::time type::money type::entity type::other": "Entity",
    },
}
RELATIONS: dict[str, dict[str, Sense]] = {
    "wikidata": {
        "P6 P35 P488 P169 P1037 P3975 P4791": Sense("leads", reversed=True),
        "P27": Sense("citizenOf"),
        "P102 P463 P241": Sense("memberOf"),
        "P361 P131 P749 P1376": Sense("partOf"),
        "P527 P150 P355 P36 P194": Sense("partOf", reversed=True),
        "P607 P1344": Sense("participatesIn"),
        "P710 P664": Sense("participatesIn", reversed=True),
        "P159 P551": Sense("basedIn"),
        "P1268": Sense("represents"),
        "P1891": Sense("signs", reversed=True),
        "P1365": Sense("succeeds"),
        "P1366": Sense("succeeds", reversed=True),
        "P127 P137": Sense("controls", reversed=True),
        "P1830": Sense("controls"),
        "P530 P17": Sense("ties"),
        "P569 P136 P161 P1412 P577 P31 P54": Sense(None),
    },
    "dwie": {
        "head_of_state head_of_state-x head_of_gov head_of mayor_of": Sense("leads"),
        "agent_of minister_of minister_of-x spokesperson_of": Sense("represents"),
        "citizen_of citizen_of-x": Sense("citizenOf"),
        "member_of": Sense("memberOf"),
        "based_in0 based_in0-x based_in2": Sense("basedIn"),
        "agency_of agency_of-x ministry_of institution_of part_of in0": Sense("partOf"),
        "is_meeting": Sense("meets"),
        "sanctions": Sense("sanctions"),
        "signed_by": Sense("signs", reversed=True),
        "gpe0 vs won_vs award_received directed_by player_of": Sense(None),
    },
}


@pytest.mark.parametrize("scheme", KINDS)
def test_a_type_is_a_class(scheme: str) -> None:
    for labels, kind in KINDS[scheme].items():
        for label in labels.split():
            assert WORDS.kind(label, scheme) == kind, label


@pytest.mark.parametrize("scheme", RELATIONS)
def test_a_label_is_a_relation(scheme: str) -> None:
    for labels, sense in RELATIONS[scheme].items():
        for label in labels.split():
            assert WORDS.relation(label, scheme) == sense, label


def test_words_for_properties_are_known_too() -> None:
    assert WORDS.relation("head of government", "wikidata") == Sense("leads", reversed=True)
    assert WORDS.relation("Head_of_State", "wikidata") == Sense("leads", reversed=True)


# No key says two things, in one mapping or in two that are asked together.


@pytest.mark.parametrize("scheme", ["ontonotes", "wikidata", "dwie"])
def test_what_a_mapping_says_is_a_relation_or_a_class(scheme: str) -> None:
    terms = {sense.term for sense in rows(scheme).values() if sense.term}
    for label, sense in rows(scheme).items():
        is_type = scheme == "ontonotes" or label.startswith("type::")
        if sense.term:
            assert sense.term in (ONTOLOGY.classes if is_type else ONTOLOGY.relations), label
    assert terms
    keys = [folded(label) for label in rows(scheme)]
    assert len(keys) == len(set(keys))


def test_no_label_is_two_relations_for_one_loader() -> None:
    for one, other in itertools.combinations(map(shipped, COMMON_SCHEMES), 2):
        for label in _relations(one).keys() & _relations(other).keys():
            assert _relations(one)[label] == _relations(other)[label], (one.name, other.name, label)


def _relations(scheme: Scheme) -> dict[str, Sense]:
    return {label: sense for label, sense in scheme.senses().items() if sense.term in ONTOLOGY.relations}


def test_no_word_for_a_property_is_another_relation_of_the_ontology() -> None:
    for label, sense in shipped("wikidata").senses().items():
        term = ONTOLOGY.relation(label)
        assert term is None or Sense(term.name) == sense, label


# Every label that stands in a real file has a row.


def test_every_property_of_docred_has_a_row_with_its_name(shared_data: Path) -> None:
    names = json.loads((shared_data / "formats/docred/rel_info.json").read_text(encoding="utf-8"))
    assert len(names) == 96
    said = {row.label: row.name for row in shipped("wikidata").rows}
    assert {label: said.get(label) for label in names} == names


def test_every_type_of_docred_is_known(shared_data: Path) -> None:
    documents = json.loads((shared_data / "formats/docred/redocred_dev_revised_60.json").read_text(encoding="utf-8"))
    types = {mention["type"] for each in documents for cluster in each["vertexSet"] for mention in cluster}
    assert types <= rows("ontonotes").keys()
    assert types == {"PER", "ORG", "LOC", "MISC", "TIME", "NUM"}


def articles(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted((folder / "dwie/annos").iterdir()):
        yield json.loads(path.read_text(encoding="utf-8"))


def test_every_label_of_dwie_has_a_row(shared_data: Path) -> None:
    relations, types = set(), set()
    for article in articles(shared_data):
        relations |= {each["p"] for each in article["relations"]}
        types |= {tag for each in article["concepts"] for tag in each["tags"] if tag.startswith("type::")}
    assert relations | types <= rows("dwie").keys()
    assert len([label for label in rows("dwie") if not label.startswith("type::")]) == 65
    assert len(relations) == 48
    assert len(types) > 100


def test_every_type_of_the_schema_of_dwie_has_a_row(shared_data: Path) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (shared_data / "dwie/schema").iterdir())
    types = {word.strip('".') for word in text.split() if word.startswith('"type::')} - {"type::"}
    assert types == {label for label in rows("dwie") if label.startswith("type::")}


# The direction of real facts: who is the subject of what the file puts the other way round.


@pytest.fixture(scope="module")
def claims(shared_data: Path) -> list[Claim]:
    path = shared_data / "formats/docred/redocred_dev_revised_60.json"
    found = list(docred.read(Source(path, path.parent), WORDS))
    for path in sorted((shared_data / "dwie/annos").iterdir()):
        found += dwie.read(Source(path, path.parent), WORDS)
    return [item for item in found if isinstance(item, Claim)]


FACTS = [
    ("Uma Bharti", "leads", "Madhya Pradesh"),
    ("Elizabeth II", "leads", "United Kingdom"),
    ("Patrice Trovoada", "leads", "Independent Democratic Action"),
    ("Oslo", "partOf", "Norway"),
    ("London", "partOf", "United Kingdom"),
    ("Mauritius Parliament", "partOf", "Mauritius"),
    ("England", "participatesIn", "War of the Spanish Succession"),
    ("Alexander Lukashenko", "leads", "Belarus"),
    ("Iran", "signs", "Non-Proliferation Treaty"),
    ("Mo Ibrahim Foundation", "affiliatedWith", "Mo Ibrahim"),
    ("Isabel Allende Bussi", "ties", "Salvador Allende"),
]


@pytest.mark.parametrize("fact", FACTS, ids=" ".join)
def test_a_real_fact_has_its_subject_first(fact: tuple[str, str, str], claims: list[Claim]) -> None:
    said = {(claim.subject.written, claim.relation, claim.object.written) for claim in claims}
    subject, relation, object = fact
    assert fact in said
    assert (object, relation, subject) not in said


def test_the_ends_of_real_claims_are_of_the_classes_that_their_relation_asks_for(claims: list[Claim]) -> None:
    for relation in ("citizenOf", "participatesIn", "signs"):
        domain, range = ONTOLOGY.relations[relation].domain, ONTOLOGY.relations[relation].range
        ends = [(claim.subject.kind, claim.object.kind) for claim in claims if claim.relation == relation]
        assert sum(_fits(subject, domain) and _fits(object, range) for subject, object in ends) > 0.9 * len(ends)
        assert sum(_fits(object, domain) and _fits(subject, range) for subject, object in ends) < 0.3 * len(ends)
    leaders = [claim.subject.kind for claim in claims if claim.relation == "leads"]
    assert leaders.count("Person") > 0.97 * len(leaders)


def _fits(kind: str, expected: str) -> bool:
    return expected in ONTOLOGY.ancestors(kind) or kind in ONTOLOGY.ancestors(expected)
