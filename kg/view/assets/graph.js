// The focus graph: vis-network draws the marks of some actors and the lines between them, a fanned line as one curve for
// each relation. Which actors: focus.js; where they stand: graph_places.js; names: labels.js.
// Most lines, and of them in full colour; most actors whose lines are labelled, and in bold.
const GRAPH = { lines: 1500, crowd: 400, labelled: 200, leading: 12 };
let graphNet, graphNodes, graphEdges; // the network and its data sets, once they are first shown

// What is drawn now.
const graphNow = {
  actors: [], leading: new Set(), // those with most claims first
  curves: new Map(), // id of an edge => {line, relation (-1: all of them), count, hedged, faint}; the id: line or line:relation
  lines: [], // all between the actors, the first GRAPH.lines of which are drawn
  get cut() { return Math.max(this.lines.length - GRAPH.lines, 0); },
  missing: new Map(), // actor => neighbours that are not drawn
  lit: null, // {ends, actors, lines}: what is chosen and what it touches
  pairs: new Map(), // "source target" => their lines, shown or not
  settled: new Map(), // actor => [x, y]
  places: new Map(), // the same without pins, also of those that were drawn before and may come back
  key: "", turned: false, opened: 0, chosen: "", // of the last layout and view
  styles: new Map(), // id => what the data sets hold of it, as text
  version: 0, // grows with everything that labels depend on
};

const graphView = {
  start: () => graphMake(),
  update() {
    graphHold("_blockRedraw"); // one drawing for all that follows
    const wanted = inFocus();
    graphGather(wanted);
    graphBar(wanted); // it may take room from the canvas
    graphNet.setSize();
    const anew = graphArrange();
    graphTell();
    graphFollow(anew);
    graphHold("_allowRedraw");
    graphNet.redraw();
  },
  zoom(what) {
    if (!graphNet) return;
    if (what === "fit") graphFit();
    else graphScale(graphNet.getScale() * (what === "in" ? 1.3 : 1 / 1.3));
  },
  pan(dx, dy) {
    const { x, y } = graphNet.getViewPosition();
    graphNet.moveTo({ position: { x: x - dx / graphNet.getScale(), y: y - dy / graphNet.getScale() }, animation: graphMotion() });
  },
  scene: () => graphScene(),
  clickable: (line) => graphClickable(line),
  placeOf: (actor) => (graphNow.settled.has(actor) ? graphTurnBack(graphPlace(actor)).map(Math.round) : null), // as pins are kept
};

const graphHold = (event) => graphNet.body.emitter.emit(event);

function graphMake() {
  for (const node of readBlock("nodes")) graphMade.nodes.set(node.id, node);
  for (const edge of readBlock("edges")) graphMade.edges.set(edge.id, edge);
  [graphNodes, graphEdges] = [new vis.DataSet(), new vis.DataSet()];
  graphNet = new vis.Network(byId("graph"), { nodes: graphNodes, edges: graphEdges }, {
    ...readBlock("options"), autoResize: true,
    interaction: { selectable: false, zoomSpeed: 0.7 },
    edges: { selectionWidth: 0 }, nodes: { borderWidth: 2, font: { size: 0 } },
  });
  graphNet.on("afterDrawing", drawLabels);
  graphNet.on("click", ({ pointer }) => graphClick(graphHit(pointer.DOM)));
  graphNet.on("doubleClick", ({ pointer }) => graphDoubleClick(graphHit(pointer.DOM)));
  graphNet.on("dragging", () => { graphNow.version += 1; });
  graphNet.on("dragEnd", ({ nodes }) => graphDropped(nodes));
  graphStartTip();
}

// --- what is drawn --------------------------------------------------------------------------------------------------------

// Nodes and edges as pyvis made them for the start; those of others get the same form.
const graphMade = { nodes: new Map(), edges: new Map() };

function graphNode(actor) {
  const make = () => ({ id: actor, label: placeName(actor), shape: shapes[actors.shape[actor]].shape });
  return graphMade.nodes.get(actor) ?? graphMade.nodes.set(actor, make()).get(actor);
}

function graphEdge(line) {
  const smooth = { enabled: true, type: "curvedCW", roundness: 0.04 };
  const arrows = lines.mutual[line] ? "" : "to";
  const make = () => ({ id: line, from: lines.source[line], to: lines.target[line], arrows, smooth });
  return graphMade.edges.get(line) ?? graphMade.edges.set(line, make()).get(line);
}

const graphRows = (actor) => graphNode(actor).label.split("\n");
const graphBox = (actor) => placeBox(graphNode(actor).label);
const lineOfCurve = (id) => (typeof id === "number" ? id : Number(id.split(":")[0]));
const markSize = (actor) => Math.min(8 + 2.6 * Math.sqrt(actors.claims[actor]), 26);
const graphPlace = (actor) => [graphNet.body.nodes[actor].x, graphNet.body.nodes[actor].y];

