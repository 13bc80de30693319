// Every path of one to three edges from a over actor_1 and actor_2 to b, in which no actor comes twice. The direction
// of a step is out where its edge runs along the path, in where it runs against it, both where it holds both ways.
// Paths are sought from the end with fewer edges (near), and the first two steps grouped by whom they lead to before
// the last: an engine that follows each path on its own looks through the edges of whomever it passes, over and over.
MATCH (a:Entity {id: $a})
MATCH (b:Entity {id: $b})
WITH a, b, COUNT { (a)-[:$relation]-(:Entity) } <= COUNT { (b)-[:$relation]-(:Entity) } AS forward
WHERE a <> b
WITH a, forward, CASE WHEN forward THEN a ELSE b END AS near, CASE WHEN forward THEN b ELSE a END AS far
CALL (near, far) {
  MATCH (near)-[r1:$relation]-(far)
  RETURN 1 AS hops, [r1] AS steps, [] AS between
  UNION ALL
  MATCH (near)-[r1:$relation]-(x:Entity)
  WHERE x <> near AND x <> far
  MATCH (x)-[r2:$relation]-(far)
  RETURN 2 AS hops, [r1, r2] AS steps, [x] AS between
  UNION ALL
  MATCH (near)-[r1:$relation]-(x:Entity)
  WHERE x <> near AND x <> far
  WITH near, far, x, collect(r1) AS firsts
  MATCH (x)-[r2:$relation]-(y:Entity)
  WHERE y <> near AND y <> far AND y <> x
  WITH far, y, collect([firsts, x, r2]) AS ways
  MATCH (y)-[r3:$relation]-(far)
  UNWIND ways AS way
  UNWIND way[0] AS r1
  RETURN 3 AS hops, [r1, way[2], r3] AS steps, [way[1], y] AS between
}
WITH a, hops, CASE WHEN forward THEN steps ELSE reverse(steps) END AS steps,
     CASE WHEN forward THEN between ELSE reverse(between) END AS between
WITH a, hops, steps[0] AS r1, between[0] AS x, steps[1] AS r2, between[1] AS y, steps[2] AS r3
RETURN hops,
       type(r1) AS relation_1,
       CASE WHEN type(r1) IN $symmetric THEN 'both' WHEN startNode(r1) = a THEN 'out' ELSE 'in' END AS direction_1,
       x.id AS actor_1, x.name AS actor_1_name, type(r2) AS relation_2,
       CASE WHEN r2 IS NULL THEN null WHEN type(r2) IN $symmetric THEN 'both' WHEN startNode(r2) = x THEN 'out'
            ELSE 'in' END AS direction_2,
       y.id AS actor_2, y.name AS actor_2_name, type(r3) AS relation_3,
       CASE WHEN r3 IS NULL THEN null WHEN type(r3) IN $symmetric THEN 'both' WHEN startNode(r3) = y THEN 'out'
            ELSE 'in' END AS direction_3
