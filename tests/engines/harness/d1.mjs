// SQL on a gate's local D1 from outside: a second workerd over the same SQLite files, which lock as SQLite's do. The file is
// both ends: `openD1(folder)` for a test; run as a program it is the server that the test holds on a leash.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inRoot } from "../../../scripts/lib/house.mjs";
import { leashed } from "../../../scripts/lib/leash.mjs";
import { Failure } from "../../../scripts/lib/say.mjs";

const here = fileURLToPath(import.meta.url);

/** Opens the databases of a state folder; `query` gives rows as objects. */
export async function openD1(folder) {
  const server = leashed(process.execPath, [here, folder]);
  const waiting = new Map();
  let next = 0;
  server.child.stdout.resume();
  let complaints = "";
  server.child.stderr.on("data", (data) => (complaints += data));
  const ended = server.exited.then(() => {
    for (const { reject } of waiting.values()) reject(new Failure(`the database helper ended\n${complaints}`));
  });
  server.child.on("message", ({ id, rows, error }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error));
    else resolve(rows);
  });
  return {
    query(sql, values) {
      const id = next++;
      server.child.send({ id, sql, values });
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    async close() {
      await server.stop();
      await ended;
    },
  };
}

async function connect(folder) {
  const { Miniflare } = await import("miniflare"); // slow, and only this end needs it
  const id = readFileSync(inRoot("wrangler.toml"), "utf8").match(/^database_id = "([^"]+)"/m)[1];
  const script = "export default { fetch: () => new Response(null, { status: 404 }) }";
  return new Miniflare({ modules: true, script, cf: false, d1Databases: { DB: id }, d1Persist: folder }).getD1Database("DB");
}

/** The rows of a statement. A file that the gate has locked is busy, or an internal error to workerd; nothing was executed then: asked again. */
async function patiently(execute, attempts = 150) {
  try {
    return (await execute()).results;
  } catch (error) {
    if (attempts === 1 || !/internal error|SQLITE_BUSY/.test(error.message)) throw error;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return patiently(execute, attempts - 1);
  }
}

function answer(folder) {
  const connected = connect(folder);
  process.on("message", async ({ id, sql, values }) => {
    try {
      const database = await connected;
      process.send({ id, rows: await patiently(() => database.prepare(sql).bind(...values).all()) });
    } catch (error) {
      process.send({ id, error: error.message });
    }
  });
}

if (process.argv[1] === here) answer(process.argv[2]);