function graphGather({ actors: wanted }) {
  const { centre, path, opened, selected } = state;
  const asked = new Set([centre, path?.from, path?.to, selected?.actor, ...opened]);
  graphNow.actors = [...wanted].filter((actor) => shown.actor[actor] || asked.has(actor)).slice(0, MOST).sort((a, b) => a - b);
  graphNow.leading = new Set(graphNow.actors.slice(0, GRAPH.leading));
  const here = new Set(graphNow.actors);
  graphNow.pairs = graphPairs(here);
  graphNow.lines = graphRanked([...graphNow.pairs.values()].flat().filter((line) => shown.line[line]));
  graphNow.curves = new Map(graphNow.lines.slice(0, GRAPH.lines).flatMap(graphCurves));
  graphNow.missing = new Map(graphNow.actors.map((actor) => [actor, graphBeyond([actor], here)]));
  graphNow.lit = graphLit();
  graphNow.version += 1;
}

// What is chosen, then the strongest line of each actor, then the rest by strength: no actor stands there without a line.
function graphRanked(some) {
  some.sort((a, b) => shown.line[b] - shown.line[a] || a - b);
  const met = new Set();
  const first = new Set(some.filter((line) => {
    const ends = [lines.source[line], lines.target[line]];
    const isFirst = ends[0] !== ends[1] && ends.some((end) => !met.has(end));
    if (isFirst) ends.forEach((end) => met.add(end));
    return isFirst;
  }));
  const rank = (line) => (line === state.selected?.line ? 2 : first.has(line) ? 1 : 0);
  return some.sort((a, b) => rank(b) - rank(a));
}

function graphPairs(here) {
  const pairs = new Map();
  for (const source of here) {
    for (const line of ownLines(source)) {
      if (lines.source[line] !== source || !here.has(lines.target[line])) continue;
      const pair = `${source} ${lines.target[line]}`;
      (pairs.get(pair) ?? pairs.set(pair, []).get(pair)).push(line);
    }
  }
  return pairs;
}

function graphCurves(line, at) {
  const faint = at >= GRAPH.crowd;
  if (!state.fanned.has(line)) return [[line, { line, relation: -1, count: shown.line[line], hedged: isHedged(line), faint }]];
  return byRelation(shownClaims(line)).map(([relation, some]) => [
    `${line}:${relation}`, { line, relation, count: some.length, hedged: !some.some(holds), faint },
  ]);
}

// How many neighbours of some actors, over lines that are shown, are not among those here.
function graphBeyond(some, here) {
  const found = new Set();
  for (const actor of some) {
    for (const line of ownLines(actor)) if (shown.line[line] && !here.has(otherEnd(line, actor))) found.add(otherEnd(line, actor));
  }
  return found.size;
}

// Which actors and lines stand out: all (null), or those that the selection touches.
function graphLit() {
  const { line, actor, blocs: pair } = state.selected ?? {};
  const isWhole = actor !== undefined && (state.path ? actor === state.path.from : actor === state.centre && state.hops === 2);
  if (isWhole || (line === undefined && actor === undefined && !pair)) return null; // the graph is there for this actor
  const ends = line === undefined ? [actor] : [lines.source[line], lines.target[line]];
  const isBetween = (one, other) => (pair ? actors.bloc[one] === pair[0] && actors.bloc[other] === pair[1]
    : ends.includes(one) && (line === undefined || ends.includes(other)));
  const lit = { ends: pair ? [] : ends, actors: new Set(pair ? [] : ends), lines: new Set() };
  for (const { line: each } of graphNow.curves.values()) {
    const [source, target] = [lines.source[each], lines.target[each]];
    if (!isBetween(source, target) && !isBetween(target, source)) continue;
    lit.lines.add(each);
    lit.actors.add(source).add(target);
  }
  return lit;
}

// --- how things look --------------------------------------------------------------------------------------------------------

// Bring the data sets up to date: only what has changed goes to the network.
function graphTell() {
  const bends = graphBends();
  const wanted = new Map(graphNow.actors.map((actor) => [actor, nodeStyle(actor)]));
  const curves = new Map([...graphNow.curves].map(([id, curve]) => [id, edgeStyle(id, curve, bends.get(id))]));
  const changed = (items, kind) => [...items].filter(([id, item]) => {
    const text = JSON.stringify(item);
    const before = graphNow.styles.get(`${kind}${id}`);
    graphNow.styles.set(`${kind}${id}`, text);
    return text !== before;
  }).map(([, item]) => item);
  const gone = (set, items, kind) => set.getIds().filter((id) => !items.has(id) && graphNow.styles.delete(`${kind}${id}`));
  graphEdges.remove(gone(graphEdges, curves, "edge"));
  graphNodes.remove(gone(graphNodes, wanted, "node"));
  graphNodes.update(changed(wanted, "node"));
  graphEdges.update(changed(curves, "edge").reverse()); // the strongest on top
}

