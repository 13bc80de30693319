// direction is out where the actor is the subject, in where it is the object, both where the relation holds both ways.
CALL () {
  MATCH (:Entity {id: $actor})-[edge:$directed]->(other:Entity)
  RETURN 'out' AS direction, edge, other
UNION ALL
  MATCH (:Entity {id: $actor})<-[edge:$directed]-(other:Entity)
  RETURN 'in' AS direction, edge, other
UNION ALL
  MATCH (:Entity {id: $actor})-[edge:$symmetric]-(other:Entity)
  RETURN DISTINCT 'both' AS direction, edge, other
}
RETURN direction, type(edge) AS relation, other.id AS other, other.name AS other_name,
       edge.claims AS claims, edge.articles AS articles, edge.first AS first, edge.last AS last
ORDER BY direction, relation, other
