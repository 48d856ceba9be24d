// Calling wrangler and serving the gate with it: no metrics, no questions, no call to the outside, all files in .wrangler/.

import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { inRoot, npmBin } from "./house.mjs";
import { leashed } from "./leash.mjs";
import { Failure } from "./say.mjs";

export const wrangler = npmBin("wrangler");

export const wranglerEnv = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG_PATH: inRoot(".wrangler", "logs"),
  WRANGLER_REGISTRY_PATH: inRoot(".wrangler", "registry"),
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
  // Wrangler's explorer of local data answers whichever web page asks for it.
  X_LOCAL_EXPLORER: "false",
};

/**
 * Starts `wrangler dev` on loopback, on a leash. Gives the leash with `log` (all lines so far) and `ready()`, which settles
 * with the address once the Worker itself answers there. `onLine` sees each line as it comes; `inspector` is the port of the debugger's door.
 */
export function serve(args, { port = 0, inspector = 0, env = {}, onLine } = {}) {
  const ports = ["--port", String(port), "--inspector-port", String(inspector)];
  const fixed = ["dev", "--ip", "127.0.0.1", ...ports, "--show-interactive-dev-session=false"];
  const leash = leashed(wrangler, [...fixed, ...args], { env: { ...wranglerEnv, ...env } });
  const log = [];
  for (const input of [leash.child.stdout, leash.child.stderr]) {
    createInterface({ input }).on("line", (text) => {
      log.push(text);
      onLine?.(text);
    });
  }
  const bound = new Promise((resolve) => {
    leash.child.on("message", (text) => {
      const message = JSON.parse(text);
      if (message.event === "DEV_SERVER_READY") resolve(`http://${message.ip}:${message.port}`);
    });
  });
  let over = false;
  const died = leash.exited.then((code) => {
    over = true;
    throw new Failure(`wrangler dev ended with status ${code} before it was ready`, log.join("\n"));
  });
  died.catch(() => {}); // it is awaited only by who waits for ready
  return { ...leash, log, ready: () => Promise.race([bound.then((url) => answering(url, () => over)), died]) };
}

/** The proxy of `wrangler dev` is up before the Worker behind it: wait for the Worker's own answer. */
async function answering(url, over) {
  while (!over()) {
    try {
      await fetch(`${url}/healthz`).then((response) => response.arrayBuffer());
      return url;
    } catch {
      await sleep(100);
    }
  }
  return url;
}
