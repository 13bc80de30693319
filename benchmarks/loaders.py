"""The loaders of event tables, beside Python's csv module: `python benchmarks/loaders.py [--rows N] [--runs N]`.

Two tables in the form of ICEWS are made from a seed, one of four columns and one of twenty. Who does what to whom is
drawn from the real files where they stand beside the project, else from names of our own. Every number is the median of
the runs, and every run a process of its own; MiB is the most memory that it had. Read the ratios: the seconds depend on
the machine. This process imports nothing large, since what it holds would count as its children's.
"""

import argparse
import csv
import filecmp
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

REAL = Path(__file__).parents[1].parent / "shared/data/icews"
ROWS = 461_000  # about as many as ICEWS05-15 has
RUNS = 3
PARTS = 8
DAYS = 4_017  # from 2005 to 2015
PLACES = ("Kenya", "Iran", "Syria", "Vietnam", "France", "India", "Egypt", "Colombia", "Ukraine", "Chad")
SECTORS = ("Citizen", "Government", "Police", "Military", "Foreign Affairs", "Protester", "Media", "Armed Rebel")
COLUMNS = (
    *("Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code"),
    *("Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher"),
    *("City", "District", "Province", "Country", "Latitude", "Longitude"),
)


class Run(NamedTuple):
    """What a process took: seconds, and MiB at most."""

    seconds: float
    memory: float


def facts(count: int) -> Iterator[str]:
    """Rows of four columns, in no order of days."""
    chance = random.Random(7)
    known = _real("icews_2014_train.txt", 3) or _made(chance)
    for _ in range(count):
        (subject, _, _), (_, label, _), (_, _, object) = (chance.choice(known) for _ in range(3))
        yield f"{subject}\t{label}\t{object}\t{_day(chance.randrange(DAYS))}\n"


def events(count: int) -> Iterator[str]:
    """Rows of twenty columns by day, two in a story on the average, below a header."""
    yield "\t".join(COLUMNS) + "\n"
    chance = random.Random(7)
    known = _real("events.2018.sample.dev.tab", 20, skip=1) or [_event(row) for row in _made(chance)]
    story, told = 0, ("", "")
    for number in range(count):
        source, what, target = (chance.choice(known) for _ in range(3))
        if number == 0 or chance.randrange(2):
            story, told = story + 1, (_day(number * DAYS // count), what[13])
        day, publisher = told
        cells = (str(number), day, *source[2:5], *what[5:8], *target[8:11], str(story), what[12], publisher)
        yield "\t".join((*cells, *what[14:])) + "\n"


def _real(name: str, columns: int, skip: int = 0) -> list[tuple[str, ...]]:
    path = REAL / name
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()[skip:]
    return [tuple(line.split("\t")[:columns]) for line in lines]


def _made(chance: random.Random) -> list[tuple[str, ...]]:
    from kg import mappings

    labels = [row.name for row in mappings.shipped("icews").rows if row.sense.term]
    names = [f"{sector} ({place})" for sector in SECTORS for place in PLACES] + [*PLACES]
    return [(chance.choice(names), chance.choice(labels), chance.choice(names)) for _ in range(5_000)]


def _event(fact: tuple[str, ...]) -> tuple[str, ...]:
    source, label, target = fact
    return ("", "", source, "", "", label, "040", "1", target, "", "", "", "1", "A paper", *("",) * 6)


def _day(number: int) -> str:
    return (date(2005, 1, 1) + timedelta(number)).isoformat()


def command(*arguments: str | Path, output: str | Path = os.devnull) -> Run:
    """What Python takes with these arguments; its standard output goes into a file."""
    with Path(output).open("wb") as file:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, *map(str, arguments)], stdout=file, stderr=subprocess.PIPE)  # noqa: S603
        assert process.stderr
        said = process.stderr.read()
        process.stderr.close()
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(said.decode())
    return Run(time.perf_counter() - start, usage.ru_maxrss / 1024)


