"""The text of WebAnno TSV 3, put together of its sentences. For `webanno_tsv`.

What stood between two sentences is not in the file: a line feed, and blanks as many as are missing, stand for it.
"""

from kg.errors import Problem, problem

from .._text import Span
from .rows import Sentence, Table

_SLACK = 10_000  # UTF-16 units that the text may be longer than ten times the file: blanks that are not in it


def text(table: Table, size: int, path: str) -> tuple[str, list[Span]] | Problem:
    """The text of a file of `size` bytes, and where its sentences are, in code points.

    A problem where a sentence begins within the one before, or far behind what the file can hold.
    """
    pieces, spans, length, place = list[str](), list[Span](), 0, 0
    for each in table.sentences:
        begin = _begin(each)
        if not place <= begin <= 10 * size + _SLACK:
            message = f"the sentence begins at {begin}, where it cannot be: the one before it ends at {place}"
            return problem("wrong-offset", message, path, each.units[0].line)
        gap = " " * (begin - place)
        gap = f"\n{gap[1:]}" if pieces and gap else gap
        spans.append((length + len(gap), length + len(gap) + len(each.text)))
        pieces += [gap, each.text]
        length, place = spans[-1][1], begin + _units(each.text)
    return "".join(pieces), [span for span in spans if span[0] < span[1]]


def _begin(sentence: Sentence) -> int:
    """Where a sentence begins, in UTF-16 units: with its first token, or with what stands before that.

    These are blanks, which WebAnno has not always cut off, or tokens whose rows could not be read.
    """
    first = sentence.units[0]
    before = sentence.text[: max(sentence.text.find(first.words), 0)]
    return first.begin - (_units(before) if before.isspace() or not first.id.endswith("-1") else 0)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
