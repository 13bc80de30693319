// Claims that hold, in either direction, by the sign of their relation; denials are negated and actual.
MATCH (:Entity {id: $a})<-[:SUBJECT|OBJECT]-(claim:Claim {modality: 'actual'})-[:SUBJECT|OBJECT]->(:Entity {id: $b})
WITH DISTINCT claim
MATCH (claim)-[:STATED_IN]->(article:Article)
RETURN article.publisher AS publisher, count(DISTINCT article.id) AS articles,
       sum(CASE WHEN claim.negated THEN 0 ELSE 1 END) AS claims,
       sum(CASE WHEN claim.holds AND claim.sign = 1 THEN 1 ELSE 0 END) AS supports,
       sum(CASE WHEN claim.holds AND claim.sign = -1 THEN 1 ELSE 0 END) AS opposes,
       sum(CASE WHEN claim.holds AND claim.sign = 0 THEN 1 ELSE 0 END) AS neutral,
       sum(CASE WHEN claim.negated THEN 1 ELSE 0 END) AS denials
ORDER BY publisher
