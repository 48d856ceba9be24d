// A public fuzzer of APIs, schemathesis (PyPI), against the document that the gate serves of itself: no 5xx, no status that the document
// doesn't tell of, no content type and no body of another shape. It is installed below target/ when it isn't there.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { inRoot, isCi } from "../../scripts/lib/house.mjs";
import { startGate } from "../engines/harness/gate.mjs";

const run = promisify(execFile);
const version = "4.32.5";
const venv = inRoot("target", `schemathesis-${version}`);
const program = inRoot("target", `schemathesis-${version}`, "bin", "schemathesis");
/** Seconds for each of the two who ask. */
const budget = 25;

/** Why it can't run, or nothing. */
async function missing() {
  if (existsSync(program)) return undefined;
  try {
    await run("python3", ["-m", "venv", "--clear", venv]);
    await run(inRoot("target", `schemathesis-${version}`, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", `schemathesis==${version}`], { timeout: 300_000 });
  } catch (error) {
    if (isCi) throw error;
    return `schemathesis can't be installed: ${error.message.split("\n")[0]}`;
  }
  return undefined;
}

const skip = await missing();
const checks = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance", "response_headers_conformance"];

let gate;
before(async () => {
  if (!skip) gate = await startGate({ vars: { POSTGATE_REQUESTS_PER_MINUTE: "1000000" } });
});
after(() => gate?.stop());

for (const who of ["dev:fuzz", "dev-admin:fuzz"]) {
  test(`a fuzzer finds nothing undocumented as ${who}`, { skip }, async () => {
    const args = ["run", `${gate.url}/openapi.json`, "--header", `Authorization: Bearer ${who}`, "--checks", checks.join(","), "--phases", "examples,coverage,fuzzing", "--max-time", String(budget), "--max-examples", "20", "--seed", "7", "--generation-database", "none", "--no-color"];
    const { code = 0, stdout, stderr } = await run(program, args, { cwd: inRoot("target"), timeout: 300_000, maxBuffer: 1 << 26 }).catch((error) => error);
    assert.equal(code, 0, `${stdout.slice(-8000)}\n${stderr.slice(-2000)}`);
    assert.match(stdout, /passed|No issues found/i);
  });
}
