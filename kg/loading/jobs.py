"""Files parsed by several processes at once, and handed on in the order in which they were given.

A worker is a process with a pipe. It is given one file at a time, and answers with what the file is, its items in
batches, and an end. The batches stay as the bytes that came until their turn; where many of a worker's wait, no more
are taken from its pipe, and it stops writing. A pool of `concurrent.futures` would give all of a file at once.
"""

import copyreg
import functools
import multiprocessing
import signal
import threading
import traceback
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import msgspec

from kg.archives import Archive
from kg.claim import Claim
from kg.errors import KgError, Problem
from kg.loading.files import About, How, Input, Item, Parsed, parse
from kg.sources import Source, Stdin

BATCH = 1_000  # items in a message
HELD = 32  # messages of one worker that wait for their turn

_END = b""

_DECODER = msgspec.msgpack.Decoder(list[Claim])


class _Batch(msgspec.Struct, frozen=True):
    """Items: the claims as MessagePack, in a third of the time that a pickle takes, and the problems by their place."""

    claims: bytes
    problems: list[tuple[int, Problem]]

    @classmethod
    def of(cls, items: list[Item]) -> "_Batch":
        claims = [item for item in items if isinstance(item, Claim)]
        problems = [(place, item) for place, item in enumerate(items) if isinstance(item, Problem)]
        return cls(msgspec.msgpack.encode(claims), problems)

    def items(self) -> list[Item]:
        items: list[Item] = [*_DECODER.decode(self.claims)]
        for place, found in self.problems:
            items.insert(place, found)
        return items


Answer = About | _Batch | Exception  # what is known of a file, at its begin and at its end; some items; a failure


@functools.lru_cache(1)
def _reopened(path: str) -> Archive:
    return Archive(Path(path))


# A source in a zip file takes its archive along, which a worker opens anew.
copyreg.pickle(Archive, lambda archive: (_reopened, (archive.name,)))


class _File:
    """A source that a worker has, and what has come of it."""

    def __init__(self, source: Source, worker: "_Worker") -> None:
        self.source, self.worker = source, worker
        self.messages: deque[bytes] = deque()


class _Worker:
    """A process that parses files, and this end of the pipe to it."""

    def __init__(self, how: How) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would take the locks of our threads along
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, how), daemon=True)
        with _deaf():
            self._process.start()
        theirs.close()
        self.file: _File | None = None  # what it is working at
        self.held = 0

    @property
    def has_room(self) -> bool:
        return self.held < HELD

    def give(self, source: Source) -> _File:
        """Let it parse a source; it has none."""
        self.file = _File(source, self)
        try:
            self.connection.send(source)
        except OSError as error:
            raise self._ended(source.name) from error
        return self.file

    def receive(self) -> None:
        """Take a message from the pipe."""
        assert self.file
        try:
            message = self.connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise self._ended(self.file.source.name) from error
        self.file.messages.append(message)
        self.held += 1
        if message == _END:
            self.file = None

    def _ended(self, path: str) -> KgError:
        self._process.join(1)
        status = self._process.exitcode
        how = f"was ended by signal {-status}" if status is not None and status < 0 else f"ended with status {status}"
        return KgError(f"{path}: the process that was reading it {how}; try --jobs 1, which takes less memory")

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()
        self.connection.close()


class Crew:
    """Workers, up to `jobs` of them, started when there is something to do. Close it with `stop`."""

    def __init__(self, jobs: int, how: How) -> None:
        self._jobs, self._how = jobs, how
        self._workers: list[_Worker] = []
        self._order: deque[Input | _File] = deque()

    def parsed(self, inputs: Iterable[Input]) -> Iterator[Parsed]:
        """What `parse` gives of each input, in their order; take all items of one before the next."""
        left = iter(inputs)
        self._feed(left)
        while self._order:
            first = self._order.popleft()
            if isinstance(first, _File):
                answers = self._answers(first, left)
                about = next(answers)
                assert isinstance(about, About)
                yield about, _items(about, answers)
            else:
                yield parse(first, self._how)
            self._feed(left)

    def stop(self) -> None:
        """End the workers, whatever they are at."""
        for worker in self._workers:
            worker.stop()

    def _feed(self, left: Iterator[Input]) -> None:
        """Give sources to workers that have none. What only this process can read waits for its turn in the order."""
        while (idle := self._idle()) or len(self._workers) < self._jobs:
            source = next(left, None)
            if source is None:
                return
            if isinstance(source, Source) and not isinstance(source, Stdin):
                self._order.append((idle[0] if idle else self._another()).give(source))
            else:
                self._order.append(source)

    def _idle(self) -> list[_Worker]:
        return [worker for worker in self._workers if worker.file is None and worker.has_room]

    def _another(self) -> _Worker:
        self._workers.append(_Worker(self._how))
        return self._workers[-1]

    def _answers(self, file: _File, left: Iterator[Input]) -> Iterator[Answer]:
        """What the worker says of a file, as it comes. Raises what was raised there."""
        while True:
            self._receive(block=not file.messages)
            self._feed(left)
            if not file.messages:
                continue
            message = file.messages.popleft()
            file.worker.held -= 1
            if message == _END:
                return
            answer: Answer = ForkingPickler.loads(message)
            if isinstance(answer, Exception):
                raise answer
            yield answer

    def _receive(self, block: bool) -> None:
        """Take what has come from workers whose messages there is room for; with `block`, wait for some."""
        by_pipe = {worker.connection: worker for worker in self._workers if worker.file and worker.has_room}
        for pipe in wait(list(by_pipe), None if block else 0):
            by_pipe[pipe].receive()  # type: ignore[index]


def _items(about: About, answers: Iterator[Answer]) -> Iterator[Item]:
    for answer in answers:
        if isinstance(answer, _Batch):
            yield from answer.items()
        elif isinstance(answer, About):
            about.article, about.companions = answer.article, answer.companions


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes started in here never hear Ctrl-C, which a terminal sends to all of them: this one ends them."""
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():
        yield  # it is another's to set
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


# In the worker


def _work(pipe: "Connection[Any, Any]", how: How) -> None:
    with suppress(EOFError, OSError):  # nobody is at the other end any more
        while True:
            for answer in _answered(pipe.recv_bytes(), how):
                pipe.send(answer)
            pipe.send_bytes(_END)


def _answered(message: bytes, how: How) -> Iterator[Answer]:
    try:
        about, items = parse(ForkingPickler.loads(message), how)
        yield about
        while batch := list(islice(items, BATCH)):
            yield _Batch.of(batch)
        yield about
    except Exception as error:  # whatever it is, it is to be raised where the items are taken
        yield _portable(error)


def _portable(error: Exception) -> Exception:
    """The error with its traceback as a note, which a pipe does not carry; an error that it does not carry in words."""
    error.add_note(traceback.format_exc())
    try:
        ForkingPickler.loads(ForkingPickler.dumps(error))
    except Exception:  # anything may happen when it is made anew
        return RuntimeError(traceback.format_exc())
    return error
