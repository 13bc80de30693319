// A picture of what is shown with its title, a legend and what it leaves out, made of the plain items that the views give:
// for files (SVG, PNG) and for paper.
const FILE = { least: 1200, most: 2000, height: 0.75, margin: 32, words: true };
const PAPER = { least: 900, most: 900, height: 0.84, margin: 1, words: false };
const LARGEST = 1.6; // how far a small scene is blown up
const SHARP = 2; // pixels of a PNG for each unit of the picture, up to MOST_PIXELS a side
const MOST_PIXELS = 8192;

// {width, height, surface, blocks: [{x, y, scale, items, box: the part of the items' plane that is seen}]}. A file is as wide
// as the scene, within limits, and has words; on paper they stand beside it.
function picture({ least, most, height, margin, words } = FILE) {
  const view = pictureView();
  const scene = savedLines().length ? sceneOf(view) : null;
  const width = scene ? Math.round(Math.min(Math.max(scene.box[2] - scene.box[0] + 2 * margin, least), most)) : least;
  const inner = width - 2 * margin;
  const blocks = [];
  let y = margin;
  const put = ({ aside = 0, ...block }, gap = 4) => {
    blocks.push({ x: margin + aside, y, ...block });
    y += block.height + gap;
  };
  if (words) put(paragraph(document.title, inner, 24, 650), 14);
  if (scene) {
    put(drawing(scene, inner, width * height), 18);
    put(pictureLegend(view, inner), 10);
  }
  if (words) for (const text of shownWords()) put(paragraph(text, inner));
  return { width, height: Math.ceil(y + margin), surface: theme["--surface"], blocks };
}

// What the table shows is on the map; where the focus graph has all of it, there it is easier to read.
function pictureView() {
  if (state.view !== "table") return state.view;
  const { actors: here } = inFocus();
  return shownLines().every((line) => here.has(lines.source[line]) && here.has(lines.target[line])) ? "focus" : "map";
}

// A view that is hidden is shown for the moment in which it is measured and drawn.
function sceneOf(view) {
  if (view === state.view) return views[view].scene();
  const sections = [view, state.view].map((name) => byId(`${name}-view`));
  const scrolled = tableBody.closest(".scroll").scrollTop;
  const swap = () => sections.forEach((section) => { section.hidden = !section.hidden; });
  swap();
  if (!started.has(view)) views[view].start();
  started.add(view);
  views[view].update();
  const scene = views[view].scene();
  swap();
  tableBody.closest(".scroll").scrollTop = scrolled;
  return scene;
}

function drawing({ box: [left, top, right, bottom], items }, most, tallest) {
  const [width, height] = [Math.max(right - left, 1), Math.max(bottom - top, 1)];
  const scale = Math.min(most / width, tallest / height, LARGEST);
  return { aside: (most - width * scale) / 2, height: height * scale, scale, items, box: [left, top, width, height] };
}

const ruler = document.createElement("canvas").getContext("2d");
function pictureWidth(text, size, weight) {
  ruler.font = `${weight} ${size}px ${theme.font}`;
  return ruler.measureText(text).width;
}

function paragraph(text, width, size = 13, weight = 400) {
  const rows = [""];
  for (const [piece] of text.slice(0, 1500).matchAll(/\s*\S{1,40}/gu)) {
    const longer = rows[rows.length - 1] + piece;
    if (pictureWidth(longer, size, weight) <= width) rows[rows.length - 1] = longer;
    else rows.push(piece.trimStart());
  }
  const items = rows.map((row, at) => ({ text: row, x: 0, y: (at + 0.8) * size * 1.4, size, weight, fill: theme["--ink"] }));
  return { items, height: rows.length * size * 1.4 };
}

// --- the legend ---------------------------------------------------------------------------------------------------------

function pictureLegend(view, width) {
  const items = [];
  let [x, y] = [0, 0];
  for (const { mark, word } of legendEntries(view, savedLines())) {
    const wide = 38 + pictureWidth(word, 13, 400) + 24;
    if (x && x + wide > width) [x, y] = [0, y + 22];
    items.push(...mark.map((item) => ({ ...item, at: [x + (item.aside ?? 0), y] })));
    items.push({ text: word, x: x + 38, y: y + 13, size: 13, fill: theme["--ink"] });
    x += wide;
  }
  return { items, height: y + 22 };
}

