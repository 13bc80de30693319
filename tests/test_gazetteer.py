"""The shipped gazetteer: who is in it, that its names lead to one entity each, and that its ties fit the ontology."""

import csv
import runpy
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import ontology
from kg.claim import Article, Claim, Entity, Node, day_bounds, new
from kg.entities import Tie, gazetteer, resolve, slug
from kg.namespaces import ENTITY, KG, OWL, RDF, RDFS, SKOS
from kg.ontology import data_path, read_turtle
from kg.stores import open_store
from tests.conftest import ROOT

# The members of the United Nations by the regions of its geoscheme, and how many each region has.
MEMBERS = {
    ("Africa", 54): """Algeria, Angola, Benin, Botswana, Burkina Faso, Burundi, Cameroon, Cape Verde, Central African
        Republic, Chad, Comoros, Democratic Republic of the Congo, Djibouti, Egypt, Equatorial Guinea, Eritrea,
        Eswatini, Ethiopia, Gabon, Gambia, Ghana, Guinea, Guinea-Bissau, Ivory Coast, Kenya, Lesotho, Liberia, Libya,
        Madagascar, Malawi, Mali, Mauritania, Mauritius, Morocco, Mozambique, Namibia, Niger, Nigeria, Republic of the
        Congo, Rwanda, Senegal, Seychelles, Sierra Leone, Somalia, South Africa, South Sudan, Sudan, São Tomé and
        Príncipe, Tanzania, Togo, Tunisia, Uganda, Zambia, Zimbabwe""",
    ("Americas", 35): """Antigua and Barbuda, Argentina, Bahamas, Barbados, Belize, Bolivia, Brazil, Canada, Chile,
        Colombia, Costa Rica, Cuba, Dominica, Dominican Republic, Ecuador, El Salvador, Grenada, Guatemala, Guyana,
        Haiti, Honduras, Jamaica, Mexico, Nicaragua, Panama, Paraguay, Peru, Saint Kitts and Nevis, Saint Lucia, Saint
        Vincent and the Grenadines, Suriname, Trinidad and Tobago, United States, Uruguay, Venezuela""",
    ("Asia", 47): """Afghanistan, Armenia, Azerbaijan, Bahrain, Bangladesh, Bhutan, Brunei, Cambodia, China, Cyprus,
        Georgia, India, Indonesia, Iran, Iraq, Israel, Japan, Jordan, Kazakhstan, Kuwait, Kyrgyzstan, Laos, Lebanon,
        Malaysia, Maldives, Mongolia, Myanmar, Nepal, North Korea, Oman, Pakistan, Philippines, Qatar, Saudi Arabia,
        Singapore, South Korea, Sri Lanka, Syria, Tajikistan, Thailand, Timor-Leste, Turkey, Turkmenistan, United Arab
        Emirates, Uzbekistan, Vietnam, Yemen""",
    ("Europe", 43): """Albania, Andorra, Austria, Belarus, Belgium, Bosnia and Herzegovina, Bulgaria, Croatia, Czechia,
        Denmark, Estonia, Finland, France, Germany, Greece, Hungary, Iceland, Ireland, Italy, Latvia, Liechtenstein,
        Lithuania, Luxembourg, Malta, Moldova, Monaco, Montenegro, Netherlands, North Macedonia, Norway, Poland,
        Portugal, Romania, Russia, San Marino, Serbia, Slovakia, Slovenia, Spain, Sweden, Switzerland, Ukraine, United
        Kingdom""",
    ("Oceania", 14): """Australia, Fiji, Kiribati, Marshall Islands, Micronesia, Nauru, New Zealand, Palau, Papua New
        Guinea, Samoa, Solomon Islands, Tonga, Tuvalu, Vanuatu""",
}
OBSERVERS = "Holy See, Palestine"
CONTESTED = "Abkhazia, Kosovo, Northern Cyprus, Sahrawi Republic, Somaliland, South Ossetia, Taiwan"
WITHOUT_GOVERNMENT = "Donetsk People's Republic, Luhansk People's Republic, Nagorno-Karabakh Republic, Transnistria"

