// The map: everything at once on a canvas. While it moves, a bitmap that is larger than the screen is shifted and scaled;
// it is drawn anew when the reader rests, or when it no longer covers the screen.
const MAP_MARGIN = 0.25; // of the bitmap, on each side, in screens
const MAP_REST = 140; // milliseconds without input after which the map is drawn anew
const MAP_AFTER = 100; // milliseconds after which a choice is drawn
const MAP_GLIDE = 220; // milliseconds of a movement that eases
const MAP_NEAREST = 300; // how far one can zoom in, in wholes
const MAP_OPENING = 1.4; // how far the map is zoomed in at the start, at most

const mapCamera = { scale: 1, x: 0, y: 0 };
const mapScreen = { width: 0, height: 0, ratio: 1 };
const mapSeen = { layout: "", version: -1 };
let mapCanvas;
let mapBitmap;
let mapSheet; // what is on the bitmap, as a sight
let mapTimer = 0;
let mapFrame = 0;
let mapGliding = 0;

const mapBox = byId("map");

const mapView = {
  start() {
    mapCanvas = h("canvas", { "aria-hidden": "true" });
    mapBitmap = document.createElement("canvas");
    Object.assign(mapBox.style, { touchAction: "none", overflow: "hidden" });
    Object.assign(mapCanvas.style, { display: "block", width: "100%", height: "100%" });
    mapBox.append(mapCanvas);
    mapListen();
    new ResizeObserver(() => { if (state.view === "map" && mapResize()) mapDraw(); }).observe(mapBox);
  },
  update() {
    const sameLines = !mapResize() && mapSeen.version === shown.version && mapSeen.layout === state.layout;
    if (mapSeen.version !== shown.version) {
      mapCount();
      mapRibbons();
    }
    if (mapSeen.version !== shown.version || mapSeen.layout !== state.layout) mapMeasure();
    if (mapSeen.layout !== state.layout && mapScreen.width) {
      Object.assign(mapCamera, mapOpening());
      mapSeen.layout = state.layout;
    }
    mapSeen.version = shown.version;
    clearTimeout(mapTimer);
    if (sameLines) mapTimer = setTimeout(mapDraw, MAP_AFTER, 0); // the sentences of what was chosen go first
    else mapDraw(0);
  },
  pan(dx, dy) {
    const { scale, x, y } = mapCamera;
    mapGlide({ scale, x: x + dx, y: y + dy });
  },
  scene() {
    const pen = mapRecorder();
    mapPaint(pen, mapSightOf(mapCamera, mapScreen));
    return { box: [0, 0, mapScreen.width, mapScreen.height], items: pen.items };
  },
  zoom(what) {
    if (what === "fit") mapGlide(mapFit());
    else mapGlide(mapZoomed(what === "in" ? 1.6 : 1 / 1.6, mapScreen.width / 2, mapScreen.height / 2));
  },
};

// --- camera ---------------------------------------------------------------------------------------------------------------

// The camera that shows all actors, or all that lies in another box.
function mapFit([left, top, right, bottom] = mapWorld.box) {
  const { width, height } = mapScreen;
  const [aside, above] = [Math.min(90, width / 8), Math.min(40, height / 8)]; // room for names
  const scale = Math.min((width - 2 * aside) / Math.max(right - left, 1), (height - 2 * above) / Math.max(bottom - top, 1));
  return { scale, x: width / 2 - ((left + right) / 2) * scale, y: height / 2 - ((top + bottom) / 2) * scale };
}

// The camera at the start: all actors, or somewhat nearer if the blocs take only the middle of the picture.
function mapOpening() {
  const rims = mapWorld.outlines.flatMap((outline) => outline?.rim ?? []);
  const whole = mapFit();
  if (!rims.length || !mapIsRibboned()) return whole;
  const [xs, ys] = [0, 1].map((axis) => rims.map((point) => point[axis]));
  const near = mapFit([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]);
  const zoom = mapClamp(near.scale / whole.scale, 1, MAP_OPENING);
  const [left, top, right, bottom] = mapWorld.box;
  return mapCentred((left + right) / 2, (top + bottom) / 2, whole.scale * zoom);
}

const mapSightOf = (camera, size) => mapSight(camera, size, { ...mapScreen, scale: mapFit().scale });
// What the bitmap is drawn with: the screen and a margin around it, as a share of its size.
const mapWide = (margin = MAP_MARGIN) => {
  const { width, height } = mapScreen;
  const wide = 1 + 2 * margin;
  const { scale, x, y } = mapCamera;
  const camera = { scale, x: x + width * margin, y: y + height * margin };
  return mapSightOf(camera, { width: width * wide, height: height * wide });
};
const mapCentred = (x, y, scale) => ({ scale, x: mapScreen.width / 2 - x * scale, y: mapScreen.height / 2 - y * scale });

