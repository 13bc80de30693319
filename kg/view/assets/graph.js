// The graph: vis-network draws actors and lines; names and relations are placed here so that none covers another.
const graphNodes = read("nodes");
const graphEdges = read("edges");
const nodeLabels = new Map(graphNodes.map((node) => [node.id, node.label.split("\n")]));
const edgeOf = new Map(graphEdges.map((edge) => [edge.id, edge]));
const still = matchMedia("(prefers-reduced-motion: reduce)");
let network, nodeSet, edgeSet, theme;
let placed = { key: "", labels: [] };
let version = 0;

function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  theme = { ink: value("--ink"), muted: value("--muted"), surface: value("--surface"), "--plus": value("--plus"),
    "--minus": value("--minus"), "--zero": value("--zero"), strong: value("--strong"), chosen: value("--chosen"),
    font: getComputedStyle(document.body).fontFamily };
}

function startGraph(onChoose) {
  readTheme();
  nodeSet = new vis.DataSet(graphNodes.map(({ label, ...node }) => ({ ...node, chosen: false })));
  edgeSet = new vis.DataSet(graphEdges.map((edge) => ({ ...edge, chosen: false })));
  const options = {
    ...read("options"), autoResize: true,
    interaction: { selectable: false, zoomSpeed: 0.7 },
    edges: { selectionWidth: 0, selfReference: { size: 18, angle: Math.PI / 4 } },
    nodes: { borderWidth: 2, font: { size: 0 } },
  };
  network = new vis.Network(document.getElementById("graph"), { nodes: nodeSet, edges: edgeSet }, options);
  network.on("afterDrawing", drawLabels);
  network.on("click", ({ pointer }) => onChoose(hit(pointer.DOM)));
  network.on("dragEnd", () => { version += 1; });
  network.on("dragging", () => { version += 1; });
  startTip();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readTheme(); restyle(); });
  turn();
}

// On a canvas that is higher than wide the whole picture is turned by a quarter.
function turn() {
  const { clientWidth, clientHeight } = network.canvas.frame;
  if (clientHeight < clientWidth * 1.2) return;
  nodeSet.update(graphNodes.map(({ id, x, y }) => ({ id, x: -y, y: x })));
}