KNOWN = gazetteer()
TRIPLES = read_turtle(data_path("entities.ttl").read_text(encoding="utf-8"))
NAMES = [name for node in KNOWN.nodes.values() for name in (node.name, *node.aliases)]


def _list(text: str) -> list[str]:
    return [" ".join(name.split()) for name in text.split(",")]


def _resolved(written: str) -> str:
    claim = new(Entity(written=written), "backs", Entity("x", "X"), Article("a"))
    (found,) = (item.subject.id for item in resolve([claim]) if isinstance(item, Claim))
    return found


def _on(tie: Tie, day: str) -> bool:
    """Whether the tie held on a day, as far as its dates say."""
    begin, end = day_bounds(tie.valid_from), day_bounds(tie.valid_to)
    return (begin is None or begin[0] <= day) and (end is None or day <= end[1])


# Who is in it


def test_the_states_are_the_members_the_observers_and_the_contested() -> None:
    for (region, count), text in MEMBERS.items():
        assert len(set(_list(text))) == count, region
    members = [name for text in MEMBERS.values() for name in _list(text)]
    assert len(members) == 193
    states = {node.name for node in KNOWN.nodes.values() if node.kinds == ("State",)}
    assert states == {*members, *_list(OBSERVERS), *_list(CONTESTED), *_list(WITHOUT_GOVERNMENT)}
    in_un = {
        KNOWN.nodes[t.subject].name for t in KNOWN.ties if (t.relation, t.object) == ("memberOf", "united-nations")
    }
    assert in_un == set(members)


def test_every_state_has_a_government_but_those_that_nobody_named() -> None:
    governed = {
        KNOWN.nodes[tie.object].name
        for tie in KNOWN.ties
        if tie.relation == "partOf" and KNOWN.nodes[tie.subject].kinds == ("Government",)
    }
    states = {node.name for node in KNOWN.nodes.values() if node.kinds == ("State",)}
    assert states - governed == set(_list(WITHOUT_GOVERNMENT))


def test_an_entity_has_one_known_class_one_label_and_the_slug_of_it_as_id() -> None:
    classes = ontology.load().classes.keys()
    assert {node.kinds for node in KNOWN.nodes.values()} <= {(name,) for name in classes}
    labels = Counter(subject for subject, predicate, _ in TRIPLES if predicate == RDFS + "label")
    assert set(labels.values()) == {1}
    assert {node.id: node.name for node in KNOWN.nodes.values() if node.id != slug(node.name)} == {}


# Names


def test_no_name_belongs_to_two_entities() -> None:
    owners = Counter(unicodedata.normalize("NFC", name).casefold() for name in NAMES)
    assert [name for name, count in owners.items() if count > 1] == []


def test_no_name_is_generic() -> None:
    assert KNOWN.generic.isdisjoint(name.casefold() for name in NAMES if not name.isupper())


def test_names_are_composed_and_carry_no_stray_blanks() -> None:
    assert [n for n in NAMES if n != " ".join(n.split()) or n != unicodedata.normalize("NFC", n) or not n] == []


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("the Kremlin", "russian-government"),
        ("Washington", "us-government"),
        ("the White House", "us-government"),
        ("Obama administration", "obama-administration"),
        ("Foggy Bottom", "state-department"),
        ("French", "french-government"),
        ("Downing Street", "british-government"),
        ("Türkiye", "turkey"),
        ("U.S.", "united-states"),
        ("Burma", "myanmar"),
        ("Côte d’Ivoire", "ivory-coast"),
        ("the Czech Republic", "czechia"),
        ("DPRK", "north-korea"),
        ("Assad regime", "assad-government"),
        ("Damascus", "assad-government"),
        ("Daesh", "islamic-state"),
        ("Jabhat al-Nusra", "levant-conquest-front"),
        ("HTS", "hayat-tahrir-al-sham"),
        ("Putin", "vladimir-putin"),
        ("Zelenskyy", "volodymyr-zelensky"),
        ("Quai d'Orsay", "french-foreign-ministry"),
        ("Hashd al-Shaabi", "popular-mobilization-forces"),
    ],
)
def test_a_name_leads_to_its_entity(written: str, id: str) -> None:
    assert _resolved(written) == id


