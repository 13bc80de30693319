// A relation that holds both ways opposes whichever side it was written from.
MATCH (actor:Entity {id: $actor})-[edge:$opposes]-(subject:Entity)
WHERE endNode(edge) = actor OR type(edge) IN $symmetric
RETURN DISTINCT subject.id AS subject, subject.name AS subject_name, type(edge) AS relation,
       edge.claims AS claims, edge.articles AS articles, edge.first AS first, edge.last AS last
ORDER BY subject, relation
