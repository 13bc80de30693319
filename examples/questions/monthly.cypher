// Claims that hold, by the sign of their relation. Of one actor: those with it as subject or object; of two: those
// between them, found by their edges. Articles without a date are left out, and months without a claim.
CALL () {
  UNWIND CASE WHEN $a IS NULL AND $b IS NULL THEN [true] ELSE [] END AS whole
  MATCH (c:Claim)
  RETURN c
  UNION ALL
  UNWIND CASE WHEN coalesce($a, $b) = coalesce($b, $a) THEN [coalesce($a, $b)] ELSE [] END AS id
  MATCH (:Entity {id: id})<-[:SUBJECT|OBJECT]-(c:Claim)
  RETURN DISTINCT c
  UNION ALL
  UNWIND CASE WHEN $a <> $b THEN [true] ELSE [] END AS two
  MATCH (:Entity {id: $a})-[r:$directed]-(:Entity {id: $b})
  WITH r
  MATCH (c:Claim {key: r.key})
  RETURN c
  UNION ALL
  UNWIND CASE WHEN $a <> $b THEN [true] ELSE [] END AS two
  MATCH (:Entity {id: $a})-[r:$symmetric]-(:Entity {id: $b})
  WITH r
  MATCH (c:Claim {key: r.key})
  RETURN c
}
WITH c
WHERE c.holds AND c.published IS NOT NULL
RETURN substring(c.published, 0, 7) AS month, count(c) AS claims, sum(CASE c.sign WHEN 1 THEN 1 ELSE 0 END) AS supports,
       sum(CASE c.sign WHEN -1 THEN 1 ELSE 0 END) AS opposes, sum(CASE c.sign WHEN 0 THEN 1 ELSE 0 END) AS neutral
ORDER BY month
