"""What the codes of event tables mean: the mappings of CAMEO, ICEWS and PLOVER, read here without `kg.mappings`.

The lists that other projects give of the codes, and the event tables themselves, say what there is to map and whether
a code is for or against its target (Goldstein's scale, GDELT's QuadClass).
"""

import csv
import html
import json
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
from rdflib import DCTERMS, Graph

from kg import ontology
from kg.claim import MODALITIES
from kg.namespaces import KG
from kg.ontology import folded

ROOT = Path(__file__).parents[1] / "ontology"
SCHEMES = ("cameo", "icews", "plover")
COLUMNS = "subject_id subject_label predicate_id object_id mapping_justification modality negated direction comment"

# Codes of the code book of 2012 that none of the lists has.
OTHERS = {"155", "176", "1834"}
# Marks of the list of 2014 that are no codes, and the codes that it meant.
SLIPS = {"0811i": "0811", "1321i": "1321", "138i": "138", "13y": "137", "1451i": "1451"}
# Texts that the list of 2014 gives to two codes, or to the wrong one, and the code whose words they are.
SETTLED = {
    "Demand easing of administrative sanctions": "1051",
    "Demand easing of popular dissent": "1052",
    "Demand release of persons or property": "1053",
    "Demand easing of economic sanctions, boycott, or embargo": "1054",
    "Demand target to allow international involvement (non-mediation)": "1055",
    "Demand de-escalation of military engagement": "1056",
    "Reduce or stop material aid": "162",
}
# What the codes below a root say of the target: 1 for it, -1 against it, 0 neither; then the codes that differ.
SIGNS = {
    **dict.fromkeys(("01", "02", "04", "09"), 0),
    **dict.fromkeys(("03", "05", "06", "07", "08"), 1),
    **dict.fromkeys(("10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20"), -1),
}
OTHER_SIGNS = {
    "016": -1,  # a charge is rejected
    **dict.fromkeys(("034", "0341", "0342", "0343", "0344"), 0),  # reforms are promised
    **dict.fromkeys(("036", "037", "038", "039", "057"), 0),  # meetings, settlements and mediation take no side
}
# In the column of modes of the table from CAMEO, but contexts.
CONTEXTS = {"pro_autocracy"}
# The modes of POLECAT's coder (https://github.com/ahalterman/NGEC).
POLECAT = {
    "ACCUSE": "disapprove allege investigate",
    "ASSAULT": "abduct aerial assassinate beat cleansing crowd-control destroy drone execute explosives firearms"
    " heavy-weapons massacre primitive sexual suicide-attack torture unconventional",
    "COERCE": "arrest ban censor curfew cyber deport martial-law misinformation restrict seize withhold",
    "CONSULT": "multilateral phone third-party visit",
    "MOBILIZE": "militia police troops weapons",
    "PROTEST": "boycott demo hunger obstruct riot strike",
    "REJECT": "assist change meet yield",
    "REQUEST": "assist change meet yield",
    "RETREAT": "access ceasefire disarm release resign return withdraw",
    "SANCTION": "convict discontinue expel withdraw",
    "THREATEN": "arrest ban expel relations restrict territory violence",
}
# The types by side, as their quad says; requests hold for appeals, which take none.
SIDES = {
    1: "AGREE SUPPORT CONCEDE COOPERATE AID RETREAT",
    0: "CONSULT INVESTIGATE REQUEST CRIME",
    -1: "DEMAND ACCUSE DISAPPROVE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE ASSAULT FIGHT",
}
# The modes that are no kind of what their type is mapped to.
APART = {
    "ACCUSE:investigate": "investigates",
    "ASSAULT:abduct": "detains",
    "ASSAULT:crowd-control": "coerces",
    "ASSAULT:sideAB": "fights",
    "COERCE:cyber": "opposes",
    "COERCE:deport": "expels",
    "COERCE:misinformation": "opposes",
    "CONSULT:host": "hosts",
    "CONSULT:multilateral": "meets",
    "CONSULT:third-party": "meets",
    "CONSULT:visit": "visits",
    "SANCTION:convict": "accuses",
    "SANCTION:expel": "expels",
    "SANCTION:withdraw": "suspendsTalksWith",
}


