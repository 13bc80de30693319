"""Files of every format with faults put into them, and what must hold of whatever a loader makes of one.

Shared by the property tests (`test_mutations.py`) and the fuzzer (`fuzz.py`).
"""

import html
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import msgspec

from kg.claim import Claim
from kg.errors import PROBLEMS
from kg.formats import TABLES
from kg.loading import Report, read

DATA = Path(__file__).parent / "data"
SECONDS = 5.0
TABULAR = {*TABLES, "claims.csv"}
_BIGGEST = 60_000  # bytes of a file that is mutated, cut at the end of a line


class Case(msgspec.Struct, frozen=True):
    """A real file: its format, its path below the shared data, the files read with it, and labels of relations.

    These labels, which no mapping has, are mapped for the test, so that there are claims to look at; `empty` where
    there are none all the same.
    """

    format: str
    path: str
    beside: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    empty: bool = False

    def __str__(self) -> str:
        return f"{self.format}-{Path(self.path).name}"


_BRAT = "formats/brat/brat-tutorial-news"
_XMI = "formats/uima_xmi/inception-relation"
_JSON = "formats/uima_json/fs_as_array/ser-ref"
_TSV = "formats/webanno_tsv/inception-tsv3-suite/testSingleNonMultiTokenRelationWithoutFeatureValue"
_RE3D = ("re3d/CENTCOM/entities.json", "re3d/CENTCOM/documents.json")
REAL = (
    Case(
        "brat",
        f"{_BRAT}/070-editing_relation_annotations.ann",
        (f"{_BRAT}/070-editing_relation_annotations.txt",),
        ("Family", "Employment", "Located"),
    ),
    Case("label-studio", "formats/label_studio/re3d-json.json"),
    Case("doccano", "formats/doccano/re3d-jsonl-annotator1.jsonl"),
    Case("prodigy", "formats/prodigy/decide_madrid.jsonl", (), ("REASON", "RESULT", "ATTACK")),
    Case("uima", f"{_XMI}/relation_test.xmi", (f"{_XMI}/TypeSystem.xml",), ("located in",)),
    Case("uima", f"{_JSON}/casWithTraditionalChineseTextAndAnnotations/data.json", empty=True),
    Case("webanno.tsv", "formats/webanno_tsv/gum/GUM_news_korea.tsv", empty=True),
    Case("webanno.tsv", f"{_TSV}/reference.tsv", (), ("webanno.custom.Relation",)),
    Case("docred", "formats/docred/redocred_dev_revised_60.json"),
    Case("dwie", "dwie/annos/DW_18995809.json"),
    Case("re3d", "re3d/CENTCOM/relations.json", _RE3D),
    Case("web-annotation", "formats/web_annotation/recogito-js/annotations.w3c.json", (), ("isRelatedTo",)),
    Case("tei", "formats/tei/spear/3110.xml"),
    Case("rusentrel", "rusentrel/train/art1.opin.txt", ("rusentrel/train/art1.ann", "rusentrel/train/art1.txt")),
    Case("icews", "icews/events.2018.sample.dev.tab"),
    Case("icews.facts", "icews/icews_2014_train.txt"),
    Case("gdelt", "gdelt/events.csv"),
    Case("gdelt", "gdelt/events1.csv"),
    Case("ucdp.esd", "syria2016/ucdp_esd_actor_year_syria_2011_2017.csv"),
    Case("ucdp.ged", "syria2016/ucdp_ged_syria_2016_10.csv"),
    Case("ucdp.dyads", "syria2016/ucdp_ged_syria_dyad_year.csv"),
    Case("ucdp.acd", "syria2016/ucdp_prio_acd_syria.csv"),
    Case("cow.mid", "cow_mid/MIDB 5.0.csv"),
    Case("atop", "alliances/atop_dyad_year_2000_on.csv"),
    Case("tss", "alliances/tss_rivalries.csv"),
    Case("unscon", "unscon/conflict_annotations.csv"),
)


def seed(case: Case, shared: Path) -> tuple[bytes, dict[str, bytes]]:
    """The bytes of the file, cut where it is long, and those of the files beside it by name."""
    beside = {Path(path).name: (shared / path).read_bytes() for path in case.beside}
    return _cut((shared / case.path).read_bytes()), beside


def _cut(data: bytes) -> bytes:
    """The file, or the first lines of a long one; an array that stands in one line is cut after a whole element."""
    if len(data) <= _BIGGEST:
        return data
    head = data[:_BIGGEST]
    if b"\n" in head:
        return head[: head.rindex(b"\n") + 1]
    return json.dumps(json.loads(data)[:3], ensure_ascii=False).encode()


