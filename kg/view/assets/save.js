// Saving what is shown: as a picture, as a graph or a table for other programs, as linked data. Each form is made as
// parts of text, since a browser holds many parts more easily than one long text.
const SAVES = {
  png: { word: "Picture (PNG)", type: "image/png" },
  svg: { word: "Picture (SVG)", type: "image/svg+xml", parts: () => xmlParts(pictureSvg(picture())) },
  graphml: { word: "Graph (GraphML)", type: "application/graphml+xml", parts: () => savedGraph().then(graphmlOf).then(xmlParts) },
  gexf: { word: "Graph for Gephi (GEXF)", type: "application/gexf+xml", parts: () => savedGraph().then(gexfOf).then(xmlParts) },
  csv: { word: "Table (CSV)", type: "text/csv", parts: () => csvParts() },
  jsonld: { word: "Linked data (JSON-LD)", type: "application/ld+json", parts: () => jsonldParts() },
};

const saveView = {
  start() {
    for (const [kind, { word }] of Object.entries(SAVES)) {
      byId("save-as").append(h("li", {}, button(word, (event) => saveAs(kind, event.currentTarget), { "data-save": kind })));
    }
  },
  text: async (kind) => (await SAVES[kind].parts()).join(""),
};

async function saveAs(kind, pressed) {
  if (pressed.getAttribute("aria-busy") === "true") return;
  const { word, type, parts } = SAVES[kind];
  pressed.setAttribute("aria-busy", "true");
  await new Promise((done) => setTimeout(done, 30)); // until the browser has shown that it is at work
  try {
    const blob = kind === "png" ? await pngOf(picture()) : new Blob(await parts(), { type });
    download(blob, `${fileName(document.title)}.${kind}`);
    pressed.textContent = word;
  } catch (error) {
    const isBare = !globalThis.crypto?.subtle && kind !== "png" && kind !== "svg"; // then there are no ids
    pressed.textContent = `${word}: ${isBare ? "only from a file, or over https" : "too much for this browser"}`;
    console.warn(error);
  }
  pressed.removeAttribute("aria-busy");
}

