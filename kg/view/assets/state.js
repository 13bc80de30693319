// What the reader has chosen: one plain object for all views. Its text form is the fragment of the page's address, and
// undo and redo are lists of such texts, so that a link, a step back and a reload all go the same way.
const HEDGES = ["negated", "planned", "requested", "possible"];
const LAYOUTS = Object.keys(actors.places);
const VIEWS = ["map", "focus", "table"];
const SORTABLE = ["subject", "object", "sign", "claims", "articles", "first", "last"].flatMap((name) => [name, `-${name}`]);
const START = readBlock("nodes").map((node) => node.id); // the actors that the focus graph starts with
const START_VIEW = START.length < actors.claims.filter(Boolean).length ? "map" : "focus";
const hasDays = { published: articles.day.some(Boolean), held: claims.first.some(Boolean) || claims.last.some(Boolean) };

// What can be ticked off, each with the ids of its values. -1 is "the article itself", "no publisher", "in no bloc".
const FACETS = {
  relations: { values: range(0, relations.length), id: (place) => relations[place].name },
  kinds: { values: range(0, kinds.length), id: (place) => kinds[place].name },
  blocs: { values: range(-1, blocs.length), id: String },
  publishers: { values: range(-1, publishers.length), id: (place) => (place < 0 ? "" : publishers[place]) },
  claimants: { values: [-1, ...distinct(claims.claimant).filter((actor) => actor >= 0).sort((a, b) => actors.says[b] - actors.says[a] || a - b)], id: (actor) => (actor < 0 ? "" : actors.id[actor]) },
};
const FACET_NAMES = Object.keys(FACETS);

const freshFilters = () => ({
  off: Object.fromEntries(FACET_NAMES.map((name) => [name, new Set()])),
  hedges: new Set(), // of HEDGES: what is shown besides what is said to be so
  clock: hasDays.held && !hasDays.published ? "held" : "published",
  since: 0, until: 0, // days; 0 is open
  dated: false, // only claims that have a day by the clock
  confidence: 0, // the least, of claims that have one
});
const fresh = () => ({
  view: START_VIEW,
  layout: START_VIEW === "map" && blocs.length ? "bloc" : "signed", // many actors are best met by bloc
  ...freshFilters(),
  centre: -1, hops: 1, // the actor whose neighbours the focus graph shows; -1: the strongest
  path: null, // {from, to}: the shortest paths between two actors
  opened: new Set(), closed: new Set(), // actors whose neighbours are added to the focus graph, and actors left out
  pins: new Map(), // actor: [x, y] in the focus graph
  fanned: new Set(), // lines drawn as one curve for each relation
  sort: "", // the column that the table is sorted by, after "-" from the greatest down
  selected: null, // {line}, {actor} or {blocs: [a, b]}
});
const state = fresh();

// --- the fragment -------------------------------------------------------------------------------------------------------

const actorPlace = new Map(actors.id.map((id, place) => [id, place]));
const listText = (ids) => ids.map(encodeURIComponent).join(",");
const decoded = (text) => { try { return decodeURIComponent(text); } catch { return ""; } }; // an address that was cut short
const listOf = (text) => (text === null ? [] : text.split(",").map(decoded));
const actorsOf = (text) => (text ? listOf(text) : []).flatMap((id) => actorPlace.get(id) ?? []);
const lineId = (line) => listText([actors.id[lines.source[line]], actors.id[lines.target[line]], lines.sign[line], lines.mutual[line]]);
const lineByText = (text) => {
  const [source, target, sign, mutual] = listOf(text);
  const is = (line) => actors.id[lines.source[line]] === source && actors.id[lines.target[line]] === target && lines.sign[line] === Number(sign) && lines.mutual[line] === Number(mutual);
  return actorPlace.has(source) ? Array.from(ownLines(actorPlace.get(source))).filter(is) : [];
};

// What filters are set, as parts of the fragment.
function filterParts(from) {
  const start = fresh();
  const parts = [];
  const put = (name, value, text = String(value)) => { if (value !== start[name]) parts.push([name, text]); };
  for (const name of FACET_NAMES) {
    const off = from.off[name];
    if (!off.size) continue;
    const { values, id } = FACETS[name];
    const only = off.size * 2 > values.length;
    const some = values.filter((value) => off.has(value) !== only);
    parts.push([`${only ? "only" : "not"}-${name}`, some.length ? listText(some.map(id)) : "-"]);
  }
  if (from.hedges.size) parts.push(["also", HEDGES.filter((hedge) => from.hedges.has(hedge)).join(",")]);
  put("clock", from.clock);
  put("since", from.since, dayText(from.since));
  put("until", from.until, dayText(from.until));
  put("dated", from.dated);
  put("confidence", from.confidence);
  return parts;
}

