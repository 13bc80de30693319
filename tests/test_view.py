"""The page without a browser: the model, and what the file may hold."""

import base64
import gzip
import hashlib
import json
import random
import re
from datetime import date
from html.parser import HTMLParser
from itertools import accumulate
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import ontology
from kg.claim import MODALITIES, Article, Claim, Entity, Node, new, valid_bounds
from kg.errors import UsageError
from kg.view import html, model
from kg.view.model import ViewModel
from tests import strategies
from tests.models import TERMS, built, entity, many, pair

EVIL = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}{% raw %}\" ' &amp; javascript:alert(3) href"
)


# --- model ----------------------------------------------------------------------------------------------------------


def ends(view: ViewModel, line: int) -> tuple[str, str, int, int]:
    """Names of the line's ends, its sign, and whether it is mutual."""
    names = view.actors.name
    source, target = view.lines.source[line], view.lines.target[line]
    return names[source], names[target], view.lines.sign[line], view.lines.mutual[line]


def behind(view: ViewModel, line: int) -> range:
    return range(view.lines.start[line], view.lines.start[line + 1])


@given(strategies.claims)
def test_every_claim_stands_behind_exactly_one_line(claims: list[Claim]) -> None:
    view = built(claims)
    assert [place for line in range(len(view.lines.source)) for place in behind(view, line)] == list(range(len(claims)))
    given_by_id = {claim.id: claim for claim in claims}
    for line in range(len(view.lines.source)):
        for place in behind(view, line):
            claim = given_by_id[view.evidence.id[place]]
            source, target = (view.actors.id[end[line]] for end in (view.lines.source, view.lines.target))
            if view.claims.swapped[place]:
                assert view.lines.mutual[line]
                source, target = target, source
            assert (source, target) == (claim.subject.id, claim.object.id)
            assert view.lines.sign[line] == TERMS.relations[claim.relation].sign
            assert view.lines.mutual[line] == TERMS.relations[claim.relation].symmetric


@given(strategies.claims)
def test_the_columns_hold_what_the_claims_say(claims: list[Claim]) -> None:
    view = built(claims)
    given_by_id = {claim.id: claim for claim in claims}
    for place, id in enumerate(view.evidence.id):
        claim = given_by_id[id]
        for name in ("quote", "begin", "marks", "row", "valid_from", "valid_to", "annotator"):
            assert getattr(view.evidence, name)[place] == getattr(claim, name)
        article = view.claims.article[place]
        for name in ("id", "title", "url", "author", "language"):
            assert getattr(view.articles, name)[article] == getattr(claim.article, name)
        publisher, day = view.articles.publisher[article], view.articles.day[article]
        assert (view.publishers[publisher] if publisher >= 0 else None) == claim.article.publisher
        assert (date.fromordinal(day).isoformat() if day else None) == claim.article.published
        assert view.relations[view.claims.relation[place]].name == claim.relation
        claimant = view.claims.claimant[place]
        assert (view.actors.id[claimant] if claimant >= 0 else None) == (claim.attributed_to and claim.attributed_to.id)
        assert bool(view.claims.negated[place]) == claim.negated
        assert MODALITIES[view.claims.modality[place]] == claim.modality
        confidence = view.claims.confidence[place]
        assert (None if confidence < 0 else confidence) == claim.confidence
        held = [view.claims.first[place], view.claims.last[place]]
        assert [date.fromordinal(day).isoformat() if day else None for day in held] == list(valid_bounds(claim))


@given(strategies.claims, st.randoms(use_true_random=False))
def test_the_order_of_the_claims_does_not_matter(claims: list[Claim], draw: random.Random) -> None:
    shuffled = claims * 2
    draw.shuffle(shuffled)
    assert built(shuffled) == built(claims)


def test_lines_are_told_apart_by_direction_sign_and_mutuality() -> None:
    claims = [pair("A", "arms", "B"), pair("A", "backs", "B"), pair("B", "arms", "A"), pair("A", "attacks", "B")]
    view = built([*claims, pair("B", "alliedWith", "A"), pair("A", "cooperatesWith", "B"), pair("A", "backs", "A")])
    found = {ends(view, line): len(behind(view, line)) for line in range(len(view.lines.source))}
    assert found == {
        ("A", "B", 1, 0): 2,
        ("B", "A", 1, 0): 1,
        ("A", "B", -1, 0): 1,
        ("A", "B", 1, 1): 2,
        ("A", "A", 1, 0): 1,
    }
    assert ends(view, 0) == ("A", "B", 1, 0)  # those with most claims first
    assert list(zip(view.actors.name, view.actors.claims, strict=True)) == [("A", 7), ("B", 6)]


