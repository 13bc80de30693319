// The map's picture: all the functions here draw with a pen, which is a canvas or writes down paths for a file.
const MAP_GAP = 3.2; // pixels between the strands of one pair
const MAP_LOOP = 6; // radius of a line from an actor to itself
const MAP_CRISP = 700; // with more strands in view they are drawn as a fog
const MAP_WIDTHS = [0.7, 0.9, 1.5, 2.4]; // of strands that nobody says to hold, with 1, up to 5, and more claims
const MAP_STRENGTH = [0.5, 0.75, 1, 1.25];
const MAP_SPECK = 1.8; // radius below which nobody can tell a dot from a square, which is drawn faster
const MAP_DIM = 0.18; // what is left of all else while something is selected

const mapClamp = (value, least, most) => Math.min(Math.max(value, least), most);
const mapSmooth = (share) => mapClamp(share, 0, 1) ** 2 * (3 - 2 * mapClamp(share, 0, 1));

// A part of the world on a screen: x on the screen is x in the world * scale + sight.x. `single` is how far single lines
// stand in for ribbons (0 to 1); `small` and `big` are the radii of the weakest and of the strongest actor.
function mapSight({ scale, x, y }, { width, height }, fit) {
  const [xs, ys] = mapPlaces();
  const zoom = scale / fit.scale;
  const room = Math.sqrt((fit.width * fit.height) / Math.max(shown.actors, 1)) * zoom;
  return {
    scale, x, y, width, height, zoom, xs, ys,
    single: mapIsRibboned() ? mapSmooth((zoom - 1.5) / 0.6) : 1,
    small: mapClamp(room * 0.05, 1.2, 4),
    big: mapClamp(room * 0.5, 9, 18),
  };
}
const mapIsRibboned = () => mapWorld.ribbons.length > 0 && shown.lines > MAP_SINGLE;
const mapX = (sight, x) => x * sight.scale + sight.x;
const mapY = (sight, y) => y * sight.scale + sight.y;
const mapRadius = (sight, actor) => sight.small + (sight.big - sight.small) * Math.sqrt(mapWorld.claims[actor] / mapWorld.most);
const mapSees = (sight, x, y, edge) => x > -edge && y > -edge && x < sight.width + edge && y < sight.height + edge;

function mapPaint(pen, sight) {
  const chosen = mapChosen();
  const rest = chosen ? MAP_DIM : 1;
  const boxes = mapBoxes(); // what no name may cover
  const dots = mapBoxes(); // what none should
  pen.lineCap = "butt";
  pen.lineJoin = "round";
  mapPaintOutlines(pen, sight);
  mapPaintStrands(pen, sight, rest);
  if (sight.single < 1) mapPaintRibbons(pen, sight, chosen);
  if (chosen) mapPaintChosen(pen, sight, chosen);
  mapPaintDots(pen, sight, chosen, boxes, dots);
  if (sight.single < 0.5) {
    mapPaintBlocNames(pen, sight, boxes);
    mapPaintRibbonCounts(pen, sight, chosen, boxes);
  }
  mapPaintNames(pen, sight, chosen, boxes, dots);
  pen.globalAlpha = 1;
}

// --- blocs ------------------------------------------------------------------------------------------------------------

const MAP_HIGH = 130; // pixels from a bloc's middle up to its rim, beyond which its name stands at the middle
const mapPad = (sight) => sight.big + 6;

function mapPaintOutlines(pen, sight) {
  const tint = 1 / Math.max(mapWorld.overlap * 1.2, 1);
  pen.lineWidth = 1;
  mapWorld.outlines.forEach((outline, bloc) => {
    if (!outline) return;
    pen.fillStyle = pen.strokeStyle = blocColour(bloc);
    mapTrace(pen, outline.rim.map(([x, y]) => [mapX(sight, x), mapY(sight, y)]), mapPad(sight));
    pen.globalAlpha = 0.1 * tint;
    pen.fill();
    pen.globalAlpha = 0.3 * tint;
    pen.stroke();
  });
}

// A path around a rim, at a distance, with round corners.
function mapTrace(pen, rim, pad) {
  pen.beginPath();
  const across = (from, to) => Math.atan2(to[1] - from[1], to[0] - from[0]) - Math.PI / 2;
  rim.forEach((point, place) => {
    const before = rim.at(place - 1);
    const after = rim[(place + 1) % rim.length];
    if (rim.length === 1) pen.arc(...point, pad, 0, 2 * Math.PI);
    else pen.arc(...point, pad, across(before, point), across(point, after));
  });
  pen.closePath();
}

