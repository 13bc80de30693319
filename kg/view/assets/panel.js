// The evidence panel: the claims of what is chosen, each with its sentence, those that contradict beside each other.
const panel = byId("panel");
const CARDS = 20; // claims shown at once
const ROLES = { subject: "subject", object: "object", relation: "relation", attributed_to: "who says so" };
let cards = CARDS;

const panelView = {
  chosen: null,
  update() {
    if (JSON.stringify(state.selected) !== this.chosen) {
      this.chosen = JSON.stringify(state.selected);
      cards = CARDS;
      panel.scrollTop = 0;
    }
    const { line, actor, blocs: pair } = state.selected ?? {};
    const parts = line !== undefined ? linePanel(line) : actor !== undefined ? actorPanel(actor) : pair ? blocsPanel(...pair) : startPanel();
    const close = button("×", () => choose(null), { id: "close", title: "Close (Escape)", "aria-label": "Close" });
    panel.replaceChildren(...(state.selected ? [close] : []), ...parts.filter(Boolean));
  },
};

function startPanel() {
  const top = [];
  for (let line = 0; line < COUNT.lines && top.length < 12; line += 1) if (shown.line[line]) top.push(line);
  return [
    h("h2", { tabIndex: -1 }, "Evidence"),
    h("p", { className: "sub" }, "Click a line to read the sentences behind it, an actor to see all its lines."),
    top.length ? h("h3", {}, "Lines with most claims") : null,
    lineList(top),
  ];
}

// --- a line -------------------------------------------------------------------------------------------------------------

function linePanel(line) {
  const all = claimsOf(line);
  const some = all.filter((claim) => shown.claim[claim] || isContrary(claim));
  const [first, last] = publishedDays(some);
  const day = (text) => h("span", { className: "day" }, text);
  const span = first ? [" · ", day(first), ...(last === first ? [] : [" – ", day(last)])] : [];
  const facts = [stance(line, all), plural(some.length, "claim"), plural(articleCount(some), "article")].join(" · ");
  const several = byRelation(some).length > 1;
  const inGraph = state.view === "focus";
  return [
    h("h2", { tabIndex: -1 }, actorButton(lines.source[line]), ` ${arrow(line)} `, actorButton(lines.target[line])),
    h("p", { className: "sub about" }, sample(lines.sign[line], { mutual: lines.mutual[line], hedged: isHedged(line) }), h("span", {}, facts, ...span)),
    h("p", { className: "actions" },
      inGraph ? null : button("In the focus graph", () => change((now) => Object.assign(now, { view: "focus" }))),
      inGraph && several ? button(state.fanned.has(line) ? "One curve" : "A curve for each relation", () => fan(line), { id: "fan", "aria-pressed": state.fanned.has(line) }) : null),
    hiddenNote(all.length - some.length, line),
    ...evidence(some),
    ...alsoBetween(line),
  ];
}

function hiddenNote(count, line) {
  if (!count) return null;
  const hedged = claimsOf(line).some((claim) => shown.withheld[claim] && !isContrary(claim));
  const ask = button("Show negated and planned ones too", () => change((now) => HEDGES.forEach((hedge) => now.hedges.add(hedge))), { className: "link" });
  return h("p", { className: "note" }, `${plural(count, "more claim")} hidden by the filters. `, hedged ? ask : null);
}

function alsoBetween(line) {
  const [source, target] = [lines.source[line], lines.target[line]];
  const others = Array.from(ownLines(source)).filter((other) => other !== line && shown.line[other] && otherEnd(other, source) === target);
  return others.length ? [h("h3", {}, "Also between the two"), lineList(others)] : [];
}

// Claims by relation; within one, those that say so beside those that say it is not so. Newest first.
function evidence(some) {
  const sections = [];
  let left = cards;
  for (const [relation, group] of byRelation(some)) {
    const newest = [...group].sort((a, b) => publishedOf(b) - publishedOf(a) || a - b).slice(0, left);
    left -= newest.length;
    sections.push(relationSection(relation, group, newest));
    if (!left) break;
  }
  const rest = some.length - (cards - left);
  const more = rest > 0 ? button(`Show ${number(Math.min(rest, CARDS))} more of ${plural(some.length, "claim")}`, () => { cards += CARDS; panelView.update(); }, { className: "more" }) : null;
  return [some.length ? markKey() : null, ...sections, more];
}

// A denial is read beside what it denies even where denials are not asked for.
function isContrary(claim) {
  if (!shown.withheld[claim] || !claims.negated[claim] || claims.modality[claim]) return false;
  return claimsOf(claims.line[claim]).some((other) => shown.claim[other] && claims.relation[other] === claims.relation[claim]);
}

