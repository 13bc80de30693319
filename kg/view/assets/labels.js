// Names of actors, relations of lines, counters and pins in the focus graph, placed so that none covers another.
// A label: {text: [rows], size, weight, box, x, y, height, alpha, colour, target}; x, y is the middle of its first row.
const widths = new Map(); // of texts at 100 pixels

function textWidth(ctx, text, weight) {
  const key = `${weight} ${text}`;
  if (!widths.has(key)) {
    ctx.font = `${weight} 100px ${theme.font}`;
    widths.set(key, ctx.measureText(text).width / 100);
  }
  return widths.get(key);
}

// Greedy: the names of the chosen and the most claimed first, then counters, then relations; a label that finds no free
// place waits for a closer look. Boxes are in the coordinates of the graph.
function placeLabels(ctx, scale) {
  const lit = graphNow.lit;
  const [labels, room] = [[], roomOf(140 / scale)];
  graphNow.actors.forEach((actor) => room.take(markBox(actor)));
  const clear = (box, actor) => room.free(box, actor);
  const keep = (label, looks, owner) => {
    if (!label) return;
    room.take([...label.box, owner]);
    labels.push({ ...label, ...looks });
  };
  const isLit = (actor) => !lit || lit.actors.has(actor);
  const isChosen = (actor) => lit?.ends.includes(actor);
  const rank = (actor) => (isChosen(actor) ? -2 : lit?.actors.has(actor) ? -1 : 0);
  const name = (actor, alpha) => {
    const label = nameLabel(ctx, actor, scale, clear, isChosen(actor));
    keep(label, { alpha, colour: theme["--ink"], target: { actor } }, actor);
  };
  const counter = (actor) => {
    keep(counterLabel(ctx, actor, scale, clear), { alpha: 1, colour: theme["--muted"], target: { more: actor } });
  };
  const relation = (id) => {
    const line = lineOfCurve(id);
    keep(curveLabel(ctx, id, scale, clear), { alpha: 1, colour: signColour(lines.sign[line]), target: { line } });
  };
  const ranked = [...graphNow.actors].sort((a, b) => rank(a) - rank(b) || a - b);

  ranked.filter(isLit).forEach((actor) => name(actor, 1));
  ranked.filter(isLit).forEach(counter);
  if (graphNow.actors.length <= GRAPH.labelled || state.selected?.line !== undefined) curvesToLabel(scale).forEach(relation);
  ranked.filter((actor) => !isLit(actor)).forEach((actor) => name(actor, 0.3));
  return labels;
}

function markBox(actor) {
  const [x, y] = graphPlace(actor);
  const size = markSize(actor);
  return [x - size, y - size, x + size, y + size, actor];
}

// The curves whose relations are named, the chosen first; from afar only those of what is said most.
function curvesToLabel(scale) {
  const { lit, curves } = graphNow;
  const least = scale < 0.4 ? 4 : scale < 0.55 ? 3 : scale < 0.75 ? 2 : 1;
  const isChosen = (id) => lineOfCurve(id) === state.selected?.line;
  const isNamed = ([, { line, count }]) => (lit ? lit.lines.has(line) : count >= least || state.fanned.has(line));
  const strongest = ([a, one], [b, other]) => isChosen(b) - isChosen(a) || other.count - one.count || one.line - other.line;
  return [...curves].filter(isNamed).sort(strongest).map(([id]) => id);
}

function nameLabel(ctx, actor, scale, free, must) {
  const text = graphRows(actor);
  const size = (13 * Math.min(Math.max(scale, 0.84), 1.2)) / scale;
  const weight = must || graphNow.leading.has(actor) ? 700 : 500;
  const width = Math.max(...text.map((row) => textWidth(ctx, row, weight))) * size + 4 / scale;
  const height = size * 1.15;
  const full = height * text.length;
  const [x, y] = graphPlace(actor);
  const gap = markSize(actor) + 3 / scale;
  const aside = gap + width / 2;
  const places = [[0, gap], [0, -gap - full], [aside, -full / 2], [-aside, -full / 2]];
  if (weight === 700) for (const dx of [aside, -aside, 0]) for (const rows of [1, 2, 3]) places.push([dx, gap + (rows - 1) * height], [dx, -gap - full - (rows - 1) * height]);
  const at = ([dx, dy]) => ({
    text, size, weight, height, x: x + dx, y: y + dy + height / 2,
    box: [x + dx - width / 2, y + dy, x + dx + width / 2, y + dy + full],
  });
  const place = places.find((some) => free(at(some).box, actor)) ?? (must ? places[0] : null);
  return place && at(place);
}

