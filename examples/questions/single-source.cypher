// All claims that hold stand in one article, or all have the same quote: a wire text reprinted is one source. Of
// several quotes, that of the claim with the least id is shown: engines do not agree which of two texts is less.
MATCH (s:Entity)-[edge:$relation]->(o:Entity)
MATCH (claim:Claim {key: edge.key})-[:STATED_IN]->(article:Article)
WHERE claim.holds
WITH s, edge, o, count(DISTINCT article.publisher) AS publishers,
     count(claim.quote) AS quoted, count(DISTINCT claim.quote) AS quotes,
     min(CASE WHEN claim.quote IS NOT NULL THEN claim.id + ' ' + claim.quote END) AS first
WHERE edge.articles = 1 OR (quoted = edge.claims AND quotes = 1)
RETURN s.id AS subject, s.name AS subject_name, type(edge) AS relation, o.id AS object, o.name AS object_name,
       edge.claims AS claims, edge.articles AS articles, publishers,
       substring(first, size(head(split(first, ' '))) + 1) AS quote
ORDER BY relation, subject, object
