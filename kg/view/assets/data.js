// The data of the page: columns, one entry for each row. Rows refer to each other by place.
async function unpack(id) {
  const packed = atob(document.getElementById(id).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

const { actors, lines, claims, articles, relations, kinds, publishers, shapes, shard: SHARD, note } = await unpack("core");
const COUNT = { actors: actors.id.length, lines: lines.source.length, claims: claims.relation.length };

for (const [table, kind, ...columns] of [
  [lines, Uint32Array, "source", "target", "claims"], [lines, Int8Array, "sign", "mutual"],
  [claims, Uint16Array, "relation"], [claims, Uint8Array, "swapped", "negated", "modality"],
  [claims, Int32Array, "article", "claimant", "first", "last"], [claims, Float64Array, "confidence"],
  [articles, Int32Array, "publisher", "day"], [actors, Int16Array, "bloc"], [actors, Uint32Array, "claims", "says"],
]) for (const column of columns) table[column] = kind.from(table[column]);

lines.start = new Uint32Array(COUNT.lines + 1);
for (let line = 0; line < COUNT.lines; line += 1) lines.start[line + 1] = lines.start[line] + lines.claims[line];
claims.line = new Uint32Array(COUNT.claims);
for (let line = 0; line < COUNT.lines; line += 1) claims.line.fill(line, lines.start[line], lines.start[line + 1]);

const MODALITIES = ["actual", "planned", "requested", "possible"];
const holds = (claim) => !claims.negated[claim] && !claims.modality[claim];
const subjectOf = (claim) => (claims.swapped[claim] ? lines.target : lines.source)[claims.line[claim]];
const objectOf = (claim) => (claims.swapped[claim] ? lines.source : lines.target)[claims.line[claim]];
const publishedOf = (claim) => articles.day[claims.article[claim]];

// The lines of each actor: those of actor a are linesOf.ids from linesOf.start[a] up to linesOf.start[a + 1].
const linesOf = (() => {
  const start = new Uint32Array(COUNT.actors + 2);
  const each = (act) => {
    for (let line = 0; line < COUNT.lines; line += 1) {
      act(lines.source[line], line);
      if (lines.target[line] !== lines.source[line]) act(lines.target[line], line);
    }
  };
  each((actor) => { start[actor + 2] += 1; });
  for (let actor = 2; actor < start.length; actor += 1) start[actor] += start[actor - 1];
  const ids = new Uint32Array(start[COUNT.actors + 1]);
  each((actor, line) => { ids[start[actor + 1]] = line; start[actor + 1] += 1; });
  return { start, ids };
})();
const ownLines = (actor) => linesOf.ids.subarray(linesOf.start[actor], linesOf.start[actor + 1]);
const otherEnd = (line, actor) => (lines.source[line] === actor ? lines.target[line] : lines.source[line]);

// --- days: counted from 0001-01-01, which is 1, as Python does; 0 is no day --------------------------------------------

const EPOCH = 719163; // 1970-01-01
const dayText = (day) => (day ? new Date((day - EPOCH) * 864e5).toISOString().slice(0, 10) : "");
const dayNumber = (text) => {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return Number.isNaN(at) ? 0 : Math.round(at / 864e5) + EPOCH;
};

// --- relations and blocs ------------------------------------------------------------------------------------------------

const relationPlace = new Map(relations.map(({ name }, place) => [name, place]));
const parentOf = relations.map(({ parent }) => (parent ? relationPlace.get(parent) : -1));
const childrenOf = (relation) => parentOf.flatMap((parent, place) => (parent === relation ? [place] : []));
const familyOf = (relation) => (parentOf[relation] < 0 ? relation : familyOf(parentOf[relation]));
const familyBelow = (relation) => [relation, ...childrenOf(relation).flatMap(familyBelow)];

// Each bloc with its members, strongest first, and what it is called after.
const blocs = (() => {
  const members = [];
  actors.bloc.forEach((bloc, actor) => { if (bloc >= 0) (members[bloc] ??= []).push(actor); });
  return Array.from(members, (some = []) => ({ members: some, name: some.slice(0, 3).map((actor) => actors.name[actor]).join(", ") }));
})();
