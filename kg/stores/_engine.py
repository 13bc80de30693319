"""The engine of `cypher:DIR`: ArcadeDB in a child process, which only this one can speak to."""

import json
import secrets
import subprocess
import sys
import time
import weakref
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Timer
from typing import IO

from kg.errors import StoreError

try:
    import fcntl
except ImportError:  # Windows, where the engine's own lock must do
    fcntl = None  # type: ignore[assignment]

DATABASE = "kg"
LOCK = "diplograph.lock"  # also what tells a folder of ours from any other
LOG = Path("log") / "engine.log"
CHILD = Path(__file__).with_name("_arcadedb.py")
START = 120.0  # seconds for it to come up,
STOP = 15.0  # to end,
CLOSING = 2.0  # and for another to let go of the folder


def has_store(directory: Path) -> bool:
    """Whether a folder holds such a store."""
    return (directory / LOCK).is_file() and (directory / "databases" / DATABASE).is_dir()


class Engine:
    """ArcadeDB in a child process, over one folder, which is made if it is not there.

    It listens on loopback alone, at a port and with passwords that are new each time. It ends with `stop`, with this
    object, or with this process, even where that is killed. Raises StoreError where the package is missing, the folder
    is in use or holds something else, or the engine does not come up.
    """

    port: int  # Bolt, on 127.0.0.1
    database: str = DATABASE
    writer: tuple[str, str]  # user and password, all rights
    reader: tuple[str, str]  # user and password, may only read

    def __init__(self, directory: Path, url: str) -> None:
        self.writer, self.reader = ("root", secrets.token_urlsafe(32)), ("reader", secrets.token_urlsafe(32))
        if find_spec("arcadedb_embedded") is None:
            raise StoreError("cypher: needs ArcadeDB; pip install 'diplograph[cypher]'")
        directory = directory.absolute()
        try:
            with _locked(directory, url) as lock:
                process = _child(directory, lock)
        except OSError as error:
            raise StoreError(f"{url} cannot be opened: {error}") from error
        self._end = weakref.finalize(self, _end, process)
        try:
            self.port = self._start(process, directory, url)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the engine and let go of the folder. Twice is harmless."""
        self._end()

    def _start(self, process: "subprocess.Popen[bytes]", directory: Path, url: str) -> int:
        order = {"directory": str(directory), "database": DATABASE, "writer": self.writer, "reader": self.reader}
        assert process.stdout
        _say(process, json.dumps(order))
        patience = Timer(START, process.kill)
        patience.start()
        try:
            answer = json.loads(process.stdout.readline() or "{}")
        finally:
            patience.cancel()
        if "port" in answer:
            return int(answer["port"])
        log = directory / LOG
        raise StoreError(f"{url} cannot be opened: {_first_line(answer.get('error')) or _last_line(log)} (log: {log})")


def _locked(directory: Path, url: str) -> IO[bytes]:
    """The lock file of the folder, which the child inherits and so holds until it ends."""
    lock = directory / LOCK
    if directory.exists() and not lock.is_file() and (not directory.is_dir() or any(directory.iterdir())):
        raise StoreError(f"{url}: the folder holds something else; name an empty or a new one")
    directory.mkdir(parents=True, exist_ok=True)
    file = lock.open("ab")
    patience = time.monotonic() + CLOSING
    while fcntl:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError as error:
            if time.monotonic() > patience:
                file.close()
                message = "is being written by another process, or by a store of this one that is still in use"
                raise StoreError(f"{url} {message}; wait until it is closed") from error
            time.sleep(0.05)
    return file


def _child(directory: Path, lock: IO[bytes]) -> "subprocess.Popen[bytes]":
    log = directory / LOG
    log.parent.mkdir(exist_ok=True)
    with log.open("wb") as errors:
        return subprocess.Popen(  # noqa: S603  # our own file
            [sys.executable, "-P", str(CHILD)],
            bufsize=0,  # else what a dead child did not take fails once more when it is closed
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            pass_fds=(lock.fileno(),) if fcntl else (),
            start_new_session=True,  # Ctrl-C is for this process, which then stops it
        )


def _say(process: "subprocess.Popen[bytes]", line: str) -> None:
    assert process.stdin
    with suppress(BrokenPipeError):  # it is gone; what it answered, or its log, says why
        process.stdin.write(line.encode() + b"\n")


def _end(process: "subprocess.Popen[bytes]") -> None:
    _say(process, "stop")
    with process:  # closes the pipes, and waits
        try:
            process.wait(STOP)
        except subprocess.TimeoutExpired:
            process.kill()


def _first_line(text: str | None) -> str:
    return next(iter((text or "").strip().splitlines()), "")


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", errors="replace").splitlines()]
    said = [line for line in lines if line and not line.startswith("at ")]
    return said[-1] if said else "the engine said nothing"