// How many neighbours of an actor are not drawn, at the upper right of its mark, or the upper left where its name is there.
function counterLabel(ctx, actor, scale, free) {
  const missing = graphNow.missing.get(actor);
  if (!missing || scale < 0.35) return null;
  const text = [`+${number(missing)}`];
  const size = (10 * Math.min(Math.max(scale, 0.84), 1.2)) / scale;
  const [width, height] = [textWidth(ctx, text[0], 600) * size + 2 / scale, size * 1.15];
  const [x, y] = graphPlace(actor);
  const aside = markSize(actor) + 3 + width / 2;
  const bottom = y - markSize(actor) * 0.4;
  const at = (middle) => ({
    text, size, weight: 600, height, x: middle, y: bottom - height / 2,
    box: [middle - width / 2, bottom - height, middle + width / 2, bottom],
  });
  return [at(x + aside), ...(state.pins.has(actor) ? [] : [at(x - aside)])].find(({ box }) => free(box)) ?? null;
}

function curveLabel(ctx, id, scale, free) {
  const chosen = lineOfCurve(id) === state.selected?.line;
  const text = [curveText(id)];
  const size = (11 * Math.min(Math.max(scale, 0.9), 1.2)) / scale;
  const weight = chosen ? 700 : 500;
  const [width, height] = [textWidth(ctx, text[0], weight) * size + 4 / scale, size * 1.2];
  const places = [0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72].map((part) => pointOn(id, part));
  if (chosen) for (const rows of [1, -1, 2, -2, 3, -3, 5, -5]) places.push({ x: places[0].x, y: places[0].y + rows * height });
  for (const { x, y } of places) {
    const box = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
    if (free(box)) return { text, size, weight, height, box, x, y };
  }
  return null;
}

// --- on the canvas --------------------------------------------------------------------------------------------------------

let labelled = { key: "", labels: [] };

function drawLabels(ctx) {
  const scale = graphNet.getScale();
  const key = `${scale.toFixed(4)} ${graphNow.version}`;
  if (labelled.key !== key) labelled = { key, labels: placeLabels(ctx, scale) };
  const { x: left, y: top } = graphNet.DOMtoCanvas({ x: 0, y: 0 });
  const { x: right, y: bottom } = graphNet.DOMtoCanvas({ x: ctx.canvas.clientWidth, y: ctx.canvas.clientHeight });
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.strokeStyle = theme["--surface"];
  ctx.lineWidth = 4 / scale;
  for (const { text, size, weight, box, x, y, height, alpha, colour } of labelled.labels) {
    if (box[2] < left || box[0] > right || box[3] < top || box[1] > bottom) continue;
    ctx.font = `${weight} ${size}px ${theme.font}`;
    ctx.globalAlpha = alpha;
    ctx.fillStyle = colour;
    text.forEach((row, at) => {
      ctx.strokeText(row, x, y + at * height);
      ctx.fillText(row, x, y + at * height);
    });
  }
  ctx.globalAlpha = 1;
  for (const actor of graphNow.actors) if (state.pins.has(actor)) drawPin(ctx, actor, scale);
}

// A pin at the upper left of what the reader has put in its place.
const PIN = { head: 4.2, needle: 10 };
const pinPlace = (actor) => [graphPlace(actor)[0] - markSize(actor) - 2, graphPlace(actor)[1] - markSize(actor) * 0.7 - 2];

function drawPin(ctx, actor, scale) {
  const [x, y] = pinPlace(actor);
  const size = Math.min(Math.max(scale, 0.9), 1.2) / scale;
  ctx.strokeStyle = ctx.fillStyle = theme["--strong"];
  ctx.lineWidth = 1.6 * size;
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + PIN.needle * size * 0.6, y + PIN.needle * size);
  ctx.stroke();
  ctx.beginPath();
  ctx.arc(x, y, PIN.head * size, 0, 2 * Math.PI);
  ctx.fill();
}

const labelAt = (x, y) => labelled.labels.filter(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);

// A point of a curve, by its part from 0 to 1.
function pointOn(id, part) {
  const { edgeType, from, to } = graphNet.body.edges[id];
  if (from !== to) return edgeType.getPoint(part);
  const [x, y, radius] = edgeType._getCircleData();
  const way = Math.atan2(y - from.y, x - from.x) + (part - 0.5) * 3; // the part that is farthest from the mark
  return { x: x + radius * Math.cos(way), y: y + radius * Math.sin(way) };
}

// The curve nearest to a point, at most 10 away; of those that lie on each other the shortest: the others are free elsewhere.
function curveAt(x, y) {
  let best = { id: null, worth: Infinity };
  for (const id of graphNow.curves.keys()) {
    const { edgeType, from, to } = graphNet.body.edges[id];
    const away = edgeType.getDistanceToEdge(from.x, from.y, to.x, to.y, x, y);
    const worth = Math.floor(away / 2) * 1e6 + Math.hypot(to.x - from.x, to.y - from.y);
    if (away < 10 && worth < best.worth) best = { id, worth };
  }
  return best.id;
}

// What a curve says; kept, for reading the claims of all lines takes time.
const curveTexts = { version: -1, texts: new Map() };
function curveText(id) {
  if (curveTexts.version !== shown.version) Object.assign(curveTexts, { version: shown.version, texts: new Map() });
  const { line, relation } = graphNow.curves.get(id);
  const some = () => shownClaims(line).filter((claim) => relation < 0 || claims.relation[claim] === relation);
  return curveTexts.texts.get(id) ?? curveTexts.texts.set(id, summary(some())).get(id);
}
