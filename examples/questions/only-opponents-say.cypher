// Every claim that holds is attributed, and its claimant has an edge of the opposes family to or from the subject; for
// a relation that holds both ways, to or from either side. A row for each claimant.
MATCH (claim:Claim)-[:ATTRIBUTED_TO]->(claimant:Entity)
WHERE claim.holds AND claim.relation IN $relation
MATCH (claim)-[:SUBJECT]->(s:Entity)
MATCH (claim)-[:OBJECT]->(o:Entity)
WITH claim, claimant, s, o
WHERE EXISTS { (claimant)-[:$opposes]-(s) }
   OR (claim.relation IN $symmetric AND EXISTS { (claimant)-[:$opposes]-(o) })
MATCH (claim)-[:STATED_IN]->(article:Article)
WITH claim.key AS key, claimant, count(claim) AS claims, count(DISTINCT article.id) AS articles
WITH key, sum(claims) AS against, collect([claimant.id, claimant.name, claims, articles]) AS said
MATCH (stated:Claim {key: key})
WHERE stated.holds
WITH key, against, said, collect(stated) AS stated
WHERE size(stated) = against
WITH key, said, stated[0] AS claim
MATCH (x:Entity)<-[:SUBJECT]-(claim)-[:OBJECT]->(y:Entity)
MATCH (x)-[edge:$relation {key: key}]-(y)
WITH DISTINCT edge, said
UNWIND said AS one
RETURN startNode(edge).id AS subject, startNode(edge).name AS subject_name, type(edge) AS relation,
       endNode(edge).id AS object, endNode(edge).name AS object_name,
       one[0] AS attributed_to, one[1] AS attributed_to_name, one[2] AS claims, one[3] AS articles
ORDER BY relation, subject, object, attributed_to