function download(blob, name) {
  const link = h("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

const fileName = (title) => Array.from(title.normalize("NFKC").replace(/[^\p{L}\p{N}]+/gu, "-")).slice(0, 60).join("")
  .replace(/^-|-$/g, "").toLowerCase() || "page";

// --- what is saved ------------------------------------------------------------------------------------------------------

// All lines that are shown; in the focus graph those between the actors that it has.
function savedLines() {
  if (state.view !== "focus") return shownLines();
  const here = inFocus().actors;
  return shownLines().filter((line) => here.has(lines.source[line]) && here.has(lines.target[line]));
}
const savedClaims = () => savedLines().flatMap(shownClaims);

// The records of some claims, a block of texts at a time.
async function* recordsOf(some) {
  for (let from = 0; from < some.length; from += SHARD) yield* await textsOf(some.slice(from, from + SHARD));
}

const inOrder = (a, b) => (a < b ? -1 : Number(a > b));
const actorsIn = (claim) => [subjectOf(claim), objectOf(claim), claims.claimant[claim]].filter((actor) => actor >= 0);
const marksText = (marks) => marks.map((mark) => mark.join(" ")).join(";");
const endOf = ({ quote, begin }) => (quote === null ? null : begin + Array.from(quote).length);

// As Python writes a float.
function confidenceText(claim) {
  const value = claims.confidence[claim];
  if (value < 0) return null;
  if (Number.isInteger(value)) return `${value}.0`;
  return value < 1e-4 ? value.toExponential().replace(/e-(\d)$/, "e-0$1") : String(value);
}

// --- ids in IRIs, as in kg/rdf.py -----------------------------------------------------------------------------------------

const IN_IRI = "A-Za-z0-9\\-._~!$&'()*+,;=:@/"
  + "\\u00a0-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\uffef\\u{10000}-\\u{1fffd}\\u{20000}-\\u{2fffd}\\u{30000}-\\u{3fffd}";
const BLANK = "\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"; // and marks of direction, which no IRI may hold:
const TURNING = "\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";
const UNSAFE = new RegExp(`[^${IN_IRI}]|[${BLANK}${TURNING}]`, "gu");
const DOTS = /(?<![^/])\.+(?![^/])|\.$/gu;
const encoded = (id) => id.replace(UNSAFE, encodeURIComponent).replace(DOTS, (dots) => dots.replaceAll(".", "%2E"));

const OURS = "https://diplograph.example/";
const entityIri = (actor) => `${OURS}entity/${encoded(actors.id[actor])}`;
const articleIri = ({ id }) => `${OURS}article/${encoded(id)}`;
const endsOf = (line) => ({ source: encoded(actors.id[lines.source[line]]), target: encoded(actors.id[lines.target[line]]) });
function keyText(line, relation) {
  const { source, target } = endsOf(line);
  return `${source} ${encoded(relations[relation].name)} ${target}`;
}

// An external id: Wikidata's in its namespace, an IRI as it is, all else in our own namespace.
const LINK_CHARACTERS = `(?:(?![${BLANK}${TURNING}])[${IN_IRI}?]|%[0-9A-Fa-f]{2})*`;
const LINK = new RegExp(`^[A-Za-z][A-Za-z0-9+.-]*:(?!//[^/?#]*:\\d*[^\\d/?#])${LINK_CHARACTERS}(?:#${LINK_CHARACTERS})?$`, "u");
function linkIri(link) {
  if (link.startsWith("wikidata:")) return `http://www.wikidata.org/entity/${encoded(link.slice(9))}`;
  const plain = LINK.test(link) && link.search(DOTS) < 0 && !link.startsWith(`${OURS}link/`);
  return plain ? link : `${OURS}link/${encoded(link)}`;
}

// --- graphs: what kg/exports/graphs.py writes, read back, is the same graph -------------------------------------------------

const NODE_TYPES = { label: "string", name: "string", kinds: "string", aliases: "string", same_as: "string" };
const EDGE_TYPES = { label: "string", relation: "string", sign: "long", weight: "long", articles: "long", denials: "long",
  symmetric: "boolean", first: "string", last: "string", claims: "string", quotes: "string" };

// An edge for each relation of a line whose claims hold, and all who are named in those claims, as the page knows them.
async function savedGraph() {
  const stated = savedLines().flatMap((line) => byRelation(shownClaims(line)).map(([relation, some]) => ({ line, relation, some, holding: some.filter(holds) })))
    .filter(({ holding }) => holding.length);
  const records = new Map();
  for await (const record of recordsOf(stated.flatMap(({ holding }) => holding))) records.set(record.claim, record);
  return {
    edges: stated.map((edge) => savedEdge(edge, edge.holding.map((claim) => records.get(claim)))),
    nodes: distinct([...records.keys()].flatMap(actorsIn)).map(savedNode),
  };
}

function savedEdge({ line, relation, some, holding }, records) {
  records.sort((a, b) => inOrder(a.id, b.id));
  const [first, last] = publishedDays(holding);
  const { name, label, symmetric } = relations[relation];
  const values = { label, relation: name, sign: lines.sign[line], weight: holding.length, articles: articleCount(holding),
    denials: some.filter((claim) => claims.negated[claim] && !claims.modality[claim]).length, symmetric: Boolean(symmetric),
    first, last, claims: records.map(({ id }) => id).join(" "), quotes: quotesText(records) };
  return { line, id: keyText(line, relation), values };
}

function savedNode(actor) {
  const named = actors.kinds[actor].map((kind) => kinds[kind].name).sort();
  return { id: encoded(actors.id[actor]), values: { label: actors.name[actor], name: actors.name[actor], kinds: named.join("; "),
    aliases: actors.aliases[actor].join("; "), same_as: actors.same_as[actor].join("; ") } };
}

// The sentences in the order of publication, each once, on one line, with its publisher and date.
function quotesText(records) {
  const place = ({ claim, article, begin }) => [dayText(publishedOf(claim)), article.id, begin ?? 0];
  const dated = records.filter(({ quote }) => quote && oneLine(quote)).map((record) => [place(record), record]);
  dated.sort(([a], [b]) => inOrder(a[0], b[0]) || inOrder(a[1], b[1]) || a[2] - b[2]);
  return distinct(dated.map(([, record]) => `${oneLine(record.quote)} (${sourceText(record)})`)).join("\n");
}

function sourceText({ claim, article }) {
  return oneLine([publisherOf(claim) ?? article.id, dayText(publishedOf(claim))].filter(Boolean).join(", "));
}
const oneLine = (text) => text.split(/(?:(?!\ufeff)[\s\x1c-\x1f\x85])+/u).filter(Boolean).join(" ");

const xmlText = (text) => text.replace(/\r\n?/g, "\n")
  .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
const xmlParts = (root) => ['<?xml version="1.0" encoding="UTF-8"?>\n', new XMLSerializer().serializeToString(root), "\n"];
const maker = (namespace) => (tag, attributes, ...children) => {
  const element = document.createElementNS(namespace, tag);
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) element.setAttribute(name, xmlText(String(value)));
  element.append(...children.map((child) => (child instanceof Node ? child : xmlText(String(child)))));
  return element;
};
const valuesOf = ({ values }) => Object.entries(values).filter(([, value]) => value !== "");

function graphmlOf({ nodes, edges }) {
  const make = maker("http://graphml.graphdrawing.org/xmlns");
  const key = (on) => ([name, type]) => make("key", { id: `${on}-${name}`, for: on, "attr.name": name, "attr.type": type });
  const data = (on, item) => valuesOf(item).map(([name, value]) => make("data", { key: `${on}-${name}` }, value));
  return make("graphml", {},
    ...Object.entries(NODE_TYPES).map(key("node")), ...Object.entries(EDGE_TYPES).map(key("edge")),
    make("graph", { edgedefault: "directed" },
      ...nodes.map((node) => make("node", { id: node.id }, ...data("node", node))),
      ...edges.map((edge) => make("edge", { id: edge.id, ...endsOf(edge.line) }, ...data("edge", edge)))));
}

// GEXF has places of its own for labels and weights; `kind` is how Gephi tells parallel edges apart.
function gexfOf({ nodes, edges }) {
  const make = maker("http://www.gexf.net/1.2draft");
  const others = (entries) => entries.filter(([name]) => name !== "label" && name !== "weight");
  const declared = (on, types) => make("attributes", { class: on, mode: "static" },
    ...others(Object.entries(types)).map(([name, type]) => make("attribute", { id: name, title: name, type })));
  const values = (item) => make("attvalues", {},
    ...others(valuesOf(item)).map(([name, value]) => make("attvalue", { for: name, value })));
  const edgeOf = ({ id, line, values: { label, weight, relation } }) => ({ id, ...endsOf(line), label, weight, kind: relation });
  return make("gexf", { version: "1.2" }, make("graph", { defaultedgetype: "directed", mode: "static" },
    declared("node", NODE_TYPES), declared("edge", EDGE_TYPES),
    make("nodes", {}, ...nodes.map((node) => make("node", { id: node.id, label: node.values.label || node.id }, values(node)))),
    make("edges", {}, ...edges.map((edge) => make("edge", edgeOf(edge), values(edge))))));
}

// --- a table: the columns of kg/exports/tables.py ---------------------------------------------------------------------------

const CSV_COLUMNS = ["subject", "relation", "object", "article", "quote",
  "attributed_to", "negated", "modality", "valid_from", "valid_to",
  "subject_kind", "object_kind", "attributed_to_kind", "subject_written", "object_written", "attributed_to_written",
  "subject_same_as", "object_same_as", "attributed_to_same_as", "confidence", "annotator", "row",
  "title", "publisher", "published", "url", "author", "language",
  "id", "subject_id", "object_id", "attributed_to_id", "begin", "end", "marks"];

async function csvParts() {
  const rows = [];
  for await (const record of recordsOf(savedClaims())) rows.push([record.id, csvRow(record)]);
  rows.sort(([a], [b]) => inOrder(a, b));
  return [`${CSV_COLUMNS.join(",")}\r\n`, ...rows.map(([, row]) => row)];
}

function csvRow(record) {
  const { claim, article } = record;
  const cells = {
    ...article, ...record, article: article.id, publisher: publisherOf(claim), published: dayText(publishedOf(claim)),
    relation: relations[claims.relation[claim]].name, confidence: confidenceText(claim), end: endOf(record),
    negated: Boolean(claims.negated[claim]), modality: MODALITIES[claims.modality[claim]],
    marks: marksText(record.marks), attributed_to_written: record.claimant_written,
  };
  const roles = { subject: subjectOf(claim), object: objectOf(claim), attributed_to: claims.claimant[claim] };
  for (const [role, actor] of Object.entries(roles)) {
    if (actor >= 0) Object.assign(cells, csvEntity(role, actor));
  }
  return `${CSV_COLUMNS.map((column) => csvCell(cells[column])).join(",")}\r\n`;
}

// Name, kind and external ids are those that the page has of the entity, not what this one article calls it.
const csvEntity = (role, actor) => ({
  [role]: actors.name[actor], [`${role}_id`]: actors.id[actor], [`${role}_kind`]: kinds[actors.kinds[actor][0]]?.name,
  [`${role}_same_as`]: actors.same_as[actor].join(" "),
});

function csvCell(value) {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// --- linked data: the triples of kg/rdf.py about claims, articles, entities and edges -----------------------------------------

// No term of the context may be the prefix of an IRI (JSON-LD 1.1), so that no external id can be taken for one of ours.
const CONTEXT = (() => {
  const kg = `${OURS}ontology#`;
  const xsd = (type) => `http://www.w3.org/2001/XMLSchema#${type}`;
  const term = (name, type) => [name, { "@id": kg + name, ...(type && { "@type": type }) }];
  const terms = (names, type) => Object.fromEntries(names.map((name) => term(name, type)));
  return {
    "@version": 1.1,
    ...terms(["subject", "relation", "object", "statedIn", "attributedTo"], "@id"),
    ...terms(["subjectWritten", "objectWritten", "attributedToWritten", "quote", "marks", "row"]),
    ...terms(["modality", "validFrom", "validTo", "annotator", "key"]),
    ...terms(["publisher", "url", "author", "language"]),
    ...terms(["begin", "end", "sign"], xsd("integer")),
    ...terms(["negated", "holds"], xsd("boolean")),
    ...terms(["confidence"], xsd("double")),
    ...terms(["validFirst", "validLast", "published"], xsd("date")),
    title: { "@id": "http://purl.org/dc/terms/title" },
    label: { "@id": "http://www.w3.org/2000/01/rdf-schema#label" },
    altLabel: { "@id": "http://www.w3.org/2004/02/skos/core#altLabel" },
    sameAs: { "@id": "http://www.w3.org/2002/07/owl#sameAs", "@type": "@id" },
  };
})();

async function jsonldParts() {
  const some = savedClaims();
  const written = [];
  const met = new Map();
  for await (const record of recordsOf(some)) {
    written.push(jsonldText(jsonldClaim(record)));
    met.set(record.article.id, record);
  }
  const known = distinct(some.flatMap(actorsIn));
  const edges = jsonldEdges(some);
  for (const record of met.values()) written.push(jsonldText(jsonldArticle(record)));
  for (const actor of known) written.push(jsonldText({ ...jsonldEntity(actor), ...edges.get(actor) }));
  return [`{"@context":${JSON.stringify(CONTEXT)},"@graph":[\n`, ...written.map((text, at) => (at ? `,\n${text}` : text)), "\n]}\n"];
}
const jsonldText = (node) => JSON.stringify(node, (_, value) => value ?? undefined);

function jsonldClaim(record) {
  const { claim, subject_written: subjectWritten, object_written: objectWritten, claimant_written: attributedToWritten } = record;
  const { quote, begin, row, valid_from: validFrom, valid_to: validTo, annotator } = record;
  const relation = claims.relation[claim];
  const claimant = claims.claimant[claim];
  return {
    "@id": `${OURS}claim/${encoded(record.id)}`, "@type": `${OURS}ontology#Claim`,
    subject: entityIri(subjectOf(claim)), relation: relations[relation].iri, object: entityIri(objectOf(claim)),
    statedIn: articleIri(record.article), attributedTo: claimant < 0 ? null : entityIri(claimant),
    subjectWritten, objectWritten, attributedToWritten, begin, end: endOf(record), quote, marks: marksText(record.marks) || null, row,
    negated: Boolean(claims.negated[claim]), modality: MODALITIES[claims.modality[claim]], validFrom, validTo,
    confidence: confidenceText(claim), annotator, key: keyText(claims.line[claim], relation), holds: holds(claim),
    sign: relations[relation].sign, validFirst: dayText(claims.first[claim]) || null, validLast: dayText(claims.last[claim]) || null,
  };
}

function jsonldArticle({ claim, article }) {
  const { title, url, author, language } = article;
  return { "@id": articleIri(article), "@type": `${OURS}ontology#Article`, title, publisher: publisherOf(claim),
    published: dayText(publishedOf(claim)) || null, url, author, language };
}

function jsonldEntity(actor) {
  return { "@id": entityIri(actor), "@type": actors.kinds[actor].map((kind) => kinds[kind].iri), label: actors.name[actor],
    altLabel: actors.aliases[actor], sameAs: actors.same_as[actor].map(linkIri) };
}

// The plain triples of edges that some claim states: {relation: [{"@id": object}, ...]} for each subject.
function jsonldEdges(some) {
  const edges = new Map();
  for (const key of new Set(some.filter(holds).map((claim) => `${claims.line[claim]} ${claims.relation[claim]}`))) {
    const [line, relation] = key.split(" ");
    const own = edges.get(lines.source[line]) ?? {};
    (own[relations[relation].iri] ??= []).push({ "@id": entityIri(lines.target[line]) });
    edges.set(lines.source[line], own);
  }
  return edges;
}
