// `npm start`: set-up, build, and the gate with its pages on http://127.0.0.1:8787 (PORT names another port), in real
// workerd with a local database and local objects. A changed source is built and served again. Ctrl-C ends it.

import { once } from "node:events";
import { createServer } from "node:net";
import { build } from "./build.mjs";
import { Failure, good, line, main } from "./lib/say.mjs";
import { serve } from "./lib/wrangler.mjs";
import { setUp } from "./setup.mjs";

/** The port to serve on, which must be free: it is asked for before all the work is done. */
async function freePort() {
  const named = process.env.PORT ?? "8787";
  if (!/^\d{1,5}$/.test(named) || Number(named) > 65535) throw new Failure(`PORT is ${named}, a number up to 65535 is needed`);
  const probe = createServer().listen(Number(named), "127.0.0.1");
  await once(probe, "listening").catch((error) => {
    throw new Failure(`port ${named} can't be served (${error.code}): end what is there, or name another in PORT`);
  });
  await new Promise((resolve) => probe.close(resolve));
  return named;
}

/** Serves until told to stop. What wrangler says on its way there is shown only when something is wrong. */
async function gate(port) {
  let shown = false;
  const show = () => {
    if (!shown) server.log.filter(Boolean).forEach(line);
    shown = true;
  };
  const onLine = (text) => {
    if (shown && text && text !== "[custom build] ") line(text);
    else if (text.includes("ERROR")) show();
  };
  const server = serve([], { port, onLine });
  let stopping = false;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(name, () => {
      stopping = true;
      server.stop();
    });
  }
  const announce = (url) => {
    if (stopping) return;
    shown = true;
    line(`${good("ready")}: ${url}/ (Ctrl-C ends it)`);
  };
  server.ready().then(announce, () => {}); // that it ended is told below
  const code = await server.exited;
  if (stopping) return line("stopped");
  throw new Failure(`wrangler dev ended by itself with status ${code}`, shown ? "" : server.log.join("\n"));
}

await main(async () => {
  const port = await freePort();
  await setUp();
  await build();
  await gate(port);
});
