// The paths of fewest edges, three at most, from a over actor_1 and actor_2 to b. The direction of a step is out where
// its edge runs along the path, in where it runs against it, both where it holds both ways.
MATCH (a:Entity {id: $a})
MATCH (b:Entity {id: $b})
WITH a, b
WHERE a <> b
MATCH path = allShortestPaths((a)-[:$relation*..3]-(b))
WITH relationships(path) AS steps, nodes(path) AS met, length(path) AS hops
WITH hops, steps, met, [n IN range(0, hops - 1) | CASE WHEN type(steps[n]) IN $symmetric THEN 'both'
     WHEN startNode(steps[n]) = met[n] THEN 'out' ELSE 'in' END] AS directions
RETURN hops, type(steps[0]) AS relation_1, directions[0] AS direction_1,
       CASE WHEN hops > 1 THEN met[1].id END AS actor_1, CASE WHEN hops > 1 THEN met[1].name END AS actor_1_name,
       CASE WHEN hops > 1 THEN type(steps[1]) END AS relation_2, directions[1] AS direction_2,
       CASE WHEN hops > 2 THEN met[2].id END AS actor_2, CASE WHEN hops > 2 THEN met[2].name END AS actor_2_name,
       CASE WHEN hops > 2 THEN type(steps[2]) END AS relation_3, directions[2] AS direction_3
