"""The regions of one annotation of Label Studio, and what its tags say of them. For `label_studio`."""

from collections.abc import Iterable, Mapping

import msgspec

from .._document import Mention
from .._report import Report
from .._values import ALLOWED, FIELDS, value
from .._words import external_id, short
from .text import Place, place, text_of, unescaped

_NAMES = {"name", "reference"}  # the tags that say something of a region's entity


class Result(msgspec.Struct):
    """One result: what the tag `from_name` says of a region or of the text, or a relation between two regions."""

    type: str = ""
    id: int | str | None = None
    from_name: str | None = None
    value: dict[str, object] = {}
    from_id: int | str | None = None
    to_id: int | str | None = None
    direction: str | None = None
    labels: list[str] | None = None

    def answers(self) -> list[str]:
        """What the tag says: labels, choices, texts, a number."""
        said = self.value.get("text" if self.type == "textarea" else self.type)
        return [
            str(each) for each in (said if isinstance(said, list) else [said]) if isinstance(each, str | int | float)
        ]


class _Region(msgspec.Struct):
    """A part of the text. `said` has the first answer to each tag, by the name of the tag in lower case."""

    place: Place | None = None  # None where only its path in HTML is known
    in_html: bool = False
    words: str | None = None
    labels: list[str] = []
    said: dict[str, str] = {}

    def add(self, result: Result) -> None:
        """Take over what one result says: several may be of one region, and each repeats its place."""
        at, in_html = place(result.value)
        self.place, self.in_html = self.place or at, self.in_html or in_html
        words, answers = result.value.get("text"), result.answers()
        if isinstance(words, str):
            self.words = words
        if result.type.endswith("labels"):
            self.labels += answers
        elif result.from_name and answers:
            self.said.setdefault(result.from_name.casefold(), answers[0])


class Regions:
    """The regions of an annotation of what messages call `task`, and the text in its data in which they stand.

    `text` is None, which is reported, where the data do not hold it and where a region has no place in it. `mentions`
    are the regions by what `called` calls them.
    """

    def __init__(self, results: Iterable[Result], task: str, data: Mapping[str, object], report: Report) -> None:
        self._task, self._report = task, report
        found: dict[str, _Region] = {}
        for result in results:
            if result.type != "relation":
                found.setdefault(self.called(result.id), _Region()).add(result)
        self._said = {id: region.said for id, region in found.items()}
        self._fields = {id: self._read(said) for id, said in self._said.items()}
        placed = {id: region for id, region in found.items() if region.place or region.in_html or region.labels}
        self.text = self._text(placed.values(), data)
        self.mentions = {id: self._mention(id, region) for id, region in placed.items()}

    def called(self, id: int | str | None) -> str:
        """What messages call a region."""
        return f"region {id} of {self._task}"

    def fields(self, id: str) -> dict[str, object]:
        """The fields of a claim that are said of a region."""
        return self._fields.get(id, {})

    def note_unused(self, subjects: set[str]) -> None:
        """Report the fields of regions that are the subject of no relation."""
        unused = [self._said[id] for id in self.mentions if id not in subjects]
        for name in (name for said in unused for name in said if name in FIELDS):
            message = f"“{name}” is said of a region that is the subject of no relation"
            self._report.repeated("unknown-attribute", message)

    def _read(self, said: Mapping[str, str]) -> dict[str, object]:
        """The fields of a claim that tags fill; what fills none is reported, as is all that is said of a text."""
        fields: dict[str, object] = {}
        for name, answer in said.items():
            field = FIELDS.get(name)
            if field is None and name not in _NAMES:
                self._report.repeated("unknown-attribute", f"“{short(name)}” says nothing about a claim")
            elif field and (read := value(field, answer)) is not None:
                fields[field] = read
            elif field:
                allowed = ALLOWED.get(field, "")
                self._report.repeated("unknown-value", f"{name} may not be “{short(answer)}”; {allowed}")
        return fields

    def _text(self, placed: Iterable[_Region], data: Mapping[str, object]) -> str | None:
        regions = list(placed)
        places = [(region.place, region.words) for region in regions if region.place]
        if len(places) < len(regions):
            self._report.repeated("no-text", "a region of a task has no place in its text, only in HTML")
            return None
        text = text_of(data, places, any(region.in_html for region in regions))
        if text is None and regions:
            self._report.repeated("no-text", "the data of a task hold no text for its regions")
        return text

    def _mention(self, id: str, region: _Region) -> Mention:
        for label in region.labels[1:]:
            message = f"“{short(label)}” is a further label of a region; the first counts"
            self._report.repeated("kind-conflict", message)
        same_as = external_id(region.said.get("reference", ""))
        return Mention(
            id=id,
            label=region.labels[0] if region.labels else "",
            spans=(region.place,) if region.place else (),
            words=unescaped(region.words, region.place, self.text),
            name=region.said.get("name", "").strip(),
            same_as=(same_as,) if same_as else (),
        )
