"""A world made from a seed, for measuring: actors in blocs, lines between them, and sentences behind each line.

Degrees are as uneven as news has them, friends are mostly of one bloc and enemies of two, and the words of the
sentences are as unevenly used as in prose, so that the claims compress like real ones.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from kg import entities, ontology
from kg.claim import Article, Claim, Entity, Role, new

BLOCS = 8
FIRST, DAYS = date(2014, 1, 1), 3 * 365
NONE = -1  # the bloc of those who are in none

KINDS = {
    "State": ("{}", "Republic of {}", "Kingdom of {}", "{} Federation"),
    "Government": ("Government of {}", "{} government", "{} Foreign Ministry", "{} Ministry of Defence"),
    "ArmedForce": ("{} Army", "{} Air Force", "{} National Guard", "Armed Forces of {}"),
    "ArmedGroup": ("{} Liberation Front", "Sons of {}", "{} Brigade", "Army of {}"),
    "PoliticalParty": ("{} People's Party", "Union for {}", "{} Democratic Alliance"),
    "Organization": ("{} Red Cross", "Friends of {}", "{} Observatory", "Bank of {}"),
    "IntergovernmentalOrganization": ("{} League", "Community of {}", "Council of {}"),
    "Person": ("President of {}", "Envoy of {}", "Mayor of {}", "Governor of {}"),
}
HOW_MANY = (15, 15, 15, 15, 12, 12, 4, 12)  # of 100 actors, of each kind

CYRILLIC = str.maketrans("abdefgiklmnoprstuvyz", "абдефгиклмнопрстувиз")
ARABIC = str.maketrans("abdefgiklmnoprstuvyz", "ابدهفغيكلمنوبرستوفيز")
LANGUAGES = {"en": None, "ru": CYRILLIC, "ar": ARABIC}

COMMON = """the of to and in a that for on with was by as at from it is are were had has been its their after over which
said would could this would not but who one two three new last week month Monday Tuesday Thursday Friday officials
ministers border capital town talks ceasefire convoy weapons troops fighters soldiers civilians prisoners election
parliament agreement treaty embassy visit summit council resolution statement report refugees aid oil gas trade loan
sanctions missile airport bridge road river mountain north south east west northern southern offensive retreat campaign
dispute crisis war peace plan proposal demand protest crowd police court trial president minister general commander
spokesman witness residents sources late early again still also more less most before during until against between
near under about because despite while when where although""".split()  # noqa: SIM905 -- it reads as words
OPENINGS = (
    *("", "", "On {day} ", "In {place}, ", "According to {place} officials ", "For the {nth} time this year "),
    *("As talks in {place} went on, ", "Despite the truce of {place}, ", "Hours after the vote "),
)


class World(NamedTuple):
    """Who there is: the actors, those with most lines first, and the bloc of each (`NONE` or 0 to 7)."""

    actors: list[Entity]
    blocs: list[int]


class Line(NamedTuple):
    """From one actor to another (places among the actors), by relations that the claims of the line take turns with."""

    source: int
    target: int
    relations: tuple[str, ...]


def claims(actors: int, lines: int, quotes: int, seed: int = 7) -> Iterator[Claim]:
    """`quotes` claims in about four to an article, behind exactly `lines` lines between exactly `actors` actors.

    The same numbers and seed give the same claims. Raises ValueError where there are more actors than lines, or more
    lines than claims.
    """
    if not 2 <= actors <= lines <= quotes:
        raise ValueError(f"{actors} actors, {lines} lines, {quotes} claims: each must be as many as the one before")
    chance = random.Random(f"claims {seed}")
    made = world(actors, seed)
    drawn = _lines(made, lines, chance)
    articles = _articles(max(1, quotes // 4), chance)
    weights = list(accumulate(chance.paretovariate(1.5) for _ in drawn))
    more = chance.choices(drawn, cum_weights=weights, k=quotes - lines)
    told = [*drawn, *more]
    chance.shuffle(told)
    for line in told:
        yield _claim(line, made.actors, chance.choice(articles), chance)


def world(actors: int, seed: int = 7) -> World:
    """The actors and blocs of `claims` with the same numbers and seed."""
    chance = random.Random(f"world {seed}")
    named: dict[str, Entity] = {}
    while len(named) < actors:
        (kind,) = chance.choices(list(KINDS), HOW_MANY)
        name = chance.choice(KINDS[kind]).format(_name(chance))
        id = entities.slug(name)
        known = (f"wikidata:Q{len(named) + 100}",) if chance.random() < 0.3 else ()
        named.setdefault(id, Entity(id, name, kind, name, known))
    blocs = [chance.randrange(BLOCS) if chance.random() < 0.85 else NONE for _ in named]
    return World(list(named.values()), blocs)


def _lines(made: World, count: int, chance: random.Random) -> list[Line]:
    """Different lines, such that every actor has one and a quarter lie beside another of the same two actors."""
    crowd = _Crowd(made)
    found: dict[tuple[int, int, int, bool], Line] = {}
    pairs: list[tuple[int, int]] = []
    while len(found) < count:
        lonely = len(pairs) < len(made.actors)
        if pairs and not lonely and chance.random() < 0.2:
            sign, pair = chance.choice((1, -1, 0)), chance.choice(pairs)
            source, target = pair if chance.random() < 0.5 else pair[::-1]
        else:
            (sign,) = chance.choices((1, -1, 0), (40, 35, 25))
            source = len(pairs) if lonely else crowd.anyone(chance)
            target = crowd.other(source, sign, chance)
            pairs.append((source, target))
        mutual = chance.random() < 0.12
        key = (*(sorted((source, target)) if mutual else (source, target)), sign, mutual)
        found.setdefault(key, Line(source, target, tuple(chance.choices(_relations(sign, mutual), k=3))))
    return list(found.values())


class _Crowd:
    """Actors to choose from, the first ones far more often than the last."""

    def __init__(self, made: World) -> None:
        self.blocs = made.blocs
        places = range(len(made.actors))
        within: dict[int, list[int]] = {bloc: [] for bloc in (NONE, *range(BLOCS))}
        for place in places:
            within[made.blocs[place]].append(place)
        self.members = {bloc: some for bloc, some in within.items() if bloc != NONE and len(some) > 1}
        self.members[NONE] = list(places)  # whoever is in no bloc deals with everybody
        self.weights = {
            bloc: list(accumulate((place + 4) ** -0.72 for place in some)) for bloc, some in self.members.items()
        }

    def anyone(self, chance: random.Random, bloc: int = NONE) -> int:
        return chance.choices(self.members[bloc], cum_weights=self.weights[bloc])[0]

    def other(self, source: int, sign: int, chance: random.Random) -> int:
        """Another actor: a friend mostly of the same bloc, an enemy mostly of another."""
        own, planted = self.blocs[source], chance.random() < 0.85
        bloc = own if sign > 0 and planted and own in self.members else NONE
        for _ in range(50):
            target = self.anyone(chance, bloc)
            shunned = sign < 0 and planted and self.blocs[target] == own != NONE
            if target != source and not shunned:
                return target
        return (source + 1) % len(self.blocs)


@cache
def _relations(sign: int, mutual: bool) -> tuple[str, ...]:
    terms = ontology.load().relations.values()
    return tuple(
        term.name
        for term in terms
        if (term.sign or 0, term.symmetric) == (sign, mutual) and term.range in ("Actor", "Entity")
        if term.domain in ("Actor", "Entity")
    )


def _articles(count: int, chance: random.Random) -> list[Article]:
    publishers = [f"{_name(chance)} {title}" for title in ("Times", "Post", "Courier", "Agency") for _ in range(10)]
    return [_article(number, publishers, chance) for number in range(count)]


def _article(number: int, publishers: list[str], chance: random.Random) -> Article:
    publisher = publishers[min(int(chance.paretovariate(0.7)) - 1, len(publishers) - 1)]
    day = (FIRST + timedelta(chance.randrange(DAYS))).isoformat()
    title = " ".join(_words(chance, 7)).capitalize()
    (language,) = chance.choices(list(LANGUAGES), (80, 12, 8))
    url = f"https://{entities.slug(publisher)}.example/{day}/{number}"
    author = _name(chance) if chance.random() < 0.3 else None
    return Article(f"article-{number}", title, publisher, day, url, author, language)


def _claim(line: Line, actors: list[Entity], article: Article, chance: random.Random) -> Claim:
    relation = chance.choice(line.relations)
    subject, object = (_written(actors[place], article) for place in (line.source, line.target))
    claimant = _written(chance.choice(actors[:400]), article) if chance.random() < 1 / 3 else None
    quote, marks = _quote(subject, relation, object, claimant, chance)
    begin = chance.randrange(6_000)
    fields: dict[str, Any] = {
        "begin": begin,
        "end": begin + len(quote),
        "quote": quote,
        "marks": tuple((begin + first, begin + last, role) for first, last, role in marks),
        "attributed_to": claimant,
        "negated": chance.random() < 0.05,
        "modality": chance.choice(("planned", "possible")) if chance.random() < 0.05 else "actual",
        "confidence": chance.randrange(50, 101) / 100 if chance.random() < 0.5 else None,
        "annotator": chance.choice(("anna", "boris", "chen")),
    }
    if chance.random() < 0.2:
        fields["valid_from"] = str(article.published)[: chance.choice((4, 7, 10))]
    return new(subject, relation, object, article, **fields)


def _written(actor: Entity, article: Article) -> Entity:
    """The actor as an article of this language writes it."""
    return _in(actor, article.language or "en")


@cache
def _in(actor: Entity, language: str) -> Entity:
    letters = LANGUAGES[language]
    if letters is None or len(actor.name) % 3:  # some keep their Latin name everywhere
        return actor
    return Entity(actor.id, actor.name, actor.kind, actor.name.lower().translate(letters).title(), actor.same_as)


def _quote(
    subject: Entity, relation: str, object: Entity, claimant: Entity | None, chance: random.Random
) -> tuple[str, list[tuple[int, int, Role]]]:
    """A sentence of 120 to 180 characters or somewhat more, with the places of who does what to whom in it."""
    text, marks = _opening(chance), list[tuple[int, int, Role]]()
    parts: list[tuple[str, Role, str]] = [
        (subject.written, "subject", " "),
        (ontology.load().relations[relation].label, "relation", " "),
        (object.written, "object", " "),
    ]
    if claimant:
        parts.insert(0, (claimant.written, "attributed_to", " said that "))
    for word, role, after in parts:
        marks.append((len(text), len(text) + len(word), role))
        text += word + after
    wanted = chance.randrange(120, 180)
    text += " ".join(_words(chance, max(3, (wanted - len(text)) // 7))) + "."
    return text, marks


def _opening(chance: random.Random) -> str:
    opening = chance.choice(OPENINGS)
    day, nth = chance.choice(("Monday", "Tuesday", "Friday")), chance.choice(("second", "third", "fourth"))
    return opening.format(day=day, place=chance.choice(_vocabulary()[0][-300:]).capitalize(), nth=nth)


def _words(chance: random.Random, count: int) -> list[str]:
    words, weights = _vocabulary()
    return chance.choices(words, cum_weights=weights, k=count)


@cache
def _vocabulary() -> tuple[list[str], list[float]]:
    """1,500 words, and how often each is used and all before it: the tenth a tenth as often as the first."""
    chance = random.Random("vocabulary")
    made = dict.fromkeys(COMMON)
    while len(made) < 1_500:
        made[_name(chance).lower() + chance.choice(("", "", "s", "ed", "ing"))] = None
    return list(made), list(accumulate(1 / (place + 2) for place in range(len(made))))


def _name(chance: random.Random) -> str:
    """A name of two or three syllables."""
    syllables = (chance.choice("bdfgklmnprstvz") + chance.choice("aeiou") for _ in range(chance.choice((2, 3, 3))))
    return "".join(syllables).capitalize() + chance.choice(("", "n", "r", "s", "stan", "land"))
