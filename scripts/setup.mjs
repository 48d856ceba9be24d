// `npm run setup`: installs what is missing, in order, and says so; a line and a moment when nothing is.
// `npm start` and `npm test` begin with it.

import { pathToFileURL } from "node:url";
import { dim, line, main, seconds } from "./lib/say.mjs";
import { installChromium } from "./setup/chromium.mjs";
import { migrateLocalDatabase } from "./setup/database.mjs";
import { writeDevVars } from "./setup/dev-vars.mjs";
import { checkNode, installPackages } from "./setup/npm.mjs";
import { checkRust, installBuildTools, installTarget } from "./setup/rust.mjs";

/** What a gate on this machine needs; with `browser`, also what its tests need. */
export async function setUp({ browser = false } = {}) {
  const begun = performance.now();
  checkNode();
  await checkRust();
  const done = [
    await installPackages(),
    await installTarget(),
    await installBuildTools(),
    await writeDevVars(),
    await migrateLocalDatabase(),
    browser && (await installChromium()),
  ];
  line(`set-up: ${done.some(Boolean) ? "complete" : "nothing was missing"} ${dim(`(${seconds(begun)})`)}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await main(() => setUp({ browser: true }));
