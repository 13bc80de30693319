"""WebAnno TSV 3, line by line: the text to plain records, without a look at what they mean. For `webanno_tsv`."""

import itertools
import re
from collections.abc import Iterator

import msgspec

from .._report import Report

FORMAT = re.compile(r"#FORMAT=WebAnno TSV ([0-9]+)(?:\.([0-9]+))?\s*", re.ASCII)

_LAYER = re.compile(r"#T_(SP|RL|CH)=([^|]+)(.*)")
_SLOT = re.compile(r"ROLE_[^:]*:([^_]+)_.*")  # ROLE_webanno.custom.Host:links_webanno.custom.LinkType
_TEXT = "#Text="
_ROW = re.compile(r"([0-9]{1,9}-[0-9]{1,9}(?:\.[0-9]{1,9})?)\t([0-9]{1,9})-([0-9]{1,9})\t([^\t]*)\t?(.*)", re.ASCII)

_NAMED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}
_IN_TEXT = re.compile(r"\\([\\tnrfb\x00-\x07\x0e-\x1f])")
_IN_JAVA = re.compile(r"\\(?:u+([0-9a-fA-F]{4})|([0-7]{1,3})|(.))")  # up to 3.1
_IN_VALUE = re.compile(r"\\(->|[\\\[\]|_;tn*])")
_STACKED = re.compile(r"(?:^|\|)((?:\\.|[^|])*)")
_SLOTS = re.compile(r"(?:^|;)((?:\\.|[^;])*)")
_ENTRY = re.compile(r"(.*?)(?:\[([0-9]{1,9})(?:_([0-9]{1,9}))?\])?", re.ASCII | re.DOTALL)


class Column(msgspec.Struct, frozen=True):
    """What a column of cells holds for the annotations of a layer.

    `kind` is `feature`, `role` (of slots), `target` (of slots), `source` (of relations) or `chain`. `name` is that of
    the feature, empty for a layer that has none; `base` the layer of what is pointed at.
    """

    layer: str
    kind: str
    name: str
    base: str = ""


class Unit(msgspec.Struct, frozen=True):
    """A token or a part of one: its place in UTF-16 units, its words, and its cells."""

    id: str
    begin: int
    end: int
    words: str
    cells: list[str]
    line: int


class Sentence(msgspec.Struct):
    """A sentence: its text, and its tokens."""

    text: str
    units: list[Unit]


class Entry(msgspec.Struct, frozen=True):
    """A value in a cell, as it is written, None where the feature has none, and the ids behind it (0 where none is)."""

    value: str | None
    id: int = 0
    other: int = 0


class Table(msgspec.Struct):
    """A file: the column of each cell, and the sentences."""

    columns: list[Column]
    sentences: list[Sentence]


def parse(text: str, report: Report) -> Table:
    """The header and the sentences of a file of version 3. A line that is none is reported, and passed over."""
    format = FORMAT.match(text)
    escape = _IN_JAVA if format and int(format[2] or 0) <= 1 else _IN_TEXT
    table, said = Table([], []), list[str]()
    for kind, lines in itertools.groupby(_lines(text), key=lambda line: _kind(line[1])):
        if kind == "layer":
            table.columns += [each for _, line in lines for each in _columns(line)]
        elif kind == "text":
            said = [_java(escape.sub(_character, line.removeprefix(_TEXT))) for _, line in lines]
        elif kind == "row":
            units = [unit for number, line in lines if (unit := _unit(line, number, table.columns, report))]
            if said and units:
                table.sentences.append(Sentence("\n".join(said), units))
            elif units:
                report.repeated("bad-line", f"these rows have no {_TEXT} above them", units[0].line)
            said = []
        elif said:
            report.repeated("bad-line", f"no rows stand below {_TEXT}", next(lines)[0])
            said = []
    return table


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, without those that say what only others understand, or declare a layer too late."""
    passed = {"other"}
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.removesuffix("\r")
        if bare.startswith(_TEXT):
            passed = {"other", "layer"}
        if _kind(bare) not in passed:
            yield number, bare


def _kind(line: str) -> str:
    if line.startswith("#"):
        return "text" if line.startswith(_TEXT) else "layer" if _LAYER.fullmatch(line) else "other"
    return "row" if line else "blank"


def _columns(line: str) -> Iterator[Column]:
    """The columns that a line of the header declares; a layer without features has one all the same."""
    match = _LAYER.fullmatch(line)
    kind, layer, rest = match.groups() if match else ("", "", "")
    slot = ""
    for name in list(filter(None, rest.split("|"))) or [""]:
        if slot:
            yield Column(layer, "target", slot, name)
            slot = ""
        elif match := _SLOT.fullmatch(name) if kind == "SP" else None:
            slot = match[1]
            yield Column(layer, "role", slot)
        elif kind == "RL" and name.startswith("BT_"):
            yield Column(layer, "source", "", name.removeprefix("BT_"))
        else:
            yield Column(layer, "chain" if kind == "CH" else "feature", name)


def _unit(line: str, number: int, columns: list[Column], report: Report) -> Unit | None:
    """The row, or None, reported, where it is none, or has another number of cells than the header has columns."""
    match = _ROW.fullmatch(line)
    id, begin, end, words, rest = match.groups() if match else ("", "0", "0", "", "")
    cells = rest.removesuffix("\t").split("\t") if rest else []
    if id and len(cells) == len(columns):
        return Unit(id, int(begin), int(end), words, cells, number)
    message = f"it is no row of a number, a place, words and {len(columns)} cells"
    report.repeated("bad-line", message, number)
    return None


def stacked(cell: str) -> list[str]:
    r"""What a cell has for each of the annotations that lie upon each other.

    >>> stacked(r"PER[1]|a\|b[2]"), stacked("_")
    (['PER[1]', 'a\\|b[2]'], [])
    """
    return [] if cell == "_" else _STACKED.findall(cell)


def slots(value: str | None) -> list[Entry]:
    """The parts of the value of a role or of a target: one for each slot.

    >>> slots("1-1;1-2[4]")
    [Entry(value='1-1', id=0, other=0), Entry(value='1-2', id=4, other=0)]
    """
    return [entry(each) for each in _SLOTS.findall(value)] if value else []


def entry(written: str) -> Entry:
    """The value and the ids behind it.

    >>> entry("*[3]"), entry("1-1[0_3]")
    (Entry(value=None, id=3, other=0), Entry(value='1-1', id=0, other=3))
    """
    match = _ENTRY.fullmatch(written)
    value, id, other = match.groups() if match else (written, None, None)
    return Entry(None if value in {"*", "_"} else value, int(id or 0), int(other or 0))


def unescaped(value: str) -> str:
    r"""The text of a value.

    >>> unescaped(r"a\_b \[0\] \-> \x")
    'a_b [0] -> \\x'
    """
    return _IN_VALUE.sub(lambda match: _NAMED.get(match[1], match[1]), value)


def _character(match: re.Match[str]) -> str:
    """The character that an escape stands for: in hexadecimal or octal digits, or after the backslash."""
    named = match[match.lastindex or 0]
    if match.lastindex != match.re.groups:
        return chr(int(named, 16 if match.lastindex == 1 else 8))
    return _NAMED.get(named, named)


def _java(text: str) -> str:
    """The text with the two halves of a character, as Java escapes them, made one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
