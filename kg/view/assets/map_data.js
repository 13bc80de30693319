// What the map draws, computed when the filters change: strands, the outlines of blocs, and ribbons between blocs.
const MAP_SINGLE = 300; // with more lines than this, the whole picture shows ribbons between blocs

const mapWorld = {
  strands: null, // all lines of one sign between two actors are drawn as one strand
  claims: new Uint32Array(COUNT.actors), // shown, of each actor
  order: [], // the actors shown, those with most claims first
  most: 1, // claims of the first of them
  outlines: [], // of each bloc: {middle, anchor: [x, y], rim: [[x, y], ...]}, null where it has no members
  overlap: 0, // the area of all outlines as a share of the area of the whole
  ribbons: [], // {blocs: [a, b], sign, claims, side}, those with fewest claims first
  box: [0, 0, 1, 1], // left, top, right, bottom of the actors shown
};
const mapPlaces = () => actors.places[state.layout];

// --- strands --------------------------------------------------------------------------------------------------------

// One entry a strand: its actors a < b, its sign, how far aside it runs where the pair has several (0: straight between),
// whether it is between two blocs, its shown claims and how many of them hold. `of` gives the strand of each line.
function mapMakeStrands() {
  const places = new Map();
  const signs = new Map();
  const of = new Uint32Array(COUNT.lines);
  const [a, b, sign] = [[], [], []];
  for (let line = 0; line < COUNT.lines; line += 1) {
    const low = Math.min(lines.source[line], lines.target[line]);
    const high = Math.max(lines.source[line], lines.target[line]);
    const pair = low * COUNT.actors + high;
    const key = pair * 3 + lines.sign[line] + 1;
    let strand = places.get(key);
    if (strand === undefined) {
      strand = a.length;
      places.set(key, strand);
      signs.set(pair, (signs.get(pair) ?? 0) | (1 << (lines.sign[line] + 1)));
      a.push(low);
      b.push(high);
      sign.push(lines.sign[line]);
    }
    of[line] = strand;
  }
  const bits = (mask) => (mask & 1) + ((mask >> 1) & 1) + ((mask >> 2) & 1);
  const aside = Float32Array.from(sign, (each, strand) => {
    const mask = signs.get(a[strand] * COUNT.actors + b[strand]);
    return bits(mask & ((1 << (each + 1)) - 1)) - (bits(mask) - 1) / 2;
  });
  const count = a.length;
  const bloc = (actor) => actors.bloc[actor];
  const between = Uint8Array.from(a, (one, strand) => bloc(one) >= 0 && bloc(b[strand]) >= 0 && bloc(one) !== bloc(b[strand]));
  return {
    count, of, aside, between, a: Uint32Array.from(a), b: Uint32Array.from(b), sign: Int8Array.from(sign),
    claims: new Uint32Array(count), holding: new Uint32Array(count),
  };
}

// The lines shown of a strand, in the order in which they share its length: those from a, without direction, from b.
function mapLinesOf(strand) {
  const { a, of } = mapWorld.strands;
  const rank = (line) => (lines.mutual[line] ? 1 : lines.source[line] === a[strand] ? 0 : 2);
  const own = Array.from(ownLines(a[strand])).filter((line) => of[line] === strand && shown.line[line]);
  return own.sort((one, two) => rank(one) - rank(two));
}

function mapCount() {
  mapWorld.strands ??= mapMakeStrands();
  const { strands, claims: ofActor } = mapWorld;
  strands.claims.fill(0);
  strands.holding.fill(0);
  ofActor.fill(0);
  for (let line = 0; line < COUNT.lines; line += 1) {
    const some = shown.line[line];
    if (!some) continue;
    strands.claims[strands.of[line]] += some;
    strands.holding[strands.of[line]] += shown.holding[line];
    ofActor[lines.source[line]] += some;
    if (lines.target[line] !== lines.source[line]) ofActor[lines.target[line]] += some;
  }
  const seen = range(0, COUNT.actors).filter((actor) => shown.actor[actor]);
  mapWorld.order = seen.sort((one, two) => ofActor[two] - ofActor[one] || one - two);
  mapWorld.most = Math.max(ofActor[mapWorld.order[0]] || 0, 1);
}

// --- blocs ------------------------------------------------------------------------------------------------------------

const mapMedian = (values) => Float64Array.from(values).sort()[values.length >> 1];

// The middle of some actors and the rim around them, without those who stand farther off than twice the median.
function mapOutline(members) {
  if (!members.length) return null;
  const [xs, ys] = mapPlaces();
  const middle = [xs, ys].map((axis) => mapMedian(members.map((actor) => axis[actor])));
  const far = (actor) => Math.hypot(xs[actor] - middle[0], ys[actor] - middle[1]);
  const most = 2 * mapMedian(members.map(far));
  return { middle, rim: mapHull(members.filter((actor) => far(actor) <= most).map((actor) => [xs[actor], ys[actor]])) };
}

