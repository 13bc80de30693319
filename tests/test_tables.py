"""The tables of UCDP, COW, ATOP, rivalries and UNSCon: golden rows, malformed ones, and the real files counted anew."""

import csv
import io
from collections import Counter
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import events

from kg import ontology
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem
from kg.formats import TABLES, loader
from kg.loading import Report
from kg.loading import read as load
from kg.mappings import Vocabulary
from kg.sources import Source
from kg.stores import open_store
from tests.golden import apart, compare

CASES = Path(__file__).parent / "data" / "tables"
OURS = ("atop", "cow.mid", "tss", "ucdp.acd", "ucdp.dyads", "ucdp.esd", "ucdp.ged", "unscon")
WORDS = Vocabulary(ontology.load())


class Memory(Source):
    """A table that stands in no file."""

    def __init__(self, table: bytes) -> None:
        super().__init__(Path("table.csv"), Path())
        self._table = table

    def open(self) -> BinaryIO:
        return io.BytesIO(self._table)


def read(source: Source, name: str) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(events.table(name).read(source, WORDS))


def format_of(case: str) -> str:
    return case.partition("+")[0]


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    path = CASES / case / "table.csv"
    known = [name for name in TABLES if loader(name).recognises(path.name, path.read_bytes())]
    assert known == [format_of(case)]
    source = Source(path, CASES / case)
    source.name = path.name
    claims, problems = read(source, format_of(case))
    compare(CASES / case, claims, problems)


def test_every_table_has_a_golden_case() -> None:
    assert {format_of(path.name) for path in CASES.iterdir()} == set(OURS)


# The real files, counted with the csv module alone.


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def claims_of(path: Path, name: str) -> list[Claim]:
    report = Report()
    claims = list(load(path, report, format=name))
    assert report.ok, report.problems
    return claims


def written(claim: Claim) -> tuple[str, str, str]:
    return claim.subject.written, claim.relation, claim.object.written


def names(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(",") if name.strip()]


def test_external_support(shared_data: Path) -> None:
    path = shared_data / "syria2016/ucdp_esd_actor_year_syria_2011_2017.csv"
    expected = Counter(
        (name, "supports", row["actor_name"], row["year"], row["id"])
        for row in rows(path)
        for name in names(row["ext_name"])
    )
    assert sum(expected.values()) > 80
    claims = claims_of(path, "ucdp.esd")
    assert Counter((*written(claim), claim.valid_from, claim.row) for claim in claims) == expected
    assert all(claim.valid_from == claim.valid_to and claim.article.published is None for claim in claims)


@pytest.mark.parametrize(
    ("format", "name"), [("ucdp.ged", "ucdp_ged_syria_2016_10.csv"), ("ucdp.dyads", "ucdp_ged_syria_dyad_year.csv")]
)
def test_events_and_dyads(format: str, name: str, shared_data: Path) -> None:
    path = shared_data / "syria2016" / name
    expected: Counter[tuple[str, ...]] = Counter()
    for row in rows(path):
        relation = "attacks" if row["type_of_violence"] == "3.0" else "fights"
        year = row["year"].removesuffix(".0")
        begin, end = row.get("date_start", year), row.get("date_end", year)
        for one in names(row["side_a"]):
            expected.update((one, relation, other, begin, end) for other in names(row["side_b"]))
    claims = claims_of(path, format)
    assert Counter((*written(c), str(c.valid_from), str(c.valid_to)) for c in claims) == expected


def test_armed_conflicts(shared_data: Path) -> None:
    path = shared_data / "syria2016/ucdp_prio_acd_syria.csv"
    states = {"365.0": "Russia", "630.0": "Iran", "640.0": "Turkey", "652.0": "Syria"}
    expected = set()
    for row in rows(path):
        year, conflict = row["year"][:4], row["conflict_id"].removesuffix(".0")
        if row["gwno_a_2nd"]:
            expected.add((states[row["gwno_a_2nd"]], "fightsFor", "Syria", year, conflict))
        if row["gwno_b_2nd"]:
            expected.add((states[row["gwno_b_2nd"]], "fights", "Syria", year, conflict))
        assert not row["gwno_b"]
    claims = claims_of(path, "ucdp.acd")
    assert {(*written(claim), claim.valid_from, claim.row) for claim in claims} == expected
    assert {claim.object.id for claim in claims} == {"assad-government"}


