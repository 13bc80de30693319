"""HTTP to a SPARQL server: one request, one whole answer, and errors that say what to do.

Nothing is read from the environment, no redirect is followed and no request is sent twice. This is `http.client`, since
others limit the time for sending a body by the few seconds that a server has to accept a connection.
"""

import base64
import re
import select
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection, IncompleteRead
from urllib.parse import SplitResult, urlsplit

import msgspec

from kg.errors import QueryError, StoreError
from kg.stores._address import VARIABLE, masked

CONNECT = 10.0  # seconds
SHOWN = 300  # characters of a server's own text

_DONE, _MOVED = range(200, 300), range(300, 400)
_MEANING = {
    401: f"{{user}} or the password was refused; write the user before the host and set ${VARIABLE}",
    403: f"{{user}} has no right to this at {{endpoint}}; ask who runs the server, or take another user (${VARIABLE})",
    404: "there is no dataset or endpoint {endpoint}; check the name, or give ?query=URL&update=URL",
}
_CHUNK = 1 << 20
_BLANK = re.compile(r"[\x00-\x20\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_TAGS = re.compile(r"<(head|style|script)\b.*?</\1\s*>|</?[a-z!][^<>]*>", re.DOTALL | re.IGNORECASE)


class Reply(msgspec.Struct, frozen=True):
    """What a server answered: the media type, without its parameters, and the body."""

    kind: str
    data: bytes


class Client:
    """Requests to the server of one store, over connections that are kept open."""

    def __init__(self, url: str, user: str | None, password: str | None, timeout: float) -> None:
        self._url = url  # as it may be shown
        self._user = user
        self._timeout = timeout  # seconds
        # A password without a user is meant for another server: $KG_PASSWORD is one for all.
        self._headers = {} if user is None else {"Authorization": _basic(user, password or "")}
        self._open: dict[tuple[str, str], HTTPConnection] | None = {}

    def post(self, endpoint: str, body: bytes, kind: str, accept: str, faults: tuple[int, ...] = ()) -> Reply:
        """Send a text in this media type; `faults` are the statuses that blame the text.

        Raises QueryError for these, StoreError where anything else goes wrong.
        """
        parts = urlsplit(endpoint)
        try:
            connection = self._connected(parts)
        except ssl.SSLError as error:
            raise self._error(f"no safe connection to {parts.netloc}: {error.reason}; check its certificate") from error
        except OSError as error:
            raise self._error(f"no server answers at {parts.netloc}; start it, or check the address") from error
        headers = {**self._headers, "Content-Type": kind, "Accept": accept}
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        try:
            with suppress(BrokenPipeError):  # who refuses a text may not read all of it, and answers all the same
                connection.request("POST", target, body, headers)
            response = connection.getresponse()
            data = b"".join(self._parts(response))
        except BaseException as error:
            connection.close()  # what is left unread would be the next answer's beginning
            if isinstance(error, OSError | HTTPException):
                raise self._lost(parts.netloc, error) from error
            raise
        if response.status not in _DONE:
            raise self._failed(endpoint, response, plain(data.decode(errors="replace")), faults)
        return Reply(response.headers.get_content_type(), data)

    def _connected(self, parts: SplitResult) -> HTTPConnection:
        if self._open is None:
            raise self._error("is closed", " ")
        place = parts.scheme, parts.netloc
        if place not in self._open:
            if parts.scheme == "https":
                context = ssl.create_default_context()
                self._open[place] = HTTPSConnection(parts.netloc, timeout=CONNECT, context=context)
            else:
                self._open[place] = HTTPConnection(parts.netloc, timeout=CONNECT)
        connection = self._open[place]
        if connection.sock and select.select([connection.sock], [], [], 0)[0]:
            connection.close()  # the server has closed it: there is nothing else that it could have to say
        if connection.sock is None:
            connection.connect()
            connection.sock.settimeout(self._timeout)  # type: ignore[attr-defined]  # which connect() has made
        return connection

    def _parts(self, response: HTTPResponse) -> Iterator[bytes]:
        """The body. The time is for all of it, whereas a socket's is for the next part."""
        until = time.monotonic() + self._timeout
        while part := response.read(_CHUNK):
            yield part
            if time.monotonic() > until:
                raise TimeoutError
        if response.length:
            raise IncompleteRead(b"", response.length)

    def _lost(self, place: str, error: Exception) -> StoreError:
        if isinstance(error, TimeoutError):
            hint = "ask for less, or give more time with ?timeout=SECONDS in the URL"
            return self._error(f"{place} gave no answer within {self._timeout:g} s; {hint}")
        why = plain(str(error)) or type(error).__name__
        return self._error(f"the connection to {place} broke off ({why}); see whether the server runs, and try again")

    def _failed(self, endpoint: str, response: HTTPResponse, says: str, faults: tuple[int, ...]) -> Exception:
        says = says or response.reason or "it does not say why"
        if response.status in faults:
            return QueryError(f"{self._url}: the server refuses it: {says}")
        if response.status in _MOVED:
            target = plain(masked(response.headers.get("Location", ""))) or "nowhere"
            return self._error(f"{endpoint} points to {target}; redirects are not followed, use that URL")
        meaning = _MEANING.get(response.status, "{endpoint} failed with {status}: {says}")
        user = f"the user {self._user}" if self._user else "who gives no user"
        return self._error(meaning.format(endpoint=endpoint, status=response.status, says=says, user=user))

    def _error(self, message: str, after: str = ": ") -> StoreError:
        return StoreError(f"{self._url}{after}{message}")

    def close(self) -> None:
        """Let go of the connections. Closing twice is harmless."""
        for connection in (self._open or {}).values():
            connection.close()
        self._open = None


def plain(text: str) -> str:
    """A server's text as one line: without tags and control characters, `SHOWN` characters at most."""
    line = _BLANK.sub(" ", _TAGS.sub(" ", text)).strip()
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
