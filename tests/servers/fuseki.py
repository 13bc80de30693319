"""Apache Jena Fuseki from Maven Central, on TDB2: whoever asks may read, only `kg` may write."""

import urllib.request

from tests.servers._java import jars, java
from tests.servers._process import Server

ARTIFACT = "org.apache.jena:jena-fuseki-server:5.6.0"
MAIN = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"  # the server alone, without pages to administer it
CONFIGURATION = """
PREFIX fuseki: <http://jena.apache.org/fuseki#>
PREFIX tdb2: <http://jena.apache.org/2016/tdb#>
[] a fuseki:Server ; fuseki:auth "basic" ; fuseki:passwd "passwords" .
<#kg> a fuseki:Service ; fuseki:name "kg" ; fuseki:dataset <#data> ;
    fuseki:endpoint [ fuseki:operation fuseki:query ; fuseki:name "query" ] ;
    fuseki:endpoint [ fuseki:operation fuseki:update ; fuseki:name "update" ; fuseki:allowedUsers "kg" ] .
<#data> a tdb2:DatasetTDB2 ; tdb2:location "data" .
"""


class Fuseki(Server):
    part = "fuseki"
    scheme = "sparql+http"
    user = "kg"
    path = "/kg"

    def _command(self) -> list[str]:
        program, folder = java(17), jars("fuseki-5.6.0", ARTIFACT)
        (self.folder / "passwords").write_text(f"{self.user}: {self.password}\n", encoding="utf-8")
        (self.folder / "configuration.ttl").write_text(CONFIGURATION, encoding="utf-8")
        flags = ["-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{folder}/*"]
        return [program, *flags, MAIN, "--config=configuration.ttl", "--localhost", f"--port={self.port}"]

    def _probe(self) -> urllib.request.Request:
        return urllib.request.Request(f"http://127.0.0.1:{self.port}/kg/query?query=ASK%20%7B%7D")
