// It is done once a claim that holds for the same edge stands in an article of the same day or later. Where either
// article has no date, no order is known, and the plan stays.
MATCH (claim:Claim)
WHERE claim.modality IN ['planned', 'requested', 'possible'] AND NOT claim.negated
OPTIONAL MATCH (done:Claim {key: claim.key})
WHERE done.holds AND done.published >= claim.published
WITH claim, count(done) AS reports
WHERE reports = 0
MATCH (claim)-[:SUBJECT]->(s:Entity)
MATCH (claim)-[:OBJECT]->(o:Entity)
MATCH (claim)-[:STATED_IN]->(article:Article)
RETURN article.published AS published, s.id AS subject, s.name AS subject_name, claim.relation AS relation,
       o.id AS object, o.name AS object_name, claim.modality AS modality,
       claim.valid_from AS valid_from, claim.valid_to AS valid_to,
       article.id AS article, claim.quote AS quote, claim.id AS claim
ORDER BY published, article, claim
