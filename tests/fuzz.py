"""Coverage-guided fuzzing of the loaders (Atheris): `make fuzz`, or `python -m tests.fuzz SECONDS [FORMAT ...]`.

Each format gets a process and its share of the seconds, and begins with the golden files of the tests and the real
files where they are. Whatever `tests.mutations.check` does not allow ends the process; the input that did it is kept.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutations import DATA, REAL, Case, check, seed

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared/data"
OURS = (Case("brat", "x.ann"), Case("claims.csv", "x.csv"), Case("claims.jsonl", "x.claims.jsonl"))


def main() -> int:
    """Fuzz each format in turn; 1 where one of them fell."""
    seconds, *formats = sys.argv[1:]
    wanted = formats or sorted({case.format for case in (*OURS, *REAL)})
    share = max(int(seconds) // len(wanted), 5)
    fallen = 0
    print(f"{'format':<16} {'runs':>9}   {share} s each")
    for format in wanted:
        runs, found = _fuzzed(format, share)
        print(f"{format:<16} {runs:>9}   {found or 'nothing found'}", flush=True)
        fallen += bool(found)
    return min(fallen, 1)


def _fuzzed(format: str, seconds: int) -> tuple[str, str]:
    """How often the loader ran, and where the input that felled it is kept."""
    with tempfile.TemporaryDirectory() as corpus:
        for number, data in enumerate(_seeds(format)):
            (Path(corpus) / str(number)).write_bytes(data)
        kept = Path(tempfile.gettempdir()) / f"kg-fuzz-{format}-"
        limits = (f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=2048", f"-artifact_prefix={kept}")
        command = [sys.executable, "-m", "tests.fuzz", "--child", format, *limits, corpus]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    runs = re.findall(r"^#(\d+)\t", done.stderr, re.MULTILINE)
    if done.returncode == 0:
        return (runs or ["0"])[-1], ""
    sys.stderr.write(done.stderr[-4000:])
    return (runs or ["0"])[-1], " ".join(re.findall(r"written to (\S+)", done.stderr)) or "the process ended"


def _seeds(format: str) -> list[bytes]:
    ending = {"brat": ".ann", "claims.csv": ".csv", "claims.jsonl": ".jsonl"}.get(format, "")
    golden = [path for path in sorted((DATA / format).rglob("*")) if path.is_file() and path.name.endswith(ending)]
    real = [seed(case, SHARED)[0] for case in _cases(format)]
    return [path.read_bytes() for path in golden] + real


def _cases(format: str) -> list[Case]:
    return [case for case in REAL if case.format == format and SHARED.is_dir()]


def child(format: str) -> None:
    """Run one loader on what Atheris makes up, in this process, until its time is over."""
    import atheris

    with atheris.instrument_imports(include=["kg"]):
        from kg import formats

        formats.loader(format)
    real = _cases(format)
    case = (*real, *(own for own in OURS if own.format == format), Case(format, "x"))[0]
    beside = seed(case, SHARED)[1] if real else {}

    def once(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            check(Path(folder), case, data, beside)

    atheris.Setup([sys.argv[0], *sys.argv[3:]], once)
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2])
    else:
        sys.exit(main())
