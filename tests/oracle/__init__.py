"""Every question answered from claims in plain Python, on its own: no store, no query language.

`ORACLES[name](claims, **parameters)` gives the rows that `store.ask(name, **parameters)` must give, entities by id.
"""

from collections.abc import Callable

from kg.questions import Row
from tests.oracle import actors, edges, paths, statements

ORACLES: dict[str, Callable[..., list[Row]]] = {
    "actors": actors.actors,
    "arming-chains": paths.arming_chains,
    "articles-about": statements.articles_about,
    "as-of": edges.as_of,
    "both-sides": actors.both_sides,
    "common-enemies": actors.common("opposes"),
    "common-friends": actors.common("supports"),
    "common-ties": actors.common_ties,
    "denials": statements.denials,
    "disputes": edges.disputes,
    "dyad-timeline": statements.dyad_timeline,
    "dyads": actors.dyads,
    "enemies-of-enemies": actors.enemies_of_enemies,
    "evidence": statements.evidence,
    "friends-of-enemies": actors.friends_of_enemies,
    "mediators": actors.mediators,
    "monthly": actors.monthly,
    "new-edges": edges.new_edges,
    "only-opponents-say": edges.only_opponents_say,
    "paths": paths.paths,
    "planned": statements.planned,
    "planned-not-done": statements.planned_not_done,
    "profile": actors.profile,
    "publishers": actors.publishers,
    "shortest-paths": paths.shortest_paths,
    "single-source": edges.single_source,
    "what-says": statements.what_says,
    "who-opposes": edges.edges_to("opposes"),
    "who-supports": edges.edges_to("supports"),
    "who-whom": edges.who_whom,
}