# What is put into a file in place of a few bytes: ends of things, offsets that lie, numbers and names that mean harm.
PIECES = (
    *(
        b"",
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\r\n",
        b"\n",
        b"\t",
        b'"',
        b"'",
        b"\\",
        b"\\ud800",
        b"\\u0000",
    ),
    *(
        b"-1",
        b"0",
        b"1",
        b"999999",
        b"9" * 400,
        b"1e400",
        b"NaN",
        b"null",
        b"true",
        b"[]",
        b"{}",
        b"[[]]",
        b'""',
        b'"x"',
    ),
    *(
        b"[" * 2000,
        b"{" * 50,
        b"<a>" * 2000,
        b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
        b"&b;",
        b"</",
        b"<?",
        b"]]>",
        b"|",
        b"*",
        b"_",
    ),
    *(
        "\U0001f973".encode(),
        "\u202e".encode(),
        "é".encode("latin-1"),
        b"../../x",
        b"=1+1",
        b"2016-13-45",
        b"00000000",
        b"-9",
    ),
)


def mutated(data: bytes, faults: list[tuple[int, int, int]]) -> bytes:
    """The bytes with faults: each is a place and a length in thousandths, and the number of a piece.

    A piece beyond the last takes what stood there and puts it there twice.
    """
    for place, length, number in faults:
        begin = len(data) * place // 1000
        end = min(begin + length, len(data))
        piece = PIECES[number] if number < len(PIECES) else data[begin:end] * 2
        data = data[:begin] + piece + data[end:]
    return data


def check(folder: Path, case: Case, data: bytes, beside: dict[str, bytes]) -> list[Claim]:
    """Load the file with those beside it from an empty folder, and see to all that must hold. Gives the claims."""
    name = Path(case.path).name
    for other, content in {name: data, **beside}.items():
        (folder / other).write_bytes(content)
    mapping = folder / "labels.sssom.tsv"
    rows = "".join(f"x:{quote(label)}\tkg:aids\n" for label in case.labels)
    mapping.write_text(f"subject_id\tobject_id\n{rows}", encoding="utf-8")
    report, start = Report(), time.monotonic()
    claims = list(read(folder / name, report, format=case.format, mapping=[mapping]))
    seconds = time.monotonic() - start
    assert seconds < SECONDS, f"{seconds:.1f} s"
    for problem in report.problems:
        assert problem.code in PROBLEMS
        assert problem.message
        assert problem.count >= 1
    quoted = [claim for claim in claims if claim.quote is not None]
    if quoted:
        texts = list(texts_of(data, beside))
        for claim in quoted:
            assert any(text[claim.begin : claim.end] == claim.quote for text in texts) or _retold(claim, case, texts), (
                claim
            )
            for begin, end, _ in claim.marks:
                assert (claim.begin or 0) <= begin < end <= (claim.end or 0), claim
    return claims


def _retold(claim: Claim, case: Case, texts: list[str]) -> bool:
    """Whether only the words of a quote can be looked for: a cell freed of delimiters, a text put together of rows."""
    a_cell = claim.begin == 0 and claim.end == len(claim.quote or "") and case.format in TABULAR
    return (a_cell or case.format == "webanno.tsv") and any(_words(claim.quote or "") in _words(text) for text in texts)


def texts_of(data: bytes, beside: dict[str, bytes]) -> Iterator[str]:
    """Every text that a quote may have been cut from, found without the loaders."""
    for content in (data, *beside.values()):
        text = content.decode("utf-8", "replace").removeprefix("\ufeff")
        yield content.decode("utf-8", "replace")
        yield text
        yield from _strings_of_json(text)
        yield from _strings_of_xml(content)
        yield "\n".join(_lines_of_tsv(text))


def _strings_of_json(text: str) -> Iterator[str]:
    for piece in (text, *text.split("\n")):
        try:
            value = json.loads(piece, strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _strings(value)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        if "<" in value:
            yield html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br[^>]*>", "\n", value)))
    elif isinstance(value, dict):
        sentences = value.get("sents")
        if isinstance(sentences, list) and all(isinstance(each, list) for each in sentences):
            yield " ".join(" ".join(map(str, tokens)) for tokens in sentences)
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _strings_of_xml(content: bytes) -> Iterator[str]:
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError):
        return
    for element in root.iter():
        yield from element.attrib.values()
        yield "".join(element.itertext())


def _words(text: str) -> str:
    return "".join(filter(str.isalnum, text))


_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)")


def _lines_of_tsv(text: str) -> Iterator[str]:
    """The texts of the sentences, without the backslashes before what has a meaning in the table."""
    for line in text.split("\n"):
        if line.startswith("#Text="):
            plain = _ESCAPE.sub(_meant, line.removeprefix("#Text="))
            yield plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _meant(match: re.Match[str]) -> str:
    said = match[1]
    return chr(int(said[1:], 16)) if len(said) > 1 else {"t": "\t", "n": "\n", "r": "\r"}.get(said, said)
