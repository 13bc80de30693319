"""The loader of WebAnno TSV: golden cases, the same in XMI, malformed lines, and the reference files of INCEpTION."""

import io
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cassis  # type: ignore[import-untyped]  # it has types, and no marker that says so
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kg.loaders import uima, webanno_tsv
from kg.loaders._report import Report
from kg.loaders.webanno_tsv import annotations as tsv_annotations
from kg.loaders.webanno_tsv import rows as tsv_rows
from kg.loaders.webanno_tsv import text as tsv_text

from kg import ontology
from kg.claim import Claim
from kg.errors import PROBLEMS, Problem
from kg.mappings import Row, Scheme, Sense, Vocabulary
from kg.sources import Source
from tests.golden import apart, compare

CASES = Path(__file__).parent / "data" / "webanno.tsv"
SECONDS = 5
OURS = Vocabulary(ontology.load())


def read(path: Path, vocabulary: Vocabulary = OURS) -> tuple[list[Claim], list[Problem]]:
    """Claims and problems apart; problems name the file alone."""
    source = Source(path, path.parent)
    source.name = path.name
    return apart((webanno_tsv if path.suffix == ".tsv" else uima).read(source, vocabulary))


def put(folder: Path, data: str | bytes) -> Path:
    """A file in a folder, with an empty sidecar."""
    (folder / "article.tsv").write_bytes(data if isinstance(data, bytes) else data.encode())
    (folder / "article.article.json").write_text("{}")
    return folder / "article.tsv"


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_golden(case: str) -> None:
    claims, problems = read(CASES / case / "article.tsv")
    compare(CASES / case, claims, problems)


@pytest.mark.parametrize(("tsv", "xmi"), [("relations", "relations-xmi"), ("events", "events")])
def test_it_says_what_the_xmi_of_the_document_says(tsv: str, xmi: str) -> None:
    """What TSV loses: what stands between two sentences, here a blank, which is a line feed then."""
    claims, _ = read(CASES / tsv / "article.tsv")
    others, _ = read(CASES.parent / "uima" / xmi / "article.xmi")
    spread = [msgspec.structs.replace(each, quote=(each.quote or "").replace(".\n", ". ")) for each in claims]
    assert spread == others
    assert claims


# Lines that are changed: what is said, at which line, and how many claims are left of two.