class Sense(NamedTuple):
    """What a row says: the term, and the three columns beside it."""

    term: str
    modality: str = ""
    negated: str = ""
    direction: str = ""

    @property
    def sign(self) -> int:
        """1 for the target, -1 against it, 0 neither."""
        if self.term == "sssom:NoTermFound":
            return 0
        sign = ontology.load().relations[self.term.removeprefix("kg:")].sign
        assert sign is not None
        return -sign if self.negated else sign


def lines(scheme: str) -> list[str]:
    return (ROOT / f"mappings/{scheme}.sssom.tsv").read_bytes().decode("utf-8").split("\n")


@cache
def rows(scheme: str) -> list[dict[str, str]]:
    table = [line for line in lines(scheme) if not line.startswith("#")]
    return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def senses(scheme: str) -> dict[str, Sense]:
    """What each key of a mapping says."""
    return {
        unquote(row["subject_id"].removeprefix(f"{scheme}:")): Sense(
            row["object_id"], row["modality"], row["negated"], row["direction"]
        )
        for row in rows(scheme)
    }


@cache
def by_text() -> dict[str, Sense]:
    """What each text of ICEWS says, by its folded form."""
    return {folded(key): sense for key, sense in senses("icews").items()}


# --- the lists and tables of others ---------------------------------------------


def book(data: Path) -> list[dict[str, str]]:
    """The code book as the R package icews has it: code, name, goldstein."""
    text = (data / "icews/cameo-codes.csv").read_text(encoding="utf-8", errors="replace")
    return list(csv.DictReader(text.splitlines()))


def texts(data: Path) -> dict[str, set[str]]:
    """The codes of each text of ICEWS."""
    found: dict[str, set[str]] = {}
    listed = (data / "codes/text_to_CAMEO/CAMEO_codefile.txt").read_text(encoding="utf-8")
    pairs = re.findall(r"^LABELi?: *(\w+) *= *(.*?) *$", listed, re.MULTILINE | re.IGNORECASE)
    for code, text in [*pairs, *((row["code"], row["name"].strip()) for row in book(data))]:
        found.setdefault(text, set()).add(code)
    return found


def plover_table(data: Path) -> list[tuple[str, str, str]]:
    """Code, type and mode of each line of PLOVER's table from CAMEO."""
    text = (data / "codes/PLOVER/CAMEO2PLOVER-2021.txt").read_text(encoding="utf-8")
    return re.findall(r"^(\d+): *([A-Z]+),? *([\w-]*)", text, re.MULTILINE)


def listed_codes(data: Path) -> set[str]:
    """The codes of all lists."""
    table = (data / "gdelt/reference/cameoEvent.txt").read_text(encoding="utf-8").splitlines()[1:]
    described = json.loads((data / "codes/cameo_json/cameoCodes.json").read_text(encoding="utf-8"))["Description"]
    columns = (data / "gdelt/headers/cameoCodeTable.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {
        *(row["code"] for row in book(data)),
        *(code for codes in texts(data).values() for code in codes),
        *(line.split("\t")[0] for line in table),
        *described,
        *(line.split("\t")[-1] for line in columns),
        *(code for code, _, _ in plover_table(data)),
    }


def icews_events(data: Path) -> list[tuple[str, str]]:
    """Text and code of the events of the real table."""
    text = (data / "icews/events.2018.sample.dev.tab").read_text(encoding="utf-8")
    table = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [(row["Event Text"], row["CAMEO Code"]) for row in table]


def icews_facts(data: Path) -> set[str]:
    """The texts of the two lists of facts: subject, text, object, day."""
    files = ("icews_2014_train.txt", "icews_2005-2015_train_part.txt")
    found = [line for name in files for line in (data / "icews" / name).read_text(encoding="utf-8").splitlines()]
    return {line.split("\t")[1] for line in found}


def gdelt_events(data: Path) -> list[tuple[str, int]]:
    """Code and QuadClass of the events of the real tables."""
    files = ("events.csv", "events1.csv", "eventsT.csv")
    found = [line for name in files for line in (data / "gdelt" / name).read_text(encoding="utf-8").splitlines()]
    return [(cells[26], int(cells[29])) for cells in (line.split("\t") for line in found)]


