"""The loader of UIMA CAS: golden cases, both forms of one document, offsets, hostile type systems, faults, real files."""

import json
import os
import re
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import _uima_cas, _uima_types, _uima_view, uima

from kg import ontology
from kg.claim import Claim, to_json
from kg.errors import PROBLEMS, Problem
from kg.loading import Report
from kg.loading import read as load
from kg.mappings import Row, Scheme, Sense, Vocabulary
from kg.sources import Source
from tests.hostile import offline

CASES = Path(__file__).parent / "data" / "uima"
SECONDS = 5
OURS = Vocabulary(ontology.load())


def read(path: Path, vocabulary: Vocabulary = OURS) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart; problems name the file alone."""
    source = Source(path, path.parent)
    source.name = path.name
    items = list(uima.read(source, vocabulary))
    return [i for i in items if isinstance(i, Claim)], [i for i in items if isinstance(i, Problem)]


def article_of(case: str) -> Path:
    return next((CASES / case).glob("article.[xj][ms][io]*"))


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    claims, problems = read(article_of(case))
    said = {
        "claims.jsonl": b"".join(to_json(claims)),
        "problems.jsonl": b"".join(msgspec.json.encode(about) + b"\n" for about in problems),
    }
    for name, lines in said.items():
        if os.environ.get("UPDATE_GOLDEN"):
            (CASES / case / name).write_bytes(lines)
        expected = (CASES / case / name).read_bytes()
        assert [json.loads(line) for line in lines.splitlines()] == [json.loads(s) for s in expected.splitlines()]
        assert lines == expected


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
IRAN = '<type1:NamedEntity xmi:id="6" sofa="1" begin="36" end="40"'


def put(folder: Path, data: str | bytes, types: str | bytes | None = TYPES, name: str = "article.xmi") -> Path:
    """A CAS in a folder, with its type system and an empty sidecar."""
    for file, content in {name: data, "TypeSystem.xml": types, "article.article.json": "{}"}.items():
        if content is not None:
            (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


FAULTS = [
    # places: a half of the first character, behind the text, backwards, nothing, no number
    (IRAN, IRAN.replace('"36"', '"1"'), ["wrong-offset"], 2),
    (IRAN, IRAN.replace('"40"', '"9999"'), ["wrong-offset"], 2),
    (IRAN, IRAN.replace('"36"', '"-4"'), ["wrong-offset"], 2),
    (IRAN, IRAN.replace('"36"', '"45"'), ["wrong-offset"], 2),
    (IRAN, IRAN.replace('"36"', '"40"'), ["wrong-offset"], 2),
    (IRAN, IRAN.replace('"36"', '"x"'), ["bad-record"], 0),
    (IRAN, IRAN.replace('begin="36"', ""), [], 3),  # UIMA leaves out what is 0
    # references
    ('Governor="6"', 'Governor="99"', ["bad-record"], 0),
    ('Governor="6"', 'Governor="x"', ["bad-record"], 0),
    ('Governor="6"', "", ["missing-argument"], 2),
    ('Governor="6" Dependent="7"', "", ["missing-argument"], 2),
    ('Governor="6"', 'Governor="3"', [], 3),  # a sentence is an annotation as well
    ('xmi:id="7"', 'xmi:id="6"', ["bad-record"], 0),
    ('xmi:id="7"', "", ["bad-record"], 0),
    ('sofa="1" begin="36"', 'sofa="7" begin="36"', ["bad-record"], 0),
    ('members="', 'members="99 ', ["bad-record"], 0),
    (" 6 ", " ", [], 3),  # who is no member of the view, but stands in a relation
    # types and features
    ("custom:Relation", "custom:Tie", ["bad-record"], 0),
    ("Governor=", "Source=", ["bad-record"], 0),
    ('value="arms"', 'worth="arms"', ["bad-record"], 0),
    ('value="arms"', 'value="armz"', ["unknown-relation"], 2),
    ('value="arms"', 'value=""', ["unknown-relation"], 2),
    ('value="ArmedGroup"', 'value="Armed gruop"', ["unknown-kind"], 3),
    ('value="ArmedGroup"', 'value=" "', [], 3),
    ("http://example.org/kb#houthi", "houthi", ["unknown-value"], 3),
    ("http://example.org/kb#houthi", "http://example.org/NIL:null", [], 3),
    # the whole
    ("<xmi:XMI ", "<!DOCTYPE a []><xmi:XMI ", ["bad-record"], 0),
    ("</xmi:XMI>", "", ["bad-record"], 0),
    ("sofaString=", "sofaText=", ["bad-record"], 0),
    ('encoding="UTF-8"', 'encoding="UTF-16"', ["bad-record"], 0),
    ("encoding='UTF-8'", 'encoding="no such"', ["bad-record"], 0),
]


@pytest.mark.parametrize(("there", "fault", "codes", "left"), FAULTS, ids=[f"{a}-{b}"[:60] for a, b, _, _ in FAULTS])
def test_a_fault_in_xmi(there: str, fault: str, codes: list[str], left: int, tmp_path: Path) -> None:
    assert there in XMI or 'encoding="' in there
    claims, problems = read(put(tmp_path, XMI.replace(there, fault, 1)))
    if there in XMI:
        assert [about.code for about in problems] == codes
        assert len(claims) == left
    assert all(about.severity == PROBLEMS[about.code][0] and about.path == "article.xmi" for about in problems)
