// `postgate audit verify`: an export as it was written, and every way in which one is not.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
const exported = fileURLToPath(new URL("../../../tests/data/audit-export.ndjson", import.meta.url));
// The public key of RFC 8037, appendix A, which signed it.
const KEY = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

let folder;
let lines;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "postgate-audit-"));
  lines = (await readFile(exported, "utf8")).trimEnd().split("\n");
  await writeFile(join(folder, "jwks.json"), JSON.stringify({ keys: [KEY] }));
});
after(() => rm(folder, { recursive: true }));

async function verify(text, { key = "jwks.json", more = [] } = {}) {
  await writeFile(join(folder, "export.ndjson"), text);
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, "audit", "verify", "export.ndjson", "--key", key, ...more], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const text = (all) => `${all.join("\n")}\n`;

test("an export as it was written: status 0, and what it holds", async () => {
  const { code, stdout, stderr } = await verify(text(lines));
  assert.equal(stdout, "export.ndjson: 1 rows as they were written, leaves 1 to 2 of 2 of postgate/audit; the other 1 by their hashes alone\n", stderr);
  assert.equal(code, 0);
  await writeFile(join(folder, "jwk.json"), JSON.stringify(KEY));
  assert.equal((await verify(text(lines), { key: "jwk.json" })).code, 0);
});

test("anything else: status 1, and the place", async () => {
  const changed = lines.with(0, lines[0].replace('"status":"PASS"', '"status":"FAIL"'));
  const { code, stdout } = await verify(text(changed));
  assert.deepEqual([code, stdout], [1, "export.ndjson:1: the row was changed: it does not have its hash (leaf 1, request q1)\n"]);
  for (const wrong of [lines.slice(1), lines.slice(0, -1), [...lines, lines.at(-1)], [lines[0], ...lines], lines.toReversed(), []]) {
    const { code, stdout } = await verify(text(wrong));
    assert.equal(code, 1);
    assert.match(stdout, /^export\.ndjson:\d+: /);
  }
  const told = JSON.parse((await verify(text(changed), { more: ["--json"] })).stdout);
  assert.deepEqual([told.ok, told.problems[0].line, told.problems[0].request_id], [false, 1, "q1"]);
});

test("keys that can't be used, and a call that is none: status 2", async () => {
  await writeFile(join(folder, "none.json"), "{}");
  for (const key of ["none.json", "missing.json"]) {
    const { code, stdout, stderr } = await verify(text(lines), { key });
    assert.deepEqual([code, stdout], [2, ""], stderr);
  }
});
