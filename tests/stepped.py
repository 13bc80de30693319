"""The command as a process that a test leads from batch to batch, so that a kill falls where the test wants it.

It says when a batch begins, and then waits for a line from us.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.conftest import ROOT
from tests.servers import Server

PROGRAM = """
import sys
import kg.cli, kg.stores
from kg.stores import _bolt, _cypher, _graph_read, _rdf

def stepped(insert):
    def step(self, claims):
        print("batch", flush=True)
        sys.stdin.readline()
        insert(self, claims)
    return step

for kind in _cypher.CypherStore, _rdf.RdfStore:
    kind._insert = stepped(kind._insert)
kg.stores.BATCH = _graph_read.PAGE = _rdf.PAGE = 50
_bolt.RETRY = float(sys.argv.pop(1))
kg.cli.run()
"""
BATCH = 50  # claims
SHORT, LONG = "1", "150"  # seconds in which a transaction is tried again on a server that is not there


class Command:
    """`kg ...` as a process of its own, which takes a step, a batch, for each line that it is given."""

    _chance = random.Random(8)

    def __init__(self, arguments: Iterable[str | Path], password: str | None, retry: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, retry, *map(str, arguments)],
            env=os.environ | {"PYTHONPATH": str(ROOT), "KG_PASSWORD": password or ""},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def begin(self, batch: int) -> None:
        """Return some time after this batch, counted from 1, has begun; the next does not begin."""
        for _ in range(batch):
            assert self.line() == "batch\n", self.end()
            self.go_on(1)
        time.sleep(self._chance.uniform(0, 0.1))

    def line(self) -> str:
        """The next line of its output."""
        assert self.process.stdout
        return self.process.stdout.readline()

    def go_on(self, batches: int = 1_000) -> None:
        """Let it take so many batches more, or all that there are."""
        assert self.process.stdin
        with suppress(BrokenPipeError):  # it has ended, and `end` says how
            self.process.stdin.write("\n" * batches)
            self.process.stdin.flush()

    def end(self) -> tuple[int, str, str]:
        """Wait for its end: the status, the rest of its output, and what it said to the user."""
        assert self.process.stdout
        output = self.process.stdout.read()  # `communicate` would lose what a line was cut from
        return self.process.wait(), output, self.process.communicate()[1]

    def kill(self) -> None:
        """Kill -9, where it has not ended."""
        self.process.kill()
        self.process.communicate()


@contextmanager
def running(*arguments: str | Path, on: Server | None = None, retry: str = SHORT) -> Iterator[Command]:
    """The command, with the password of a server in its environment; it is killed if it has not ended."""
    command = Command(arguments, on.password if on else None, retry)
    try:
        yield command
    finally:
        command.kill()
