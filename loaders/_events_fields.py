"""What a row says besides who and what: its article, when, how sure. For `events`."""

from collections.abc import Iterable

import msgspec

from kg.claim import Article, composed

from . import _values
from ._csv_quotes import short
from ._events_cells import Template, Values
from ._events_dates import Dates, joined
from ._events_notes import Lack
from ._events_spec import ArticleSpec, ClaimSpec, DateParts, Texts

Lacks = tuple[Lack, ...]  # what of a row is ignored


class When(msgspec.Struct, frozen=True):
    """From when until when what a row says held, as dates of a claim, and in which article it stands."""

    article: Article
    valid_from: str | None = None
    valid_to: str | None = None
    lacks: Lacks = ()


class Rest(msgspec.Struct, frozen=True):
    """The key of a row, how sure its coder was, and who it was."""

    row: str | None = None
    confidence: float | None = None
    annotator: str | None = None
    lacks: Lacks = ()


class Dated:
    """Reads when what a row says held, and its article: its own, or one for the whole file."""

    def __init__(self, article: ArticleSpec | None, spec: ClaimSpec, dates: Dates, whole: Article) -> None:
        self._dates, self._whole = dates, whole
        said = msgspec.structs.asdict(article) if article else {}
        self._article = {field: Template(texts) for field, texts in said.items()}
        self._from, self._to = _texts(spec.valid_from), _texts(spec.valid_to)
        self.columns = _columns((*self._article.values(), *self._from, *self._to))

    def when(self, values: Values) -> When:
        """The dates and the article of a row."""
        article, undated = self._described(values)
        said = [[template.filled(values) for template in texts] for texts in (self._from, self._to)]
        first, last = (self._date(parts) for parts in said)
        wrong = {" ".join(parts).strip() for parts, date in zip(said, (first, last), strict=True) if not date} - {""}
        lacks = (Lack("bad-date", f"“{short(each)}” is no date") for each in sorted(wrong))
        return When(article, first, last, (*undated, *lacks))

    def _described(self, values: Values) -> tuple[Article, Lacks]:
        if not self._article:
            return self._whole, ()
        fields = {field: template.filled(values) or None for field, template in self._article.items()}
        said = fields["published"] or ""
        day = self._dates.iso(said) or ""
        full = day if len(day) == len("2016-10-12") else None
        lacks = (Lack("bad-date", f"published “{short(said)}” is no full date"),) if said and not full else ()
        described = fields | {"id": fields["id"] or self._whole.id, "published": full}
        return composed(Article(**described)), lacks  # type: ignore[arg-type]

    def _date(self, parts: list[str]) -> str | None:
        return joined(*parts) if len(parts) > 1 else self._dates.iso(parts[0]) if parts else None


class Details:
    """Reads the rest of what a row says."""

    def __init__(self, spec: ClaimSpec) -> None:
        self._row, self._confidence, self._annotator = map(Template, (spec.row, spec.confidence, spec.annotator))
        self.columns = _columns((self._row, self._confidence, self._annotator))

    def rest(self, values: Values) -> Rest:
        """The rest of a row."""
        said = self._confidence.filled(values)
        sure = _values.value("confidence", said) if said else None
        wrong = f"confidence may not be “{short(said)}”, but {_values.ALLOWED['confidence']}"
        return Rest(
            self._row.filled(values) or None,
            sure if isinstance(sure, float) else None,
            self._annotator.filled(values) or None,
            (Lack("unknown-value", wrong),) if said and sure is None else (),
        )


def _texts(end: Texts | DateParts | None) -> list[Template]:
    if isinstance(end, DateParts):
        return [Template(f"{{{column}}}") for column in end.parts]
    return [Template(end)] if end is not None else []


def _columns(templates: Iterable[Template]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for template in templates for column in template.columns))