HEAD = (
    "#FORMAT=WebAnno TSV 3.3\n#T_SP=custom.Actor|value\n#T_RL=custom.Relation|value|BT_custom.Actor\n\n\n"
    "#Text=Iran arms Hamas\n"
)
ROWS = [
    "1-1\t0-4\tIran\tState\t_\t_\t",
    "1-2\t5-9\tarms\t_\t_\t_\t",
    "1-3\t10-15\tHamas\tArmedGroup\tarms\t1-1\t",
    "",
    "#Text=Oman met Qatar",
    "2-1\t16-20\tOman\tState\t_\t_\t",
    "2-2\t21-24\tmet\t_\t_\t_\t",
    "2-3\t25-30\tQatar\tState\tmeets\t2-1\t",
]
FAULTS: list[tuple[int, str | None, list[tuple[str, int | None]], int]] = [
    # rows that are none
    (1, "1-1\t0-4\tIran\tState\t_\t", [("missing-mention", 9), ("bad-line", 7)], 1),
    (1, "1-1\t0-4\tIran\tState\t_\t_\t_\t", [("missing-mention", 9), ("bad-line", 7)], 1),
    (1, "1-1\t0 4\tIran\tState\t_\t_\t", [("missing-mention", 9), ("bad-line", 7)], 1),
    (1, "x\t0-4\tIran\tState\t_\t_\t", [("missing-mention", 9), ("bad-line", 7)], 1),
    (1, f"1-1\t0-{'9' * 5000}\tIran\tState\t_\t_\t", [("missing-mention", 9), ("bad-line", 7)], 1),
    (1, "1-1\t0-\u0664\tIran\tState\t_\t_\t", [("missing-mention", 9), ("bad-line", 7)], 1),
    (3, "1-1\t10-15\tHamas\tArmedGroup\tarms\t1-1\t", [("duplicate-id", 9)], 1),
    (1, "1-1\t0-4\tIran\tState\t_\t_", [], 2),  # a tool has cut the end of the line
    # places
    (1, "1-1\t0-3\tIran\tState\t_\t_\t", [("wrong-offset", 7)], 1),
    (1, "1-1\t0-4\tIraq\tState\t_\t_\t", [("wrong-offset", 7)], 1),
    (3, "1-3\t10-99\tHamas\tArmedGroup\tarms\t1-1\t", [("wrong-offset", 9)], 1),
    (3, "1-3\t11-16\tHamas\tArmedGroup\tarms\t1-1\t", [("wrong-offset", 9)], 1),
    (3, "1-3\t15-10\tHamas\tArmedGroup\tarms\t1-1\t", [("wrong-offset", 9)], 1),
    (6, "2-1\t9-13\tOman\tState\t_\t_\t", [("wrong-offset", 12)], 0),  # within the first sentence
    (6, "2-1\t999999999-999999999\tOman\tState\t_\t_\t", [("wrong-offset", 12)], 0),
    # references
    (3, "1-3\t10-15\tHamas\tArmedGroup\tarms\t1-9\t", [("missing-mention", 9)], 1),
    (3, "1-3\t10-15\tHamas\tArmedGroup\tarms\t1-1[7_0]\t", [("missing-mention", 9)], 1),
    (3, "1-3\t10-15\tHamas\tArmedGroup\tarms\t*\t", [("missing-mention", 9)], 1),
    (3, "1-3\t10-15\tHamas\tArmedGroup\tarms\t_\t", [("missing-argument", 9)], 1),
    (3, "1-3\t10-15\tHamas\t_\tarms\t1-1\t", [("missing-mention", 9)], 1),
    (3, "1-3\t10-15\tHamas\tArmedGroup\tarms|backs\t1-1\t", [("missing-argument", 9)], 2),
    (3, "1-3\t10-15\tHamas\tArmedGroup\tarms\t1-1|1-1\t", [("unknown-relation", 9)], 2),
    # labels
    (3, "1-3\t10-15\tHamas\tArmedGroup\tarmz\t1-1\t", [("unknown-relation", 9)], 1),
    (3, "1-3\t10-15\tHamas\tArmedGroup\t*\t1-1\t", [("unknown-relation", 9)], 1),
    (3, "1-3\t10-15\tHamas\tArmed gruop\tarms\t1-1\t", [("unknown-kind", 9)], 2),
    (3, "1-3\t10-15\tHamas\t*\tarms\t1-1\t", [], 2),
    (3, "1-3\t10-15\tHamas\t\tarms\t1-1\t", [], 2),
    # sentences
    (5, "#Sentence.id=s2", [("bad-line", 12)], 1),
    (5, "#Text=", [("wrong-offset", 12), ("wrong-offset", 14)], 1),
    (5, "#Text=Oman met", [("wrong-offset", 14)], 1),
    (5, "#Text= Oman met Qatar", [], 2),  # the sentence begins before its first token
    (5, "#Text=Oman\\tmet Qatar", [], 2),
    (4, "#a line of somebody else", [], 2),
    (4, "#T_SP=custom.Other|value", [], 2),
    (4, "#Text=a sentence\n", [("bad-line", 11)], 2),
]


@pytest.mark.parametrize(("number", "line", "expected", "left"), FAULTS, ids=[str(n) for n in range(len(FAULTS))])
def test_malformed_line(
    number: int, line: str, expected: list[tuple[str, int | None]], left: int, tmp_path: Path
) -> None:
    rows = [line if place == number else row for place, row in enumerate(ROWS, 1)]
    claims, problems = read(put(tmp_path, HEAD + "\n".join(rows) + "\n"))
    assert sorted((about.code, about.line) for about in problems) == sorted(expected)
    assert len(claims) == left
    assert all(about.severity == PROBLEMS[about.code][0] and about.path == "article.tsv" for about in problems)


