"""Java and jars: a Java that is new enough, and what Maven fetches, kept for the next time.

The jars go to `.servers/` in the checkout, or to the folder that `KG_SERVERS` names, which several checkouts can share.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.servers._process import Missing

HOME = Path(os.environ.get("KG_SERVERS") or Path(__file__).parents[2] / ".servers").absolute()
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>local</groupId><artifactId>server</artifactId><version>1</version>
<dependencies>{}</dependencies></project>
"""
DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"


def java(least: int) -> str:
    """The first Java of this major version or a newer one: `$JAVA_HOME`, the PATH, then /usr/lib/jvm."""
    old = []
    for path in candidates():
        major = version(path)[0]
        if major >= least:
            return path
        old.append(f"{path} is {major}" if major else f"{path} does not run")
    there = ", ".join(old) or "there is none"
    raise Missing(f"needs Java {least} or newer ({there}); install it, or let JAVA_HOME name it")


def candidates() -> Iterator[str]:
    if home := os.environ.get("JAVA_HOME"):
        yield f"{home}/bin/java"
    if path := shutil.which("java"):
        yield path
    yield from map(str, sorted(Path("/usr/lib/jvm").glob("*/bin/java")))


def version(path: str) -> tuple[int, str]:
    """The major version of a Java and all that it says of its version; 0 where it does not run."""
    try:
        said = subprocess.run([path, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return 0, ""
    number = re.search(r'version "(\d+)', said)
    return int(number[1]) if number else 0, said


def jars(name: str, *artifacts: str) -> Path:
    """The folder with the jars of some artifacts (`group:artifact:version`) and of all that they need.

    The first time, Maven fetches them. The folder is never there half filled.
    """
    folder = HOME / name
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise Missing(f"needs Maven to fetch {', '.join(artifacts)} (Debian: apt-get install maven)")
    HOME.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=HOME) as scratch:
        pom = Path(scratch, "pom.xml")
        pom.write_text(POM.format("".join(DEPENDENCY.format(*each.split(":")) for each in artifacts)), encoding="utf-8")
        command = [maven, "-B", "-q", "-ntp", "-f", str(pom), "dependency:copy-dependencies"]
        command += ["-DincludeScope=runtime", f"-DoutputDirectory={scratch}/jars"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise Missing(f"Maven could not fetch {', '.join(artifacts)}:\n{done.stdout[-1000:]}")
        settle(Path(scratch, "jars"), folder)
    return folder


def settle(made: Path, place: Path) -> None:
    """Give what is complete its name; where another process was faster, its copy stays."""
    try:
        made.rename(place)
    except OSError:
        if not place.exists():
            raise
