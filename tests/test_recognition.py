"""Which loader reads which file: one of them, or none and why. Told for every real file, and for every golden one."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import unread

from kg import formats
from kg.errors import PROBLEMS, Problem
from kg.formats import FORMATS, HEAD, format_of, loader
from kg.sources import Source

DATA = Path(__file__).parent / "data"

PASSED_OVER = "passed over"

# What becomes of the real files: a pattern of their paths, the first that fits, and a format, the code of a problem, or
# that they are passed over.
EXPECTED = [
    ("*/SOURCE.txt", PASSED_OVER),
    ("*/LICENSE*", PASSED_OVER),
    ("*/README.md", PASSED_OVER),
    ("re3d/*/ATTRIBUTION", PASSED_OVER),
    ("re3d/*.json", "re3d"),
    ("alliances/atop_*.csv", "atop"),
    ("alliances/tss_*.csv", "tss"),
    ("alliances/*_states.csv", "no-claims"),
    ("codes/*.txt", PASSED_OVER),
    ("codes/*.html", PASSED_OVER),
    ("codes/*", "no-claims"),
    ("cow_mid/MIDA*", "not-read"),
    ("cow_mid/MIDI 5*", "not-read"),
    ("cow_mid/*.csv", "cow.mid"),
    ("dwie/annos/*.json", "dwie"),
    ("dwie/schema/*.rdf", "no-claims"),
    ("dwie/article_id_to_url.json", "no-claims"),
    ("formats/brat/*.ann", "brat"),
    ("formats/brat/*.txt", PASSED_OVER),
    ("formats/brat/*.conf", PASSED_OVER),
    ("formats/cat_xml/*.xml", "not-read"),
    ("formats/conll04/*.txt", "not-read"),
    ("formats/doccano/*.jsonl", "doccano"),
    ("formats/docred/rel_info.json", "no-claims"),
    ("formats/docred/*.json", "docred"),
    ("formats/gate/*", "not-read"),
    ("formats/label_studio/label_config.xml", PASSED_OVER),
    ("formats/label_studio/re3d-json.json", "label-studio"),
    ("formats/label_studio/*", "not-read"),
    ("formats/prodigy/*.jsonl", "prodigy"),
    ("formats/pubannotation/*", "not-read"),
    ("formats/scierc/*", "not-read"),
    ("formats/tacred_like/*2id.json", "no-claims"),
    ("formats/tacred_like/*", "not-read"),
    ("formats/tei/*.xml", "tei"),
    ("formats/uima_*.xmi", "uima"),
    ("formats/uima_*.json", "uima"),
    ("formats/uima_*.xml", "no-claims"),
    ("formats/web_annotation/*.json", "web-annotation"),
    ("formats/web_annotation/*.html", PASSED_OVER),
    ("formats/webanno_tsv/*.tsv", "webanno.tsv"),
    ("formats/webanno_tsv/*.xmi", "uima"),
    ("formats/webanno_tsv/*.xml", "no-claims"),
    ("formats/webanno_tsv/*.txt", PASSED_OVER),
    ("gdelt/events*.csv", "gdelt"),
    ("gdelt/headers/*", "no-claims"),
    ("gdelt/reference/*", PASSED_OVER),
    ("gdelt/*", "not-read"),
    ("icews/cameo-codes.csv", "no-claims"),
    ("icews/*.tab", "icews"),
    ("icews/*.txt", "icews.facts"),
    ("petrarch/*.xml", "not-read"),
    ("rusentrel/*.opin.txt", "rusentrel"),
    ("rusentrel/*.ann", "brat"),
    ("rusentrel/*.txt", PASSED_OVER),
    ("syria2016/ucdp_esd_*", "ucdp.esd"),
    ("syria2016/ucdp_ged_syria_2016*", "ucdp.ged"),
    ("syria2016/ucdp_ged_syria_dyad*", "ucdp.dyads"),
    ("syria2016/ucdp_prio_acd_*", "ucdp.acd"),
    ("unscon/*.csv", "unscon"),
]


def head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(HEAD)


def recognising(name: str, data: bytes) -> list[str]:
    """The formats whose loader says yes."""
    return [format for format in FORMATS if loader(format).recognises(name, data)]


def test_every_real_file_is_told(shared_data: Path) -> None:
    wrong = {}
    used = set()
    for path in sorted(path for path in shared_data.rglob("*") if path.is_file()):
        name = path.relative_to(shared_data).as_posix()
        pattern, expected = next((line for line in EXPECTED if fnmatchcase(name, line[0])), ("", "no line for it"))
        used.add(pattern)
        said = format_of(Source(path, shared_data))
        if expected != (said.code if isinstance(said, Problem) else said or PASSED_OVER):
            wrong[name] = (expected, said)
        assert len(recognising(path.name, head(path))) <= 1, name
    assert not wrong
    assert used == {pattern for pattern, _ in EXPECTED}, "every line is about some file"


def test_nothing_that_a_loader_reads_is_said_to_be_unread(shared_data: Path) -> None:
    for path in sorted(path for path in shared_data.rglob("*") if path.is_file()):
        if recognising(path.name, head(path)):
            assert unread.about(path.name, head(path), path.name) is None, path


def golden() -> Iterator[tuple[str, Path]]:
    """The files of the golden cases, with the format in whose folder they are."""
    for path in sorted(DATA.rglob("*")):
        if path.is_file() and path.name not in {"claims.jsonl", "problems.jsonl"}:
            yield path.relative_to(DATA).parts[0], path


GOLDEN = list(golden())


def test_a_golden_file_is_told_by_no_other_loader() -> None:
    for format, path in GOLDEN:
        told = recognising(path.name, head(path))
        assert len(told) <= 1, path
        if format in formats.ANNOTATIONS:
            own = "brat" if path.suffix == ".ann" else format  # RuSentRel has brat files beside its own
            assert told in ([], [own]), path
        assert not (told and unread.about(path.name, head(path), "")), path


NAMES = st.sampled_from(
    [
        *("a.ann", "a.csv", "a.tsv", "a.tab", "a.txt", "a.opin.txt", "a.json", "a.jsonl", "a.xml"),
        *("a.xmi", "a.zip", "a", "", "relations.json", "entities.json", "20160101.export.CSV", "a.rdf"),
    ]
)
PIECES = st.sampled_from(
    [b"", b"\0", b"\xff", b"\xfe\xff", b'"', b"\\", b"{", b"}", b"[", b"<", b">", b"\t", b"\n", b"1"]
)


def assert_told(name: str, data: bytes) -> None:
    assert len(recognising(name, data)) <= 1
    about = unread.about(name, data, name)
    assert about is None or about.code in PROBLEMS


@given(
    NAMES, st.binary(max_size=80) | st.text(st.sampled_from("{}[]\"':,<>/ \t\n\r#=ab1-|;"), max_size=80).map(str.encode)
)
def test_random_bytes_are_told_as_one_format_at_most(name: str, data: bytes) -> None:
    assert_told(name, data)


@given(NAMES, st.sampled_from(GOLDEN), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 20), PIECES), max_size=4))
def test_changed_heads_are_told_as_one_format_at_most(
    other: str, file: tuple[str, Path], changes: list[tuple[int, int, bytes]]
) -> None:
    _, path = file
    data = head(path)
    for place, length, piece in changes:
        data = data[:place] + piece + data[place + length :]
    assert_told(path.name, data)
    assert_told(other, data)


@given(st.sampled_from([path for _, path in GOLDEN]), st.integers(0, 2000))
def test_cut_heads_are_told_as_one_format_at_most(path: Path, end: int) -> None:
    assert_told(path.name, head(path)[:end])


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.xml", "a.xmi", "a.tsv", "a.tab", "a.jsonl", "a.pdf", "a"])
@pytest.mark.parametrize("data", [b"", b"\n", b"\0" * 100, b"\xff" * 100, b"{}", b"[]", b"<a/>", b"a,b\n1,2\n", b"x"])
def test_what_nobody_knows_is_told_as_nothing(name: str, data: bytes) -> None:
    assert recognising(name, data) == []
    assert unread.about(name, data, name) is None
