// The one function through which everything is brought in line with the state, and what belongs to no view.
const views = { map: mapView, focus: graphView, table: tableView };
const started = new Set();
let sifted = null; // the filters that were last computed, as text
let before = null; // where the focus was when the panel was opened by keyboard

function update() {
  const filters = JSON.stringify(filterParts(state));
  if (filters !== sifted) {
    sifted = filters;
    compute();
    timeView.update();
    facetsView.update();
  }
  showCount();
  openTab();
  if (!started.has(state.view)) {
    started.add(state.view);
    views[state.view].start();
  }
  views[state.view].update();
  panelView.update();
}

function showCount() {
  const of = (part, whole, word) => (part === whole ? plural(whole, word) : `${number(part)} of ${plural(whole, word)}`);
  const text = `${of(shown.lines, COUNT.lines, "line")}, ${of(shown.claims, COUNT.claims, "claim")}`;
  if (byId("count").textContent !== text) byId("count").textContent = text;
  byId("empty").hidden = shown.lines > 0;
  byId("empty").textContent = shown.lines ? "" : whyEmpty();
  byId("undo").disabled = !past.length;
  byId("redo").disabled = !future.length;
}

// Select a line, an actor, two blocs or nothing. After a key press the focus follows into the panel.
function choose(target, event) {
  const byKey = event && (event.type === "keydown" || event.detail === 0);
  const active = document.activeElement;
  if (byKey && !panel.contains(active)) before = active.dataset.line ?? active;
  hideTip();
  change((now) => { now.selected = target; });
  if (target && byKey) panel.querySelector("h2").focus();
  if (target && event && narrow.matches) panel.scrollIntoView({ behavior: still.matches ? "auto" : "smooth" });
}

function leave() {
  choose(null);
  const back = typeof before === "string" ? tableBody.querySelector(`tr[data-line="${Number(before)}"]`) : before;
  back?.focus();
  before = null;
}

// What a search finds: shown in the graph where it is there already, else with its neighbours in the focus graph.
function goTo(actor, event) {
  const here = state.view === "focus" && shown.actor[actor] && inFocus().actors.has(actor);
  if (here || state.view === "table") choose({ actor }, event);
  else {
    before = byId("search");
    focusOn(actor);
    panel.querySelector("h2").focus();
  }
}

// --- tabs, tips, keys ------------------------------------------------------------------------------------------------------

function openTab() {
  for (const name of VIEWS) {
    const open = name === state.view;
    byId(`${name}-view`).hidden = !open;
    byId(`tab-${name}`).tabIndex = open ? 0 : -1;
    byId(`tab-${name}`).setAttribute("aria-selected", open);
  }
  byId("legend-actors").hidden = state.view === "map"; // where colours stand for blocs
  byId("legend-blocs").hidden = state.view !== "map";
  byId("layout").value = state.layout;
  byId("layout").parentElement.hidden = state.view === "table";
}

const show = (view) => change((now) => { now.view = view; });

function startTabs() {
  for (const name of VIEWS) byId(`tab-${name}`).addEventListener("click", () => show(name));
  byId("tab-map").parentElement.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(VIEWS[(VIEWS.indexOf(state.view) + step + VIEWS.length) % VIEWS.length]);
    byId(`tab-${state.view}`).focus();
  });
  document.querySelector(".skip").addEventListener("click", (event) => { event.preventDefault(); show("table"); byId("tab-table").focus(); });
  const words = { signed: "friends near, enemies apart", radial: "rings", bloc: "by bloc" };
  byId("layout").append(...LAYOUTS.map((name) => h("option", { value: name }, words[name])));
  byId("layout").addEventListener("change", (event) => change((now) => { now.layout = event.target.value; }));
  for (const view of ["map", "focus"]) {
    for (const zoom of byId(`${view}-view`).querySelectorAll("[data-zoom]")) zoom.addEventListener("click", () => views[view].zoom(zoom.dataset.zoom));
    byId(view === "map" ? "map" : "graph").addEventListener("keydown", (event) => moveByKey(event, views[view]));
  }
}

function moveByKey(event, view) {
  const steps = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] };
  const zooms = { "+": "in", "=": "in", "-": "out", 0: "fit" };
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key in steps) view.pan(...steps[event.key]);
  else if (event.key in zooms) view.zoom(zooms[event.key]);
  else return;
  event.preventDefault();
}

