// Thousands of lines on the map.
const MAP_GRAIN = 2; // pixels of the screen to one of the fog
const mapFog = { canvas: document.createElement("canvas"), ink: new Uint16Array(0) };

// Thousands of strands as a picture of how densely they lie, in which neither one alone is lost nor many saturate.
// `ink` has three sums for each pixel, one a sign.
function mapPaintFog(pen, sight, found, faint) {
  const width = Math.ceil(sight.width / MAP_GRAIN);
  const height = Math.ceil(sight.height / MAP_GRAIN);
  if (mapFog.ink.length !== width * height * 3) {
    mapFog.ink = new Uint16Array(width * height * 3);
    Object.assign(mapFog.canvas, { width, height });
  }
  const { ink } = mapFog;
  ink.fill(0);
  const { claims: some, holding, sign, between } = mapWorld.strands;
  for (const strand of found) {
    const weight = !holding[strand] ? 2 : some[strand] > 5 ? 8 : 4;
    const share = between[strand] ? sight.single : 1;
    mapFind(strand, sight);
    mapRule(ink, width, height, sign[strand] + 1, Math.round(weight * share));
  }
  mapTone(ink, width, height, faint);
  pen.globalAlpha = 1;
  pen.drawImage(mapFog.canvas, 0, 0, width * MAP_GRAIN, height * MAP_GRAIN);
}

// Add the line between mapEnds to the ink, one pixel a step along its longer side.
function mapRule(ink, width, height, plane, weight) {
  const x = mapEnds[0] / MAP_GRAIN;
  const y = mapEnds[1] / MAP_GRAIN;
  const steps = Math.max(Math.abs(mapEnds[2] / MAP_GRAIN - x), Math.abs(mapEnds[3] / MAP_GRAIN - y));
  if (!steps) return;
  const dx = (mapEnds[2] / MAP_GRAIN - x) / steps;
  const dy = (mapEnds[3] / MAP_GRAIN - y) / steps;
  const from = Math.max(0, mapEnter(x, dx, width), mapEnter(y, dy, height));
  const to = Math.min(steps, mapLeave(x, dx, width), mapLeave(y, dy, height));
  for (let at = Math.ceil(from); at <= to; at += 1) ink[(((y + at * dy) | 0) * width + ((x + at * dx) | 0)) * 3 + plane] += weight;
}
// The steps at which a line that starts at `at` comes between 0 and `size`, and goes.
const mapEnter = (at, step, size) => (step ? (step > 0 ? -at : size - 0.01 - at) / step : at < 0 || at >= size ? Infinity : 0);
const mapLeave = (at, step, size) => (step ? (step > 0 ? size - 0.01 - at : -at) / step : Infinity);

// Turn ink into colours: the mean of the signs', the more opaque the more ink.
function mapTone(ink, width, height, faint) {
  const context = mapFog.canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const [minus, zero, plus] = [-1, 0, 1].map((sign) => mapRgb(signColour(sign)));
  const half = 8 + 1.2 * mapMean(ink); // the ink that is half opaque
  for (let at = 0, pixel = 0; at < ink.length; at += 3, pixel += 1) {
    const m = ink[at];
    const z = ink[at + 1];
    const p = ink[at + 2];
    const sum = m + z + p;
    if (!sum) continue;
    const red = ((m * minus[0] + z * zero[0] + p * plus[0]) / sum) | 0;
    const green = ((m * minus[1] + z * zero[1] + p * plus[1]) / sum) | 0;
    const blue = ((m * minus[2] + z * zero[2] + p * plus[2]) / sum) | 0;
    const alpha = ((200 * faint * sum) / (sum + half)) | 0;
    pixels[pixel] = (alpha << 24) | (blue << 16) | (green << 8) | red;
  }
  context.putImageData(image, 0, 0);
}

// The mean of the ink where there is any.
function mapMean(ink) {
  let [sum, places] = [0, 0];
  for (let at = 0; at < ink.length; at += 3) {
    const here = ink[at] + ink[at + 1] + ink[at + 2];
    sum += here;
    if (here) places += 1;
  }
  return sum / Math.max(places, 1);
}

// The parts of a colour, 0 to 255, however the style sheet writes it.
function mapRgb(colour) {
  mapRuler.fillStyle = colour;
  return [1, 3, 5].map((at) => parseInt(mapRuler.fillStyle.slice(at, at + 2), 16));
}