function legendEntries(view, some) {
  const signs = distinct(some.map((line) => lines.sign[line])).sort((a, b) => b * b - a * a || b - a);
  const linked = distinct(some.flatMap((line) => [lines.source[line], lines.target[line]]));
  return [
    ...signs.map((sign) => ({ mark: lineMark(sign), word: SIGNS[sign].word })),
    ...(some.some((line) => lines.mutual[line]) ? [{ mark: lineMark(1, { mutual: true }), word: "both ways (no arrowhead)" }] : []),
    ...(some.some(isHedged) ? [{ mark: lineMark(1, { hedged: true }), word: "only negated, planned or possible" }] : []),
    ...(view === "map" ? blocEntries(linked) : shapeEntries(linked)),
  ];
}

function lineMark(sign, { mutual = false, hedged = false } = {}) {
  const dash = (hedged ? "1.2 4" : SIGNS[sign].svgDash).split(" ").filter(Boolean).map(Number);
  const head = { path: "M22 4.5L29 8L22 11.5Z", fill: signColour(sign) };
  const stroke = { path: mutual ? "M0 8H28" : "M0 8H24", stroke: signColour(sign), width: hedged ? 1.2 : 2.2, dash };
  return mutual ? [stroke] : [stroke, head];
}

function blocEntries(linked, most = 12) {
  const met = distinct(linked.map((actor) => actors.bloc[actor])).sort((a, b) => (a < 0) - (b < 0) || a - b);
  const dot = (bloc) => ({ path: "M9 8a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z", fill: blocColour(bloc) });
  const entries = met.slice(0, most).map((bloc) => ({ mark: [dot(bloc)], word: brief(blocName(bloc)) }));
  return met.length > most ? [...entries, { mark: [], word: `and ${plural(met.length - most, "more bloc")}` }] : entries;
}

function shapeEntries(linked) {
  const met = new Set(linked.map((actor) => actors.shape[actor]));
  return shapes.flatMap((shape, place) => {
    if (!met.has(place)) return [];
    const path = shapeSample(shape).firstChild.getAttribute("d");
    const fill = theme[shape.filled ? "--ink" : "--surface"];
    return [{ mark: [{ path, aside: 7, fill, stroke: theme["--ink"], width: 1.6 }], word: shape.legend }];
  });
}

const brief = (text, most = 60) => (text.length > most ? `${text.slice(0, most)}…` : text);

// --- what is shown, in words --------------------------------------------------------------------------------------------

// One text for each: how much, by which filters, in the focus graph around whom; what was cut; what a line means.
function shownWords() {
  const some = savedLines();
  const counts = `${plural(some.length, "line")}, ${plural(some.reduce((sum, line) => sum + shown.line[line], 0), "claim")}`;
  const filters = [...FACET_NAMES.map(facetWords), timeWords(), ...restWords()].filter(Boolean).join("; ");
  return [`${counts}; filters: ${filters}.`, state.view === "focus" ? focusWords() : "", note ? `On this page: ${note}.` : "",
    some.length ? "" : whyEmpty(), "A line means that someone said so, not that it is so."].filter(Boolean);
}

const isolated = (text) => `\u2068${text}\u2069`; // its direction must not turn what stands around it
const SHOWN_WORDS = { relations: "relations", kinds: "classes", blocs: "blocs", publishers: "publishers", claimants: "said by" };
const facetLabel = (name, value) => (name === "relations" ? relations[value].label : FACET_LABELS[name](value));

function facetWords(name) {
  const off = state.off[name];
  if (!off.size) return "";
  const on = FACETS[name].values.filter((value) => !off.has(value));
  const [way, some] = off.size <= on.length ? ["without", [...off]] : ["only", on];
  const named = (name === "relations" ? wholeFamilies(some) : some).map((value) => isolated(brief(facetLabel(name, value))));
  const rest = named.length > 6 ? ` and ${number(named.length - 6)} more` : "";
  return `${SHOWN_WORDS[name]}: ${way} ${named.slice(0, 6).join(", ") || "none"}${rest}`;
}

// Without the relations that go with all the family above them.
function wholeFamilies(some) {
  const met = new Set(some);
  const whole = (relation) => relation >= 0 && familyBelow(relation).every((each) => met.has(each));
  return some.filter((relation) => !whole(parentOf[relation]));
}

