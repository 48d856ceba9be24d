// The README's examples run, and print what it says they print.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const examples = [...readme.matchAll(/```js\n(.*?)```\n\n```text\n(.*?)```/gs)];

test("every runnable example is followed by what it prints", () => {
  assert.equal(examples.length, readme.split("```js\n").length - 1);
  assert.ok(examples.length > 0);
});

for (const [, code, printed] of examples) {
  test(`prints ${printed.split("\n")[0]}`, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { cwd: fileURLToPath(new URL("..", import.meta.url)) });
    assert.equal(stdout, printed);
  });
}
