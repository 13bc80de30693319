"""View models of a few made-up claims, for the tests of the page that need no browser."""

import random
from itertools import pairwise

from kg import entities, ontology
from kg.claim import Article, Claim, Entity, new
from kg.ontology import Ontology
from kg.view import model
from kg.view.model import ViewModel

TERMS = ontology.load()


def entity(name: str, kind: str = "State") -> Entity:
    return Entity(entities.slug(name), name, kind, name)


def built(claims: list[Claim], terms: Ontology = TERMS) -> ViewModel:
    return model.build(claims, entities.nodes(entities.mentions(claims).values()), terms)


def pair(subject: str, relation: str, object: str, article: str = "a", **fields: object) -> Claim:
    return new(entity(subject), relation, entity(object), Article(article, published="2016-10-12"), **fields)


def many(actors: int, claims: int) -> list[Claim]:
    """Claims that link so many actors in a chain, and others between any two of them."""
    draw = random.Random(1)
    names = [f"Actor {number}" for number in range(actors)]
    relations = ["arms", "opposes", "meets", "memberOf", "alliedWith"]
    chain = [pair(a, draw.choice(relations), b) for a, b in pairwise(names)]
    others = [draw.choices(names, k=2) for _ in range(claims - len(chain))]
    return chain + [pair(a, "backs", b, str(number)) for number, (a, b) in enumerate(others)]
