// docs/scaling.md as text: what N posts a second need and what a million cost, from bench/results.json and bench/prices.json alone. A post here
// is a draft that is generated (no writer), gets its receipt and is published in one part: two requests.

import { format } from "./bars.mjs";

const { whole } = format;
const RATES = [100, 10_000, 1_000_000];
const DAYS = 30;
const DAY = 86_400;
/** What a user may publish: five posts in fifteen minutes. */
const WINDOW = { posts: 5, seconds: 900 };
/** How often an isolate reads the kill switch, a second. */
const READS = 2;
/** Bytes that the audit's object keeps of a request for good; docs/audit.md. */
const LEAF_BYTES = 200;
/** What a refused post leaves: rows as D1 counts them, at most two more for each finding, and bytes; measured, the rows held by tests/gate/budget.test.mjs. */
const REFUSED = { rows: 15, bytes: 1_650 };
/** The requests of a user, a minute and an isolate, unless it is set otherwise. */
const CALLS = 600;
/** Requests of a post: generate, and post itself. */
const REQUESTS = 2;

/** Measured figures of one of each, a post. */
export function units({ gate, growth }) {
  const of = (what, key) => gate.loads.find((load) => load.what === what && load.connections === 16)[key];
  const own = (what) => Math.max(0, of(what, "gate").cpu_ms - of(what, "bare").cpu_ms);
  const { generate, post, tree } = gate.counts;
  return {
    database_posts: gate.units.database_posts_a_second,
    object_posts: gate.units.object_posts_a_second,
    tree_posts: growth.audit.tree_requests_a_second / REQUESTS,
    // What the policy and the gate compute themselves: the bare Worker's time is the simulation's of D1 and of objects.
    cpu_ms: own("generate") + own("post"),
    bytes: growth.audit.bytes_a_request * REQUESTS,
    d1_written: generate.d1_rows_written + post.d1_rows_written,
    d1_read: generate.d1_rows_read + post.d1_rows_read + REQUESTS * tree.d1_rows_read,
    object_calls: generate.object_calls + post.object_calls,
    object_written: post.object_rows_written + REQUESTS * tree.object_rows_written,
    object_read: post.object_rows_read + REQUESTS * tree.object_rows_read,
    // While a call is answered its object is billed; a post's calls wait for a batch of D1 in one of them.
    object_seconds: of("post", "gate").p50_ms / 1000,
  };
}

/** What a rate of posts needs of each. */
export function needs(rate, unit, { limits }) {
  const gigabytes = (rate * DAY * DAYS * unit.bytes) / 1e9;
  const isolates = Math.max(1, Math.ceil((rate * unit.cpu_ms) / 1000));
  return {
    users: Math.ceil((rate * WINDOW.seconds) / WINDOW.posts),
    isolates,
    databases_for_writes: Math.ceil(rate / unit.database_posts),
    databases_for_storage: Math.ceil(gigabytes / limits.d1_database_gb),
    gigabytes,
    trees: Math.ceil(rate / unit.tree_posts),
    tree_days: (limits.d1_database_gb * 1e9) / (rate * REQUESTS * DAY * LEAF_BYTES),
    control_reads: isolates * READS,
  };
}

/** How many posts a second each limit allows with one of everything, least first. */
export function limitsInOrder(unit, { limits }) {
  return [
    { limit: `the storage of one database: ${limits.d1_database_gb} GB for ${DAYS} days of audit`, posts: (limits.d1_database_gb * 1e9) / (DAY * DAYS * unit.bytes) },
    { limit: `the storage of the audit's object: ${limits.d1_database_gb} GB of leaves for a year`, posts: (limits.d1_database_gb * 1e9) / (DAY * 365 * REQUESTS * LEAF_BYTES) },
    { limit: "writes of one database", posts: unit.database_posts },
    { limit: "the audit's tree, one object", posts: unit.tree_posts },
    { limit: `the kill switch's object, ${limits.object_requests_a_second} calls a second: isolates that read it ${READS} times a second, each full`, posts: ((limits.object_requests_a_second / READS) * 1000) / unit.cpu_ms },
  ].sort((a, b) => a.posts - b.posts);
}

