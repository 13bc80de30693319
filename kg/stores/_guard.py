"""Whether a SPARQL text would reach for the network or overrun the parser, told from its tokens.

Strings, IRIs, comments and variables are stepped over, so that only what can be a keyword counts. Engines differ in two
ways that matter here, and what either would take for a keyword is refused:

- Oxigraph has no tokens: it finds the keyword in `SERVICEex:x`, `1SERVICE` and `SERVICESILENT`. So a word, or the
  prefix of a name, counts when it holds the keyword.
- Code point escapes are undone before parsing (SPARQL 1.1, section 19.2) or only within strings. So the text is read as
  it is, and again with its escapes undone.
"""

import re
import sys
from collections.abc import Iterator

from kg.errors import QueryError

DEPTH = 500  # brackets within brackets; an engine's stack ends somewhere beyond

_TOKEN = re.compile(
    r"""
      (?P<string> '{3}(?:[^\\]|\\.)*?'{3} | "{3}(?:[^\\]|\\.)*?"{3} | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*" )
    | (?P<iri> <(?:[^<>"{}|^`\\\x00-\x20] | \\u[0-9A-Fa-f]{4} | \\U[0-9A-Fa-f]{8})*> )
    | (?P<comment> \#[^\n\r]* )
    | (?P<variable> [?$]\w+ | @[\w-]+ )
    | (?P<word> [\w.-]+ ) (?P<local> : (?:[\w:.%-]|\\[^uU])* )?
    | (?P<default> : (?:[\w:.%-]|\\[^uU])* )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_REACHING = re.compile(r"service|^load", re.IGNORECASE)
_STEP = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}


def check_characters(text: str) -> None:
    """Raise QueryError where a text holds half of a UTF-16 pair, which is no character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise QueryError(f"half of a UTF-16 pair at character {error.start}; take it out") from error


def check_depth(text: str) -> None:
    """Raise QueryError where brackets are nested deeper than an engine's stack may bear."""
    if sum(map(text.count, "{([")) <= DEPTH:
        return
    depth = deepest = 0
    for token in _TOKEN.finditer(text):
        depth += _STEP.get(token["other"] or "", 0)
        deepest = max(deepest, depth)
    if deepest > DEPTH:
        raise QueryError(f"brackets are nested {deepest} deep; at most {DEPTH} are allowed")


def refuse_network(text: str) -> None:
    """Raise QueryError where a query or update has SERVICE or LOAD, which make the engine call other hosts."""
    for reading in dict.fromkeys((text, _ESCAPE.sub(_character, text))):
        if not re.search("service|load", reading, re.IGNORECASE):
            continue
        for word in _suspects(reading):
            raise QueryError(f"{word} may call another host, which is refused; --allow-network lets it")


def _suspects(text: str) -> Iterator[str]:
    """The words that may be SERVICE or LOAD; a stray quote or backslash, after which nothing can be told apart."""
    for token in _TOKEN.finditer(text):
        if token["word"] and _REACHING.search(token["word"]):
            yield token["word"]
        elif token["other"] in ("'", '"', "\\"):
            yield f"what follows the {token['other']} at character {token.start()}"


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2], 16)
    return chr(code) if code <= sys.maxunicode else match[0]
