"""The loader of web annotations: golden cases, malformed ones one by one, mutated files, and the real samples."""

import io
import json
import re
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import web_annotation

from kg import mappings, ontology
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem
from kg.mappings import Vocabulary
from kg.sources import Source
from tests.golden import apart, compare

CASES = Path(__file__).parent / "data" / "web-annotation"
WORDS = Vocabulary(ontology.load())


class Memory(Source):
    """A file that stands nowhere, and the text beside it."""

    def __init__(self, data: bytes, txt: bytes | None, sidecar: bytes | None = b"{}") -> None:
        super().__init__(Path("article.json"), Path())
        self._data, self._siblings = data, {".txt": txt, ".article.json": sidecar}

    def open(self) -> BinaryIO:
        return io.BytesIO(self._data)

    def sibling(self, suffix: str) -> bytes | None:
        return self._siblings[suffix]


def read(source: Source, words: Vocabulary = WORDS) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart."""
    return apart(web_annotation.read(source, words))


def assert_quotes(claims: list[Claim], txt: bytes | None) -> None:
    text = txt.decode() if txt is not None and claims else ""
    for claim in claims:
        assert (claim.quote is None) == (txt is None)
        assert claim.quote is None or text[claim.begin : claim.end] == claim.quote
        for begin, end, role in claim.marks:
            assert (claim.begin or 0) <= begin < end <= (claim.end or 0)
            entity = claim.subject if role == "subject" else claim.object
            assert "".join(text[begin:end].split()) in "".join(entity.written.split())


# Golden cases: UPDATE_GOLDEN=1 writes what the loader says now; read the difference before it is committed.


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    [path] = (path for path in (CASES / case).glob("article.json*"))
    assert web_annotation.recognises(path.name, path.read_bytes())
    source = Source(path, CASES / case)
    source.name = path.name
    claims, problems = read(source)
    txt = path.with_suffix(".txt")
    assert_quotes(claims, txt.read_bytes() if txt.exists() and case != "several-texts" else None)
    compare(CASES / case, claims, problems)


# What a link says wrongly: code, nearest, and how many claims are made. `#1` is Mali, `#2` is Chad, `#3` has no words.

TEXT = "Mali arms Chad. Chad thanks Mali.\n"


def on(id: str, start: int, end: int) -> dict[str, Any]:
    selector = [
        {"type": "TextQuoteSelector", "exact": TEXT[start:end]},
        {"type": "TextPositionSelector", "start": start, "end": end},
    ]
    return {"id": id, "type": "Annotation", "target": {"selector": selector}}


GOOD = [on("#1", 0, 4), on("#2", 10, 14), {"id": "#3", "type": "Annotation", "target": "http://a.example/picture"}]
BOTH = [{"id": "#1"}, {"id": "#2"}]


def tags(*values: object) -> list[dict[str, object]]:
    return [{"purpose": "tagging", "value": value} for value in values]


MALFORMED: list[tuple[dict[str, Any], list[tuple[str, str | None]], int]] = [
    ({"body": tags("arms"), "target": BOTH}, [], 1),
    ({"body": tags("arms", "endorses", "Nice"), "target": BOTH}, [], 2),
    ({"body": tags("army"), "target": BOTH}, [("unknown-relation", "arms")], 0),
    ({"body": tags("army", "navy"), "target": BOTH}, [("unknown-relation", "arms")], 0),
    ({"body": tags("Negation"), "target": BOTH}, [("unknown-relation", None)], 0),
    ({"body": tags(""), "target": BOTH}, [("unknown-relation", None)], 0),
    ({"body": tags(7, None, [], {}), "target": BOTH}, [("unknown-relation", None)], 0),
    ({"body": [], "target": BOTH}, [("unknown-relation", None)], 0),
    ({"target": BOTH}, [("unknown-relation", None)], 0),
    ({"body": [{"value": "arms"}], "target": BOTH}, [("unknown-relation", None)], 0),
    ({"body": [{"value": "arms", "purpose": "commenting"}], "target": BOTH}, [("unknown-relation", None)], 0),
    ({"body": tags("arms", "Modality perhaps"), "target": BOTH}, [("unknown-value", None)], 1),
    ({"body": tags("arms", "Confidence 2"), "target": BOTH}, [("unknown-value", None)], 1),
    ({"body": tags("arms", "Negation no"), "target": BOTH}, [], 1),
    ({"body": tags("arms"), "target": [{"id": "#1"}]}, [("missing-argument", None)], 0),
    ({"body": tags("arms"), "target": "#1"}, [("missing-argument", None)], 0),
    ({"body": tags("arms"), "target": []}, [("missing-argument", None)], 0),
    ({"body": tags("arms"), "target": None}, [("missing-argument", None)], 0),
    ({"body": tags("arms"), "target": 7}, [("missing-argument", None)], 0),
    ({"body": tags("arms"), "target": [*BOTH, "#2"]}, [("bad-record", None)], 0),
    ({"body": tags("arms"), "target": ["#1", "#9"]}, [("missing-mention", None)], 0),
    ({"body": tags("arms"), "target": ["#1", "#3"]}, [("missing-mention", None)], 0),
    ({"body": tags("arms"), "target": ["#1", "#link"]}, [("missing-mention", None)], 0),
    ({"body": [*tags("arms"), "#2"], "target": "#1"}, [], 1),
    ({"body": [*tags("arms"), {"id": "#2"}], "target": {"id": "#1"}}, [], 1),
    ({"body": [*tags("arms"), {"id": "#2"}, "#1"], "target": {"id": "#1"}}, [("bad-record", None)], 0),
    ({"motivation": ["oa:linking"], "body": tags("arms"), "target": BOTH}, [], 1),
    ({"motivation": "commenting", "body": tags("arms"), "target": {"selector": {"from": "#1", "to": "#2"}}}, [], 1),
    ({"motivation": "commenting", "body": tags("arms"), "target": BOTH}, [], 0),
    ({"id": "#1", "body": tags("arms"), "target": BOTH}, [("duplicate-id", None)], 0),
]


@pytest.mark.parametrize(("link", "expected", "made"), MALFORMED)
def test_malformed(link: dict[str, Any], expected: list[tuple[str, str | None]], made: int) -> None:
    said = [*GOOD, {"id": "#link", "motivation": "linking"} | link]
    claims, problems = read(Memory(json.dumps(said).encode(), TEXT.encode()))
    assert [(about.code, about.near) for about in problems if about.code != "passed-over"] == expected
    assert len(claims) == made
    assert_quotes(claims, TEXT.encode())
    assert "passed-over" in {about.code for about in problems}, "#3 is in no relation, and elsewhere #2"


def test_direction_is_from_the_target_to_the_body() -> None:
    said = [*GOOD, {"id": "#4", "motivation": "linking", "body": [*tags("arms"), "#2"], "target": "#1"}]
    [claim], _ = read(Memory(json.dumps(said).encode(), TEXT.encode()))
    assert (claim.subject.written, claim.object.written) == ("Mali", "Chad")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "bad-record"),
        (b"[", "bad-record"),
        (b'{"target": "#1"', "bad-record"),
        (b'{"target": "\xff"}', "bad-encoding"),
        (b'{"id": "#1", "target": "#2"}\n{"id"', "bad-record"),
        (b'{"id": "#1", "target": "#2"}\n{"id": "\xff"}', "bad-encoding"),
        (b'{"a":' * 100_000, "bad-record"),
    ],
)
def test_what_is_no_json_is_one_error(data: bytes, code: str) -> None:
    claims, problems = read(Memory(data, None))
    assert (claims, [about.code for about in problems]) == ([], [code])


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"7",
        b"null",
        b'"x"',
        b"[[[]], {}, null]",
        json.dumps([{"items": {"items": {"items": []}}}]).encode(),
        b'[{"target": {"selector": ' + b'{"refinedBy": ' * 200 + b"1" + b"}" * 202 + b"]",
        b'{"items": ' * 200 + b"[]" + b"}" * 200,
        b"[" * 200 + b"]" * 200,
    ],
)
def test_json_without_links_gives_no_claims_and_no_error(data: bytes) -> None:
    claims, problems = read(Memory(data, TEXT.encode()))
    assert not claims
    assert {about.code for about in problems} <= {"passed-over"}


def test_a_sidecar_or_text_that_cannot_be_read_costs_the_article() -> None:
    data = json.dumps([*GOOD, {"id": "#4", "motivation": "linking", "body": tags("arms"), "target": BOTH}]).encode()
    assert [about.code for about in read(Memory(data, TEXT.encode(), b"{"))[1]] == ["bad-article"]
    assert [about.code for about in read(Memory(data, b"\xff"))[1]] == ["bad-encoding"]


# Files with faults.

LINKS = [
    (CASES / case / "article.json").read_bytes() for case in ("anchors", "collection", "connections", "recogito-js")
]
TEXTS = [(CASES / case / "article.txt").read_bytes() for case in ("anchors", "recogito-js")]
PIECES = st.sampled_from(
    [
        *(
            b"[",
            b"]",
            b"{",
            b"}",
            b'"',
            b",",
            b":",
            b"null",
            b"-1",
            b"9" * 30,
            b"1.5",
            b'"#1"',
            b"\\ud800",
            b'"linking"',
        ),
        b"",
    ]
)


@given(
    st.sampled_from(LINKS),
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 12), PIECES), max_size=3),
)
def test_mutated_files_never_raise_or_misquote(data: bytes, txt: bytes, changes: list[tuple[int, int, bytes]]) -> None:
    for place, length, piece in changes:
        data = data[:place] + piece + data[place + length :]
    claims, problems = read(Memory(data, txt))
    text = txt.decode()
    assert all(claim.quote == text[claim.begin : claim.end] for claim in claims if claim.marks)
    assert all(about.code in PROBLEMS for about in problems)
    assert (claims, problems) == read(Memory(data, txt)), "two runs are equal"


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from([None, True, 7, "#1", "#2", "", "linking", "tagging", "arms", "Annotation", "http://a.example/x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "id",
                        "type",
                        "motivation",
                        "body",
                        "target",
                        "selector",
                        "source",
                        "value",
                        "purpose",
                        "creator",
                    ),
                    *("exact", "prefix", "start", "end", "items", "refinedBy", "from", "to", "label"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.lists(st.fixed_dictionaries({"target": VALUES, "body": VALUES, "motivation": VALUES, "id": VALUES}), max_size=3)
)
def test_any_json_of_the_known_keys_is_read(said: list[object]) -> None:
    data = json.dumps([*GOOD, *said]).encode()
    for txt in (None, TEXT.encode()):
        claims, problems = read(Memory(data, txt))
        assert all(about.code in PROBLEMS for about in problems)
        assert all((claim.quote is None) == (txt is None or not claim.marks) for claim in claims)


# The real samples.


def test_the_sample_of_recogito(shared_data: Path) -> None:
    folder = shared_data / "formats/web_annotation/recogito-js"
    data = (folder / "annotations.w3c.json").read_bytes()
    sense = mappings.Row("isRelatedTo", "", "", mappings.Sense("ties"), "", 1)
    own = Vocabulary(WORDS.ontology, [mappings.Scheme("own", "", (sense,))])
    page = re.sub(
        r"<[^>]*>", "", (folder / "index.html").read_text().partition('class="plaintext">')[2].partition("</div>")[0]
    )
    claims, problems = read(Memory(data, page.encode()), own)
    [claim] = claims
    assert (claim.subject.written, claim.object.written) == ("Troy", "death in battle")
    assert_quotes(claims, page.encode())
    assert [(about.code, about.count) for about in problems] == [
        ("passed-over", 1),
        ("text-differs", 2),
        ("unknown-kind", 1),
    ]
    without, problems = read(Memory(data, None), own)
    assert [(claim.quote, claim.marks, claim.subject.written) for claim in without] == [(None, (), "Troy")]
    assert [about.code for about in problems] == ["passed-over", "no-text", "unknown-kind"]


def test_the_samples_of_the_w3c_hold_no_relation(shared_data: Path) -> None:
    for path in sorted((shared_data / "formats/web_annotation/w3c-samples").glob("*.json")):
        assert web_annotation.recognises(path.name, path.read_bytes())
        said = json.loads(path.read_bytes())
        held = said.get("items", [] if "first" in said else [said])
        claims, problems = read(Source(path, path.parent))
        assert not claims
        assert [(about.code, about.count) for about in problems] == ([("passed-over", len(held))] if held else [])
