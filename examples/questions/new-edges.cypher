// First known is the least date of publication of a claim that holds. An edge of undated articles alone is left out:
// it is known by no date.
MATCH (s:Entity)-[r:$relation]->(o:Entity)
WHERE r.first >= $since
RETURN s.id AS subject, s.name AS subject_name, type(r) AS relation, o.id AS object, o.name AS object_name,
       r.claims AS claims, r.articles AS articles, r.first AS first, r.last AS last
ORDER BY first, relation, subject, object
