// Which actors the focus graph shows: the strongest, the neighbours of one actor, or the shortest paths between two.
const MOST = 400; // actors at a time: beyond, vis-network is too slow to drag
const AROUND = 60; // neighbours that an actor brings at once
const PATHS = 200; // shortest paths that are named

// The neighbours of an actor over lines that are shown, those with most claims first: [[actor, claims], ...].
function neighbours(actor) {
  const found = new Map();
  for (const line of ownLines(actor)) {
    const other = otherEnd(line, actor);
    if (shown.line[line] && other !== actor) found.set(other, (found.get(other) ?? 0) + shown.line[line]);
  }
  return [...found].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
}

// {actors: Set, around: actor in the middle or -1, paths: null or found paths}
function inFocus(now = state) {
  const { centre, hops, path, opened, closed, selected } = now;
  const found = new Set();
  const add = (some, most = AROUND) => {
    const wanted = some.filter((actor) => !closed.has(actor) && !found.has(actor));
    const taken = wanted.slice(0, Math.max(Math.min(most, MOST - found.size), 0));
    taken.forEach((actor) => found.add(actor));
    return taken;
  };
  const around = (actor, most) => add(neighbours(actor).map(([other]) => other), most);
  const paths = path ? shortestPaths(path.from, path.to) : null;
  const ends = selected?.line === undefined ? [selected?.actor ?? -1] : [lines.source[selected.line], lines.target[selected.line]];
  ends.filter((actor) => actor >= 0 && now.view === "focus").forEach((actor) => found.add(actor));
  if (path) {
    found.add(path.from).add(path.to);
    add(distinct(paths.found.flat()), MOST);
  } else if (centre >= 0) {
    found.add(centre);
    const first = around(centre, opened.has(centre) ? MOST : AROUND);
    if (hops === 2) for (const actor of first) around(actor, Math.max(3, Math.floor(MOST / 2 / first.length)));
  } else {
    add(START, MOST);
  }
  for (const actor of opened) {
    found.add(actor);
    around(actor);
  }
  return { actors: found, around: path ? path.from : centre, paths };
}

// All shortest paths between two actors, along lines that are shown in either direction: {steps, count, found: [[actor, ...]]}.
function shortestPaths(from, to) {
  const distance = new Map([[from, 0]]);
  const before = new Map([[from, []]]);
  let rim = [from];
  while (rim.length && !distance.has(to)) {
    const next = [];
    for (const actor of rim) {
      for (const [other] of neighbours(actor)) {
        if (!distance.has(other)) {
          distance.set(other, distance.get(actor) + 1);
          before.set(other, []);
          next.push(other);
        }
        if (distance.get(other) === distance.get(actor) + 1) before.get(other).push(actor);
      }
    }
    rim = next;
  }
  if (!distance.has(to)) return { steps: -1, count: 0, found: [] };
  const counts = new Map([[from, 1]]);
  const count = (actor) => {
    if (!counts.has(actor)) counts.set(actor, before.get(actor).reduce((sum, each) => sum + count(each), 0));
    return counts.get(actor);
  };
  const found = [];
  const walk = (actor, tail) => {
    if (found.length >= PATHS) return;
    if (actor === from) found.push([from, ...tail]);
    else for (const each of before.get(actor)) walk(each, [actor, ...tail]);
  };
  walk(to, []);
  return { steps: distance.get(to), count: count(to), found };
}

// --- what the reader does ---------------------------------------------------------------------------------------------

const focusOn = (actor, hops = 1) => change((now) => Object.assign(now, { view: "focus", centre: actor, hops, path: null, opened: new Set(), closed: new Set(), selected: { actor } }));
const focusOnAll = () => change((now) => Object.assign(now, { view: "focus", centre: -1, path: null, opened: new Set(), closed: new Set() }));
const findPaths = (from, to) => change((now) => Object.assign(now, { view: "focus", path: { from, to }, opened: new Set(), closed: new Set(), selected: { actor: from } }));
const expand = (actor) => change((now) => { now.opened.add(actor); neighbours(actor).forEach(([other]) => now.closed.delete(other)); });
const leaveOut = (actor) => change((now) => {
  now.closed.add(actor);
  now.opened.delete(actor);
  if (now.selected?.actor === actor) now.selected = null;
});

// Take away the neighbours that an expansion has brought, or else those that hang on this actor alone.
function collapse(actor) {
  if (state.opened.has(actor)) {
    change((now) => { now.opened.delete(actor); });
    return;
  }
  const { actors: here } = inFocus();
  const alone = neighbours(actor).map(([other]) => other).filter((other) => here.has(other) && other !== state.centre
    && neighbours(other).every(([third]) => third === actor || !here.has(third)));
  change((now) => alone.forEach((other) => now.closed.add(other)));
}
const fan = (line) => change((now) => { if (!now.fanned.delete(line)) now.fanned.add(line); });
const pin = (actor, place) => change((now) => { if (place) now.pins.set(actor, place); else now.pins.delete(actor); });
