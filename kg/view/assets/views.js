// The evidence panel and the table: the same lines as the graph, to be read.
const panel = document.getElementById("panel");
const PAGE = 500; // rows of the table at a time
let rows = PAGE;

// --- panel ----------------------------------------------------------------------------------------------------------

function showPanel() {
  const { line, actor } = state.selected ?? {};
  const content = line !== undefined ? linePanel(line) : actor !== undefined ? actorPanel(actor) : startPanel();
  const close = h("button", { type: "button", id: "close", title: "Close (Escape)", "aria-label": "Close", onclick: () => choose(null) }, "×");
  panel.replaceChildren(...(state.selected ? [close] : []), ...content.filter(Boolean));
}

function startPanel() {
  const top = [...visible.keys()].slice(0, 12);
  return [
    h("h2", { tabIndex: -1 }, "Evidence"),
    h("p", { className: "sub" }, "Click a line to read the sentences behind it, an actor to see all its lines."),
    top.length ? h("h3", {}, "Lines with most claims") : null,
    lineList(top),
  ];
}

function linePanel(index) {
  const line = lines[index];
  const shown = visible.get(index) ?? [];
  const [first, last] = days(shown);
  const day = (text) => h("span", { className: "day" }, text);
  const span = first ? [" · ", day(first), ...(last === first ? [] : [" – ", day(last)])] : [];
  const facts = [stance(line, line.claims), plural(shown.length, "claim"), plural(articleCount(shown), "article")].join(" · ");
  return [
    h("h2", { tabIndex: -1 }, actorButton(line.source), ` ${arrow(line)} `, actorButton(line.target)),
    h("p", { className: "sub about" }, sample(line.sign, { mutual: line.mutual, hedged: !shown.length || isHedged(shown) }), h("span", {}, facts, ...span)),
    hiddenNote(line.claims.length - shown.length, "claim"),
    shown.some((claim) => claims[claim].marks) ? markKey() : null,
    ...byRelation(shown).map(([name, group]) => relationSection(name, group)),
    ...alsoBetween(index),
  ];
}

function relationSection(name, group) {
  const newest = [...group].sort((a, b) => (published(claims[a]) < published(claims[b]) ? 1 : published(claims[a]) > published(claims[b]) ? -1 : a - b));
  return h("section", {}, h("h3", {}, bdi(labelOf(name)), h("span", { className: "n" }, plural(group.length, "claim"))), ...newest.map((index) => claimCard(claims[index])));
}

function claimCard(claim) {
  const modality = claim.modality ?? "actual";
  const badges = [claim.negated ? "negated" : "", modality === "actual" ? "" : modality].filter(Boolean);
  return h("article", { className: "claim" },
    badges.length ? h("p", { className: "badges" }, ...badges.map((text) => h("span", { className: "badge" }, text))) : null,
    claim.quote === undefined ? noQuote(claim) : quote(claim),
    source(articles[claim.article]),
    h("p", { className: "says" }, "says: ", claim.attributed_to === undefined ? "the article" : actorButton(claim.attributed_to)),
    facts(claim));
}

function noQuote(claim) {
  return h("p", { className: "none" }, ...(claim.row === undefined ? ["No sentence was given for this claim."] : ["From row ", bdi(claim.row), " of a table, which has no sentence."]));
}

// The sentence with its marks. They count code points and may overlap: each stretch between two ends has its own roles.
function quote(claim) {
  const points = Array.from(claim.quote);
  const marks = claim.marks ?? [];
  const cuts = distinct([0, points.length, ...marks.flatMap(([begin, end]) => [begin, end])]).sort((a, b) => a - b);
  const pieces = cuts.slice(0, -1).map((from, step) => {
    const text = points.slice(from, cuts[step + 1]).join("");
    const roles = distinct(marks.filter(([begin, end]) => begin <= from && from < end).map((mark) => mark[2]));
    return roles.length ? h("mark", { className: roles.join(" "), title: roles.map((role) => ROLES[role] ?? role).join(", ") }, text) : text;
  });
  return h("blockquote", { dir: "auto", lang: articles[claim.article].language ?? "" }, ...pieces);
}

const ROLES = { subject: "subject", object: "object", relation: "relation", attributed_to: "who says so" };

function markKey() {
  return h("p", { className: "key", "aria-hidden": "true" }, ...Object.entries(ROLES).map(([role, word]) => h("mark", { className: role }, word)));
}

function source(article) {
  const title = article.title ?? article.id;
  const linked = /^https?:\/\//i.test(article.url ?? "");
  const named = linked ? h("a", { href: article.url, target: "_blank", rel: "noreferrer noopener", dir: "auto" }, title) : bdi(title);
  const rest = [article.publisher, article.published ?? "no date"].filter(Boolean).flatMap((text) => [", ", h("bdi", { className: text === article.published ? "day" : "" }, text)]);
  return h("p", { className: "source" }, named, ...rest);
}

function facts(claim) {
  const { valid_from: from, valid_to: to, confidence, annotator } = claim;
  const when = from === to ? from : from && to ? `${from} to ${to}` : from ? `since ${from}` : to ? `until ${to}` : undefined;
  const known = [
    when && `valid: ${when}`, confidence !== undefined && `confidence: ${confidence}`, annotator !== undefined && `annotator: ${annotator}`,
  ].filter(Boolean);
  return known.length ? h("p", { className: "facts" }, ...known.map(bdi)) : null;
}

