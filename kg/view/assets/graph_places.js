// Where the actors of the focus graph stand, in pixels at scale 1: around one actor, in columns along paths, or as on
// the map. The same actors and lines give the same places.
const PLACE = {
  first: 230, ring: 130, spacing: 112, single: 24, // the first ring, from ring to ring, from actor to actor; most on one ring
  column: 310, aside: 170, row: 95, rows: 12, // from step to step of a path; columns of one step, their rows and most rows
  wider: 1.2, fill: 2.2, // screens are wider than high; how much more room a picture has than its boxes
};

// A name on at most two lines of 20 letters, as the names that the page starts with are broken.
function placeName(actor) {
  const cut = (text, most) => (text.length > most ? `${Array.from(text).slice(0, most - 1).join("")}…` : text);
  const rows = [""];
  for (const word of nameOf(actor).split(/\s+/)) {
    const row = rows[rows.length - 1];
    if (!row) rows[rows.length - 1] = cut(word, 20);
    else if (row.length + word.length < 20) rows[rows.length - 1] += ` ${word}`;
    else rows.push(cut(word, 20));
  }
  return rows.length > 2 ? `${rows[0]}\n${Array.from(rows[1]).slice(0, 18).join("")} …` : rows.join("\n");
}

const WIDE = /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/;
const letters = (row) => Array.from(row).reduce((sum, letter) => sum + (WIDE.test(letter) ? 1.7 : 1), 0);

// Width and height of an actor with its name below.
function placeBox(label) {
  const rows = label.split("\n");
  return [8 * Math.max(...rows.map(letters)) + 22, 52 + 15 * rows.length];
}

// What ties each actor to the others: actor => Map(other => claims).
function placeTies(here, some) {
  const ties = new Map(here.map((actor) => [actor, new Map()]));
  const add = (one, other, claims) => ties.get(one)?.set(other, (ties.get(one).get(other) ?? 0) + claims);
  for (const line of some) {
    const [source, target] = [lines.source[line], lines.target[line]];
    if (source === target || !ties.has(source) || !ties.has(target)) continue;
    add(source, target, shown.line[line]);
    add(target, source, shown.line[line]);
  }
  return ties;
}

const onMap = (actor, layout = "signed") => (actors.places[layout] ?? Object.values(actors.places)[0]).map((axis) => axis[actor]);

// As on the map, with as much room as the names need.
function placeAsMap(here, layout, boxes) {
  const places = here.map((actor) => onMap(actor, layout));
  const extent = [0, 1].map((axis) => spanOf(places.map((place) => place[axis])));
  const need = PLACE.fill * sumOf(boxes, ([width, height]) => width * height);
  const scale = Math.sqrt(need / Math.max((extent[0] + 1) * (extent[1] + 1), 1));
  return new Map(here.map((actor, at) => [actor, places[at].map((value) => value * scale)]));
}
const sumOf = (some, value) => some.reduce((sum, each) => sum + value(each), 0);
const spanOf = (values) => Math.max(...values) - Math.min(...values);

// --- around one actor -------------------------------------------------------------------------------------------------

// Actors by bloc, blocs and members by the way in which they lie from the root on the map: friends stand together.
function placeOrder(here, root) {
  const [x, y] = onMap(root);
  const way = new Map(here.map((actor) => [actor, Math.atan2(onMap(actor)[1] - y, onMap(actor)[0] - x)]));
  const sums = new Map();
  for (const actor of here) {
    const sum = sums.get(actors.bloc[actor]) ?? sums.set(actors.bloc[actor], [0, 0]).get(actors.bloc[actor]);
    sum[0] += Math.cos(way.get(actor));
    sum[1] += Math.sin(way.get(actor));
  }
  const turn = (actor) => Math.atan2(sums.get(actors.bloc[actor])[1], sums.get(actors.bloc[actor])[0]);
  const keys = new Map(here.map((actor) => [actor, [turn(actor), actors.bloc[actor], way.get(actor), actor]]));
  const compare = (a, b) => a.reduce((order, key, at) => order || key - b[at], 0);
  return [...here].sort((a, b) => compare(keys.get(a), keys.get(b)));
}