function mapPaintBlocNames(pen, sight, boxes) {
  mapWorld.outlines.forEach((outline, bloc) => {
    if (!outline) return;
    const [x, y] = [mapX(sight, outline.anchor[0]), mapY(sight, outline.anchor[1])];
    const style = { size: 15, weight: 600, italic: true, fill: blocColour(bloc) };
    const text = mapBlocName(bloc);
    const top = Math.min(...outline.rim.map((point) => mapY(sight, point[1])));
    const places = [0, -18, 18, -36, 36, -54, 54, -72, 72].map((aside) => y + aside);
    if (y - top < MAP_HIGH) places.unshift(top, top - 16);
    places.some((place) => mapPut(pen, sight, boxes, text, x, place, style));
  });
}

// The strongest members of a bloc, as many of three as make a short text.
function mapBlocName(bloc) {
  const names = blocs[bloc].members.slice(0, 3).map(nameOf);
  const most = names.length;
  while (names.length > 1 && names.join(", ").length > 26) names.pop();
  return mapShort(names.join(", ") + (names.length < most ? " …" : ""), 28);
}

// --- ribbons ----------------------------------------------------------------------------------------------------------

// The curve of a ribbon on the screen: both ends, the point that bends it, its width, and its strength from 0 to 1.
function mapCurve(ribbon, sight) {
  const [from, to] = ribbon.blocs.map((bloc) => mapWorld.outlines[bloc].anchor);
  const [x1, y1, x2, y2] = [mapX(sight, from[0]), mapY(sight, from[1]), mapX(sight, to[0]), mapY(sight, to[1])];
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const most = mapWorld.ribbons.at(-1).claims;
  const strength = Math.log1p(ribbon.claims) / Math.log1p(most);
  const width = 1 + 6 * strength ** 3;
  const [nx, ny] = [(y1 - y2) / length, (x2 - x1) / length];
  const aside = ribbon.side * (width + 2);
  const bend = aside + length * 0.16;
  return {
    x1: x1 + nx * aside, y1: y1 + ny * aside, x2: x2 + nx * aside, y2: y2 + ny * aside,
    cx: (x1 + x2) / 2 + nx * bend, cy: (y1 + y2) / 2 + ny * bend, width, strength, length,
  };
}
const mapAlong = ({ x1, y1, cx, cy, x2, y2 }, t) => {
  const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
  return [a * x1 + b * cx + c * x2, a * y1 + b * cy + c * y2];
};
const mapIsPair = (ribbon, pair) => pair && ribbon.blocs.every((bloc) => pair.includes(bloc));

function mapPaintRibbons(pen, sight, chosen) {
  for (const ribbon of mapWorld.ribbons) {
    const { x1, y1, cx, cy, x2, y2, width, strength } = mapCurve(ribbon, sight);
    const strong = mapIsPair(ribbon, chosen?.pair);
    const usual = (0.1 + 0.6 * Math.sqrt(ribbon.claims / mapWorld.ribbons.at(-1).claims)) * (chosen ? MAP_DIM * 1.5 : 1);
    pen.globalAlpha = (1 - sight.single) * (strong ? 0.95 : usual);
    pen.strokeStyle = signColour(ribbon.sign);
    pen.lineWidth = width;
    pen.setLineDash(SIGNS[ribbon.sign].dash.map((part) => part * Math.max(1, width / 3)));
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.quadraticCurveTo(cx, cy, x2, y2);
    pen.stroke();
  }
  pen.setLineDash([]);
}

function mapPaintRibbonCounts(pen, sight, chosen, boxes) {
  for (const ribbon of mapWorld.ribbons.toReversed()) {
    if (chosen && !mapIsPair(ribbon, chosen.pair)) continue;
    const curve = mapCurve(ribbon, sight);
    if (curve.strength < 0.45 || curve.length < 90) continue;
    const [x, y] = mapAlong(curve, 0.5);
    const style = { size: 11.5, weight: 600, fill: signColour(ribbon.sign) };
    mapPut(pen, sight, boxes, number(ribbon.claims), x, y, style);
  }
}

// --- strands ----------------------------------------------------------------------------------------------------------

const mapEnds = new Float64Array(4); // of the strand asked for last: x1, y1, x2, y2 on the screen

