// Time: a histogram of the days by one clock, two thumbs that bound what is shown, and playback.
const TIME_BINS = 116; // the most bars that a unit may make, besides parts of units and what lies far off
const TIME_UNITS = [
  { name: "day", days: 1 }, { name: "week", days: 7 }, { name: "month", months: 1 }, { name: "quarter", months: 3 }, { name: "year", months: 12 },
  { name: "five years", months: 60 }, { name: "decade", months: 120 }, { name: "half a century", months: 600 }, { name: "century", months: 1200 },
];
const timeClamp = (value, least, most) => Math.min(Math.max(value, least), most);

const monthOf = (day) => {
  const [year, month] = dayText(day).split("-");
  return year * 12 + (month - 1);
};
const monthStart = (month) => new Date(0).setUTCFullYear(Math.floor(month / 12), month % 12, 1) / 864e5 + EPOCH;

// --- the axis of a clock ----------------------------------------------------------------------------------------------

// First and last day, and the days from `low` to `high` that are drawn to scale: the middle 98 % where others are far off.
function timeRange(columns) {
  const sorted = new Int32Array(COUNT.claims * columns.length);
  columns.forEach((days, place) => sorted.set(days, place * COUNT.claims));
  const days = sorted.sort().subarray(sorted.findIndex((day) => day > 0));
  if (!days.at(-1)) return null;
  const [first, from, to, last] = [0, 0.01, 0.99, 1].map((share) => days[Math.floor(share * (days.length - 1))]);
  const margin = Math.ceil((to - from) / 4);
  const [low, high] = [Math.max(first, from - margin), Math.min(last, to + margin)];
  return last - first > 4 * (high - low) ? { first, last, low, high } : { first, last, low: first, high: last };
}

// The first days of all bars from `low` to `high`, and of the one after.
function timeStarts(low, high) {
  const unit = TIME_UNITS.find(({ days = 0, months = 0 }) => high - low < TIME_BINS * (days + months * 30));
  const floor = unit.days ? low - ((low - 1) % unit.days) : monthOf(low) - (monthOf(low) % unit.months); // day 1 was a Monday
  const startOf = (bar) => (unit.days ? floor + bar * unit.days : monthStart(floor + bar * unit.months));
  const starts = [startOf(0)];
  while (starts.at(-1) <= high) starts.push(startOf(starts.length));
  return { unit: unit.name, starts, next: starts.pop() };
}

// {first, last; min, max: the days at the ends as drawn; starts, ends: days of each bar; unit; undated; from, to: bars of each claim, -1 for none}
function makeTimeAxis(clock) {
  const from = clock === "held" ? claims.first : claims.article.map((article) => articles.day[article]);
  const to = clock === "held" ? claims.last : from;
  const reach = timeRange(from === to ? [from] : [from, to]);
  if (!reach) return null;
  const { first, last, low, high } = reach;
  const { unit, starts, next } = timeStarts(low, high);
  const [before, after] = [low > first && starts[0] > first, high < last && next <= last];
  const aside = Math.ceil((next - starts[0]) / starts.length);
  const [min, max] = [before ? starts[0] - aside : first, after ? next + aside - 1 : last];
  if (before) starts.unshift(first);
  else starts[0] = first;
  if (after) starts.push(next);
  const ends = [...starts.slice(1).map((day) => day - 1), last];
  return { first, last, min, max, starts, ends, unit, before, after, ...timeBars(from, to, starts) };
}

// The bar in which a day lies; days outside lie in the first or the last.
function barAt(starts, day) {
  let least = 0;
  let most = starts.length - 1;
  while (least < most) {
    const middle = (least + most + 1) >> 1;
    if (starts[middle] <= day) least = middle;
    else most = middle - 1;
  }
  return least;
}

function timeBars(from, to, starts) {
  const [begin, end] = [0, 1].map(() => new Int16Array(COUNT.claims));
  let undated = 0;
  for (let claim = 0; claim < COUNT.claims; claim += 1) {
    const first = from[claim];
    const last = to[claim];
    if (!first && !last) undated += 1;
    begin[claim] = first || last ? barAt(starts, first) : -1; // an open beginning is day 0, before all
    end[claim] = last ? Math.max(barAt(starts, last), begin[claim]) : starts.length - 1;
  }
  return { from: begin, to: end, undated };
}

