// Generated files that are committed must be what the sources make now: `npm run generate` (where there is one) makes them
// again, and the tracked files are compared with what they were when the run began. On a clean clone that is
// `git diff --exit-code`; in a tree with work in progress it blames nobody for their own edits.

import { capture, run } from "../lib/run.mjs";
import { Failure } from "../lib/say.mjs";

const git = (...args) => capture("git", args);

/** Every tracked file that differs from the last commit, with the digest of its content; undefined where there is no git. */
export async function edits() {
  const diff = await git("diff", "HEAD", "--name-only", "-z");
  if (diff.code !== 0) return undefined;
  const files = diff.stdout.split("\0").map((name) => name.trim()).filter(Boolean);
  const digests = files.map(async (file) => [file, (await git("hash-object", "--", file)).stdout]);
  return new Map(await Promise.all(digests));
}

/** Generates again, and fails with a diff when that, or anything else since `before`, changed a tracked file. */
export async function noDrift(before) {
  await run("npm", ["run", "generate", "--if-present"], { wrong: "npm run generate failed" });
  const after = await edits();
  const drifted = [...after.keys(), ...before.keys()].filter((file) => after.get(file) !== before.get(file));
  if (drifted.length === 0) return;
  const { output } = await git("--no-pager", "diff", "HEAD", "--", ...drifted);
  throw new Failure("committed files are not what their sources make: run npm run generate and commit what it changes", output);
}
