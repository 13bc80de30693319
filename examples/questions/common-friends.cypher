// An edge has the number of the claims that hold. One that holds both ways counts whichever way it runs.
MATCH (a:Entity {id: $a})-[r:$supports]-(object:Entity)
WHERE (startNode(r) = a OR type(r) IN $symmetric) AND NOT object.id IN [$a, $b]
WITH object, sum(r.claims) AS claims_a
MATCH (object)-[r:$supports]-(b:Entity {id: $b})
WHERE startNode(r) = b OR type(r) IN $symmetric
WITH object, claims_a, sum(r.claims) AS claims_b
RETURN object.id AS object, object.name AS object_name, claims_a, claims_b
ORDER BY object
