"""Which state a code or name of a data set means. Shared by the event tables.

The systems: `iso2`, `iso3` (ISO 3166), `fips` (FIPS 10-4), `cow` (Correlates of War), `gw` (Gleditsch and Ward),
`cameo` (the three letters of CAMEO and GDELT), `names` (names in English, as the United Nations and others write them)
and `ucdp` (parties to a conflict, such as “Government of Russia (Soviet Union)”, and a few that are no states). The
same letters or digits mean different states in each: `SF` is South Africa in FIPS, `970` is Nauru to COW and Kiribati
to Gleditsch and Ward.
"""

import csv
import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import msgspec

from kg.claim import Entity

from . import state_codes

# ISO 3166 alpha-3: the name, where the gazetteer has another than `country_converter`
_CALLED = {
    "BRN": "Brunei",
    "CIV": "Ivory Coast",
    "COD": "Democratic Republic of the Congo",
    "COG": "Republic of the Congo",
    "CPV": "Cape Verde",
    "FSM": "Micronesia",
    "KNA": "Saint Kitts and Nevis",
    "LCA": "Saint Lucia",
    "STP": "São Tomé and Príncipe",
    "SUN": "Soviet Union",
    "TUR": "Turkey",
    "VAT": "Holy See",
    "VCT": "Saint Vincent and the Grenadines",
}
_STATES_BESIDE_THE_UN = {"PSE", "SUN", "TWN", "VAT", "XKX"}

# Names that neither `country_converter` nor the turning round of parts gives.
_MORE_NAMES = {
    "Bosnia-Herzegovina": "BIH",
    "Burma": "MMR",
    "Democratic Republic of Congo": "COD",
    "East Timor": "TLS",
    "Great Britain": "GBR",
    "Kingdom of eSwatini": "SWZ",
    "Macedonia": "MKD",
    "Macedonia, FYR": "MKD",
    "Surinam": "SUR",
    "Swaziland": "SWZ",
    "Syrian Arab Republic": "SYR",
    "The former Yugoslav Republic of Macedonia": "MKD",
    "United Republic of Tanzania": "TZA",
    "Viet Nam": "VNM",
}

_LONGEST = 100  # characters of a name; patterns are not to be tried on more


class _Country(msgspec.Struct, frozen=True):
    iso2: tuple[str, ...]
    iso3: str
    gw: str
    names: tuple[str, ...]
    entity: Entity


def state(code: str, system: str) -> Entity | None:
    """The state that a code or name means in a system; None where it means none. Its id and written form are empty.

    A territory that is no state, such as Aruba, has the class Entity, as has a party that is none. Raises KeyError for
    an unknown system.

    >>> state("SF", "fips"), state("SF", "iso2")
    (Entity(id='', name='South Africa', kind='State', written='', same_as=()), None)
    """
    key, _ = _SYSTEMS[system]
    return _entities(system).get(key(code)) if len(code) <= _LONGEST else None


@functools.cache
def _entities(system: str) -> dict[str, Entity]:
    """All codes of a system, in the form that its key function gives them."""
    _, codes = _SYSTEMS[system]
    return codes()


@functools.cache
def _countries() -> dict[str, _Country]:
    """What `country_converter` knows, by ISO 3166 alpha-3."""
    return {country.iso3: country for country in map(_country, _rows())}


def _rows() -> Iterator[dict[str, str]]:
    # Its table without itself, since that would load pandas.
    found = find_spec("country_converter")
    assert found is not None and found.origin is not None
    with Path(found.origin).with_name("country_data.tsv").open(encoding="utf-8", newline="") as table:
        yield from csv.DictReader(table, delimiter="\t")


