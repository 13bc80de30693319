// A claim of mediation names one party. Two make a pair where one article has both. Given an actor, it is mediator or
// party: then only those can mediate that it has such an edge with, and itself.
CALL () {
  UNWIND CASE WHEN $actor IS NULL THEN [true] ELSE [] END AS whole
  MATCH (mediator:Entity)-[:$mediatesBetween]-(:Entity)
  RETURN mediator
  UNION ALL
  MATCH (:Entity {id: $actor})-[:$mediatesBetween]-(mediator:Entity)
  RETURN mediator
  UNION ALL
  MATCH (mediator:Entity {id: $actor})
  RETURN mediator
}
WITH DISTINCT mediator
MATCH (mediator)-[r:$mediatesBetween]-(:Entity)
WITH mediator, r
MATCH (c:Claim {key: r.key})-[:SUBJECT]->(mediator)
WHERE c.holds
MATCH (c)-[:OBJECT]->(party:Entity)
MATCH (c)-[:STATED_IN]->(article:Article)
WITH mediator, article, collect(DISTINCT party) AS parties
UNWIND parties AS a
UNWIND parties AS b
WITH mediator, article, a, b
WHERE a.id < b.id AND ($actor IS NULL OR $actor IN [mediator.id, a.id, b.id])
WITH mediator, a, b, count(article) AS articles, min(article.published) AS first, max(article.published) AS last
RETURN mediator.id AS mediator, mediator.name AS mediator_name, a.id AS a, a.name AS a_name, b.id AS b,
       b.name AS b_name, articles, first, last
ORDER BY mediator, a, b