def test_claimants_are_actors_and_nodes_without_claims_are_not() -> None:
    claims = [pair("A", "arms", "B", attributed_to=entity("Officials", "Group"))]
    nodes = [Node("a", "Alpha", ("Entity", "Person", "State"), ("A", "Al")), Node("z", "Zeta", ("State",))]
    view = model.build(claims, nodes, TERMS)
    actors = view.actors
    assert list(zip(actors.name, actors.claims, actors.says, strict=True)) == [
        ("Alpha", 1, 0),
        ("B", 1, 0),
        ("Officials", 0, 1),
    ]
    assert [view.kinds[kind].name for kind in actors.kinds[0]] == ["State", "Person", "Entity"]
    assert actors.aliases[0] == ("A", "Al")


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
        elif self._tag == "script" and self._open.get("type") == "text/plain":
            self.data[str(self._open["id"])] = json.loads(gzip.decompress(base64.b64decode(data, validate=True)))
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
    page = Page(html.render(view, title="A & B", note="all of <it>"))
    assert len(page.scripts) == 2
    core = page.data["core"]
    plain = json.loads(msgspec.json.encode(view))
    for name in ("claims", "relations", "kinds", "publishers"):
        assert core[name] == plain[name]
    assert {name: core["actors"][name] for name in plain["actors"]} == plain["actors"]
    assert list(accumulate(core["lines"]["claims"], initial=0)) == plain["lines"]["start"]
    assert {node["id"] for node in page.data["nodes"]} == set(range(12))
    assert [edge["id"] for edge in page.data["edges"]] == list(range(len(view.lines.source)))
    assert page.data["options"]["physics"] == {"enabled": False}
    assert "A & B" in page.text
    assert "all of <it>" in page.text


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
    evidence, articles = page.data["evidence-0"], page.data["articles"]
    assert evidence["quote"] == [EVIL * 2]
    assert evidence["annotator"] == [EVIL]
    assert "subject_written" not in evidence  # which is the name
    assert articles["title"] == [EVIL]
    assert articles["url"] == [None]  # no scheme but http and https becomes a link


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
    articles = Page(html.render(built(claims))).data["articles"]
    found = dict(zip(articles["id"], articles["url"], strict=True))
    assert [found[str(n)] for n in range(len(urls))] == [*urls[:2], None, None, None, None]


def test_a_relation_label_of_ones_own_ontology_stays_text() -> None:
    terms = ontology.load(
        "@prefix kg: <https://diplograph.example/ontology#> . @prefix x: <https://x.example/#> ."
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
        "x:charms a owl:ObjectProperty ; rdfs:subPropertyOf kg:supports ; "
        'rdfs:label "</script><script>alert(1)</script>" .'
    )
    raw = html.render(built([pair("A", "charms", "B")], terms))
    assert "<script>alert" not in raw
    assert Page(raw).data["core"]["relations"][1]["label"] == "</script><script>alert(1)</script>"


def test_a_large_graph_starts_with_its_strongest_actors() -> None:
    data = Page(html.render(built(many(201, 300)))).data
    assert [node["id"] for node in data["nodes"]] == list(range(html.STRONGEST))
    assert all(max(edge["from"], edge["to"]) < html.STRONGEST for edge in data["edges"])
    assert len(data["core"]["actors"]["id"]) == 201
    assert len(Page(html.render(built(many(200, 300)))).data["nodes"]) == 200
    dense = Page(html.render(built(many(90, 900)))).data
    assert len(dense["nodes"]) == html.STRONGEST  # few actors, but a tangle of lines
    assert len(Page(html.render(built(many(40, 900)))).data["nodes"]) == 40


@pytest.mark.parametrize("claims", [[], hostile(), many(30, 60)])
def test_the_same_claims_give_the_same_page(claims: list[Claim]) -> None:
    page = html.render(built(claims), title="Сирия", note="note")
    assert page == html.render(built(claims[::-1]), title="Сирия", note="note")
    assert "<title>Сирия</title>" in page
    assert page.startswith("<!doctype html>\n<html lang=")


def test_pyvis_is_imported_where_it_is_used() -> None:
    for path in Path(html.__file__).parent.glob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.match(r"(from|import) (pyvis|jinja2|markupsafe)", line)
