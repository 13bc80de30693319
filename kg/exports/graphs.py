"""Claims as a graph for Gephi, Cytoscape, yEd and igraph: GraphML and GEXF, written by networkx.

An edge stands for the claims that hold of one subject, relation and object, as in `kg.graph`. The ids of nodes and
edges are encoded as in our IRIs, an edge's as `subject relation object`.
"""

import io
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg.claim import Claim
from kg.exports import Rendered
from kg.graphs import graph
from kg.ontology import Ontology
from kg.rdf import iri, key_text

if TYPE_CHECKING:
    import networkx

_NO_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Attribute = str | int | bool | None


def render(claims: list[Claim], ontology: Ontology, ending: str) -> Rendered:
    """The file."""
    texts = _Texts()
    made = _made(claims, ontology, texts)
    data = _gexf(made) if ending == "gexf" else _graphml(made)
    return [data], list(_lost(claims, texts))


class _Texts:
    """Makes texts fit for XML, and keeps those that it had to change."""

    def __init__(self) -> None:
        self.changed: set[str] = set()

    def attributes(self, **values: Attribute) -> dict[str, str | int | bool]:
        """The attributes that have a value: neither format can say that there is none."""
        fit = {name: self._fit(value) if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in fit.items() if value is not None and value != ""}

    def _fit(self, text: str) -> str:
        # Whoever reads XML gets a line feed for a carriage return in any case.
        fit = _NO_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
        if fit != text:
            self.changed.add(text)
        return fit


def _made(claims: list[Claim], ontology: Ontology, texts: _Texts) -> "networkx.MultiDiGraph[str]":
    import networkx

    by_id = {claim.id: claim for claim in claims}
    stated = graph(claims, ontology=ontology)
    made: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for id, node in stated.nodes(data=True):
        several = {field: "; ".join(node[field]) for field in ("kinds", "aliases", "same_as")}
        made.add_node(iri("", id), **texts.attributes(label=node["name"], name=node["name"], **several))
    for subject, object, relation, edge in stated.edges(keys=True, data=True):
        said = [by_id[id] for id in edge["claims"]]
        counted = {field: edge[field] for field in ("sign", "weight", "articles", "denials", "symmetric")}
        made.add_edge(
            iri("", subject),
            iri("", object),
            key=key_text((subject, relation, object)),
            **texts.attributes(
                label=ontology.relations[relation].label,
                relation=relation,
                **counted,
                first=edge["first"],
                last=edge["last"],
                claims=" ".join(edge["claims"]),
                quotes="\n".join(_quotes(said)),
            ),
        )
    return made


def _quotes(claims: Iterable[Claim]) -> Iterator[str]:
    """The sentences behind an edge in the order of publication, each once, on one line, with its publisher and date."""
    dated = sorted(claims, key=lambda claim: (claim.article.published or "", claim.article.id, claim.begin or 0))
    quoted = ((" ".join((claim.quote or "").split()), claim) for claim in dated)
    yield from dict.fromkeys(f"{quote} ({_source(claim)})" for quote, claim in quoted if quote)


def _source(claim: Claim) -> str:
    article = claim.article
    known = (article.publisher or article.id, article.published)
    return " ".join(", ".join(filter(None, known)).split())


def _graphml(made: "networkx.MultiDiGraph[str]") -> bytes:
    import networkx

    buffer = io.BytesIO()
    networkx.write_graphml_xml(made, buffer)  # write_graphml gives other bytes where lxml is installed
    return buffer.getvalue()


def _gexf(made: "networkx.MultiDiGraph[str]") -> bytes:
    from networkx.readwrite.gexf import GEXFWriter

    for _, _, key, edge in made.edges(keys=True, data=True):
        edge["id"] = key
    writer = GEXFWriter(made)
    for meta in writer.xml.iter("meta"):
        del meta.attrib["lastmodifieddate"]  # the same claims give the same bytes on any day
    for element, (_, _, edge) in zip(writer.xml.iter("edge"), made.edges(data=True), strict=True):
        element.set("kind", edge["relation"])  # how GEXF 1.3, and Gephi, tells parallel edges apart
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _lost(claims: list[Claim], texts: _Texts) -> Iterator[str]:
    silent = sum(not claim.holds for claim in claims)
    if silent:
        yield f"claims that do not hold, denied or not actual ({silent})"
    if silent < len(claims):
        yield "who says so, the words as written, marks, dates of validity, confidence, annotator"
    if texts.changed:
        yield f"texts with characters that XML cannot hold, for which U+FFFD stands ({len(texts.changed)})"
