// Above the focus graph: in words what it shows, and how to show more or less.
function graphBar(wanted) {
  const bar = byId("focus-bar");
  const focused = document.activeElement?.closest("#focus-bar button")?.dataset.act;
  bar.replaceChildren(h("span", {}, ...graphWords(wanted)), ...graphButtons());
  if (focused) (bar.querySelector(`[data-act="${focused}"]`) ?? bar.querySelector("button"))?.focus();
}

function graphWords({ paths }) {
  const words = state.path ? pathWords(paths) : state.centre >= 0 ? centreWords() : strongestWords();
  const opened = [...state.opened].filter((actor) => graphNow.settled.has(actor));
  if (opened.length) {
    const names = opened.slice(0, 3).flatMap((actor, at) => [at ? ", " : "", bdi(nameOf(actor))]);
    words.push("; also neighbours of ", ...names, opened.length > 3 ? ` and ${opened.length - 3} more` : "");
  }
  if (opened.length || state.path) words.push(`: ${plural(graphNow.actors.length, "actor")}`);
  if (graphNow.cut) words.push(`; the ${number(GRAPH.lines)} strongest of ${plural(graphNow.lines.length, "line")}`);
  return words;
}

function strongestWords() {
  const all = actors.claims.reduce((sum, some) => sum + (some > 0), 0);
  const start = START.filter((actor) => !state.closed.has(actor));
  const alone = start.filter((actor) => !shown.actor[actor]).length;
  if (!all) return ["No actors"];
  const some = number(start.length);
  const which = START.length < all ? `The ${some} strongest of` : start.length < all ? `${some} of` : "All";
  const words = [`${which} ${plural(all, "actor")}`];
  if (alone) words.push(`; ${number(alone)} of them ${alone === 1 ? "has" : "have"} no line that is shown`);
  return words;
}

function centreWords() {
  const { centre, hops } = state;
  const here = new Set(graphNow.actors);
  const first = hops === 2 ? neighbours(centre).map(([other]) => other).filter((other) => here.has(other)) : [];
  const beyond = graphBeyond([centre, ...first], here);
  return [
    bdi(nameOf(centre)), hops === 2 ? ", its neighbours and theirs" : " and its neighbours",
    state.opened.size ? "" : `: ${plural(here.size, "actor")}`, beyond ? `; ${number(beyond)} more not shown` : "",
  ];
}

function pathWords({ steps, count, found }) {
  const { from, to } = state.path;
  const ends = [" from ", bdi(nameOf(from)), " to ", bdi(nameOf(to))];
  if (from === to) return ["Both ends are ", bdi(nameOf(from))];
  if (steps < 0) return ["No path", ...ends, " along lines that are shown"];
  const all = plural(count, "shortest path");
  const which = count > found.length ? `${number(found.length)} of ${all}` : all;
  return [`${which} of ${plural(steps, "step")}`, ...ends];
}

function graphButtons() {
  const { centre, path, pins, closed } = state;
  const made = [];
  const add = (act, label, does, more) => made.push(button(label, does, { "data-act": act, ...more }));
  if (centre >= 0 && !path) {
    for (const hops of [1, 2]) {
      const pressed = { "aria-pressed": String(state.hops === hops) };
      add(`hops-${hops}`, plural(hops, "hop"), () => change((now) => { now.hops = hops; }), pressed);
    }
  }
  if (centre >= 0 || path) add("all", START_VIEW === "map" ? "Back to the strongest" : "All actors", focusOnAll);
  const unpin = pins.size === 1 ? "Unpin" : `Unpin all ${number(pins.size)}`;
  if (pins.size) add("unpin", unpin, () => change((now) => now.pins.clear()));
  if (closed.size) add("reopen", `Bring back ${number(closed.size)} left out`, () => change((now) => now.closed.clear()));
  return made;
}
