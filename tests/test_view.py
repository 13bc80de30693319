"""The page without a browser: the model, the layout, and what the file may hold."""

import base64
import hashlib
import json
import random
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import entities, ontology
from kg.claim import Article, Claim, Entity, Node, new
from kg.errors import UsageError
from kg.ontology import Ontology
from kg.view import html, layout, model
from kg.view.model import Line, ViewModel
from tests import strategies

TERMS = ontology.load()
EVIL = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{% raw %}\" ' &amp; javascript:alert(3) href"
)


def entity(name: str, kind: str = "State") -> Entity:
    return Entity(entities.slug(name), name, kind, name)


def built(claims: list[Claim], terms: Ontology = TERMS) -> ViewModel:
    return model.build(claims, entities.nodes(entities.mentions(claims).values()), terms)


def pair(subject: str, relation: str, object: str, article: str = "a", **fields: object) -> Claim:
    return new(entity(subject), relation, entity(object), Article(article, published="2016-10-12"), **fields)


def many(actors: int, claims: int) -> list[Claim]:
    draw = random.Random(1)
    names = [f"Actor {number}" for number in range(actors)]
    relations = ["arms", "opposes", "meets", "memberOf", "alliedWith"]
    chain = [pair(a, draw.choice(relations), b) for a, b in pairwise(names)]
    others = [tuple(draw.choices(names, k=2)) for _ in range(claims - len(chain))]
    return chain + [pair(a, "backs", b, str(number)) for number, (a, b) in enumerate(others)]


# --- model ----------------------------------------------------------------------------------------------------------


@given(strategies.claims)
def test_every_claim_stands_behind_exactly_one_line(claims: list[Claim]) -> None:
    view = built(claims)
    reached = Counter(index for line in view.lines for index in line.claims)
    assert reached == Counter(range(len(claims)))
    by_id = {statement.id: statement for statement in view.claims}
    lines = {view.claims[index].id: line for line in view.lines for index in line.claims}
    for claim in claims:
        line, statement = lines[claim.id], by_id[claim.id]
        assert {view.actors[line.source].id, view.actors[line.target].id} == {claim.subject.id, claim.object.id}
        assert line.sign == TERMS.relations[claim.relation].sign
        assert view.actors[statement.subject].id == claim.subject.id
        assert view.actors[statement.object].id == claim.object.id
        assert view.articles[statement.article] == claim.article
        if not line.mutual:
            assert view.actors[line.source].id == claim.subject.id


@given(strategies.claims, st.randoms(use_true_random=False))
def test_the_order_of_the_claims_does_not_matter(claims: list[Claim], draw: random.Random) -> None:
    shuffled = claims * 2
    draw.shuffle(shuffled)
    assert built(shuffled) == built(claims)


def test_a_mark_of_the_whole_quote_is_not_shown() -> None:
    marks = ((5, 6, "subject"), (5, 12, "relation"))
    claim = new(entity("A"), "bombs", entity("B"), Article("x"), begin=5, end=12, quote="A bombs", marks=marks)
    assert built([claim]).claims[0].marks == ((0, 1, "subject"),)


@given(strategies.claims)
def test_marks_count_from_the_quote(claims: list[Claim]) -> None:
    view = built(claims)
    given_by_id = {claim.id: claim for claim in claims}
    for statement in view.claims:
        claim = given_by_id[statement.id]
        for begin, end, role in statement.marks:
            assert statement.quote is not None
            assert claim.begin is not None
            assert 0 <= begin < end <= len(statement.quote)
            assert (begin + claim.begin, end + claim.begin, role) in claim.marks


def test_lines_are_told_apart_by_direction_sign_and_mutuality() -> None:
    claims = [pair("A", "arms", "B"), pair("A", "backs", "B"), pair("B", "arms", "A"), pair("A", "attacks", "B")]
    view = built([*claims, pair("B", "alliedWith", "A"), pair("A", "cooperatesWith", "B"), pair("A", "backs", "A")])
    names = [actor.name for actor in view.actors]
    found = {(names[line.source], names[line.target], line.sign, line.mutual): len(line.claims) for line in view.lines}
    assert found == {
        ("A", "B", 1, False): 2,
        ("B", "A", 1, False): 1,
        ("A", "B", -1, False): 1,
        ("A", "B", 1, True): 2,
        ("A", "A", 1, False): 1,
    }
    assert view.lines[0] == Line(0, 1, 1, False, view.lines[0].claims)
    assert [(actor.name, actor.claims) for actor in view.actors] == [("A", 7), ("B", 6)]


