// Claims hold, denials are negated and actual; articles and dates are those of both.
MATCH (s:Entity)-[edge:$relation]->(o:Entity)
WHERE edge.denials > 0
MATCH (claim:Claim {key: edge.key})-[:STATED_IN]->(article:Article)
WHERE claim.modality = 'actual'
WITH s, edge, o, count(DISTINCT article.id) AS articles,
     min(article.published) AS first, max(article.published) AS last
RETURN s.id AS subject, s.name AS subject_name, type(edge) AS relation, o.id AS object, o.name AS object_name,
       edge.claims AS claims, edge.denials AS denials, articles, first, last
ORDER BY relation, subject, object
