"""What a row says besides who and what: its article, when, how sure. For `events`."""

from collections.abc import Iterable

import msgspec

from kg.claim import Article, composed

from .. import _values
from .._quotes import short
from .cells import Template, Values
from .dates import Dates, joined
from .notes import Lack
from .spec import ArticleSpec, ClaimSpec, DateParts, Texts

Lacks = tuple[Lack, ...]  # what of a row is ignored


class When(msgspec.Struct, frozen=True):
    """From when until when what a row says held, as dates of a claim, and in which article it stands."""

    article: Article
    valid_from: str | None = None
    valid_to: str | None = None
    lacks: Lacks = ()


class Sure(msgspec.Struct, frozen=True):
    """How sure the coder of a row was, and who it was."""

    confidence: float | None = None
    annotator: str | None = None
    lacks: Lacks = ()


class Dated:
    """Reads when what a row says held, and its article: its own, or one for the whole file."""

    def __init__(self, article: ArticleSpec | None, spec: ClaimSpec, dates: Dates, whole: Article) -> None:
        self._dates, self._whole = dates, whole
        texts = msgspec.structs.asdict(article).items() if article else ()
        self._article = {field: Template(text) for field, text in texts if text is not None}
        self._ends = (_texts(spec.valid_from), _texts(spec.valid_to))
        self.columns = _columns((*self._article.values(), *self._ends[0], *self._ends[1]))

    def when(self, values: Values) -> When:
        """The dates and the article of a row."""
        article, undated = self._described(values)
        (first, not_first), (last, not_last) = (self._date(end, values) for end in self._ends)
        wrong = sorted({not_first, not_last} - {""})
        return When(
            article, first, last, (*undated, *(Lack("bad-date", f"“{short(said)}” is no date") for said in wrong))
        )

    def _described(self, values: Values) -> tuple[Article, Lacks]:
        """The article of a row, and what is said in place of its day and is none."""
        if not self._article:
            return self._whole, ()
        fields = {field: text for field, template in self._article.items() if (text := template.filled(values))}
        said = fields.pop("published", "")
        day = self._dates.iso(said) if said else None
        full = day if day and len(day) == len("2016-10-12") else None
        lacks = (Lack("bad-date", f"published “{short(said)}” is no full date"),) if said and not full else ()
        return composed(Article(fields.pop("id", self._whole.id), published=full, **fields)), lacks

    def _date(self, parts: list[Template], values: Values) -> tuple[str | None, str]:
        """The date at one end, and what is said in place of it and is none."""
        said = [template.filled(values) for template in parts]
        if not any(said):
            return None, ""
        date = joined(*said) if len(said) > 1 else self._dates.iso(said[0])
        return date, "" if date else " ".join(said).strip()


class Certainty:
    """Reads how sure the coder of a row was, and who it was."""

    def __init__(self, spec: ClaimSpec) -> None:
        self._confidence, self._annotator = Template(spec.confidence), Template(spec.annotator)
        self.columns = _columns((self._confidence, self._annotator))

    def sure(self, values: Values) -> Sure:
        """The certainty of a row."""
        said, annotator = self._confidence.filled(values), self._annotator.filled(values) or None
        confidence = _values.value("confidence", said) if said else None
        if isinstance(confidence, float):
            return Sure(confidence, annotator)
        message = f"confidence may not be “{short(said)}”, but {_values.ALLOWED['confidence']}"
        return Sure(None, annotator, (Lack("unknown-value", message),) if said else ())


def _texts(end: Texts | DateParts | None) -> list[Template]:
    if isinstance(end, DateParts):
        return [Template(f"{{{column}}}") for column in end.parts]
    return [Template(end)] if end is not None else []


def _columns(templates: Iterable[Template]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for template in templates for column in template.columns))