function alsoBetween(index) {
  const { source, target } = lines[index];
  const same = (line) => (line.source === source && line.target === target) || (line.source === target && line.target === source);
  const others = [...visible.keys()].filter((other) => other !== index && same(lines[other]));
  return others.length ? [h("h3", {}, "Also between the two"), lineList(others)] : [];
}

function actorPanel(index) {
  const actor = actors[index];
  const own = lines.flatMap((line, id) => (line.source === index || line.target === index ? [id] : []));
  const shown = own.filter((id) => visible.has(id));
  const says = [...visible].filter(([, some]) => some.some((claim) => claims[claim].attributed_to === index)).map(([id]) => id);
  const kindNames = actor.kinds.map((kind) => kindOf.get(kind).label).join(", ");
  const known = [...(actor.aliases ?? [])];
  return [
    h("h2", { tabIndex: -1 }, bdi(actor.name)),
    h("p", { className: "sub" }, kindNames, ...(actor.same_as ?? []).flatMap((link) => [" · ", bdi(link)])),
    known.length ? h("p", { className: "aliases" }, "Also written ", ...known.flatMap((name, at) => [at ? ", " : "", bdi(name)])) : null,
    index >= drawn && actor.claims ? h("p", { className: "note" }, "Not drawn in the graph, which has only the actors with most claims.") : null,
    hiddenNote(own.length - shown.length, "line"),
    ...[1, -1, 0].flatMap((sign) => signSection(sign, index, shown)),
    ...(says.length ? [h("h3", {}, "Says so of others"), lineList(says)] : []),
  ];
}

function signSection(sign, index, shown) {
  const some = shown.filter((id) => lines[id].sign === sign);
  if (!some.length) return [];
  return [h("h3", {}, SIGNS[sign].word, h("span", { className: "n" }, plural(some.length, "line"))), lineList(some, index)];
}

const actorButton = (index) => h("button", { type: "button", className: "link", onclick: (event) => choose({ actor: index }, event) }, bdi(actors[index].name));

function hiddenNote(count, word) {
  return count ? h("p", { className: "note" }, `${plural(count, `more ${word}`)} hidden by the filters.`) : null;
}

// Lines as buttons; seen from one actor, only the other end is named.
function lineList(ids, from) {
  return h("ul", { className: "list" }, ...ids.map((id) => {
    const line = lines[id];
    const shown = visible.get(id);
    const other = line.source === from ? line.target : line.source;
    const way = line.mutual ? "↔ " : line.source === from ? "→ " : "← ";
    const name = from === undefined
      ? lineName(line)
      : [way, bdi(other === from ? "itself" : actors[other].name)];
    return h("li", {}, h("button", { type: "button", onclick: (event) => choose({ line: id }, event) },
      sample(line.sign, { mutual: line.mutual, hedged: isHedged(shown) }),
      h("span", { className: "text" }, ...name, h("small", {}, summary(shown, 4)))));
  }));
}

// --- table ----------------------------------------------------------------------------------------------------------

const table = document.querySelector("#table tbody");
const more = document.getElementById("more");

function showTable() {
  const ids = [...visible.keys()];
  table.replaceChildren(...ids.slice(0, rows).map(tableRow));
  if (table.rows.length && !table.querySelector("tr[tabindex='0']")) table.rows[0].tabIndex = 0;
  more.hidden = ids.length <= rows;
  more.textContent = `Show ${number(Math.min(PAGE, ids.length - rows))} more of ${number(ids.length)}`;
  const empty = document.getElementById("empty-table");
  empty.hidden = ids.length > 0;
  empty.textContent = ids.length ? "" : whyEmpty();
}

function tableRow(id) {
  const line = lines[id];
  const shown = visible.get(id);
  const [first, last] = days(shown);
  const hedged = isHedged(shown);
  const chosen = state.selected?.line === id;
  const cell = (className, ...children) => h("td", { className }, ...children);
  const badge = hedged ? [" ", h("span", { className: "badge" }, distinct(shown.map((claim) => hedge(claims[claim]))).join(", "))] : [];
  const sign = h("span", { className: "sign" }, sample(line.sign, { mutual: line.mutual, hedged }), stance(line, shown));
  return h("tr", { tabIndex: chosen ? 0 : -1, "data-line": id, "aria-selected": chosen, className: hedged ? "hedged" : "" },
    cell("", bdi(actors[line.source].name)), cell("", relationNames(shown, 6), ...badge), cell("", bdi(actors[line.target].name)), cell("", sign),
    cell("num", number(shown.length)), cell("num", number(articleCount(shown))), cell("day", first), cell("day", last));
}

function moveInTable(event) {
  const row = event.target.closest("tr[data-line]");
  if (!row) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    choose({ line: Number(row.dataset.line) }, event);
    return;
  }
  const all = [...table.rows];
  const at = all.indexOf(row);
  const next = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], Home: all[0], End: all[all.length - 1] }[event.key];
  if (!next) return;
  event.preventDefault();
  row.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

table.addEventListener("keydown", moveInTable);
table.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-line]");
  if (row) choose({ line: Number(row.dataset.line) }, event);
});
more.addEventListener("click", () => { rows += PAGE; showTable(); });