/** What a million posts cost, line by line. */
export function costs(unit, prices) {
  const lines = [
    ["rows that D1 writes", unit.d1_written, prices.d1_rows_written_a_million],
    ["rows that objects write", unit.object_written, prices.object_rows_written_a_million],
    ["requests to the Worker", REQUESTS, prices.worker_requests_a_million],
    ["calls of objects", unit.object_calls, prices.object_requests_a_million],
    ["processor time of the Worker, ms", unit.cpu_ms, prices.worker_cpu_ms_a_million],
    ["memory of objects, GB-s", unit.object_seconds * prices.limits.object_memory_gb, prices.object_gb_seconds_a_million],
    ["rows that D1 reads", unit.d1_read, prices.d1_rows_read_a_million],
    ["rows that objects read", unit.object_read, prices.object_rows_read_a_million],
    [`bytes that D1 keeps for ${DAYS} days`, unit.bytes, prices.d1_storage_gb_month / 1000],
  ];
  return lines.map(([what, amount, price]) => ({ what, amount, price, cost: amount * price }));
}

const row = (...cells) => `| ${cells.join(" | ")} |`;
const table = (head, rows) => [row(...head), row(...head.map(() => "---")), ...rows.map((cells) => row(...cells)), ""];
const few = (value) => (value >= 100 ? whole(value) : Number(value.toPrecision(3)).toLocaleString("en", { maximumFractionDigits: 9 }));
const dollars = (value) => `$${value < 0.01 && value > 0 ? value.toPrecision(2) : value.toFixed(2)}`;

