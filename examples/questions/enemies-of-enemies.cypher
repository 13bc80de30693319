// Two are opponents where an edge of the opposes family runs between them, in either direction. A row for each
// opponent of an opponent (enemy) that is no opponent of the actor itself; claims are those between other and enemy.
MATCH (actor:Entity {id: $actor})-[:$opposes]-(enemy:Entity)
WHERE enemy <> actor
WITH actor, collect(DISTINCT enemy) AS enemies
UNWIND enemies AS enemy
MATCH (enemy)-[r:$opposes]-(other:Entity)
WHERE other <> actor AND NOT other IN enemies
WITH other, enemy, sum(r.claims) AS claims
RETURN other.id AS other, other.name AS other_name, enemy.id AS enemy, enemy.name AS enemy_name, claims
ORDER BY other, enemy
