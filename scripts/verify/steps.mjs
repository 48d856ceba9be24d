// The steps of `npm test`, in order: each a name, what it is about, and a function that gives { passed, failed, skipped } with
// the output worth reading. A step with `built` needs the build before it; one that `speaks` says
// itself how far it is.

import { readFileSync } from "node:fs";
import { build } from "../build.mjs";
import { hasPkg, inRoot } from "../lib/house.mjs";
import { nodeTesting } from "../lib/node-test.mjs";
import { capture, versionOf } from "../lib/run.mjs";
import { filesBelow } from "../lib/stamp.mjs";
import { Failure } from "../lib/say.mjs";
import { installTestPackages } from "../setup/npm.mjs";
import { cargoTool } from "../setup/tools.mjs";
import { cargoTest, nextest, nodeTest, none, sum } from "./count.mjs";
import { noDrift } from "./drift.mjs";

const wasm = ["--target", "wasm32-unknown-unknown"];
const doors = (...names) => (names.length > 0 ? ["--features", names.join(",")] : []);
/** A test that hangs is a test that fails. */
const limit = 20 * 60_000;

const harness = "tests/engines/harness";

/** Snapshots are compared here and written by hand: `cargo insta review`. */
const env = { INSTA_UPDATE: "no", INSTA_FORCE_PASS: "0" };

/** One command that is right when it succeeds. */
async function check(command, args, options) {
  const { code, output } = await capture(command, args, { env, limit, ...options });
  return { ...none, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, output: `$ ${[command, ...args].join(" ")}\n${output}` };
}

/** One command that runs tests; when it fails without naming a failed test, that is a failure too. */
async function tests(count, command, args, options) {
  const { code, output } = await capture(command, args, { env, limit, ...options });
  const counted = count(output);
  const failed = code !== 0 && counted.failed === 0 ? 1 : counted.failed;
  return { ...counted, failed, output: `$ ${[command, ...args].join(" ")}\n${output}` };
}

/** Several of these, one after the other; the output of those that went wrong. */
async function each(runs) {
  const done = [];
  for (const run of runs) done.push(await run());
  const output = done.filter(({ failed }) => failed > 0).map((result) => result.output).join("\n");
  return { ...sum(done), output };
}

const nothing = (remark) => ({ ...none, remark });

async function rustTests(...features) {
  if (await versionOf("cargo", ["nextest", "--version"])) {
    return tests(nextest, "cargo", ["nextest", "run", "--locked", "--no-fail-fast", "--no-tests=pass", "--status-level=fail", ...features]);
  }
  return tests(cargoTest, "cargo", ["test", "--locked", "--no-fail-fast", "--all-targets", ...features]);
}

const clippy = (...args) => () => check("cargo", ["clippy", "--locked", ...args, "--", "-D", "warnings"]);

/** Every *.test.mjs below some folders; those of the harness are the house's. */
function nodeTests(...folders) {
  const files = folders.flatMap((folder) => filesBelow(inRoot(folder))).filter((file) => file.endsWith(".test.mjs") && !file.includes("/node_modules/"));
  const own = files.filter((file) => folders.includes(harness) || !file.startsWith(inRoot(harness)));
  if (own.length === 0) return nothing(`no *.test.mjs in ${folders.join(", ")}, nothing to do`);
  return tests(nodeTest, process.execPath, [...nodeTesting, ...own]);
}

async function packageTests() {
  if (!hasPkg()) return nothing("no pkg/package.json, nothing to do");
  const { scripts = {} } = JSON.parse(readFileSync(inRoot("pkg", "package.json"), "utf8"));
  if (!scripts.test) return nothing("pkg has no test script, nothing to do");
  return tests(nodeTest, "npm", ["test", "--workspace", "pkg"]);
}

/** deny.toml against Cargo.lock. */
async function deny() {
  try {
    const tool = await cargoTool("cargo-deny");
    return check(tool, ["--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...none, skipped: 1, remark: error.message };
  }
}

/** Tests against a real PDS, whose packages are installed when they are first needed: one of them compiles for a minute or two. */
async function pdsTests() {
  const missing = await installTestPackages("tests", "pds");
  return missing ? { ...none, skipped: 1, remark: missing } : nodeTests("tests/pds");
}

export const steps = [
  { name: "fmt", about: "rustfmt; npm run fmt puts it right", run: () => check("cargo", ["fmt", "--check", "--", "--files-with-diff"]) },
  {
    name: "lint",
    about: "clippy over every door, natively and for wasm",
    run: () =>
      each([
        clippy("--all-targets"),
        clippy("--all-targets", ...doors("browser")),
        clippy("--all-targets", ...doors("edge")),
        clippy(...wasm, ...doors("browser")),
        clippy(...wasm, ...doors("edge")),
        clippy(...wasm, ...doors("verify")),
      ]),
  },
  { name: "deny", about: "licences, versions and sources of the crates, as deny.toml has them", speaks: true, run: deny },
  {
    name: "core",
    about: "the core's tests and the examples in its documentation",
    run: () => each([() => rustTests(), () => tests(cargoTest, "cargo", ["test", "--locked", "--doc"])]),
  },
  {
    name: "features",
    about: "the same tests with every door open: a door changes no answer",
    run: () => rustTests("--all-features"),
  },
  {
    name: "peers",
    about: "lengths and entities against X's own library, the policy's schema in a validator",
    run: () => nodeTests("tests/twitter", "tests/policy"),
  },
  {
    name: "docs",
    about: "rustdoc without a warning",
    run: () => check("cargo", ["doc", "--locked", "--no-deps", "--all-features"], { env: { RUSTDOCFLAGS: "-D warnings" } }),
  },
  {
    name: "build",
    about: "browser wasm, npm package, pages, Worker",
    speaks: true,
    run: async () => {
      await build();
      return { ...none, passed: 1 };
    },
  },
  { name: "house", about: "the scripts', the harness's and the bench's own tests", built: true, run: () => nodeTests("scripts", "bench/pages", harness) },
  { name: "budget", about: "how large the builds are, and how much work fixed drafts", built: true, run: () => nodeTests("tests/budget") },
  { name: "engines", about: "one table of cases in Node, workerd and Chromium", built: true, run: () => nodeTests("tests/engines") },
  { name: "gate", about: "the real Worker over local D1 and objects", built: true, run: () => nodeTests("tests/gate") },
  { name: "pds", about: "posts and their limits on a real PDS", built: true, run: pdsTests },
  { name: "browser", about: "the pages in Chromium", built: true, run: () => nodeTests("tests/browser", "www") },
  { name: "package", about: "the npm package in each of its hosts", built: true, run: packageTests },
  {
    name: "drift",
    about: "generated files that are committed are up to date",
    run: async ({ before }) => {
      if (!before) return { ...none, skipped: 1, remark: "this is not a git clone" };
      await noDrift(before);
      return { ...none, passed: 1 };
    },
  },
];
