"""What a Cypher text may not reach for: told as Neo4j and ArcadeDB themselves understand the text, however written."""

import random
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import KgError, QueryError
from kg.stores._guard_cypher import refuse_network
from tests.engines import Make

ENGINES = ("arcadedb", "neo4j-5", "neo4j-2026")
on_each = pytest.mark.parametrize("make", ENGINES, indirect=True, scope="session")
PARAMETERS = {"load": 1, "call": 2}

# Texts with a blank between tokens, where comments and other blanks can stand too.
LOADING = (
    "LOAD CSV FROM $url AS r RETURN r",
    "MATCH ( n ) LOAD CSV FROM $url AS r RETURN r",
    "WITH 'x' AS load LOAD CSV WITH HEADERS FROM $url AS r RETURN load",
    "RETURN 1 AS x UNION LOAD CSV FROM $url AS r RETURN 1 AS x",
    "CALL { LOAD CSV FROM $url AS r RETURN r } RETURN r",
    "UNWIND [ 1 ] AS i CALL ( i ) { LOAD CSV FROM $url AS r RETURN r } RETURN r",
    "RETURN EXISTS { LOAD CSV FROM $url AS r RETURN r } AS e",
    r"RETURN '\\' AS x UNION LOAD CSV FROM $url AS r RETURN '' AS x",
    r"RETURN '\'' AS `\` UNION LOAD CSV FROM $url AS r RETURN '`' AS `\`",
    """RETURN "'" AS x UNION LOAD CSV FROM $url AS r RETURN "'" AS x""",
)
FORBIDDEN = (
    *LOADING,
    "CALL apoc . load . json ( 'x' )",
    "CALL dbms . listConfig ( )",
    "CALL { CALL dbms . listConfig ( ) YIELD name RETURN name } RETURN name",
    "OPTIONAL CALL dbms . listConfig ( ) YIELD name RETURN name",
    "CALL tx . getMetaData ( )",
    "CALL algo . pageRank ( )",
    "CALL do . when ( true , 'RETURN 1 AS x' , '' , { } )",
    "CALL merge . node ( [ 'X' ] , { } , { } , { } )",
    "CALL `util.sleep` ( 1 )",
    "CALL `dbms` . `listConfig` ( )",
    "RETURN util . sleep ( 1 ) AS x",
    "RETURN { a : util . sleep ( 1 ) } AS x",
    "RETURN [ 1 , 2 ] [ 0 .. util . sleep ( 1 ) ] AS x",
    "MATCH ( n ) WHERE util . sleep ( 1 ) IS NULL RETURN n",
    "RETURN util . decompress ( util . compress ( 'x' , 'gzip' ) , 'gzip' ) AS x",
    "TERMINATE TRANSACTION 'x'",
    "SHOW TRANSACTIONS YIELD transactionId AS t WHERE false TERMINATE TRANSACTIONS t YIELD message RETURN message",
    "ALTER USER neo4j SET PASSWORD 'abcdefgh'",
    "CREATE USER eve SET PASSWORD 'abcdefgh'",
    "CREATE OR REPLACE USER eve SET PASSWORD 'abcdefgh'",
    "DROP USER neo4j IF EXISTS",
    "GRANT ROLE admin TO eve",
    "STOP DATABASE neo4j",
    "USE neo4j RETURN 1 AS x",
    "USE ( neo4j ) RETURN 1 AS x",
    "CALL { USE neo4j RETURN 1 AS x } RETURN x",
    "RETURN 1 AS x UNION ALL USE neo4j RETURN 2 AS x",
    "RETURN COUNT { USE neo4j MATCH ( n ) RETURN n } AS x",
    "SESSION SET $ x = 1",
    "SESSION CLOSE",
)
ALLOWED = (
    "MATCH ( n { load : 1 , call : 2 , use : 3 } ) RETURN n . load , n . call , n . use",
    "MATCH ( load : Load ) - [ call : CALL ] -> ( use : Use ) RETURN load , call , use",
    "MATCH ( n ) RETURN n . start , n . stop , n . alter , n . terminate , n . grant",
    "MATCH ( n ) RETURN n { . id , . load , use : 1 , call : n . call } AS n",
    """RETURN 'LOAD CSV' AS x , "CALL apoc.load.json('x')" AS load""",
    "RETURN 1 AS `LOAD CSV` , 2 AS `CALL apoc.load.json`",
    "RETURN $load AS load , $call AS call",
    "WITH 1 AS call , 2 AS use RETURN { use : use , call : call } AS x ORDER BY call",
    "WITH [ 1 ] AS load UNWIND load AS csv RETURN csv AS alter",
    "WITH 1 AS use RETURN CASE WHEN true THEN use ELSE use END AS user",
    "MATCH use = ( a ) --> ( b ) RETURN use",
    "RETURN COUNT { use = ( a ) --> ( b ) } AS x",
    "WITH { date : { year : 1 } } AS n RETURN n . date . year AS x",
    "MATCH ( n ) WHERE n . load IN ( [ 1 ] ) AND ( n . call = 1 ) RETURN n",
    "CALL { RETURN 1 AS x } RETURN x",
    "UNWIND [ 1 ] AS a CALL ( a ) { RETURN a AS b } RETURN b",
    "RETURN date . truncate ( 'year' , date ( '2016-10-12' ) ) AS d",
    "RETURN duration . between ( date ( '2016-01-01' ) , date ( '2017-01-01' ) ) AS d",
    "RETURN point . distance ( point ( { x : 1 , y : 1 } ) , point ( { x : 2 , y : 1 } ) ) AS d",
    "RETURN vector . similarity . cosine ( [ 1.0 , 2.0 ] , [ 1.0 , 2.0 ] ) AS d",
    "RETURN [ 1 , 2 , 3 ] [ 0 .. 2 ] AS x , 1.5 AS y , 1.5e3 AS z",
    "MATCH ( n ) RETURN [ ( n ) --> ( m ) WHERE m . id > 'a' | m . id ] AS ms",
    "MATCH ( n ) WHERE EXISTS { ( n ) --> ( ) } OR COUNT { ( n ) --> ( ) } > 1 RETURN n",
    "MATCH p = ( a ) - [ * 1 .. 3 ] -> ( b ) RETURN p",
    "CALL db . labels ( )",
    "CALL db . `relationshipTypes` ( ) YIELD relationshipType RETURN relationshipType",
    "SHOW INDEXES",
    r"RETURN '\u0041' AS x , 'it\'s' AS y",
)
PREFIXES = (
    "",
    "",
    "EXPLAIN ",
    "PROFILE ",
    "CYPHER 5 ",
    "CYPHER 25 ",
    "CYPHER planner=cost runtime=slotted ",
    ";",
    "/**/",
)
BLANKS = (
    *("\t", "\n", "\r\n", "\r", "\x0b", "\x1c", "\xa0", "\u1680", "\u180e", "\u2003", "\u2028", "\u3000"),
    *("/**/", "/* ' */", '/* " ` */', "// '\n", "// `\r", '// "\r\n', "/*/ */", "/* // */", "// /*\n", "/***/"),
)
ESCAPED = (r"\u0020", r"\u000A", r"/\u002A x *\u002F", r"//\u000A", r"// ' \u000D")  # blanks, to Neo4j
_PART = re.compile(r"""'(?:[^'\\]|\\.)*'|"[^"]*"|`[^`]*`|\S+""")
ALIKE = str.maketrans("sSkK", "ſſKK")  # which some take for the same letter


