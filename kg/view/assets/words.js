// Words and elements. Text is only ever set as text.
const SIGNS = {
  1: { word: "supports", colour: "--plus", dash: [], svgDash: "" },
  "-1": { word: "opposes", colour: "--minus", dash: [9, 5], svgDash: "6 3" },
  0: { word: "engages or ties", colour: "--zero", dash: [2, 4], svgDash: "1.5 2.5" },
};
const byId = (id) => document.getElementById(id);
const readBlock = (id) => JSON.parse(byId(id).textContent); // what pyvis made: "nodes", "edges", "options"
const number = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ","); // ten times faster than toLocaleString
const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
const distinct = (values) => [...new Set(values)];
const range = (from, to) => Array.from({ length: to - from }, (_, step) => from + step);
const nameOf = (actor) => actors.name[actor] || actors.id[actor];
const kindNames = (actor) => actors.kinds[actor].map((kind) => kinds[kind].label).join(", ");
const arrow = (line) => (lines.mutual[line] ? "↔" : "→");
const lineName = (line) => [bdi(nameOf(lines.source[line])), ` ${arrow(line)} `, bdi(nameOf(lines.target[line]))];
const lineText = (line) => `${nameOf(lines.source[line])} ${arrow(line)} ${nameOf(lines.target[line])}`;
const blocName = (bloc) => (bloc < 0 ? "in no bloc" : blocs[bloc].name);

// The relations of some claims, the most frequent first: [[relation, its claims], ...].
function byRelation(some) {
  const groups = new Map();
  for (const claim of some) {
    const relation = claims.relation[claim];
    if (!groups.has(relation)) groups.set(relation, []);
    groups.get(relation).push(claim);
  }
  return [...groups].sort((a, b) => b[1].length - a[1].length || a[0] - b[0]);
}

function relationNames(some, most = 2) {
  const names = byRelation(some).map(([relation]) => relations[relation].label);
  return names.slice(0, most).join(", ") + (names.length > most ? ` +${names.length - most}` : "");
}

const summary = (some, most) => relationNames(some, most) + (some.length > 1 ? ` ×${number(some.length)}` : "");

// What a claim says besides that it is so: "negated", "planned", "requested" or "possible"; empty where it holds.
const hedgeOf = (claim) => [claims.negated[claim] ? "negated" : "", claims.modality[claim] ? MODALITIES[claims.modality[claim]] : ""].filter(Boolean).join(", ");

// First and last day on which some claims were published, as texts; empty where no day is known.
function publishedDays(some) {
  let first = Infinity;
  let last = 0;
  for (const claim of some) {
    const day = publishedOf(claim);
    if (day && day < first) first = day;
    if (day > last) last = day;
  }
  return last ? [dayText(first), dayText(last)] : ["", ""];
}

// What a line says in one word; those that are neither for nor against are told apart by family.
function stance(line, some) {
  if (lines.sign[line]) return SIGNS[lines.sign[line]].word;
  return distinct(some.map((claim) => relations[familyOf(claims.relation[claim])].label)).sort().join(", ");
}

const articleCount = (some) => new Set(some.map((claim) => claims.article[claim])).size;
const publisherOf = (claim) => publishers[articles.publisher[claims.article[claim]]] ?? null;
const isWeb = (url) => /^https?:\/\//i.test(url ?? "");

// --- elements ---------------------------------------------------------------------------------------------------------

function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

const bdi = (text) => h("bdi", {}, text);
const button = (label, act, properties = {}) => h("button", { type: "button", onclick: act, ...properties }, label);

function svg(tag, attributes, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A sample of a line as the graph draws it, for the legend, the table and lists.
function sample(sign, { mutual = false, hedged = false } = {}) {
  const style = `stroke: var(${SIGNS[sign].colour})`;
  const end = mutual ? 28 : 24;
  const stroke = svg("line", { x1: 0, y1: 5, x2: end, y2: 5, style, "stroke-width": hedged ? 1.2 : 2.2,
    "stroke-dasharray": hedged ? "1.2 4" : SIGNS[sign].svgDash, opacity: hedged ? 0.75 : 1 });
  const head = svg("path", { d: "M22 1.5 L29 5 L22 8.5 Z", style: `fill: var(${SIGNS[sign].colour})`, opacity: hedged ? 0.75 : 1 });
  return svg("svg", { width: 30, height: 10, "aria-hidden": "true" }, stroke, ...(mutual ? [] : [head]));
}

function shapeSample({ shape, filled }) {
  const style = `fill: var(${filled ? "--ink" : "--surface"}); stroke: var(--ink); stroke-width: 1.6`;
  const paths = { square: "M3 3h10v10h-10z", triangle: "M8 2 14 13H2z", diamond: "M8 1 15 8 8 15 1 8z", hexagon: "M4.5 2h7L15 8l-3.5 6h-7L1 8z", dot: "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z" };
  return svg("svg", { width: 30, height: 16, viewBox: "-7 0 30 16", "aria-hidden": "true" }, svg("path", { d: paths[shape], style }));
}

// Colours of the page as it is now, light or dark, for what is drawn on a canvas.
let theme;
function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const names = ["ink", "muted", "surface", "page", "rule", "plus", "minus", "zero", "strong", "chosen", ...range(0, BLOC_COLOURS).map((bloc) => `bloc-${bloc}`)];
  theme = Object.fromEntries(names.map((name) => [`--${name}`, style.getPropertyValue(`--${name}`).trim()]));
  theme.font = getComputedStyle(document.body).fontFamily;
}
const BLOC_COLOURS = 10;
const blocColour = (bloc) => theme[bloc < 0 ? "--muted" : `--bloc-${bloc % BLOC_COLOURS}`];
const signColour = (sign) => theme[SIGNS[sign].colour];
const still = matchMedia("(prefers-reduced-motion: reduce)");
const narrow = matchMedia("(max-width: 860px)");