@pytest.mark.parametrize(
    "written",
    ["Syrian", "Palestinian", "Libyan", "Korean", "Congolese", "Brussels", "Jerusalem", "Tripoli", "Congress", "who"],
)
def test_a_name_that_means_several_leads_to_none(written: str) -> None:
    assert KNOWN.named(written) == set()


@pytest.mark.parametrize("surname", ["Johnson", "Kim", "Bush", "Clinton", "Powell", "May", "Brown", "Wang", "Rice"])
def test_a_widespread_surname_leads_to_nobody(surname: str) -> None:
    assert KNOWN.named(surname) == set()


# External ids


def _links() -> Iterator[tuple[str, str]]:
    yield from ((link.removeprefix("wikidata:"), node.id) for node in KNOWN.nodes.values() for link in node.same_as)


def test_no_external_id_belongs_to_two_entities() -> None:
    counts = Counter(link for link, _ in _links())
    assert counts and max(counts.values()) == 1


def test_external_ids_are_those_of_the_table_of_country_codes(shared_data: Path) -> None:
    with (shared_data / "codes/country-codes/country-codes.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["wikidata_id"].rpartition("/")[2]: row for row in csv.DictReader(file)}
    for link, id in _links():
        names = {KNOWN.nodes[id].name.casefold(), *(alias.casefold() for alias in KNOWN.nodes[id].aliases)}
        columns = ("CLDR display name", "UNTERM English Short", "UNTERM English Formal", "official_name_en")
        theirs = {rows[link][column].casefold().strip(" *").removeprefix("the ") for column in columns}
        theirs |= {name.replace("st. ", "saint ").replace(" & ", " and ") for name in theirs}
        assert names & theirs, (id, link, theirs)
    independent = {link for link, row in rows.items() if link and row["is_independent"] == "Yes"}
    assert independent <= {link for link, _ in _links()}


# Ties


def test_a_tie_joins_known_entities_of_the_classes_that_its_relation_takes() -> None:
    terms = ontology.load()

    def fits(node: Node, kind: str) -> bool:
        return any(kind in terms.ancestors(own) for own in node.kinds)

    for tie in KNOWN.ties:
        relation = terms.relations[tie.relation]
        assert fits(KNOWN.nodes[tie.subject], relation.domain), tie
        assert fits(KNOWN.nodes[tie.object], relation.range), tie
        assert tie.subject != tie.object, tie


def test_dates_of_ties_are_dates_in_order() -> None:
    for tie in KNOWN.ties:
        begin, end = (day_bounds(date) for date in (tie.valid_from, tie.valid_to))
        assert (begin is None) == (tie.valid_from is None), tie
        assert (end is None) == (tie.valid_to is None), tie
        assert not (begin and end) or begin[0] <= end[1], tie


def test_no_tie_is_said_twice_for_one_time() -> None:
    for before, after in zip(KNOWN.ties, KNOWN.ties[1:], strict=False):
        if (before.subject, before.relation, before.object) == (after.subject, after.relation, after.object):
            end, begin = day_bounds(before.valid_to), day_bounds(after.valid_from)
            assert end and begin and end[0] <= begin[1], (before, after)


@pytest.mark.parametrize(
    ("organization", "day", "count"),
    [
        ("nato", "2016-10-12", 28),
        ("nato", "2024-04-01", 32),
        ("european-union", "2013-06-30", 27),
        ("european-union", "2016-10-12", 28),
        ("european-union", "2020-02-01", 27),
        ("gulf-cooperation-council", "2016-10-12", 6),
        ("arab-league", "2016-10-12", 22),
        ("asean", "2016-10-12", 10),
        ("opec", "2018-12-31", 15),
        ("opec", "2024-06-01", 12),
        ("brics", "2016-10-12", 5),
        ("brics", "2024-06-01", 9),
        ("shanghai-cooperation-organisation", "2016-10-12", 6),
        ("collective-security-treaty-organization", "2016-10-12", 6),
        ("african-union", "2016-10-12", 54),
        ("african-union", "2018-01-01", 55),
        ("organisation-of-islamic-cooperation", "2016-10-12", 57),
        ("council-of-europe", "2016-10-12", 47),
        ("ecowas", "2025-02-01", 12),
        ("security-council", "2016-10-12", 5),
    ],
)
def test_members_on_a_day(organization: str, day: str, count: int) -> None:
    ties = [tie for tie in KNOWN.ties if (tie.relation, tie.object) == ("memberOf", organization) and _on(tie, day)]
    assert len(ties) == len({tie.subject for tie in ties}) == count


@pytest.mark.parametrize(
    ("body", "day", "leaders"),
    [
        ("us-government", "2016-10-12", {"barack-obama"}),
        ("us-government", "2018-05-08", {"donald-trump"}),
        ("us-government", "2025-03-01", {"donald-trump"}),
        ("state-department", "2016-10-12", {"john-kerry"}),
        ("french-government", "2016-10-12", {"françois-hollande", "manuel-valls"}),
        ("russian-government", "2010-06-01", {"vladimir-putin", "dmitry-medvedev"}),
        ("assad-government", "2025-01-01", set()),
        ("syrian-transitional-government", "2025-06-01", {"ahmed-al-sharaa"}),
        ("turkish-foreign-ministry", "2016-12-20", {"mevlüt-çavuşoğlu"}),
        ("nato", "2016-10-12", {"jens-stoltenberg"}),
    ],
)
def test_who_led_on_a_day(body: str, day: str, leaders: set[str]) -> None:
    ties = [tie for tie in KNOWN.ties if (tie.relation, tie.object) == ("leads", body) and _on(tie, day)]
    assert {tie.subject for tie in ties} == leaders


def test_the_file_holds_entities_and_ties_and_nothing_else() -> None:
    of_entities = {RDF + "type", RDFS + "label", SKOS + "altLabel", OWL + "sameAs"}
    of_ties = {RDF + "type", *(KG + field for field in ("subject", "relation", "object", "validFrom", "validTo"))}
    for subject, predicate, _ in TRIPLES:
        if subject.startswith(ENTITY):
            assert predicate in of_entities, subject
        elif predicate != KG + "genericName":
            assert predicate in of_ties, subject
    assert len(set(TRIPLES)) == len(TRIPLES)
    assert sum(predicate == KG + "relation" for _, predicate, _ in TRIPLES) == len(set(KNOWN.ties)) == len(KNOWN.ties)


def test_a_tie_enters_no_store() -> None:
    claim = new(Entity(written="Turkey"), "backs", Entity(written="NATO"), Article("a"))
    with open_store("memory:") as store:
        store.add([item for item in resolve([claim]) if isinstance(item, Claim)])
        assert store.query("SELECT ?s WHERE { ?s a kg:Tie }") == []
        assert store.query("SELECT ?b WHERE { entity:turkey kg:memberOf ?b }") == []


# What is generated from it

PAGES = runpy.run_path(str(ROOT / "docs/generate.py"))["PAGES"]


@pytest.mark.parametrize("path", PAGES)
def test_generated_pages_are_up_to_date(path: str) -> None:
    written = (ROOT / path).read_text(encoding="utf-8")
    assert written == PAGES[path](), f"{path} is stale; run: python docs/generate.py"
