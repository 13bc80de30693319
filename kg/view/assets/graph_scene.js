// The focus graph as plain shapes and texts, for files and print: texts stand on y, names are placed as at scale 1.
function graphScene() {
  if (!graphNet || !graphNow.actors.length) return { box: [0, 0, 1, 1], items: [] };
  const ctx = graphNet.canvas.getContext();
  const labels = placeLabels(ctx, 1);
  const boxes = [...labels.map(({ box }) => box), ...graphNow.actors.map(markBox)];
  const edge = (at, pick) => Math.round(pick(...boxes.map((box) => box[at])));
  return {
    box: [edge(0, Math.min) - 30, edge(1, Math.min) - 30, edge(2, Math.max) + 30, edge(3, Math.max) + 30],
    items: [
      ...[...graphNow.curves.keys()].reverse().flatMap((id) => curveShapes(ctx, id)),
      ...graphNow.actors.map(markShape),
      ...labels.flatMap(labelTexts),
      ...graphNow.actors.filter((actor) => state.pins.has(actor)).flatMap(pinShapes),
    ],
  };
}

const near = (value) => Math.round(value * 10) / 10;
const pathOf = (points, closed = true) => `M${points.map(([x, y]) => `${near(x)} ${near(y)}`).join("L")}${closed ? "Z" : ""}`;
function circlePath(x, y, radius) {
  const half = (way) => `a${near(radius)} ${near(radius)} 0 1 0 ${near(2 * radius * way)} 0`;
  return `M${near(x - radius)} ${near(y)}${half(1)}${half(-1)}Z`;
}

// A curve as the network draws it, and its arrowhead.
function curveShapes(ctx, id) {
  const edge = graphNet.body.edges[id];
  const { width, dashes, color, arrows } = graphEdges.get(id);
  const { edgeType: type, from, to } = edge;
  const look = { opacity: color.opacity };
  const stroke = { stroke: color.color, width: near(width), dash: dashes || [], fill: null, ...look };
  const via = from === to ? undefined : type.getViaNode();
  const head = arrows ? type.getArrowData(ctx, "to", via, false, false, edge.getFormattingValues()) : null;
  if (from === to) {
    const [x, y, radius] = type._getCircleData(ctx);
    return [{ path: circlePath(x, y, radius), ...stroke }, ...(head ? [headShape(head, color.color, look)] : [])];
  }
  const end = head ? head.core : to;
  const curve = `M${near(from.x)} ${near(from.y)}Q${near(via.x)} ${near(via.y)} ${near(end.x)} ${near(end.y)}`;
  return [{ path: curve, ...stroke }, ...(head ? [headShape(head, color.color, look)] : [])];
}

function headShape({ point, angle, length }, fill, look) {
  const [cos, sin] = [length * Math.cos(angle), length * Math.sin(angle)];
  const corner = (along, aside) => [point.x + along * cos - aside * sin, point.y + along * sin + aside * cos];
  const path = pathOf([corner(0, 0), corner(-1, 0.3), corner(-0.9, 0), corner(-1, -0.3)]);
  return { path, stroke: null, width: 0, dash: [], fill, ...look };
}

// The outlines of marks, around 0, 0 with the size 1, as the network draws them.
const MARKS = {
  square: [[-1, -1], [1, -1], [1, 1], [-1, 1]],
  diamond: [[0, 1], [1, 0], [0, -1], [-1, 0]],
  triangle: [[0, -1.0117], [1.15, 0.9801], [-1.15, 0.9801]],
  hexagon: range(0, 6).map((corner) => [Math.cos((corner * Math.PI) / 3), Math.sin((corner * Math.PI) / 3)]),
};

function markShape(actor) {
  const { shape, size, color, borderWidth, opacity } = graphNodes.get(actor);
  const [x, y] = graphPlace(actor);
  const path = shape in MARKS ? pathOf(MARKS[shape].map(([dx, dy]) => [x + dx * size, y + dy * size])) : circlePath(x, y, size);
  return { path, stroke: color.border, width: borderWidth, dash: [], fill: color.background, opacity };
}

function pinShapes(actor) {
  const [x, y] = pinPlace(actor);
  const look = { stroke: theme["--strong"], width: 1.6, dash: [], opacity: 1 };
  return [
    { path: pathOf([[x, y], [x + PIN.needle * 0.6, y + PIN.needle]], false), fill: null, ...look },
    { path: circlePath(x, y, PIN.head), fill: theme["--strong"], ...look },
  ];
}

const labelTexts = ({ text, x, y, height, size, weight, colour, alpha }) => text.map((row, at) => ({
  text: row, x: near(x), y: near(y + at * height + size * 0.35), size: near(size), weight,
  fill: colour, opacity: alpha, anchor: "middle", halo: theme["--surface"],
}));