export function scalingPage(results, prices) {
  const unit = units(results);
  const order = limitsInOrder(unit, prices);
  const lines = costs(unit, prices);
  const total = lines.reduce((sum, { cost }) => sum + cost, 0);
  const all = RATES.map((rate) => needs(rate, unit, prices));
  const across = (what, read) => [what, ...all.map(read)];
  return [
    "# Scaling",
    "",
    "Written whole by `npm run bench` from `bench/results.json` and `bench/prices.json`; a test does the arithmetic again. The figures of one database, one object and one isolate are",
    "this machine's, measured alone in local workerd ([Performance](performance.md)). Cloudflare's differ: its D1 answers over a network and writes to several places. What",
    "carries over is the number of calls, rows and bytes a post, and which limit comes first. A post here is two requests: generate without a writer, then publish in one part.",
    "",
    "## One of each",
    "",
    ...table(["one", "does"], [
      ["database", `${whole(unit.database_posts)} posts a second, with everything that generate and post ask of it`],
      ["user's object", `${whole(unit.object_posts)} posts a second; its user may publish ${WINDOW.posts} in ${WINDOW.seconds / 60} minutes`],
      ["audit tree", `${whole(unit.tree_posts)} posts a second, ${LEAF_BYTES} bytes a request for good`],
      ["post", `${few(unit.cpu_ms)} ms of an isolate's processor, ${whole(unit.bytes)} bytes of D1, ${few(unit.d1_written)} rows written by D1 and ${few(unit.object_written)} by objects, ${few(unit.object_calls)} calls of objects`],
    ]),
    "## What a rate needs",
    "",
    ...table(["", ...RATES.map((rate) => `${whole(rate)} posts a second`)], [
      across("users at least, each with an object", ({ users }) => whole(users)),
      across("isolates' worth of processor, if each had a core", ({ isolates }) => whole(isolates)),
      across("databases for the writes", ({ databases_for_writes }) => whole(databases_for_writes)),
      across(`databases of ${prices.limits.d1_database_gb} GB for ${DAYS} days of audit`, ({ databases_for_storage }) => whole(databases_for_storage)),
      across(`audit in D1 after ${DAYS} days`, ({ gigabytes }) => `${few(gigabytes)} GB`),
      across("audit trees for the rate", ({ trees }) => whole(trees)),
      across("days until one tree's object would be full", ({ tree_days }) => few(tree_days)),
      across("reads of the kill switch a second", ({ control_reads }) => whole(control_reads)),
    ]),
    "## What comes first",
    "",
    "Posts a second that one of everything allows, least first:",
    "",
    ...order.map(({ limit, posts }, index) => `${index + 1}. ${limit}: ${few(posts)}`),
    "",
    `So the first thing to run out is ${order[0].limit}. Shorter retention with an archive in R2 moves it by itself: the rows leave D1 and their hashes stay in the tree. Then come more`,
    "databases: everything that a request writes and reads in D1 belongs to one user, so a database chosen by a hash of the user id takes its share, and only monitoring asks all of them. The",
    "tree goes with its database: one `AuditLog` object and one signed checkpoint for each. Users' objects need nothing, for there is one a user already, and isolates come and go as",
    "Cloudflare sees fit. The kill switch is one object: above its limit isolates would read it less often or through one object a region, at the price of the two seconds.",
    "",
    "## Refused posts",
    "",
    `A post that is refused from step 6 on is audited too: one row of the audit, one line of \`enforcement_requests\` and one of its codes for each finding and error, in one batch after the`,
    `answer; the 429 of the window of posts is one of them. D1 counts ${REFUSED.rows} rows written, with their indexes, and at most two more for each finding; they take about ${whole(REFUSED.bytes)} bytes, and ${LEAF_BYTES} of the tree's object for good. What is refused`,
    "before (too large, not signed in, too often, unreadable, no mode, a key that is in use) writes no row of its own.",
    "",
    "The window of posts bounds none of it, since only admitted posts count. What does is the bucket of calls, `POSTGATE_REQUESTS_PER_MINUTE`, which is taken from before the body is read; an isolate",
    `keeps its own, so a user whose requests reach several isolates has as many. At ${CALLS} a minute one user, always refused, writes ${few((CALLS * 1440 * REFUSED.bytes) / 1e9)} GB a day and isolate: a database of`,
    `${prices.limits.d1_database_gb} GB lasts ${few((prices.limits.d1_database_gb * 1e9) / (CALLS * 1440 * REFUSED.bytes))} days of that: a retention of ${DAYS} days comes too late. People need far fewer calls; a deployment that only they use sets it lower.`,
    "",
    "To see it: `/v1/monitoring/enforcement/metrics` counts refusals by code, Cloudflare's dashboard has the size of the database and its rows written, and this names who it is:",
    "",
    "```sql",
    "SELECT user_id, count(*) AS refused FROM audit_agent_decisions",
    "WHERE agent_name = 'posting_gate' AND status = 'FAIL' AND created_at > strftime('%Y-%m-%dT%H', 'now', '-1 day')",
    "GROUP BY user_id ORDER BY refused DESC LIMIT 10;",
    "```",
    "",
    "To limit it: fewer calls a minute, a credential that the issuer takes back, a rate limit in front of the Worker, which counts over all isolates, and a retention that deletes",
    "(`ONERING_AUDIT_CLEANUP_DRY_RUN` is `1` until somebody says otherwise).",
    "",
    "As built there is one database and one tree. Another database is another implementation of the store's port, and no other change to the gate's decision.",
    "",
    "## What a million posts cost",
    "",
    `List prices of Cloudflare's paid plan as of ${prices.date}, in ${prices.currency}, beyond what the plan includes and without its base fee: ${Object.entries(prices.pages).map(([name, page]) => `[${name}](${page})`).join(", ")}.`,
    "",
    ...table(["what", "a post", "a million", "cost of a million posts"], lines.map(({ what, amount, price, cost }) => [what, few(amount), dollars(price), dollars(cost)])),
    `Together ${dollars(total)} a million, of which ${dollars(lines[0].cost + lines[1].cost)} is rows written: every index of the audit counts as a row. The model provider's own price is not in it, nor an archive: R2 asks`,
    `${dollars(prices.r2_writes_a_million)} for a million writes, of which one holds the rows of many requests, and $${prices.r2_storage_gb_month} a GB-month, ${(prices.d1_storage_gb_month / prices.r2_storage_gb_month).toFixed(0)} times less than D1.`,
    "",
  ].join("\n");
}
