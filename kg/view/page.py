"""The page as a thing to hold: its text, what it leaves out, and how a file and a notebook take it."""

import html as markup
import os
import reprlib
import stat
from collections.abc import Iterable
from pathlib import Path

import msgspec

from kg import paths
from kg.claim import Claim, Node
from kg.errors import UsageError
from kg.ontology import Ontology

HEIGHT = 720  # pixels of the page in a notebook
# What the page may do in a notebook: run, save files, print, and open an article in a tab of its own.
_ALLOWED = "allow-scripts allow-downloads allow-popups allow-modals allow-popups-to-escape-sandbox"


class Page(msgspec.Struct, frozen=True):
    """An interactive page: `html` is the whole of it, `note` says in words what was cut (None: nothing).

    The last line of a notebook's cell shows it.
    """

    title: str
    html: str
    note: str | None = None

    def write(self, path: str | Path) -> None:
        """Write the page as UTF-8, whole or not at all. Raises UsageError where that cannot be."""
        data, target = self.html.encode(), Path(path)
        try:
            if paths.kind(target) not in (0, stat.S_IFREG):
                target.write_bytes(data)  # a device or a pipe, which nothing may replace
            else:
                paths.write(data, Path(os.path.realpath(target)) if target.is_symlink() else target)
        except (OSError, ValueError) as error:
            raise UsageError(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}") from error

    def _repr_html_(self) -> str:
        """A frame that holds the page and keeps it apart: it reaches neither the notebook nor its cookies."""
        return (
            f'<iframe srcdoc="{markup.escape(self.html)}" sandbox="{_ALLOWED}" title="{markup.escape(self.title)}"'
            f' width="100%" height="{HEIGHT}" style="border: 0"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<Page {reprlib.repr(self.title)}, {len(self.html):,} characters>"


def make(claims: Iterable[Claim], nodes: Iterable[Node], terms: Ontology, *, title: str, note: str | None) -> Page:
    """The page of some claims. Raises UsageError for a relation that is not in the ontology."""
    from kg.view import html, model

    text = html.render(model.build(claims, nodes, terms), title=title, note=note)
    return Page(_encodable(title), _encodable(text), note)


def _encodable(text: str) -> str:
    """The text with a question mark for each half of a UTF-16 pair."""
    return text.encode("utf-8", "replace").decode()
