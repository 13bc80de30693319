"""Who does what in an event: the names of roles that annotators use, and what each is of a claim. Shared by loaders.

The names are those of the annotation conventions: Agent or Subject; Target, Object or Recipient; Source or Speaker (who
says so); Time.
"""

import re

MOST = 1_000  # claims that one event may make, a filler of each role a claim

_ROLES = {
    "agent": "subject",
    "subject": "subject",
    "target": "object",
    "object": "object",
    "recipient": "object",
    "source": "attributed_to",
    "speaker": "attributed_to",
    "time": "time",
}
_AFFIXES = re.compile(r"[0-9]*([-_]?arg)?[0-9]*$")  # Target2, Agent-Arg, Org-Arg2


def meaning(name: str) -> str | None:
    """What a role is of a claim: `subject`, `object`, `attributed_to` or `time`; None where the name says nothing.

    >>> meaning("Target2"), meaning("Agent-Arg"), meaning("Place")
    ('object', 'subject', None)
    """
    return _ROLES.get(re.sub(r"[\s_-]", "", _AFFIXES.sub("", name.casefold())))