function nodeStyle(actor) {
  const { id, shape } = graphNode(actor);
  const [x, y] = graphNow.settled.get(actor);
  const fill = { background: theme[shapes[actors.shape[actor]].filled ? "--ink" : "--surface"], border: theme["--ink"] };
  return {
    id, shape, x, y, chosen: false, size: markSize(actor), color: { ...fill, hover: fill, highlight: fill },
    borderWidth: state.selected?.actor === actor ? 4 : 2, opacity: !graphNow.lit || graphNow.lit.actors.has(actor) ? 1 : 0.25,
  };
}

function edgeStyle(id, { line, count, hedged, faint }, bend) {
  const sign = lines.sign[line];
  const chosen = state.selected?.line === line;
  const dim = graphNow.lit && !graphNow.lit.lines.has(line);
  const usual = (hedged ? 0.6 : 0.88) * (faint && !graphNow.lit ? 0.4 : 1);
  const width = hedged ? 1.6 : Math.min(1.4 + 1.2 * Math.log2(count + (sign ? 0.4 : 0)), 8);
  return {
    ...graphEdge(line), id, ...bend, chosen: false, width: chosen ? width + 2 : width,
    dashes: hedged ? [1, 6] : SIGNS[sign].dash.length ? SIGNS[sign].dash : false,
    color: { color: signColour(sign), inherit: false, opacity: chosen ? 1 : dim ? 0.12 : usual },
    arrows: lines.mutual[line] ? "" : { to: { enabled: true, scaleFactor: hedged ? 0.45 : 0.42 + 0.16 / Math.sqrt(width) } },
  };
}

// How each curve is bent, so that none lies on another of its pair: as pyvis did, or, where some line is fanned out,
// closer together; and to both sides where all have one direction.
function graphBends() {
  const bends = new Map();
  const fans = new Map([...state.fanned].map((line) => [line, []]));
  for (const [id, { line, relation }] of graphNow.curves) if (relation >= 0) fans.get(line).push(id);
  for (const [pair, all] of graphNow.pairs) {
    const [source, target] = pair.split(" ");
    const ids = all.flatMap((line) => fans.get(line) ?? [line]);
    const facing = graphNow.pairs.has(`${target} ${source}`);
    const fanned = all.some((line) => fans.has(line));
    ids.forEach((id, at) => bends.set(id, source === target ? loopBend(at) : pairBend(at, ids.length, facing, fanned)));
  }
  return bends;
}

const loopBend = (at) => ({
  selfReference: { size: 16 + 8 * Math.floor(at / 3), angle: Math.PI * (0.75 + 0.5 * (at % 3)), renderBehindTheNode: false },
});

function pairBend(at, count, facing, fanned) {
  const bend = (type, roundness) => ({ smooth: { enabled: true, type, roundness: Math.round(roundness * 1000) / 1000 } });
  if (!fanned) return bend("curvedCW", count > 1 || facing ? 0.08 + 0.14 * at : 0.04);
  if (facing) return bend("curvedCW", 0.08 + Math.min(0.16, 0.6 / count) * at);
  const step = at - (count - 1) / 2;
  return bend(step < 0 ? "curvedCCW" : "curvedCW", Math.abs(step) * Math.min(0.22, 1 / count));
}

// --- moving about -----------------------------------------------------------------------------------------------------------

const graphMotion = () => (still.matches ? false : { duration: 260, easingFunction: "easeInOutQuad" });
const graphScale = (scale) => graphNet.moveTo({ scale: Math.min(Math.max(scale, 0.05), 6), animation: graphMotion() });

// Bring some actors into view, with room for the names at the rim, which keep their size on the screen.
function graphFit(some = graphNow.actors, { most = 1.35, animated = true } = {}) {
  const { clientWidth: width, clientHeight: height } = graphNet.canvas.frame;
  if (!some.length || !width) return;
  const [xs, ys] = [0, 1].map((axis) => some.map((actor) => graphPlace(actor)[axis]));
  const rim = Math.min(130, width * 0.4);
  const scale = Math.min((width - rim) / (spanOf(xs) + 1), (height - 90) / (spanOf(ys) + 1), most);
  const position = { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 + 10 / scale };
  graphNet.moveTo({ position, scale: Math.max(scale, 0.05), animation: animated && graphMotion() });
}

