// Controls, search, tabs, and the one function through which everything changes.
const byId = (id) => document.getElementById(id);
let before = null; // where the focus was when the panel was opened by keyboard

function update() {
  compute();
  restyle();
  showTable();
  showPanel();
  const shown = [...visible.values()].reduce((sum, some) => sum + some.length, 0);
  const of = (part, whole, word) => (part === whole ? plural(whole, word) : `${number(part)} of ${plural(whole, word)}`);
  byId("count").textContent = `${of(visible.size, lines.length, "line")}, ${of(shown, claims.length, "claim")}`;
  byId("empty").hidden = visible.size > 0;
  byId("empty").textContent = visible.size ? "" : whyEmpty();
}

// Select a line, an actor or nothing. After a key press the focus follows into the panel and Escape takes it back.
function choose(target, event) {
  const byKey = event && (event.type === "keydown" || event.detail === 0);
  if (byKey && !panel.contains(document.activeElement)) before = document.activeElement.dataset.line ?? document.activeElement;
  state.selected = target;
  restyle();
  showTable();
  showPanel();
  panel.scrollTop = 0;
  if (target && event) centre();
  if (target && byKey) panel.querySelector("h2").focus();
  if (target && matchMedia("(max-width: 860px)").matches) panel.scrollIntoView({ behavior: still.matches ? "auto" : "smooth" });
}

function leave() {
  choose(null);
  const back = typeof before === "string" ? table.querySelector(`tr[data-line="${Number(before)}"]`) : before;
  back?.focus();
  before = null;
}

// --- filters --------------------------------------------------------------------------------------------------------

const counted = (values) => values.reduce((counts, value) => counts.set(value, (counts.get(value) ?? 0) + 1), new Map());
const relationsBelow = (parent) => relations.filter((relation) => (relation.parent ?? "") === parent);
const familyBelow = (name) => [name, ...relationsBelow(name).flatMap((child) => familyBelow(child.name))];

// A box that switches some names on and off together. Its `refresh` shows what the state says of them.
function checkbox(off, names, label, count) {
  const box = h("input", { type: "checkbox", "data-name": names[0] });
  box.addEventListener("change", () => {
    for (const name of names) box.checked ? off.delete(name) : off.add(name);
  });
  box.refresh = () => {
    const on = names.filter((name) => !off.has(name)).length;
    box.checked = on > 0;
    box.indeterminate = on > 0 && on < names.length;
  };
  return h("label", {}, box, h("span", { dir: "auto" }, label), h("span", { className: "n" }, number(count)));
}

function relationTree(parent, own) {
  return h("ul", {}, ...relationsBelow(parent).map(({ name, label, sign }) => {
    const names = familyBelow(name);
    const total = names.reduce((sum, each) => sum + (own.get(each) ?? 0), 0);
    const item = h("li", {}, checkbox(state.relationsOff, names, label, total));
    if (!parent) item.querySelector(".n").before(sample(sign));
    if (names.length > 1) item.append(relationTree(name, own));
    return item;
  }));
}

function startFilters() {
  byId("relations").append(relationTree("", counted(claims.map((claim) => claim.relation))));
  const have = counted(actors.filter((actor) => actor.claims).flatMap((actor) => actor.kinds));
  const used = kinds.filter(({ name }) => have.has(name));
  byId("kinds").append(...used.map(({ name, label }) => checkbox(state.kindsOff, [name], label, have.get(name))));
  const [first, last] = days(claims.map((_, index) => index));
  for (const id of ["since", "until"]) Object.assign(byId(id), { min: first, max: last, disabled: !first });
  byId("undated").textContent = `(${number(claims.filter((claim) => !published(claim)).length)} have none)`;
  byId("hedges").textContent = number(lines.filter((line) => isHedged(line.claims)).length);
  const form = byId("controls");
  form.addEventListener("change", () => {
    Object.assign(state, { since: byId("since").value, until: byId("until").value, dated: byId("dated").checked, hedged: byId("hedged").checked });
    refreshFilters();
    update();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    state.relationsOff.clear();
    state.kindsOff.clear();
    Object.assign(state, { since: "", until: "", dated: false, hedged: true });
    refreshFilters();
    update();
  });
  refreshFilters();
}

function refreshFilters() {
  for (const box of byId("controls").querySelectorAll("input[data-name]")) box.refresh();
  for (const id of ["since", "until"]) if (byId(id).value !== state[id]) byId(id).value = state[id];
  byId("dated").checked = state.dated;
  byId("hedged").checked = state.hedged;
}

// --- search ---------------------------------------------------------------------------------------------------------

const fold = (text) => text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase().trim();
const spellings = actors.map((actor) => [actor.name, ...(actor.aliases ?? [])].map((name) => ({ name, folded: fold(name) })));

