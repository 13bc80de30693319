// Without a relation, all that is said of the pair in this direction; one that holds both ways in either.
MATCH (:Entity {id: $subject})<-[side:SUBJECT|OBJECT]-(claim:Claim)-[:SUBJECT|OBJECT]->(:Entity {id: $object})
WHERE claim.relation IN $relation AND (type(side) = 'SUBJECT' OR claim.relation IN $symmetric)
WITH DISTINCT claim
MATCH (claim)-[:STATED_IN]->(article:Article)
OPTIONAL MATCH (claim)-[:ATTRIBUTED_TO]->(claimant:Entity)
RETURN article.published AS published, article.id AS article, article.title AS title, article.publisher AS publisher,
       claim.relation AS relation, claim.negated AS negated, claim.modality AS modality,
       claimant.id AS attributed_to, claimant.name AS attributed_to_name, claim.quote AS quote, claim.id AS claim
ORDER BY published, article, claim
