// The table: the same lines as the graph and the map, to be read and walked through by keyboard.
const PAGE = 100; // rows at a time
const tableBody = document.querySelector("#table tbody");

// What a column is sorted by. Lines that are equal keep their order, those with most claims first.
const SORTS = {
  subject: (line) => nameRank()[lines.source[line]],
  object: (line) => nameRank()[lines.target[line]],
  sign: (line) => -lines.sign[line],
  claims: (line) => shown.line[line],
  articles: (line) => articleCount(shownClaims(line)),
  first: (line) => publishedDays(shownClaims(line))[0],
  last: (line) => publishedDays(shownClaims(line))[1],
};

let ranks = null; // of each actor in the order of names
function nameRank() {
  if (ranks) return ranks;
  const { compare } = new Intl.Collator();
  ranks = new Uint32Array(COUNT.actors);
  range(0, COUNT.actors).sort((a, b) => compare(nameOf(a), nameOf(b))).forEach((actor, place) => { ranks[actor] = place; });
  return ranks;
}

function sortedLines() {
  const some = shownLines();
  if (!state.sort) return some;
  const down = state.sort.startsWith("-") ? -1 : 1;
  const keys = new Map(some.map((line) => [line, SORTS[state.sort.replace("-", "")](line)]));
  return some.sort((a, b) => (keys.get(a) < keys.get(b) ? -down : keys.get(a) > keys.get(b) ? down : a - b));
}

// A column head sorts upward, then downward, then not at all; numbers and days begin with the most.
function turnSort(name) {
  const [one, other] = ["subject", "object", "sign"].includes(name) ? [name, `-${name}`] : [`-${name}`, name];
  change((now) => { now.sort = now.sort === one ? other : now.sort === other ? "" : one; });
}

const tableView = {
  rows: PAGE,
  version: -1,
  start() {
    for (const head of document.querySelectorAll("#table [data-sort]")) head.addEventListener("click", () => turnSort(head.dataset.sort));
    tableBody.addEventListener("keydown", moveInTable);
    tableBody.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-line]");
      if (row) choose({ line: Number(row.dataset.line) }, event);
    });
    byId("more").addEventListener("click", () => { const at = this.rows; this.rows += 5 * PAGE; this.draw(); tableBody.rows[at]?.focus(); });
  },
  update() {
    if (this.version !== shown.version) this.rows = PAGE;
    this.version = shown.version;
    this.draw();
  },
  draw() {
    const chosen = state.selected?.line;
    const some = sortedLines();
    for (const head of document.querySelectorAll("#table [data-sort]")) {
      const way = { [head.dataset.sort]: "ascending", [`-${head.dataset.sort}`]: "descending" }[state.sort];
      head.parentElement.setAttribute("aria-sort", way ?? "none");
    }
    this.rows = Math.max(this.rows, some.indexOf(chosen) + 1);
    tableBody.replaceChildren(...some.slice(0, this.rows).map(tableRow));
    if (tableBody.rows.length && !tableBody.querySelector("tr[tabindex='0']")) tableBody.rows[0].tabIndex = 0;
    const left = some.length - this.rows;
    byId("more").hidden = left <= 0;
    byId("more").textContent = `Show ${number(Math.min(5 * PAGE, left))} more of ${number(some.length)}`;
  },
};

function tableRow(line) {
  const some = shownClaims(line);
  const [first, last] = publishedDays(some);
  const hedged = isHedged(line);
  const chosen = state.selected?.line === line;
  const cell = (className, ...children) => h("td", { className }, ...children);
  const badge = hedged ? [" ", h("span", { className: "badge" }, distinct(some.map(hedgeOf)).join("; "))] : [];
  const sign = h("span", { className: "sign" }, sample(lines.sign[line], { mutual: lines.mutual[line], hedged }), stance(line, some));
  return h("tr", { tabIndex: chosen ? 0 : -1, "data-line": line, "aria-current": chosen, className: hedged ? "hedged" : "" },
    cell("", bdi(nameOf(lines.source[line]))), cell("", relationNames(some, 6), ...badge), cell("", bdi(nameOf(lines.target[line]))), cell("", sign),
    cell("num", number(some.length)), cell("num", number(articleCount(some))), cell("day", first), cell("day", last));
}

function moveInTable(event) {
  const row = event.target.closest("tr[data-line]");
  if (!row) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    choose({ line: Number(row.dataset.line) }, event);
    return;
  }
  const all = tableBody.rows;
  const at = row.sectionRowIndex;
  const next = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], PageDown: all[Math.min(at + 20, all.length - 1)], PageUp: all[Math.max(at - 20, 0)], Home: all[0], End: all[all.length - 1] }[event.key];
  if (!next) return;
  event.preventDefault();
  row.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
