// Every claim that holds is attributed, and its claimant has an edge of the opposes family to or from the subject; for
// a relation that holds both ways, to or from either side. A row for each claimant.
MATCH (claimant:Entity)-[:$opposes]-(opponent:Entity)
WITH claimant, collect(DISTINCT opponent.id) AS opponents
MATCH (claimant)<-[:ATTRIBUTED_TO]-(claim:Claim)
WHERE claim.holds AND claim.relation IN $relation
MATCH (claim)-[:SUBJECT]->(x:Entity)
MATCH (claim)-[:OBJECT]->(y:Entity)
WITH claimant, opponents, claim, x, y
WHERE x.id IN opponents OR (claim.relation IN $symmetric AND y.id IN opponents)
MATCH (claim)-[:STATED_IN]->(article:Article)
WITH claim.key AS key, claimant, collect(claim) AS said, count(DISTINCT article.id) AS articles
WITH key, collect([claimant.id, claimant.name, size(said), articles]) AS claimants, sum(size(said)) AS against,
     head(collect(said[0])) AS one
MATCH (one)-[:SUBJECT]->(x:Entity)
MATCH (one)-[:OBJECT]->(y:Entity)
MATCH (x)-[edge:$relation]-(y)
WHERE edge.key = key AND edge.claims = against
WITH DISTINCT edge, claimants
UNWIND claimants AS by
RETURN startNode(edge).id AS subject, startNode(edge).name AS subject_name, type(edge) AS relation,
       endNode(edge).id AS object, endNode(edge).name AS object_name,
       by[0] AS attributed_to, by[1] AS attributed_to_name, by[2] AS claims, by[3] AS articles
ORDER BY relation, subject, object, attributed_to
