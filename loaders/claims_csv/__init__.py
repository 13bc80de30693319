"""A table of claims that a person fills in a spreadsheet (`*.csv`, `*.tsv`): a row is a claim, and quotes its article.

How to get there: `kg init DIR` writes a table to begin with; save it as “CSV UTF-8”. Then `kg load DIR`. Commas,
semicolons or tabs stand between the cells. The first row names the columns, in any order and without regard to case,
blanks, hyphens and underscores:

- `subject`, `relation`, `object`: who stands in which relation to whom. The words of the article; where the article
  calls them otherwise, its words go into `subject_written`, `object_written`, and these are the names.
- `article`: the path of its files from the folder of the table, without extension: `2016/aleppo` is `2016/aleppo.txt`
  and `2016/aleppo.article.json`. Left out: the name of the table.
- `quote`: words of the text that state the claim, and stand in it once. What a claim keeps are the sentences around
  them, cut from the text. Where they differ in white space, quotation marks or dashes only, the text counts.
- `attributed_to`: who says so, if not the article. `negated`: true, yes, 1 or x where it is not so. `modality`: actual,
  planned, requested or possible. `valid_from`, `valid_to`: 2016, 2016-10 or 2016-10-12. `confidence`: 0 to 1.
- `subject_kind`, `object_kind`, `attributed_to_kind`: classes. `subject_same_as`, `object_same_as`,
  `attributed_to_same_as`: external ids such as wikidata:Q159, with blanks between them. `attributed_to_written`.
- `annotator`; `row`: a key that tells two claims apart which are equal otherwise.
- `title`, `publisher`, `published`, `url`, `author`, `language`: of the article, in its first row. The sidecar counts
  first.
- `subject_id`, `subject_name`, and so on for `object` and `attributed_to`: for programs, which write an id, a name and
  a written form of each. `id`, `begin`, `end`, `marks` are passed over: they follow from the rest.

Where there is no text, a quote is kept as it was typed, from 0 to its length, since a record has begin, end and quote
or none of them. A mark shows the quoted words, and in them the subject, object and claimant where each stands once.
What is lost: columns of other names, which the report names. A copy that loses nothing is `*.claims.jsonl`.
"""

import re
from collections.abc import Iterator, Mapping

from kg.claim import MODALITIES, Article, Claim, Entity, Role, new
from kg.errors import Problem, problem
from kg.mappings import Sense, Vocabulary
from kg.ontology import nearest
from kg.sources import Source

from .. import _quotes, _rows
from .._quotes import Text, short
from .._rows import Row, RowProblems
from .._text import Span
from .._words import external_id
from .articles import FIELDS, Articles

EXTENSIONS = (".csv", ".tsv")
ONE_ARTICLE = False

NEEDED = ("subject", "relation", "object")
ROLES: tuple[Role, ...] = ("subject", "object", "attributed_to")

# What a person fills, in the order in which `kg init` writes it.
COLUMNS = (
    *("subject", "relation", "object", "article", "quote"),
    *("attributed_to", "negated", "modality", "valid_from", "valid_to"),
    *("subject_kind", "object_kind", "attributed_to_kind"),
    *("subject_written", "object_written", "attributed_to_written"),
    *("subject_same_as", "object_same_as", "attributed_to_same_as"),
    *("confidence", "annotator", "row"),
    *FIELDS,
)
_OF_PROGRAMS = ("id", "begin", "end", "marks", *(f"{role}_{part}" for role in ROLES for part in ("id", "name")))
_KNOWN = {_rows.folded(column): column for column in (*COLUMNS, *_OF_PROGRAMS)}

_TRUE, _FALSE = {"true", "yes", "1", "x"}, {"false", "no", "0"}
_NUMBER = re.compile(r"[01](?:[.,][0-9]*)?|[.,][0-9]+")  # 0,8 is what a European spreadsheet writes
_TOLD = 20  # unknown columns that are named one by one

Cells = Mapping[str, str]  # of a row, by column; blank ones are left out


def recognises(name: str, head: bytes) -> bool:
    """Whether this is ours: by the extension, and a first line that names the columns every claim needs."""
    if not name.lower().endswith(EXTENSIONS):
        return False
    is_utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))  # ours as well, so that the encoding is named as the fault
    text = head.decode("utf-16", "ignore") if is_utf16 else head.decode("utf-8-sig", "replace")
    header = next((line for line in text.splitlines() if line.strip()), "")
    return {*NEEDED} <= {*_rows.names(header)}