def test_a_fault_says_where_and_what(tmp_path: Path) -> None:
    rows = "\n".join([ROWS[0].replace("Iran", "Iraq"), *ROWS[1:]])
    _, problems = read(put(tmp_path, HEAD + rows))
    assert [str(about) for about in problems] == [
        "article.tsv:7: error wrong-offset: Actor 1-1 says “Iraq”, but the text has “Iran”; 1 claim is left out"
    ]
    rows = "\n".join([*ROWS[:5], ROWS[5].replace("16-20", "9-13"), *ROWS[6:]])
    _, problems = read(put(tmp_path, HEAD + rows))
    assert [str(about) for about in problems] == [
        "article.tsv:12: error wrong-offset: the sentence begins at 9, where it cannot be: the one before it ends at 15"
    ]


@pytest.mark.parametrize("rows", ["", "#Text=Iran", "1-1\t0-4\tIran\tState\t_\t_\t", "#T_SP=custom.Actor|value"])
def test_a_file_without_annotations(rows: str, tmp_path: Path) -> None:
    claims, problems = read(put(tmp_path, f"#FORMAT=WebAnno TSV 3.3\n#T_SP=custom.Actor|value\n\n\n{rows}\n\n"))
    assert not claims
    assert {about.code for about in problems} <= {"no-claims", "bad-line"}


@pytest.mark.parametrize("version", ["WebAnno TSV 2.0", "WebAnno TSV 4", "WebAnno TSV x", "WebAnno TSV 33"])
def test_another_version_is_named(version: str, tmp_path: Path) -> None:
    claims, (about,) = read(put(tmp_path, f"#FORMAT={version}\n\n\n#Text=Iran\n1-1\t0-4\tIran\n"))
    assert not claims
    assert about.code == "not-read"
    assert "WebAnno TSV v3.3 (WebAnno v3.x)" in about.message


def test_faulty_files(tmp_path: Path) -> None:
    good = (HEAD + "\n".join(ROWS)).encode()
    path = put(tmp_path, good.replace(b"Oman", b"\xff"))
    assert [about.code for about in read(path)[1]] == ["bad-encoding"]
    (tmp_path / "article.article.json").write_text("[]")
    assert [about.code for about in read(path)[1]] == ["bad-article", "bad-encoding"]
    path.write_bytes(good)
    assert [about.code for about in read(path)[1]] == ["bad-article"]
    (tmp_path / "article.article.json").unlink()
    assert [about.code for about in read(path)[1]] == ["no-article"]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_mark_before_all(ends: str, mark: str, tmp_path: Path) -> None:
    claims, problems = read(put(tmp_path, mark + (HEAD + "\n".join(ROWS)).replace("\n", ends)))
    assert not problems
    assert [claim.quote for claim in claims] == ["Iran arms Hamas", "Oman met Qatar"]


TEXTS = [
    ("3.3", r"a \\ \t b", "a \\ \t b"),
    ("3.2", r"\n\r\f\b", "\n\r\f\b"),
    ("3.2", "\\\x01", "\x01"),
    ("3.2", r"\x \_ \u0041", r"\x \_ \u0041"),
    ("3.2", "a\\", "a\\"),
    ("3.1", r"\u0041\uuu0042 \101 \x \" \\ \t", 'AB A x " \\ \t'),
    ("3.0", r"\uD83E\uDD73", "\U0001f973"),
    ("3", r"\u0041", "A"),
    ("3.2", "\u2028\x85\x0b", "\u2028\x85\x0b"),
]


@pytest.mark.parametrize(("version", "written", "text"), TEXTS)
def test_escapes_of_the_text(version: str, written: str, text: str) -> None:
    report = Report("f")
    table = tsv_rows.parse(f"#FORMAT=WebAnno TSV {version}\n\n\n#Text={written}\n1-1\t0-1\tx\t\n", report)
    assert [sentence.text for sentence in table.sentences] == [text]
    assert not report.problems()


