// The texts of claims and articles, unpacked when they are read and kept for the last shards that were.
const KEPT = 6;
const unpacked = new Map(); // block: promise of its columns, the latest last
let articleTexts = null;

function shardOf(place) {
  const id = `evidence-${place}`;
  const found = unpacked.get(id) ?? unpack(id);
  unpacked.delete(id);
  unpacked.set(id, found);
  if (unpacked.size > KEPT) unpacked.delete(unpacked.keys().next().value);
  return found;
}

const loadArticles = () => (articleTexts ??= unpack("articles"));

// The claims as records, in the order given: the fields of Evidence, {claim}, and article: {id, title, url, author, language}.
async function textsOf(some) {
  const texts = await loadArticles();
  const shards = new Map();
  for (const place of distinct(some.map((claim) => Math.floor(claim / SHARD)))) shards.set(place, await shardOf(place));
  const records = some.map((claim) => recordOf(claim, shards.get(Math.floor(claim / SHARD)), texts));
  await Promise.all(records.map(async (record) => { record.id ??= await idOf(record); }));
  return records;
}

function recordOf(claim, shard, texts) {
  const of = (column) => shard[column]?.[claim % SHARD] ?? null;
  const claimant = claims.claimant[claim];
  const article = claims.article[claim];
  const record = {
    claim, id: of("id"), begin: of("begin"), row: of("row"), valid_from: of("valid_from"), valid_to: of("valid_to"), annotator: of("annotator"),
    subject_written: of("subject_written") ?? actors.name[subjectOf(claim)],
    object_written: of("object_written") ?? actors.name[objectOf(claim)],
    claimant_written: claimant < 0 ? null : of("claimant_written") ?? actors.name[claimant],
    article: Object.fromEntries(Object.keys(texts).map((column) => [column, texts[column][article]])),
  };
  return Object.assign(record, inWords(of("quote"), of("marks") ?? [], record));
}

// A quote as kg/view/packing.py keeps it: one character stands for each marked name, other marks follow as numbers.
const MARK_ROLES = ["subject", "object", "attributed_to", "relation"];
const NAME_PLACES = /[\u0001-\u0003]/;
const LITERAL = "\u0004";

function inWords(kept, numbers, record) {
  const start = record.begin ?? 0;
  const rest = [];
  for (let at = 0; at < numbers.length; at += 3) rest.push([start + numbers[at], start + numbers[at] + numbers[at + 1], MARK_ROLES[numbers[at + 2]]]);
  if (kept === null || kept.startsWith(LITERAL) || !NAME_PLACES.test(kept)) return { quote: kept?.startsWith(LITERAL) ? kept.slice(1) : kept, marks: rest };
  const names = [record.subject_written, record.object_written, record.claimant_written];
  let quote = "";
  let length = 0; // in code points
  for (const piece of kept.split(/([\u0001-\u0003])/)) {
    const place = NAME_PLACES.test(piece) ? piece.charCodeAt(0) - 1 : -1;
    const text = place < 0 ? piece : names[place];
    const points = Array.from(text).length;
    if (place >= 0) rest.push([start + length, start + length + points, MARK_ROLES[place]]);
    quote += text;
    length += points;
  }
  return { quote, marks: rest.sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1)) };
}

// The id of a claim, as kg.claim.claim_id makes it; null where the browser gives no page a digest (plain http).
async function idOf(record) {
  if (!globalThis.crypto?.subtle) return null;
  const { claim } = record;
  const parts = [
    record.article.id, record.subject_written, relations[claims.relation[claim]].name, record.object_written, record.claimant_written,
    Boolean(claims.negated[claim]), MODALITIES[claims.modality[claim]], record.valid_from, record.valid_to, record.annotator, record.marks, record.row,
  ];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(parts)));
  return Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
