// A claim counts if it holds and its dates take in the day; one end given is open at the other, and no dates take in
// every day. Of an actor, the edges from and to it.
CALL () {
  UNWIND CASE WHEN $actor IS NULL THEN [true] ELSE [] END AS whole
  MATCH (s:Entity)-[r:$relation]->(o:Entity)
  RETURN s, r, o
  UNION ALL
  MATCH (s:Entity {id: $actor})-[r:$relation]->(o:Entity)
  RETURN s, r, o
  UNION ALL
  MATCH (o:Entity {id: $actor})<-[r:$relation]-(s:Entity) WHERE s <> o
  RETURN s, r, o
}
MATCH (c:Claim {key: r.key})-[:STATED_IN]->(article:Article)
WHERE c.holds AND coalesce(c.valid_first <= $date, true) AND coalesce($date <= c.valid_last, true)
WITH s, r, o, count(c) AS claims, count(DISTINCT article) AS articles, min(c.published) AS first,
     max(c.published) AS last
RETURN s.id AS subject, s.name AS subject_name, type(r) AS relation, o.id AS object, o.name AS object_name,
       claims, articles, first, last
ORDER BY relation, subject, object