def read(source: Source, vocabulary: Vocabulary) -> Iterator[Claim | Problem]:
    """The claims in the order of the rows, each after the notes on its row; errors for a row that gives none."""
    problems = RowProblems(source.name)
    with _rows.decoded(source.open()) as text:
        rows = _rows.rows(text, source.name)
        header = next(rows, Row(1, []))
        if isinstance(header, Problem):
            yield header
            return
        columns = _columns(header, problems)
        yield from problems.taken()
        if missing := [column for column in NEEDED if column not in columns]:
            message = f"the table has no column {' and no column '.join(missing)}"
            yield problem("bad-line", message, source.name, header.line)
            return
        reader = _Reader(source, vocabulary, problems)
        for row in rows:
            if isinstance(row, Problem):
                yield row
                continue
            source.line = problems.line = row.line
            claim = reader.claim(row, columns)
            yield from problems.taken()
            if claim:
                yield claim


def _columns(header: Row, problems: RowProblems) -> list[str | None]:
    """The known column of each cell of the header; a note for each other one that has a name."""
    problems.line = header.line
    columns: list[str | None] = []
    unknown = []
    for name in header.cells:
        column = _KNOWN.get(_rows.folded(name))
        if name.strip() and (column is None or column in columns):
            unknown.append((short(name), column))
            column = None
        columns.append(column)
    for name, twice in unknown[:_TOLD]:
        if twice:
            problems.add("unknown-attribute", f"the column {twice} stands twice; “{name}”, the second, is ignored")
        else:
            near = nearest(_rows.folded(name), COLUMNS)
            problems.add("unknown-attribute", f"the column “{name}” says nothing about a claim and is ignored", near)
    if unknown[_TOLD:]:
        problems.add("unknown-attribute", f"{len(unknown) - _TOLD} more columns say nothing about a claim")
    return columns


def _cells(row: Row, columns: list[str | None]) -> Cells:
    """What the row says, white space taken off its ends and, but for the quote, made one blank inside."""
    # Spreadsheets leave out the blank cells at the end of a row, or add some.
    said = {column: cell for column, cell in zip(columns, row.cells, strict=False) if column}
    tidy = {column: cell.strip() if column == "quote" else " ".join(cell.split()) for column, cell in said.items()}
    return {column: cell for column, cell in tidy.items() if cell}


