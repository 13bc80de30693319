// An edge has the number of the claims that hold. One that holds both ways counts whichever way it runs.
MATCH (a:Entity {id: $a})-[r:$ties]-(object:Entity)
WHERE (startNode(r) = a OR type(r) IN $symmetric) AND NOT object.id IN [$a, $b]
WITH object, type(r) AS relation_a, r.claims AS claims_a
MATCH (object)-[r:$ties]-(b:Entity {id: $b})
WHERE startNode(r) = b OR type(r) IN $symmetric
RETURN object.id AS object, object.name AS object_name, relation_a, type(r) AS relation_b, claims_a,
       r.claims AS claims_b
ORDER BY object, relation_a, relation_b
