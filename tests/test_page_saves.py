"""What the page saves and prints, against what `kg.export` writes of the same claims."""

import csv
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx
import pyoxigraph
import pytest
import rdflib

import kg
import kg.rdf
from kg import entities, ontology
from kg.claim import Article, Claim, Entity, Node, new
from kg.exports.tables import COLUMNS
from kg.namespaces import ARTICLE, CLAIM, ENTITY, KG
from kg.view import html, model
from tests import hostile
from tests.pages import open_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
HEDGED = "also=negated,planned,requested,possible"
# What a table says of an entity as this article has it, and the page as the whole store has it.
OF_MENTIONS = {f"{role}{part}" for role in ("subject", "object", "attributed_to") for part in ("", "_kind", "_same_as")}

Edges = dict[tuple[str, str, str], dict[str, Any]]
Nodes = dict[str, dict[str, Any]]


def written(path: Path, claims: list[Claim], **options: Any) -> str:
    path.write_text(html.render(model.build(claims, known(claims), ontology.load()), **options), encoding="utf-8")
    return path.as_uri()


def known(claims: Iterable[Claim]) -> list[Node]:
    return entities.nodes(entities.mentions(claims).values())


def opened(page: "Page", address: str, fragment: str = "") -> "Page":
    open_page(page, f"{address}#{fragment}")
    return page


def saved(page: "Page", kind: str) -> str:
    text: str = page.evaluate(f"kgView.saved({kind!r})")
    return text


