"""A database over the Bolt protocol, by the official driver: the only place that knows the package `neo4j`.

Neo4j refuses writing in a session for reading. An engine that does not is given a second user without that right
(`reader`). What the driver raises becomes an error of ours, in one line; transient faults are tried again.
"""

import functools
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, Self, TypeVar

import neo4j
from neo4j import exceptions, graph

from kg.errors import KgError, QueryError, StoreError, UsageError
from kg.questions import Row
from kg.stores import Answer

CONNECT = 10  # seconds until a server counts as not there
RETRY = 30  # seconds in which a transaction is tried again

# Neo4j plans a statement again when the numbers of nodes have changed, as they do in every load. What we write finds
# everything by unique id, for which the first plan is the best.
PLANNED_ONCE = "CYPHER replan=skip "

# What the driver logs, as each new try, is for who sets up logging; else it would go to standard error.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

Rows = list[list[Any]]
_T = TypeVar("_T")


class Run(Protocol):
    """Runs one statement and gives its rows."""

    def __call__(self, text: str, /, **parameters: object) -> Rows: ...


class Bolt:
    """One database; `url` is how messages call it, `uri` where its driver finds it."""

    def __init__(
        self,
        url: str,
        uri: str,
        database: str | None,
        writer: tuple[str, str] | None,
        reader: tuple[str, str] | None = None,
    ) -> None:
        self.url = url
        self._database = database
        self._bookmarks = neo4j.GraphDatabase.bookmark_manager()  # so that a cluster shows us what we have written
        with self._said(ours=True):
            self._writer = self._driver(uri, writer)
            self._reader = self._driver(uri, reader) if reader else self._writer
        try:
            with self._said(ours=True), self._session(self._reader, neo4j.READ_ACCESS) as session:
                # which, unlike the driver's own check, waits for nobody
                agent = session.run("RETURN 1").consume().server.agent
        except BaseException:
            self.close()
            raise
        self._prefix = "" if "compatible" in agent else PLANNED_ONCE  # other engines say that they are compatible

    def _driver(self, uri: str, auth: tuple[str, str] | None) -> neo4j.Driver:
        return neo4j.GraphDatabase.driver(
            uri,
            auth=auth,
            connection_timeout=CONNECT,
            connection_acquisition_timeout=CONNECT,  # for the first words, which another kind of server never says
            max_transaction_retry_time=RETRY,
            telemetry_disabled=True,
            notifications_min_severity="OFF",
        )

    def _session(self, driver: neo4j.Driver, mode: str) -> neo4j.Session:
        return driver.session(database=self._database, default_access_mode=mode, bookmark_manager=self._bookmarks)

    def read(self, text: str, /, **parameters: object) -> Rows:
        """The rows of one statement of ours, which reads."""
        with self._said(ours=True), self._session(self._reader, neo4j.READ_ACCESS) as session:
            return session.execute_read(lambda tx: _rows(tx.run(text, parameters)))

    def write(self, work: Callable[[Run], _T]) -> _T:
        """What `work` gives, done in one transaction; tried again from its beginning where a fault is transient."""

        def done(tx: neo4j.ManagedTransaction) -> _T:
            return work(lambda text, /, **parameters: _rows(tx.run(self._prefix + text, parameters)))

        with self._said(ours=True), self._session(self._writer, neo4j.WRITE_ACCESS) as session:
            return session.execute_write(done)

    def define(self, text: str) -> None:
        """Make a constraint or an index. One that is there stays, as does one that another client makes just now.

        Against the latter `IF NOT EXISTS` alone does not help.
        """
        with self._said(ours=True), self._session(self._writer, neo4j.WRITE_ACCESS) as session:
            try:
                session.execute_write(lambda tx: tx.run(text).consume())
            except exceptions.ClientError as error:
                if "EquivalentSchemaRuleAlreadyExists" not in (error.code or ""):
                    raise

    def answer(self, text: str, parameters: Mapping[str, object], write: bool) -> "BoltAnswer":
        """What a user's query gives; without `write` it cannot change anything, and with it all is done or nothing."""
        driver, mode = (self._writer, neo4j.WRITE_ACCESS) if write else (self._reader, neo4j.READ_ACCESS)
        session = self._session(driver, mode)
        try:
            with self._said(ours=False):
                if not write:
                    return BoltAnswer(session.run(text, dict(parameters)), self._said, session)
                with session, self._transaction(session, text) as running:
                    return BoltAnswer(running.run(text, dict(parameters)), self._said).fetched()
        except KgError:
            session.close()
            raise

    @contextmanager
    def _transaction(self, session: neo4j.Session, text: str) -> Iterator[neo4j.Session | neo4j.Transaction]:
        """One transaction, since an engine may keep half of a statement outside of one; or several, where asked for."""
        if re.search(r"\bIN\s+(\d+\s+CONCURRENT\s+)?TRANSACTIONS\b", text, re.IGNORECASE):
            yield session
            return
        with session.begin_transaction() as transaction:
            yield transaction
            transaction.commit()

    def close(self) -> None:
        """Let go of the server. Closing twice is harmless."""
        self._writer.close()
        self._reader.close()

    @contextmanager
    def _said(self, *, ours: bool) -> Iterator[None]:
        """Errors of the driver in our words; `ours` is a statement that may write, and no query of a user."""
        try:
            yield
        except UnicodeEncodeError:
            if ours:  # the store's caller knows more
                raise
            raise QueryError("the query holds half of a UTF-16 pair; correct its text or its parameters") from None
        except (exceptions.Neo4jError, exceptions.DriverError, ValueError, OverflowError) as error:
            raise self._error(error, ours) from None  # the driver's own frames hold what was sent

    def _error(self, error: Exception, ours: bool) -> KgError:
        code = getattr(error, "code", None) or ""
        for kind, codes, fault, says in _FAULTS:
            if isinstance(error, kind) and codes in code:
                return fault(f"{self.url}: {says}")
        if "AccessMode" in code or ("Forbidden" in code and not ours):
            return QueryError("the query would change something, or see what it may not; an update needs --write")
        said = _first_line(error)
        if isinstance(error, exceptions.CypherSyntaxError):
            return QueryError(f"not a valid Cypher query: {said}")
        return (StoreError if ours else QueryError)(f"{self.url}: {said}")


