"""Claims as labels and properties of a property graph, and back: what `kg.rdf` is to triples."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kg import rdf
from kg.claim import Article, Claim, Entity, Node, valid_bounds
from kg.entities import Mention
from kg.ontology import Ontology

Values = list[Any]  # None for a property that is not there

OF_ARTICLE = Article.__struct_fields__
OF_ENTITY = Node.__struct_fields__
OF_MENTION = ("name", "kind", "same_as", "written")
OF_EDGE = ("key", "claims", "denials", "first", "last", "articles")
# The fields of a claim that are properties of its node as they are, in the order of `claim_from`.
OF_CLAIM = (
    *("id", "relation", "begin", "end", "quote", "row", "negated", "modality", "valid_from", "valid_to", "annotator"),
    *("confidence", "marks", "subject_written", "object_written", "attributed_to_written"),
)


# What is derived of them, for querying.
OF_CLAIM_ALSO = ("key", "holds", "sign", "valid_first", "valid_last", "published")


def claim_values(claim: Claim, ontology: Ontology) -> Values:
    """The properties of a claim's node, in the order of `OF_CLAIM` and `OF_CLAIM_ALSO`."""
    said_by = claim.attributed_to
    return [
        *(getattr(claim, name) for name in OF_CLAIM[:11]),
        None if claim.confidence is None else float(claim.confidence),
        rdf.marks_text(claim.marks),
        claim.subject.written,
        claim.object.written,
        said_by.written if said_by else None,
        rdf.key_text(ontology.key(claim)),
        claim.holds,
        ontology.relations[claim.relation].sign,
        *valid_bounds(claim),
        claim.article.published,
    ]


def claim_from(
    values: Sequence[Any],
    ends: tuple[str, str, str | None],
    article: Article,
    mentions: Mapping[tuple[str, str], Entity],
) -> Claim:
    """The claim of its properties (`OF_CLAIM`) and the ids of its subject, object and claimant.

    `mentions` are by ids of article and entity. Raises KeyError where one is missing.
    """
    fields = dict(zip(OF_CLAIM, values, strict=True))
    written = [fields.pop(f"{role}_written") for role in ("subject", "object", "attributed_to")]
    subject, object, said_by = (
        msgspec.structs.replace(mentions[article.id, id], written=form or "") if id is not None else None
        for id, form in zip(ends, written, strict=True)
    )
    marks = rdf.marks_from(fields.pop("marks"))
    return Claim(
        subject=subject,  # type: ignore[arg-type]  # only the claimant may be missing
        object=object,  # type: ignore[arg-type]
        attributed_to=said_by,
        article=article,
        marks=marks,
        **fields,
    )


def article_values(article: Article) -> Values:
    """The properties of an article's node, in the order of `OF_ARTICLE`."""
    return list(msgspec.structs.astuple(article))


def entity_values(node: Node) -> Values:
    """The properties of an entity's node, in the order of `OF_ENTITY`; lists may be empty."""
    return [list(value) if isinstance(value, tuple) else value for value in msgspec.structs.astuple(node)]


def entity_from(values: Sequence[Any]) -> Node:
    """The entity of its properties (`OF_ENTITY`)."""
    id, name, kinds, aliases, same_as = values
    return Node(id, name, tuple(kinds), tuple(aliases), tuple(same_as))


def mention_values(mention: Mention) -> Values:
    """The properties of what an article says of an entity, in the order of `OF_MENTION`."""
    entity = mention.entity
    return [entity.name, entity.kind, list(entity.same_as), sorted(mention.written)]


def mention_from(values: Sequence[Any]) -> Mention:
    """The mention of the ids of its article and entity and then its properties."""
    article, entity, name, kind, same_as, written = values
    return Mention(article, Entity(entity, name, kind, same_as=tuple(same_as)), set(written))


def labels(kinds: Sequence[str], ontology: Ontology) -> tuple[str, ...]:
    """The labels of an entity of these kinds: `Entity`, and every class with all above it, in one order."""
    above = {name for kind in kinds for name in ontology.ancestors(kind)} | {"Entity"}
    return tuple(name for name in ontology.classes if name in above)
