r"""The form in which an event table is described: `loaders/tables/NAME.toml`, or a user's own (`--mapping my.toml`).

A description says which columns name the actors, what happened, when, and who reported it. The least that it may be:

    [[claim]]
    subject.written = "{Source}"
    relation.label = "{Event}"
    object.written = "{Target}"

**Templates.** Texts with columns in braces are templates: `"icews-{Story ID}"`. A template is blank where one of its
columns is; of a list of templates the first that is not blank counts. Braces are doubled where they are meant.
Columns are matched without case, blanks, underscores and hyphens.

**The table.** `title` is what it is called. `form` is `csv` (default: comma, semicolon or tab between the cells,
quotation marks around a cell) or `tsv` (tab between the cells, a quotation mark is a character). The first row names
the columns; or else `columns` is a list of lists of names, told apart by their length, and the first row need not.
`empty` are cells that say nothing, as `["NA", "-9"]`; a blank one never does. `whole` are columns of whole numbers, in
which `2016.0` is 2016. `dates` are how dates are written (`%Y %m %d %H %M %S`; ISO dates by default). `extensions` are
what names of such files end in, for files that are found in a folder when the format is forced.

`[recognise]` tells its files from others. A file with a header has every column that a template uses (of a list of
templates, those of one), all of `columns` besides, and none of `without`. In one without, the cells of the first rows
match the patterns (regular expressions) of `cells`, by column. `files` are patterns of names (`*.export.csv`), one of
which fits in any case.

`[parts]` gives further columns: for a column a regular expression that matches the whole cell, its named groups being
the names of the new columns (`"Source Name" = '(?P<role>.+) \((?P<country>.+)\)'`). Where it does not match, and where
the cell has more than a thousand characters, they are blank.

**The article** of a row: `[article]` with templates of `id`, `title`, `publisher`, `published`, `url`, `author` and
`language`. Left out, the whole file is one article, described by its sidecar `NAME.article.json`.

**Claims.** Each `[[claim]]` makes claims of every row:

- `subject`, `object`, `attributed_to` (optional): actors, see below.
- `relation`: one of `term = "supports"` (always this one); `label = "{CAMEO Code}"`, looked up in its own `terms`, then
  as an annotator's label, then in the mappings that `schemes = ["cameo"]` names (with `prefix = true` also what it
  begins with, the longest first); `flags`, a statement for each of these columns that says `yes` (`["1"]`):
  `flags.atop_defense = "alliedWith"`. In `terms` and `flags` stands a relation, `""` for what says nothing between two
  actors, or a table of `term`, `modality`, `negated` and `reversed`. Of several labels the first that is known counts.
- `where`, `unless`: which rows are taken or passed over, by the cells of a column: `where.type = ["1", "2"]`. A blank
  cell is `""` there.
- `valid_from`, `valid_to`: templates, or columns for year, month and day, of which the last may be blank:
  `{ parts = ["styear", "stmon", "stday"] }`. An event has its day as both.
- `row`: a template of the key of the row in its article; left out or blank, the number of its line. With flags `{flag}`
  is the column.
- `quote`: the column with the sentence, `"{Sentence}"`, kept as it is. `confidence`: a template of a number, 0 to 1.
  `annotator`: a template.
- `pairs = { group = "{dispnum}", side = "{sidea}" }`: rows of one group stand together, each on a side. Subject,
  relation and all else are of one row, the object is that of each row on another side, while both hold.
- `spans = true`: rows for consecutive years with the same subject, relation and object become one claim, from the first
  year to the last. The rows of two actors stand together.

**An actor** has

- `written`: a template of what the source calls it. With `split = ";"` the cell is a list, each a claim of its own;
  other cells of the actor are lists too, and count where they are as long.
- `code`: a template of the code of its state, in the system `codes`: fips, iso2, iso3, cow, gw, cameo, names or ucdp.
  Then the actor is that state, with its name and class. Where nothing is written, it is written as the state is called,
  and a code that is none is an error.
- `role`: a template. Where it is not blank, the actor is no state, but belongs to one. If `written` names the state or
  its people (`peoples`), the name is made of role and state, “Police (Australia)”, the role as `roles` calls it.
- `name`: a template of its name, where that is another than `written`. Before all, `names` is a table of names by what
  is written.
- `kind`: a class, or a template that is looked up in `kinds`, in which a list of `kind_split` is taken apart. What is
  not there has the class Entity. A state has its own.
- `blanks`: characters that stand for blanks in `written`, as `_`.
- `same_as`: a template of an external id, `wikidata:{qid}`.

`[names]`, `[kinds]`, `[roles]` and `peoples` are for all actors; `like = "icews"` takes those of one of our tables too.
"""

import functools
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from kg.claim import Modality
from kg.errors import UsageError

_TABLES = Path(__file__).parents[1] / "tables"

Texts = str | tuple[str, ...]