// What is under a point of the canvas: an actor, a label, a line, or nothing.
function hit(point) {
  const node = network.getNodeAt(point);
  if (node !== undefined) return { actor: node };
  const { x, y } = network.DOMtoCanvas(point);
  const label = placed.labels.find(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
  if (label) return label.target;
  const edge = network.getEdgeAt(point);
  return edge === undefined ? null : { line: edge };
}

// What is under the pointer, in words, beside it.
function startTip() {
  const graph = document.getElementById("graph");
  const tip = document.getElementById("tip");
  let waiting = 0;
  const hide = () => { cancelAnimationFrame(waiting); tip.hidden = true; };
  const show = (x, y) => {
    const target = hit({ x, y });
    graph.style.cursor = target ? "pointer" : "";
    tip.hidden = !target;
    if (!target) return;
    tip.replaceChildren(...(target.actor === undefined ? lineTip(target.line) : actorTip(target.actor)));
    tip.style.left = `${Math.max(Math.min(x + 14, graph.clientWidth - tip.offsetWidth - 4), 4)}px`;
    tip.style.top = `${y + 18 + tip.offsetHeight > graph.clientHeight ? y - tip.offsetHeight - 10 : y + 18}px`;
  };
  graph.addEventListener("pointermove", (event) => {
    const { left, top } = graph.getBoundingClientRect();
    hide();
    if (!event.buttons && event.pointerType === "mouse") waiting = requestAnimationFrame(() => show(event.clientX - left, event.clientY - top));
  });
  for (const event of ["pointerdown", "pointerleave", "wheel"]) graph.addEventListener(event, hide, { passive: true });
}

function lineTip(id) {
  const shown = visible.get(id) ?? [];
  return [...lineName(lines[id]), `\n${summary(shown, 6)}${isHedged(shown) ? "\nonly denied, planned, requested or possible" : ""}`];
}

function actorTip(id) {
  const actor = actors[id];
  return [bdi(actor.name), `\n${actor.kinds.map((kind) => kindOf.get(kind).label).join(", ")} · ${plural(actor.claims, "claim")}`];
}

// --- how things look ------------------------------------------------------------------------------------------------

// Which actors and lines stand out: all, or those that the selection touches.
function inFocus() {
  const chosen = state.selected;
  if (!chosen) return null;
  const pair = chosen.line === undefined ? null : lines[chosen.line];
  const focus = { actors: new Set(pair ? [pair.source, pair.target] : [chosen.actor]), lines: new Set() };
  for (const index of visible.keys()) {
    const { source, target } = lines[index];
    const touches = pair
      ? focus.actors.has(source) && focus.actors.has(target)
      : source === chosen.actor || target === chosen.actor;
    if (touches) focus.lines.add(index);
  }
  if (!pair) for (const index of focus.lines) focus.actors.add(lines[index].source).add(lines[index].target);
  return focus;
}

function restyle() {
  const focus = inFocus();
  const linked = new Set();
  for (const index of visible.keys()) linked.add(lines[index].source).add(lines[index].target);
  if (state.selected?.actor !== undefined) linked.add(state.selected.actor);
  edgeSet.update(graphEdges.map(({ id }) => edgeStyle(id, focus)));
  nodeSet.update(graphNodes.map((node) => nodeStyle(node, linked.has(node.id), focus)));
  version += 1;
}

function edgeStyle(id, focus) {
  const shown = visible.get(id);
  if (!shown) return { id, hidden: true };
  const line = lines[id];
  const hedged = isHedged(shown);
  const chosen = state.selected?.line === id;
  const width = hedged ? 1.6 : Math.min(1.4 + 1.2 * Math.log2(shown.length + (line.sign ? 0.4 : 0)), 8);
  const opacity = focus && !focus.lines.has(id) ? 0.12 : hedged ? 0.6 : 0.88;
  return {
    id, hidden: false, width: chosen ? width + 2 : width, dashes: hedged ? [1, 6] : SIGNS[line.sign].dash.length ? SIGNS[line.sign].dash : false,
    color: { color: theme[SIGNS[line.sign].colour], inherit: false, opacity: chosen ? 1 : opacity },
    arrows: line.mutual ? "" : { to: { enabled: true, scaleFactor: hedged ? 0.45 : 0.42 + 0.16 / Math.sqrt(width) } },
  };
}

function nodeStyle(node, linked, focus) {
  const chosen = state.selected?.actor === node.id;
  const fill = { background: node.filled ? theme.ink : theme.surface, border: theme.ink };
  return {
    id: node.id, hidden: !linked, color: { ...fill, hover: fill, highlight: fill }, borderWidth: chosen ? 4 : 2,
    opacity: focus && !focus.actors.has(node.id) ? 0.25 : 1,
  };
}

// --- labels ---------------------------------------------------------------------------------------------------------

function drawLabels(ctx) {
  const scale = network.getScale();
  const key = `${scale.toFixed(4)} ${version}`;
  if (placed.key !== key) placed = { key, labels: placeLabels(ctx, scale) };
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  for (const label of placed.labels) {
    ctx.font = label.font;
    ctx.globalAlpha = label.alpha;
    ctx.strokeStyle = theme.surface;
    ctx.lineWidth = 4 / scale;
    ctx.fillStyle = label.colour;
    label.text.forEach((text, row) => {
      ctx.strokeText(text, label.x, label.y + row * label.height);
      ctx.fillText(text, label.x, label.y + row * label.height);
    });
  }
  ctx.globalAlpha = 1;
}

// Greedy: the names of the chosen and the most claimed first, then relations; a label that finds no free place waits
// for a closer look. Boxes are left, top, right, bottom in the coordinates of the graph.
function placeLabels(ctx, scale) {
  const focus = inFocus();
  const taken = []; // boxes; the fifth entry is the actor whose own box it is
  const labels = [];
  const nodes = graphNodes.filter((node) => !nodeSet.get(node.id).hidden);
  const rank = ({ id }) => (state.selected?.actor === id ? -2 : focus?.actors.has(id) ? -1 : 0);
  nodes.sort((a, b) => rank(a) - rank(b) || a.id - b.id);
  const leading = (node) => node.id < 12 && scale < 0.5; // from afar the first names may cover the marks of others
  const marks = nodes.map((node) => {
    const { x, y } = network.body.nodes[node.id];
    return [x - node.size, y - node.size, x + node.size, y + node.size, node.id];
  });
  taken.push(...marks.filter((box, at) => leading(nodes[at])));
  const rest = marks.filter((box, at) => !leading(nodes[at]));
  const name = (node, alpha) => {
    const label = nodeLabel(ctx, node, scale, leading(node) ? taken : [...taken, ...rest], rank(node) < 0);
    if (!label) return;
    taken.push([...label.box, node.id]);
    labels.push({ ...label, alpha, colour: theme.ink, target: { actor: node.id } });
  };
  const dim = (node) => focus && !focus.actors.has(node.id);
  nodes.filter((node) => !dim(node)).forEach((node) => name(node, 1));
  const least = scale < 0.4 ? 4 : scale < 0.55 ? 3 : scale < 0.75 ? 2 : 1; // from afar only what is said most
  for (const [id, shown] of visible) {
    if (!edgeOf.has(id) || (focus ? !focus.lines.has(id) : shown.length < least)) continue;
    const label = edgeLabel(ctx, id, shown, scale, [...taken, ...rest], state.selected?.line === id);
    if (!label) continue;
    taken.push(label.box);
    labels.push({ ...label, alpha: 1, colour: theme[SIGNS[lines[id].sign].colour], target: { line: id } });
  }
  nodes.filter(dim).forEach((node) => name(node, 0.3));
  return labels;
}

function fits(box, taken, except) {
  return taken.every((other) => other[4] === except || box[2] <= other[0] || box[0] >= other[2] || box[3] <= other[1] || box[1] >= other[3]);
}

function nodeLabel(ctx, node, scale, taken, must) {
  const text = nodeLabels.get(node.id);
  const size = (13 * Math.min(Math.max(scale, 0.84), 1.2)) / scale;
  const font = `${node.id < 12 || must ? 700 : 500} ${size}px ${theme.font}`;
  ctx.font = font;
  const width = Math.max(...text.map((line) => ctx.measureText(line).width)) + 4 / scale;
  const height = size * 1.15;
  const { x, y } = network.body.nodes[node.id];
  const full = height * text.length;
  const gap = node.size + 3 / scale;
  const places = [[0, gap], [0, -gap - full], [gap + width / 2, -full / 2], [-gap - width / 2, -full / 2]];
  for (const [dx, dy] of places) {
    const box = [x + dx - width / 2, y + dy, x + dx + width / 2, y + dy + full];
    if (!fits(box, taken, node.id)) continue;
    return { text, font, height, box, x: x + dx, y: y + dy + height / 2 };
  }
  if (!must) return null;
  const box = [x - width / 2, y + gap, x + width / 2, y + gap + full];
  return { text, font, height, box, x, y: y + gap + height / 2 };
}

function edgeLabel(ctx, id, shown, scale, taken, must) {
  const text = summary(shown);
  const size = (11 * Math.min(Math.max(scale, 0.9), 1.2)) / scale;
  const font = `${must ? 700 : 500} ${size}px ${theme.font}`;
  ctx.font = font;
  const width = ctx.measureText(text).width + 4 / scale;
  const height = size * 1.2;
  const places = [0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72].map((part) => pointOn(id, part));
  if (must) for (const rows of [1, -1, 2, -2, 3, -3, 5, -5]) places.push({ x: places[0].x, y: places[0].y + rows * height });
  for (const { x, y } of places) {
    const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
    if (!fits(box, taken)) continue;
    return { text: [text], font, height, box, x, y };
  }
  return null;
}

function pointOn(id, part) {
  const { source, target } = lines[id];
  const { edgeType } = network.body.edges[id];
  if (source !== target) return edgeType.getPoint(part);
  const [x, y, radius] = edgeType._getCircleData(); // a line from an actor to itself
  return { x: x + radius * Math.SQRT1_2, y: y - radius * Math.SQRT1_2 };
}

// --- moving about ---------------------------------------------------------------------------------------------------

const motion = () => (still.matches ? false : { duration: 260, easingFunction: "easeInOutQuad" });

// Everything that is shown, with room for the names at the rim, which keep their size on the screen.
function fit(ids = shownNodes(), most = 1.35, animated = true) {
  const { clientWidth: width, clientHeight: height } = network.canvas.frame;
  if (!ids.length || !width) return;
  const places = ids.map((id) => network.getPosition(id));
  const [left, right] = [Math.min(...places.map((p) => p.x)), Math.max(...places.map((p) => p.x))];
  const [top, bottom] = [Math.min(...places.map((p) => p.y)), Math.max(...places.map((p) => p.y))];
  const rim = Math.min(150, width / 4);
  const scale = Math.min((width - rim) / (right - left + 1), (height - 90) / (bottom - top + 1), most);
  const position = { x: (left + right) / 2, y: (top + bottom) / 2 + 10 / scale };
  network.moveTo({ position, scale: Math.max(scale, 0.05), animation: animated && motion() });
}

const shownNodes = () => nodeSet.get({ filter: (node) => !node.hidden }).map((node) => node.id);

function zoom(factor) {
  network.moveTo({ scale: Math.min(Math.max(network.getScale() * factor, 0.05), 6), animation: motion() });
}

// Bring what is selected into view, without moving when it is there already.
function centre() {
  if (!network.canvas.frame.clientWidth) return;
  const { line, actor } = state.selected ?? {};
  const ids = (line === undefined ? [actor] : [lines[line].source, lines[line].target]).filter((id) => id < drawn);
  if (!ids.length) return;
  const { clientWidth, clientHeight } = network.canvas.frame;
  const outside = ids.some((id) => {
    const { x, y } = network.canvasToDOM(network.getPosition(id));
    return x < 60 || y < 40 || x > clientWidth - 60 || y > clientHeight - 60;
  });
  if (line === undefined) network.focus(actor, { scale: Math.max(network.getScale(), 0.8), animation: motion() });
  else if (outside) fit(ids, 1);
}

// A point of the page where a click meets the line, for tests; null where the line is not drawn or covered.
function clickable(id) {
  if (!edgeOf.has(id) || !visible.has(id)) return null;
  const frame = document.querySelector("#graph canvas").getBoundingClientRect();
  for (let step = 0; step < 40; step += 1) {
    const part = 0.5 + (step % 2 ? 0.01 : -0.01) * step;
    const point = network.canvasToDOM(pointOn(id, part));
    const [x, y] = [Math.round(frame.left + point.x), Math.round(frame.top + point.y)]; // a mouse has no halves of pixels
    if (hit({ x: x - frame.left, y: y - frame.top })?.line === id) return { x, y };
  }
  return null;
}