function relationSection(relation, group, newest) {
  const slots = new Map(newest.map((claim) => [claim, h("article", { className: "claim", "aria-busy": "true" })]));
  const [so, not] = [0, 1].map((negated) => newest.filter((claim) => claims.negated[claim] === negated).map((claim) => slots.get(claim)));
  const total = group.filter((claim) => claims.negated[claim]).length;
  const side = (words, count, own) => h("div", {}, h("h4", {}, `${words} (${number(count)})`), ...own);
  const body = total && total < group.length
    ? [h("div", { className: "sides" }, side("It is so", group.length - total, so), side("It is not so", total, not))]
    : [...slots.values()];
  fill(slots);
  return h("section", {}, h("h3", {}, bdi(relations[relation].label), h("span", { className: "n" }, plural(group.length, "claim"))), ...body);
}

async function fill(slots) {
  for (const record of await textsOf([...slots.keys()])) {
    slots.get(record.claim).replaceChildren(...claimCard(record));
    slots.get(record.claim).removeAttribute("aria-busy");
  }
}

function claimCard(record) {
  const { claim } = record;
  const hedges = hedgeOf(claim).split(", ").filter(Boolean);
  const swapped = claims.swapped[claim] ? h("p", { className: "says" }, "as written: ", bdi(nameOf(subjectOf(claim))), " → ", bdi(nameOf(objectOf(claim)))) : null;
  return [
    hedges.length ? h("p", { className: "badges" }, ...hedges.map((text) => h("span", { className: "badge" }, text))) : null,
    record.quote === null ? noQuote(record) : quoteOf(record),
    sourceOf(record),
    h("p", { className: "says" }, "says: ", claims.claimant[claim] < 0 ? "the article" : actorButton(claims.claimant[claim])),
    swapped,
    factsOf(record),
  ].filter(Boolean);
}

function noQuote({ row }) {
  return h("p", { className: "none" }, ...(row === null ? ["No sentence was given for this claim."] : ["From row ", bdi(row), " of a table, which has no sentence."]));
}

// The marks that lie within the quote, counted from its first character; one of all its words would single out nothing.
function marksIn({ quote, begin, marks }) {
  const length = Array.from(quote).length;
  return marks.map(([from, to, role]) => [from - begin, to - begin, role])
    .filter(([from, to]) => from >= 0 && from < to && to <= length && to - from < length);
}

// The sentence with its marks. They count code points and may overlap: each stretch between two ends has its own roles.
function quoteOf(record) {
  const points = Array.from(record.quote);
  const marks = marksIn(record);
  const cuts = distinct([0, points.length, ...marks.flatMap(([from, to]) => [from, to])]).sort((a, b) => a - b);
  const pieces = cuts.slice(0, -1).map((from, step) => {
    const text = points.slice(from, cuts[step + 1]).join("");
    const roles = Object.keys(ROLES).filter((role) => marks.some((mark) => mark[2] === role && mark[0] <= from && from < mark[1]));
    return roles.length ? h("mark", { className: roles.join(" "), title: roles.map((role) => ROLES[role]).join(", ") }, text) : text;
  });
  return h("blockquote", { dir: "auto", lang: record.article.language ?? "" }, ...pieces);
}

function markKey() {
  return h("p", { className: "key", "aria-hidden": "true" }, ...Object.entries(ROLES).map(([role, word]) => h("mark", { className: role }, word)));
}

function sourceOf({ claim, article }) {
  const title = article.title || article.id;
  const named = isWeb(article.url) ? h("a", { href: article.url, target: "_blank", rel: "noreferrer noopener", dir: "auto" }, title) : bdi(title);
  const day = publishedOf(claim);
  const rest = [article.author, publisherOf(claim)].filter(Boolean).flatMap((text) => [", ", bdi(text)]);
  return h("p", { className: "source" }, named, ...rest, ", ", h("span", { className: "day" }, day ? dayText(day) : "no date"));
}

function validText({ valid_from: from, valid_to: to }) {
  return from === to ? from : from && to ? `${from} to ${to}` : from ? `since ${from}` : `until ${to}`;
}

function factsOf(record) {
  const confidence = claims.confidence[record.claim];
  const known = [
    (record.valid_from || record.valid_to) && `valid: ${validText(record)}`,
    confidence >= 0 && `confidence: ${confidence}`,
    record.annotator !== null && `annotator: ${record.annotator}`,
  ].filter(Boolean);
  return known.length ? h("p", { className: "facts" }, ...known.map(bdi)) : null;
}

// --- an actor, two blocs ----------------------------------------------------------------------------------------------

function actorPanel(actor) {
  const own = Array.from(ownLines(actor));
  const some = own.filter((line) => shown.line[line]);
  const known = actors.aliases[actor];
  const bloc = actors.bloc[actor];
  return [
    h("h2", { tabIndex: -1 }, bdi(nameOf(actor))),
    h("p", { className: "sub" }, kindNames(actor), bloc < 0 ? null : " · bloc of ", bloc < 0 ? null : bdi(blocName(bloc)), ...actors.same_as[actor].flatMap((link) => [" · ", bdi(link)])),
    known.length ? h("p", { className: "aliases" }, "Also written ", ...known.flatMap((name, at) => [at ? ", " : "", bdi(name)])) : null,
    actorActions(actor),
    own.length > some.length ? h("p", { className: "note" }, `${plural(own.length - some.length, "more line")} hidden by the filters.`) : null,
    ...pathsList(),
    ...[1, -1, 0].flatMap((sign) => signSection(sign, actor, some)),
    ...saidOfOthers(actor),
  ];
}

