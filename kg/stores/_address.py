"""The URL of a server, and how to speak of it without the password that it may hold."""

import os
import re
import warnings
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from kg.errors import UsageError

VARIABLE = "KG_PASSWORD"


class Address(msgspec.Struct, frozen=True):
    """Where a server is and who asks it: `scheme://user@host:port/path?option=value`.

    `url` is the text to show, which never has the password; `path` comes without its first slash. `user` and `password`
    are None where there are none, `port` where the scheme's own is meant.
    """

    url: str
    scheme: str
    host: str
    port: int | None = None
    path: str = ""
    user: str | None = None
    password: str | None = msgspec.field(default=None)
    options: dict[str, str] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Address({self.url})"

    @property
    def place(self) -> str:
        """Host and port, as they stand in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host


def parse(url: str, options: tuple[str, ...] = ()) -> Address:
    """The address that a URL names; its password is the URL's own, else that of `$KG_PASSWORD`.

    A password in the URL works, with a warning. Raises UsageError for a URL without a host, with a port that is none,
    or with another option than these.
    """
    shown = masked(url)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{shown} is no address; write scheme://user@host:port/name") from error
    if not host:
        raise UsageError(f"{shown} names no host; write {parts.scheme}://user@host:port/name")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in given:
        if name not in options:
            known = " and ".join(options) or "none"
            raise UsageError(f"{shown}: there is no option {name}; {parts.scheme} takes {known}")
    if parts.password is not None:
        message = f"the password in {shown} can be seen by others on this machine; put it into ${VARIABLE}"
        warnings.warn(message, stacklevel=3)
    password = os.environ.get(VARIABLE) if parts.password is None else unquote(parts.password)
    user = None if parts.username is None else unquote(parts.username)
    return Address(shown, parts.scheme, host, port, unquote(parts.path.lstrip("/")), user, password, given)


def masked(url: str) -> str:
    """The URL without the password that it may hold; any other text as it is.

    >>> masked("neo4j://anna:secret@host:7687/neo4j")
    'neo4j://anna@host:7687/neo4j'
    """
    return re.sub(r"(//[^:/?#@\s]*):\S*@", r"\1@", url)