def test_claimants_are_actors_and_nodes_without_claims_are_not() -> None:
    claims = [pair("A", "arms", "B", attributed_to=entity("Officials", "Group"))]
    nodes = [Node("a", "Alpha", ("Entity", "Person", "State"), ("A", "Al")), Node("z", "Zeta", ("State",))]
    view = model.build(claims, nodes, TERMS)
    assert [(actor.name, actor.claims, actor.says) for actor in view.actors] == [
        ("Alpha", 1, 0),
        ("B", 1, 0),
        ("Officials", 0, 1),
    ]
    assert view.actors[0].kinds == ("State", "Person", "Entity")
    assert view.actors[0].aliases == ("A", "Al")
    assert view.drawn == 2


def test_the_relation_tree_has_every_ancestor_before_its_children() -> None:
    view = built([pair("A", "arms", "B"), pair("A", "besieges", "B"), pair("A", "signs", "B")])
    assert [(relation.name, relation.parent) for relation in view.relations] == [
        ("supports", ""),
        ("backs", "supports"),
        ("backsMilitarily", "backs"),
        ("arms", "backsMilitarily"),
        ("opposes", ""),
        ("coerces", "opposes"),
        ("besieges", "coerces"),
        ("ties", ""),
        ("signs", "ties"),
    ]


def test_a_relation_that_the_ontology_lacks_is_refused() -> None:
    with pytest.raises(UsageError, match="befriends"):
        built([pair("A", "befriends", "B")])


# --- layout ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "claims", [[], [pair("A", "backs", "A")], [pair("A", "arms", "B")], many(40, 90), many(500, 900)]
)
def test_layout_is_finite_repeatable_and_free_of_overlap(claims: list[Claim]) -> None:
    view = built(claims)
    places = layout.positions(view)
    assert len(places) == view.drawn == min(400, len({e.id for claim in claims for e in claim.entities}))
    assert layout.positions(built(claims[::-1])) == places
    assert all(isinstance(number, int) for place in places for number in place)
    boxes = [layout.box(actor.name) for actor in view.actors[: view.drawn]]
    for i, (x, y) in enumerate(places):
        for j in range(i):
            beside = abs(x - places[j][0]) >= (boxes[i][0] + boxes[j][0]) / 2
            assert beside or abs(y - places[j][1]) >= (boxes[i][1] + boxes[j][1]) / 2


def test_friends_stand_nearer_than_enemies() -> None:
    blocs = [["A", "B", "C", "D"], ["W", "X", "Y", "Z"]]
    claims = [pair(a, "backs", b) for bloc in blocs for a in bloc for b in bloc if a < b]
    claims += [pair(a, "attacks", b) for a in blocs[0] for b in blocs[1]]
    view = built(claims)
    places = layout.positions(view)

    def mean(sign: int) -> float:
        lines = [line for line in view.lines if line.sign == sign]
        return sum(abs(complex(*places[line.source]) - complex(*places[line.target])) for line in lines) / len(lines)

    assert mean(1) < 0.7 * mean(-1)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Syrian opposition", "Syrian opposition"),
        ("Levant Conquest Front of Syria", "Levant Conquest\nFront of Syria"),
        ("x" * 60, "x" * 19 + "…"),
        (" ", ""),
        ("Правительство Сирийской Арабской Республики", "Правительство\nСирийской Арабской …"),
    ],
)
def test_names_take_two_lines_at_most(name: str, shown: str) -> None:
    assert layout.label(name) == shown


# --- page -----------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Scripts, data, styles, attributes and visible text of a page, as an HTML parser sees them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str] = []
        self.data: dict[str, Any] = {}
        self.attributes: list[tuple[str, str, str]] = []
        self.text: list[str] = []
        self.styles: list[str] = []
        self._open: dict[str, str | None] = {}
        self._tag = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag, self._open = tag, dict(attrs)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag == "script" and self._open.get("type") == "application/json":
            self.data[str(self._open["id"])] = json.loads(data)
        else:
            {"script": self.scripts, "style": self.styles}.get(self._tag, self.text).append(data)

    def content(self, http_equiv: str) -> str:
        metas = self.attributes.index(("meta", "http-equiv", http_equiv))
        return self.attributes[metas + 1][2]


def hostile() -> list[Claim]:
    """One claim in which every text is an attack."""
    article = Article(EVIL, EVIL, EVIL, "2016-10-12", "javascript:alert(4)//https://x", EVIL, EVIL)
    one = Entity("s " + EVIL, EVIL, EVIL, EVIL, (EVIL,))
    two = msgspec.structs.replace(one, id="o " + EVIL)
    quote = EVIL * 2
    fields: dict[str, object] = {"begin": 0, "end": len(quote), "quote": quote, "marks": ((0, 9, "subject"),)}
    return [new(one, "arms", two, article, attributed_to=one, annotator=EVIL, row=EVIL, valid_from=EVIL, **fields)]