function actorActions(actor) {
  const inGraph = state.view === "focus";
  const pinned = state.pins.has(actor);
  return h("div", { className: "actions" },
    button("Neighbours", () => focusOn(actor, 1), { id: "hop-1", title: "Show only this actor and its neighbours" }),
    button("2 hops", () => focusOn(actor, 2), { id: "hop-2", title: "Show its neighbours and theirs" }),
    inGraph ? button("Expand", () => expand(actor), { id: "expand", title: "Add its neighbours to the graph" }) : null,
    inGraph ? button("Collapse", () => collapse(actor), { id: "collapse", title: "Take out what an expansion has brought, or the neighbours that hang on it alone" }) : null,
    inGraph ? button("Leave out", () => leaveOut(actor), { id: "leave-out", title: "Take this actor out of the graph" }) : null,
    inGraph ? button(pinned ? "Unpin" : "Pin", () => pin(actor, pinned ? null : graphView.placeOf(actor)), { id: "pin", "aria-pressed": pinned, title: "Keep its place" }) : null,
    pathSearch(actor));
}

function pathsList() {
  if (!state.path || state.view !== "focus") return [];
  const { steps, count, found } = inFocus().paths;
  if (!count) return [h("p", { className: "note" }, "No path leads to ", bdi(nameOf(state.path.to)), " along lines that are shown.")];
  const items = found.slice(0, 20).map((path) => h("li", {}, ...path.flatMap((actor, at) => [at ? " – " : "", actorButton(actor)])));
  return [
    h("h3", {}, h("span", {}, "Shortest paths to ", bdi(nameOf(state.path.to))), h("span", { className: "n" }, `${number(count)} of ${plural(steps, "step")}`)),
    h("ol", { className: "paths" }, ...items),
    count > 20 ? h("p", { className: "sub" }, `and ${number(count - 20)} more`) : null,
  ];
}

function signSection(sign, actor, some) {
  const own = some.filter((line) => lines.sign[line] === sign);
  return own.length ? [h("h3", {}, SIGNS[sign].word, h("span", { className: "n" }, plural(own.length, "line"))), longList(own, actor)] : [];
}

function saidOfOthers(actor) {
  if (!actors.says[actor]) return [];
  const own = new Set();
  for (let claim = 0; claim < COUNT.claims; claim += 1) if (claims.claimant[claim] === actor && shown.claim[claim]) own.add(claims.line[claim]);
  return own.size ? [h("h3", {}, "Says so", h("span", { className: "n" }, plural(own.size, "line"))), longList([...own])] : [];
}

function blocsPanel(a, b) {
  const member = (line, one, other) => actors.bloc[lines.source[line]] === one && actors.bloc[lines.target[line]] === other;
  const some = shownLines().filter((line) => member(line, a, b) || member(line, b, a));
  const total = some.reduce((sum, line) => sum + shown.line[line], 0);
  return [
    h("h2", { tabIndex: -1 }, bdi(blocName(a)), a === b ? "" : " – ", a === b ? null : bdi(blocName(b))),
    h("p", { className: "sub" }, `${a === b ? "within the bloc" : "between the blocs"}: ${plural(some.length, "line")} · ${plural(total, "claim")}`),
    ...[1, -1, 0].flatMap((sign) => signSection(sign, undefined, some)),
  ];
}

// --- lists ---------------------------------------------------------------------------------------------------------------

const actorButton = (actor) => h("button", { type: "button", className: "link", onclick: (event) => choose({ actor }, event) }, bdi(nameOf(actor)));

// Lines as buttons, the first hundred at once; seen from one actor, only the other end is named.
function longList(some, actor, most = 100) {
  const list = lineList(some.slice(0, most), actor);
  if (some.length > most) list.append(h("li", {}, button(`Show all ${number(some.length)}`, () => list.replaceWith(lineList(some, actor)), { className: "more" })));
  return list;
}

function lineList(some, actor) {
  return h("ul", { className: "list" }, ...some.map((line) => {
    const other = otherEnd(line, actor);
    const way = lines.mutual[line] ? "↔ " : lines.source[line] === actor ? "→ " : "← ";
    const name = actor === undefined ? lineName(line) : [way, bdi(other === actor ? "itself" : nameOf(other))];
    return h("li", {}, h("button", { type: "button", "data-line": line, onclick: (event) => choose({ line }, event) },
      sample(lines.sign[line], { mutual: lines.mutual[line], hedged: isHedged(line) }),
      h("span", { className: "text" }, ...name, h("small", {}, summary(shownClaims(line), 4)))));
  }));
}
