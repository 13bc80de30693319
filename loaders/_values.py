"""What an annotator says of a claim besides its actors: negation, modality, confidence. Shared by all loaders."""

import re

from kg.claim import MODALITIES

# The fields of a claim, by the name of the attribute, feature or choice that fills them, in lower case.
FIELDS = {"negation": "negated", "modality": "modality", "confidence": "confidence"}

# What the values of a field may be, for a message.
ALLOWED = {"modality": "one of " + ", ".join(MODALITIES), "confidence": "a number from 0 to 1"}

_NUMBER = re.compile(r"[01](\.[0-9]*)?|\.[0-9]+")


def value(field: str, text: str) -> object:
    """The value of a field of a claim, or None where the text is none of its values.

    >>> value("negated", "yes"), value("modality", "Planned"), value("confidence", "0.5"), value("confidence", "high")
    (True, 'planned', 0.5, None)
    """
    said = text.casefold()
    if field == "negated":
        return said not in {"false", "no"}
    if field == "modality":
        return said if said in MODALITIES else None
    return float(said) if _NUMBER.fullmatch(said) and float(said) <= 1 else None
