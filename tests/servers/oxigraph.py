"""The Oxigraph server, which the PyPI package `oxigraph` puts beside the interpreter. It has no users."""

import sysconfig
import urllib.request
from pathlib import Path

from tests.servers._process import Missing, Server


class Oxigraph(Server):
    part = "oxigraph"
    scheme = "sparql+http"
    user = None

    def _command(self) -> list[str]:
        program = Path(sysconfig.get_path("scripts"), "oxigraph")
        if not program.exists():
            raise Missing("needs the Oxigraph server (pip install oxigraph)")
        return [str(program), "serve", "--location", "data", "--bind", f"127.0.0.1:{self.port}"]

    def _probe(self) -> urllib.request.Request:
        return urllib.request.Request(f"http://127.0.0.1:{self.port}/query?query=ASK%20%7B%7D")