def test_the_page_holds_the_model_and_only_our_scripts() -> None:
    view = built(many(12, 30))
    page = Page(html.render(view, title="A & B"))
    assert len(page.scripts) == 2
    assert page.data["data"] == json.loads(msgspec.json.encode(view))
    assert {node["id"] for node in page.data["nodes"]} == set(range(view.drawn))
    assert [edge["id"] for edge in page.data["edges"]] == list(range(len(view.lines)))
    assert page.data["options"]["physics"] == {"enabled": False}
    assert "A & B" in page.text


def test_parallel_and_opposite_lines_are_curved_apart() -> None:
    claims = [pair("A", "arms", "B"), pair("B", "arms", "A"), pair("A", "attacks", "B"), pair("A", "alliedWith", "B")]
    edges = Page(html.render(built(claims))).data["edges"]
    curves = {(edge["from"], edge["to"], edge["smooth"]["roundness"]) for edge in edges}
    assert len(curves) == len(edges) == 4
    assert sorted(edge["arrows"] for edge in edges) == ["", "to", "to", "to"]


def test_the_policy_allows_exactly_the_scripts_of_the_page() -> None:
    page = Page(html.render(built(many(5, 9))))
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in page.scripts]
    policy = page.content("Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ")
    assert "script-src " + " ".join(f"'sha256-{each}'" for each in hashes) + ";" in policy
    assert "connect" not in policy
    assert "http" not in policy


def test_the_page_asks_for_nothing() -> None:
    page = Page(html.render(built(hostile())))
    assert not [found for found in page.attributes if found[1] in {"src", "srcset", "action", "data"}]
    assert {value for _, name, value in page.attributes if name == "href"} <= {"#tab-table"}
    assert not [found for found in page.attributes if found[1].startswith("on")]
    for style in page.styles:
        assert "url(" not in style
        assert "@import" not in style
    assert "sourceMappingURL" not in "".join(page.scripts)


def test_hostile_text_stays_text() -> None:
    raw = html.render(built(hostile()), title=EVIL)
    page = Page(raw)
    assert len(page.scripts) == 2
    assert "alert(" not in "".join(page.scripts[1:])
    assert EVIL in page.text  # the title
    assert EVIL not in raw
    assert "<img" not in raw
    claim = page.data["data"]["claims"][0]
    assert claim["quote"] == EVIL * 2
    assert claim["annotator"] == EVIL
    assert page.data["data"]["articles"][0]["title"] == EVIL
    assert page.data["data"]["articles"][0]["url"] is None  # no scheme but http and https becomes a link


def test_links_are_kept_where_they_are_of_the_web() -> None:
    urls = [
        "https://a.example/",
        "HTTP://b.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "",
    ]
    claims = [new(entity("A"), "arms", entity("B"), Article(str(n), url=url)) for n, url in enumerate(urls)]
    articles = Page(html.render(built(claims))).data["data"]["articles"]
    assert [article["url"] for article in articles] == [*urls[:2], None, None, None, None]


def test_a_relation_label_of_ones_own_ontology_stays_text() -> None:
    terms = ontology.load(
        "@prefix kg: <https://diplograph.example/ontology#> . @prefix x: <https://x.example/#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
        "x:charms a owl:ObjectProperty ; rdfs:subPropertyOf kg:supports ; "
        'rdfs:label "</script><script>alert(1)</script>" .'
    )
    raw = html.render(built([pair("A", "charms", "B")], terms))
    assert "<script>alert" not in raw
    assert Page(raw).data["data"]["relations"][1]["label"] == "</script><script>alert(1)</script>"


def test_a_graph_that_is_too_large_says_what_it_draws() -> None:
    raw = html.render(built(many(450, 460)))
    assert "400 of 450 actors" in raw
    assert "those with most claims; the table has all" in raw
    assert len(Page(raw).data["data"]["actors"]) == 450
    assert "those with most claims; the table has all" not in html.render(built(many(40, 50)))


@pytest.mark.parametrize("claims", [[], hostile(), many(30, 60)])
def test_the_same_claims_give_the_same_bytes(claims: list[Claim], tmp_path: Path) -> None:
    html.write(built(claims), tmp_path / "one.html", title="Сирия")
    html.write(built(claims[::-1]), tmp_path / "two.html", title="Сирия")
    written = (tmp_path / "one.html").read_bytes()
    assert written == (tmp_path / "two.html").read_bytes()
    assert "<title>Сирия</title>" in written.decode()
    assert written.startswith(b"<!doctype html>\n<html lang=")


def test_pyvis_is_imported_where_it_is_used() -> None:
    for path in Path(html.__file__).parent.glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.match(r"(from|import) (pyvis|jinja2|markupsafe)", line)