const CLOCKS = ["published", "held"];
const timeAxes = new Map();
const timeAxis = (clock = state.clock) => {
  if (!timeAxes.has(clock)) timeAxes.set(clock, makeTimeAxis(clock));
  return timeAxes.get(clock);
};

// --- the histogram --------------------------------------------------------------------------------------------------------

const timeScratch = new Uint8Array(COUNT.claims);
const TIME_LAYERS = [-1, 0, 1]; // signs, from the bottom up

// How many claims each bar has: all that pass the other filters, and what is shown within the chosen time, by sign.
function timeCounts(axis) {
  const bars = axis.starts.length;
  const steps = Array.from({ length: 4 }, () => new Int32Array(bars + 1));
  const all = steps[3];
  const others = state.since || state.until || state.dated ? sift(timeScratch, { time: false }) : shown.claim;
  const [open, close] = chosenBars(axis);
  const { from: begin, to: end } = axis;
  const passes = shown.claim;
  for (let claim = 0; claim < COUNT.claims; claim += 1) {
    const from = begin[claim];
    const to = end[claim];
    if (from < 0 || !others[claim]) continue;
    all[from] += 1;
    all[to + 1] -= 1;
    if (!passes[claim]) continue;
    const layer = steps[lines.sign[claims.line[claim]] + 1];
    layer[from < open ? open : from] += 1;
    layer[(to > close ? close : to) + 1] -= 1;
  }
  for (const layer of steps) for (let bar = 1; bar < bars; bar += 1) layer[bar] += layer[bar - 1];
  return { all, signs: steps.slice(0, 3), peak: Math.max(1, ...all.subarray(0, bars)) };
}

const chosenDays = (axis) => [state.since || axis.first, state.until || axis.last];
const chosenBars = (axis) => chosenDays(axis).map((day) => barAt(axis.starts, day));

let timeDrawn = null; // the counts as drawn, for the tip

function drawHistogram(axis) {
  const chart = byId("histogram");
  const edge = (day) => timeClamp(day, axis.min, axis.max + 1) - axis.min;
  const [since, until] = chosenDays(axis);
  const counts = timeCounts(axis);
  const left = axis.starts.map(edge);
  const width = axis.ends.map((day, bar) => (edge(day + 1) - left[bar]) * 0.86);
  const base = new Float64Array(left.length);
  const bars = (layer) => left.map((x, bar) => {
    if (!layer[bar]) return "";
    const tall = Math.max(layer[bar] * 100 / counts.peak, 1.5);
    const path = `M${x} ${100 - base[bar]}h${width[bar]}v${-tall}h${-width[bar]}z`;
    base[bar] += tall;
    return path;
  }).join("");
  const layers = counts.signs.map(bars);
  base.fill(0);
  const [span, all, ...signs] = chart.children;
  chart.setAttribute("viewBox", `0 0 ${axis.max + 1 - axis.min} 100`);
  span.setAttribute("d", state.since || state.until ? `M${edge(since)} 0H${edge(until + 1)}V100H${edge(since)}z` : "");
  all.setAttribute("d", bars(counts.all));
  layers.forEach((path, place) => signs[place].setAttribute("d", path));
  timeDrawn = counts;
}

// What a bar stands for, in words.
function barTip(axis, bar) {
  const sum = timeDrawn.signs.reduce((all, layer) => all + layer[bar], 0);
  const days = distinct([axis.starts[bar], axis.ends[bar]].map(dayText)).join(" to ");
  return `${days}\n${plural(timeDrawn.all[bar], "claim")}${sum < timeDrawn.all[bar] ? `, ${number(sum)} shown` : ""}`;
}

// --- choosing a time ----------------------------------------------------------------------------------------------------

// Bound what is shown; a bound at the end of the axis is open.
function boundTime({ since, until }, merge) {
  const { min, max } = timeAxis();
  change((now) => {
    if (since !== undefined) now.since = since > min ? since : 0;
    if (until !== undefined) now.until = until < max ? until : 0;
  }, merge);
}

// A thumb stays on its side of the other.
function moveThumb(name, day) {
  const [since, until] = chosenDays(timeAxis());
  boundTime({ [name]: name === "since" ? Math.min(day, until) : Math.max(day, since) }, `time ${name}`);
}

