"""Mappings: what a row says, what a bad row is told, and which meaning of a label goes first."""

import csv
from pathlib import Path

import pytest

from kg import mappings
from kg.errors import UsageError
from kg.loading import Report, read
from kg.mappings import Sense, Vocabulary, vocabulary
from kg.ontology import data_path, folded, load, load_file

HEADER = "subject_id\tsubject_label\tpredicate_id\tobject_id\tmodality\tnegated\tdirection\n"


def mapping(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "mine.sssom.tsv"
    path.write_text("#mapping_set_title: Mine\n" + header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def own(folder: Path, *rows: str) -> Vocabulary:
    return vocabulary(load(), [mapping(folder, *rows)])


def test_a_row_says_what_a_label_means(tmp_path: Path) -> None:
    words = own(
        tmp_path,
        "my:ally\tAlly\tskos:exactMatch\tkg:alliedWith\t\t\t",
        "my:will%20arm\t\tskos:closeMatch\tkg:arms\tplanned\t\t",
        "my:armed-by\t\tskos:closeMatch\tkg:arms\t\ttrue\treversed",
        "my:likes\t\t\tsssom:NoTermFound\t\t\t",
        "https://schemes.example/mine#Tribe\t\tskos:exactMatch\thttps://diplograph.example/ontology#Group\t\t\t",
    )
    assert words.relation("ally") == Sense("alliedWith")
    assert words.relation("Will_Arm") == Sense("arms", modality="planned")
    assert words.relation("armed by") == Sense("arms", negated=True, reversed=True)
    assert words.relation("likes") == Sense(None)
    assert words.relation("hates") is None
    assert (words.kind("tribe"), words.kind("likes"), words.kind("clan")) == ("Group", "Entity", None)
    assert words.kind("ally") is None, "a relation is no class"
    assert words.relation("Tribe") is None, "a class is no relation"


def test_the_users_mapping_goes_before_the_ontology_and_that_before_a_shipped_scheme(tmp_path: Path) -> None:
    assert Vocabulary(load()).relation("arms", "ontonotes") == Sense("arms")
    assert Vocabulary(load()).kind("GPE") is None, "a scheme is asked only where it is named"
    assert Vocabulary(load()).kind("GPE", "ontonotes") == "State"
    words = own(tmp_path, "my:arms\t\t\tkg:aids\t\t\t", "my:GPE\t\t\tkg:Place\t\t\t")
    assert words.relation("arms") == Sense("aids")
    assert words.kind("GPE", "ontonotes") == "Place"


def test_the_name_of_a_row_is_a_label_too_unless_it_is_that_of_two(tmp_path: Path) -> None:
    words = own(
        tmp_path, "x:1\tFriend\t\tkg:supports\t\t\t", "x:2\tFoe\t\tkg:opposes\t\t\t", "x:3\tfoe\t\tkg:fights\t\t\t"
    )
    assert words.relation("friend") == Sense("supports")
    assert words.relation("foe") is None


def test_an_unknown_label_has_a_nearest_in_the_terms_and_the_schemes_that_are_asked() -> None:
    words = Vocabulary(load())
    assert words.nearest_relation("alied-with") == "alliedWith"
    assert words.nearest_relation("FightingAgainsst", "re3d") == words.relation("FightingAgainst", "re3d").term  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("my:x\t\t\tkg:armes\t\t\t", "3: armes is no relation and no class; the nearest is arms"),
        ("my:x\t\t\tkg:quote\t\t\t", "3: quote is no relation and no class"),
        ("my:x\t\t\tkg:arms\tmaybe\t\t", "3: modality maybe is none of actual, planned"),
        ("my:x\t\t\tkg:arms\t\tperhaps\t", "3: negated is perhaps"),
        ("my:x\t\t\tkg:arms\t\t\tleft", "3: direction is left"),
        ("\t\t\tkg:arms\t\t\t", "3: subject_id and object_id may not be empty"),
        ("my:x\tx", "3: subject_id and object_id may not be empty"),
        ("my:x\t\t\tkg:arms\t\t\t\nmy:X\t\t\tkg:aids\t\t\t", "4: X has a row already, in line 3"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, row: str, says: str) -> None:
    path = mapping(tmp_path, row)
    with pytest.raises(UsageError) as raised:
        vocabulary(load(), [path])
    assert str(raised.value).startswith(f"{path}:{says}")


def test_a_file_that_is_no_mapping_is_named(tmp_path: Path) -> None:
    path = mapping(tmp_path, header="label\tterm\n")
    with pytest.raises(UsageError, match="no column subject_id and no column object_id"):
        vocabulary(load(), [path])
    with pytest.raises(UsageError, match="cannot be read"):
        vocabulary(load(), [tmp_path / "nowhere.sssom.tsv"])
    path.write_bytes(b"\xff\xfe\0")
    with pytest.raises(UsageError, match="cannot be read"):
        vocabulary(load(), [path])
    (tmp_path / "x.toml").write_text("= 1", encoding="utf-8")
    with pytest.raises(UsageError, match=r"x.toml: cannot be read"):
        vocabulary(load(), [tmp_path / "x.toml"])


def test_a_mapping_may_name_terms_of_an_extension(tmp_path: Path) -> None:
    (tmp_path / "more.ttl").write_text(
        "@prefix kg: <https://diplograph.example/ontology#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "<https://mine.example/lobbies> a <http://www.w3.org/2002/07/owl#ObjectProperty> ;\n"
        "  rdfs:subPropertyOf kg:engages .",
        encoding="utf-8",
    )
    path = mapping(tmp_path, "my:lob\t\t\tmine:lobbies\t\t\t")
    assert vocabulary(load_file(tmp_path / "more.ttl"), [path]).relation("lob") == Sense("lobbies")
    with pytest.raises(UsageError, match="lobbies is no relation"):
        vocabulary(load(), [path])


def test_labels_of_an_annotation_are_read_through_a_mapping(tmp_path: Path) -> None:
    text = "Oman will arm Iran."
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "a.ann").write_text(
        "T1\tland 0 4\tOman\nT2\tland 14 18\tIran\nR1\tgets_arms Arg1:T2 Arg2:T1\n", encoding="utf-8"
    )
    rows = ("my:land\t\t\tkg:State\t\t\t", "my:gets%20arms\t\t\tkg:arms\tplanned\t\treversed")
    report = Report()
    [claim] = read(tmp_path / "a.ann", report, mapping=[mapping(tmp_path, *rows)])
    assert (claim.subject.written, claim.relation, claim.object.written) == ("Oman", "arms", "Iran")
    assert (claim.modality, claim.subject.kind, claim.quote) == ("planned", "State", text)
    assert [mark[2] for mark in claim.marks] == ["subject", "object"]
    assert {problem.code for problem in report.problems} == {"no-article"}
    assert list(read(tmp_path / "a.ann", report)) == []
    assert "unknown-relation" in {problem.code for problem in report.problems}


@pytest.mark.parametrize("name", mappings.names())
def test_every_shipped_scheme_is_sound(name: str) -> None:
    ontology = load()
    scheme = mappings.shipped(name)
    assert scheme.title != name, "it has a title"
    assert scheme.rows
    for row in scheme.rows:
        assert row.sense.term is None or row.sense.term in ontology.relations or row.sense.term in ontology.classes, row
        assert row.match in {
            "",
            "skos:exactMatch",
            "skos:closeMatch",
            "skos:broadMatch",
            "skos:narrowMatch",
            "skos:relatedMatch",
        }, row
        assert (row.match == "") <= (row.sense.term is None), f"{row.label}: a match needs a predicate"
        if row.sense.term in ontology.classes:
            assert row.sense == Sense(row.sense.term), f"{row.label}: a class is neither planned nor denied"
    labels = {row.label for row in scheme.rows}
    senses = scheme.senses()
    assert {senses[folded(label)] for label in labels} == {row.sense for row in scheme.rows}


@pytest.mark.parametrize("name", mappings.names())
def test_every_shipped_scheme_is_a_table_for_other_tools_too(name: str) -> None:
    path = data_path("mappings") / f"{name}{mappings.ENDING}"
    lines = path.read_text(encoding="utf-8").splitlines()
    header = [line[1:] for line in lines if line.startswith("#")]
    prefixes = {line.split(":")[0].strip() for line in header if line.startswith("  ") and "://" in line}
    table = list(
        csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    )
    assert len(table) == len(mappings.shipped(name).rows)
    for row in table:
        assert None not in row, row
        for column in ("subject_id", "object_id", "mapping_justification"):
            assert row[column].split(":")[0] in prefixes, (column, row)
