"""`kg ontology` shows what the ontology and the gazetteer have, and the shell completes what there is to ask for."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from kg import mappings, ontology, questions
from kg.claim import Claim
from kg.cli import main
from kg.entities import gazetteer
from kg.errors import UsageError
from kg.loading import Report, read
from tests.conftest import ROOT

TERMS = ontology.load()
EXTRA = """@prefix kg: <https://diplograph.example/ontology#> . @prefix my: <https://law.example/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
my:sues a owl:ObjectProperty ; rdfs:subPropertyOf kg:coerces ; rdfs:label "takes to court" .
my:Russia a owl:Class ; rdfs:subClassOf kg:Place ; rdfs:comment "A name that an entity has too." ."""


def printed(*arguments: str) -> str:
    return CliRunner().invoke(main, ["ontology", *arguments], catch_exceptions=False).stdout


def about(*arguments: str) -> dict[str, list[object]]:
    """What is said of a term: the values of each property."""
    found: dict[str, list[object]] = {}
    for line in printed(*arguments).splitlines():
        row = json.loads(line)
        found.setdefault(row["property"], []).append(row["value"])
    return found


@pytest.fixture
def extra(tmp_path: Path) -> str:
    path = tmp_path / "law.ttl"
    path.write_text(EXTRA, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(("flags", "group"), [([], TERMS.relations), (["--classes"], TERMS.classes)])
def test_the_table_has_each_term_once_below_its_parent(flags: list[str], group: dict[str, ontology.Term]) -> None:
    line: list[str] = []  # the terms from the outermost to the last one read
    read = []
    for row in printed(*flags, "--format", "table").splitlines()[2:]:
        name = row.split()[0]
        depth = (len(row) - len(row.lstrip())) // 2
        assert depth <= len(line)
        line[depth:] = [name]
        assert (*reversed(line),) == TERMS.ancestors(name)
        read.append(name)
    assert sorted(read) == sorted(group)


def test_the_families_come_first_and_at_the_left() -> None:
    rows = printed("--format", "table").splitlines()[2:]
    assert tuple(row.split()[0] for row in rows if not row.startswith(" ")) == ontology.FAMILIES


def test_a_program_reads_every_relation_with_all_that_is_said_of_it() -> None:
    rows = {row["name"]: row for row in json.loads(printed("--format", "json"))}
    assert rows.keys() == TERMS.relations.keys()
    for name, term in TERMS.relations.items():
        for field in ("sign", "symmetric", "domain", "range", "label", "comment", "example", "iri"):
            assert rows[name].pop(field) == getattr(term, field)
        assert rows[name] == {"name": name, "parent": " ".join(term.parents) or None, "cypher": term.type}
    classes = {row["name"]: row for row in json.loads(printed("--classes", "--format", "json"))}
    assert {name: row["parent"] for name, row in classes.items() if row["parent"]} == {
        name: term.parents[0] for name, term in TERMS.classes.items() if term.parents
    }


@pytest.mark.parametrize("label", ["backsMilitarily", "backs militarily", "BACKS_MILITARILY", "Backs-Militarily"])
def test_a_relation_is_found_however_its_label_is_written(label: str) -> None:
    said = about(label)
    assert (said["name"], said["is"], said["sign"]) == (["backsMilitarily"], ["relation"], [1])
    assert said["above"] == ["backs", "supports"]
    assert said["below"] == ["arms", "trains", "advises", "fightsFor", "deploysForcesFor"]
    assert said["iri"] == ["https://diplograph.example/ontology#backsMilitarily"]
    assert said["cypher"] == ["[:BACKS_MILITARILY]"]


def test_a_class_and_a_field_are_told_apart_by_their_very_names() -> None:
    assert (about("Article")["is"], about("article")["is"]) == (["class"], ["field"])
    assert (about("armed group")["name"], about("valid_from")["name"]) == (["ArmedGroup"], ["validFrom"])
    assert about("Actor")["above"] == ["Entity"]
    assert {"State", "Company"} <= {*about("Actor")["below"]}


@pytest.mark.parametrize("relation", TERMS.relations)
def test_what_is_said_of_brat_is_what_the_loader_reads(relation: str, tmp_path: Path) -> None:
    mentions = "T1\tState 0 6\tRussia\nT2\tState 12 16\tIran\nT3\tWord 7 11\t----\n"
    written = about(relation)["brat"]
    assert len(written) == (3 if TERMS.relations[relation].symmetric else 2)
    for number, line in enumerate(written):
        (tmp_path / f"{number}.txt").write_text("Russia ---- Iran", encoding="utf-8")
        (tmp_path / f"{number}.ann").write_text(f"{mentions}{line}\n", encoding="utf-8")
    report = Report()
    claims = list(read(tmp_path, report))
    assert report.ok, report.problems
    assert [(claim.subject.written, claim.relation, claim.object.written) for claim in claims] == [
        ("Russia", relation, "Iran")
    ] * len(written)


def test_a_class_is_written_in_brat_with_words_of_its_example(tmp_path: Path) -> None:
    # Entity says nothing: what is known of its words would come in its place.
    kinds = [name for name in TERMS.classes if "Entity" in TERMS.ancestors(name)[1:]]
    for kind in kinds:
        (line,) = about(kind)["brat"]
        words = str(line).rpartition("\t")[2]
        (tmp_path / f"{kind}.txt").write_text(f"{words} and Iran", encoding="utf-8")
        second = f"T2\tState {len(words) + 5} {len(words) + 9}\tIran"
        text = f"{line}\n{second}\nR1\topposes Arg1:T1 Arg2:T2\n"
        (tmp_path / f"{kind}.ann").write_text(text, encoding="utf-8")
    report = Report()
    claims: list[Claim] = list(read(tmp_path, report))
    assert report.ok, report.problems
    assert sorted(claim.subject.kind for claim in claims) == sorted(kinds)


def test_a_known_entity_is_shown_with_its_ties() -> None:
    said = about("Russia")
    assert (said["id"], said["is"], said["kind"]) == (["russia"], ["entity"], ["State"])
    assert "wikidata:Q159" in said["same_as"]
    assert about("russian federation") == about("russia") == said
    nodes = gazetteer().nodes
    for tie in gazetteer().ties[::200]:
        for end in (tie.subject, tie.object):
            shown = [str(sentence) for sentence in about(end)["tie"]]
            stated = f"{nodes[tie.subject].name} {tie.relation} {nodes[tie.object].name}"
            dates = [date for date in (tie.valid_from, tie.valid_to) if date]
            assert any(text.startswith(stated) and all(date in text for date in dates) for text in shown)


def test_terms_of_ones_own_are_shown_and_win_over_entities(extra: str) -> None:
    assert about("SUES", "--ontology", extra)["above"] == ["coerces", "opposes"]
    assert about("coerces", "--ontology", extra)["below"] == ["besieges", "detains", "sues"]
    assert "\n    sues " in printed("--ontology", extra, "--format", "table")
    assert about("Russia", "--ontology", extra)["is"] == ["class"]


def test_what_is_unknown_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        UsageError, match="“armz” is no term of the ontology and no known entity; the nearest is “arms”"
    ):
        printed("armz")
    with pytest.raises(UsageError, match="the nearest is “Russia”"):
        printed("Rusia")
    with pytest.raises(UsageError, match="--classes"):
        printed("arms", "--classes")


# Mappings


def table_of(scheme: str) -> list[dict[str, str]]:
    """The rows of a shipped mapping, read without its reader."""
    lines = (ROOT / f"ontology/mappings/{scheme}.sssom.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.DictReader((line for line in lines if line[:1] != "#"), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [{key: value or "" for key, value in row.items()} for row in rows]


def test_the_mappings_are_listed_with_what_they_cover() -> None:
    rows = {row["scheme"]: row for row in map(json.loads, printed("--mappings").splitlines())}
    assert list(rows) == sorted(path.name.split(".sssom")[0] for path in (ROOT / "ontology/mappings").iterdir())
    for scheme, row in rows.items():
        terms = [each["object_id"] for each in table_of(scheme)]
        named = [term.removeprefix("kg:") for term in terms if term != "sssom:NoTermFound"]
        assert row["rows"] == len(terms) > 0
        assert row["nothing"] == len(terms) - len(named)
        assert row["relations"] == sum(term in TERMS.relations for term in named)
        assert row["classes"] == sum(term in TERMS.classes for term in named)
        assert row["relations"] + row["classes"] == len(named), f"{scheme} names a term that there is not"
        assert row["title"] not in ("", scheme), f"{scheme} has no title"


@pytest.mark.parametrize("scheme", mappings.names())
def test_a_mapping_is_shown_row_by_row(scheme: str) -> None:
    shown = [json.loads(line) for line in printed("--mappings", scheme).splitlines()]
    given = table_of(scheme)
    assert len(shown) == len(given)
    for row, cells in zip(shown, given, strict=True):
        says = cells["object_id"] != "sssom:NoTermFound"
        assert row == {
            "label": unquote(cells["subject_id"].partition(":")[2]),
            "name": cells["subject_label"],
            "match": cells["predicate_id"],
            "term": cells["object_id"].removeprefix("kg:") if says else None,
            "modality": (cells.get("modality") or "actual") if says else None,
            "negated": cells.get("negated") == "true" if says else None,
            "direction": (cells.get("direction") or None) if says else None,
            "comment": cells.get("comment") or None,
        }


def test_a_mapping_is_a_table_for_people() -> None:
    head, _, first, *_ = printed("--mappings", "cameo", "--format", "table").splitlines()
    assert head.split() == ["label", "name", "match", "term", "modality", "negated", "direction", "comment"]
    assert first.startswith("01 ")


def test_a_mapping_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="there is no mapping camoe; the nearest is cameo"):
        printed("--mappings", "camoe")
    for arguments in (("--mappings", "cameo", "arms"), ("--mappings", "--classes")):
        with pytest.raises(UsageError, match="--mappings"):
            printed(*arguments)


# Completion


def completed(*words: str, **env: str) -> list[str]:
    """What the command tells bash of the last word, after the kind of each."""
    asked = {"_KG_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(["kg", *words]), "COMP_CWORD": str(len(words))}
    done = subprocess.run(
        [Path(sys.executable).parent / "kg"], env=os.environ | asked | env, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["on"], ["plain,ontology"]),
        (["ask", "who-"], [f"plain,{name}" for name in questions.questions() if name.startswith("who-")]),
        (["ask", "who-whom", "--relation", "arm"], ["plain,arms"]),
        (["ontology", "backs"], ["plain,backs", "plain,backsMilitarily"]),
        (["ontology", "ArmedG"], ["plain,ArmedGroup"]),
        (["ontology", "validF"], ["plain,validFrom", "plain,validFirst"]),
        (["ontology", "--format", "js"], ["plain,json", "plain,jsonl"]),
        (["ontology", "--mappings", "came"], ["plain,cameo"]),
        (["stats", "--by", "pub"], ["plain,publisher"]),
        (["load", "--from", "br"], ["plain,brat"]),
        (["load", "exam"], ["file,exam"]),
        (["load", "exam", "--ontology", "la"], ["file,la"]),
        (["ontology", "--ontology", "/no/such/file", "backsM"], ["plain,backsMilitarily"]),
        (["ask", "'who-wh"], ["plain,who-whom"]),
        (["no-such-verb", "x"], []),
    ],
)
def test_the_shell_is_told_what_there_is(words: list[str], expected: list[str]) -> None:
    assert completed(*words) == expected


def test_only_the_options_that_a_question_takes_are_completed() -> None:
    whole = {item.partition(",")[2] for item in completed("ask", "--")}
    assert {"--actor", "--relation", "--store", "--format"} <= whole
    own = {item.partition(",")[2] for item in completed("ask", "who-whom", "--")}
    assert "--actor" not in own
    assert {"--relation", "--store", "--format", "--help"} <= own


def test_relations_of_ones_own_are_completed(extra: str) -> None:
    assert completed("ontology", "--ontology", extra, "sue") == ["plain,sues"]


def test_bash_completes_after_the_line_that_the_page_names() -> None:
    page = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    (line,) = (cell for cell in page.split("`") if cell.startswith("eval") and "bash_source" in cell)
    script = f'{line}; COMP_WORDS=(kg ask who-w); COMP_CWORD=2; _kg_completion kg; echo "${{COMPREPLY[@]}}"'
    env = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("who-whom\n", "")


def test_completion_imports_no_engine() -> None:
    code = """import sys
from kg.cli import run
try:
    run()
except SystemExit:
    print(*(name for name in ("rdflib", "networkx", "numpy", "rich", "pyvis", "neo4j") if name in sys.modules))"""
    asked = {"_KG_COMPLETE": "bash_complete", "COMP_WORDS": "kg ontology arm", "COMP_CWORD": "2"}
    code = f"import sys; sys.argv[0] = 'kg'; {code}"
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | asked, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["plain,arms"]
