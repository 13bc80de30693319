// The filters: each value of a list with how many claims, or actors, have it, and a box that ticks it on or off.
const FACET_LONG = 12; // rows: a longer list shows the first of them and is searched
const FACET_TOP = 10;
const FACET_HITS = 50;
const TREE_LONG = 24; // relations: in a longer tree only the families are open at first

const facetLists = []; // { refresh, clear }: what brings a list in line with the state, and what empties its search

// How many claims have each value; of kinds and blocs, how many actors that claims are about. That of a value is at value + 1.
// And how many claims have each modality, are negated, or have no confidence.
function facetCounts() {
  const places = { relations, kinds, blocs, publishers, claimants: actors.id };
  const counts = Object.fromEntries(FACET_NAMES.map((name) => [name, new Uint32Array(places[name].length + 1)]));
  const modalities = new Uint32Array(MODALITIES.length);
  const { relation, article, claimant, negated, modality, confidence } = claims;
  const { relations: perRelation, publishers: perPublisher, claimants: perClaimant } = counts;
  const { publisher } = articles;
  let [negations, unsure] = [0, 0];
  for (let claim = 0; claim < COUNT.claims; claim += 1) {
    perRelation[relation[claim] + 1] += 1;
    perPublisher[publisher[article[claim]] + 1] += 1;
    perClaimant[claimant[claim] + 1] += 1;
    modalities[modality[claim]] += 1;
    negations += negated[claim];
    if (confidence[claim] < 0) unsure += 1;
  }
  for (let actor = 0; actor < COUNT.actors; actor += 1) {
    if (!actors.claims[actor]) continue;
    counts.blocs[actors.bloc[actor] + 1] += 1;
    for (const kind of actors.kinds[actor]) counts.kinds[kind + 1] += 1;
  }
  return { ...counts, hedges: { ...Object.fromEntries(MODALITIES.map((name, place) => [name, modalities[place]])), negated: negations }, unsure };
}

// --- ticking ------------------------------------------------------------------------------------------------------------

const tickFacet = (name, some, on) => change(({ off }) => {
  for (const value of some) on ? off[name].delete(value) : off[name].add(value);
});
const isOnly = (name, some) => state.off[name].size === FACETS[name].values.length - some.length && !some.some((value) => state.off[name].has(value));

// Nothing but these; once more: everything.
function tickOnly(name, some) {
  const kept = new Set(isOnly(name, some) ? FACETS[name].values : some);
  change(({ off }) => { off[name] = new Set(FACETS[name].values.filter((value) => !kept.has(value))); });
}

// A box for one value, or for some that go together. `telling`: those of them by which it is ticked, partly or not at all.
function facetRow(name, some, label, count, { mark = null, telling = some } = {}) {
  const box = h("input", { type: "checkbox", "data-facet": name, "data-value": FACETS[name].id(some[0]), onchange: () => tickFacet(name, some, box.checked) });
  const only = button("only", () => tickOnly(name, some), { className: "only", "aria-label": `only ${label}` });
  const element = h("div", { className: "facet" }, h("label", {}, box, h("span", { dir: "auto" }, label), mark, h("span", { className: "n" }, number(count))), only);
  const refresh = () => {
    const on = telling.reduce((sum, value) => sum + !state.off[name].has(value), 0);
    box.checked = on > 0;
    box.indeterminate = on > 0 && on < telling.length;
    only.setAttribute("aria-pressed", isOnly(name, some));
  };
  return { element, refresh };
}

const facetBulk = (tick) => {
  const [all, none] = [true, false].map((on) => button("", () => tick(on)));
  const say = (found) => {
    all.textContent = found ? "all found" : "all";
    none.textContent = found ? "none of them" : "none";
  };
  say(false);
  return { element: h("div", { className: "bulk" }, all, none), say };
};

// --- relations: a tree ------------------------------------------------------------------------------------------------

function startRelations(counts) {
  const own = (relation) => counts.relations[relation + 1];
  const rows = [];
  const branch = (relation, depth) => {
    const below = familyBelow(relation);
    const { label, sign } = relations[relation];
    const row = facetRow("relations", below, label, below.reduce((sum, each) => sum + own(each), 0), { mark: depth ? null : sample(sign), telling: below.filter(own) });
    rows.push(row);
    const item = h("li", {}, row.element);
    if (below.length > 1) unfolding(item, row.element, tree(relation, depth + 1), label, !depth || relations.length <= TREE_LONG);
    return item;
  };
  const tree = (parent, depth) => h("ul", {}, ...childrenOf(parent).map((relation) => branch(relation, depth)));
  byId("relations").append(tree(-1, 0));
  if (rows.length > 3) byId("relations").prepend(facetBulk((on) => tickFacet("relations", FACETS.relations.values, on)).element);
  facetLists.push({ refresh: () => rows.forEach((row) => row.refresh()) });
}

// A list below a row, and the button that opens and closes it.
function unfolding(item, row, list, label, open) {
  const toggle = button("", () => { list.hidden = !list.hidden; toggle.setAttribute("aria-expanded", !list.hidden); }, { className: "unfold", "aria-label": `kinds of ${label}`, "aria-expanded": open });
  list.hidden = !open;
  row.prepend(toggle);
  item.append(list);
}