def days(row: dict[str, str]) -> tuple[date, date]:
    """The first and last day on which a state was in a dispute; a missing day or month (-9) may be any."""
    (year, month, day), last = ([int(row[side + part]) for part in ("year", "mon", "day")] for side in ("st", "end"))
    begin = date(year, max(month, 1), max(day, 1))
    end_month = last[1] if last[1] > 0 else 12
    after = date(last[0] + end_month // 12, end_month % 12 + 1, 1)
    return begin, date(*last) if last[2] > 0 else after - timedelta(days=1)


ACTS = {
    **dict.fromkeys(range(1, 7), "threatens"),
    **dict.fromkeys(range(7, 13), "showsForceAgainst"),
    **{13: "besieges", 14: "invades", 15: "coerces", 16: "attacks", 17: "fights", 18: "fights", 19: "attacks"},
    **{20: "fights", 21: "fights"},
}


@pytest.mark.parametrize(
    ("name", "group", "side", "act"),
    [("MIDB 5.0.csv", "dispnum", "sidea", "hiact"), ("MIDIP 5.0.csv", "incidnum", "insidea", "action")],
)
def test_disputes(name: str, group: str, side: str, act: str, shared_data: Path) -> None:
    path = shared_data / "cow_mid" / name
    expected: Counter[tuple[str, str, str, str, int]] = Counter()
    for _, found in groupby(rows(path), lambda row: row[group]):
        members = list(found)
        for row in members:
            begin, end = days(row)
            for other in members:
                other_begin, other_end = days(other)
                both = max(begin, other_begin), min(end, other_end)
                relation = ACTS.get(int(row[act]))
                if relation and row[side] != other[side] and both[0] <= both[1]:
                    expected[row[group], relation, row["ccode"], str(both[0].year), both[1].year] += 1
    claims = claims_of(path, "cow.mid")
    made = Counter(
        (
            claim.article.id.rpartition("-")[2],
            claim.relation,
            str(claim.row),
            str(claim.valid_from)[:4],
            int(str(claim.valid_to)[:4]),
        )
        for claim in claims
    )
    assert made == expected
    assert len(claims) > 5000


def test_pledges(shared_data: Path) -> None:
    path = shared_data / "alliances/atop_dyad_year_2000_on.csv"
    said = {
        "defense": "alliedWith",
        "offense": "alliedWith",
        "neutral": "promises",
        "nonagg": "promises",
        "consul": "consults",
    }
    years: dict[tuple[str, str, str], list[int]] = {}
    for row in rows(path):
        for pledge in said:
            if row[f"atop_{pledge}"] == "1":
                years.setdefault((row["ccode1"], row["ccode2"], pledge), []).append(int(row["year"]))
    expected: Counter[tuple[str, int, int]] = Counter()
    for (_, _, pledge), found in years.items():
        for _, run in groupby(enumerate(sorted(found)), lambda placed: placed[1] - placed[0]):
            span = [year for _, year in run]
            expected[said[pledge], span[0], span[-1]] += 1
    claims = claims_of(path, "atop")
    assert Counter((c.relation, int(str(c.valid_from)), int(str(c.valid_to))) for c in claims) == expected
    assert {c.modality for c in claims if c.relation == "consults"} == {"planned"}


def test_rivalries(shared_data: Path) -> None:
    path = shared_data / "alliances/tss_rivalries.csv"
    expected = Counter((row["tssr_id"], row["start"], row["end"]) for row in rows(path) for _ in range(2))
    claims = claims_of(path, "tss")
    assert Counter((str(c.row), str(c.valid_from), str(c.valid_to)) for c in claims) == expected
    pairs = {(c.row, c.subject.id, c.object.id) for c in claims}
    assert pairs == {(row, other, one) for row, one, other in pairs}


def test_speeches(shared_data: Path) -> None:
    path = shared_data / "unscon/conflict_annotations.csv"
    expected: Counter[tuple[str, str]] = Counter()
    nothing = {"_", "-NONE-"}
    for row in rows(path):
        if row["A0"] not in nothing and (row["A4"] not in nothing or row["A2"] == "UNSC"):
            expected[row["A4"] if row["A4"] not in nothing else "UNSC", row["EDU_text"]] += 1
        if row["B1"] not in nothing and row["B3"] not in nothing:
            expected[row["B3"], row["EDU_text"]] += 1
    claims = claims_of(path, "unscon")
    assert Counter((c.object.written.replace(" ", "_"), str(c.quote)) for c in claims) == expected
    assert {claim.relation for claim in claims} == {"criticizes"}
    assert {claim.valid_from for claim in claims} == {"2014", "2016"}
    assert {entity.kind for c in claims for entity in (c.subject, c.object)} == {
        "State",
        "IntergovernmentalOrganization",
    }
    assert all(claim.quote == str(claim.quote)[claim.begin : claim.end] for claim in claims)


# What a row says wrongly: the codes and lines of its problems, and how many claims the rows give. The first is right.

HEADS = {
    "tss": "tssr_id,rivalry,ccode1,ccode2,start,end\n1,Iran-Israel,630,666,1979,2020\n",
    "ucdp.esd": "id,year,actor_name,oppo_name,ext_name,ext_sup\n1,2016,IS,Rebels,Government of Iran,1\n",
    "atop": "ccode1,ccode2,year,atop_defense,atop_offense,atop_neutral,atop_nonagg,atop_consul\n2,20,2000,1,0,0,0,0\n",
    "unscon": "file_id,EDU_text,EDU_char_offsets,EDU_token_offsets,A0,A2,A4,B1,B3\n"
    "UNSC_2014_SPV.1_spch1_Chad_00.txt,So it is,0-8,0-2,Direct_NegEval,Country,egypt,_,_\n",
    "cow.mid": "dispnum,stabb,ccode,stday,stmon,styear,endday,endmon,endyear,sidea,fatality,fatalpre,hiact\n"
    "1,USA,2,1,7,1902,2,7,1902,1,0,0,7\n1,UKG,200,1,7,1902,2,7,1902,0,0,0,0\n",
}
MALFORMED: list[tuple[str, bytes, list[tuple[str, int | None]], int]] = [
    # cells
    ("tss", b"2,Iran-Israel,630,666,1979", [("bad-line", 3)], 2),
    ("tss", b"2,Iran-Israel,630,666,1979,2020,x", [("bad-line", 3)], 2),
    ("tss", b'2,"Iran-Israel,630,666,1979,2020', [("bad-line", 3)], 2),
    ("tss", b"2,\xff,630,666,1979,2020", [("bad-encoding", 3)], 2),
    ("tss", b"\n ,,,,,\n\r\n", [], 2),
    # codes
    ("tss", b"2,Iran-Israel,NA,666,1979,2020", [("passed-over", 3)], 2),
    ("tss", b"2,Iran-Nowhere,630,999,1979,2020", [("missing-argument", 3)], 2),
    ("tss", b"2,Nauru-Kiribati,970,0946.0,1999,2020", [], 4),
    # dates
    ("tss", b"2,Iran-Israel,630,666,long ago,2020", [("bad-date", 3)], 4),
    ("tss", b"2,Iran-Israel,630,666,NA,2020", [], 4),
    ("atop", b"2,20,2001-13,1,0,0,0,0", [("bad-date", 3)], 2),
    # names
    ("ucdp.esd", b"2,2016,NA,Rebels,Government of Iran,1", [("passed-over", 3)], 1),
    ("ucdp.esd", b'2,2016,IS,Rebels,",, ,",1', [("passed-over", 3)], 1),
    ("ucdp.esd", b'2,2016,IS,Rebels,"Hamas,Hamas",1', [], 2),
    # flags
    ("atop", b"2,31,2000,2,yes,TRUE,NA,", [("passed-over", 3)], 1),
    ("atop", b"2,31,2000,1.0,0,0,0,01", [("passed-over", 3)], 1),
    # labels, files and targets of speeches
    ("unscon", b"UNSC_2014_SPV.1_spch1_Chad_00.txt,x,0-1,0-1,Neg,Country,egypt,_,_", [("unknown-relation", 3)], 1),
    ("unscon", b"a speech of Chad,x,0-1,0-1,Direct_NegEval,Country,egypt,_,_", [("passed-over", 3)], 1),
    (
        "unscon",
        b"UNSC_2014_SPV.1_spch1_Chad_00.txt,x,0-1,0-1,Direct_NegEval,Country,-NONE-,_,_",
        [("passed-over", 3)],
        1,
    ),
    # sides of disputes
    ("cow.mid", b"2,USA,2,1,7,1902,2,7,1902,1,0,0,7", [("passed-over", 3), ("passed-over", 4)], 1),
    ("cow.mid", b"1,USA,2,3,7,1902,4,7,1902,1,0,0,16", [("passed-over", 3), ("passed-over", 4)], 1),
    ("cow.mid", b"1,FRN,220,2,7,1902,-9,8,1902,1,0,0,77", [("passed-over", 3), ("unknown-relation", 4)], 1),
]


@pytest.mark.parametrize(("name", "row", "expected", "made"), MALFORMED)
def test_malformed(name: str, row: bytes, expected: list[tuple[str, int | None]], made: int) -> None:
    claims, problems = read(Memory(HEADS[name].encode() + row + b"\n"), name)
    assert [(about.code, about.line) for about in problems if about.code != "no-article"] == expected
    assert len(claims) == made


def test_nauru_is_not_kiribati() -> None:
    claims, _ = read(Memory(HEADS["tss"].encode() + b"2,Nauru-Kiribati,970,0946.0,1999,2020\n"), "tss")
    assert [claim.subject.name for claim in claims[2:]] == ["Nauru", "Kiribati"]


# The question of the example, answered by its articles and by the table of those who support whom.


def test_who_supports_whom_in_syria(example: list[Claim], shared_data: Path) -> None:
    """Articles and table meet in the same entities; where one says more, it stands beside the other."""
    path = shared_data / "syria2016/ucdp_esd_actor_year_syria_2011_2017.csv"
    table = [claim for claim in claims_of(path, "ucdp.esd") if claim.valid_from == "2016"]
    with open_store("memory:") as store:
        store.add([*example, *table])
        government, insurgents = (
            {(row["subject"], row["relation"] == "supports") for row in store.ask("who-supports", actor=actor)}
            for actor in ("Assad government", "Syrian opposition")
        )
    for state in ("russia", "iran"):
        assert {(state, True), (state, False)} <= government
    for state in ("saudi-arabia", "qatar"):
        assert {(state, True), (state, False)} <= insurgents
    assert {who for who, by_table in government if by_table} == {"iran", "iraq", "russia"}
    assert {who for who, by_table in insurgents if by_table} == {
        *("jordan", "qatar", "saudi-arabia", "turkey", "united-kingdom", "united-states")
    }


# Rows with faults in them: problems or claims, never an exception.

FAULTS = st.sampled_from(
    ["", "NA", "-9", "0", "2", "652.0", "2016", "2016-02-30", '"', ",", "\0", "{x}", "Government of "]
)


@given(st.sampled_from(sorted(HEADS)), st.lists(st.lists(FAULTS, max_size=14), max_size=4), st.data())
def test_any_rows_give_claims_or_problems(name: str, rows: list[list[str]], data: st.DataObject) -> None:
    lines = HEADS[name].splitlines()
    for row in rows:
        cells = data.draw(st.sampled_from(lines[1:])).split(",")
        at = data.draw(st.integers(0, len(cells)))
        lines.append(",".join([*cells[:at], *row, *cells[at + len(row) :]]))
    claims, problems = read(Memory("\n".join(lines).encode()), name)
    assert all(about.code in PROBLEMS and about.message and about.count for about in problems)
    for claim in claims:
        assert claim.subject.written
        assert claim.object.written
        assert claim.relation in WORDS.ontology.relations
