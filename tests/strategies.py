"""Claims for property tests, from small pools on purpose: two claims must often share actors, articles and edges."""

import random

from hypothesis import strategies as st

from kg.claim import MODALITIES, Article, Claim, Entity, new
from kg.entities import Settler, slug

HOSTILE = (
    "Russia",
    "russia",
    'a "quoted" <b>name</b>',
    "back\\slash `tick` $dollar {brace}",
    "two\nlines\tand\r\nmore",
    "} . entity:x kg:arms entity:y . {",
    "' OR 1=1 //",
    "\u202eright-to-left\u202c",
    "Сирия\u0301",
    "🥳 party",
    "nul\x00and\x1bescape",
    "% 20",
    "https://diplograph.example/entity/x",
)
IDS = ("", "", "", "odd id/with#%20?<>", "..", "é\ue000")
KINDS = ("State", "Government", "Person", "Entity")
RELATIONS = ("arms", "backs", "opposes", "fights", "meets", "memberOf")
LINKS = (
    (),
    (),
    ("wikidata:Q159",),
    ("http://x.example/?q=1#a%41", "wikidata:Q1"),
    ("no scheme", "geonames:77"),
    ("http://a:b/c", "http://[::1", "http://a@b@c/", "x:y z"),
)
ARTICLES = (
    Article("plain", "A title", "Outlet", "2016-10-12", "https://outlet.example/1", "A. Author", "en"),
    Article("folder/sub folder", 'A "title"\n<script>', None, "2016-10-14"),
    Article("undated%2F"),
)
DATES = (None, None, "2016", "2016-10", "2016-10-12")

names = st.sampled_from(HOSTILE)
entities = st.builds(
    lambda id, name, kind, written, links: Entity(id or slug(name), name, kind, written, links),
    st.sampled_from(IDS),
    names,
    st.sampled_from(KINDS),
    names,
    st.sampled_from(LINKS),
)


@st.composite
def claim(draw: st.DrawFn) -> Claim:
    """One claim, resolved; not yet in line with others of its article."""
    quote = draw(st.none() | names)
    return new(
        draw(entities),
        draw(st.sampled_from(RELATIONS)),
        draw(entities),
        draw(st.sampled_from(ARTICLES)),
        begin=None if quote is None else 7,
        end=None if quote is None else 7 + len(quote),
        quote=quote,
        marks=draw(st.sampled_from(((), ((7, 8, "subject"),), ((7, 8, "object"), (8, 9, "relation"))))),
        row=draw(st.sampled_from((None, "", "row 1"))),
        attributed_to=draw(st.none() | entities),
        negated=draw(st.sampled_from((False, False, True))),
        modality=draw(st.sampled_from(MODALITIES)),
        valid_from=draw(st.sampled_from(DATES)),
        valid_to=draw(st.sampled_from(DATES)),
        confidence=draw(st.sampled_from((None, 0.0, 0.1, 0.8, 1.0))),
        annotator=draw(st.sampled_from((None, "anna"))),
    )


def settled(claims: list[Claim]) -> list[Claim]:
    """The claims as loading would hand them on: each article in line with itself, no id twice."""
    settler = Settler()
    distinct = {each.id: each for each in claims}.values()
    items = (item for each in distinct for item in settler.settle([each]))
    return [item for item in items if isinstance(item, Claim)]


claims = st.lists(claim(), max_size=8).map(settled)

# Chance picks from the pools here: what Hypothesis draws comes out so uneven that most answers would be empty.
chances = st.integers(0, 2**32).map(random.Random)

KNOWN = tuple(Entity(slug(name), name, "State", name) for name in ("Russia", "Turkey", "Iran", "Syria"))
ODD = tuple(
    Entity(id or slug(name), name, kind, name) for id, name, kind in zip(IDS * 3, HOSTILE, KINDS * 4, strict=False)
)
TIED = ("arms", "alliedWith", "opposes", "fights", "mediatesBetween", "memberOf")
REPRINT = Article("reprint", "A title", "Another outlet", "2016-11-01")


def crowd(chance: random.Random) -> list[Claim]:
    """Many claims of few actors: edges with claims on both sides, paths, opponents of opponents, shared quotes."""
    pool, made = chance.choice((KNOWN, ODD)), []
    actors, relations = chance.sample(pool, chance.choice((3, 4))), chance.sample(TIED, 2)
    for row in range(chance.choice((8, 16, 32))):
        quote = chance.choice((None, "One said so.", "Two said so."))
        made.append(
            new(
                chance.choice(actors),
                chance.choice(relations),
                chance.choice(actors),
                chance.choice((*ARTICLES, REPRINT)),
                begin=None if quote is None else 0,
                end=None if quote is None else len(quote),
                quote=quote,
                row=str(row),
                attributed_to=chance.choice((None, *pool)),
                negated=chance.random() < 0.2,
                modality=chance.choice(("actual", "actual", "actual", "actual", "planned")),
                valid_from=chance.choice(DATES),
                valid_to=chance.choice(DATES),
            )
        )
    return settled(made)


crowds = chances.map(crowd)