def inside(work: str, format: str, path: Path) -> Run:
    """What one of `WORK` takes."""
    with tempfile.NamedTemporaryFile() as file:
        run = command(__file__, "--work", work, "--format", format, path, output=file.name)
        return run._replace(seconds=float(file.read()))


def write(path: Path, format: str, count: int) -> None:
    """The table as a file, and as a folder of parts beside it."""
    rows = {"icews.facts": facts, "icews": events}[format](count)
    lines = [*rows]
    path.write_text("".join(lines), encoding="utf-8")
    folder = parts(path)
    folder.mkdir()
    for part in range(PARTS):
        some = lines[part * len(lines) // PARTS : (part + 1) * len(lines) // PARTS]
        (folder / f"{part}{path.suffix}").write_text("".join(some), encoding="utf-8")


def parts(path: Path) -> Path:
    """The folder of the parts of a table."""
    return path.with_name("parts")


def _csv(path: Path, format: str) -> float:
    with path.open(encoding="utf-8", newline="") as file:
        start = time.perf_counter()
        for _ in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            pass
        return time.perf_counter() - start


def _read(path: Path, format: str) -> float:
    from kg.formats import loader
    from kg.mappings import vocabulary
    from kg.ontology import load
    from kg.sources import Source

    module, words = loader(format), vocabulary(load())
    start = time.perf_counter()
    list(module.read(Source(path, path.parent), words))
    return time.perf_counter() - start


# What is measured in a process of its own, once that has started: the seconds that it gives
WORK: dict[str, Callable[[Path, str], float]] = {"csv.reader": _csv, "list(loader.read)": _read}


def measured(folder: Path, path: Path, format: str) -> dict[str, Run]:
    """One run of each; exits where several processes give other bytes than one."""
    runs = {work: inside(work, format, path) for work in WORK}
    runs["kg claims FILE"] = command("-m", "kg", "claims", path)
    store = tempfile.mkdtemp(dir=folder)
    runs["kg load FILE, fresh"] = command("-m", "kg", "load", path, "--into", f"oxigraph:{store}")
    one, two = folder / "one", folder / "two"
    for jobs, output in enumerate((one, two), 1):
        name = f"kg claims, {PARTS} parts, --jobs {jobs}"
        runs[name] = command("-m", "kg", "claims", parts(path), "--jobs", str(jobs), output=output)
    if not filecmp.cmp(one, two, shallow=False):
        sys.exit(f"{format}: --jobs 2 gives other bytes")
    return runs


def show(format: str, path: Path, rows: int, runs: list[dict[str, Run]]) -> None:
    """Print the table."""
    print(f"\n{format}: {rows} rows, {path.stat().st_size >> 20} MiB\n")
    print(f"{'':34}{'s':>9}{'rows/s':>11}{'MiB':>8}{'ratio':>9}")
    first = 0.0
    for name in runs[0]:
        seconds = statistics.median(run[name].seconds for run in runs)
        memory = statistics.median(run[name].memory for run in runs)
        first = first or seconds
        print(f"{name:34}{seconds:9.2f}{rows / seconds:11.0f}{memory:8.0f}{first / seconds:9.3f}")
    print(f"--jobs 2 gives the bytes of --jobs 1; the ratio is to {next(iter(runs[0]))}")


def main() -> None:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--work", choices=("write", *WORK), help=argparse.SUPPRESS)
    parser.add_argument("--format", help=argparse.SUPPRESS)
    parser.add_argument("path", nargs="?", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.work == "write":
        write(given.path, given.format, given.rows)
        return
    if given.work:
        print(WORK[given.work](given.path, given.format))
        return
    for format, ending in (("icews.facts", ".txt"), ("icews", ".tab")):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / f"whole{ending}"
            command(__file__, "--work", "write", "--format", format, "--rows", str(given.rows), path)
            show(format, path, given.rows, [measured(Path(name), path, format) for _ in range(given.runs)])


if __name__ == "__main__":
    main()