function showTip(x, y, nodes) {
  const tip = byId("tip");
  tip.replaceChildren(...nodes);
  tip.hidden = false;
  const { innerWidth, innerHeight } = window;
  tip.style.left = `${Math.max(Math.min(x + 14, innerWidth - tip.offsetWidth - 4), 4)}px`;
  tip.style.top = `${y + 18 + tip.offsetHeight > innerHeight ? y - tip.offsetHeight - 10 : y + 18}px`;
}
function hideTip() { byId("tip").hidden = true; }

const lineTip = (line) => [...lineName(line), `\n${summary(shownClaims(line), 6)}${isHedged(line) ? "\nonly negated, planned, requested or possible" : ""}`];
const actorTip = (actor) => [bdi(nameOf(actor)), `\n${[kindNames(actor), plural(actors.claims[actor], "claim")].filter(Boolean).join(" · ")}`];

function startKeys() {
  document.addEventListener("keydown", (event) => {
    const active = document.activeElement;
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(active.tagName) && !["checkbox", "radio", "range"].includes(active.type);
    const ctrl = event.ctrlKey || event.metaKey;
    if (event.key === "/" && !typing && !ctrl) { event.preventDefault(); byId("search").focus(); }
    if (event.key === "Escape" && byId("save").open) { byId("save").open = false; byId("save").firstElementChild.focus(); } else if (event.key === "Escape" && state.selected) leave();
    if (ctrl && !typing && event.key.toLowerCase() === "z") { event.preventDefault(); (event.shiftKey ? redo : undo)(); }
    if (ctrl && !typing && event.key.toLowerCase() === "y") { event.preventDefault(); redo(); }
  });
}

// --- the page's own buttons, the legend ------------------------------------------------------------------------------------

async function copyLink() {
  const text = location.href.split("#")[0] + (toFragment() ? `#${toFragment()}` : "");
  let done = true;
  try { await navigator.clipboard.writeText(text); } catch { done = copyBySelection(text); }
  byId("link").textContent = done ? "Copied" : "It is in the address bar";
  setTimeout(() => { byId("link").textContent = "Copy link"; }, 2000);
}

function copyBySelection(text) {
  const field = h("textarea", { value: text, className: "hidden-text" });
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

function startTools() {
  byId("undo").addEventListener("click", undo);
  byId("redo").addEventListener("click", redo);
  byId("link").addEventListener("click", copyLink);
  byId("link").hidden = location.protocol === "about:"; // a notebook's frame has no address
  document.addEventListener("click", (event) => { if (!byId("save").contains(event.target)) byId("save").open = false; });
}

function startLegend() {
  const used = distinct(lines.sign).sort((a, b) => b * b - a * a || b - a);
  const item = (mark, word) => h("li", {}, mark, word);
  byId("legend-lines").append(
    ...used.map((sign) => item(sample(sign), SIGNS[sign].word)),
    ...(lines.mutual.some(Boolean) ? [item(sample(1, { mutual: true }), "both ways (no arrowhead)")] : []),
    item(sample(1, { hedged: true }), "only negated, planned or possible"),
  );
  const met = new Set(actors.shape);
  byId("legend-actors").append(...shapes.flatMap((shape, place) => (met.has(place) ? [item(shapeSample(shape), shape.legend)] : [])));
  const first = (bloc) => bdi(bloc < 0 ? "in no bloc" : nameOf(blocs[bloc].members[0]));
  byId("legend-blocs").append(...[...range(0, blocs.length), -1].map((bloc) => item(blocSwatch(bloc), first(bloc))));
}

if (narrow.matches) for (const id of ["filters", "legend"]) byId(id).open = false;
readTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readTheme(); update(); });
Object.assign(state, fromFragment(location.hash.slice(1)));
startLegend();
startTabs();
startKeys();
startTools();
combobox(byId("search"), byId("found"), goTo);
compute();
for (const view of [facetsView, timeView, saveView, printView]) view.start();
update();
(window.requestIdleCallback ?? setTimeout)(() => { readSpellings(); loadArticles(); });

// What tests and other scripts may ask of the page.
window.kgView = {
  ready: true, state, shown, actors, lines, claims, blocs, relations, past, future,
  choose, show, focusOn, findPaths, expand, collapse, fan, pin, undo, redo, change, toFragment, textsOf, inFocus, dayNumber, FACETS,
  clickable: (line) => graphView.clickable(line), nodePoint: (actor) => graphPoint(actor), curves: () => [...graphNow.curves.keys()], boxes: () => ({ labels: labelled.labels, marks: graphNow.actors.map(markBox) }), mapPoint: (actor) => mapPoint(actor), mapPointOfLine: (line) => mapPointOfLine(line),
  scene: () => views[state.view].scene(), saved: (kind) => saveView.text(kind), fillSheet: () => printView.fill(),
};
