// All claims count, denied and planned ones too; one counts in each part that the actor has in it.
MATCH (:Entity {id: $actor})<-[part:SUBJECT|OBJECT|ATTRIBUTED_TO]-(:Claim)-[:STATED_IN]->(article:Article)
WITH article, sum(CASE type(part) WHEN 'SUBJECT' THEN 1 ELSE 0 END) AS as_subject,
     sum(CASE type(part) WHEN 'OBJECT' THEN 1 ELSE 0 END) AS as_object,
     sum(CASE type(part) WHEN 'ATTRIBUTED_TO' THEN 1 ELSE 0 END) AS as_claimant
RETURN article.published AS published, article.id AS article, article.title AS title, article.publisher AS publisher,
       as_subject, as_object, as_claimant
ORDER BY published, article
