// The data of the page, what the filters let through, and helpers that put text on the page as text.
const read = (id) => JSON.parse(document.getElementById(id).textContent);
const { actors, lines, claims, articles, relations, kinds, drawn } = read("data");
const relationOf = new Map(relations.map((relation) => [relation.name, relation]));
const kindOf = new Map(kinds.map((kind) => [kind.name, kind]));
const SIGNS = {
  1: { word: "supports", colour: "--plus", dash: [], svgDash: "" },
  "-1": { word: "opposes", colour: "--minus", dash: [9, 5], svgDash: "6 3" },
  0: { word: "engages or ties", colour: "--zero", dash: [2, 4], svgDash: "1.5 2.5" },
};

const state = {
  relationsOff: new Set(), kindsOff: new Set(), since: "", until: "", dated: false, hedged: true,
  selected: null, // {line} or {actor}
};
let visible = new Map(); // line: its claims that pass the filters

const holds = (claim) => !claim.negated && (claim.modality ?? "actual") === "actual";
const isHedged = (shown) => !shown.some((index) => holds(claims[index]));
const published = (claim) => articles[claim.article].published ?? "";

function passes(claim) {
  if (state.relationsOff.has(claim.relation)) return false;
  const day = published(claim);
  if (!day) return !state.dated;
  return (!state.since || day >= state.since) && (!state.until || day <= state.until);
}

function compute() {
  const shown = actors.map((actor) => actor.kinds.some((kind) => !state.kindsOff.has(kind)));
  visible = new Map();
  lines.forEach((line, index) => {
    if (!shown[line.source] || !shown[line.target]) return;
    const passing = line.claims.filter((claim) => passes(claims[claim]));
    if (passing.length && (state.hedged || !isHedged(passing))) visible.set(index, passing);
  });
}

// Why nothing is left, in the order in which a reader would undo it.
function whyEmpty() {
  if (!lines.length) return "There are no claims to show.";
  const reasons = [];
  if (state.relationsOff.size === relations.length) reasons.push("no relation is ticked");
  else if (state.relationsOff.size) reasons.push(`${plural(state.relationsOff.size, "relation")} not ticked`);
  if (state.since || state.until) reasons.push(`published ${state.since ? `from ${state.since} ` : ""}${state.until ? `to ${state.until}` : ""}`.trim());
  if (state.dated) reasons.push("only claims with a date");
  if (!state.hedged) reasons.push("nothing only denied, planned, requested or possible");
  if (state.kindsOff.size === kinds.length) reasons.push("no class of actors is ticked");
  else if (state.kindsOff.size) reasons.push(`${plural(state.kindsOff.size, "class", "classes")} of actors not ticked`);
  return `No line passes all filters: ${reasons.join("; ")}.`;
}

// --- words --------------------------------------------------------------------------------------------------------

const number = (value) => value.toLocaleString("en");
const plural = (count, one, many = `${one}s`) => `${number(count)} ${count === 1 ? one : many}`;
const arrow = (line) => (line.mutual ? "↔" : "→");
const lineName = (line) => [bdi(actors[line.source].name), ` ${arrow(line)} `, bdi(actors[line.target].name)];
const distinct = (values) => [...new Set(values)];
const labelOf = (name) => relationOf.get(name)?.label ?? name;

// The relations of some claims, the most frequent first: [[name, its claims], ...].
function byRelation(shown) {
  const groups = new Map();
  for (const index of shown) {
    const name = claims[index].relation;
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(index);
  }
  return [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
}

function relationNames(shown, most = 2) {
  const names = byRelation(shown).map(([name]) => labelOf(name));
  return names.slice(0, most).join(", ") + (names.length > most ? ` +${names.length - most}` : "");
}

const summary = (shown, most) => relationNames(shown, most) + (shown.length > 1 ? ` ×${shown.length}` : "");
const hedge = (claim) => (claim.negated ? "negated" : claim.modality);

function days(shown) {
  const known = shown.map((index) => published(claims[index])).filter(Boolean).sort();
  return [known[0] ?? "", known[known.length - 1] ?? ""];
}

// What a line says in one word; those that are neither for nor against are told apart by family.
function stance(line, shown) {
  if (line.sign) return SIGNS[line.sign].word;
  return distinct(shown.map((index) => familyOf(claims[index].relation))).sort().join(", ");
}

function familyOf(name) {
  const { label, parent } = relationOf.get(name);
  return parent ? familyOf(parent) : label;
}

const articleCount = (shown) => distinct(shown.map((index) => claims[index].article)).length;

// --- elements: text is only ever set as text ------------------------------------------------------------------------

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
