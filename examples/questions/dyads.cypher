// Claims that hold, in either direction, by the sign of their relation. An edge has the number of them.
CALL () {
  MATCH (s:Entity)-[r:$supports]->(o:Entity) WHERE s <> o
  RETURN s, o, r.claims AS claims, 1 AS sign
  UNION ALL
  MATCH (s:Entity)-[r:$opposes]->(o:Entity) WHERE s <> o
  RETURN s, o, r.claims AS claims, -1 AS sign
  UNION ALL
  MATCH (s:Entity)-[r:$engages]->(o:Entity) WHERE s <> o
  RETURN s, o, r.claims AS claims, 0 AS sign
  UNION ALL
  MATCH (s:Entity)-[r:$ties]->(o:Entity) WHERE s <> o
  RETURN s, o, r.claims AS claims, 0 AS sign
}
WITH CASE WHEN s.id < o.id THEN s ELSE o END AS a, CASE WHEN s.id < o.id THEN o ELSE s END AS b, claims, sign
WITH a, b, sum(claims) AS claims, sum(CASE sign WHEN 1 THEN claims ELSE 0 END) AS supports,
     sum(CASE sign WHEN -1 THEN claims ELSE 0 END) AS opposes, sum(CASE sign WHEN 0 THEN claims ELSE 0 END) AS neutral
RETURN a.id AS a, a.name AS a_name, b.id AS b, b.name AS b_name, claims, supports, opposes, neutral
ORDER BY claims DESC, a, b