function restWords() {
  const also = HEDGES.filter((hedge) => state.hedges.has(hedge));
  return [state.dated ? "only claims with a day" : "", state.confidence ? `confidence at least ${state.confidence}` : "",
    also.length ? `also what is ${also.join(", ")}` : "only what is said to be so"];
}

// What stands above the focus graph.
function focusWords() {
  const words = graphWords(inFocus()).map((word) => (word instanceof Element ? isolated(word.textContent) : word));
  return `${words.join("")}.`;
}

// --- SVG ------------------------------------------------------------------------------------------------------------------

// An element that stands alone: no script, no style sheet, nothing from elsewhere.
function pictureSvg({ width, height, surface, blocks }) {
  const make = maker("http://www.w3.org/2000/svg");
  const frame = ({ x, y, scale, box }) => (box
    ? make("svg", { x, y, width: box[2] * scale, height: box[3] * scale, viewBox: box.join(" "), overflow: "hidden" })
    : make("g", { transform: `translate(${x} ${y})` }));
  const drawn = blocks.map((block) => {
    const element = frame(block);
    element.append(...block.items.map((item) => svgItem(make, item)));
    return element;
  });
  return make("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "font-family": theme.font, role: "img" },
    make("title", {}, document.title), make("rect", { width, height, fill: surface }), ...drawn);
}

function svgItem(make, { text, x, y, size, weight, italic, anchor, halo, path, at, stroke, width, dash, fill, opacity }) {
  if (text === undefined) {
    return make("path", { d: path, fill: fill ?? "none", stroke: stroke ?? undefined, "stroke-width": stroke ? width : undefined,
      "stroke-dasharray": dash?.length ? dash.join(" ") : undefined, opacity, transform: at && `translate(${at.join(" ")})` });
  }
  const around = halo ? { stroke: halo, "stroke-width": size / 4, "stroke-linejoin": "round", "paint-order": "stroke" } : {};
  const font = { "font-size": size, "font-weight": weight, "font-style": italic ? "italic" : undefined };
  return make("text", { x, y, ...font, fill, "text-anchor": anchor, opacity, ...around }, text);
}

// --- PNG ------------------------------------------------------------------------------------------------------------------

function pngOf({ width, height, surface, blocks }) {
  const sharp = Math.min(SHARP, MOST_PIXELS / Math.max(width, height));
  const canvas = h("canvas", { width: Math.round(width * sharp), height: Math.round(height * sharp) });
  const context = canvas.getContext("2d");
  context.scale(sharp, sharp);
  context.fillStyle = surface;
  context.fillRect(0, 0, width, height);
  blocks.forEach((block) => paintBlock(context, block));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))), "image/png");
  });
}

function paintBlock(context, { x, y, scale = 1, box, items }) {
  context.save();
  context.translate(x, y);
  context.scale(scale, scale);
  if (box) {
    context.translate(-box[0], -box[1]);
    context.beginPath();
    context.rect(...box);
    context.clip();
  }
  for (const item of items) paintItem(context, item);
  context.restore();
}

function paintItem(context, item) {
  context.save();
  context.globalAlpha = item.opacity ?? 1;
  if (item.at) context.translate(...item.at);
  if (item.text === undefined) paintPath(context, item);
  else paintText(context, item);
  context.restore();
}

function paintPath(context, { path, fill, stroke, width = 1, dash = [] }) {
  const shape = new Path2D(path);
  context.fillStyle = fill;
  if (fill && fill !== "none") context.fill(shape);
  if (!stroke || stroke === "none") return;
  Object.assign(context, { strokeStyle: stroke, lineWidth: width });
  context.setLineDash(dash);
  context.stroke(shape);
}

function paintText(context, { text, x, y, size, weight = 400, italic, fill, anchor = "start", halo }) {
  const font = `${italic ? "italic " : ""}${weight} ${size}px ${theme.font}`;
  Object.assign(context, { font, textAlign: anchor === "middle" ? "center" : "left", fillStyle: fill });
  if (halo) {
    Object.assign(context, { strokeStyle: halo, lineWidth: size / 4, lineJoin: "round" });
    context.strokeText(text, x, y);
  }
  context.fillText(text, x, y);
}
