"""The command as a user meets it: real processes, pipes, statuses, no traceback."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.claim import Claim, from_json
from kg.stores import open_store
from tests.conftest import EXAMPLE, ROOT


def kg(*arguments: str, stdin: bytes = b"", cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    environment = {key: value for key, value in os.environ.items() if key != "KG_STORE"} | env
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-m", "kg", *arguments],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"oxigraph:{tmp_path_factory.mktemp('cli') / 'x.kg'}"
    done = kg("load", str(EXAMPLE), "--into", url)
    assert done.returncode == 0, done.stderr.decode()
    assert b" new, 0 known" in done.stderr
    return url


def test_a_second_load_finds_nothing_new(store: str, example: list[Claim]) -> None:
    done = kg("load", str(EXAMPLE), "--into", store)
    assert (done.returncode, done.stdout) == (0, b"")
    assert f"0 new, {len(example)} known" in done.stderr.decode()


def test_who_arms_the_opposition(store: str) -> None:
    query = "SELECT ?who WHERE { ?who kg:arms entity:syrian-opposition } ORDER BY ?who"
    done = kg("sparql", "--store", store, "--format", "csv", query)
    assert done.stdout.decode().split() == [
        "who",
        "https://diplograph.example/entity/qatar",
        "https://diplograph.example/entity/saudi-arabia",
    ]
    family = "SELECT DISTINCT ?who { ?who ?r entity:syrian-opposition . ?r rdfs:subPropertyOf* kg:supports }"
    done = kg("sparql", "--store", store, family)
    found = {json.loads(line)["who"].rpartition("/")[2] for line in done.stdout.splitlines()}
    assert {"qatar", "saudi-arabia"} <= found


def test_claims_through_a_pipe_make_an_equal_store(store: str, tmp_path: Path, example: list[Claim]) -> None:
    lines = kg("claims", store).stdout
    assert [from_json(line) for line in lines.splitlines()] == sorted(example, key=lambda claim: claim.id)
    other = f"oxigraph:{tmp_path / 'y.kg'}"
    assert kg("load", "-", "--from", "claims.jsonl", "--into", other, stdin=lines).returncode == 0
    assert kg("claims", other).stdout == lines
    everything = "CONSTRUCT WHERE { ?s ?p ?o }"
    assert kg("sparql", "--store", other, everything).stdout == kg("sparql", "--store", store, everything).stdout


def test_claims_of_files_are_those_of_the_store(store: str) -> None:
    lines = kg("claims", str(EXAMPLE)).stdout.splitlines()
    assert sorted(lines) == kg("claims", store).stdout.splitlines()
    assert kg("claims", str(EXAMPLE)).stdout.splitlines() == lines


@pytest.mark.parametrize("format", ["json", "jsonl", "csv", "tsv", "table"])
def test_a_question_in_every_format(store: str, format: str) -> None:
    arguments = ("ask", "who-supports", "--actor", "Assad government", "--store", store)
    text = kg(*arguments, "--format", format).stdout.decode()
    rows = [json.loads(line) for line in kg(*arguments).stdout.splitlines()]
    assert {"russia", "iran"} <= {row["subject"] for row in rows}
    if format == "json":
        assert json.loads(text) == rows
    elif format == "jsonl":
        assert [json.loads(line) for line in text.splitlines()] == rows
    elif format == "table":
        assert all(str(row["subject_name"]) in text for row in rows)
    else:
        read = list(csv.DictReader(io.StringIO(text), delimiter="\t" if format == "tsv" else ","))
        assert read == [{key: "" if v is None else str(v) for key, v in row.items()} for row in rows]


def test_the_questions_are_listed_for_programs() -> None:
    listed = json.loads(kg("ask", "--format", "json").stdout)
    by_name = {question["name"]: question for question in listed}
    assert len(by_name) >= 6
    assert [p["name"] for p in by_name["dyad-timeline"]["parameters"]] == ["a", "b", "since", "until"]
    assert {p["type"] for q in listed for p in q["parameters"]} <= {"entity", "relation", "date", "article"}
    assert all(question["title"] and question["columns"] for question in listed)


def test_the_default_store_is_in_the_environment_else_here(tmp_path: Path) -> None:
    assert kg("load", str(EXAMPLE), cwd=tmp_path).returncode == 0
    assert (tmp_path / "diplograph.kg").is_dir()
    elsewhere = f"oxigraph:{tmp_path / 'z.kg'}"
    assert kg("load", str(EXAMPLE), cwd=tmp_path, KG_STORE=elsewhere).returncode == 0
    assert kg("claims", elsewhere).stdout == kg("claims", "oxigraph:diplograph.kg", cwd=tmp_path).stdout


def test_sparql_from_a_file_and_from_a_pipe(store: str, tmp_path: Path) -> None:
    query = "ASK { entity:qatar kg:arms ?x }"
    (tmp_path / "q.rq").write_text(query, encoding="utf-8")
    for given, stdin in ((query, b""), (f"@{tmp_path / 'q.rq'}", b""), ("-", query.encode())):
        assert kg("sparql", "--store", store, given, stdin=stdin).stdout == b'{"ask":true}\n'


def test_construct_gives_turtle_that_another_parser_reads(store: str) -> None:
    import rdflib

    done = kg("sparql", "--store", store, "CONSTRUCT { ?s kg:arms ?o } WHERE { ?s kg:arms ?o }")
    graph = rdflib.Graph().parse(data=done.stdout, format="turtle")
    rows = kg("sparql", "--store", store, "SELECT ?s ?o { ?s kg:arms ?o }").stdout.splitlines()
    assert len(graph) == len(rows) > 0
    described = kg("sparql", "--store", store, "DESCRIBE entity:qatar").stdout
    assert b'rdfs:label "Qatar"' in described


def test_what_is_wrong_is_said_in_one_line(store: str, tmp_path: Path) -> None:
    cases = {
        ("sparql", "--store", "oxigraph:nowhere.kg", "ASK {}"): "kg load PATH --into oxigraph:nowhere.kg makes one",
        ("sparql", "--store", "neo5j://x", "ASK {}"): "begins with one of oxigraph:",
        ("sparql", "--store", store, "SELEKT"): "not a valid SPARQL query",
        ("sparql", "--store", store, "DELETE WHERE { ?s ?p ?o }"): "an update needs --write",
        ("sparql", "--store", store, "SELECT * { SERVICE <http://127.0.0.1:1/> {} }"): "--allow-network",
        ("sparql", "--store", store, "--format", "turtle", "ASK {}"): "no turtle form",
        ("ask", "who-suports", "--store", store): "nearest is who-supports",
        ("ask", "who-supports", "--actor", "Rusia", "--store", store): "nearest is “Russia”",
        ("load", "no-such-folder", "--into", store): "no such file",
        ("load", str(EXAMPLE), "--from", "brta", "--into", store): "there is no format brta",
        ("load", "-", "--into", store): "name it with --from",
        ("load", str(EXAMPLE), "--ontology", "none.ttl", "--into", store): "none.ttl",
        ("view", "--store", store, "-o", str(tmp_path / "no/such/folder/x.html")): "cannot be written",
        ("claims", "oxigraph:" + str(tmp_path)): "there is no store",
        ("claims", "memory:"): "name a store that is kept",
        ("load", "nope", "--into", "oxigraph:new.kg"): "no such file",
        ("load", str(EXAMPLE), "--from", "brta", "--into", "oxigraph:new.kg"): "there is no format brta",
    }
    for arguments, says in cases.items():
        done = kg(*arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, b""), (arguments, done)
        assert says in done.stderr.decode(), (arguments, done.stderr.decode())
        assert done.stderr.count(b"\n") == 1, done.stderr.decode()
    made = [name for name in ("nowhere.kg", "new.kg") if (tmp_path / name).exists()]
    assert made == [], "reading, and a load that cannot begin, make no store"


def test_a_conflict_within_the_files_is_seen_by_check_and_by_strict(tmp_path: Path) -> None:
    line = (
        '{"subject":{"written":"A"},"object":{"written":"B"},"relation":"arms","article":{"id":"a"},"confidence":%s}\n'
    )
    file = tmp_path / "x.claims.jsonl"
    file.write_text(line % 0.5 + line % 0.9, encoding="utf-8")
    checked = kg("check", str(file))
    assert (checked.returncode, checked.stdout.count(b"claim-conflict")) == (1, 1)
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    assert kg("load", str(file), "--into", url, "--strict").returncode == 1
    assert kg("claims", url).stdout == b""


@pytest.mark.parametrize("redirection", [">&-", "<&-", "2>&-"])
def test_a_closed_stream_is_no_traceback(store: str, redirection: str) -> None:
    done = subprocess.run(
        f"$KG claims {store} {redirection}; $KG sparql --store {store} - {redirection}",
        shell=True,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "KG": f"{sys.executable} -m kg"},
        check=False,
    )
    assert b"Traceback" not in done.stderr


def test_what_is_no_plain_file_is_read_or_refused(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/loop").symlink_to("loop")
    assert b"loop: error unreadable" in kg("check", str(tmp_path / "d")).stdout
    claims = subprocess.run(
        f"{sys.executable} -m kg claims --from claims.jsonl <({sys.executable} -m kg claims {EXAMPLE})",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert claims.stdout == kg("claims", str(EXAMPLE)).stdout


def test_an_external_id_of_any_shape_loads(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BAD["good.txt"], encoding="utf-8")
    links = ("http://geo:abc/x", "x y", "http://[::1", "wikidata:Q159", "http://ok.example/?q=1#a")
    lines = "".join(f"N{n}\tReference T1 {link}\tRussia\n" for n, link in enumerate(links))
    (tmp_path / "a.ann").write_text(BAD["good.ann"] + lines, encoding="utf-8")
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    kg("load", str(tmp_path / "a.ann"), "--into", url)
    with open_store(url, read_only=True) as opened:
        (claim,) = opened.claims()
        (node,) = (node for node in opened.entities() if node.id == "russia")
    assert "wikidata:Q159" in claim.subject.same_as
    assert set(claim.subject.same_as) <= set(node.same_as)


BAD = {
    "good.txt": "Russia backs Iran. Qatar arms rebels.\n",
    "good.ann": "T1\tState 0 6\tRussia\nT2\tState 13 17\tIran\nR1\tbacks Arg1:T1 Arg2:T2\n",
    "offset.txt": "Russia backs Iran. Qatar arms rebels.\n",
    "offset.ann": "T1\tState 1 7\tRussia\nT2\tState 13 17\tIran\nR1\tbacks Arg1:T1 Arg2:T2\n"
    "T3\tState 19 24\tQatar\nR2\tarms Arg1:T3 Arg2:T2\n",
}


def test_bad_data_ends_with_status_1_and_the_good_part_is_loaded(tmp_path: Path) -> None:
    for name, text in BAD.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    strict = kg("load", str(tmp_path), "--into", url, "--strict")
    assert strict.returncode == 1
    assert b"nothing was loaded" in strict.stderr
    assert kg("claims", url).stdout == b""
    done = kg("load", str(tmp_path), "--into", url)
    assert done.returncode == 1
    assert "offset.ann:1: error wrong-offset" in done.stderr.decode()
    assert len(kg("claims", url).stdout.splitlines()) == 2
    checked = kg("check", str(tmp_path))
    assert checked.returncode == 1
    assert "offset.ann:1: error wrong-offset" in checked.stdout.decode()


def test_an_extension_of_the_ontology_is_kept_in_the_store(tmp_path: Path) -> None:
    extra = tmp_path / "law.ttl"
    extra.write_text(
        """@prefix kg: <https://diplograph.example/ontology#> . @prefix my: <https://law.example/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        my:sues a owl:ObjectProperty ; rdfs:subPropertyOf kg:opposes ; rdfs:label "sues" .""",
        encoding="utf-8",
    )
    (tmp_path / "a.txt").write_text(BAD["good.txt"], encoding="utf-8")
    (tmp_path / "a.ann").write_text(BAD["good.ann"].replace("backs", "sues"), encoding="utf-8")
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    assert kg("load", str(tmp_path / "a.ann"), "--into", url).returncode == 1
    url = f"oxigraph:{tmp_path / 'y.kg'}"
    assert kg("load", str(tmp_path / "a.ann"), "--into", url, "--ontology", str(extra)).returncode == 0
    rows = [
        json.loads(line) for line in kg("ask", "who-opposes", "--actor", "Iran", "--store", url).stdout.splitlines()
    ]
    assert [(row["subject"], row["relation"]) for row in rows] == [("russia", "sues")]
    family = "SELECT ?a { ?a ?r entity:iran . ?r rdfs:subPropertyOf* kg:opposes }"
    assert len(kg("sparql", "--store", url, family).stdout.splitlines()) == 1