def variant(text: str, chance: random.Random, kinds: str) -> str:
    """The text in another way: other letters' case and blanks always; escapes (e), quoted names and odd letters (q)."""
    often = chance.choice((0.0, 0.1, 0.3))

    def word(token: str) -> str:
        if token[0] in "'\"`$\\" or chance.random() > often:
            return token
        place = chance.randrange(len(token))
        ways = [token.upper(), token.lower(), token.swapcase()]
        if "e" in kinds:
            ways.append(f"{token[:place]}\\u{ord(token[place]):04x}{token[place + 1 :]}")
        if "q" in kinds and token.isalpha():
            ways += [f"`{token}`", token.translate(ALIKE)]
        return chance.choice(ways)

    blanks = (*BLANKS, *ESCAPED) if "e" in kinds else BLANKS
    words = (word(token) + (chance.choice(blanks) if chance.random() < often else " ") for token in _PART.findall(text))
    made = "".join(words)
    return made.replace(" . ", ".").replace(" ( ", "(") if chance.random() < 0.3 else made


# Told from the text alone


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_reaches_out_is_refused_and_named(text: str) -> None:
    with pytest.raises(QueryError, match="may reach beyond this database, which is refused; --allow-network lets it"):
        refuse_network(text)


@pytest.mark.parametrize("text", [*ALLOWED, "RETURN 1 // LOAD CSV", "/* CALL apoc.load.json('x') */ RETURN 1"])
def test_what_only_looks_like_it_is_not(text: str) -> None:
    refuse_network(text)


@given(text=st.sampled_from(FORBIDDEN), prefix=st.sampled_from(PREFIXES), seed=st.integers(0, 10_000))
def test_it_is_refused_however_it_is_written(text: str, prefix: str, seed: int) -> None:
    for number in range(20):
        written = prefix + variant(text, random.Random(f"{seed} {number}"), "e")
        with pytest.raises(QueryError):
            refuse_network(written)


@given(text=st.sampled_from(ALLOWED), prefix=st.sampled_from(PREFIXES), seed=st.integers(0, 10_000))
def test_ordinary_queries_are_let_through_however_they_are_written(text: str, prefix: str, seed: int) -> None:
    for number in range(20):
        refuse_network(prefix + variant(text, random.Random(f"{seed} {number}"), ""))


@pytest.mark.parametrize("text", ["RETURN 'a", 'RETURN "a\\"', "RETURN 1 AS `a", "RETURN 1 /* LOAD CSV"])
def test_what_has_no_end_is_no_query(text: str) -> None:
    with pytest.raises(QueryError, match=r"not a valid Cypher query: the .{1,2} at character \d+ has no end"):
        refuse_network(text)


# And by the engines


class _Listener(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"a\n")

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[ThreadingHTTPServer]:
    """Some other host, as `.asked` remembers."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Listener) as server:
        server.asked = []  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@on_each
def test_no_engine_calls_a_host_or_obeys_whatever_the_text(make: Make, listener: ThreadingHTTPServer) -> None:
    chance = random.Random("Cypher")
    values = {"url": f"http://127.0.0.1:{listener.server_port}/x", "x": 1}
    with make() as store:
        for _ in range(1500):
            written = chance.choice(PREFIXES) + variant(chance.choice(FORBIDDEN), chance, "eq")
            with pytest.raises(KgError):
                store.query(written, values)
        assert listener.asked == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("make", ENGINES[1:], indirect=True, scope="session")
def test_with_network_it_does(make: Make, listener: ThreadingHTTPServer) -> None:
    with make() as store:
        for number, text in enumerate(LOADING):
            store.query(text, {"url": f"http://127.0.0.1:{listener.server_port}/{number}"}, network=True)
    assert {*listener.asked} == {f"/{number}" for number in range(len(LOADING))}  # type: ignore[attr-defined]


@on_each
def test_every_engine_runs_what_is_let_through(make: Make) -> None:
    with make() as store:
        for text in ALLOWED:
            store.query(text, PARAMETERS)