// --- plain lists --------------------------------------------------------------------------------------------------------

const FACET_LABELS = {
  kinds: (kind) => kinds[kind].label,
  blocs: (bloc) => blocName(bloc),
  publishers: (publisher) => (publisher < 0 ? "no publisher" : publishers[publisher]),
  claimants: (actor) => (actor < 0 ? "the article itself" : nameOf(actor)),
};
const FACET_WORDS = { kinds: "class", blocs: "bloc", publishers: "publisher", claimants: "claimant" };
const blocSwatch = (bloc) => h("span", { className: "swatch", style: `background: var(${bloc < 0 ? "--muted" : `--bloc-${bloc % BLOC_COLOURS}`})` });

// Rows are made when they are first shown: of thousands of claimants, few ever are.
function startFacet(name, counts) {
  const label = FACET_LABELS[name];
  const count = (value) => counts[name][value + 1];
  const values = FACETS[name].values.filter(count).sort((a, b) => count(b) - count(a));
  if (name === "claimants") values.sort((a, b) => (b < 0) - (a < 0));
  byId(name).closest("fieldset").hidden = !values.some((value) => value >= 0);

  const rows = new Map();
  const list = h("ul", {});
  const rest = h("p", { className: "rest" });
  const isLong = values.length > FACET_LONG;
  const find = h("input", { type: "search", placeholder: `Find a ${FACET_WORDS[name]}`, "aria-label": `Find a ${FACET_WORDS[name]}`, autocomplete: "off", spellcheck: false, oninput: () => draw() });
  const bulk = facetBulk((on) => tickFacet(name, wanted ? hits : FACETS[name].values, on));
  let wanted = "";
  let hits = values;
  let folded = null;

  const add = (some) => {
    for (const value of some) {
      if (!rows.has(value)) rows.set(value, facetRow(name, [value], label(value), count(value), { mark: name === "blocs" ? blocSwatch(value) : null }));
      if (!rows.get(value).element.isConnected) list.append(h("li", {}, rows.get(value).element));
    }
    const left = hits.length - list.children.length;
    rest.textContent = left > 0 ? `and ${number(left)} more` : hits.length ? "" : `No ${FACET_WORDS[name]} has this name`;
  };
  const draw = () => {
    wanted = fold(find.value);
    if (wanted) folded ??= values.map((value) => fold(label(value)));
    hits = wanted ? values.filter((_, place) => folded[place].includes(wanted)) : values;
    bulk.say(Boolean(wanted));
    list.replaceChildren();
    add(hits.slice(0, wanted ? FACET_HITS : isLong ? FACET_TOP : hits.length));
    refresh();
  };
  // Without a search a long list also shows the few that are ticked off, or the few that are ticked.
  const unlike = () => {
    const off = state.off[name];
    const few = off.size * 2 <= FACETS[name].values.length;
    return off.size ? values.filter((value) => off.has(value) === few).slice(0, FACET_HITS) : [];
  };
  const refresh = () => {
    if (isLong && !wanted) add(unlike());
    for (const row of rows.values()) if (row.element.isConnected) row.refresh();
  };
  byId(name).append(...(values.length > 3 ? [bulk.element] : []), ...(isLong ? [find] : []), list, rest);
  draw();
  facetLists.push({ refresh, clear: () => { find.value = ""; draw(); } });
}

// --- what is hedged, and how sure the annotator was --------------------------------------------------------------------

function startHedges({ hedges }) {
  const boxes = HEDGES.map((hedge) => h("input", { type: "checkbox", disabled: !hedges[hedge], "data-facet": "hedges", "data-value": hedge,
    onchange: (event) => change((now) => { now.hedges[event.target.checked ? "add" : "delete"](hedge); }) }));
  byId("hedges").append(...boxes.map((box, place) => h("label", {}, box, h("span", {}, HEDGES[place]), h("span", { className: "n" }, number(hedges[HEDGES[place]])))));
  facetLists.push({ refresh: () => boxes.forEach((box, place) => { box.checked = state.hedges.has(HEDGES[place]); }) });
}

function startConfidence({ unsure: without }) {
  const slider = byId("confidence");
  slider.disabled = without === COUNT.claims;
  slider.setAttribute("aria-label", "Confidence at least");
  slider.addEventListener("input", () => change((now) => { now.confidence = Number(slider.value); }, "confidence"));
  const words = () => {
    if (slider.disabled) return "no claim has one";
    const stay = without ? ` (${plural(without, "claim")} ${without === 1 ? "has none and stays" : "have none and stay"})` : "";
    return state.confidence ? `≥ ${state.confidence}${stay}` : "any";
  };
  const refresh = () => {
    slider.value = state.confidence;
    slider.setAttribute("aria-valuetext", words());
    byId("confidence-value").textContent = words();
  };
  facetLists.push({ refresh });
}

const facetsView = {
  start() {
    const counts = facetCounts();
    startRelations(counts);
    for (const name of Object.keys(FACET_LABELS)) startFacet(name, counts);
    startHedges(counts);
    startConfidence(counts);
    const form = byId("controls");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      change((now) => Object.assign(now, freshFilters()));
      for (const list of facetLists) list.clear?.();
    });
  },
  update() {
    for (const list of facetLists) list.refresh();
  },
};