// The convex hull of some points, clockwise on the screen.
function mapHull(points) {
  const sorted = points.sort((one, two) => one[0] - two[0] || one[1] - two[1]);
  const half = (some) => {
    const rim = [];
    for (const point of some) {
      while (rim.length > 1 && mapTurn(rim.at(-2), rim.at(-1), point) <= 0) rim.pop();
      rim.push(point);
    }
    return rim.slice(0, -1);
  };
  const rim = [...half(sorted), ...half(sorted.slice().reverse())];
  return rim.length ? rim : sorted.slice(0, 1);
}
const mapTurn = (from, by, to) => (by[0] - from[0]) * (to[1] - from[1]) - (by[1] - from[1]) * (to[0] - from[0]);

// How many shown claims of each sign are between two blocs: {1, 0, -1}.
function mapBetween(one, two) {
  const { between } = mapWorld;
  const at = (sign) => between[(Math.min(one, two) * blocs.length + Math.max(one, two)) * 3 + sign + 1];
  return { 1: at(1), 0: at(0), "-1": at(-1) };
}

// A friendly and a hostile ribbon for each pair of blocs; one of the third sign only where there is neither.
function mapRibbons() {
  const { strands } = mapWorld;
  const between = new Uint32Array(blocs.length ** 2 * 3);
  for (let strand = 0; strand < strands.count; strand += 1) {
    if (!strands.between[strand]) continue;
    const [one, two] = [actors.bloc[strands.a[strand]], actors.bloc[strands.b[strand]]];
    between[(Math.min(one, two) * blocs.length + Math.max(one, two)) * 3 + strands.sign[strand] + 1] += strands.claims[strand];
  }
  mapWorld.between = between;
  const made = [];
  for (let one = 0; one < blocs.length; one += 1) {
    for (let two = one + 1; two < blocs.length; two += 1) {
      const counts = mapBetween(one, two);
      const signs = [1, -1].filter((sign) => counts[sign]);
      if (!signs.length && counts[0]) signs.push(0);
      const middle = (signs.length - 1) / 2;
      signs.forEach((sign, place) => made.push({ blocs: [one, two], sign, claims: counts[sign], side: place - middle }));
    }
  }
  mapWorld.ribbons = made.sort((one, two) => one.claims - two.claims);
}

function mapMeasure() {
  const [xs, ys] = mapPlaces();
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const actor of mapWorld.order) {
    box[0] = Math.min(box[0], xs[actor]);
    box[1] = Math.min(box[1], ys[actor]);
    box[2] = Math.max(box[2], xs[actor]);
    box[3] = Math.max(box[3], ys[actor]);
  }
  mapWorld.box = mapWorld.order.length ? box : [0, 0, 1, 1];
  mapWorld.outlines = blocs.map(({ members }) => mapOutline(members.filter((actor) => shown.actor[actor])));
  const outlines = mapWorld.outlines.filter(Boolean);
  const [left, top, right, bottom] = mapWorld.box;
  const whole = Math.max((right - left) * (bottom - top), 1);
  mapWorld.overlap = outlines.reduce((sum, { rim }) => sum + mapArea(rim), 0) / whole;
  mapPart(outlines, Math.sqrt(whole) * 0.1);
}

function mapArea(rim) {
  const twice = rim.reduce((sum, [x, y], place) => sum + x * rim.at(place - 1)[1] - y * rim.at(place - 1)[0], 0);
  return Math.abs(twice) / 2;
}

// Move the anchors of ribbons, which are at the middles of blocs, apart where they are nearer than that.
function mapPart(outlines, near) {
  for (const outline of outlines) outline.anchor = [...outline.middle];
  for (let round = 0; round < 60; round += 1) {
    outlines.forEach(({ anchor: one }, place) => {
      for (const { anchor: two } of outlines.slice(place + 1)) {
        const [dx, dy] = [two[0] - one[0] || 1, two[1] - one[1]];
        const far = Math.hypot(dx, dy);
        const push = Math.max(near - far, 0) / far / 4;
        one[0] -= dx * push;
        one[1] -= dy * push;
        two[0] += dx * push;
        two[1] += dy * push;
      }
    });
  }
}

// --- what is selected ----------------------------------------------------------------------------------------------------

// The strands and actors that stand out, and the pair of blocs; null where nothing is selected.
function mapChosen() {
  const { line, actor, blocs: pair } = state.selected ?? {};
  const { strands } = mapWorld;
  const made = (some, around, between = null) => ({ strands: new Set(some), actors: new Set(around), pair: between });
  if (line !== undefined) return made(shown.line[line] ? [strands.of[line]] : [], [lines.source[line], lines.target[line]]);
  if (actor !== undefined) {
    const own = Array.from(ownLines(actor)).filter((each) => shown.line[each]);
    return made(own.map((each) => strands.of[each]), [actor, ...own.map((each) => otherEnd(each, actor))]);
  }
  if (!pair) return null;
  const isBetween = (strand) => strands.claims[strand] && strands.between[strand]
    && pair.includes(actors.bloc[strands.a[strand]]) && pair.includes(actors.bloc[strands.b[strand]]);
  return made(range(0, strands.count).filter(isBetween), pair.flatMap((bloc) => blocs[bloc].members), pair);
}
