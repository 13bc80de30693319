"""What is known and not read: each kind of file is told from a small one, and nothing that looks like it is."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import unread
from kg.loaders._heads import Head

from kg.errors import PROBLEMS

TAB = "\t"
EVENTS = "load the events"
JSON_LINES = '{"id": 1, "tokens": ["a", "b"], "relation": "r", '


def table(*cells: str, count: int = 0) -> bytes:
    """A line of so many cells between tabs, the rest of them blank."""
    return TAB.join([*cells, *[""] * (count - len(cells))]).encode() + b"\n"


# name, first bytes, and words of what is said of it
NOT_READ = [
    ("a.csv", b"annotation_id,annotator,id,label,lead_time,text\n1,1,1,x,2.0,y\n", "export JSON"),
    ("a.tsv", b'"annotation_id"\t"annotator"\t"id"\t"lead_time"\n', "export JSON"),
    ("a.json", b'[{"text": "x", "annotator": 1, "annotation_id": 2, "lead_time": 3.0}]', "export JSON"),
    ("a.conll", b"-DOCSTART- -X- O\nMali -X- _ B-State\n", "export JSON"),
    ("a.csv", b"\xef\xbb\xbfid,text,label,Comments\r\n1,x,y,\r\n", "JSONL"),
    ("a.xml", b"<?xml version='1.0'?>\n<GateDocument version=\"3\">\n<GateDocumentFeatures>", "no form of its own"),
    ("a.xml", '<?xml version="1.0" encoding="UTF-16"?><GateDocument>'.encode("utf-16"), "GATE XML"),
    ("a.bdocjs", b'{"annotation_sets": {"": {"annotations": []}}, "text": "x"}', "bdoc (JSON)"),
    ("a.json", b'{"features": {"text": 1}, "offset_type": "j", "annotation_sets": {}}', "bdoc (JSON)"),
    ("a.bdocym", b"annotation_sets:\n  ? ''\n  : annotations:\n", "bdoc (YAML)"),
    ("a.bdocmp", b"\xa3sm2\xa1j\xa1x", "bdoc (MessagePack)"),
    ("a.xml", b"<TEI><teiHeader>", "xmlns="),
    ("a.xml", b"<TEI.2><teiHeader>", "TEI P5"),
    ("a.xml", b'<Document doc_name="1.xml" doc_id="D1">\n<token t_id="1" sentence="0">Mali</token>', "ECB+"),
    ("a.xml", b'<!-- a sample -->\n<Sentences>\n<Sentence date="20160101" id="1">', "PETRARCH"),
    ("a.xml", b"<Validation>\n#### text\n<Environment>", "PETRARCH"),
    ("a.json", b'{"sentences": [["a"]], "ner": [[]], "relations": [[]], "doc_key": "k"}\n{', "SciERC"),
    ("a.json", f'[{JSON_LINES}"subj_start": 0, "obj_start": 1}}]'.encode(), "TACRED"),
    ("a.jsonl", f'{JSON_LINES}"h": {{"pos": [0, 1]}}, "t": {{}}}}\n'.encode(), "OpenNRE"),
    ("a.json", b'{"P931": [{"tokens": ["a"], "h": [], "t": []}], "P17": [{"tokens": []}]}', "FewRel"),
    ("a.txt", b"{'relation': 'NA', 'h': {'name': 'Mali'}, 't': {'name': 'Chad'}}\n", "Python literals"),
    ("a.txt", b"#doc 15\n0\tMali\tB-Loc\t['N']\t[0]\n", "CoNLL04"),
    ("a.json", b'{"text": "x", "denotations": [], "relations": []}', "PubAnnotation"),
    ("a.json", b'{"target": "x", "sourcedb": "P", "sourceid": "1", "text": "x", "tracks": []}', "PubAnnotation"),
    ("a.rdf", b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">', "Turtle"),
    ("a.json", b'[{"id": "1", "bodies": [], "target": {"selector": [{"quote": "x"}]}}]', "W3CTextFormat"),
    ("a.csv", table("410", "20150218230000", "20150218230000", "1", "a.example", count=16), EVENTS),
    ("a.csv", table("20150218230000-T12", "20150218230000", "2", count=27), EVENTS),
    ("a.csv", table("20150218230000-0", "20150218230000", "1", "a;b,c" * 9, "x" * 70_000), EVENTS),
    ("a.csv", table("20200705", "1", "", "TAX_FNCACT;A", count=11), EVENTS),
    ("a.csv", table("DATE", "NUMARTS", "COUNTS", count=11), EVENTS),
    ("a.csv", table("20200705", "1", "WOUND", "5", count=15), EVENTS),
    ("MIDA 5.0.csv", b"dispnum,stday,stmon,styear,hiact,hostlev,numa,numb\n2,-9,7,1902,7,3,1,1\n", "load MIDB"),
    ("MIDI 5.0.csv", b"dispnum,incidnum,stday,action,hostlev,numa\n", "load MIDIP"),
]
NO_CLAIMS = [
    ("TypeSystem.xml", b'<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">', "type system"),
    ("ner.rdf", b'# places\nisland\t\tinstance_of\tplace.\nisland\t\ttag\t"type::island".\n', "DWIE"),
    ("urls.json", f'[\n {{\n  "hash": "{"0f" * 20}",\n  "id": "DW_1",\n  "url": "x"}}]'.encode(), "DWIE"),
    ("codes.csv", b'"","eventtype_ID","name","code","goldstein"\n', "CAMEO"),
    ("codes.tsv", b"\tDescription\tGoldsteinScale\tcameoCode\n", "CAMEO"),
    ("codes.json", b'{"Description": {"1623": " Reduce", "083": " Accede"}}', "CAMEO"),
    ("rel_info.json", b'{"P6": "head of government", "P17": "country"}', "Wikidata"),
    ("rel2id.json", b'{\n  "NA": 0,\n  "P17": 1\n}\n', "numbers of labels"),
    ("states.csv", b"stateabb,ccode,statenme,styear\nUSA,2,United States,1816\n", "COW"),
    ("states.csv", b"gwcode,stateabb,statename,startdate\n", "Gleditsch"),
    ("all.csv", b"name,alpha-2,alpha-3,country-code\n", "ISO 3166"),
    ("country-codes.csv", b"FIFA,ISO3166-1-Alpha-3,ISO3166-1-Alpha-2\n", "country codes"),
    ("columns.csv", b"name,type,description\nGLOBALEVENTID,INTEGER,id\n", "columns of GDELT"),
    ("header.tsv", b"tableId\nGLOBALEVENTID\nSQLDATE\n", "columns of GDELT"),
    (
        "header.tsv",
        b"\ttableId\tdataType\tEmpty\tDescription\n0\tGKGRECORDID\tSTRING\tNULLABLE\tx\n",
        "columns of GDELT",
    ),
]
# Close to one of them, and none: another key, another root, another number of cells, a text that speaks of them.
OTHER = [
    ("a.csv", b"annotation_id,annotator,text\n"),
    ("a.csv", b"id,text\n1,x\n"),
    ("a.json", b'[{"id": 1, "annotator": 1, "annotation_id": 2, "lead_time": 3, "annotations": []}]'),
    ("a.json", b'{"relation": "r", "tokens": []}'),
    ("a.json", b'{"target": "x", "body": [], "bodies": [], "id": "1"}'),
    ("a.json", b'{"a": 1, "b": 2}'),
    ("a.json", b'{"P6": "head of government", "Q1": "x"}'),
    ("a.json", b'[{"P6": "head of government"}]'),
    ("a.json", b'{"P6": 7}'),
    ("a.json", b'["sentences", "ner", "relations"]'),
    ("a.json", b'{"a": {"text": "x", "denotations": []}}'),
    ("a.json", b"{}"),
    ("a.xml", b"<a><GateDocument/></a>"),
    ("a.xml", b"<Document><p/></Document>"),
    ("a.xml", b'<View class="x"/>'),
    ("a.xml", b"<RDF/>"),
    ("a.xml", b"<typeSystemDescription/>"),
    ("a.csv", b"dispnum,stabb,ccode,hostlev\n"),
    ("a.csv", b"name,type,description\nArms,relation,x\n"),
    ("a.csv", table("410", "20150218230000", "20150218230000", "1", count=15)),
    ("a.csv", table("410", "20140218", count=61)),
    ("a.txt", b"GDELT mentions, CAT XML and #doc 15 are formats.\n"),
    ("a.txt", b"id text label\n"),
    ("a.txt", b"{'a': 1}\n"),
    ("authors.json", b'{"x": 1}'),
    ("a.txt", b""),
]


@pytest.mark.parametrize(("name", "head", "words"), NOT_READ)
def test_formats_that_are_not_read(name: str, head: bytes, words: str) -> None:
    about = unread.about(name, head, "folder/" + name)
    assert about is not None
    assert (about.code, about.severity, about.path) == ("not-read", "error", "folder/" + name)
    assert words in about.message


@pytest.mark.parametrize(("name", "head", "words"), NO_CLAIMS)
def test_files_that_hold_no_claims(name: str, head: bytes, words: str) -> None:
    about = unread.about(name, head, name)
    assert about is not None
    assert (about.code, about.severity) == ("no-claims", "note")
    assert words in about.message


@pytest.mark.parametrize(("name", "head"), OTHER)
def test_what_only_looks_like_them(name: str, head: bytes) -> None:
    assert unread.about(name, head, name) is None


def test_every_kind_is_told_from_a_file_of_ours() -> None:
    kinds = {known.what for known in (*unread.NOT_READ, *unread.NO_CLAIMS)}
    said = [unread.about(name, head, name) for name, head, _ in (*NOT_READ, *NO_CLAIMS)]
    assert {about.message.partition(": ")[0] for about in said if about} == kinds


def test_one_kind_only_fits_each_file() -> None:
    for name, head, _ in (*NOT_READ, *NO_CLAIMS):
        fitting = {known.what for known in (*unread.NOT_READ, *unread.NO_CLAIMS) if known.fits(Head(name, head))}
        assert len(fitting) == 1, (name, head, fitting)


@given(st.data())
def test_cut_and_changed_heads_never_raise(data: st.DataObject) -> None:
    name, head, _ = data.draw(st.sampled_from([*NOT_READ, *NO_CLAIMS]))
    place = data.draw(st.integers(0, min(len(head), 300)))
    piece = data.draw(
        st.binary(max_size=3) | st.sampled_from([b'"', b"\\", b"{", b"]", b"\t", b"\0", b"\xff\xfe", b"<"])
    )
    for each in (head[:place], head[:place] + piece + head[place + 1 :]):
        about = unread.about(name, each, name)
        assert about is None or about.code in PROBLEMS


@given(st.binary(max_size=60))
def test_random_heads_never_raise(head: bytes) -> None:
    about = unread.about("a", head, "a")
    assert about is None or about.code in PROBLEMS


@pytest.mark.parametrize(
    "head",
    [
        *(b'{"' * 32_000, b'["\\"' * 16_000, b'{"a":"' + b'\\"' * 32_000, b"[" * 65_536, b"{" * 65_536, b"]" * 65_536),
        *(b"[" * 30_000 + b":" * 30_000, b'"' * 65_536, b"\t" * 65_536, b"\n" * 65_536, b"\0" * 65_536),
        b'<!DOCTYPE a [<!ENTITY b "' + b"c" * 1000 + b'">]><a b="' + b"&b;" * 20_000 + b'">',
        b"<!DOCTYPE a [<!ENTITY a0 'xx'>"
        + b"".join(b"<!ENTITY a%d '&a%d;&a%d;'>" % (n, n - 1, n - 1) for n in range(1, 60))
        + b"]><a b='&a59;'/>",
        b"<a " + b"x='1' " * 9000 + b">",
        b"#doc " + b"1" * 65_000,
        b"{'relation': '" + b"'h': " * 12_000,
    ],
)
def test_heads_that_mean_harm_are_quick(head: bytes) -> None:
    start = time.monotonic()
    unread.about("a.rdf", head, "a.rdf")
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    "value", [{"a": {"b": [1, {"c": 2}]}, 'x"y': "}", "d": [[]]}, [{"e": "\\"}], [[{"f": 1}]], {}, [], [1, {"g": 2}]]
)
def test_the_keys_of_a_head_are_those_of_the_first_object(value: object) -> None:
    first = value
    while isinstance(first, list):
        first = next((each for each in first if isinstance(each, dict | list)), None)
    keys = Head("", json.dumps(value).encode()).keys
    expected = {json.dumps(key)[1:-1] for key in first} if isinstance(first, dict) else set()
    assert keys.keys() == expected