# What the driver raises, a part of the server's code for it, and what that means.
_FAULTS: tuple[tuple[type[Exception], str, type[KgError], str], ...] = (
    (exceptions.AuthError, "Unauthorized", StoreError, "the user or the password was refused; set $KG_PASSWORD"),
    (
        exceptions.Neo4jError,
        "CredentialsExpired",
        StoreError,
        "the password has to be changed first; do so with the server",
    ),
    (exceptions.Neo4jError, "AuthenticationRateLimit", StoreError, "too many wrong passwords; wait some seconds"),
    (
        exceptions.Neo4jError,
        "DatabaseNotFound",
        StoreError,
        "the server has no database of this name; name one that it has",
    ),
    (
        exceptions.IncompleteCommit,
        "",
        StoreError,
        "the connection broke while a batch was kept; do it again, which completes it",
    ),
    (exceptions.ServiceUnavailable, "", StoreError, "no server answers; start it, or check scheme, host and port"),
    (exceptions.SessionExpired, "", StoreError, "the server went away; do it again, which completes it"),
)


class BoltAnswer(Answer):
    """Rows of Cypher as plain data, read as they are asked for; then the session is closed."""

    def __init__(self, result: neo4j.Result, said: Callable[..., Any], session: neo4j.Session | None = None) -> None:
        self.columns = tuple(result.keys())
        self._records: Iterable[neo4j.Record] = result
        self._said, self._session = said, session

    def fetched(self) -> Self:
        """The same, with all rows read now, so that whatever the query does is done."""
        self._records = list(self._records)
        return self

    def rows(self) -> Iterator[Row]:
        try:
            with self._said(ours=False):
                for record in self._records:
                    yield dict(zip(self.columns, map(plain, record.values()), strict=True))
        finally:
            if self._session:
                self._session.close()

    def text(self, format: str) -> str:
        raise UsageError(f"Cypher has no {format} form of its own")


def plain(value: Any) -> Any:
    """A value of the driver as plain data: dates and times as ISO text, graph parts as dicts, bytes as hex digits."""
    return value if value is None or isinstance(value, str | bool | int | float) else _plain(value)


@functools.singledispatch
def _plain(value: Any) -> Any:
    return value.iso_format() if hasattr(value, "iso_format") else str(value)


@_plain.register
def _(value: graph.Node) -> Any:
    return {"labels": sorted(value.labels), "properties": plain(dict(value))}


@_plain.register
def _(value: graph.Relationship) -> Any:
    return {"type": value.type, "properties": plain(dict(value))}


@_plain.register
def _(value: graph.Path) -> Any:
    steps = zip(value.relationships, value.nodes[1:], strict=True)
    return [plain(part) for part in (value.nodes[0], *(part for step in steps for part in step))]


@_plain.register
def _(value: dict) -> Any:  # type: ignore[type-arg]
    return {key: plain(each) for key, each in value.items()}


@_plain.register
def _(value: list) -> Any:  # type: ignore[type-arg]
    return [plain(each) for each in value]


@_plain.register(bytes)
@_plain.register(bytearray)
def _(value: bytes) -> Any:
    return value.hex()


def _rows(result: neo4j.Result) -> Rows:
    return [record.values() for record in result]


def _first_line(error: Exception) -> str:
    said = getattr(error, "message", None) or str(error)
    return next((line.strip() for line in str(said).splitlines() if line.strip()), type(error).__name__)