function mapFind(strand, sight) {
  const { a, b, aside } = mapWorld.strands;
  mapEnds[0] = mapX(sight, sight.xs[a[strand]]);
  mapEnds[1] = mapY(sight, sight.ys[a[strand]]);
  mapEnds[2] = mapX(sight, sight.xs[b[strand]]);
  mapEnds[3] = mapY(sight, sight.ys[b[strand]]);
  if (!aside[strand] || a[strand] === b[strand]) return;
  const [dx, dy] = [mapEnds[2] - mapEnds[0], mapEnds[3] - mapEnds[1]];
  const shift = (aside[strand] * MAP_GAP) / (Math.sqrt(dx * dx + dy * dy) || 1);
  mapEnds[0] -= dy * shift;
  mapEnds[1] += dx * shift;
  mapEnds[2] -= dy * shift;
  mapEnds[3] += dx * shift;
}

// The middle of the circle that stands for a line from an actor to itself.
function mapLoop(strand, sight) {
  const { a, aside } = mapWorld.strands;
  const angle = -Math.PI / 4 + aside[strand];
  const away = mapRadius(sight, a[strand]) + MAP_LOOP - 2;
  return [mapX(sight, sight.xs[a[strand]]) + away * Math.cos(angle), mapY(sight, sight.ys[a[strand]]) + away * Math.sin(angle)];
}

// Whether the strand found last passes the screen by.
function mapOutside({ width, height }) {
  const x1 = mapEnds[0];
  const y1 = mapEnds[1];
  const x2 = mapEnds[2];
  const y2 = mapEnds[3];
  if ((x1 < 0 && x2 < 0) || (y1 < 0 && y2 < 0) || (x1 > width && x2 > width) || (y1 > height && y2 > height)) return true;
  const across = (x2 - x1) * (height / 2 - y1) - (y2 - y1) * (width / 2 - x1);
  return Math.abs(across) > (Math.abs(x2 - x1) * height + Math.abs(y2 - y1) * width) / 2;
}

// The strands in view: `crisp` ones are drawn one by one, and more than can be told apart as `fog`. Of many, the strongest
// between actors in view are crisp, and those that only pass through are left out if there are others. While ribbons stand
// for the lines between blocs, these are left out too. In view is what the bitmap has with its margin, also where less of
// it is drawn for the moment.
function mapSplit() {
  const sight = mapWide();
  const { count, claims: some, between } = mapWorld.strands;
  const heaps = [[], [], []]; // by the number of ends in view
  for (let strand = 0; strand < count; strand += 1) {
    if (!some[strand] || (!sight.single && between[strand])) continue;
    mapFind(strand, sight);
    if (mapOutside(sight)) continue;
    const ends = mapSees(sight, mapEnds[0], mapEnds[1], 0) + mapSees(sight, mapEnds[2], mapEnds[3], 0);
    heaps[ends].push(strand);
  }
  const [none, one, two] = heaps;
  if (none.length + one.length + two.length <= MAP_CRISP) return { crisp: heaps.flat(), fog: [] };
  const most = two.length <= MAP_CRISP ? MAP_CRISP : sight.single < 0.5 ? 0 : MAP_CRISP / 4;
  const fog = one.concat(two.slice(most));
  return { crisp: two.slice(0, most), fog: two.length + one.length ? fog : none };
}

function mapPaintStrands(pen, sight, rest) {
  const { crisp, fog } = mapSplit();
  const faint = rest * (0.25 + 0.75 * sight.single);
  if (fog.length && !pen.items) mapPaintFog(pen, sight, fog, crisp.length ? faint / 2 : faint);
  else if (fog.length) mapPaintLines(pen, sight, fog, mapClamp(200 / fog.length, 0.03, 0.4) * faint, false);
  mapPaintLines(pen, sight, crisp, mapClamp(14 / Math.sqrt(crisp.length), 0.4, fog.length ? 0.55 : 0.7) * faint, true);
}

// Each strand as a line of its own look: its width for its claims, its dashes for its sign.
function mapPaintLines(pen, sight, found, tone, crisp) {
  const { claims: some, holding, sign, between } = mapWorld.strands;
  const heaps = new Map();
  for (const strand of found) {
    const kind = !holding[strand] ? 0 : some[strand] > 5 ? 3 : some[strand] > 1 ? 2 : 1;
    const key = [kind, sign[strand] ** 2, sign[strand], between[strand]].join();
    if (!heaps.has(key)) heaps.set(key, { kind, sign: sign[strand], share: between[strand] ? sight.single : 1, strands: [] });
    heaps.get(key).strands.push(strand);
  }
  for (const key of [...heaps.keys()].sort()) {
    const { kind, sign: each, share, strands } = heaps.get(key);
    pen.globalAlpha = tone * MAP_STRENGTH[kind] * share;
    pen.lineWidth = crisp ? MAP_WIDTHS[kind] : 1;
    pen.setLineDash(crisp ? mapDash(kind === 0, each) : []);
    mapStroke(pen, sight, strands, each);
  }
  pen.setLineDash([]);
}
const mapDash = (hedged, sign) => (hedged ? [1.2, 4] : SIGNS[sign].dash);

