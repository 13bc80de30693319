"""Whether a SPARQL text would reach for the network, told from its tokens.

Strings, IRIs, comments and names are stepped over, so that only a keyword counts. Code point escapes are undone first,
as SPARQL 1.1 section 19.2 has them undone before anything is parsed.
"""

import re
import sys

from kg.errors import QueryError

_TOKEN = re.compile(
    r"""
      (?P<string> '{3}(?:[^\\]|\\.)*?'{3} | "{3}(?:[^\\]|\\.)*?"{3} | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*" )
    | (?P<iri> <[^<>"{}|^`\\\x00-\x20]*> )
    | (?P<comment> \#[^\n\r]* )
    | (?P<name> [?$]\w+ | [\w.-]*:(?:[\w:.%-]|\\.)* | @[\w-]+ )
    | (?P<word> \w+ )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def refuse_network(text: str) -> None:
    """Raise QueryError where a query or update has SERVICE or LOAD, which make the engine call other hosts."""
    plain = _ESCAPE.sub(_character, text)
    words = {m["word"].upper() for m in _TOKEN.finditer(plain) if m["word"]}
    for word in ("SERVICE", "LOAD"):
        if word in words:
            raise QueryError(f"{word} calls another host, which is refused; --allow-network lets it")


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= sys.maxunicode else match[0]