// The actors by steps from the root, each below the one of the step before that it has most to do with.
function placeTree(here, ties, root) {
  const order = placeOrder(here, root);
  const below = new Map(here.map((actor) => [actor, []]));
  const left = new Set(order);
  left.delete(root);
  const levels = [[root]];
  while (left.size) {
    const rim = levels[levels.length - 1];
    const tie = (actor, other) => ties.get(actor).get(other) ?? 0;
    const nearest = (actor) => rim.reduce((best, each) => (tie(actor, each) > tie(actor, best) ? each : best), rim[0]);
    const reached = order.filter((actor) => left.has(actor) && ties.get(actor).has(nearest(actor)));
    const next = reached.length ? reached : order.filter((actor) => left.has(actor)); // no line leads there: outermost
    for (const actor of next) {
      below.get(nearest(actor)).push(actor);
      left.delete(actor);
    }
    levels.push(rim.flatMap((actor) => below.get(actor)));
  }
  return { levels, below };
}

// The way from the root in which each actor stands: a sector as wide as what is in it needs.
function placeSectors({ levels, below }) {
  const weight = new Map();
  for (let depth = levels.length - 1; depth >= 0; depth -= 1) {
    const total = sumOf(levels[depth + 1] ?? [], (actor) => weight.get(actor));
    const share = total ? levels[depth].length / total : 0;
    for (const actor of levels[depth]) weight.set(actor, 1 + share * sumOf(below.get(actor), (child) => weight.get(child)));
  }
  const way = new Map();
  const split = (actor, from, to) => {
    way.set(actor, (from + to) / 2);
    const total = sumOf(below.get(actor), (child) => weight.get(child));
    let begin = from;
    for (const child of below.get(actor)) {
      const end = begin + ((to - from) * weight.get(child)) / total;
      split(child, begin, end);
      begin = end;
    }
  };
  split(levels[0][0], -Math.PI, Math.PI);
  return way;
}

// The radii of the rings on which so many actors have room, the first at least `inner`.
function placeRadii(count, inner) {
  const around = (some) => (some * PLACE.spacing) / (2 * Math.PI);
  const radii = [Math.max(inner, around(Math.min(count, PLACE.single)))];
  const room = () => sumOf(radii, (radius) => (2 * Math.PI * radius) / PLACE.spacing);
  while (room() < count - 0.5) radii.push(radii[radii.length - 1] + PLACE.ring);
  return radii;
}

function placeRings(here, ties, root, wider) {
  const tree = placeTree(here, ties, root);
  const way = placeSectors(tree);
  const places = new Map([[root, [0, 0]]]);
  let inner = PLACE.first;
  for (const level of tree.levels.slice(1)) {
    const radii = placeRadii(level.length, inner);
    const total = sumOf(radii, (radius) => radius);
    const owed = radii.map(() => 0); // each ring takes its share of those who come one after the other
    for (const actor of level) {
      radii.forEach((radius, at) => { owed[at] += radius / total; });
      const at = owed.indexOf(Math.max(...owed));
      owed[at] -= 1;
      places.set(actor, [radii[at] * Math.cos(way.get(actor)) * wider, radii[at] * Math.sin(way.get(actor))]);
    }
    inner = radii[radii.length - 1] + PLACE.ring;
  }
  return places;
}

// --- along paths --------------------------------------------------------------------------------------------------------

// Columns by steps from the first actor of the paths; in each column those are level that have lines with each other.
function placeColumns(paths, ends, ties) {
  const steps = paths.length ? paths[0].map((_, step) => paths.map((path) => path[step])) : ends.map((end) => [end]);
  const columns = steps.map(distinct);
  const level = new Map();
  const arrange = (column) => column.forEach((actor, at) => level.set(actor, at - (column.length - 1) / 2));
  const mean = (actor, beside) => {
    const tied = beside.filter((other) => ties.get(actor).has(other)).map((other) => level.get(other));
    return tied.length ? sumOf(tied, (value) => value) / tied.length : 0;
  };
  const sort = (column, beside) => {
    const keys = new Map(column.map((actor) => [actor, mean(actor, beside)]));
    column.sort((a, b) => keys.get(a) - keys.get(b) || actors.bloc[a] - actors.bloc[b] || a - b);
    arrange(column);
  };
  columns.forEach(arrange);
  for (let at = 1; at < columns.length; at += 1) sort(columns[at], columns[at - 1]);
  for (let at = columns.length - 2; at >= 0; at -= 1) sort(columns[at], columns[at + 1]);
  const tallest = Math.min(Math.max(...columns.map((column) => column.length)), PLACE.rows) * PLACE.row;
  const many = (column) => Math.ceil(column.length / PLACE.rows); // columns of one step, side by side
  const widths = columns.map((column) => Math.max(PLACE.column, tallest / 2) + (many(column) - 1) * PLACE.aside);
  let x = (widths[widths.length - 1] - sumOf(widths, (width) => width)) / 2;
  const places = new Map();
  columns.forEach((column, step) => {
    const beside = many(column);
    column.forEach((actor, at) => places.set(actor, [x + (at % beside) * PLACE.aside, (level.get(actor) / beside) * PLACE.row]));
    x += widths[step];
  });
  return places;
}

