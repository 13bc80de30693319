// Every path of one to three edges from a over actor_1 and actor_2 to b, in which no actor comes twice. The direction
// of a step is out where its edge runs along the path, in where it runs against it, both where it holds both ways.
CALL () {
  MATCH (a:Entity {id: $a})-[r1:$relation]-(b:Entity {id: $b})
  RETURN 1 AS hops, a, r1, null AS x, null AS r2, null AS y, null AS r3
  UNION ALL
  MATCH (a:Entity {id: $a})-[r1:$relation]-(x:Entity)-[r2:$relation]-(b:Entity {id: $b})
  WHERE x <> a AND x <> b
  RETURN 2 AS hops, a, r1, x, r2, null AS y, null AS r3
  UNION ALL
  MATCH (a:Entity {id: $a})-[r1:$relation]-(x:Entity)-[r2:$relation]-(y:Entity)-[r3:$relation]-(b:Entity {id: $b})
  WHERE x <> a AND x <> b AND y <> a AND y <> b AND x <> y
  RETURN 3 AS hops, a, r1, x, r2, y, r3
}
WITH hops, a, r1, x, r2, y, r3
WHERE $a <> $b
RETURN hops,
       type(r1) AS relation_1,
       CASE WHEN type(r1) IN $symmetric THEN 'both' WHEN startNode(r1) = a THEN 'out' ELSE 'in' END AS direction_1,
       x.id AS actor_1, x.name AS actor_1_name, type(r2) AS relation_2,
       CASE WHEN r2 IS NULL THEN null WHEN type(r2) IN $symmetric THEN 'both' WHEN startNode(r2) = x THEN 'out'
            ELSE 'in' END AS direction_2,
       y.id AS actor_2, y.name AS actor_2_name, type(r3) AS relation_3,
       CASE WHEN r3 IS NULL THEN null WHEN type(r3) IN $symmetric THEN 'both' WHEN startNode(r3) = y THEN 'out'
            ELSE 'in' END AS direction_3