def _country(row: dict[str, str]) -> _Country:
    iso3 = row["ISO3"]
    kind = "State" if row["UNmember"] or iso3 in _STATES_BESIDE_THE_UN else "Entity"
    entity = Entity(name=_CALLED.get(iso3, row["name_short"]), kind=kind)
    iso2 = tuple(re.findall("[A-Z0-9]{2}", row["ISO2"]))  # the table has a pattern where two are in use: ^GB$|^UK$
    return _Country(iso2, iso3, row["GWcode"], (row["name_short"], row["name_official"]), entity)


def _iso2() -> dict[str, Entity]:
    return {code: country.entity for country in _countries().values() for code in country.iso2}


def _iso3() -> dict[str, Entity]:
    return {code: country.entity for code, country in _countries().items()}


def _fips() -> dict[str, Entity]:
    iso2 = _iso2()
    other = state_codes.FIPS
    same = {code: entity for code, entity in iso2.items() if code not in other.values()}
    return same | {code: iso2[to] for code, to in other.items()}


def _cameo() -> dict[str, Entity]:
    iso3 = _iso3()
    return iso3 | {code: iso3[to] for code, to in state_codes.CAMEO.items()}


def _numbers(other: dict[str, str], ended: dict[str, str]) -> dict[str, Entity]:
    countries = _countries()
    numbered = {one.gw: one.entity for one in countries.values() if one.gw and one.iso3 not in other.values()}
    renumbered = {code: countries[iso3].entity for code, iso3 in other.items()}
    return numbered | renumbered | {code: Entity(name=name, kind="State") for code, name in ended.items()}


def _names() -> dict[str, Entity]:
    countries = _countries()
    named = {_name(name): one.entity for one in countries.values() for name in (one.entity.name, *one.names)}
    return named | {_name(name): countries[iso3].entity for name, iso3 in _MORE_NAMES.items()}


def _parties() -> dict[str, Entity]:
    congo = {"congo": _countries()["COG"].entity}  # the other is “DR Congo” to UCDP
    return _names() | congo | {party: Entity(name=name) for party, name in state_codes.UCDP.items()}


def _letters(code: str) -> str:
    return code.strip().upper()


def _number(code: str) -> str:
    """A number as pandas and others may have written it: `652.0`, `020`."""
    return code.strip().removesuffix(".0").lstrip("0")


_TURNED = re.compile(r"([^(,]*)(?:\((.* of)\)|, (.* of))", re.IGNORECASE)


def _name(name: str) -> str:
    """The words of a name without case, accents and “the”; “Bolivia (Plurinational State of)” the usual way round."""
    name = name.replace("_", " ").strip()
    if match := _TURNED.fullmatch(name):
        name = f"{match[2] or match[3]} {match[1]}"
    plain = unicodedata.normalize("NFKD", name.casefold().replace("&", "and"))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    words = ["saint" if word == "st" else word for word in re.findall(r"\w+", letters)]
    return " ".join(word for word in words if word != "the")


_GOVERNMENT = re.compile(r"Government of (.+?)(?: \(.*\))?")


def _party(name: str) -> str:
    """A party that we know by another name, the country of any other government, or nothing.

    >>> _party("Government of Yemen (North Yemen)"), _party("IS"), _party("Syrian insurgents")
    ('yemen', 'IS', '')
    """
    party = name.strip()
    match = _GOVERNMENT.fullmatch(party)
    return party if party in state_codes.UCDP else _name(match[1]) if match else ""


# system: what makes a key of a code, and what gives the entities by key
_SYSTEMS: dict[str, tuple[Callable[[str], str], Callable[[], dict[str, Entity]]]] = {
    "cameo": (_letters, _cameo),
    "cow": (_number, functools.partial(_numbers, state_codes.COW, state_codes.COW_ENDED)),
    "fips": (_letters, _fips),
    "gw": (_number, functools.partial(_numbers, state_codes.GW, state_codes.GW_ENDED)),
    "iso2": (_letters, _iso2),
    "iso3": (_letters, _iso3),
    "names": (_name, _names),
    "ucdp": (_party, _parties),
}
SYSTEMS = tuple(_SYSTEMS)
