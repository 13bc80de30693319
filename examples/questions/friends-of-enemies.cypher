// Two are opponents where an edge of the opposes family runs between them, in either direction. A row for each opponent
// (enemy) and each of its supporters but the actor and itself; claims are those of support.
MATCH (actor:Entity {id: $actor})-[:$opposes]-(enemy:Entity)
WHERE enemy <> actor
WITH DISTINCT actor, enemy
MATCH (enemy)-[r:$supports]-(other:Entity)
WHERE (endNode(r) = enemy OR type(r) IN $symmetric) AND other <> actor AND other <> enemy
WITH other, enemy, sum(r.claims) AS claims
RETURN other.id AS other, other.name AS other_name, enemy.id AS enemy, enemy.name AS enemy_name, claims
ORDER BY other, enemy