// --- room -----------------------------------------------------------------------------------------------------------------

// Push boxes that overlap off each other along the shorter way; stretch the whole where that does not end.
function placeApart(places, boxOf) {
  const all = [...places].map(([actor, [x, y]], at) => ({ actor, at, x, y, width: boxOf(actor)[0], height: boxOf(actor)[1] }));
  const gap = Math.max(2, Math.min(90, 600 / all.length)); // among few there is room for what their lines say
  const widest = Math.max(0, ...all.map(({ width }) => width)) + gap;
  for (let round = 1; round < 600 && placePush(all, widest, gap); round += 1) {
    if (round % 20 && round < 300) continue;
    for (const one of all) [one.x, one.y] = [one.x * 1.05, one.y * 1.05];
  }
  return new Map(all.map(({ actor, x, y }) => [actor, [Math.round(x), Math.round(y)]]));
}

// One round; true where some boxes overlapped.
function placePush(all, widest, gap) {
  let met = false;
  all.sort((a, b) => a.x - b.x || a.at - b.at);
  all.forEach((one, at) => {
    for (let next = at + 1; next < all.length && all[next].x - one.x < widest; next += 1) {
      const other = all[next];
      const overlap = {
        x: (one.width + other.width) / 2 + gap - Math.abs(other.x - one.x),
        y: (one.height + other.height) / 2 + gap - Math.abs(other.y - one.y),
      };
      if (overlap.x <= 0 || overlap.y <= 0) continue;
      met = true;
      const axis = overlap.x < overlap.y ? "x" : "y";
      const ahead = other[axis] - one[axis] || other.at - one.at;
      const move = (Math.sign(ahead) * (overlap[axis] + 0.5)) / 2;
      one[axis] -= move;
      other[axis] += move;
    }
  });
  return met;
}

// Boxes [left, top, right, bottom, owner] and whether a further one has room: each stands in the cells that it touches.
function roomOf(cell) {
  const cells = new Map();
  function* touched([left, top, right, bottom]) {
    for (let x = Math.floor(left / cell); x <= Math.floor(right / cell); x += 1) {
      for (let y = Math.floor(top / cell); y <= Math.floor(bottom / cell); y += 1) yield x * 100003 + y;
    }
  }
  return {
    take(box) {
      for (const key of touched(box)) (cells.get(key) ?? cells.set(key, []).get(key)).push(box);
    },
    free(box, except = -1) {
      for (const key of touched(box)) {
        for (const other of cells.get(key) ?? []) {
          if (other[4] !== except && box[2] > other[0] && box[0] < other[2] && box[3] > other[1] && box[1] < other[3]) return false;
        }
      }
      return true;
    },
  };
}

// A free place for each newcomer: where it wants to be ([x, y] in `wanted`), or else round the actor that it belongs to.
// Those in `places` stay; the newcomers are added to them.
function placeBeside(newcomers, parentOf, wanted, places, boxOf) {
  const room = roomOf(160);
  const boxAt = (actor, [x, y]) => {
    const [width, height] = boxOf(actor);
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2, actor];
  };
  for (const [actor, place] of places) room.take(boxAt(actor, place));
  for (const actor of newcomers) {
    const around = wanted.get(actor) ?? places.get(parentOf(actor)) ?? [0, 0];
    const place = placeFree(around, wanted.has(actor), (spot) => room.free(boxAt(actor, spot)));
    places.set(actor, place);
    room.take(boxAt(actor, place));
  }
  return places;
}

