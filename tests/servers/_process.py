"""A server as a process of ours: it starts, answers, can be killed and started again, and never outlives us."""

import random
import secrets
import socket
import subprocess
import time
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import ClassVar, Self

PATIENCE = 180  # seconds until a server that does not answer counts as broken
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # whatever proxy the environment names


class Missing(Exception):
    """What a server needs is not on this machine; the message says what to install."""


class Server(ABC):
    """A server of one kind on a port of its own, with all that it writes in `folder`, which must be there.

    It is killed when this process ends, in whatever way that happens.
    """

    part: ClassVar[str]  # its name in KG_REQUIRE
    scheme: ClassVar[str]
    user: ClassVar[str | None]
    path: ClassVar[str] = ""  # of its URL

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.port = free_port()
        self.password = secrets.token_hex(12) if self.user else None
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The store's URL without the password, which belongs in `$KG_PASSWORD`."""
        user = f"{self.user}@" if self.user else ""
        return f"{self.scheme}://{user}127.0.0.1:{self.port}{self.path}"

    @property
    def url_with_password(self) -> str:
        return self.url.replace("@", f":{self.password}@")

    @property
    def pid(self) -> int:
        assert self._process, f"{self.url} is not running"
        return self._process.pid

    def start(self) -> Self:
        """Start it, or start it again on the same data and port; it answers when this returns.

        Raises Missing where the machine lacks what it needs, RuntimeError with the end of its log where it fails.
        """
        command = self._command()
        log = self.folder / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the tests, which then end it
            )
        self._watchdog = watchdog(self._process.pid)
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"{' '.join(command)} does not answer:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)
        return self

    def stop(self) -> None:
        """Kill it, as a power cut would. Its data stay for another start."""
        self._end(subprocess.Popen.kill)

    def _end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        if self._process is None or self._watchdog is None:
            return
        how(self._process)
        self._watchdog.kill()  # before its number is free for another process
        self._process.wait()
        self._watchdog.communicate()
        self._process = self._watchdog = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @abstractmethod
    def _command(self) -> list[str]:
        """What starts it, run in `folder`; also makes what the first start needs."""

    @abstractmethod
    def _probe(self) -> urllib.request.Request:
        """A request that succeeds once the server takes queries."""

    def _answers(self) -> bool:
        try:
            with LOCAL.open(self._probe(), timeout=5):
                return True
        except (OSError, HTTPException):
            return False


def watchdog(pid: int) -> subprocess.Popen[bytes]:
    """A process that kills another one as soon as we are gone, which it learns from the pipe between us."""
    return subprocess.Popen(["/bin/sh", "-c", f"read _; kill -9 {pid}"], stdin=subprocess.PIPE, start_new_session=True)


def free_port() -> int:
    """A port that nobody listens on, below those that systems give to outgoing connections.

    So no client takes it while its server is down between two starts.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
