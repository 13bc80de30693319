// since and until are days of publication; given either, articles without a date are left out.
MATCH (:Entity {id: $a})<-[:SUBJECT|OBJECT]-(claim:Claim)-[:SUBJECT|OBJECT]->(:Entity {id: $b})
WITH DISTINCT claim
WHERE ($since <= claim.published AND claim.published <= $until)
   OR ($since = '0001-01-01' AND $until = '9999-12-31')
MATCH (claim)-[:SUBJECT]->(s:Entity)
MATCH (claim)-[:OBJECT]->(o:Entity)
MATCH (claim)-[:STATED_IN]->(article:Article)
OPTIONAL MATCH (claim)-[:ATTRIBUTED_TO]->(claimant:Entity)
RETURN article.published AS published, s.id AS subject, claim.relation AS relation, claim.sign AS sign, o.id AS object,
       claim.negated AS negated, claim.modality AS modality,
       claim.valid_from AS valid_from, claim.valid_to AS valid_to,
       claimant.id AS attributed_to, article.id AS article, claim.id AS claim
ORDER BY published, claim