function thumbKey(name, event) {
  const axis = timeAxis();
  const stops = name === "since" ? axis.starts : axis.ends;
  const far = Math.max(2, Math.round(stops.length / 10));
  const move = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -far, PageUp: far, Home: -Infinity, End: Infinity }[event.key];
  if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const day = chosenDays(axis)[name === "since" ? 0 : 1];
  const ahead = move > 0 ? stops.filter((stop) => stop > day) : stops.filter((stop) => stop < day).reverse();
  if (ahead.length) moveThumb(name, ahead[Math.min(Math.abs(move), ahead.length) - 1]);
}

function setClock(clock) {
  const axis = timeAxis(clock);
  const within = (day) => (axis && day >= axis.first && day <= axis.last ? day : 0);
  change((now) => Object.assign(now, { clock, since: within(now.since), until: within(now.until) }));
}

// A day that is typed: half a year (0002-…) is out of range and waits. A bound beyond the other opens that one.
function typeDay(name, field) {
  if (!field.validity.valid) return;
  const day = dayNumber(field.value);
  change((now) => {
    now[name] = day;
    if (now.since && now.until && now.since > now.until) now[name === "since" ? "until" : "since"] = 0;
  }, `time ${name}`);
}

// Drag on the bars: within the chosen time it moves, elsewhere a new one is drawn.
function startBrush() {
  const chart = byId("histogram");
  let drag = null;
  const barUnder = ({ clientX }, axis) => {
    const { left, width } = chart.getBoundingClientRect();
    return barAt(axis.starts, axis.min + (clientX - left) / width * (axis.max + 1 - axis.min));
  };
  const pull = (axis, bar) => {
    const [first, last] = drag.chosen;
    const shift = timeClamp(bar - drag.bar, -first, axis.starts.length - 1 - last);
    const [since, until] = drag.inside ? [first + shift, last + shift] : [Math.min(bar, drag.bar), Math.max(bar, drag.bar)];
    boundTime({ since: axis.starts[since], until: axis.ends[until] }, "time brush");
  };
  chart.addEventListener("pointerdown", (event) => {
    const axis = timeAxis();
    if (!axis || event.button) return;
    const [bar, chosen] = [barUnder(event, axis), chosenBars(axis)];
    drag = { bar, at: bar, chosen, inside: Boolean(state.since || state.until) && bar >= chosen[0] && bar <= chosen[1] };
    chart.setPointerCapture(event.pointerId);
    hideTip();
  });
  chart.addEventListener("pointermove", (event) => {
    const axis = timeAxis();
    if (!axis) return;
    const bar = barUnder(event, axis);
    if (!drag) showTip(event.clientX, event.clientY, [barTip(axis, bar)]);
    else if (bar !== drag.at) pull(axis, drag.at = bar);
  });
  for (const name of ["lostpointercapture", "pointerleave"]) chart.addEventListener(name, () => { drag = null; hideTip(); });
}

// --- playback -----------------------------------------------------------------------------------------------------------

const player = { timer: 0, run: 0, grows: false, at: "" }; // at: the time that it set, empty while it does
const timeText = () => [state.clock, state.since, state.until].join();

// With an open beginning, or with nearly all bars chosen, time grows from the first bar; else the chosen time slides along.
function startPlaying() {
  const axis = timeAxis();
  const [first, last] = chosenBars(axis);
  const bars = axis.starts.length;
  if (player.at !== timeText()) player.grows = !state.since || last - first + 1 >= 0.9 * bars;
  player.run += 1;
  byId("count").setAttribute("aria-live", "off");
  if (last < bars - 1) nextFrame();
  else showFrame(player.grows ? { until: axis.ends[first] } : { since: axis.starts[0], until: axis.ends[last - first] });
}

function nextFrame() {
  const axis = timeAxis();
  const [first, last] = chosenBars(axis);
  if (document.hidden || last === axis.starts.length - 1) stopPlaying();
  else showFrame({ since: player.grows ? undefined : axis.starts[first + 1], until: axis.ends[last + 1] });
}

function showFrame(days) {
  player.timer = setTimeout(nextFrame, still.matches ? 700 : 350);
  player.at = "";
  boundTime(days, `play ${player.run}`);
  player.at = timeText();
}

function stopPlaying() {
  clearTimeout(player.timer);
  player.timer = 0;
  byId("count").setAttribute("aria-live", "polite");
  showPlayer();
}

