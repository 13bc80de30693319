// The print sheet: the picture in light colours, then each line that is shown with its claims, numbered.
const PRINTED = 300; // claims with their sentences; of longer sheets nobody reads the end

const printView = {
  filled: null, // the state that the sheet shows
  start() {
    byId("print").addEventListener("click", () => this.print());
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "p") return;
      event.preventDefault();
      this.print();
    });
    // The browser's own menu does not wait for texts to be unpacked: the lines, without their sentences.
    window.addEventListener("beforeprint", () => {
      if (this.filled !== toFragment()) this.lay(toFragment(), printLines());
    });
  },
  async fill() {
    const asked = toFragment();
    this.lay(asked, await printClaims());
  },
  async print() {
    await this.fill();
    window.print();
  },
  lay(filled, evidence) {
    this.filled = filled;
    const drawn = savedLines().length ? pictureSvg(lightened(picture(PAPER))) : "";
    const words = shownWords().map((text) => h("p", {}, text));
    byId("sheet").replaceChildren(h("h1", { dir: "auto" }, document.title), ...words, drawn, ...evidence);
  },
};

// A picture in the colours of a light page.
function lightened({ surface, blocks, ...rest }) {
  const light = lightColours();
  const turn = (colour) => light.get(colour) ?? colour;
  const lit = (item) => ({ ...item, fill: turn(item.fill), stroke: turn(item.stroke), halo: turn(item.halo) });
  return { ...rest, surface: turn(surface), blocks: blocks.map((block) => ({ ...block, items: block.items.map(lit) })) };
}

// The colours of the page as they are now => as its style sheets have them for light.
function lightColours() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule.selectorText === ":root");
  const lightOf = (name) => rules.map(({ style }) => style.getPropertyValue(name).trim()).find(Boolean);
  const names = Object.keys(theme).filter((name) => name.startsWith("--")).reverse(); // of equal colours the first named counts
  return new Map(names.map((name) => [theme[name], lightOf(name) ?? theme[name]]));
}

const strongestFirst = () => savedLines().sort((a, b) => shown.line[b] - shown.line[a] || a - b);

function printHeading(line, place) {
  const some = shownClaims(line);
  return h("h2", {}, `${place + 1}. `, ...lineName(line), ": ", bdi(relationNames(some, 6)), ` (${stance(line, some)})`);
}

async function printClaims() {
  const wanted = [];
  for (const line of strongestFirst()) {
    if (wanted.length >= PRINTED) break;
    wanted.push(...shownClaims(line).slice(0, PRINTED - wanted.length));
  }
  const records = await textsOf(wanted);
  const sections = distinct(wanted.map((claim) => claims.line[claim])).map((line, place) => {
    const own = records.filter(({ claim }) => claims.line[claim] === line);
    return h("section", {}, printHeading(line, place), ...own.map((record, at) => printClaim(record, `${place + 1}.${at + 1}`)));
  });
  return [markKey(), ...sections, printRest(savedClaims().length - wanted.length, "claim")];
}

function printClaim(record, place) {
  const relation = relations[claims.relation[record.claim]].label;
  const url = record.article.url ? h("p", { className: "url" }, bdi(record.article.url)) : "";
  return h("div", { className: "printed" }, h("h3", {}, `${place} `, bdi(relation)), ...claimCard(record), url);
}

function printLines() {
  const some = strongestFirst();
  const items = some.slice(0, PRINTED).map((line, place) => {
    const counts = `${plural(shown.line[line], "claim")} in ${plural(articleCount(shownClaims(line)), "article")}`;
    return h("div", { className: "printed" }, printHeading(line, place), h("p", {}, counts));
  });
  const hint = h("p", {}, "The button Print of the page prints the sentences too.");
  return [...items, printRest(some.length - items.length, "line"), hint];
}

const printRest = (count, word) => (count > 0 ? h("p", {}, `and ${plural(count, `more ${word}`)}: narrow the filters`) : "");