// The best way in which an actor matches: how well, and the spelling where it is an alias.
function match(index, wanted) {
  let best = null;
  spellings[index].forEach(({ name, folded }, at) => {
    const place = folded.indexOf(wanted);
    if (place < 0) return;
    const startsWord = place > 0 && !/[\p{L}\p{N}]/u.test(folded[place - 1]);
    const worth = (place === 0 ? 0 : startsWord ? 2 : 4) + (at ? 1 : 0);
    if (!best || worth < best.worth) best = { index, worth, alias: at ? name : "" };
  });
  return best;
}

function startSearch() {
  const input = byId("search");
  const list = byId("found");
  let results = [];
  let at = 0;
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const take = (event) => {
    if (!results[at]) return;
    input.value = "";
    close();
    choose({ actor: results[at].index }, event);
  };
  const show = () => {
    const wanted = fold(input.value);
    if (!wanted) { close(); return; }
    results = actors.flatMap((_, index) => match(index, wanted) ?? []).sort((a, b) => a.worth - b.worth || a.index - b.index).slice(0, 12);
    at = Math.min(at, Math.max(results.length - 1, 0));
    list.replaceChildren(...results.map(({ index, alias }, place) => h("li", { id: `found-${place}`, role: "option", "aria-selected": place === at, onmousedown: (event) => { event.preventDefault(); at = place; take(event); } },
      h("span", {}, bdi(actors[index].name), alias ? h("small", {}, " ", bdi(alias)) : null), h("small", {}, plural(actors[index].claims, "claim")))));
    if (!results.length) list.append(h("li", { className: "none", role: "option", "aria-disabled": "true" }, "No actor has this name"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (results.length) input.setAttribute("aria-activedescendant", `found-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  input.addEventListener("input", () => { at = 0; show(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && results.length && !list.hidden) { event.preventDefault(); at = (at + step + results.length) % results.length; show(); }
    if (event.key === "Enter") { event.preventDefault(); if (!list.hidden) take(event); }
    if (event.key === "Escape") { event.stopPropagation(); input.value = ""; close(); input.blur(); }
  });
}

// --- the rest -------------------------------------------------------------------------------------------------------

function startTabs() {
  const tabs = ["graph", "table"];
  const open = (name) => tabs.forEach((each) => {
    byId(`${each}-view`).hidden = each !== name;
    byId(`tab-${each}`).tabIndex = each === name ? 0 : -1;
    byId(`tab-${each}`).setAttribute("aria-selected", each === name);
    if (each === "graph" && name === each) requestAnimationFrame(() => { network.redraw(); centre(); });
  });
  for (const name of tabs) byId(`tab-${name}`).addEventListener("click", () => open(name));
  byId("tab-graph").parentElement.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = byId(event.target.id === "tab-graph" ? "tab-table" : "tab-graph");
    other.click();
    other.focus();
  });
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); open("table"); byId("tab-table").focus(); });
}

function startLegend() {
  const used = distinct(lines.map((line) => line.sign)).sort((a, b) => b * b - a * a || b - a);
  const item = (mark, text) => h("li", {}, mark, text);
  byId("legend-lines").append(
    ...used.map((sign) => item(sample(sign), SIGNS[sign].word)),
    ...(lines.some((line) => line.mutual) ? [item(sample(1, { mutual: true }), "both ways (no arrowhead)")] : []),
    ...(lines.some((line) => isHedged(line.claims)) ? [item(sample(1, { hedged: true }), "only denied, planned or possible")] : []),
  );
  const shapes = new Map(graphNodes.map((node) => [node.legend, node]));
  byId("legend-actors").append(...[...shapes].sort(([, a], [, b]) => a.order - b.order).map(([text, node]) => item(shapeSample(node), text)));
}

function shapeSample({ shape, filled }) {
  const style = `fill: var(${filled ? "--ink" : "--surface"}); stroke: var(--ink); stroke-width: 1.6`;
  const paths = { square: "M3 3h10v10h-10z", triangle: "M8 2 14 13H2z", diamond: "M8 1 15 8 8 15 1 8z", hexagon: "M4.5 2h7L15 8l-3.5 6h-7L1 8z", dot: "M2 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z" };
  return svg("svg", { width: 30, height: 16, viewBox: "-7 0 30 16", "aria-hidden": "true" }, svg("path", { d: paths[shape], style }));
}

document.addEventListener("keydown", (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName) && document.activeElement.type !== "checkbox";
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); byId("search").focus(); }
  if (event.key === "Escape" && state.selected) leave();
});

if (matchMedia("(max-width: 860px)").matches) for (const id of ["filters", "legend"]) byId(id).open = false;
startLegend();
compute();
startGraph((target) => choose(target));
startFilters();
startSearch();
startTabs();
for (const [id, act] of [["zoom-in", () => zoom(1.3)], ["zoom-out", () => zoom(1 / 1.3)], ["zoom-fit", () => fit()]]) byId(id).addEventListener("click", act);
update();
network.setSize();
fit(undefined, undefined, false);
window.kgView = { model: { actors, lines, claims }, state, visible: () => visible, clickable };