function showPlayer() {
  const plays = Boolean(player.timer);
  byId("play").setAttribute("aria-pressed", plays);
  byId("play").textContent = `${plays ? "⏸" : "▶"} Play`;
}

// --- the view -------------------------------------------------------------------------------------------------------------

const timeCaption = { first: h("span", {}), bars: h("span", {}), last: h("span", {}) };
let timeShown = ""; // the clock that the controls are made for

// What depends on the clock alone.
function showAxis(axis) {
  timeShown = state.clock;
  const { first, bars, last } = timeCaption;
  first.textContent = axis ? dayText(axis.first) : "";
  last.textContent = axis ? dayText(axis.last) : "";
  bars.textContent = axis ? barWords(axis) : state.clock === "held" ? "No claim says when it held or happened." : "No article has a day of publication.";
  byId("undated").textContent = axis?.undated ? `(${number(axis.undated)} without)` : "";
  for (const id of ["since", "until"]) Object.assign(byId(id), { min: dayText(axis?.first), max: dayText(axis?.last), disabled: !axis });
  byId("dated").disabled = !axis?.undated;
  const fixed = !axis || axis.starts.length < 2;
  for (const id of ["since-thumb", "until-thumb", "play"]) byId(id).disabled = fixed;
  byId("histogram").style.visibility = axis ? "" : "hidden"; // its room stays, while the other clock has days
  byId("histogram").parentElement.hidden = !axis && !CLOCKS.some((clock) => timeAxis(clock));
  if (!axis) return;
  Object.assign(byId("since-thumb"), { min: axis.min, max: axis.max + 1 }); // where a bar begins and where it ends are a day apart
  Object.assign(byId("until-thumb"), { min: axis.min - 1, max: axis.max });
}

function barWords({ unit, before, after, starts }) {
  const far = [before ? `the first all before ${dayText(starts[1])}` : "", after ? `the last all from ${dayText(starts.at(-1))}` : ""].filter(Boolean);
  return [`a bar is a ${unit}`, ...far].join(", ").replace("a five", "five").replace("a half", "half");
}

function showThumbs(axis) {
  const days = chosenDays(axis);
  ["since", "until"].forEach((name, place) => {
    const thumb = byId(`${name}-thumb`);
    thumb.value = days[place];
    thumb.setAttribute("aria-valuetext", `${dayText(days[place])}${state[name] ? "" : ", open"}`);
  });
  byId("since-thumb").classList.toggle("over", days[0] - axis.min > (axis.max - axis.min) / 2); // that it can leave the end
}

const timeView = {
  start() {
    const chart = byId("histogram");
    chart.append(...["span", "all"].map((name) => svg("path", { class: name })), ...TIME_LAYERS.map((sign) => svg("path", { style: `fill: var(${SIGNS[sign].colour})` })));
    chart.parentElement.before(h("p", { className: "caption" }, ...Object.values(timeCaption)));
    for (const clock of document.getElementsByName("clock")) clock.addEventListener("change", () => setClock(clock.value));
    for (const name of ["since", "until"]) {
      const [field, thumb] = [byId(name), byId(`${name}-thumb`)];
      field.addEventListener("change", () => typeDay(name, field));
      field.addEventListener("blur", () => { field.value = dayText(state[name]); });
      thumb.step = 1;
      thumb.addEventListener("input", () => moveThumb(name, Number(thumb.value)));
      thumb.addEventListener("keydown", (event) => thumbKey(name, event));
    }
    byId("dated").addEventListener("change", (event) => change((now) => { now.dated = event.target.checked; }));
    byId("play").addEventListener("click", () => (player.timer ? stopPlaying() : startPlaying()));
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !player.timer) return;
      event.stopImmediatePropagation();
      stopPlaying();
    }, true);
    startBrush();
  },
  update() {
    const axis = timeAxis();
    if (player.timer && player.at && player.at !== timeText()) stopPlaying();
    if (timeShown !== state.clock) showAxis(axis);
    for (const clock of document.getElementsByName("clock")) clock.checked = clock.value === state.clock;
    for (const name of ["since", "until"]) if (dayNumber(byId(name).value) !== state[name]) byId(name).value = dayText(state[name]);
    byId("dated").checked = state.dated;
    showPlayer();
    if (!axis) return;
    drawHistogram(axis);
    showThumbs(axis);
  },
};