// After a new layout show all; after a choice or an expansion bring what is new into view, unless it is there already.
function graphFollow(anew) {
  const { line, actor } = state.selected ?? {};
  const chosen = `${line} ${actor}`;
  const ends = (line === undefined ? [actor] : [lines.source[line], lines.target[line]]).filter((end) => graphNow.settled.has(end));
  if (anew) graphFit(graphNow.actors, { animated: false });
  else if (state.opened.size > graphNow.opened && graphNow.actors.some(graphIsOutside)) graphFit();
  else if (chosen !== graphNow.chosen && ends.some(graphIsOutside)) graphFit(ends, { most: graphNet.getScale() });
  Object.assign(graphNow, { chosen, opened: state.opened.size });
}

function graphIsOutside(actor) {
  const { clientWidth, clientHeight } = graphNet.canvas.frame;
  const { x, y } = graphNet.canvasToDOM(graphNet.getPosition(actor));
  return x < 10 || y < 10 || x > clientWidth - 10 || y > clientHeight - 10;
}

// --- what the reader does -----------------------------------------------------------------------------------------------------

// What is under a point of the canvas: {more: actor} for a counter, {actor}, {line}, or null.
function graphHit(point) {
  const { x, y } = graphNet.DOMtoCanvas(point);
  const labels = labelAt(x, y);
  const counter = labels.find(({ target }) => target.more !== undefined);
  if (counter) return counter.target;
  const actor = graphNet.getNodeAt(point);
  if (actor !== undefined) return { actor };
  if (labels.length) return labels[0].target;
  const id = curveAt(x, y);
  return id === null ? null : { line: lineOfCurve(id) };
}

function graphClick(target) {
  if (target?.more !== undefined) expand(target.more);
  else if (target?.line !== undefined) choose({ line: target.line });
  else choose(target);
}

function graphDoubleClick(target) {
  if (target?.line !== undefined) fan(target.line);
  else if (target?.actor === undefined) return;
  else if (graphNow.missing.get(target.actor)) expand(target.actor);
  else collapse(target.actor);
}

function graphDropped(some) {
  const isMoved = (actor) => graphPlace(actor).some((value, axis) => Math.abs(value - graphNow.settled.get(actor)[axis]) >= 1);
  const actor = some.find(isMoved); // a frame drawn around actors moves none
  graphNet.unselectAll();
  graphNow.version += 1;
  if (actor !== undefined) pin(actor, graphTurnBack(graphPlace(actor)).map(Math.round));
}

// What is under the pointer, in words, beside it.
function graphStartTip() {
  const canvas = byId("graph");
  let waiting = 0;
  const hide = () => { cancelAnimationFrame(waiting); hideTip(); };
  const show = (x, y) => {
    const { left, top } = canvas.getBoundingClientRect();
    const target = graphHit({ x: x - left, y: y - top });
    canvas.style.cursor = target ? "pointer" : "";
    if (target) showTip(x, y, graphTip(target));
  };
  canvas.addEventListener("pointermove", ({ clientX, clientY, buttons, pointerType }) => {
    hide();
    if (!buttons && pointerType === "mouse") waiting = requestAnimationFrame(() => show(clientX, clientY));
  });
  for (const event of ["pointerdown", "pointerleave", "wheel"]) canvas.addEventListener(event, hide, { passive: true });
}

function graphTip({ more, actor, line }) {
  const count = plural(graphNow.missing.get(more) ?? 0, "more neighbour");
  if (more !== undefined) return [`${count} of `, bdi(nameOf(more)), "\nClick to add them"];
  return line === undefined ? actorTip(actor) : lineTip(line);
}

// --- for tests: where things are on the page ------------------------------------------------------------------------------------

function graphPoint(actor) {
  const { left, top } = byId("graph").querySelector("canvas").getBoundingClientRect();
  const { x, y } = graphNet.canvasToDOM(graphNet.getPosition(actor));
  return { x: left + x, y: top + y };
}

// A point where a click meets the line; null where the line is not drawn or covered.
function graphClickable(line) {
  if (!graphNet) return null;
  const frame = byId("graph").querySelector("canvas").getBoundingClientRect();
  for (const id of [...graphNow.curves.keys()].filter((curve) => lineOfCurve(curve) === line)) {
    for (let step = 0; step < 120; step += 1) {
      const point = graphNet.canvasToDOM(pointOn(id, 0.5 + (step % 2 ? 0.004 : -0.004) * step));
      const [x, y] = [Math.round(frame.left + point.x), Math.round(frame.top + point.y)]; // a mouse has no halves of pixels
      if (!document.elementFromPoint(x, y)?.closest("#graph")) continue;
      if (graphHit({ x: x - frame.left, y: y - frame.top })?.line === line) return { x, y };
    }
  }
  return null;
}