def listed(texts: Texts) -> str:
    """A template or several, for a message."""
    return texts if isinstance(texts, str) else " or ".join(texts)


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a description: a key that is not known is a mistake."""


class Recognise(_Part, frozen=True):
    """What tells the files of a table from others."""

    columns: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    cells: dict[str, str] = {}
    files: tuple[str, ...] = ()


class Said(_Part, frozen=True):
    """What a code of a table of its own says; see `kg.mappings.Sense`."""

    term: str
    modality: Modality = "actual"
    negated: bool = False
    reversed: bool = False


class RelationSpec(_Part, frozen=True):
    """Where the relation stands: exactly one of `term`, `label` and `flags`."""

    term: str | None = None
    label: Texts | None = None
    schemes: tuple[str, ...] = ()
    prefix: bool = False
    terms: dict[str, str | Said] = {}
    flags: dict[str, str | Said] = {}
    yes: tuple[str, ...] = ("1",)


class ActorSpec(_Part, frozen=True):
    """Where an actor stands, and what it is."""

    written: Texts | None = None
    split: str | None = None
    blanks: str = ""
    name: Texts | None = None
    names: dict[str, str] = {}
    code: str | None = None
    codes: str | None = None
    role: Texts | None = None
    kind: Texts = "Entity"
    kind_split: str | None = None
    kinds: dict[str, str] = {}
    same_as: str | None = None


class DateParts(_Part, frozen=True):
    """A date in columns for year, month and day."""

    parts: tuple[str, str, str]


class PairSpec(_Part, frozen=True):
    """Which rows belong together, and on which side each stands."""

    group: Texts
    side: Texts


class ClaimSpec(_Part, frozen=True):
    """One claim that rows make."""

    subject: ActorSpec
    object: ActorSpec
    relation: RelationSpec
    attributed_to: ActorSpec | None = None
    where: dict[str, tuple[str, ...]] = {}
    unless: dict[str, tuple[str, ...]] = {}
    valid_from: Texts | DateParts | None = None
    valid_to: Texts | DateParts | None = None
    row: Texts | None = None
    quote: str | None = None
    confidence: str | None = None
    annotator: str | None = None
    pairs: PairSpec | None = None
    spans: bool = False

    def single(self) -> Iterator["ClaimSpec"]:
        """The claim itself, or one for each of its flags."""
        if not self.relation.flags:
            yield self
        for flag, said in self.relation.flags.items():
            relation = msgspec.structs.replace(self.relation, flags={flag: said})
            row = (self.row,) if isinstance(self.row, str) else self.row or ()
            named = tuple(text.replace("{flag}", flag) for text in row)
            yield msgspec.structs.replace(self, relation=relation, row=named)


class ArticleSpec(_Part, frozen=True):
    """Templates of the fields of `Article`."""

    id: Texts
    title: Texts | None = None
    publisher: Texts | None = None
    published: Texts | None = None
    url: Texts | None = None
    author: Texts | None = None
    language: Texts | None = None


class TableSpec(_Part, frozen=True):
    """A whole description."""

    claim: tuple[ClaimSpec, ...]
    title: str = ""
    like: str = ""
    form: Literal["csv", "tsv"] = "csv"
    columns: tuple[tuple[str, ...], ...] = ()
    empty: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    extensions: tuple[str, ...] = (".csv", ".tsv", ".tab", ".txt")
    recognise: Recognise = Recognise()
    parts: dict[str, str] = {}
    article: ArticleSpec | None = None
    names: dict[str, str] = {}
    kinds: dict[str, str] = {}
    roles: dict[str, str] = {}
    peoples: tuple[str, ...] = ()


def decoded(description: dict[str, Any], name: str) -> TableSpec:
    """A description as its TOML says it. Raises UsageError, naming the file and the key, for what is none."""
    try:
        table = msgspec.convert(description, TableSpec)
    except msgspec.ValidationError as error:
        raise UsageError(f"{name}.toml: {error}") from error
    if not table.claim:
        raise UsageError(f"{name}.toml: there is no [[claim]] in it")
    if table.like and table.like not in _shipped():
        raise UsageError(f"{name}.toml: there is no table {table.like}; there are {', '.join(_shipped())}")
    return _with_names(table, shipped(table.like)) if table.like else table


def _shipped() -> list[str]:
    return sorted(path.stem for path in _TABLES.glob("*.toml"))


def _with_names(table: TableSpec, like: TableSpec) -> TableSpec:
    """The description with the names and classes of another beside its own."""
    shared = {field: getattr(like, field) | getattr(table, field) for field in ("names", "kinds", "roles")}
    return msgspec.structs.replace(table, peoples=(*like.peoples, *table.peoples), **shared)


@functools.cache
def shipped(name: str) -> TableSpec:
    """The description in `loaders/tables/`."""
    return decoded(tomllib.loads((_TABLES / f"{name}.toml").read_text(encoding="utf-8")), name)
