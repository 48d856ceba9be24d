import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import test from "node:test";
import { capture, run } from "./run.mjs";

const node = (code, options) => capture(process.execPath, ["-e", code], options);

test("both streams are kept, and the lines of each are told", async () => {
  const lines = [];
  const done = await node("console.log('out'); console.error('err')", { onLine: (text) => lines.push(text) });
  assert.equal(done.code, 0);
  assert.equal(done.stdout, "out\n");
  assert.deepEqual(done.output.trim().split("\n").sort(), ["err", "out"]);
  assert.deepEqual(lines.sort(), ["err", "out"]);
});

test("a command that fails, that isn't there, or that takes too long has failed, with what it said", async () => {
  assert.equal((await node("process.exit(3)")).code, 3);
  const missing = await capture("/no/such/command", []);
  assert.equal(missing.code, -1);
  assert.match(missing.output, /no\/such\/command/);
  const slow = await node("console.log('begun'); setInterval(() => {}, 1000)", { limit: 600 });
  assert.equal(slow.code, -1);
  assert.match(slow.output, /begun\n.*SIGTERM/);
});

test("run turns a failure into its sentence and keeps the output", async () => {
  const failing = run(process.execPath, ["-e", "console.error('because'); process.exit(1)"], { wrong: "it could not be" });
  await assert.rejects(failing, { name: "Failure", message: "it could not be", output: "because\n" });
});

test("a signal sent to the one who runs a command ends the command too", async () => {
  const code = `
    import { capture } from ${JSON.stringify(new URL("run.mjs", import.meta.url).href)};
    const onLine = (text) => console.log(text);
    await capture(process.execPath, ["-e", "console.log(process.pid); setInterval(() => {}, 1000)"], { onLine });
  `;
  const runner = spawn(process.execPath, ["--input-type=module", "-e", code]);
  const pid = Number((await once(runner.stdout, "data"))[0]);
  runner.kill("SIGTERM");
  const [, signal] = await once(runner, "close"); // stdout closes only when the command has ended as well
  assert.equal(signal, "SIGTERM");
  await assert.rejects(async () => {
    for (;;) {
      process.kill(pid, 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }, { code: "ESRCH" });
});
