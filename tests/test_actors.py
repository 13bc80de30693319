"""Codes of states: each system its own, and every name one that the gazetteer knows."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders.events.state_codes import COW_ENDED, GW_ENDED, UCDP
from kg.loaders.events.states import SYSTEMS, state

from kg.claim import Entity
from kg.entities import gazetteer
from tests.conftest import ROOT

# system: states of the gazetteer that have no code in it
CLAIMANTS = {
    *("abkhazia", "donetsk-people-s-republic", "luhansk-people-s-republic", "nagorno-karabakh-republic"),
    *("northern-cyprus", "sahrawi-republic", "somaliland", "south-ossetia", "transnistria"),
}
WITHOUT = {"cow": {"holy-see", "palestine"}, "gw": {"holy-see", "palestine"}, "fips": {"palestine"}}
STATES = {node.id for node in gazetteer().nodes.values() if "State" in node.kinds} - CLAIMANTS

LETTERS = [a + b for a in map(chr, range(65, 91)) for b in map(chr, range(65, 91))]
CODES = {
    "iso2": LETTERS,
    "fips": LETTERS,
    "iso3": [pair + c for pair in LETTERS for c in map(chr, range(65, 91))],
    "cameo": [pair + c for pair in LETTERS for c in map(chr, range(65, 91))],
    "cow": [str(number) for number in range(1000)],
    "gw": [str(number) for number in range(1000)],
}


@pytest.mark.parametrize("system", CODES)
def test_every_state_of_the_gazetteer_has_a_code(system: str) -> None:
    found = [entity for code in CODES[system] if (entity := state(code, system)) and entity.kind == "State"]
    ids = {id for entity in found for id in gazetteer().named(entity.name)}
    assert STATES - ids == WITHOUT.get(system, set())


@pytest.mark.parametrize("system", CODES)
def test_a_state_that_the_gazetteer_does_not_know_is_no_more(system: str) -> None:
    ended = {*COW_ENDED.values(), *GW_ENDED.values(), "Soviet Union"}
    for code in CODES[system]:
        entity = state(code, system)
        if entity and entity.kind == "State" and not gazetteer().named(entity.name):
            assert entity.name in ended, code


@pytest.mark.parametrize("id", sorted(STATES))
def test_a_state_is_found_by_its_name_and_as_a_party(id: str) -> None:
    name = gazetteer().nodes[id].name
    for code, system in ((name, "names"), (name.upper(), "names"), (f"Government of {name}", "ucdp")):
        entity = state(code, system)
        assert entity is not None, code
        assert gazetteer().named(entity.name) == {"assad-government" if code == "Government of Syria" else id}


@pytest.mark.parametrize(("party", "name"), UCDP.items())
def test_the_gazetteer_knows_parties_by_our_name_only(party: str, name: str) -> None:
    assert state(party, "ucdp") == Entity(name=name)
    assert not gazetteer().named(party)
    assert len(gazetteer().named(name)) == 1


@pytest.mark.parametrize(
    ("code", "system", "name"),
    [
        # one code, two states
        ("SF", "fips", "South Africa"),
        ("UP", "fips", "Ukraine"),
        ("AU", "fips", "Austria"),
        ("AU", "iso2", "Australia"),
        ("NI", "fips", "Nigeria"),
        ("NI", "iso2", "Nicaragua"),
        ("RS", "fips", "Russia"),
        ("RS", "iso2", "Serbia"),
        ("GB", "fips", "Gabon"),
        ("GB", "iso2", "United Kingdom"),
        ("970", "cow", "Nauru"),
        ("970", "gw", "Kiribati"),
        ("345", "cow", "Serbia"),
        ("345", "gw", "Yugoslavia"),
        ("260", "cow", "West Germany"),
        ("260", "gw", "Germany"),
        ("678", "cow", "North Yemen"),
        ("678", "gw", "Yemen"),
        # Namibia, and nothing empty
        ("NA", "iso2", "Namibia"),
        ("WA", "fips", "Namibia"),
        ("NAM", "cameo", "Namibia"),
        # numbers as programs write them
        ("2", "cow", "United States"),
        ("002", "cow", "United States"),
        ("652.0", "gw", "Syria"),
        # what ended, and what goes on under its number
        ("300", "cow", "Austria-Hungary"),
        ("255", "cow", "Germany"),
        ("265", "cow", "East Germany"),
        ("315", "cow", "Czechoslovakia"),
        ("316", "cow", "Czechia"),
        ("365", "cow", "Russia"),
        ("680", "gw", "South Yemen"),
        ("816", "cow", "Vietnam"),
        ("817", "cow", "South Vietnam"),
        # CAMEO's own
        ("ROM", "cameo", "Romania"),
        ("ROU", "cameo", "Romania"),
        ("TMP", "cameo", "Timor-Leste"),
        ("KSV", "cameo", "Kosovo"),
        # names
        ("United_Kingdom_Of_Great_Britain_And_Northern_Ireland", "names", "United Kingdom"),
        ("russian_federation", "names", "Russia"),
        ("Venezuela_(Bolivarian_Republic_Of)", "names", "Venezuela"),
        ("Korea, Democratic People's Republic of", "names", "North Korea"),
        ("St. Kitts & Nevis", "names", "Saint Kitts and Nevis"),
        ("Cote d'Ivoire", "names", "Ivory Coast"),
        ("Government of Russia (Soviet Union)", "ucdp", "Russia"),
        ("Government of DR Congo (Zaire)", "ucdp", "Democratic Republic of the Congo"),
        ("Government of Congo", "ucdp", "Republic of the Congo"),
    ],
)
def test_a_code_means_a_state_in_its_system(code: str, system: str, name: str) -> None:
    entity = state(code, system)
    assert entity is not None
    assert (entity.name, entity.kind) == (name, "State")


@pytest.mark.parametrize(
    ("code", "system"),
    [
        *(("", system) for system in SYSTEMS),
        *(("-9", "cow"), ("0", "cow"), ("971", "cow"), ("946", "gw"), ("340", "cow")),
        *(("SF", "iso2"), ("EUR", "cameo"), ("WST", "cameo"), ("Congo", "names"), ("Korea", "names")),
        *(("Syrian insurgents", "ucdp"), ("Syria", "ucdp"), ("NDF (Yemen)", "ucdp"), ("Government of Syria", "names")),
        ("Government of " + " (" * 500_000, "ucdp"),
        ("," * 1_000_000 + " of", "names"),
    ],
)
def test_what_is_no_code_of_a_system_means_nothing(code: str, system: str) -> None:
    assert state(code, system) is None


def test_a_territory_is_no_state() -> None:
    aruba = state("ABW", "iso3")
    assert aruba is not None
    assert aruba.kind == "Entity"


@given(st.sampled_from(SYSTEMS), st.text(st.sampled_from("Government of SyriaNA.0269 ()_,\0é"), max_size=20))
def test_any_text_is_a_state_or_nothing(system: str, code: str) -> None:
    entity = state(code, system)
    assert entity is None or entity.name


@pytest.mark.parametrize(
    ("path", "code", "name", "system"),
    [
        ("alliances/cow_states.csv", "ccode", "statenme", "cow"),
        ("alliances/gw_states.csv", "gwcode", "statename", "gw"),
        ("codes/iso3166/all.csv", "alpha-2", "name", "iso2"),
        ("codes/iso3166/all.csv", "alpha-3", "name", "iso3"),
    ],
)
def test_code_lists_of_others_agree(path: str, code: str, name: str, system: str, shared_data: Path) -> None:
    """Each code of the list has an entity, and where its name there is known, it is that one's."""
    with (shared_data / path).open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    compared = 0
    for row in rows:
        entity, named = state(row[code], system), state(row[name], "names")
        assert entity is not None, row
        if named and row[code] not in {"511"}:  # Zanzibar, a part of Tanzania today
            assert entity == named, row
            compared += 1
    assert compared > 0.7 * len(rows)


def test_the_codes_of_gdelt_agree(shared_data: Path) -> None:
    """GeoNames and GDELT's own lists: ISO 3166 beside FIPS, and CAMEO beside names."""
    with (shared_data / "gdelt/reference/countryInfo.txt").open(encoding="utf-8", newline="") as table:
        places = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    for place in places:
        if place["fips"] and place["ISO3"] not in {"PSE", "SCG"}:  # the West Bank; Serbia and Montenegro
            assert state(place["fips"], "fips") == state(place["ISO3"], "iso3"), place["Country"]
    assert len(places) > 240
    with (shared_data / "gdelt/reference/cameoCountry.txt").open(encoding="latin-1", newline="") as table:
        codes = dict(csv.reader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    known = {code: entity for code in codes if (entity := state(code, "cameo"))}
    assert len(known) == len(codes) - 29  # the header, and regions and cities
    assert sum(state(codes[code], "names") == entity for code, entity in known.items()) > 0.9 * len(known)


def test_pandas_is_not_loaded() -> None:
    code = "import sys, kg; from kg.loaders.events.states import state; state('RU', 'iso2')"
    code += "; print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
