// Names on the map, which never lie on each other, and the pen that writes the map down for files and paper.
const mapShort = (text, most = 30) => (text.length > most ? `${text.slice(0, most - 1).replace(/[ …]+$/, "")}…` : text);

// Where something stands already: boxes on the screen, kept by the squares of a grid that they touch.
function mapBoxes(square = 64) {
  const squares = new Map();
  const touching = (left, top, right, bottom, act) => {
    for (let row = Math.floor(top / square); row * square <= bottom; row += 1) {
      for (let column = Math.floor(left / square); column * square <= right; column += 1) if (act(row * 4096 + column)) return true;
    }
    return false;
  };
  const isFree = (...[left, top, right, bottom]) => !touching(left, top, right, bottom, (key) => (squares.get(key) ?? [])
    .some((box) => box[0] < right && box[2] > left && box[1] < bottom && box[3] > top));
  const add = (...box) => touching(...box, (key) => {
    if (squares.has(key)) squares.get(key).push(box);
    else squares.set(key, [box]);
  });
  return { isFree, add };
}

const mapWidths = new Map(); // of texts in pixels, by font and text

function mapWidth(text, { size, weight, italic }) {
  const key = `${size} ${weight} ${text}`;
  if (!mapWidths.has(key)) {
    mapRuler.font = mapFont(size, weight, italic);
    mapWidths.set(key, mapRuler.measureText(text).width);
  }
  return mapWidths.get(key);
}
const mapRuler = document.createElement("canvas").getContext("2d");
const mapFont = (size, weight, italic) => `${italic ? "italic " : ""}${weight} ${size}px ${theme.font}`;

const mapTextBox = (text, x, y, style) => {
  const [half, high] = [mapWidth(text, style) / 2 + 2, style.size * 0.62 + 1];
  return [x - half, y - high, x + half, y + high];
};

// Write a text with its middle at a point, if nothing is there; says whether it did.
function mapPut(pen, sight, boxes, text, x, y, style) {
  const box = mapTextBox(text, x, y, style);
  if (!mapSees(sight, x, y, 0) || !boxes.isFree(...box)) return false;
  boxes.add(...box);
  mapWrite(pen, text, x, y, style);
  return true;
}

function mapWrite(pen, text, x, y, { size, weight = 400, italic = false, fill }) {
  const halo = theme["--surface"];
  y += size * 0.35; // from the middle of the letters to the line they stand on
  if (pen.write) return pen.write({ text, x, y, size, weight, italic, fill, anchor: "middle", halo });
  pen.globalAlpha = 1;
  pen.font = mapFont(size, weight, italic);
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  pen.lineWidth = 3.5;
  pen.strokeStyle = halo;
  pen.strokeText(text, x, y);
  pen.fillStyle = fill;
  pen.fillText(text, x, y);
}

// The names of the strongest actors in view, those that stand out first, as many as there is room for.
function mapPaintNames(pen, sight, chosen, boxes, dots) {
  const area = sight.width * sight.height;
  let left = Math.round(area / (sight.single < 0.5 ? 26000 : 11000));
  let tries = left * 5;
  const first = chosen && !chosen.pair ? mapWorld.order.filter((actor) => chosen.actors.has(actor)) : [];
  const rest = chosen ? (chosen.pair ? mapWorld.order.filter((actor) => chosen.actors.has(actor)) : []) : mapWorld.order;
  for (const actor of [...first, ...rest]) {
    if (!left || !tries) return;
    const [x, y] = [mapX(sight, sight.xs[actor]), mapY(sight, sight.ys[actor])];
    if (!mapSees(sight, x, y, 0)) continue;
    tries -= 1;
    const radius = mapRadius(sight, actor);
    boxes.add(x - radius, y - radius, x + radius, y + radius);
    if (mapName(pen, sight, boxes, dots, actor, x, y)) left -= 1;
  }
}

// Write a name beside its dot: off all other dots if it can be, else off those of stronger actors.
function mapName(pen, sight, boxes, dots, actor, x, y) {
  const strong = mapWorld.claims[actor] > mapWorld.most / 8;
  const style = { size: strong ? 13 : 12, weight: strong ? 600 : 400, fill: theme["--ink"] };
  const text = mapShort(nameOf(actor));
  const away = mapRadius(sight, actor) + 2;
  const aside = away + mapWidth(text, style) / 2 + 3;
  const down = away + style.size * 0.62 + 1;
  const places = [[x, y + down], [x + aside, y], [x, y - down], [x - aside, y]];
  const best = places.filter((place) => dots.isFree(...mapTextBox(text, ...place, style)));
  return [...best, ...places].some((place) => mapPut(pen, sight, boxes, text, ...place, style));
}

// --- for files and paper --------------------------------------------------------------------------------------------------

// A pen that writes down what it draws: as much of a canvas as is used above.
function mapRecorder() {
  const items = [];
  const round = (value) => Math.round(value * 10) / 10;
  let path = [];
  let dash = [];
  const add = (...parts) => path.push(parts.map((part) => (typeof part === "number" ? round(part) : part)).join(" "));
  const turn = (angle) => ((angle % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
  return {
    items,
    globalAlpha: 1,
    beginPath() { path = []; },
    moveTo(x, y) { add("M", x, y); },
    lineTo(x, y) { add("L", x, y); },
    quadraticCurveTo(cx, cy, x, y) { add("Q", cx, cy, x, y); },
    rect(x, y, width, height) {
      add("M", x, y);
      add("H", x + width);
      add("V", y + height);
      add("H", x);
      add("Z");
    },
    arc(x, y, reach, from, to) {
      let radius = reach;
      add(path.length && !path.at(-1).startsWith("M") ? "L" : "M", x + reach * Math.cos(from), y + reach * Math.sin(from));
      const around = to - from >= 2 * Math.PI;
      const half = around ? from + Math.PI : to;
      if (around) radius = Math.max(radius - 0.1, 0.1); // too small a radius grows to meet rounded ends, too large a one makes a lens
      add("A", radius, radius, 0, turn(half - from) > Math.PI ? 1 : 0, 1, x + reach * Math.cos(half), y + reach * Math.sin(half));
      if (around) add("A", radius, radius, 0, 0, 1, x + reach * Math.cos(to), y + reach * Math.sin(to));
    },
    closePath() { add("Z"); },
    setLineDash(to) { dash = to; },
    fill() { items.push({ path: path.join(""), fill: this.fillStyle, opacity: this.globalAlpha }); },
    stroke() {
      const { strokeStyle: stroke, lineWidth: width, globalAlpha: opacity } = this;
      items.push({ path: path.join(""), stroke, width, dash, opacity });
    },
    write(item) { items.push(item); },
  };
}
