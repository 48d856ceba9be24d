// `npm start`: set-up, build, and the gate with its pages on http://127.0.0.1:8787 (PORT names another port), in real
// workerd with a local database and local objects. Ctrl-C ends it.

import { createInterface } from "node:readline";
import { build } from "./build.mjs";
import { leashed } from "./lib/leash.mjs";
import { Failure, bad, good, line, main } from "./lib/say.mjs";
import { wrangler, wranglerEnv } from "./lib/wrangler.mjs";
import { setUp } from "./setup.mjs";

function port() {
  const named = process.env.PORT ?? "8787";
  if (!/^\d{1,5}$/.test(named) || Number(named) > 65535) throw new Failure(`PORT is ${named}, a number up to 65535 is needed`);
  return named;
}

/** Serves until told to stop. What wrangler prints before it is ready is shown only if it never gets there. */
async function serve() {
  const args = ["dev", "--ip", "127.0.0.1", "--port", port(), "--inspector-port", "0", "--show-interactive-dev-session=false"];
  const gate = leashed(wrangler, args, { env: wranglerEnv });
  let ready = false;
  const held = [];
  for (const input of [gate.child.stdout, gate.child.stderr]) {
    createInterface({ input }).on("line", (text) => (ready ? line(text) : held.push(text)));
  }
  gate.child.on("message", (message) => {
    const { event, ip, port: bound } = JSON.parse(message);
    if (event !== "DEV_SERVER_READY") return;
    ready = true;
    line(`${good("ready")}: http://${ip}:${bound}/ (Ctrl-C ends it)`);
  });
  let stopping = false;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(name, () => {
      stopping = true;
      gate.stop();
    });
  }
  const code = await gate.exited;
  if (stopping) return line("stopped");
  throw new Failure(ready ? `${bad("the gate ended by itself")} with status ${code}` : "the gate did not start", held.join("\n"));
}

await main(async () => {
  port();
  await setUp();
  await build();
  await serve();
});
