// The edges from and to an actor, by type first: so a family is looked up once for a type and not for every edge. One
// that holds both ways goes out and comes in, and is one edge.
CALL () {
  MATCH (actor:Entity)-[r:$directed]->(other:Entity) WHERE actor <> other
  RETURN actor, type(r) AS relation, count(*) AS edges, 1 AS out, 0 AS in
  UNION ALL
  MATCH (actor:Entity)<-[r:$directed]-(other:Entity) WHERE actor <> other
  RETURN actor, type(r) AS relation, count(*) AS edges, 0 AS out, 1 AS in
  UNION ALL
  MATCH (actor:Entity)-[r:$symmetric]-(other:Entity) WHERE actor <> other
  RETURN actor, type(r) AS relation, count(*) AS edges, 1 AS out, 1 AS in
}
WITH actor, sum(edges) AS edges, sum(edges * out) AS edges_out, sum(edges * in) AS edges_in,
     sum(CASE WHEN relation IN $supports THEN edges ELSE 0 END) AS supports,
     sum(CASE WHEN relation IN $opposes THEN edges ELSE 0 END) AS opposes,
     sum(CASE WHEN relation IN $engages THEN edges ELSE 0 END) AS engages,
     sum(CASE WHEN relation IN $ties THEN edges ELSE 0 END) AS ties
RETURN actor.id AS actor, actor.name AS actor_name, edges, edges_out, edges_in, supports, opposes, engages, ties
ORDER BY edges DESC, actor
