// `npm run bench [-- --only check,gate,…]`: measures what is named, or everything, keeps the figures in bench/results.json and writes the pages
// that are made of them. `--only pages` measures nothing. It fails nothing: a bar that is missed is said so on the page.

import { build } from "../scripts/build.mjs";
import { inRoot } from "../scripts/lib/house.mjs";
import { run } from "../scripts/lib/run.mjs";
import { Failure, main, step } from "../scripts/lib/say.mjs";
import { digest, isStamped, writeStamp } from "../scripts/lib/stamp.mjs";
import { keep } from "./lib/store.mjs";

const part = (name) => async (tell) => (await import(`./parts/${name}.mjs`))[name](tell);
const PARTS = ["size", "check", "gate", "stream", "growth", "typing"];

/** The packages that only this needs, where their lock file says something new. */
async function install() {
  const stamp = inRoot("bench", "node_modules", ".stamp");
  const wanted = digest({ files: [inRoot("bench", "package-lock.json")] });
  if (isStamped(stamp, wanted)) return;
  await step("packages of the bench", async () => {
    await run("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: inRoot("bench"), wrong: "the packages of the bench could not be installed" });
    writeStamp(stamp, wanted);
  });
}

function chosen(given) {
  const at = given.indexOf("--only");
  if (at === -1) return PARTS;
  const names = (given[at + 1] ?? "").split(",").filter(Boolean);
  const unknown = names.find((name) => ![...PARTS, "pages"].includes(name));
  if (unknown !== undefined || names.length === 0) throw new Failure(`there is no part ${unknown}, expected some of ${[...PARTS, "pages"].join(", ")}`);
  return PARTS.filter((name) => names.includes(name));
}

await main(async () => {
  const names = chosen(process.argv.slice(2));
  await install();
  if (names.length > 0 && process.env.POSTGATE_BUILD !== "skip") await build();
  for (const name of names) await step(name, async (tell) => keep(name, await part(name)(tell)));
  await step("pages", async () => {
    const { writePages } = await import("./pages/write.mjs");
    return (await writePages()).join(", ");
  });
});
