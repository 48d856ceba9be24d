// `npm run build [browser|audit|pkg|www|worker …]`: builds what is named, or everything in this order. Each part is quick when
// nothing it comes from has changed. wrangler calls it too, whenever a source changes.

import { pathToFileURL } from "node:url";
import { buildAudit, buildBrowser } from "./build/doors.mjs";
import { buildPkg } from "./build/pkg.mjs";
import { buildWorker } from "./build/worker.mjs";
import { buildWww } from "./build/www.mjs";
import { inRoot } from "./lib/house.mjs";
import { withLock } from "./lib/lock.mjs";
import { Failure, main } from "./lib/say.mjs";

const parts = { browser: buildBrowser, audit: buildAudit, pkg: buildPkg, www: buildWww, worker: buildWorker };

export async function build(names = Object.keys(parts)) {
  const unknown = names.find((name) => !(name in parts));
  if (unknown) throw new Failure(`there is no part ${unknown} to build, only ${Object.keys(parts).join(", ")}`);
  await withLock(inRoot("target", "stamps", "build.lock"), async () => {
    for (const name of Object.keys(parts).filter((part) => names.includes(part))) await parts[name]();
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  // The tests serve what the build step made, and must not build again under each other's feet.
  const skip = process.env.POSTGATE_BUILD === "skip";
  const names = process.argv.slice(2);
  if (!skip) await main(() => build(names.length > 0 ? names : undefined));
}