// The camera after zooming about a point of the screen.
function mapZoomed(factor, x, y) {
  const whole = mapFit().scale;
  const scale = mapClamp(mapCamera.scale * factor, whole / 2, whole * MAP_NEAREST);
  const by = scale / mapCamera.scale;
  return { scale, x: x - (x - mapCamera.x) * by, y: y - (y - mapCamera.y) * by };
}

function mapMove(camera) {
  cancelAnimationFrame(mapGliding);
  mapShift(camera);
}

function mapShift(camera) {
  Object.assign(mapCamera, camera);
  hideTip();
  mapFrame ||= requestAnimationFrame(() => {
    mapFrame = 0;
    if (mapCovers()) mapBlit();
    else mapDraw();
  });
  clearTimeout(mapTimer);
  mapTimer = setTimeout(mapDraw, MAP_REST);
}

// Move there, easing out, unless the reader wants things still.
function mapGlide(to) {
  if (still.matches) return mapMove(to);
  cancelAnimationFrame(mapGliding);
  const from = { ...mapCamera };
  const begun = performance.now();
  const step = (now) => {
    const share = mapClamp((now - begun) / MAP_GLIDE, 0, 1);
    const eased = 1 - (1 - share) ** 3;
    const scale = from.scale * (to.scale / from.scale) ** eased;
    const part = to.scale === from.scale ? eased : (scale - from.scale) / (to.scale - from.scale);
    mapShift({ scale, x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part });
    if (share < 1) mapGliding = requestAnimationFrame(step);
  };
  mapGliding = requestAnimationFrame(step);
}

// --- drawing -----------------------------------------------------------------------------------------------------------------

// Take over the size of the container, keeping its middle; says whether it has changed.
function mapResize() {
  const { clientWidth: width, clientHeight: height } = mapBox;
  const ratio = Math.min(devicePixelRatio || 1, 2);
  if (!width || (width === mapScreen.width && height === mapScreen.height && ratio === mapScreen.ratio)) return false;
  mapCamera.x += (width - mapScreen.width) / 2;
  mapCamera.y += (height - mapScreen.height) / 2;
  Object.assign(mapScreen, { width, height, ratio });
  const wide = 1 + 2 * MAP_MARGIN;
  Object.assign(mapCanvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  Object.assign(mapBitmap, { width: Math.round(width * wide * ratio), height: Math.round(height * wide * ratio) });
  return true;
}

// Without a margin first, where somebody waits for it; the margin follows.
function mapDraw(margin = MAP_MARGIN) {
  clearTimeout(mapTimer);
  const { width, ratio } = mapScreen;
  if (!width || mapSeen.version < 0 || state.view !== "map") return; // a late call finds another view
  if (!margin) mapTimer = setTimeout(mapDraw, 3 * MAP_REST);
  const sight = mapWide(margin);
  const pen = mapBitmap.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, sight.width, sight.height);
  mapPaint(pen, sight);
  mapSheet = sight;
  mapBlit();
}

// Where the left upper corner of the bitmap lies on the screen, and how much larger it is shown than it was drawn.
const mapOffset = () => {
  const by = mapCamera.scale / mapSheet.scale;
  return [mapCamera.x - mapSheet.x * by, mapCamera.y - mapSheet.y * by, by];
};

function mapBlit() {
  const { width, height, ratio } = mapScreen;
  const [x, y, by] = mapOffset();
  const sheet = [mapSheet.width, mapSheet.height];
  const pen = mapCanvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  pen.drawImage(mapBitmap, 0, 0, ...sheet.map((side) => side * ratio), x, y, ...sheet.map((side) => side * by));
}

// Whether the bitmap has all of the world that is on the screen, and is not blown up beyond reading.
function mapCovers() {
  const { width, height } = mapScreen;
  const [x, y, by] = mapOffset();
  const edge = 60;
  const { scale, ...camera } = mapCamera;
  const [left, top, right, bottom] = mapWorld.box.map((value, at) => value * scale + (at % 2 ? camera.y : camera.x));
  return by < 3 && x <= Math.max(0, left - edge) && y <= Math.max(0, top - edge)
    && x + mapSheet.width * by >= Math.min(width, right + edge) && y + mapSheet.height * by >= Math.min(height, bottom + edge);
}
