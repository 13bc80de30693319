"""Claims as labels and properties of a property graph, and back: what `kg.rdf` is to triples."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from kg import rdf
from kg.claim import Article, Claim, Entity, Node, valid_bounds
from kg.entities import Mention
from kg.ontology import Ontology

Properties = dict[str, Any]

OF_ARTICLE = Article.__struct_fields__
OF_ENTITY = Node.__struct_fields__
# The fields of a claim that are properties of its node as they are, in the order of `claim_from`.
OF_CLAIM = (
    *("id", "relation", "begin", "end", "quote", "row", "negated", "modality", "valid_from", "valid_to", "annotator"),
    *("confidence", "marks", "subject_written", "object_written", "attributed_to_written"),
)


def claim_properties(claim: Claim, ontology: Ontology) -> Properties:
    """The properties of a claim's node: its own fields, then what is derived for querying."""
    said_by = claim.attributed_to
    valid_first, valid_last = valid_bounds(claim)
    values = {
        **{name: getattr(claim, name) for name in OF_CLAIM[:11]},
        "confidence": None if claim.confidence is None else float(claim.confidence),
        "marks": rdf.marks_text(claim.marks),
        "subject_written": claim.subject.written,
        "object_written": claim.object.written,
        "attributed_to_written": said_by.written if said_by else None,
        "key": rdf.key_text(ontology.key(claim)),
        "holds": claim.holds,
        "sign": ontology.relations[claim.relation].sign,
        "valid_first": valid_first,
        "valid_last": valid_last,
        "published": claim.article.published,
    }
    return _given(values)


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


def article_properties(article: Article) -> Properties:
    """The properties of an article's node."""
    return _given(msgspec.structs.asdict(article))


def entity_properties(node: Node) -> Properties:
    """The properties of an entity's node; lists may be empty."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in msgspec.structs.asdict(node).items()
    }


def entity_from(values: Sequence[Any]) -> Node:
    """The entity of its properties (`OF_ENTITY`)."""
    id, name, kinds, aliases, same_as = values
    return Node(id, name, tuple(kinds), tuple(aliases), tuple(same_as))


def mention_properties(mention: Mention) -> Properties:
    """The properties of what an article says of an entity."""
    entity = mention.entity
    return {
        "name": entity.name,
        "kind": entity.kind,
        "same_as": list(entity.same_as),
        "written": sorted(mention.written),
    }


def mention_from(values: Sequence[Any]) -> Mention:
    """The mention of the ids of its article and entity and then its properties."""
    article, entity, name, kind, same_as, written = values
    return Mention(article, Entity(entity, name, kind, same_as=tuple(same_as)), set(written))


def labels(kinds: Sequence[str], ontology: Ontology) -> tuple[str, ...]:
    """The labels of an entity of these kinds: `Entity`, and every class with all above it, in one order."""
    above = {name for kind in kinds for name in ontology.ancestors(kind)} | {"Entity"}
    return tuple(name for name in ontology.classes if name in above)


def _given(values: Mapping[str, Any]) -> Properties:
    return {name: value for name, value in values.items() if value is not None}
