// The built Worker in workerd with nothing in front of it: no wrangler, no proxy, its own socket. For counting what a request asks of
// its stores, and for measuring. Settings, bindings and objects are wrangler.toml's; the state is a fresh folder of its own.

import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../../../scripts/lib/house.mjs";
import { signingKey } from "../../../scripts/setup/dev-vars.mjs";
import { migratedState } from "./gate.mjs";

const observer = () => readFileSync(inRoot("tests", "engines", "harness", "observer.worker.mjs"), "utf8");

/** The Worker with its bindings and objects watched: a module that takes the place of the first. */
const watching = (objects) => `
import Gate, * as gate from "./index.js";
import { observedObject, observedEnv, answer } from "./observer.mjs";
export default class extends Gate {
  constructor(ctx, env) { super(ctx, observedEnv(env, "Worker")); }
  fetch(request) { return answer(request) ?? super.fetch(request); }
}
${objects.map((name) => `export class ${name} extends observedObject(gate.${name}, "${name}") {}`).join("\n")}
`;

const gateModules = (objects, observe) => [
  ...(observe ? [{ type: "ESModule", path: "watching.mjs", contents: watching(objects) }, { type: "ESModule", path: "observer.mjs", contents: observer() }] : []),
  { type: "ESModule", path: "index.js", contents: readFileSync(inRoot("build", "index.js"), "utf8") },
  { type: "CompiledWasm", path: "index_bg.wasm", contents: readFileSync(inRoot("build", "index_bg.wasm")) },
];

/**
 * Starts it. `observe` has it note what it asks of D1 and of its objects; `modules` puts another Worker in its place.
 *
 * - `url`: its socket; a request needs the header `cf-connecting-ip`, which is otherwise set by what stands in front
 * - `noted()`: what was noted since the last time
 * - `database()`: its D1, from outside
 * - `pid`: of workerd · `started`: milliseconds until the socket was there · `stop()`: ends it and deletes its state
 */
export async function startDirect({ vars = {}, observe = false, modules } = {}) {
  const [{ Miniflare, Log, LogLevel }, { unstable_getMiniflareWorkerOptions }] = await Promise.all([import("miniflare"), import("wrangler")]);
  const folder = mkdtempSync(join(tmpdir(), "postgate-direct-"));
  cpSync(await migratedState(), folder, { recursive: true });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const { workerOptions } = unstable_getMiniflareWorkerOptions(inRoot("wrangler.toml"), undefined, {});
  const { assets, sitePath, modulesRules, ...options } = workerOptions;
  const objects = Object.values(options.durableObjects).map((object) => object.className ?? object);
  const begun = performance.now();
  const miniflare = new Miniflare({
    log: new Log(LogLevel.NONE),
    handleRuntimeStdio: (stdout, stderr) => [stdout, stderr].forEach((stream) => stream.resume()),
    cf: false,
    d1Persist: join(folder, "v3", "d1"),
    durableObjectsPersist: join(folder, "v3", "do"),
    workers: [
      {
        ...options,
        name: "gate",
        modulesRoot: "/",
        modules: (modules ?? gateModules(objects, observe)).map((module) => ({ ...module, path: `/${module.path}` })),
        bindings: { ...options.bindings, POSTGATE_AUTH: "dev", POSTGATE_SIGNING_KEY: signingKey(), POSTGATE_REQUESTS_PER_MINUTE: "1000000", ...vars },
        unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
      },
    ],
  });
  const url = (await miniflare.unsafeGetDirectURL("gate")).origin;
  const started = performance.now() - begun;
  return {
    url,
    started,
    database: () => miniflare.getD1Database("DB", "gate"),
    noted: async () => (await fetch(`${url}/.observed`)).json(),
    async stop() {
      await miniflare.dispose();
      process.off("exit", remove);
      remove();
    },
  };
}
