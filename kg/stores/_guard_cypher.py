"""Whether a Cypher text would reach for the network, or give orders to the server, told from its tokens.

Refused are LOAD CSV, procedures and functions of a namespace that are not in the lists here, and what is done to the
server, to its users or with another database. Strings, comments and parameters are stepped over; a quoted name is never
a keyword, but may be that of a procedure. Neo4j undoes code point escapes before it parses, ArcadeDB within strings
alone, so the text is read both ways.
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
_TIMES = ("date", "datetime", "localdatetime", "localtime", "time", "duration")
FUNCTIONS = frozenset((*_TIMES, "point", "vector", "coll", "string"))

_TOKEN = re.compile(
    r"""
      (?P<string> '(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" )
    | (?P<nothing> //[^\n\r]* | /\*.*?\*/ | [^\w!-~]+ )
    | (?P<parameter> \$(?:\w+|`(?:[^`]|``)*`) )
    | (?P<quoted> `(?:[^`]|``)*` )
    | (?P<stray> ['"`] | /\* )
    | (?P<plain> \w+ | \.\. | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|.)", re.DOTALL)

# What is looked for in the tokens, which are in small letters and have one blank between them.
_DOTTED = re.compile(r"(?<![\w`])(call )?(`?\w+(?: \. `?\w+)+)( \()?")
_FIRST = r"(?:^|; )(?:(?:explain|profile|cypher|\d+|\w+ = \S+) )*"  # the beginning of a statement
_ORDERS = (
    r"\b(load csv)\b",
    r"\b(terminate) transactions?\b",
    _FIRST + r"(alter|deallocate|deny|dryrun|enable|grant|reallocate|rename|revoke|session|start|stop)\b",
    _FIRST + r"((?:create|drop) (?:or replace )?(?:composite |immutable )?(?:alias|database|role|user))\b(?! =)",
    rf"(?:{_FIRST}|{{ |\b(?:next|union|union all|union distinct|then|else) )(use) (?![:,=}}]|else\b|end\b|when\b)",
)
_ORDER = re.compile("|".join(_ORDERS))


def refuse_network(text: str) -> None:
    """Raise QueryError where a query may call another host, read a file, or run what is not plain Cypher."""
    for reading in dict.fromkeys((text, _ESCAPE.sub(_character, text))):
        for word in _suspects(" ".join(_tokens(reading))):
            raise QueryError(f"{word} may reach beyond this database, which is refused; --allow-network lets it")


def _tokens(text: str) -> Iterator[str]:
    """Words and signs in small letters; of a string only that there is one, of a quoted name ` and what it holds."""
    for token in _TOKEN.finditer(text):
        if token["stray"]:
            raise QueryError(f"not a valid Cypher query: the {token[0]} at character {token.start() + 1} has no end")
        if token["quoted"]:
            yield "`" + re.sub(r"[^\w.]", "_", token[0][1:-1]).replace(".", " . `").lower()
        elif token["plain"]:
            yield token[0].upper().lower()  # as keywords are compared: ſ and K are an s and a k
        elif not token["nothing"]:
            yield "$" if token["parameter"] else "''"


def _suspects(tokens: str) -> Iterator[str]:
    """What may reach out."""
    if order := _ORDER.search(tokens):
        yield str(order[order.lastindex or 0]).upper()
    for call, dotted, opening in _DOTTED.findall(tokens):
        name = re.sub("[ `]", "", dotted)
        if call and name not in PROCEDURES:
            yield f"the procedure {name}"
        elif opening and not call and name.partition(".")[0] not in FUNCTIONS:
            yield f"the function {name}"


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16)) if escape[1] else escape[0]