# --- form -----------------------------------------------------------------------


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_table_is_whole(scheme: str) -> None:
    text = lines(scheme)
    assert text[-1] == "", "the file ends in a line feed"
    assert all(line == line.rstrip(" \r") for line in text)
    body = [line for line in text[:-1] if not line.startswith("#")]
    assert body[0] == COLUMNS.replace(" ", "\t")
    assert {line.count("\t") for line in body} == {8}
    assert len({folded(key) for key in senses(scheme)}) == len(rows(scheme)), "one row a key, however it is spelled"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_header_declares_what_the_rows_use(scheme: str) -> None:
    header = "\n".join(line[1:] for line in lines(scheme) if line.startswith("#"))
    assert all(re.fullmatch(r"(  - |    |  )?\w+:( \S.*)?", line) for line in header.split("\n")), "keys and values"
    blocks = dict(re.findall(r"^(\w+):\n((?: .*\n?)+)", header, re.MULTILINE))
    prefixes = dict(re.findall(r"^  (\w+): (https?://\S+[/#])$", blocks["curie_map"], re.MULTILINE))
    assert prefixes["kg"] == KG
    used = ("subject_id", "predicate_id", "object_id", "mapping_justification")
    assert {row[column].partition(":")[0] for row in rows(scheme) for column in used} == prefixes.keys()
    assert {row["subject_id"].partition(":")[0] for row in rows(scheme)} == {scheme}
    assert re.findall(r"slot_name: (\w+)", blocks["extension_definitions"]) == ["modality", "negated", "direction"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_row_speaks_of_a_relation(scheme: str) -> None:
    relations = {f"kg:{name}" for name in ontology.load().relations}
    for row in rows(scheme):
        assert row["subject_label"], row
        assert row["predicate_id"] in {"skos:exactMatch", "skos:closeMatch", "skos:broadMatch"}, row
        assert row["modality"] in {"", *MODALITIES} - {"actual"}, row
        assert row["negated"] in {"", "true"}, row
        assert row["direction"] in {"", "reversed"}, row
        if row["object_id"] not in relations:
            assert row["object_id"] == "sssom:NoTermFound", row
            assert row["comment"], "it says why"
            assert not row["modality"] + row["negated"] + row["direction"], row


def test_few_codes_say_nothing() -> None:
    silent = {key for scheme in SCHEMES for key, sense in senses(scheme).items() if sense.term == "sssom:NoTermFound"}
    assert silent == {"011", "Decline comment", "CRIME"}


# --- CAMEO ----------------------------------------------------------------------


def test_every_code_of_the_lists_has_a_row_and_no_other(shared_data: Path) -> None:
    assert senses("cameo").keys() == listed_codes(shared_data) - SLIPS.keys() | OTHERS


def test_every_code_of_the_real_tables_has_a_row(shared_data: Path) -> None:
    met = {code for code, _ in gdelt_events(shared_data)} | {code for _, code in icews_events(shared_data)}
    assert len(met) > 100
    assert met <= senses("cameo").keys()


def test_a_root_says_what_its_residual_code_says() -> None:
    cameo = senses("cameo")
    roots = [code for code in cameo if len(code) == 2]
    assert sorted(roots) == [f"{number:02}" for number in range(1, 21)]
    assert {root: cameo[root] for root in roots} == {root: cameo[f"{root}0"] for root in roots}


def test_a_code_is_for_or_against_its_target_as_its_root_is() -> None:
    signs = {code: sense.sign for code, sense in senses("cameo").items()}
    assert signs == {code: SIGNS[code[:2]] for code in signs} | OTHER_SIGNS


def test_no_code_contradicts_goldstein(shared_data: Path) -> None:
    scale = {row["code"]: float(row["goldstein"]) for row in book(shared_data)}
    assert {code for code, value in scale.items() if senses("cameo")[code].sign * value < 0} == set()


def test_no_code_contradicts_the_quad_class(shared_data: Path) -> None:
    cameo, neutral = senses("cameo"), {"02", "04", "09"}
    for code, quad in gdelt_events(shared_data):
        sign = 0 if code[:2] in neutral else {1: 1, 2: 1, 3: -1, 4: -1}[quad]
        assert cameo[code].sign in ({0, sign} if quad == 1 else {sign}), (code, quad)


def test_an_intent_is_a_plan_unless_it_is_a_promise(shared_data: Path) -> None:
    names = {row["code"]: row["name"].casefold() for row in book(shared_data)}
    intents = {code for code, name in names.items() if name.startswith("express intent")}
    planned = {code for code, sense in senses("cameo").items() if sense.modality}
    promised = {code for code, sense in senses("cameo").items() if sense.term == "kg:promises"}
    assert planned | promised == intents | {"0357"}
    assert not planned & promised
    assert {senses("cameo")[code].modality for code in planned} == {"planned"}


def test_the_source_is_the_object_where_it_receives() -> None:
    turned = {code: sense.term for code, sense in senses("cameo").items() if sense.direction}
    assert turned == {"038": "kg:mediatesBetween", "0861": "kg:deploysForcesFor"}


def test_the_codes_that_the_ontology_names_are_mapped_to_it() -> None:
    named = {
        (code, str(term).removeprefix(KG))
        for term, source in Graph().parse(ROOT / "diplomacy.ttl").subject_objects(DCTERMS.source)
        if str(source).startswith("CAMEO ")
        for code in str(source).removeprefix("CAMEO ").split(", ")
    }
    assert len(named) > 30
    assert {(code, f"kg:{term}") for code, term in named} == {(code, senses("cameo")[code].term) for code, _ in named}


@pytest.mark.parametrize(
    ("code", "sense"),
    [
        ("0232", Sense("kg:appealsTo")),
        ("0332", Sense("kg:arms", "planned")),
        ("071", Sense("kg:funds")),
        ("1032", Sense("kg:demandsFrom")),
        ("1222", Sense("kg:rejects")),
        ("1312", Sense("kg:threatens")),
        ("1622", Sense("kg:sanctions")),
        ("1712", Sense("kg:attacks")),
        ("201", Sense("kg:expels")),
    ],
)
def test_what_is_asked_threatened_or_refused_is_not_done(code: str, sense: Sense) -> None:
    assert senses("cameo")[code] == sense


# --- ICEWS ----------------------------------------------------------------------


def test_every_text_has_a_row_and_no_other(shared_data: Path) -> None:
    met = icews_facts(shared_data) | {text for text, _ in icews_events(shared_data)}
    assert len(met) > 200
    assert by_text().keys() == {folded(text) for text in {*texts(shared_data), *met}}


def test_a_text_says_what_its_code_says(shared_data: Path) -> None:
    cameo = senses("cameo")
    meant = {text: {cameo[SLIPS.get(code, code)] for code in codes} for text, codes in texts(shared_data).items()}
    said = {text: {by_text()[folded(text)]} for text in meant}
    assert {text for text in meant if meant[text] != said[text]} == SETTLED.keys()
    assert {text: said[text] for text in SETTLED} == {text: {cameo[code]} for text, code in SETTLED.items()}


def test_text_and_code_of_an_event_say_the_same(shared_data: Path) -> None:
    for text, code in icews_events(shared_data):
        assert by_text()[folded(text)] == senses("cameo")[code], (text, code)


# --- PLOVER ---------------------------------------------------------------------


def test_every_type_and_mode_has_a_row(shared_data: Path) -> None:
    page = html.unescape((shared_data / "codes/PLOVER/plover_reference.html").read_text(encoding="utf-8"))
    wanted = set(re.findall(r'href="#([A-Z]+)"', page))
    assert len(wanted) == 18
    for _, kind, mode in plover_table(shared_data):
        wanted |= {kind} if not mode or mode in CONTEXTS else {kind, f"{kind}:{mode}"}
    wanted |= {f"{kind}:{mode}" for kind, modes in POLECAT.items() for mode in modes.split()}
    assert wanted <= senses("plover").keys()


def test_a_type_is_for_or_against_the_recipient_as_its_quad_is() -> None:
    signs = {key: sense.sign for key, sense in senses("plover").items() if ":" not in key}
    assert signs == {kind: sign for sign, kinds in SIDES.items() for kind in kinds.split()}


def test_a_mode_is_a_kind_of_its_type_or_is_known_to_stand_apart() -> None:
    plover, family = senses("plover"), ontology.load().family
    term = {key: sense.term.removeprefix("kg:") for key, sense in plover.items()}
    modes = {key: key.partition(":")[0] for key in plover if ":" in key}
    assert {key: term[key] for key, kind in modes.items() if term[key] not in family(term[kind])} == APART


def test_only_an_agreement_is_a_plan() -> None:
    assert {key: sense for key, sense in senses("plover").items() if any(sense[1:])} == {
        "AGREE": Sense("kg:cooperatesWith", "planned")
    }


def test_plover_and_cameo_take_the_same_side(shared_data: Path) -> None:
    table = plover_table(shared_data)
    assert len(table) > 270
    for code, kind, mode in table:
        key = f"{kind}:{mode}" if mode and mode not in CONTEXTS else kind
        assert senses("plover")[key].sign * senses("cameo")[code].sign >= 0, (code, key)
