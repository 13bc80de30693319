"""Neo4j Community from Maven Central: the last of line 5 and a calendar version.

The first start of a version on a Java writes an archive of the classes that it loads, beside the jars; it halves the
time of every later start.
"""

import base64
import hashlib
import os
import subprocess
import tempfile
import urllib.request
from pathlib import Path
from typing import ClassVar

from tests.servers._java import HOME, jars, java, settle, version
from tests.servers._process import Server, free_port

PACKAGES = ("java.io", "java.lang", "java.nio", "java.util", "java.util.concurrent", "sun.nio.ch")
FLAGS = [f"--add-opens=java.base/{name}=ALL-UNNAMED" for name in PACKAGES]
FLAGS += ["-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:disable", "-Xlog:all=error:stderr"]
# neo4j:// sends its clients to the advertised address, which is else port 7687.
CONFIGURATION = """\
server.bolt.listen_address=127.0.0.1:{bolt}
server.bolt.advertised_address=127.0.0.1:{bolt}
server.http.listen_address=127.0.0.1:{http}
server.http.advertised_address=127.0.0.1:{http}
server.https.enabled=false
server.memory.pagecache.size=256m
db.tx_log.preallocate=false
dbms.usage_report.enabled=false
internal.dbms.bolt.{quiet}
"""


class Neo4j(Server):
    part = "neo4j"
    scheme = "neo4j"
    user = "neo4j"
    path = "/neo4j"

    release: ClassVar[str]
    java: ClassVar[int]  # the least major version
    main: ClassVar[str]
    quiet: ClassVar[str]  # without this a clean stop waits ten seconds for nobody

    def __init__(self, folder: Path, recording: str | None = None) -> None:
        super().__init__(folder)
        self.http = free_port()
        self.recording = recording  # the flag that makes an archive, instead of the one that uses it

    def _command(self) -> list[str]:
        artifacts = (f"{group}:{self.release}" for group in ("org.neo4j:neo4j", "org.neo4j.app:neo4j-server"))
        classes = jars(f"neo4j-{self.release}", *artifacts)
        program = java(self.java)
        archive = self.recording or f"-XX:SharedArchiveFile={self._archive(program)}"
        jvm = [program, *FLAGS, "-cp", f"{classes}/*"]
        if not (self.folder / "neo4j.conf").exists():
            self._prepare(jvm)
        return [*jvm, archive, self.main, f"--home-dir={self.folder}", f"--config-dir={self.folder}"]

    def _prepare(self, jvm: list[str]) -> None:
        """Configure it and set the password, which is possible without knowing another only before the first start."""
        settings = CONFIGURATION.format(bolt=self.port, http=self.http, quiet=self.quiet)
        (self.folder / "neo4j.conf").write_text(settings, encoding="utf-8")
        command = [*jvm, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", str(self.password)]
        place = {"NEO4J_HOME": str(self.folder), "NEO4J_CONF": str(self.folder)}
        subprocess.run(command, env=os.environ | place, check=True, capture_output=True)

    def _archive(self, program: str) -> Path:
        """The archive for this Java, made at the end of a short run of its own the first time."""
        build = hashlib.sha256(version(program)[1].encode()).hexdigest()[:8]
        archive = HOME / f"neo4j-{self.release}-{build}.jsa"
        if not archive.exists():
            with tempfile.TemporaryDirectory(dir=HOME) as scratch:
                made = Path(scratch, "archive.jsa")
                made.touch()  # a Java that cannot make one starts with an empty one as without any
                server = type(self)(Path(scratch), f"-XX:ArchiveClassesAtExit={made}").start()
                server._end(subprocess.Popen.terminate)
                settle(made, archive)
        return archive

    def _probe(self) -> urllib.request.Request:
        who = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return urllib.request.Request(
            f"http://127.0.0.1:{self.http}/db/neo4j/query/v2",
            b'{"statement": "RETURN 1"}',
            {"Authorization": f"Basic {who}", "Content-Type": "application/json"},
        )


class Neo4j5(Neo4j):
    release = "5.26.30"
    java = 17
    main = "org.neo4j.server.CommunityEntryPoint"
    quiet = "netty_server_shutdown_quiet_period=0"


class Neo4j2026(Neo4j):
    release = "2026.08.1"
    java = 21
    main = "org.neo4j.server.Neo4jCommunity"
    quiet = "netty_server_shutdown_quiet_period_duration=0s"
