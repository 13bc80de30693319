// All claims that hold stand in one article, or all have the same quote: a wire text reprinted is one source. Of
// several quotes the least is shown.
MATCH (s:Entity)-[edge:$relation]->(o:Entity)
MATCH (claim:Claim {key: edge.key})-[:STATED_IN]->(article:Article)
WHERE claim.holds
WITH s, edge, o, count(DISTINCT article.publisher) AS publishers,
     count(claim.quote) AS quoted, count(DISTINCT claim.quote) AS quotes, min(claim.quote) AS quote
WHERE edge.articles = 1 OR (quoted = edge.claims AND quotes = 1)
RETURN s.id AS subject, s.name AS subject_name, type(edge) AS relation, o.id AS object, o.name AS object_name,
       edge.claims AS claims, edge.articles AS articles, publishers, quote
ORDER BY relation, subject, object
