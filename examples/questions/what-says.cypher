MATCH (:Entity {id: $actor})<-[:ATTRIBUTED_TO]-(claim:Claim)
MATCH (claim)-[:SUBJECT]->(s:Entity)
MATCH (claim)-[:OBJECT]->(o:Entity)
MATCH (claim)-[:STATED_IN]->(article:Article)
RETURN article.published AS published, article.id AS article, s.id AS subject, s.name AS subject_name,
       claim.relation AS relation, o.id AS object, o.name AS object_name,
       claim.negated AS negated, claim.modality AS modality, claim.quote AS quote, claim.id AS claim
ORDER BY published, article, claim
