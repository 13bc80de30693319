// Finding actors by name or alias, in any script: capitals and accents do not matter.
const fold = (text) => text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase().trim();
const HITS = 12;

// Every spelling of every actor, folded; made when the first search begins, or when the page has nothing else to do.
let spellings = null;
const readSpellings = () => (spellings ??= actors.name.map((name, actor) => [nameOf(actor), ...actors.aliases[actor]].map((text) => ({ text, folded: fold(text) }))));

// The best way in which an actor matches: how well, and the spelling where it is an alias.
function match(actor, wanted) {
  let best = null;
  spellings[actor].forEach(({ text, folded }, at) => {
    const place = folded.indexOf(wanted);
    if (place < 0) return;
    const startsWord = place > 0 && !/[\p{L}\p{N}]/u.test(folded[place - 1]);
    const worth = (place === 0 ? 0 : startsWord ? 1 : 3) + (at ? 0.5 : 0) - (folded === wanted ? 1 : 0);
    if (!best || worth < best.worth) best = { actor, worth, alias: at ? text : "" };
  });
  return best;
}

// Prefixes of a name and of its words first, then aliases, then any other place; among equals those with most claims.
function findActors(text) {
  const wanted = fold(text);
  if (!wanted) return [];
  readSpellings();
  const found = [];
  for (let actor = 0; actor < COUNT.actors; actor += 1) {
    const hit = match(actor, wanted);
    if (hit) found.push(hit);
  }
  return found.sort((a, b) => Math.floor(a.worth) - Math.floor(b.worth) || a.actor - b.actor).slice(0, HITS);
}

// A field with a list of actors below it (the combobox pattern); `take` gets the one that was chosen.
function combobox(input, list, take) {
  let results = [];
  let at = 0;
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const pick = (event) => {
    if (!results[at]) return;
    input.value = "";
    close();
    take(results[at].actor, event);
  };
  const option = ({ actor, alias }, place) => h("li", { id: `${list.id}-${place}`, role: "option", "aria-selected": place === at, onmousedown: (event) => { event.preventDefault(); at = place; pick(event); } },
    h("span", {}, bdi(nameOf(actor)), alias ? h("small", {}, " ", bdi(alias)) : null), h("small", {}, plural(actors.claims[actor], "claim")));
  const show = () => {
    if (!input.value.trim()) { close(); return; }
    results = findActors(input.value);
    at = Math.min(at, Math.max(results.length - 1, 0));
    list.replaceChildren(...results.map(option));
    if (!results.length) list.append(h("li", { className: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "No actor has this name"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    if (results.length) input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  input.addEventListener("input", () => { at = 0; show(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && results.length && !list.hidden) { event.preventDefault(); at = (at + step + results.length) % results.length; show(); }
    if (event.key === "Enter") { event.preventDefault(); if (!list.hidden) pick(event); }
    if (event.key === "Escape") { event.stopPropagation(); input.value = ""; close(); input.blur(); }
  });
}

// The field of the panel that asks for the other end of a path.
function pathSearch(from) {
  const input = h("input", { type: "search", id: "path-to", placeholder: "Paths to …", "aria-label": `Find the shortest paths from ${nameOf(from)} to another actor`, autocomplete: "off", spellcheck: false, role: "combobox", "aria-expanded": "false", "aria-controls": "path-found", "aria-autocomplete": "list" });
  const list = h("ul", { id: "path-found", className: "found", role: "listbox", "aria-label": "Actors found", hidden: true });
  combobox(input, list, (to) => findPaths(from, to));
  return h("div", { className: "search" }, input, list);
}