// A place itself, if that is wanted and free; else the first free one on arcs that open outward; else anywhere around.
function placeFree(around, itself, isFree) {
  if (itself && isFree(around)) return around;
  const outward = Math.atan2(around[1], around[0]);
  for (const [opening, farthest] of [[0.6 * Math.PI, 900], [Math.PI, 4000]]) {
    for (let radius = 130; radius < farthest; radius += 70) {
      const step = 80 / radius;
      for (let at = 0; Math.ceil(at / 2) * step <= opening; at += 1) {
        const way = outward + (at % 2 ? -1 : 1) * Math.ceil(at / 2) * step;
        const spot = [around[0] + radius * PLACE.wider * Math.cos(way), around[1] + radius * Math.sin(way)].map(Math.round);
        if (isFree(spot)) return spot;
      }
    }
  }
  return around;
}

// --- all who are drawn --------------------------------------------------------------------------------------------------------

// Places for all who are drawn. True where the whole was laid anew: with a new centre, path or layout, or when a canvas
// that is higher than wide becomes wider, or the other way round; its picture is turned by a quarter.
function graphArrange() {
  const { clientWidth, clientHeight } = graphNet.canvas.frame;
  if (clientWidth) graphNow.turned = clientHeight >= clientWidth * 1.2;
  const key = [state.layout, state.centre, state.hops, state.path?.from, state.path?.to, graphNow.turned].join(" ");
  const anew = key !== graphNow.key;
  if (anew) Object.assign(graphNow, { key, places: graphLay(), settled: new Map() });
  graphNow.settled = graphSettle();
  return anew;
}

const graphTurn = ([x, y]) => (graphNow.turned ? [-y, x] : [x, y]);
const graphTurnBack = ([x, y]) => (graphNow.turned ? [y, -x] : [x, y]);

// The places of those who are there without expansions and choices, so that they are the same in whatever order a reader
// came here.
function graphLay() {
  const { actors: wanted, paths } = inFocus({ ...state, opened: new Set(), selected: null });
  const isStart = !state.path && state.centre < 0;
  const here = isStart ? [...wanted] : graphNow.actors.filter((actor) => wanted.has(actor));
  if (!here.length) return new Map();
  const ties = placeTies(here, graphNow.lines);
  const wider = graphNow.turned ? 1 : PLACE.wider;
  const rough = () => {
    if (state.path) return placeColumns(paths.found, distinct([state.path.from, state.path.to]), ties);
    if (!isStart || state.layout === "radial") return placeRings(here, ties, isStart ? here[0] : state.centre, wider);
    const made = here.map((actor) => [actor, [graphNode(actor).x, graphNode(actor).y]]); // by pyvis
    if (state.layout === "signed" && made.every(([, [x]]) => x !== undefined)) return new Map(made);
    return placeAsMap(here, state.layout, here.map(graphBox));
  };
  return placeApart(new Map([...rough()].map(([actor, place]) => [actor, graphTurn(place)])), graphBox);
}

// The places of those drawn: pinned ones where they are pinned, the others where they were, newcomers in free room beside
// the actor that brought them.
function graphSettle() {
  const { places, settled: before } = graphNow;
  const settled = new Map();
  const newcomers = [];
  for (const actor of graphNow.actors) {
    if (state.pins.has(actor)) settled.set(actor, graphTurn(state.pins.get(actor)));
    else if (places.has(actor) && (before.get(actor) === places.get(actor) || !before.size)) settled.set(actor, places.get(actor));
    else newcomers.push(actor);
  }
  if (!newcomers.length) return settled;
  const ties = placeTies(graphNow.actors, graphNow.lines);
  const openers = [...state.opened];
  const strongest = (actor) => [...ties.get(actor)].reduce((best, tie) => (tie[1] > best[1] ? tie : best), [-1, 0])[0];
  const opener = (actor) => openers.find((each) => ties.get(each)?.has(actor));
  const turnOf = (actor) => {
    if (opener(actor) !== undefined) return openers.indexOf(opener(actor)) + 1;
    return state.opened.has(actor) ? openers.indexOf(actor) + 0.5 : Infinity; // before those that it brings; or last
  };
  const turn = new Map(newcomers.map((actor) => [actor, turnOf(actor)]));
  newcomers.sort((a, b) => (turn.get(a) === turn.get(b) ? actors.bloc[a] - actors.bloc[b] || a - b : turn.get(a) - turn.get(b)));
  const parentOf = (actor) => opener(actor) ?? strongest(actor);
  placeBeside(newcomers, parentOf, places, settled, graphBox);
  for (const actor of newcomers) places.set(actor, settled.get(actor));
  return settled;
}
