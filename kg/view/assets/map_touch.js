// The pointer and the keys on the map: what is under the pointer, and what the reader does there.

// {actor}, {ribbon}, {line} or null, at a point of #map: what is drawn there, under the camera as it is.
function mapHit(x, y) {
  const sight = mapSightOf(mapCamera, mapScreen);
  const actor = mapActorAt(sight, x, y);
  if (actor >= 0) return { actor };
  const crisp = sight.single < 0.5 ? [] : mapSplit().crisp;
  const line = mapLineAt(sight, [...crisp, ...(mapChosen()?.strands ?? [])], x, y);
  if (line >= 0) return { line };
  const ribbon = sight.single < 0.5 ? mapRibbonAt(sight, x, y) : null;
  return ribbon && { ribbon };
}

function mapActorAt(sight, x, y) {
  let [best, nearest] = [-1, Infinity];
  for (const actor of mapWorld.order) {
    const away = Math.hypot(mapX(sight, sight.xs[actor]) - x, mapY(sight, sight.ys[actor]) - y);
    if (away < nearest && away <= mapRadius(sight, actor) + 2) [best, nearest] = [actor, away];
  }
  return best;
}

function mapRibbonAt(sight, x, y) {
  for (const ribbon of mapWorld.ribbons.toReversed()) {
    const curve = mapCurve(ribbon, sight);
    const steps = Math.ceil(curve.length / 6);
    for (let step = 0; step <= steps; step += 1) {
      const [px, py] = mapAlong(curve, step / steps);
      if (Math.hypot(px - x, py - y) <= curve.width / 2 + 3) return ribbon;
    }
  }
  return null;
}

function mapLineAt(sight, some, x, y) {
  const { strands } = mapWorld;
  let [best, nearest, share] = [-1, 4, 0];
  for (const strand of some) {
    if (strands.a[strand] === strands.b[strand]) {
      const [cx, cy] = mapLoop(strand, sight);
      const away = Math.abs(Math.hypot(x - cx, y - cy) - MAP_LOOP);
      const turn = (Math.atan2(y - cy, x - cx) / (2 * Math.PI) + 1) % 1;
      if (away < nearest) [best, nearest, share] = [strand, away, turn];
      continue;
    }
    mapFind(strand, sight);
    const [dx, dy] = [mapEnds[2] - mapEnds[0], mapEnds[3] - mapEnds[1]];
    const along = mapClamp(((x - mapEnds[0]) * dx + (y - mapEnds[1]) * dy) / (dx * dx + dy * dy || 1), 0, 1);
    const away = Math.hypot(mapEnds[0] + along * dx - x, mapEnds[1] + along * dy - y);
    if (away < nearest) [best, nearest, share] = [strand, away, along];
  }
  if (best < 0) return -1;
  const own = mapLinesOf(best);
  return own[Math.min(Math.floor(share * own.length), own.length - 1)];
}

function mapTip({ actor, line, ribbon }) {
  if (actor !== undefined) {
    const counts = `${plural(shown.actor[actor], "line")}, ${plural(mapWorld.claims[actor], "claim")}`;
    return [bdi(nameOf(actor)), `\n${[kindNames(actor), counts].filter(Boolean).join(" · ")}`];
  }
  if (line !== undefined) return lineTip(line);
  const counts = mapBetween(...ribbon.blocs);
  const words = { 1: "support", "-1": "oppose", 0: "engage or tie" };
  const amount = (count, place) => (place ? number(count) : plural(count, "claim"));
  const said = [1, -1, 0].filter((sign) => counts[sign]).map((sign, place) => `${amount(counts[sign], place)} ${words[sign]}`);
  return [bdi(blocName(ribbon.blocs[0])), " – ", bdi(blocName(ribbon.blocs[1])), `: ${said.join(", ")}`];
}

// --- input ---------------------------------------------------------------------------------------------------------------

const mapPointers = new Map(); // pointers that are down: [x, y]
let mapDragged = false;
const mapLocal = ({ clientX, clientY }) => {
  const { left, top } = mapBox.getBoundingClientRect();
  return [clientX - left - mapBox.clientLeft, clientY - top - mapBox.clientTop];
};