@pytest.mark.parametrize(
    "text", ["_", "*", "|", "[3]", "a_b*c|d;e->f", "\\", "\\|", "a\\", "\t\n", "->", "x;", "[", "]"]
)
def test_values_are_read_as_inception_writes_them(text: str) -> None:
    written = text
    for character in ("\\", "[", "]", "|", "_", "->", ";", "*"):
        written = written.replace(character, f"\\{character}")
    written = written.replace("\t", "\\t").replace("\n", "\\n")
    parts = tsv_rows.stacked(f"{written}[1]|{written}|*[2]")
    found = [tsv_rows.entry(part) for part in parts]
    assert [(tsv_rows.unescaped(each.value) if each.value else None, each.id) for each in found] == [
        (text, 1),
        (text, 0),
        (None, 2),
    ]
    assert [tsv_rows.unescaped(each.value or "") for each in tsv_rows.slots(f"{written};{written}")] == [text, text]


RECOGNISED = [
    ("a.tsv", HEAD.encode(), True),
    ("A.TSV", b"\xef\xbb\xbf#FORMAT=WebAnno TSV 3.0\n", True),
    ("a.tsv", b"#FORMAT=WebAnno TSV 2\n", True),  # to say what to export
    ("a.tsv", b"#FORMAT=other\n", False),
    ("a.tsv", b"1-1\t0-4\tIran\n", False),
    ("a.txt", HEAD.encode(), False),
    ("a.tsv", b"", False),
]


@pytest.mark.parametrize(("name", "head", "expected"), RECOGNISED)
def test_recognises(name: str, head: bytes, expected: bool) -> None:
    assert webanno_tsv.recognises(name, head) is expected


# Whatever a file holds: no exception, no waiting, and no quote that is not in the text.

SEEDS = [(case / "article.tsv").read_bytes() for case in sorted(CASES.iterdir())]
TAKEN = [
    b"\t",
    b"\n",
    b"|",
    b";",
    b"[",
    b"]",
    b"\\",
    b"_",
    b"*",
    b"-",
    b"0",
    b"999999999",
    b"\xff",
    b"#Text=",
    b"#T_SP=",
]


@given(st.data())
def test_mutated_files_never_raise_or_misquote(data: st.DataObject) -> None:
    content = data.draw(st.sampled_from(SEEDS))
    for _ in range(data.draw(st.integers(1, 4))):
        at, length = data.draw(st.integers(0, len(content))), data.draw(st.integers(0, 8))
        piece = data.draw(st.sampled_from([*TAKEN, content[at : at + 60] * 2]))
        content = content[:at] + piece + content[at + length :]
    check(content)


@given(st.data())
def test_mutated_cells_never_raise_or_misquote(data: st.DataObject) -> None:
    rows = [line.split(b"\t") for line in data.draw(st.sampled_from(SEEDS)).split(b"\n")]
    cells = [cell for row in rows for cell in row]
    for _ in range(data.draw(st.integers(1, 6))):
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(st.sampled_from(cells))
    check(b"\n".join(b"\t".join(row) for row in rows))


