// Every chain of two or three edges of the family from subject over actor_1 and actor_2 to object, along their
// direction, in which no actor comes twice. A relation that holds both ways makes no chain. A given actor stands in the
// chain: its chains are put together of what leads to it and what leads from it.
CALL () {
  UNWIND CASE WHEN $actor IS NULL THEN [true] ELSE [] END AS whole
  MATCH chain = (:Entity)-[:$backsMilitarily*2..3]->(:Entity)
  RETURN nodes(chain) AS met, relationships(chain) AS steps
  UNION ALL
  MATCH before = (actor:Entity {id: $actor})<-[:$backsMilitarily*0..3]-(:Entity)
  MATCH after = (actor)-[:$backsMilitarily*0..3]->(:Entity)
  WITH before, after
  WHERE 2 <= length(before) + length(after) <= 3
  RETURN reverse(nodes(before)) + tail(nodes(after)) AS met,
         reverse(relationships(before)) + relationships(after) AS steps
}
WITH met, steps, size(steps) AS hops
WHERE all(step IN steps WHERE type(step) IN $directed) AND all(n IN met WHERE single(m IN met WHERE m = n))
RETURN hops, met[0].id AS subject, met[0].name AS subject_name, type(steps[0]) AS relation_1,
       met[1].id AS actor_1, met[1].name AS actor_1_name, type(steps[1]) AS relation_2,
       CASE hops WHEN 3 THEN met[2].id END AS actor_2, CASE hops WHEN 3 THEN met[2].name END AS actor_2_name,
       CASE hops WHEN 3 THEN type(steps[2]) END AS relation_3,
       met[hops].id AS object, met[hops].name AS object_name