function mapListen() {
  const on = (name, act, options) => mapBox.addEventListener(name, act, options);
  on("pointerdown", (event) => {
    if (event.button) return;
    if (!mapPointers.size) mapDragged = false;
    mapPointers.set(event.pointerId, mapLocal(event));
  });
  on("pointermove", (event) => {
    if (!event.buttons) mapPointers.delete(event.pointerId);
    if (mapPointers.has(event.pointerId)) mapDrag(event);
    else mapHover(event);
  });
  for (const name of ["pointerup", "pointercancel"]) on(name, (event) => mapPointers.delete(event.pointerId));
  on("pointerleave", hideTip);
  on("click", mapClick);
  on("wheel", mapWheel, { passive: false });
}

// One pointer drags, two pinch: the picture follows their middle and their distance.
function mapDrag(event) {
  const gauge = () => {
    const all = [...mapPointers.values()];
    const middle = [0, 1].map((axis) => all.reduce((sum, point) => sum + point[axis], 0) / all.length);
    return [...middle, all.length > 1 ? Math.hypot(all[0][0] - all[1][0], all[0][1] - all[1][1]) : 1];
  };
  const to = mapLocal(event);
  const from = mapPointers.get(event.pointerId);
  if (!mapDragged && Math.hypot(to[0] - from[0], to[1] - from[1]) < 4) return;
  if (!mapDragged) mapBox.setPointerCapture(event.pointerId);
  mapDragged = true;
  const [x1, y1, far1] = gauge();
  mapPointers.set(event.pointerId, to);
  const [x2, y2, far2] = gauge();
  const { scale, x, y } = mapZoomed(far2 / (far1 || 1), x1, y1);
  mapMove({ scale, x: x + x2 - x1, y: y + y2 - y1 });
}

function mapHover(event) {
  const hit = mapHit(...mapLocal(event));
  mapBox.style.cursor = hit ? "pointer" : "grab";
  if (hit) showTip(event.clientX, event.clientY, mapTip(hit));
  else hideTip();
}

function mapClick(event) {
  if (mapDragged) return;
  const { actor, line, ribbon } = mapHit(...mapLocal(event)) ?? {};
  if (actor !== undefined) focusOn(actor);
  else if (line !== undefined) choose({ line }, event);
  else choose(ribbon ? { blocs: ribbon.blocs } : null, event);
}

function mapWheel(event) {
  event.preventDefault();
  const pixels = event.deltaY * [1, 16, mapScreen.height][event.deltaMode];
  mapMove(mapZoomed(Math.exp(-mapClamp(pixels, -240, 240) * (event.ctrlKey ? 0.01 : 0.002)), ...mapLocal(event)));
}

// --- for tests: where a click meets something -----------------------------------------------------------------------------

// Move until a click in the middle of the map meets what is sought at one of some places; its point on the page, or null.
function mapSeek(places, { point, isMet }) {
  const { left, top } = mapBox.getBoundingClientRect();
  const at = [Math.round(left + mapScreen.width / 2), Math.round(top + mapScreen.height / 2)]; // clicks have whole numbers
  const [px, py] = mapLocal({ clientX: at[0], clientY: at[1] });
  const whole = mapFit().scale;
  const scales = [mapCamera.scale];
  for (let zoom = 3; zoom <= MAP_NEAREST; zoom *= 1.7) scales.push(whole * zoom);
  for (const scale of scales) {
    const sight = mapSightOf({ scale, x: 0, y: 0 }, mapScreen);
    for (const share of places) {
      const [x, y] = point(sight, share);
      Object.assign(mapCamera, { scale, x: px - x, y: py - y });
      if (!isMet(mapHit(px, py))) continue;
      mapMove({});
      return at;
    }
  }
  return null;
}

function mapPoint(actor) {
  if (!shown.actor[actor]) return null;
  const point = (sight) => [mapX(sight, sight.xs[actor]), mapY(sight, sight.ys[actor])];
  return mapSeek([0], { point, isMet: (hit) => hit?.actor === actor });
}

function mapPointOfLine(line) {
  if (!shown.line[line]) return null;
  const strand = mapWorld.strands.of[line];
  const some = mapLinesOf(strand);
  const loop = lines.source[line] === lines.target[line];
  const point = (sight, within) => {
    const share = (some.indexOf(line) + within) / some.length;
    if (loop) {
      const [x, y] = mapLoop(strand, sight);
      return [x + MAP_LOOP * Math.cos(share * 2 * Math.PI), y + MAP_LOOP * Math.sin(share * 2 * Math.PI)];
    }
    mapFind(strand, sight);
    return [mapEnds[0] + (mapEnds[2] - mapEnds[0]) * share, mapEnds[1] + (mapEnds[3] - mapEnds[1]) * share];
  };
  return mapSeek([0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9], { point, isMet: (hit) => hit?.line === line });
}