def check(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        claims, problems = read(put(Path(folder), content))
        assert time.monotonic() - start < SECONDS
    assert all(about.code in PROBLEMS and about.message for about in problems)
    if claims:
        table = tsv_rows.parse(content.decode().removeprefix("\ufeff"), Report(""))
        text = tsv_text.text(table, len(content), "")
        assert not isinstance(text, Problem)
        sentences = Counter(re.sub(r"\s", "", sentence.text) for sentence in table.sentences)
        assert re.sub(r"\s", "", text[0]) == "".join(sentences.elements()) or sentences.total() > 1
        for claim in claims:
            assert text[0][claim.begin : claim.end] == claim.quote
            assert all((claim.begin or 0) <= begin < end <= (claim.end or 0) for begin, end, _ in claim.marks)


def test_many_rows_take_little_time(tmp_path: Path) -> None:
    rows = "".join(
        f"\n#Text=Iran\n{n}-1\t{n * 5}-{n * 5 + 4}\tIran\tState[{n}]|State\tmeets\t{max(n - 1, 1)}-1\t\n"
        for n in range(1, 20_000)
    )
    start = time.monotonic()
    claims, _ = read(put(tmp_path, HEAD.partition("#Text")[0] + rows))
    assert time.monotonic() - start < SECONDS
    assert len(claims) == 19_999


# The reference files of INCEpTION beside the project: the same document in TSV and XMI, the XMI read by cassis.

Span = tuple[str, int, int]  # the layer, begin, end


@pytest.fixture(scope="session")
def types(shared_data: Path) -> cassis.TypeSystem:
    formats = shared_data / "formats"
    own = formats / "webanno_tsv/inception-tsv3-suite/webannoTestTypes.xml"
    inception = formats / "uima_xmi/cassis/typesystems/inception_typesystem.xml"
    return cassis.merge_typesystems(
        *(cassis.load_typesystem(io.BytesIO(each.read_bytes())) for each in (own, inception))
    )


def suite(shared_data: Path) -> Iterator[Path]:
    for path in sorted((shared_data / "formats/webanno_tsv/inception-tsv3-suite").glob("*/reference.tsv")):
        if (path.parent / "reference.xmi").exists():
            yield path


def layers(path: Path) -> list[str]:
    return re.findall(r"^#T_..=([^|\n]+)", path.read_text(encoding="utf-8"), re.MULTILINE)


def known(path: Path, types: cassis.TypeSystem) -> tuple[str, Counter[Any], Counter[Any], int]:
    """The text of the XMI, annotations with their features, relations and slots by their ends, elements of chains."""
    data = path.with_suffix(".xmi").read_bytes().replace(b"intValue=", b"integerValue=")
    if "webanno.custom.Span" in layers(path):  # both names have changed since the XMI was written
        data = re.sub(rb"<\w+:NamedEntity ", b"<custom:Span ", data)
    cas = cassis.load_cas_from_xmi(io.BytesIO(data), typesystem=types)
    spans: Counter[Any] = Counter()
    links: Counter[Any] = Counter()
    chains = 0
    for layer in layers(path):
        for each in cas.select(layer):
            features = {feature.name: getattr(each, feature.name) for feature in each.type.all_features}
            said = {
                name: str(value).lower() if isinstance(value, bool) else str(value)
                for name, value in features.items()
                if name not in {"begin", "end"} and isinstance(value, str | int)
            }
            if "Governor" in features:
                ends = (place(features["Governor"]), place(features["Dependent"]))
                links[layer, *ends, frozenset(said.items())] += 1
            elif "next" in features:
                chains += 1
            else:
                spans[place(each), frozenset(said.items())] += 1
                for name, value in features.items():
                    for link in getattr(value, "elements", None) or []:
                        links[layer, place(each), place(link.target), name, link.role or ""] += 1
    return cas.sofa_string, spans, links, chains


def place(annotation: Any) -> Span:
    """Where TSV says that an annotation is: what begins or ends between two tokens is moved to the nearest of them."""
    text, begin, end = annotation.sofa.sofaString, annotation.begin, annotation.end
    while begin < end and text[begin].isspace():
        begin += 1
    while begin < end and text[end - 1].isspace():
        end -= 1
    while begin == end > 0 and text[end - 1 : end + 1].isspace():
        begin = end = end - 1
    return annotation.type.name, begin, end


def found(path: Path) -> tuple[str, Counter[Any], Counter[Any], int]:
    """The same of the TSV, as the loader reads it."""
    report = Report(path.name)
    table = tsv_rows.parse(path.read_text(encoding="utf-8"), report)
    text = tsv_text.text(table, path.stat().st_size, path.name)
    assert not isinstance(text, Problem)
    annotations = {each.id: each for each in tsv_annotations.annotations(table, text[0], report)}
    places = {each.id: (each.layer, *span) for each in annotations.values() for span in each.spans}
    spans: Counter[Any] = Counter()
    links: Counter[Any] = Counter()
    for each in annotations.values():
        if each.ends:
            links[each.layer, *(places[link.target] for link in each.links), frozenset(each.features)] += 1
        elif not each.chain and each.layer in layers(path):
            spans[places[each.id], frozenset(each.features)] += 1
            for link in each.links:
                links[each.layer, places[each.id], places[link.target], link.feature, link.role] += 1
    assert not report.problems()
    assert all(re.sub(r"\s+", " ", text[0][span[1] : span[2]]) == annotations[id].words for id, span in places.items())
    return text[0], spans, links, sum(each.chain for each in annotations.values())


def test_the_reference_files_say_what_their_xmi_says(shared_data: Path, types: cassis.TypeSystem) -> None:
    count: Counter[str] = Counter()
    for path in suite(shared_data):
        assert webanno_tsv.recognises(path.name, path.read_bytes()[:65_536])
        text, spans, links, chains = known(path, types)
        ours = found(path)
        assert re.sub(r"\s", " ", ours[0]) == re.sub(r"\s", " ", text)[: len(ours[0])], path.parent.name
        assert ours[1:] == (spans, links, chains), path.parent.name
        count += Counter(files=1, spans=spans.total(), links=links.total(), chains=chains)
    assert count["files"] >= 29
    assert min(count[each] for each in ("spans", "links", "chains")) > 5


def test_the_reference_files_give_no_claim_and_say_why(shared_data: Path) -> None:
    for path in suite(shared_data):
        claims, problems = read(path)
        assert not claims
        stated = len(re.findall("^#T_RL", path.read_text(encoding="utf-8"), re.MULTILINE))
        codes = {about.code for about in problems} - {"no-article"}
        assert codes <= {"unknown-relation", "passed-over", "no-claims"}, path.parent.name
        assert ("unknown-relation" in codes) or not stated


# The news articles of GUM beside the project: mentions with titles of Wikipedia pages, and coreference.


def gum(shared_data: Path) -> list[Path]:
    paths = sorted((shared_data / "formats/webanno_tsv/gum").glob("*.tsv"))
    assert paths
    return paths


def cells(path: Path) -> list[list[str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def test_gum_has_coreference_and_no_claims(shared_data: Path) -> None:
    for path in gum(shared_data):
        relations = sum(len(row[9].split("|")) for row in cells(path) if row[9] != "_")
        claims, problems = read(path)
        assert not claims
        assert [(about.code, about.count) for about in problems] == [("no-article", 1), ("passed-over", relations)]


def test_gum_under_a_mapping_of_its_labels(shared_data: Path) -> None:
    labels = {label for path in gum(shared_data) for row in cells(path) for label in row[8].split("|")} - {"_"}
    rows = [Row(label, "", "", Sense("affiliatedWith"), "", 1) for label in sorted(labels)]
    kinds = [
        Row(kind, "", "", Sense("Person"), "", 1) for kind in ("abstract", "animal", "object", "plant", "substance")
    ]
    kinds += [Row(kind, "", "", Sense("Event"), "", 1) for kind in ("event", "time")]
    vocabulary = Vocabulary(ontology.load(), [Scheme("gum", "", tuple(rows + kinds))])
    for path in gum(shared_data):
        claims, problems = read(path, vocabulary)
        relations = Counter(
            (id.strip("]").split("[")[1] if "[" in id else id)
            for row in cells(path)
            if row[9] != "_"
            for id in row[9].split("|")
        )
        assert not [about for about in problems if about.severity == "error"], path.name
        assert len(claims) == relations.total()
        titles = {title for row in cells(path) for cell in row[6].split("|") if (title := cell.split("[")[0]) != "_"}
        said = {id for claim in claims for entity in claim.entities for id in entity.same_as}
        assert said <= {f"wikipedia:{title}" for title in titles}
        assert said
        words = [row[2] for row in cells(path)]
        for claim in claims:
            for entity in (claim.subject, claim.object):
                assert set(entity.written.split()) <= set(words)
