"""The command on servers and in the embedded Cypher engine, as a user meets it: processes, `$KG_PASSWORD`, statuses."""

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from kg import ontology
from kg.claim import Claim, from_json
from tests.conftest import EXAMPLE, missing
from tests.outsider import Outsider
from tests.servers import ENGINES, Server
from tests.test_cli import kg
from tests.test_correction import article_id, change
from tests.test_stores import sort

Started = Callable[[str], Server]


class Place:
    """A store with the example: its URL, the password that opens it, and the language it is asked in."""

    def __init__(self, url: str, password: str, language: str) -> None:
        self.url, self.language, self._password = url, language, password

    def kg(self, *arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
        """Status and output of the command, with this store as `$KG_STORE`."""
        done = kg(*arguments, stdin=stdin, KG_STORE=self.url, KG_PASSWORD=self._password)
        out, error = done.stdout.decode(), done.stderr.decode()
        assert not self._password or self._password not in out + error
        return done.returncode, out, error

    def data(self, *arguments: str) -> str:
        """The output of a command that must succeed and have nothing to say."""
        status, out, error = self.kg(*arguments)
        assert (status, error) == (0, "")
        return out

    def rows(self, *arguments: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.data(*arguments).splitlines()]

    def claims(self) -> list[Claim]:
        return [from_json(line) for line in self.data("claims", self.url).splitlines()]

    def refuses(self, *arguments: str, says: str) -> None:
        """The command does not begin, or not to its end, and says why in one line."""
        status, out, error = self.kg(*arguments)
        assert (status, out, error.count("\n")) == (2, "", 1), error
        assert says in error


@pytest.fixture(scope="module", params=("arcadedb", *ENGINES))
def place(
    request: pytest.FixtureRequest, server: Started, tmp_path_factory: pytest.TempPathFactory, example: list[Claim]
) -> Iterator[Place]:
    """The example in each engine in turn, put there by the command."""
    if request.param in ENGINES:
        started = server(request.param)
        outsider = Outsider(started)
        outsider.clears()
        made = Place(started.url, started.password or "", outsider.language)
    elif find_spec("arcadedb_embedded"):
        made = Place(f"cypher:{tmp_path_factory.mktemp('cli')}/x.cypher", "", "cypher")
    else:
        missing("arcadedb", "needs pip install 'diplograph[cypher]'")
    status, out, error = made.kg("load", str(EXAMPLE))
    assert (status, out) == (0, "")
    assert f"{len(example)} new, 0 known in {made.url} (" in error
    yield made
    if request.param in ENGINES:
        outsider.clears()


CYPHER = ("arcadedb", "neo4j-5", "neo4j-2026")
in_cypher = pytest.mark.parametrize("place", CYPHER, indirect=True)
on_one_server = pytest.mark.parametrize("place", ["neo4j-5"], indirect=True)  # what is the command's own affair
in_sparql = pytest.mark.parametrize("place", ["fuseki", "oxigraph-server"], indirect=True)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The example in a store of Oxigraph, with which the others are compared."""
    made = Place(f"oxigraph:{tmp_path_factory.mktemp('local')}/x.kg", "", "sparql")
    assert made.kg("load", str(EXAMPLE))[0] == 0
    return made


# What every verb says is the same on each engine


SAID = (
    ("claims", "URL"),
    ("stats", "--by", "publisher"),
    ("ask", "profile", "--actor", "Russia", "--format", "json"),
    ("ask", "dyad-timeline", "--a", "Turkey", "--b", "Russia", "--since", "2016-10-12"),
)


@pytest.mark.parametrize("arguments", SAID, ids=" ".join)
def test_a_verb_says_the_same_on_every_engine(place: Place, local: Place, arguments: tuple[str, ...]) -> None:
    said, expected = (
        each.data(*(each.url if part == "URL" else part for part in arguments)) for each in (place, local)
    )
    assert said == expected
    assert said


def test_files_that_are_made_of_it_are_the_same(place: Place, local: Place, tmp_path: Path) -> None:
    for name, verb in (("x.html", "view"), ("x.ttl", "export")):
        for folder, each in ((tmp_path / "a", place), (tmp_path / "b", local)):
            folder.mkdir(exist_ok=True)
            assert each.kg(verb, "-o", str(folder / name))[0] == 0
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_correction_and_what_is_taken_back(place: Place, example: list[Claim], tmp_path: Path) -> None:
    files = Path(shutil.copytree(EXAMPLE, tmp_path / "articles"))
    change(files / "gulf-support.ann", "arms:T2 ", "aids:T2 ")
    status, _, error = place.kg("load", str(files / "gulf-support.ann"), "--replace")
    assert (status, "1 new, 15 known, 1 taken out in " in error) == (0, True)
    article = article_id("gulf-support")
    status, _, error = place.kg("retract", article)
    assert (status, error) == (0, f"{article}: 16 claims taken back\n")
    assert place.claims() == sort(claim for claim in example if claim.article.id != article)
    assert place.kg("load", str(EXAMPLE))[0] == 0
    assert place.claims() == sort(example)


@pytest.mark.parametrize("place", ["fuseki", "neo4j-5", "neo4j-2026"], indirect=True)
def test_a_wrong_password_is_said_in_one_line(place: Place) -> None:
    done = kg("retract", article_id("gulf-support"), "--into", place.url, KG_PASSWORD="not the password")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert b"the password was refused" in done.stderr
    assert b"set $KG_PASSWORD" in done.stderr
    assert b"not the password" not in done.stderr


# Cypher


ARMS = "MATCH (a)-[:ARMS]->(b {name: 'Syrian opposition'}) RETURN a.name AS who ORDER BY who"
# Every kind of value, the same wherever it is asked.
VALUES = """
    MATCH p = (a:Entity {id: 'qatar'})-[r:ARMS]->(b:Entity {id: 'syrian-opposition'})
    RETURN a, r, b, p, [1, 'two', null] AS list, {x: 1, y: ['z']} AS map, date('2016-10-12') AS day, null AS nothing,
        1.5 AS number, true AS truth, 'a "quoted", text' AS text
"""
TEXTS = {
    "table": "who\n────────────\nQatar\nSaudi Arabia\n",
    "csv": "who\nQatar\nSaudi Arabia\n",
    "tsv": "who\nQatar\nSaudi Arabia\n",
    "json": '[\n  {\n    "who": "Qatar"\n  },\n  {\n    "who": "Saudi Arabia"\n  }\n]\n',
    "jsonl": '{"who":"Qatar"}\n{"who":"Saudi Arabia"}\n',
}


@pytest.mark.parametrize("format", TEXTS)
@on_one_server
def test_cypher_in_every_format(place: Place, format: str) -> None:
    assert place.data("cypher", "--format", format, ARMS) == TEXTS[format]


@in_cypher
def test_every_kind_of_value_comes_out_as_plain_data(place: Place) -> None:
    (row,) = place.rows("cypher", VALUES)
    node, edge, other, path = (row.pop(name) for name in ("a", "r", "b", "p"))
    assert row == {
        "list": [1, "two", None],
        "map": {"x": 1, "y": ["z"]},
        "day": "2016-10-12",
        "nothing": None,
        "number": 1.5,
        "truth": True,
        "text": 'a "quoted", text',
    }
    assert isinstance(node, dict)
    assert node["labels"] == ["Actor", "Entity", "State"]
    assert node["properties"]["name"] == "Qatar"
    assert isinstance(edge, dict)
    assert (edge["type"], edge["properties"]["key"]) == ("ARMS", "qatar arms syrian-opposition")
    assert path == [node, edge, other]
    (cells,) = csv.DictReader(io.StringIO(place.data("cypher", "--format", "csv", VALUES)))
    assert json.loads(cells["a"]) == node
    assert json.loads(cells["r"]) == edge
    assert json.loads(cells["list"]) == row["list"]
    assert [cells[name] for name in ("day", "nothing", "number", "truth", "text")] == [
        "2016-10-12",
        "",
        "1.5",
        "true",
        'a "quoted", text',
    ]


@in_cypher
def test_a_family_is_a_parameter(place: Place, example: list[Claim]) -> None:
    query = """
        MATCH (a)-[r]->(:Entity {id: 'syrian-opposition'}) WHERE type(r) IN $supports
        RETURN 'types' AS how, a.id AS id
        UNION MATCH (c:Claim)-[:SUBJECT]->(a) WHERE c.relation IN $supports AND c.holds
        RETURN 'names' AS how, a.id AS id
    """
    rows = {(row["how"], row["id"]) for row in place.rows("cypher", query)}
    family = set(ontology.load().family("supports"))
    held = [claim for claim in example if claim.holds and claim.relation in family]
    assert rows == {("names", claim.subject.id) for claim in held} | {
        ("types", claim.subject.id) for claim in held if claim.object.id == "syrian-opposition"
    }


@on_one_server
def test_cypher_from_a_file_and_from_a_pipe(place: Place, tmp_path: Path) -> None:
    (tmp_path / "q.cypher").write_text(f"// who arms whom\n{ARMS}\n", encoding="utf-8")
    assert place.data("cypher", f"@{tmp_path / 'q.cypher'}") == TEXTS["jsonl"]
    assert place.kg("cypher", "-", stdin=ARMS.encode()) == (0, TEXTS["jsonl"], "")
    place.refuses("cypher", f"@{tmp_path / 'no.cypher'}", says="no.cypher: cannot be read")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("cypher", "MATCH (a RETURN a"), "not a valid Cypher query"),
        (("cypher", "CREATE (:Town)"), "an update needs --write"),
        (("sparql", "ASK {}"), "is asked with kg cypher, or with kg ask"),
    ],
)
@in_cypher
def test_what_cannot_be_asked_in_cypher_is_said_in_one_line(
    place: Place, arguments: tuple[str, ...], says: str
) -> None:
    place.refuses(*arguments, says=says)


@in_cypher
def test_an_update_in_cypher_runs_with_write(place: Place) -> None:
    assert place.data("cypher", "--write", "CREATE (t:Town {name: 'x'}) RETURN t.name AS name") == '{"name":"x"}\n'
    assert place.data("cypher", "--write", "MATCH (t:Town) DELETE t RETURN count(*) AS gone") == '{"gone":1}\n'


# SPARQL


ARMED = "SELECT ?who ?none { ?who kg:arms entity:syrian-opposition } ORDER BY ?who"
MADE = "CONSTRUCT { ?s kg:arms ?o } WHERE { ?s kg:arms ?o }"


@pytest.mark.parametrize("format", ["table", "csv", "tsv", "json", "jsonl"])
@pytest.mark.parametrize("place", ["oxigraph-server"], indirect=True)
def test_sparql_in_every_format(place: Place, local: Place, format: str) -> None:
    said, expected = (each.data("sparql", "--format", format, ARMED) for each in (place, local))
    assert "qatar" in said
    assert json.loads(said) == json.loads(expected) if format == "json" else said == expected


@in_sparql
def test_sparql_gives_turtle_rows_of_triples_and_truth_values(place: Place, local: Place) -> None:
    for arguments in ((MADE,), ("--format", "jsonl", MADE), ("ASK { entity:qatar kg:arms ?x }",)):
        said = place.data("sparql", *arguments)
        assert said == local.data("sparql", *arguments)
        assert said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sparql", "SELECT ?s { ?s"), "the server refuses it"),
        (("sparql", "DELETE WHERE { ?s ?p ?o }"), "the server refuses it"),
        (("sparql", "SELECT * { SERVICE <http://127.0.0.1:1/> {} }"), "--allow-network"),
        (("sparql", "--format", "turtle", "ASK {}"), "no turtle form"),
        (("cypher", "RETURN 1"), "is asked with kg sparql, or with kg ask"),
    ],
)
@in_sparql
def test_what_cannot_be_asked_in_sparql_is_said_in_one_line(
    place: Place, arguments: tuple[str, ...], says: str
) -> None:
    place.refuses(*arguments, says=says)


@in_sparql
def test_an_update_in_sparql_runs_with_write(place: Place) -> None:
    triple = "<http://x.example/a> <http://x.example/b> 1"
    assert place.data("sparql", "--write", f"INSERT DATA {{ {triple} }}") == ""
    assert place.rows("sparql", f"ASK {{ {triple} }}") == [{"ask": True}]
    assert place.data("sparql", "--write", f"DELETE DATA {{ {triple} }}") == ""
    assert place.rows("sparql", f"ASK {{ {triple} }}") == [{"ask": False}]
