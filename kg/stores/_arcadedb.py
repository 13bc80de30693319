"""ArcadeDB, as it runs in the child process that `kg.stores._engine` starts.

Started by its path, so that neither the folder of the store nor this one is searched for modules; it imports nothing of
`kg`. The first line of standard input is a JSON object `{"directory", "database", "writer", "reader"}`, where the last
two are pairs of user and password. The answer is one JSON line: `{"port"}`, or `{"error"}` with the reason. Then it
serves until standard input has another line or closes, which it does when the parent ends, however that comes about.
All else that it or Java has to say goes to standard error.
"""

import json
import os
import shutil
import sys
import threading
from typing import Any

FLAGS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # the quickest start; what is asked runs too short for more
HEAP = "2g"  # at most; 46,000 claims take a quarter of it
PATIENCE = 10.0  # seconds for a clean end; what was committed is safe without it
READERS = {"resultSetLimit": -1, "readTimeout": -1, "access": [], "types": {"*": {"access": ["readRecord"]}}}

SERVER: dict[str, object] = {
    "server.mode": "development",  # `production` conceals why a query was refused
    "server.httpIncomingHost": "127.0.0.1",
    "server.httpIncomingPort": 0,  # any that is free
    "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
    "server.reloadEvery": 2_000_000_000,  # milliseconds; nobody else writes its settings
    "server.saltIterations": 1,  # guards weak passwords; these are 256 random bits
    "server.healthCheck.enabled": False,
    "serverMetrics": False,
    "bolt.host": "127.0.0.1",
    "bolt.port": 0,
}
PROCESS: dict[str, object] = {
    "opencypher.loadCsv.allowFileUrls": False,
    "opencypher.loadCsv.allowRemoteUrls": False,
    "txWalFlush": 1,  # a commit is on the disk
}


def main() -> None:
    """Start, answer, serve until told to stop."""
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    try:
        server, port = _started(**json.loads(sys.stdin.readline()))
    except BaseException as error:  # Java's exceptions are of many kinds, and each must reach the parent
        _answered(answer, {"error": str(_cause(error))})
        raise
    _answered(answer, {"port": port})
    sys.stdin.readline()
    last_resort = threading.Timer(PATIENCE, os._exit, (1,))
    last_resort.daemon = True
    last_resort.start()
    server.stop()
    os._exit(0)


def _answered(answer: Any, message: dict[str, Any]) -> None:
    answer.write(json.dumps(message) + "\n")
    answer.close()


def _cause(error: Any) -> Any:
    """The first of Java's exceptions, whose text says most."""
    while cause := getattr(error, "getCause", lambda: None)():
        error = cause
    return error


def _started(directory: str, database: str, writer: list[str], reader: list[str]) -> tuple[Any, int]:
    import jpype  # type: ignore[import-untyped]
    from arcadedb_embedded.jvm import start_jvm  # type: ignore[import-untyped]

    os.chdir(directory)
    for name in "config", "lib":  # users of an earlier start, rights and plugins that we did not give
        shutil.rmtree(name, ignore_errors=True)
    start_jvm(heap_size=HEAP, jvm_args=FLAGS)
    settings = jpype.JClass("com.arcadedb.GlobalConfiguration")
    for name, value in PROCESS.items():
        settings.findByKey(f"arcadedb.{name}").setValue(value)
    configuration = jpype.JClass("com.arcadedb.ContextConfiguration")()
    for name, value in {**SERVER, "server.rootPath": directory, "server.rootPassword": writer[1]}.items():
        configuration.setValue(f"arcadedb.{name}", value)
    server = jpype.JClass("com.arcadedb.server.ArcadeDBServer")(configuration)
    server.start()
    server.getHttpServer().stopService()
    server.getOrCreateDatabase(database)
    security = server.getSecurity()
    _add_reader(security, jpype.JClass("com.arcadedb.serializer.json.JSONObject"), database, reader)
    for user, password in writer, reader:
        security.authenticate(user, password, database)
    return server, _port(server)


def _add_reader(security: Any, json_object: Any, database: str, reader: list[str]) -> None:
    security.saveGroup("*", "readers", json_object(json.dumps(READERS)))
    name, password = reader
    user = {"name": name, "password": str(security.encodePassword(password)), "databases": {database: ["readers"]}}
    security.createUser(json_object(json.dumps(user)))


def _port(server: Any) -> int:
    bolt = next(plugin for plugin in server.getPlugins() if plugin.getName() == "Neo4j-Bolt")
    return int(bolt.getPort())


if __name__ == "__main__":
    main()
