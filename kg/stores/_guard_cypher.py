"""Whether a Cypher text would reach for the network or for what is not Cypher, told from its tokens.

Strings, comments, parameters and quoted names are stepped over, so that only what can be a keyword or a call counts.
Refused are LOAD CSV, procedures and functions of a namespace outside of a list, and orders to the server.
"""

import re
from collections.abc import Iterator

from kg.errors import QueryError

# Procedures that only tell what the database is made of, and namespaces of functions that only compute.
_TELLING = ("labels", "relationshiptypes", "propertykeys", "info", "ping", "indexes", "constraints")
_SCHEMA = ("visualization", "nodetypeproperties", "reltypeproperties")
PROCEDURES = frozenset(
    (*(f"db.{name}" for name in _TELLING), *(f"db.schema.{name}" for name in _SCHEMA), "dbms.components")
)
FUNCTIONS = frozenset(("date", "datetime", "localdatetime", "localtime", "time", "duration", "point", "vector"))
_ORDERS = frozenset(
    ("terminate", "alter", "grant", "deny", "revoke", "rename", "use", "stop", "start", "backup", "import", "export")
)
_BEGINNING = frozenset(("", ";", "}", "explain", "profile", "5", "25", "cypher"))  # what an order may follow

_TOKEN = re.compile(
    r"""
      (?P<string> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
    | (?P<comment> //[^\n\r]* | /\*.*?\*/ )
    | (?P<parameter> \$(?:\w+|`(?:[^`]|``)*`) )
    | (?P<word> [^\W\d]\w* | `(?:[^`]|``)*` )
    | (?P<blank> \s+ )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u+([0-9A-Fa-f]{4})")
_REACHING = re.compile(r"load|call|\.\s*[\w`]+\s*\(|\.\s*/|" + "|".join(sorted(_ORDERS)), re.IGNORECASE)


def refuse_network(text: str) -> None:
    """Raise QueryError where a query may call another host, read a file, or run what is not plain Cypher."""
    for reading in dict.fromkeys((text, _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text))):
        for word in _suspects(reading):
            raise QueryError(f"{word} may reach beyond this database, which is refused; --allow-network lets it")


def _suspects(text: str) -> Iterator[str]:
    """What may reach out; a stray quote or backslash too, after which nothing can be told apart."""
    if not _REACHING.search(text):
        return
    tokens = [match for match in _TOKEN.finditer(text) if not (match["comment"] or match["blank"])]
    words = [match["word"] or match["other"] or "" for match in tokens]
    for number, (token, word) in enumerate(zip(tokens, words, strict=True)):
        after = words[number + 1] if number + 1 < len(words) else ""
        before = words[number - 1] if number else ""
        if token["other"] in ("'", '"', "`", "\\"):
            yield f"what follows the {word} at character {token.start()}"
        elif not token["word"] or before in (".", ":"):
            continue
        elif word.lower() == "load" and after.lower() == "csv":
            yield "LOAD CSV"
        elif word.lower() in _ORDERS and before.lower() in _BEGINNING:
            yield word.upper()
        else:
            yield from _called(words, number, after)


def _called(words: list[str], number: int, after: str) -> Iterator[str]:
    """The procedure or function of a namespace that is called at this word, where it is not in the lists."""
    is_call = words[number].lower() == "call" and after not in ("", "{", "(")
    start = number + 1 if is_call else number
    name, end = [words[start].strip("`").lower()], start + 1
    while words[end : end + 1] == ["."] and end + 1 < len(words):
        name.append(words[end + 1].strip("`").lower())
        end += 2
    dotted = ".".join(name)
    if is_call and dotted not in PROCEDURES:
        yield f"the procedure {dotted}"
    elif not is_call and len(name) > 1 and words[end : end + 1] == ["("] and name[0] not in FUNCTIONS:
        yield f"the function {dotted}"
