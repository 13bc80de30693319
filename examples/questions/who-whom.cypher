// The edges of a relation and all below it; one that holds both ways stands once, from the lesser id.
MATCH (s:Entity)-[edge:$relation]->(o:Entity)
RETURN s.id AS subject, s.name AS subject_name, type(edge) AS relation, o.id AS object, o.name AS object_name,
       edge.claims AS claims, edge.articles AS articles, edge.first AS first, edge.last AS last
ORDER BY relation, subject, object
