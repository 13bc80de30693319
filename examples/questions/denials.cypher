// Negated and actual; of an actor, those in which it is subject, object or claimant.
CALL () {
  WITH 1 AS once WHERE $actor IS NULL
  MATCH (claim:Claim {negated: true, modality: 'actual'})
  RETURN claim
UNION
  MATCH (:Entity {id: $actor})<-[:SUBJECT|OBJECT|ATTRIBUTED_TO]-(claim:Claim {negated: true, modality: 'actual'})
  RETURN claim
}
MATCH (claim)-[:SUBJECT]->(s:Entity)
MATCH (claim)-[:OBJECT]->(o:Entity)
MATCH (claim)-[:STATED_IN]->(article:Article)
OPTIONAL MATCH (claim)-[:ATTRIBUTED_TO]->(claimant:Entity)
RETURN article.published AS published, article.id AS article, s.id AS subject, s.name AS subject_name,
       claim.relation AS relation, o.id AS object, o.name AS object_name,
       claimant.id AS attributed_to, claimant.name AS attributed_to_name, claim.quote AS quote, claim.id AS claim
ORDER BY published, article, claim
