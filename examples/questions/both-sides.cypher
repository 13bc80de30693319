// An edge has the number of the claims that hold. One that holds both ways counts whichever way it runs.
MATCH (a:Entity {id: $a})-[r:$supports]-(actor:Entity)
WHERE (endNode(r) = a OR type(r) IN $symmetric) AND NOT actor.id IN [$a, $b]
WITH actor, sum(r.claims) AS claims_a
MATCH (actor)-[r:$supports]-(b:Entity {id: $b})
WHERE endNode(r) = b OR type(r) IN $symmetric
WITH actor, claims_a, sum(r.claims) AS claims_b
RETURN actor.id AS actor, actor.name AS actor_name, claims_a, claims_b
ORDER BY actor
