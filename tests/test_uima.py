"""The loader of UIMA CAS: golden cases, both forms of one document, faults, hostile type systems, real files."""

import json
import re
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import uima
from kg.loaders.uima import cas as uima_cas
from kg.loaders.uima import types as uima_types
from kg.loaders.uima import view as uima_view
from lxml import etree

from kg import ontology
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem
from kg.loading import Report
from kg.loading import read as load
from kg.mappings import Row, Scheme, Sense, Vocabulary
from kg.sources import Source
from tests.golden import apart, compare
from tests.hostile import offline

CASES = Path(__file__).parent / "data" / "uima"
SECONDS = 5
OURS = Vocabulary(ontology.load())
SILENT = Vocabulary(ontology.load(), [Scheme("own", "", (Row("No relation", "", "", Sense(None), "", 1),))])


def read(path: Path, vocabulary: Vocabulary = OURS) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart; problems name the file alone."""
    source = Source(path, path.parent)
    source.name = path.name
    return apart(uima.read(source, vocabulary))


def article_of(case: str) -> Path:
    return next((CASES / case).glob("article.[xj][ms][io]*"))


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    claims, problems = read(article_of(case))
    compare(CASES / case, claims, problems)


@pytest.mark.parametrize(("xmi", "as_json"), [("relations-xmi", "relations-json"), ("other-tools", "other-tools-json")])
def test_xmi_and_json_of_one_document_say_the_same(xmi: str, as_json: str) -> None:
    claims, problems = read(article_of(xmi))
    others, _ = read(article_of(as_json))
    assert claims == others
    assert claims
    assert not [about for about in problems if about.severity == "error"]


# Files that are changed in one place: what is said, and how many claims are left. The case has three.

XMI = (CASES / "relations-xmi" / "article.xmi").read_text(encoding="utf-8")
JSON = (CASES / "relations-json" / "article.json").read_text(encoding="utf-8")
TYPES = (CASES / "relations-xmi" / "TypeSystem.xml").read_text(encoding="utf-8")
EVENTS = (CASES / "events" / "article.xmi").read_text(encoding="utf-8")
EVENT_TYPES = (CASES / "events" / "TypeSystem.xml").read_text(encoding="utf-8")
IRAN = 'xmi:id="7" sofa="1" begin="36" end="40"'


def put(folder: Path, data: str | bytes, types: str | bytes | None = TYPES, name: str = "article.xmi") -> Path:
    """A CAS in a folder, with its type system and an empty sidecar."""
    for file, content in {name: data, "TypeSystem.xml": types, "article.article.json": "{}"}.items():
        if content is not None:
            (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


FAULTS = [
    # places: half of a character, behind the text, before it, backwards, nothing, no number
    (IRAN, IRAN.replace('"36"', '"1"'), ["wrong-offset"], 2),
    (IRAN, IRAN.replace('"40"', '"9999"'), ["wrong-offset"], 2),
    (IRAN, IRAN.replace('"36"', '"-4"'), ["wrong-offset"], 2),
    (IRAN, IRAN.replace('"36"', '"45"'), ["wrong-offset"], 2),
    (IRAN, IRAN.replace('"36"', '"40"'), ["wrong-offset"], 2),
    (IRAN, IRAN.replace('"36"', '"x"'), ["bad-record"], 0),
    (IRAN, IRAN.replace('begin="36"', ""), [], 3),  # UIMA leaves out a 0
    # references
    ('Governor="7"', 'Governor="99"', ["bad-record"], 0),
    ('Governor="7"', 'Governor="x"', ["bad-record"], 0),
    ('Governor="7"', "", ["missing-argument"], 2),
    ('Governor="7" Dependent="8"', "", ["missing-argument"], 2),
    ('Governor="7"', 'Governor="4"', [], 3),  # a sentence is an annotation as well
    ('Governor="7"', 'Governor="1"', ["bad-record"], 0),  # the text is none
    ('xmi:id="8"', 'xmi:id="7"', ["bad-record"], 0),
    ('xmi:id="8"', "", ["bad-record"], 0),
    (IRAN, IRAN.replace('sofa="1"', 'sofa="7"'), ["bad-record"], 0),
    ('members="', 'members="99 ', ["bad-record"], 0),
    (" 7 ", " ", [], 3),  # who is no member of the view, but stands in a relation
    # types and features
    ("custom:Relation", "custom:Tie", ["bad-record"], 0),
    ("Governor=", "Source=", ["bad-record"], 0),
    ('value="arms"', 'worth="arms"', ["bad-record"], 0),
    ('value="arms"', 'value="armz"', ["unknown-relation"], 2),
    ('value="arms"', 'value=""', ["unknown-relation"], 2),
    ('value="ArmedGroup"', 'value="Armed gruop"', ["unknown-kind"], 3),
    ('value="ArmedGroup"', 'value=" "', [], 3),
    ("http://example.org/kb#houthi", "houthi", ["unknown-value"], 3),
    ("http://example.org/kb#houthi", "http://example.org/notInWiki", [], 3),
    (' sofa="1" members', " members", ["no-claims"], 0),  # a view without a text
    # the whole
    ("<xmi:XMI ", "<!DOCTYPE a><xmi:XMI ", ["bad-record"], 0),
    ("</xmi:XMI>", "", ["bad-record"], 0),
    ("sofaString=", "sofaText=", ["bad-record"], 0),
    ("'UTF-8'", "'UTF-16'", ["bad-record"], 0),
    ("'UTF-8'", "'no such'", ["bad-record"], 0),
]


@pytest.mark.parametrize(("there", "fault", "codes", "left"), FAULTS, ids=[f"{a}-{b}"[:60] for a, b, _, _ in FAULTS])
def test_a_fault_in_xmi(there: str, fault: str, codes: list[str], left: int, tmp_path: Path) -> None:
    assert there in XMI
    claims, problems = read(put(tmp_path, XMI.replace(there, fault, 1)))
    assert ([about.code for about in problems], len(claims)) == (codes, left)
    assert all(about.severity == PROBLEMS[about.code][0] and about.path == "article.xmi" for about in problems)


PLACE = '"begin": 36,\n      "end": 40'
JSON_FAULTS = [
    (PLACE, '"end": 40, "begin": 1', ["wrong-offset"], 2),
    (PLACE, '"end": 40, "begin": "36"', ["bad-record"], 0),
    (PLACE, '"end": 40, "begin": 1e300', ["wrong-offset"], 2),
    (PLACE, '"end": 40, "begin": null', ["bad-record"], 0),
    ('"@Governor": 7', '"@Governor": 99', ["missing-argument"], 2),
    ('"@Governor": 7', '"@Governor": "7"', ["missing-argument"], 2),
    ('"@Governor": 7', '"Governor": 7', ["missing-argument"], 2),
    ('"@Governor": 7', '"@Governor": 1', ["missing-argument"], 2),
    ('"%ID": 8', '"%ID": 7', ["bad-record"], 0),
    ('"%ID": 8', '"%ID": [8]', ["bad-record"], 0),
    ('"%TYPE": "webanno.custom.Relation"', '"%TYPE": "webanno.custom.Tie"', ["bad-record"], 0),
    ('"%TYPE": "webanno.custom.Relation"', '"%TYPE": 7', ["bad-record"], 0),
    ('"%TYPES": {', '"%TYPES": [], "x": {', ["bad-record"], 0),
    ('"%TYPES"', '"%KINDS"', ["bad-record"], 0),
    ('"%VIEWS"', '"%SIGHTS"', ["bad-record"], 0),
    ('"%MEMBERS"', '"%LIMBS"', ["bad-record"], 0),
    ('"%SUPER_TYPE": "uima.tcas.Annotation"', '"%SUPER_TYPE": "nothing"', ["bad-record"], 0),
    ('"sofaString": "', '"sofaString": 7, "x": "', ["bad-record"], 0),
    ('"value": "arms"', '"value": ["arms"]', [], 3),
    ('"value": "arms"', '"value": {"a": "arms"}', ["unknown-relation"], 2),
    ('"value": "arms"', '"value": true', ["unknown-relation"], 2),
    ("{", "[", ["bad-record"], 0),
    ("{", "{" * 100_000, ["bad-record"], 0),
]


@pytest.mark.parametrize(("there", "fault", "codes", "left"), JSON_FAULTS, ids=[b[:60] for _, b, _, _ in JSON_FAULTS])
def test_a_fault_in_json(there: str, fault: str, codes: list[str], left: int, tmp_path: Path) -> None:
    assert there in JSON
    claims, problems = read(put(tmp_path, JSON.replace(there, fault, 1), None, "article.json"))
    assert ([about.code for about in problems], len(claims)) == (codes, left)


def test_the_message_of_a_wrong_place_says_which_and_what_it_costs(tmp_path: Path) -> None:
    _, problems = read(put(tmp_path, XMI.replace(IRAN, IRAN.replace('"36"', '"1"'))))
    assert str(problems[0]) == (
        "article.xmi: error wrong-offset: NamedEntity 7 stands at 1 to 40 (UTF-16 units), which is outside of the text "
        "or within a character; 1 claim is left out"
    )


def test_an_event_at_a_wrong_place_is_left_out(tmp_path: Path) -> None:
    whole, _ = read(put(tmp_path, EVENTS, EVENT_TYPES))
    claims, problems = read(put(tmp_path, EVENTS.replace('begin="61" end="65"', 'begin="61" end="650"'), EVENT_TYPES))
    assert len(claims) == len(whole) - 1
    assert [about.message for about in problems if about.severity == "error"] == [
        "Event 21 stands at 61 to 650 (UTF-16 units), which is outside of the text or within a character; "
        "1 claim is left out"
    ]


def with_events(events: str, *ids: int) -> str:
    """The case with more events, of which those with these ids are members of the view."""
    members = " ".join(map(str, ids))
    return EVENTS.replace("<cas:Sofa", f"{events}<cas:Sofa").replace('members="', f'members="{members} ')


def test_an_event_with_too_many_fillers_is_refused(tmp_path: Path) -> None:
    links = {1000 + n: (role, 6) for n, role in enumerate(("Agent", "Target", "Speaker") * 20)}
    actors = {2000 + n: f'<type1:NamedEntity xmi:id="{2000 + n}" sofa="1" begin="0" end="4"/>' for n in range(60)}
    event = "".join(
        f'{actors[id + 1000]}<custom:EventParticipantsLink xmi:id="{id}" role="{role}" target="{id + 1000}"/>'
        for id, (role, _) in links.items()
    )
    participants = " ".join(map(str, links))
    event += f'<custom:Event xmi:id="999" sofa="1" begin="0" end="4" value="arms" participants="{participants}"/>'
    before, _ = read(put(tmp_path, EVENTS, EVENT_TYPES))
    claims, problems = read(put(tmp_path, with_events(event, 999), EVENT_TYPES))
    assert claims == before
    assert [about.message for about in problems if about.code == "bad-record"] == [
        "8,000 combinations of those who fill the roles of Event 999; 1,000 are the most"
    ]


def test_a_long_chain_of_events_takes_little_time(tmp_path: Path) -> None:
    count = 3000
    events = "".join(
        f'<custom:EventParticipantsLink xmi:id="{10_000 + n}" role="Agent" target="{20_001 + n if n < count else 6}"/>'
        f'<custom:EventParticipantsLink xmi:id="{30_000 + n}" role="Target" target="8"/>'
        f'<custom:Event xmi:id="{20_000 + n}" sofa="1" begin="21" end="24" value="arms" '
        f'participants="{10_000 + n} {30_000 + n}"/>'
        for n in range(count + 1)
    )
    start = time.monotonic()
    claims, problems = read(put(tmp_path, with_events(events, 20_000), EVENT_TYPES))
    assert time.monotonic() - start < SECONDS
    assert len(claims) == count + 1 + 5
    assert len([about for about in problems if about.code == "nested-event"]) == count + 1


def test_a_ring_of_events_is_reported(tmp_path: Path) -> None:
    faulty = EVENTS.replace('role="Agent1" target="23"', 'role="Agent1" target="28"')
    claims, problems = read(put(tmp_path, faulty, EVENT_TYPES))
    assert len(claims) == 3
    assert sorted(about.message for about in problems if about.severity == "error") == [
        "Event 28 points at Event 28, which leads to no subject",
        "Event 33 points at Event 28, which leads to no subject",
    ]


def test_a_label_that_is_known_to_say_nothing_is_passed_over(tmp_path: Path) -> None:
    claims, (about,) = read(put(tmp_path, XMI.replace('value="arms"', 'value="No relation"')), SILENT)
    assert len(claims) == 2
    assert (about.code, about.message) == ("passed-over", "“No relation” says nothing about two actors")


def test_who_points_at_another_without_a_slot_is_passed_over(tmp_path: Path) -> None:
    spoken = (
        "<features><featureDescription><name>Speaker</name><rangeTypeName>uima.tcas.Annotation</rangeTypeName>"
        "</featureDescription>"
    )
    time_layer = EVENT_TYPES.index("<name>webanno.custom.Time</name>")
    types = EVENT_TYPES[:time_layer] + EVENT_TYPES[time_layer:].replace("<features>", spoken, 1)
    data = EVENTS.replace('<custom:Time xmi:id="17"', '<custom:Time xmi:id="17" Speaker="9"')
    before, _ = read(put(tmp_path, EVENTS, EVENT_TYPES))
    claims, problems = read(put(tmp_path, data, types))
    assert claims == before
    assert [about.message for about in problems if about.code == "passed-over"] == [
        "what the layer webanno.custom.Time points at, whose label is no relation"
    ]


@pytest.mark.parametrize(
    "before", ["", "\U0001f973 ", "\U0001f473\U0001f3fb\u200d\u2640\ufe0f ", "e\u0301\r\n", "\ufeff"]
)
def test_places_count_utf_16_units(before: str, tmp_path: Path) -> None:
    text = f"{before}Iran arms Syria."
    places = {word: len(text[: text.index(word)].encode("utf-16-le")) // 2 for word in ("Iran", "Syria")}
    data = json.loads(JSON)
    for each in data["%FEATURE_STRUCTURES"]:
        if each["%ID"] == 1:
            each["sofaString"] = text
        elif each["%ID"] in {7, 8}:
            word = "Iran" if each["%ID"] == 7 else "Syria"
            each |= {"begin": places[word], "end": places[word] + len(word)}
    data["%VIEWS"]["_InitialView"]["%MEMBERS"] = [7, 8, 11]
    claims, problems = read(put(tmp_path, json.dumps(data), None, "article.json"))
    assert not problems
    assert [(claim.subject.written, claim.object.written) for claim in claims] == [("Iran", "Syria")]
    assert {text[begin:end] for begin, end, _ in claims[0].marks} == {"Iran", "Syria"}
    assert text[claims[0].begin : claims[0].end] == claims[0].quote


# The type system: where it may lie, and what may be in it. cassis makes code of its names.


def test_xmi_without_a_type_system_says_how_to_get_one(tmp_path: Path) -> None:
    claims, (about,) = read(put(tmp_path, XMI, None))
    assert not claims
    assert about.code == "not-read"
    assert "UIMA CAS XMI (XML 1.0)" in about.message
    assert "ZIP" in about.message


@pytest.mark.parametrize(
    "name", ["article-typesystem.xml", "article.typesystem.xml", "TypeSystem.xml", "typesystem.xml"]
)
def test_names_of_the_type_system(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(TYPES, encoding="utf-8")
    assert len(read(put(tmp_path, XMI, None))[0]) == 3


def test_its_own_type_system_goes_before_that_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "article-typesystem.xml").write_text(TYPES, encoding="utf-8")
    assert len(read(put(tmp_path, XMI, "<typeSystemDescription/>"))[0]) == 3


def named(name: str) -> str:
    return TYPES.replace("<name>Governor</name>", f"<name>{name}</name>")


def chained(count: int, features: int = 0) -> str:
    own = "".join(
        f"<featureDescription><name>f{{0}}x{n}</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>"
        for n in range(features)
    )
    types = "".join(
        f"<typeDescription><name>a.T{n}</name><supertypeName>{f'a.T{n - 1}' if n else 'uima.tcas.Annotation'}"
        f"</supertypeName><features>{own.format(n)}</features></typeDescription>"
        for n in range(count)
    )
    return TYPES.replace("<types>", f"<types>{types}")


RING = "".join(
    f"<typeDescription><name>a.{a}</name><supertypeName>a.{b}</supertypeName></typeDescription>"
    for a, b in ("AB", "BA")
)
HOSTILE_TYPES = {
    "a name that is code": named("x=print(1)"),
    "a name that is code in a format": named("x}}{self.__init__.__globals__"),
    "a name with a line of code in it": named("x\n    import os\n    "),
    "a name between underscores": named("__class__"),
    "a name with a blank": named("Gov ernor"),
    "no name": named(""),
    "the name that cassis uses": named("xmiID"),
    "a name of a type that is code": TYPES.replace("webanno.custom.Relation", "webanno.custom.Relation(print(1))"),
    "a type of no namespace that cassis knows": named("x=print(1)").replace(
        ' xmlns="http://uima.apache.org/resourceSpecifier"', ""
    ),
    "500 types, one below the other": chained(500),
    "30 types with 30 features each": chained(30, 30),
    "a type with 1000 features": chained(1, 1000),
    "30,000 types": TYPES.replace(
        "<types>",
        "<types>"
        + "".join(
            f"<typeDescription><name>a.T{n}</name><supertypeName>uima.cas.TOP</supertypeName></typeDescription>"
            for n in range(30_000)
        ),
    ),
    "a ring of types": TYPES.replace("<types>", f"<types>{RING}"),
    "a type declaration": TYPES.replace("<typeSystemDescription", "<!DOCTYPE a><typeSystemDescription"),
    "entities": TYPES.replace(
        "<typeSystemDescription", '<!DOCTYPE a [<!ENTITY b SYSTEM "http://192.0.2.1/">]><typeSystemDescription'
    ),
    "an import from elsewhere": "<typeSystemDescription><imports><import location='http://192.0.2.1/'/></imports></typeSystemDescription>",
    "nothing": "",
    "no XML": "{}",
}


@pytest.mark.parametrize("name", HOSTILE_TYPES)
def test_a_hostile_type_system(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    start = time.monotonic()
    with offline():
        claims, problems = read(put(tmp_path, XMI, HOSTILE_TYPES[name]))
    assert time.monotonic() - start < SECONDS
    assert not claims
    assert [about.code for about in problems] == ["bad-record"]
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("name", ["x=print(1)", "x}}{self", "__class__", "a b", "", "@x", "xmiID"])
def test_a_hostile_name_in_json(name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = json.loads(JSON)
    data["%TYPES"]["webanno.custom.Relation"][name] = {"%NAME": name, "%RANGE": "uima.cas.String"}
    claims, problems = read(put(tmp_path, json.dumps(data), None, "article.json"))
    assert not claims
    assert [about.code for about in problems] == ["bad-record"]
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("identifier", "same_as"),
    [
        ("http://www.wikidata.org/entity/Q794", ("wikidata:Q794",)),
        ("Wikidata:q794", ("wikidata:Q794",)),
        ("viaf:1", ("viaf:1",)),
        ("see http://a.example/ and more", ()),
        ("http://a.example/notInWiki/Iran", ()),
        ("Wikidata:null", ()),
    ],
)
def test_identifiers(identifier: str, same_as: tuple[str, ...], tmp_path: Path) -> None:
    claims, _ = read(put(tmp_path, XMI.replace("http://www.wikidata.org/entity/Q794", identifier)))
    assert next(claim for claim in claims if claim.relation == "arms").subject.same_as == same_as


@pytest.mark.parametrize("name", ["class", "from", "is", "in", "None", "type", "self", "name", "Täter", "a_b", "x1"])
def test_a_label_may_stand_in_a_feature_of_any_name(name: str, tmp_path: Path) -> None:
    relation = TYPES.index("webanno.custom.Relation")
    types = TYPES[:relation] + TYPES[relation:].replace("<name>value</name>", f"<name>{name}</name>")
    claims, problems = read(put(tmp_path, XMI.replace('value="arms"', f'{name}="arms"'), types))
    assert [about.code for about in problems] == ["bad-record"], "the other relations have value still"
    data = re.sub(r'(Dependent="\d+") value=', rf"\1 {name}=", XMI)
    claims, problems = read(put(tmp_path, data, types))
    assert not problems or name == "name"
    assert len(claims) == (0 if name == "name" else 3)


def test_a_text_of_seven_million_characters_takes_little_time(tmp_path: Path) -> None:
    data = json.loads(JSON)
    text = next(each for each in data["%FEATURE_STRUCTURES"] if each["%ID"] == 1)
    text["sofaString"] += "Nothing else. " * 500_000
    start = time.monotonic()
    claims, _ = read(put(tmp_path, json.dumps(data), None, "article.json"))
    assert time.monotonic() - start < SECONDS
    assert len(claims) == 3


def test_xml_1_1(tmp_path: Path) -> None:
    data = XMI.replace("version='1.0'", "version='1.1'")
    assert len(read(put(tmp_path, data))[0]) == 3
    claims, (about,) = read(put(tmp_path, data.replace("Monday", "Mon&#1;day")))
    assert not claims
    assert about.code == "bad-record"
    assert "export UIMA CAS JSON 0.4.0" in about.message


def test_utf_16(tmp_path: Path) -> None:
    data = XMI.replace("UTF-8", "UTF-16").encode("utf-16")
    assert uima.recognises("article.xmi", data)
    assert len(read(put(tmp_path, data))[0]) == 3


# The article, and who annotated it.


def test_a_project_has_a_file_for_each_annotator(tmp_path: Path) -> None:
    for name in ("admin", "berta", "INITIAL_CAS"):
        folder = tmp_path / "project" / "annotation" / "talks.txt"
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as packed:
            packed.writestr(f"{name}.xmi", XMI)
            packed.writestr("TypeSystem.xml", TYPES)
    report = Report()
    claims = list(load(tmp_path / "project", report))
    assert Counter((claim.article.id, claim.annotator) for claim in claims) == {
        ("talks.txt", "admin"): 3,
        ("talks.txt", "berta"): 3,
        ("talks.txt", None): 3,
    }
    assert "article-conflict" not in {about.code for about in report.problems}


def test_a_document_of_its_own_name_has_no_annotator(tmp_path: Path) -> None:
    for name in ("talks.xmi", "talks.txt.xmi", "other.xmi"):
        assert {claim.annotator for claim in read(put(tmp_path, XMI, name=name))[0]} == {None}


def test_the_sidecar_goes_before_the_cas(tmp_path: Path) -> None:
    path = put(
        tmp_path, XMI.replace('documentId="talks.txt"', 'documentId="talks.txt" documentUri="https://a.example/"')
    )
    (claim, *_), _ = read(path)
    article = claim.article
    assert (article.id, article.title, article.url) == ("talks.txt", "talks.txt", "https://a.example/")
    (tmp_path / "article.article.json").write_text('{"id": "ours", "title": "Talks", "url": "https://b.example/"}')
    (claim, *_), _ = read(path)
    article = claim.article
    assert (article.id, article.title, article.url) == ("ours", "Talks", "https://b.example/")
    (tmp_path / "article.article.json").write_text('{"id": 7}')
    assert [about.code for about in read(path)[1]] == ["bad-article"]


def test_a_place_on_a_disk_is_no_address(tmp_path: Path) -> None:
    path = put(tmp_path, XMI.replace('documentId="talks.txt"', 'documentUri="file:/articles/talks.txt"'))
    (claim, *_), _ = read(path)
    assert (claim.article.id, claim.article.url) == ("article", None)


RECOGNISED = [
    ("a.xmi", XMI.encode()[:65_536], True),
    ("A.XMI", b"\xef\xbb\xbf" + XMI.encode(), True),
    ("a.xml", XMI.encode(), True),
    ("a.json", JSON.encode(), True),
    ("a.json", b'\xef\xbb\xbf\r\n {\n "%FEATURE_STRUCTURES" : [', True),
    ("a.json", b'{"_context" : { "_types" : {', True),
    ("a.json", b'{"_context": {}}', False),
    ("a.json", b'{"a": {"%TYPES": {}}}', False),
    ("a.json", b"[]", False),
    ("a.xmi", b"<xmi:XMI xmlns:xmi='http://www.omg.org/XMI' xmlns:uml='http://www.omg.org/spec/UML'/>", False),
    ("a.txt", XMI.encode(), False),
    ("TypeSystem.xml", TYPES.encode(), False),
    ("a.xmi", b"", False),
]


@pytest.mark.parametrize(("name", "head", "expected"), RECOGNISED)
def test_recognises(name: str, head: bytes, expected: bool) -> None:
    assert uima.recognises(name, head) is expected


def test_the_old_json_is_named(tmp_path: Path) -> None:
    claims, (about,) = read(put(tmp_path, '{"_context" : { "_types" : {} } }', None, "article.json"))
    assert not claims
    assert about.code == "not-read"
    assert "UIMA CAS JSON 0.4.0" in about.message


# Whatever a file holds: no exception, no waiting, and no quote that is not in the text.

SEEDS = [
    {path.name: path.read_bytes() for path in case.iterdir() if path.suffix in {".xmi", ".json", ".xml"}}
    for case in sorted(CASES.iterdir())
]
TAKEN = [
    b"",
    b'"',
    b"<",
    b">",
    b"&",
    b" ",
    b"\n",
    b"\xff",
    b"\0",
    b"1",
    b"99",
    b"-1",
    b"{",
    b"]",
    b",",
    b":",
    b"%ID",
    b"@",
]


@given(st.data())
def test_mutated_files_never_raise_or_misquote(data: st.DataObject) -> None:
    files = dict(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(sorted(files)))
        content = files[name]
        at, length = data.draw(st.integers(0, len(content))), data.draw(st.integers(0, 12))
        piece = data.draw(st.sampled_from([*TAKEN, content[at : at + 40] * 2]))
        files[name] = content[:at] + piece + content[at + length :]
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        path = next(Path(folder, name) for name in files if name in {"article.xmi", "article.json"})
        start = time.monotonic()
        claims, problems = read(path)
        assert time.monotonic() - start < SECONDS
        assert all(about.code in PROBLEMS and about.message for about in problems)
        texts = set(texts_of(path)) if claims else set()
    for claim in claims:
        if claim.quote is not None:
            assert any(text[claim.begin : claim.end] == claim.quote for text in texts)
            assert all((claim.begin or 0) <= begin < end <= (claim.end or 0) for begin, end, _ in claim.marks)


def texts_of(path: Path) -> list[str]:
    """The texts of a CAS, found without the loader."""
    if path.suffix == ".json":
        structures = json.loads(path.read_bytes())["%FEATURE_STRUCTURES"]
        return [each["sofaString"] for each in structures if isinstance(each.get("sofaString"), str)]
    root = ElementTree.fromstring(path.read_bytes())
    return [text for each in root if (text := each.get("sofaString"))]


# The real files beside the project.

LOCATED = Scheme(
    "own",
    "",
    (
        Row("located in", "", "", Sense("basedIn"), "", 1),
        *[Row(label, "", "", Sense(kind), "", 2) for label, kind in (("city", "Place"), ("state", "Place"))],
    ),
)


def test_a_relation_of_inception(shared_data: Path) -> None:
    path = shared_data / "formats/uima_xmi/inception-relation/relation_test.xmi"
    root = ElementTree.fromstring(path.read_bytes())
    relations = [each.attrib for each in root if "Governor" in each.attrib]
    claims, problems = read(path)
    assert not claims
    assert [(a.code, a.count) for a in problems] == [("no-article", 1), ("unknown-relation", len(relations))]
    claims, problems = read(path, Vocabulary(ontology.load(), [LOCATED]))
    assert [about.code for about in problems] == ["no-article"]
    assert [(c.subject.written, c.relation, c.object.written) for c in claims] == [("Darmstadt", "basedIn", "Hessen")]
    assert claims[0].quote == "Darmstadt is in Hessen."


# Files of cassis and the type system of each, all without relations.
PAIRS = {
    "cas_with_list_features.xmi": "typesystem_with_list_features.xml",
    "cas_with_collections.xmi": "typesystem_with_collections.xml",
    "cas_with_floating_point_special_values.xmi": "typesystem_with_floating_points.xml",
    "cas_has_fs_with_no_namespace.xmi": "typesystem_has_types_with_no_namespace.xml",
    "cas_with_reserved_names.xmi": "typesystem_with_reserved_names.xml",
    "cas_with_two_sofas.xmi": "small_typesystem.xml",
    "cas_with_nonindexed_fs.xmi": "important_dkpro_types.xml",
}


@pytest.mark.parametrize("name", PAIRS)
def test_files_of_cassis(name: str, shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "formats/uima_xmi/cassis"
    path = put(tmp_path, (folder / name).read_bytes(), (folder / "typesystems" / PAIRS[name]).read_bytes())
    claims, problems = read(path)
    assert not claims
    assert [about.code for about in problems] == ["no-claims"]


def test_a_type_that_the_type_system_lacks_is_named(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "formats/uima_xmi/cassis"
    types = (folder / "typesystems/small_typesystem.xml").read_bytes()
    claims, (about,) = read(put(tmp_path, (folder / "lenient_cas.xmi").read_bytes(), types))
    assert not claims
    assert about.code == "bad-record"
    assert "cassis.NotInTypesystem" in about.message


def test_files_of_cassis_without_their_type_system(shared_data: Path) -> None:
    for path in (shared_data / "formats/uima_xmi/cassis").glob("*.xmi"):
        assert uima.recognises(path.name, path.read_bytes()[:65_536])
        assert [about.code for about in read(path)[1]] == ["not-read"]


def test_the_type_systems_of_others_are_small_enough(shared_data: Path) -> None:
    paths = [path for path in (shared_data / "formats").rglob("*.xml") if b"typeSystemDescription" in path.read_bytes()]
    assert len(paths) > 10
    for path in paths:
        types = uima_types.of_xml(etree.parse(path).getroot())
        assert types
        assert uima_types.wrong(types) is None, path


def test_xmi_and_json_of_others_hold_the_same(shared_data: Path) -> None:
    folders = [path.parent for path in (shared_data / "formats/uima_json").rglob("debug.xmi")]
    assert len(folders) >= 5
    for folder in folders:
        texts = []
        for path in (folder / "data.json", folder / "debug.xmi"):
            found = uima_cas.read(path.read_bytes(), Source(path, folder))
            assert not isinstance(found, Problem), path
            content = uima_view.content(*found)
            texts.append((content.text, Counter((each.layer, each.spans) for each in content.annotations)))
            assert [about.code for about in read(path)[1]] == ["no-claims"]
        assert texts[0] == texts[1], folder


def test_json_of_others_holds_what_it_says(shared_data: Path) -> None:
    """Text and places of every annotation, as the JSON has them; they count UTF-16 units."""
    paths = sorted((shared_data / "formats/uima_json").rglob("*.json"))
    assert len(paths) >= 8
    for path in paths:
        assert uima.recognises(path.name, path.read_bytes()[:65_536])
        raw = json.loads(path.read_bytes())
        structures = raw.get("%FEATURE_STRUCTURES", [])
        text = next((each["sofaString"] for each in structures if "sofaString" in each), None)
        units = (text or "").encode("utf-16-le")
        said = Counter(
            (each["%TYPE"], units[2 * each["begin"] : 2 * each["end"]].decode("utf-16-le"))
            for each in structures
            if "begin" in each
        )
        found = uima_cas.read(path.read_bytes(), Source(path, path.parent))
        assert not isinstance(found, Problem), path
        content = uima_view.content(*found)
        assert content.text == text
        ours = Counter((each.layer, text[b:e]) for each in content.annotations for b, e in each.spans if text)
        assert ours == said
        assert [about.code for about in read(path)[1]] == ["no-claims"]