def exported(claims: Iterable[Claim], path: Path) -> bytes:
    kg.export(claims, path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def address(example: list[Claim], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the example."""
    return written(tmp_path_factory.mktemp("page") / "page.html", example)


@pytest.fixture(scope="module")
def hostile_claims(tmp_path_factory: pytest.TempPathFactory) -> list[Claim]:
    """Claims with a hostile text in every field."""
    return hostile.all_short(hostile.all_read(tmp_path_factory.mktemp("hostile")))


# --- graphs ---------------------------------------------------------------------------------------------------------


def graph_of(data: bytes, kind: str) -> tuple[Nodes, Edges]:
    if kind == "gexf":
        read = networkx.read_gexf(io.BytesIO(data))
        edges = {(source, target, said["id"]): said for source, target, said in read.edges(data=True)}
    else:
        read = networkx.read_graphml(io.BytesIO(data), edge_key_type=str, force_multigraph=True)
        edges = {(source, target, key): said for (source, target, key), said in read.edges.items()}
    return dict(read.nodes(data=True)), edges


def as_a_whole(nodes: Nodes, claims: Iterable[Claim]) -> Nodes:
    """The nodes with what all these claims say of them, not only those that an export was made of."""
    by_iri = {kg.rdf.iri("", node.id): node for node in known(claims)}
    told = {}
    for iri in nodes:
        node = by_iri[iri]
        several = {field: "; ".join(getattr(node, field)) for field in ("kinds", "aliases", "same_as")}
        told[iri] = {"label": node.name, "name": node.name} | {field: text for field, text in several.items() if text}
    return told


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_a_saved_graph_is_what_kg_export_writes(
    kind: str, example: list[Claim], address: str, page: "Page", tmp_path: Path
) -> None:
    nodes, edges = graph_of(saved(opened(page, address, HEDGED), kind).encode(), kind)
    wanted_nodes, wanted_edges = graph_of(exported(example, tmp_path / f"x.{kind}"), kind)
    assert len(edges) > 200 and any(edge["denials"] for edge in edges.values())
    assert edges == wanted_edges
    assert nodes == as_a_whole(wanted_nodes, example)
    named = [{id: node | {"aliases": ""} for id, node in some.items()} for some in (nodes, wanted_nodes)]
    assert named[0] == named[1]


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_a_saved_graph_has_only_what_the_filters_let_through(
    kind: str, example: list[Claim], address: str, page: "Page", tmp_path: Path
) -> None:
    opened(page, address, "not-relations=backsMilitarily,attacks&since=2016-10-01&until=2016-11-30&also=negated")
    shown = [
        claim
        for claim in example
        if claim.relation not in ("backsMilitarily", "attacks")
        and "2016-10-01" <= (claim.article.published or "") <= "2016-11-30"
        and claim.modality == "actual"
    ]
    assert 50 < len(shown) < len(example)
    nodes, edges = graph_of(saved(page, kind).encode(), kind)
    wanted_nodes, wanted_edges = graph_of(exported(shown, tmp_path / f"x.{kind}"), kind)
    assert edges == wanted_edges
    assert nodes == as_a_whole(wanted_nodes, example)


@pytest.mark.parametrize("kind", ["graphml", "gexf"])
def test_hostile_texts_forge_nothing_in_a_saved_graph(
    kind: str, hostile_claims: list[Claim], page: "Page", tmp_path: Path
) -> None:
    opened(page, written(tmp_path / "page.html", hostile_claims), f"{HEDGED}&view=table")
    assert graph_of(saved(page, kind).encode(), kind) == graph_of(
        exported(hostile_claims, tmp_path / f"x.{kind}"), kind
    )


# --- tables ---------------------------------------------------------------------------------------------------------


def rows_of(text: str) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert all(tuple(row) == COLUMNS for row in rows)
    return rows


def without(rows: list[dict[str, str]], columns: set[str]) -> list[dict[str, str]]:
    return [{column: cell for column, cell in row.items() if column not in columns} for row in rows]


def test_a_saved_table_is_what_kg_export_writes(
    example: list[Claim], address: str, page: "Page", tmp_path: Path
) -> None:
    rows = rows_of(saved(opened(page, address, HEDGED), "csv"))
    wanted = rows_of(exported(example, tmp_path / "x.csv").decode())
    assert without(rows, OF_MENTIONS) == without(wanted, OF_MENTIONS)
    names = {node.id: node.name for node in known(example)}
    kinds = {node.id: {*node.kinds} for node in known(example)}
    for row in rows:
        for role in ("subject", "object", "attributed_to"):
            id = row[f"{role}_id"]
            assert row[role] == names.get(id, "")
            assert not id or row[f"{role}_kind"] in kinds[id]


def test_a_saved_table_has_only_what_the_filters_let_through(example: list[Claim], address: str, page: "Page") -> None:
    rows = rows_of(saved(opened(page, address, "only-relations=arms"), "csv"))
    assert [row["id"] for row in rows] == sorted(
        claim.id for claim in example if claim.relation == "arms" and claim.holds
    )


def test_hostile_texts_stay_in_their_cells(hostile_claims: list[Claim], page: "Page", tmp_path: Path) -> None:
    opened(page, written(tmp_path / "page.html", hostile_claims), f"{HEDGED}&view=table")
    data = saved(page, "csv")
    lost = OF_MENTIONS | {"url"}  # the page has only links that a browser may follow
    assert without(rows_of(data), lost) == without(rows_of(exported(hostile_claims, tmp_path / "x.csv").decode()), lost)


def test_numbers_are_written_as_kg_export_writes_them(page: "Page", tmp_path: Path) -> None:
    sure = [0.0, 1.0, 0.5, 0.1 + 0.2, 1e-4, 9.9e-5, 1.25e-7, 1e-10, 0.123456789012345678]
    claims = [pair("A", "arms", f"B{at}", confidence=each) for at, each in enumerate(sure)]
    opened(page, written(tmp_path / "page.html", claims))
    wanted = rows_of(exported(claims, tmp_path / "x.csv").decode())
    assert rows_of(saved(page, "csv")) == wanted
    assert triples_of(saved(page, "jsonld").encode(), "JSON_LD") == ours(exported(claims, tmp_path / "x.ttl"))


def pair(subject: str, relation: str, object: str, day: str | None = "2016-10-12", **fields: Any) -> Claim:
    ends = (Entity(entities.slug(name), name, "State", name) for name in (subject, object))
    article = Article(f"article {day}", f"News of {day}", "The Wire", day, f"https://wire.example/{day}", language="en")
    return new(next(ends), relation, next(ends), article, **fields)


# --- linked data ----------------------------------------------------------------------------------------------------


def triples_of(data: bytes, syntax: str) -> set[Any]:
    return {quad.triple for quad in pyoxigraph.parse(data, getattr(pyoxigraph.RdfFormat, syntax))}


def ours(turtle: bytes) -> set[Any]:
    """Without mentions, of which the page keeps no names and kinds, the ontology, and the mark of a store."""
    about = (CLAIM, ARTICLE, ENTITY)
    return {each for each in triples_of(turtle, "TURTLE") if each.subject.value.startswith(about)}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph")  # rdflib's reader of JSON-LD makes one
def test_saved_linked_data_is_what_kg_export_writes(
    example: list[Claim], address: str, page: "Page", tmp_path: Path
) -> None:
    data = saved(opened(page, address, HEDGED), "jsonld")
    wanted = ours(exported(example, tmp_path / "x.ttl"))
    assert len(wanted) > 8000
    assert triples_of(data.encode(), "JSON_LD") == wanted
    read = rdflib.Graph().parse(data=data, format="json-ld")
    assert {tuple(map(str, each)) for each in read} == {
        (each.subject.value, each.predicate.value, each.object.value) for each in wanted
    }


def test_saved_linked_data_has_only_what_the_filters_let_through(
    example: list[Claim], address: str, page: "Page"
) -> None:
    read = triples_of(saved(opened(page, address, "only-relations=arms"), "jsonld").encode(), "JSON_LD")
    told = {each.subject.value for each in read if each.predicate.value == f"{KG}statedIn"}
    assert told == {f"{CLAIM}{claim.id}" for claim in example if claim.relation == "arms" and claim.holds}
    edges = {each.predicate.value for each in read if each.subject.value.startswith(ENTITY)}
    assert {edge for edge in edges if edge.startswith(KG)} == {f"{KG}arms"}


def test_hostile_texts_forge_no_triples(hostile_claims: list[Claim], page: "Page", tmp_path: Path) -> None:
    opened(page, written(tmp_path / "page.html", hostile_claims), f"{HEDGED}&view=table")
    read = triples_of(saved(page, "jsonld").encode(), "JSON_LD")
    wanted = ours(exported(hostile_claims, tmp_path / "x.ttl"))
    assert read - wanted == set()
    assert {each.predicate.value for each in wanted - read} == {f"{KG}url"}


@pytest.mark.parametrize(
    "link", ["subject:x", "kg:Claim", "@id", "_:b0", "http://a:b/", "http://a:80/x", "x:#a#b", "ſ:x"]
)
def test_no_external_id_is_taken_for_a_term(link: str, page: "Page", tmp_path: Path) -> None:
    linked = Entity("a", "A", "State", "A", (link,))
    claims = [new(linked, "arms", Entity("b", "B", "State", "B"), Article("x", published="2016-10-12"))]
    data = saved(opened(page, written(tmp_path / "page.html", claims)), "jsonld")
    assert triples_of(data.encode(), "JSON_LD") == ours(exported(claims, tmp_path / "x.ttl"))


# --- files ----------------------------------------------------------------------------------------------------------


def test_the_focus_graph_saves_the_lines_between_its_actors(example: list[Claim], address: str, page: "Page") -> None:
    opened(page, address, f"view=focus&centre=saudi-arabia&{HEDGED}")
    here = set(page.evaluate("[...kgView.inFocus().actors].map(actor => kgView.actors.id[actor])"))
    wanted = [claim.id for claim in example if {claim.subject.id, claim.object.id} <= here]
    assert 0 < len(wanted) < len(example)
    assert [row["id"] for row in rows_of(saved(page, "csv"))] == sorted(wanted)


@pytest.mark.parametrize("kind", ["png", "svg", "graphml", "gexf", "csv", "jsonld"])
def test_each_form_is_saved_as_a_file(kind: str, example: list[Claim], page: "Page", tmp_path: Path) -> None:
    opened(page, written(tmp_path / "page.html", example, title="../Алеппо: \x00 2016/10?"))
    page.click("#save summary")
    with page.expect_download() as download:
        page.click(f"[data-save={kind}]")
    assert download.value.suggested_filename == f"алеппо-2016-10.{kind}"
    download.value.save_as(tmp_path / "saved")
    data = (tmp_path / "saved").read_bytes()
    if kind == "png":
        sides = [int.from_bytes(data[at : at + 4], "big") for at in (16, 20)]
        assert data.startswith(b"\x89PNG") and sides[0] >= 2400 and max(sides) <= 8192
        assert len(data) > 50_000
    else:
        assert data.decode() == saved(page, kind)


def test_nothing_shown_saves_nothing(address: str, page: "Page") -> None:
    opened(page, address, "only-relations=-")
    assert rows_of(saved(page, "csv")) == []
    assert json.loads(saved(page, "jsonld"))["@graph"] == []
    assert graph_of(saved(page, "graphml").encode(), "graphml") == ({}, {})
    assert graph_of(saved(page, "gexf").encode(), "gexf") == ({}, {})
