// What the filters let through. Computed once for each change; every view reads `shown`.
const shown = {
  claim: new Uint8Array(COUNT.claims), // 1 where the claim passes
  withheld: new Uint8Array(COUNT.claims), // 1 where it would, if what is negated or not actual were asked for
  line: new Uint32Array(COUNT.lines), // how many of its claims pass; 0: the line is not shown
  holding: new Uint32Array(COUNT.lines), // how many of those hold
  actor: new Uint32Array(COUNT.actors), // how many lines of the actor are shown
  claims: 0, lines: 0, actors: 0,
  version: 0, // grows with every change
};
const isHedged = (line) => !shown.holding[line];

// The day bounds by which a claim is sifted, on the clock that the reader has chosen; 0 is open.
const firstDay = (claim) => (state.clock === "held" ? claims.first[claim] : publishedOf(claim));
const lastDay = (claim) => (state.clock === "held" ? claims.last[claim] : publishedOf(claim));
const isDated = (claim) => Boolean(firstDay(claim) || lastDay(claim));

// 1 in `into` for each claim that passes all filters, or all but those of time; in `withheld` for all but that of hedges.
function sift(into, { time = true, withheld = null } = {}) {
  const passing = (name) => Uint8Array.from(FACETS[name].values, (value) => !state.off[name].has(value));
  const [relationOn, kindOn, blocOn, publisherOn] = ["relations", "kinds", "blocs", "publishers"].map(passing);
  const claimantOff = state.off.claimants;
  const actorOn = Uint8Array.from(actors.kinds, (some, actor) => blocOn[actors.bloc[actor] + 1] && (!some.length || some.some((kind) => kindOn[kind])));
  const modalityOn = MODALITIES.map((modality, place) => !place || state.hedges.has(modality));
  const negatedOn = state.hedges.has("negated");
  const { since, until, dated, confidence } = state;
  const held = state.clock === "held";
  const { relation, article, claimant, negated, modality, line, first, last } = claims;
  for (let claim = 0; claim < COUNT.claims; claim += 1) {
    let passes = relationOn[relation[claim]]
      && publisherOn[articles.publisher[article[claim]] + 1] && (!claimantOff.size || !claimantOff.has(claimant[claim]))
      && actorOn[lines.source[line[claim]]] && actorOn[lines.target[line[claim]]]
      && (!confidence || claims.confidence[claim] < 0 || claims.confidence[claim] >= confidence);
    if (passes && time && (since || until || dated)) {
      const from = held ? first[claim] : articles.day[article[claim]];
      const to = held ? last[claim] : from;
      passes = from || to ? (!until || !from || from <= until) && (!since || !to || to >= since) : !dated;
    }
    const asked = modalityOn[modality[claim]] && (negatedOn || !negated[claim]);
    into[claim] = passes && asked ? 1 : 0;
    if (withheld) withheld[claim] = passes && !asked ? 1 : 0;
  }
  return into;
}

function compute() {
  sift(shown.claim, { withheld: shown.withheld });
  shown.line.fill(0);
  shown.holding.fill(0);
  shown.actor.fill(0);
  shown.claims = 0;
  shown.lines = 0;
  for (let claim = 0; claim < COUNT.claims; claim += 1) {
    if (!shown.claim[claim]) continue;
    shown.claims += 1;
    shown.line[claims.line[claim]] += 1;
    if (!claims.negated[claim] && !claims.modality[claim]) shown.holding[claims.line[claim]] += 1;
  }
  for (let line = 0; line < COUNT.lines; line += 1) {
    if (!shown.line[line]) continue;
    shown.lines += 1;
    shown.actor[lines.source[line]] += 1;
    if (lines.target[line] !== lines.source[line]) shown.actor[lines.target[line]] += 1;
  }
  shown.actors = shown.actor.reduce((sum, some) => sum + (some > 0), 0);
  shown.version += 1;
}

const claimsOf = (line) => range(lines.start[line], lines.start[line + 1]);
const shownClaims = (line) => claimsOf(line).filter((claim) => shown.claim[claim]);
const shownLines = () => range(0, COUNT.lines).filter((line) => shown.line[line]);

// What the time strip lets through, in words.
function timeWords() {
  const { since, until, clock } = state;
  if (!since && !until) return "";
  const word = clock === "held" ? "held or happened" : "published";
  return word + (since ? ` from ${dayText(since)}` : "") + (until ? ` to ${dayText(until)}` : "");
}

// Why nothing is left, in the order in which a reader would undo it.
function whyEmpty() {
  if (!COUNT.lines) return note ? `There are no claims to show: ${note}.` : "There are no claims to show.";
  const reasons = [];
  const words = { relations: "relation", publishers: "publisher", claimants: "claimant", kinds: "class", blocs: "bloc" };
  for (const [name, word] of Object.entries(words)) {
    const off = state.off[name].size;
    if (off && off === FACETS[name].values.length) reasons.push(`no ${word} is ticked`);
    else if (off) reasons.push(`${plural(off, word, word === "class" ? "classes" : undefined)} not ticked`);
  }
  if (timeWords()) reasons.push(timeWords());
  if (state.dated) reasons.push("only claims with a date");
  if (state.confidence) reasons.push(`confidence at least ${state.confidence}`);
  const hedged = HEDGES.filter((hedge) => !state.hedges.has(hedge));
  if (hedged.length) reasons.push(`nothing that is ${hedged.join(", ")}`);
  return `No line passes all filters: ${reasons.join("; ")}.`;
}
