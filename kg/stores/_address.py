"""The URL of a server, and how to speak of it without the password that it may hold."""

import os
import re
import warnings
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import msgspec

from kg.errors import UsageError

VARIABLE = "KG_PASSWORD"
# A text that begins as a URL is one as a whole, and its password may hold anything.
_PASSWORD = re.compile(r"(^[\w.+-]+:/{1,2}[^:/?#@\s]*):.*@|(//[^:/?#@\s]*):\S*@", re.DOTALL)


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
    shown, scheme = masked(url), url.partition(":")[0]
    parts = _split(url)
    if not url.startswith(f"{scheme}://"):
        raise UsageError(f"{scheme}: names no host; write {scheme}://user@host:port/name")
    if parts is None or not parts.hostname:
        raise UsageError(f"{shown} is no address; write {scheme}://user@host:port/name")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = [name for name in given if name not in options]
    if parts.fragment or "@" in parts.path or (unknown and "@" in parts.query):
        hint = "write / ? # and @ in a user or password as %2F %3F %23 and %40, and so an @ after the host"
        raise UsageError(f"{shown} can be read in two ways; {hint}")
    if unknown:
        known = " and ".join(options) or "none"
        raise UsageError(f"{shown}: there is no option {unknown[0]}; {scheme} takes {known}")
    if parts.password is not None:
        message = f"the password in {shown} can be seen by others on this machine; put it into ${VARIABLE}"
        warnings.warn(message, stacklevel=3)
    password = os.environ.get(VARIABLE) if parts.password is None else unquote(parts.password)
    user = None if parts.username is None else unquote(parts.username)
    if not _is_text(password or ""):
        raise UsageError(f"{shown}: the password is no UTF-8; set another, or correct ${VARIABLE}")
    return Address(shown, scheme, parts.hostname, parts.port, unquote(parts.path.lstrip("/")), user, password, given)


def _split(url: str) -> SplitResult | None:
    """The parts of a URL that is one. No error comes of it, since that would hold what is not to be seen."""
    try:
        parts = urlsplit(url)
        return parts if (parts.port is None or parts.port) and _is_text(url) else None
    except ValueError:
        return None


def _is_text(text: str) -> bool:
    """Whether it can be sent: the shell hands on any bytes."""
    return not re.search("[\ud800-\udfff]", text)


def masked(text: str) -> str:
    """A URL, or a line with one in it, without the password; any other text as it is.

    >>> masked("neo4j://anna:secret@host:7687/neo4j")
    'neo4j://anna@host:7687/neo4j'
    """
    return _PASSWORD.sub(r"\1\2@", text)
