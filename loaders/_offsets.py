"""Offsets of other tools as code points, the only unit that claims know. Shared by all loaders.

brat, Label Studio, doccano, Prodigy and re3d count code points (Python's characters). Java and JavaScript tools (UIMA,
WebAnno, most Web Annotation clients) count UTF-16 units: a character beyond the Basic Multilingual Plane is two.
"""

from bisect import bisect_left

_BMP = 0xFFFF


class Utf16:
    """Places in a text counted in UTF-16 units, as code points.

    >>> Utf16("a\U0001f973b").code_point(3), Utf16("a\U0001f973b").code_point(2), Utf16("ab").code_point(3)
    (2, None, None)
    """

    def __init__(self, text: str) -> None:
        self._length = len(text)
        wide = [] if text.isascii() else [place for place, char in enumerate(text) if ord(char) > _BMP]
        self._wide = [place + before for before, place in enumerate(wide)]  # where each begins, in UTF-16 units

    def code_point(self, place: int) -> int | None:
        """The place in code points; None where it lies outside of the text or inside of a character."""
        before = bisect_left(self._wide, place)
        if before and self._wide[before - 1] + 1 == place:
            return None
        found = place - before
        return found if 0 <= found <= self._length else None
