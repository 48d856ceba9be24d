// `npm test`: everything that CI runs, a line a step, the output of a step that failed, and a count at the end.
// `--only name` (again for another) runs some steps, `--list` says which there are. With CI=true what can't be tested fails.

import { setUp } from "./setup.mjs";
import { isCi } from "./lib/house.mjs";
import { Failure, bad, dim, good, line, main, progress, seconds } from "./lib/say.mjs";
import { none, sum } from "./verify/count.mjs";
import { edits } from "./verify/drift.mjs";
import { steps } from "./verify/steps.mjs";

function chosen(args) {
  const names = [];
  for (let at = 0; at < args.length; at += 2) {
    if (args[at] !== "--only") throw new Failure(`${args[at]} is not known, only --list and --only name`);
    if (!steps.some(({ name }) => name === args[at + 1])) throw new Failure(`there is no step ${args[at + 1]}, see --list`);
    names.push(args[at + 1]);
  }
  if (names.length === 0) return steps;
  const needsBuild = steps.some(({ name, built }) => built && names.includes(name));
  return steps.filter(({ name }) => names.includes(name) || (needsBuild && name === "build"));
}

/** Runs a step; what it throws is its failure. */
async function outcome(step, context) {
  try {
    return await step.run(context);
  } catch (error) {
    const output = error instanceof Failure ? `${error.output}\n${error.message}` : error.stack;
    return { ...none, failed: 1, output };
  }
}

const counts = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

async function runSteps(list) {
  const context = { before: await edits() };
  const done = [];
  let broken = false;
  for (const step of list) {
    const begun = performance.now();
    const shown = step.speaks ? undefined : progress(step.name);
    const result =
      broken && step.built ? { ...none, failed: 1, remark: "not run, for the build failed" } : await outcome(step, context);
    shown?.end();
    if (isCi) Object.assign(result, { failed: result.failed + result.skipped, skipped: 0 });
    if (step.name === "build" && result.failed > 0) broken = true;
    done.push(result);
    const mark = result.failed > 0 ? bad("FAIL") : good(" ok ");
    line(`${mark} ${step.name.padEnd(9)} ${result.remark ?? counts(result)}${result.why ? `: ${result.why}` : ""} ${dim(`(${seconds(begun)}) ${step.about}`)}`);
    if (result.failed > 0 && result.output) line(result.output.trimEnd());
  }
  return sum(done);
}

await main(async () => {
  const args = process.argv.slice(2);
  if (args.includes("--list")) return steps.forEach(({ name, about }) => line(`${name.padEnd(9)} ${about}`));
  const list = chosen(args);
  await setUp({ browser: true });
  const total = await runSteps(list);
  line(counts(total));
  if (total.failed > 0) process.exitCode = 1;
});