// Paths are cut: wide lines that cross within one path are slow to draw on a canvas, and many paths make a large file.
function mapStroke(pen, sight, strands, sign) {
  const { a, b } = mapWorld.strands;
  const most = pen.items ? 500 : 20;
  pen.strokeStyle = signColour(sign);
  strands.forEach((strand, place) => {
    if (place % most === 0) pen.beginPath();
    if (a[strand] === b[strand]) {
      const [x, y] = mapLoop(strand, sight);
      pen.moveTo(x + MAP_LOOP, y);
      pen.arc(x, y, MAP_LOOP, 0, 2 * Math.PI);
    } else {
      mapFind(strand, sight);
      pen.moveTo(mapEnds[0], mapEnds[1]);
      pen.lineTo(mapEnds[2], mapEnds[3]);
    }
    if (place % most === most - 1 || place === strands.length - 1) pen.stroke();
  });
}

// --- what stands out ----------------------------------------------------------------------------------------------------

function mapPaintChosen(pen, sight, { strands, pair }) {
  if (pair && !sight.single) return;
  const { sign, holding } = mapWorld.strands;
  const few = strands.size <= MAP_CRISP / 4;
  pen.globalAlpha = (few ? 0.9 : 0.5) * (pair ? sight.single : 1);
  for (const each of [0, 1, -1]) {
    for (const hedged of [true, false]) {
      const some = [...strands].filter((strand) => sign[strand] === each && !holding[strand] === hedged);
      pen.lineWidth = few ? (hedged ? 1.4 : 2.4) : 1;
      pen.setLineDash(few ? mapDash(hedged, each) : []);
      mapStroke(pen, sight, some, each);
    }
  }
  pen.setLineDash([]);
}

// --- actors -------------------------------------------------------------------------------------------------------------

const MAP_LARGE = 3; // radius from which a dot has a rim
const MAP_SOLID = 7; // and from which no name of a bloc may cover it

function mapPaintDots(pen, sight, chosen, boxes, dots) {
  const small = new Map();
  const large = [];
  for (const actor of mapWorld.order) {
    const [x, y] = [mapX(sight, sight.xs[actor]), mapY(sight, sight.ys[actor])];
    if (!mapSees(sight, x, y, 20)) continue;
    const dim = chosen && !chosen.actors.has(actor);
    const radius = mapRadius(sight, actor);
    if (radius >= MAP_LARGE) {
      large.push({ actor, x, y, radius, dim });
      const box = [x - radius, y - radius, x + radius, y + radius];
      dots.add(...box);
      if (radius >= MAP_SOLID && sight.single < 0.5) boxes.add(...box);
    } else {
      const key = actors.bloc[actor] * 2 + (dim ? 1 : 0);
      if (!small.has(key)) small.set(key, []);
      small.get(key).push(x, y, radius);
    }
  }
  for (const [key, dots] of small) {
    pen.globalAlpha = key & 1 ? MAP_DIM : key < 0 ? 0.35 + 0.4 * sight.single : 0.85;
    pen.fillStyle = blocColour(key >> 1);
    for (let from = 0; from < dots.length; from += 1500) mapFillDots(pen, dots, from, Math.min(dots.length, from + 1500));
  }
  pen.lineWidth = 1.5;
  pen.strokeStyle = theme["--surface"];
  for (const { actor, x, y, radius, dim } of large.reverse()) {
    pen.globalAlpha = dim ? 2 * MAP_DIM : 1;
    pen.fillStyle = blocColour(actors.bloc[actor]);
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  }
}

function mapFillDots(pen, dots, from, to) {
  pen.beginPath();
  for (let at = from; at < to; at += 3) {
    const [x, y, radius] = [dots[at], dots[at + 1], dots[at + 2]];
    if (radius < MAP_SPECK) pen.rect(x - radius, y - radius, 2 * radius, 2 * radius);
    else {
      pen.moveTo(x + radius, y);
      pen.arc(x, y, radius, 0, 2 * Math.PI);
    }
  }
  pen.fill();
}