// The whole state as text: only what is not as it was at the start, always in the same order.
function toFragment(from = state) {
  const start = fresh();
  const parts = [];
  const put = (name, value, text = String(value)) => { if (value !== start[name]) parts.push([name, text]); };
  put("view", from.view);
  put("layout", from.layout);
  parts.push(...filterParts(from));
  put("centre", from.centre, from.centre < 0 ? "" : listText([actors.id[from.centre]]));
  put("hops", from.hops);
  if (from.path) parts.push(["path", listText([actors.id[from.path.from], actors.id[from.path.to]])]);
  for (const name of ["opened", "closed"]) if (from[name].size) parts.push([name, listText([...from[name]].map((actor) => actors.id[actor]))]); // in their order
  if (from.pins.size) parts.push(["pins", [...from.pins].sort(([a], [b]) => a - b).map(([actor, [x, y]]) => listText([actors.id[actor], Math.round(x), Math.round(y)])).join(";")]);
  if (from.fanned.size) parts.push(["fanned", [...from.fanned].sort((a, b) => a - b).map(lineId).join(";")]);
  put("sort", from.sort);
  const { line, actor, blocs: pair } = from.selected ?? {};
  if (line !== undefined) parts.push(["line", lineId(line)]);
  if (actor !== undefined) parts.push(["actor", listText([actors.id[actor]])]);
  if (pair) parts.push(["between", pair.join(",")]);
  return new URLSearchParams(parts).toString();
}

// The state that a fragment tells of; what it names and this page lacks is left out.
function fromFragment(text) {
  const given = new URLSearchParams(text);
  const made = fresh();
  const one = (name, allowed) => { if (allowed.includes(given.get(name))) made[name] = given.get(name); };
  one("view", VIEWS);
  one("layout", LAYOUTS);
  one("clock", ["published", "held"]);
  one("sort", SORTABLE);
  for (const name of FACET_NAMES) {
    const { values, id } = FACETS[name];
    const only = given.has(`only-${name}`);
    const listed = given.get(`${only ? "only" : "not"}-${name}`);
    if (listed === null) continue;
    const named = new Set(listed === "-" ? [] : listOf(listed));
    made.off[name] = new Set(values.filter((value) => named.has(id(value)) !== only));
  }
  for (const hedge of listOf(given.get("also"))) if (HEDGES.includes(hedge)) made.hedges.add(hedge);
  for (const name of ["since", "until"]) made[name] = dayNumber(given.get(name) ?? "");
  made.dated = given.get("dated") === "true";
  made.confidence = Math.min(Math.max(Number(given.get("confidence")) || 0, 0), 1);
  [made.centre = -1] = actorsOf(given.get("centre"));
  made.hops = given.get("hops") === "2" ? 2 : 1;
  const [from, to] = actorsOf(given.get("path"));
  if (to !== undefined) made.path = { from, to };
  for (const name of ["opened", "closed"]) made[name] = new Set(actorsOf(given.get(name)));
  for (const pin of (given.get("pins") ?? "").split(";")) {
    const [id, x, y] = pin ? listOf(pin) : [];
    if (actorPlace.has(id) && Number.isFinite(Number(x)) && Number.isFinite(Number(y))) made.pins.set(actorPlace.get(id), [Number(x), Number(y)]);
  }
  made.fanned = new Set((given.get("fanned") ?? "").split(";").flatMap((text) => (text ? lineByText(text) : [])));
  const [line] = given.get("line") ? lineByText(given.get("line")) : [];
  const [actor] = actorsOf(given.get("actor"));
  const pair = (given.get("between") ?? "").split(",").map(Number).filter((bloc) => Number.isInteger(bloc) && bloc in blocs);
  made.selected = line !== undefined ? { line } : actor !== undefined ? { actor } : pair.length === 2 ? { blocs: pair } : null;
  return made;
}

// --- changes -------------------------------------------------------------------------------------------------------------

const past = [];
const future = [];
let last = { merge: "", at: 0 };

// The one way in which the state changes. Steps with the same `merge` soon after each other are undone together.
function change(mutate, merge = "") {
  const before = toFragment();
  mutate(state);
  const after = toFragment();
  const now = performance.now();
  if (before !== after) {
    if (!merge || merge !== last.merge || now - last.at > 1000) past.push(before);
    last = { merge, at: now };
    future.length = 0;
    writeFragment(after);
  }
  update();
}

// Take back the last change (`from` is past) or make it again (`from` is future).
function travel(from, to) {
  if (!from.length) return;
  to.push(toFragment());
  Object.assign(state, fromFragment(from.pop()));
  last = { merge: "", at: 0 };
  writeFragment(toFragment());
  update();
}
const undo = () => travel(past, future);
const redo = () => travel(future, past);

function writeFragment(text) {
  try { history.replaceState(null, "", text ? `#${text}` : "#"); } catch { /* a notebook's frame has no address */ }
}

window.addEventListener("hashchange", () => {
  if (location.hash.slice(1) === toFragment()) return;
  past.push(toFragment());
  Object.assign(state, fromFragment(location.hash.slice(1)));
  update();
});