class _Reader:
    """Makes claims of the rows of one table."""

    def __init__(self, source: Source, vocabulary: Vocabulary, problems: RowProblems) -> None:
        self._vocabulary = vocabulary
        self._problems = problems
        self._articles = Articles(source, problems)

    def claim(self, row: Row, columns: list[str | None]) -> Claim | None:
        """The claim of a row, or None where it gives none; what is wrong with it goes to the problems."""
        if any(map(str.strip, row.cells[len(columns) :])):
            message = (
                f"the row has more cells than the {len(columns)} of the header; quote a cell with a delimiter in it"
            )
            self._problems.add("bad-line", message)
            return None
        cells = _cells(row, columns)
        entities = {role: entity for role in ROLES if (entity := self._entity(cells, role))}
        lacking = [part for part in NEEDED if part not in entities and part not in cells]
        if lacking:
            self._problems.add("missing-argument", f"the row has no {' and no '.join(lacking)}")
            return None
        sense = self._sense(cells["relation"])
        if sense and sense.reversed:
            entities["subject"], entities["object"] = entities["object"], entities["subject"]
        article = self._articles.article(cells)
        quoted = self._quoted(cells, article, entities) if article else None
        negated = self._negated(cells)
        if sense is None or article is None or quoted is None or negated is None:
            return None
        subject, object = entities.pop("subject"), entities.pop("object")
        fields = sense.fields(self._fields(cells) | quoted | {"negated": negated})
        return new(subject, str(sense.term), object, article, **entities, **fields)

    def _sense(self, label: str) -> Sense | None:
        sense = self._vocabulary.relation(label)
        if sense is None:
            near = self._vocabulary.nearest_relation(short(label))
            self._problems.add("unknown-relation", f"“{short(label)}” is no relation of the ontology", near)
        elif sense.term is None:
            self._problems.once("passed-over", f"“{short(label)}” says nothing about two actors")
            return None
        return sense

    def _entity(self, cells: Cells, role: Role) -> Entity | None:
        """Who fills a role, if anybody does."""
        named, written = cells.get(role, ""), cells.get(f"{role}_written", "")
        name = cells.get(f"{role}_name", named if written else "")
        if not (name or written or named):
            return None
        return Entity(
            id=cells.get(f"{role}_id", ""),
            name=name,
            kind=self._kind(cells.get(f"{role}_kind", "Entity")),
            written=written or named or name,
            same_as=tuple(self._same_as(cells.get(f"{role}_same_as", ""))),
        )

    def _kind(self, label: str) -> str:
        kind = self._vocabulary.kind(label)
        if kind is None:
            near = self._vocabulary.ontology.nearest_kind(short(label))
            message = f"“{short(label)}” is no class of the ontology; what it stands for is an Entity"
            self._problems.once("unknown-kind", message, near)
        return kind or "Entity"

    def _same_as(self, said: str) -> Iterator[str]:
        for link in said.split():
            identifier = external_id(link)
            if identifier:
                yield identifier
            else:
                self._problems.add("unknown-value", f"“{short(link)}” is no external id such as wikidata:Q159")

    def _negated(self, cells: Cells) -> bool | None:
        """Whether the row denies the claim; None, an error, where that cannot be told: it decides what is said."""
        said = cells.get("negated", "no").casefold()
        if said not in _TRUE | _FALSE:
            message = f"negated may not be “{short(said)}”, but true or false, yes or no, 1 or 0, x or nothing"
            self._problems.add("bad-line", message)
            return None
        return said in _TRUE

    def _fields(self, cells: Cells) -> dict[str, object]:
        """What else a row says of the claim itself. Dates are looked at by `kg.checks`."""
        modality = cells.get("modality", "actual").casefold()
        if modality not in MODALITIES:
            self._no_value("modality", modality, "one of " + ", ".join(MODALITIES))
        confidence = cells.get("confidence", "").replace(",", ".")
        certain = float(confidence) if _NUMBER.fullmatch(confidence) else None
        if confidence and (certain is None or certain > 1):
            self._no_value("confidence", confidence, "a number from 0 to 1")
        return {
            "modality": modality if modality in MODALITIES else "actual",
            "confidence": certain if certain is not None and certain <= 1 else None,
            **{field: cells.get(field) for field in ("valid_from", "valid_to", "annotator", "row")},
        }

    def _no_value(self, column: str, said: str, allowed: str) -> None:
        self._problems.add("unknown-value", f"{column} may not be “{short(said)}”, but {allowed}")

    def _quoted(self, cells: Cells, article: Article, entities: Mapping[Role, Entity]) -> dict[str, object] | None:
        """`begin`, `end`, `quote` and `marks` of a row; nothing of them where it quotes nothing, None on an error."""
        words = cells.get("quote")
        if words is None:
            return {}
        name = self._articles.name(cells)
        written = {role: entity.written for role, entity in entities.items()}
        text = self._articles.text(name, article.language)
        if isinstance(text, Problem):
            self._problems.report(text)
            return None
        if text is None:
            self._problems.once("no-text", f"there is no {short(name)}.txt: its quotes are kept as they were typed")
            marks = _quotes.marks(words, 0, written)
            return {"begin": 0, "end": len(words), "quote": words, "marks": marks}
        places, as_typed = text.places(words)
        if len(places) != 1:
            self._not_located(words, places, text, name)
            return None
        if not as_typed:
            message = f"{short(name)}.txt has other blanks, quotation marks or dashes than “{short(words)}”"
            self._problems.once("text-differs", message, about=f"{name}\n{words}")
        [(first, last)] = places
        begin, end, quote = text.sentences_around(first, last)
        marks = _quotes.marks(text.text[first:last], first, written)
        return {"begin": begin, "end": end, "quote": quote, "marks": marks}

    def _not_located(self, words: str, places: list[Span], text: Text, name: str) -> None:
        if not places:
            message = f"{short(name)}.txt does not have the words “{short(words)}”"
            self._problems.add("quote-not-found", message, text.nearest(words))
            return
        times = f"{len(places)} times" + (" or more" if len(places) == _quotes.MANY else "")
        message = f"“{short(words)}” stands in {short(name)}.txt {times}; quote more of the sentence"
        self._problems.add("quote-ambiguous", message)
