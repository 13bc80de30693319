"""Claims as a table: a row a claim, under the columns that `kg.loaders.claims_csv` reads."""

import csv
import io
import re
from collections.abc import Iterable, Iterator

from kg.claim import Claim
from kg.exports import Rendered
from kg.loaders.claims_csv import COLUMNS as FILLED

COLUMNS = (*FILLED, "id", "subject_id", "object_id", "attributed_to_id", "begin", "end", "marks")

# With what a cell begins that a spreadsheet may run: https://owasp.org/www-community/attacks/CSV_Injection, and white
# space before it, which some programs drop.
_RUN = re.compile(r"[\t\r\n\0]|\s*[-=+@＝＋－＠]")

_OF_CLAIM = (
    *("id", "relation", "begin", "end", "quote", "row", "negated", "modality", "valid_from", "valid_to"),
    *("confidence", "annotator"),
)
_OF_ARTICLE = ("title", "publisher", "published", "url", "author", "language")

Cell = str | int | float | bool | None


def render(claims: list[Claim], ending: str, excel_safe: bool) -> Rendered:
    """The file: UTF-8, lines ending in CR LF as in RFC 4180, so that line breaks in a cell are always quoted.

    With `excel_safe` every cell is quoted, one that would be run begins with an apostrophe, and the file with a byte
    order mark: without it Excel reads accents in the code page of the machine.
    """
    said = [_row(claim) for claim in claims]
    rows = [[_text(row.get(column)) for column in COLUMNS] for row in said]
    lost = list(_lost(said))
    if excel_safe:
        changed = sum(bool(_RUN.match(cell)) for row in rows for cell in row)
        rows = [[f"'{cell}" if _RUN.match(cell) else cell for cell in row] for row in rows]
        if changed:
            lost.append(f"texts that a spreadsheet would run, before which an apostrophe stands ({changed})")
    return [_written([list(COLUMNS), *rows], "\t" if ending == "tsv" else ",", excel_safe)], lost


def _written(rows: Iterable[list[str]], delimiter: str, excel_safe: bool) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(
        buffer,
        delimiter=delimiter,
        quoting=csv.QUOTE_ALL if excel_safe else csv.QUOTE_MINIMAL,
        lineterminator="\r\n",
    )
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig" if excel_safe else "utf-8")


def _row(claim: Claim) -> dict[str, Cell]:
    """The cells of a claim by column; a missing one is empty."""
    row: dict[str, Cell] = {field: getattr(claim, field) for field in _OF_CLAIM}
    row |= {field: getattr(claim.article, field) for field in _OF_ARTICLE}
    row["article"] = claim.article.id
    row["marks"] = ";".join(f"{begin} {end} {role}" for begin, end, role in claim.marks) or None
    for role, entity in zip(("subject", "object", "attributed_to"), claim.entities, strict=False):
        row[role] = entity.name
        row |= {f"{role}_{field}": getattr(entity, field) for field in ("id", "kind", "written")}
        row[f"{role}_same_as"] = " ".join(entity.same_as) or None
    return row


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return "" if cell is None else str(cell)


def _lost(rows: list[dict[str, Cell]]) -> Iterator[str]:
    placed = sum(row["quote"] is not None or row["marks"] is not None for row in rows)
    if placed:
        yield f"begin, end and marks to a later kg load, which looks for the quotes anew ({placed})"
    empty = sum(cell == "" for row in rows for cell in row.values())
    if empty:
        yield f"texts that are empty, since an empty cell is none ({empty})"
