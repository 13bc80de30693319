"""Claims as triples: ids as IRIs, literals, and the network that queries may not reach."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import rdf
from kg.errors import QueryError
from kg.namespaces import ENTITY, KG
from kg.stores import open_store
from kg.stores._guard import refuse_network
from tests import strategies

ids = st.text(max_size=6) | st.sampled_from(
    [*strategies.IDS, *strategies.HOSTILE, "a/b", "../x", ".", "é", "\ue000", "%41"]
)


def sound(text: str) -> bool:
    return all(not 0xD800 <= ord(c) <= 0xDFFF for c in text)


@given(ids.filter(sound))
def test_an_id_comes_back_from_its_iri(id: str) -> None:
    iri = rdf.iri(ENTITY, id)
    assert pyoxigraph.NamedNode(iri).value == iri
    assert rdf.ident(ENTITY, iri) == id


@given(ids.filter(sound), ids.filter(sound), ids.filter(sound), ids.filter(sound))
def test_two_mentions_have_two_iris(a: str, b: str, c: str, d: str) -> None:
    assert (rdf.mention_iri(a, b) == rdf.mention_iri(c, d)) == ((a, b) == (c, d))


@given(st.text().filter(sound) | st.integers(-(2**40), 2**40) | st.booleans() | st.floats(0, 1))
def test_a_literal_is_read_by_the_engine_as_it_was(value: str | int | bool | float) -> None:
    line = f"<a:a> <a:b> {rdf.literal(value)} ."
    (quad,) = pyoxigraph.parse(line.encode(), pyoxigraph.RdfFormat.N_TRIPLES)
    assert rdf.value(quad.object) == value
    assert type(rdf.value(quad.object)) is type(value)


@given(st.text(max_size=20).filter(sound))
def test_a_literal_is_written_as_the_engine_writes_it(text: str) -> None:
    assert rdf.literal(text) == str(pyoxigraph.Literal(text))


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "select * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * {\\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * {\\U00000053ERVICE<http://127.0.0.1:1/>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p 'it''s' . SERVICE ?s { } }",
        'SELECT * { ?s ?p "\\"" . SERVICE ?s { ?a ?b "x" } }',
        "PREFIX a: <a#> SELECT * { ?s a:b\\#c ?o . SERVICE ?s {} }",
        "SELECT * # SERVICE\n { SERVICE ?s {} }",
        "SELECT (1<2 AS ?x) { SERVICE ?s {} FILTER(2>1) }",
        "SELECT * { SERVICESILENT<http://127.0.0.1:1/>{?s ?p ?o} }",
        "PREFIX : <http://127.0.0.1:1/> SELECT * { SERVICE:x {?s ?p ?o} }",
        "PREFIX ex: <http://127.0.0.1:1/> SELECT * { SERVICEex:x {?s ?p ?o} }",
        "SELECT * { ?a ?b 1SERVICE <http://127.0.0.1:1/> {?s ?p ?o} }",
        "SELECT * { ?a ?b 1.5e0SERVICE <http://127.0.0.1:1/> {?s ?p ?o} }",
        "SELECT * { ?a ?b trueSERVICE <http://127.0.0.1:1/> {?s ?p ?o} }",
        'SELECT * { BIND("\\u0022" AS ?x) SERVICE <http://127.0.0.1:1/> {?s ?p ?o} BIND("" AS ?y) }',
        'SELECT * { BIND("\\u005C" AS ?x) SERVICE <http://127.0.0.1:1/> {?s ?p ?o} BIND("a" AS ?y) }',
        "SELECT * { ?s <http://x/\\u0041#> ?o SERVICE <http://127.0.0.1:1/> {?s ?p ?o} }",
        "SELECT * { ?s ?p 'a\\'b' SERVICE <http://127.0.0.1:1/> {?s ?p ?o} }",
        "LOAD <http://127.0.0.1:1/>",
        "LOADSILENT<http://127.0.0.1:1/>",
        "PREFIX : <http://127.0.0.1:1/> LOAD:x",
        "PREFIX ex: <http://127.0.0.1:1/> LOADSILENTex:x INTO GRAPH <a:b>",
        "INSERT { ?s ?p ?o } WHERE { SERVICESILENT<http://127.0.0.1:1/>{?s ?p ?o} }",
        "LOAD SILENT <file:///etc/hostname> INTO GRAPH <a:b>",
    ],
)
def test_what_calls_another_host_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="--allow-network"):
        refuse_network(text)
    with open_store("memory:") as store, pytest.raises(QueryError, match="--allow-network"):
        store.query(text, write="LOAD" in text or "INSERT" in text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?service ?load "SERVICE <http://x/>" }',
        "SELECT * { ?s ?p '''LOAD 'SERVICE' ''' } # SERVICE",
        "PREFIX ex: <http://x/LOAD#> SELECT * { ex:service ?p <http://x/SERVICE> ; ex:preload ?load }",
        "PREFIX payload: <http://x/LOAD#> SELECT * { payload:load ?p 'x'@service }",
        'SELECT * { ?s ?p "it\\u0027s at your service" }',
    ],
)
def test_a_word_that_is_no_keyword_is_not_refused(text: str) -> None:
    refuse_network(text)
    with open_store("memory:") as store:
        assert store.query(text) == []


@pytest.mark.parametrize("brackets", ["{}", "()", "[]"])
def test_brackets_are_not_nested_without_end(brackets: str) -> None:
    text = f"SELECT * {{ {brackets[0] * 20_000}{brackets[1] * 20_000} }}"
    with open_store("memory:") as store, pytest.raises(QueryError, match="20001 deep"):
        store.query(text)
    with open_store("memory:") as store:
        assert store.query("SELECT ?x { " + "{" * 100 + "VALUES ?x { 1 }" + "}" * 100 + " }") == [{"x": 1}]


def test_the_rdflib_graph_calls_nobody_either() -> None:
    with open_store("memory:") as store:
        graph = store.rdflib()
        with pytest.raises(QueryError, match="--allow-network"):
            graph.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
        with pytest.raises(QueryError, match="--allow-network"):
            graph.update("LOAD <http://127.0.0.1:1/>")


def test_a_query_cannot_change_anything() -> None:
    with open_store("memory:") as store:
        size = len(store.query("SELECT * {?s ?p ?o}"))
        for text in ("DELETE WHERE { ?s ?p ?o }", "INSERT DATA { <a:a> <a:b> 1 }", "CLEAR ALL", "DROP ALL"):
            with pytest.raises(QueryError, match="--write"):
                store.query(text)
        assert len(store.query("SELECT * {?s ?p ?o}")) == size
        store.query("INSERT DATA { <a:a> <a:b> 1 }", write=True)
        assert store.query("SELECT ?x { <a:a> <a:b> ?x }") == [{"x": 1}]


def test_rows_are_plain_data() -> None:
    with open_store("memory:") as store:
        text = """SELECT ?int ?decimal ?double ?truth ?day ?iri ?text ?odd ?none { BIND(1 AS ?int) BIND(1.5 AS ?decimal)
            BIND(1e0 AS ?double) BIND(true AS ?truth) BIND("2016-10-12"^^xsd:date AS ?day) BIND(kg:arms AS ?iri)
            BIND("x"@en AS ?text) BIND("y"^^xsd:integer AS ?odd) }"""
        assert store.query(text) == [
            {
                "int": 1,
                "decimal": 1.5,
                "double": 1.0,
                "truth": True,
                "day": "2016-10-12",
                "iri": "https://diplograph.example/ontology#arms",
                "text": "x",
                "odd": "y",
                "none": None,
            }
        ]
        assert store.query("ASK { kg:arms kg:sign 1 }") == [{"ask": True}]
        label = "arms"
        assert store.query("CONSTRUCT { kg:arms rdfs:label ?l } WHERE { kg:arms rdfs:label ?l }") == [
            {
                "subject": "https://diplograph.example/ontology#arms",
                "predicate": "http://www.w3.org/2000/01/rdf-schema#label",
                "object": label,
            }
        ]


@pytest.mark.parametrize(
    ("iri", "short"),
    [("x", "x"), (KG + "arms", "kg:arms"), (ENTITY + "a/b", ENTITY + "a/b")],
)
def test_iris_are_shortened_only_to_names_that_sparql_reads(iri: str, short: str) -> None:
    assert rdf.shorten(iri) == short