def test_a_reader_that_goes_away_is_no_error(store: str) -> None:
    reader = subprocess.Popen(
        ["bash", "-o", "pipefail", "-c", f"{sys.executable} -m kg claims {store} | head -c 100"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    out, err = reader.communicate()
    assert (len(out), err, reader.returncode) == (100, b"", 0)


@pytest.mark.parametrize(("paths", "says"), [(("",), "a path is empty"), (("-", "-"), "can be read once only")])
def test_paths_that_mean_nothing_are_refused(paths: tuple[str, ...], says: str) -> None:
    done = kg("check", *paths, "--from", "claims.jsonl")
    assert done.returncode == 2
    assert says in done.stderr.decode()


def test_tables_do_not_steer_a_terminal(tmp_path: Path) -> None:
    line = json.dumps(
        {
            "subject": {"written": "\x1b[31mred\x07\u202e"},
            "object": {"written": "Iran"},
            "relation": "arms",
            "article": {"id": "a"},
        }
    )
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    done = kg("load", "-", "--from", "claims.jsonl", "--into", url, stdin=line.encode())
    assert b"control-character" in done.stderr
    assert b"\x1b" not in done.stderr
    table = kg("ask", "who-whom", "--relation", "arms", "--store", url, "--format", "table").stdout.decode()
    assert "red" in table
    assert not {"\x1b", "\x07", "\u202e"} & set(table)
    kept = json.loads(kg("claims", url).stdout)
    assert kept["subject"]["written"] == "\x1b[31mred\x07\u202e"


def test_output_is_utf_8_in_every_locale(store: str) -> None:
    arguments = (
        "sparql",
        "--store",
        store,
        "--format",
        "table",
        'SELECT ("\\u0421\\u0438\\u0440\\u0438\\u044f" AS ?x) {}',
    )
    done = kg(*arguments, PYTHONIOENCODING="ascii", PYTHONUTF8="0", LC_ALL="C")
    assert "Сирия" in done.stdout.decode()


def test_a_file_with_an_odd_name_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/"
    try:
        Path(os.fsdecode(folder + b"\xff\xfe.ann")).write_text(BAD["good.ann"], encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes no such name")
    done = kg("check", str(tmp_path))
    assert done.returncode == 1
    assert b"lone-surrogate" in done.stdout


def test_one_writes_and_others_read_beside_it(tmp_path: Path, example: list[Claim]) -> None:
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    with open_store(url) as writer:
        writer.add(example)
        done = kg("load", str(EXAMPLE), "--into", url)
        assert done.returncode == 2
        assert b"is being written by another process" in done.stderr
        assert len(kg("claims", url).stdout.splitlines()) == len(example)
    assert kg("load", str(EXAMPLE), "--into", url).returncode == 0


def test_an_interrupted_load_ends_with_status_130(tmp_path: Path) -> None:
    url = f"oxigraph:{tmp_path / 'x.kg'}"
    loader = subprocess.Popen(
        [sys.executable, "-m", "kg", "load", "-", "--from", "claims.jsonl", "--into", url],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    until = time.monotonic() + 20
    while not (tmp_path / "x.kg/CURRENT").exists() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(0.2)  # it now waits for more of its input
    loader.send_signal(signal.SIGINT)
    assert loader.wait(20) == 130
    assert b"Traceback" not in loader.communicate()[1]
    assert kg("claims", url).stdout == b""


@pytest.mark.parametrize("verb", ["load", "check", "claims", "sparql", "ask", "view"])
def test_every_verb_has_help_with_an_example(verb: str) -> None:
    done = kg(verb, "--help")
    assert done.returncode == 0
    assert f"Example: kg {verb}" in done.stdout.decode()


def test_a_view_is_one_file(store: str, tmp_path: Path) -> None:
    page = tmp_path / "alliances.html"
    done = kg("view", "--store", store, "-o", str(page))
    assert (done.returncode, done.stdout) == (0, b"")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["alliances.html"]
