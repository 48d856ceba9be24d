import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { leashed } from "./leash.mjs";

// A server with a child of its own, as wrangler has workerd; it names both, and neither ends by itself.
const server = `
  const child = require("node:child_process").spawn("sleep", ["600"]);
  console.log(process.pid + " " + child.pid);
  setInterval(() => {}, 1000);
`;
const stubborn = `process.on("SIGTERM", () => {});${server}`;

const firstLine = async (stream) => String((await once(stream, "data"))[0]).trim();
const pidsOf = async (child) => (await firstLine(child.stdout)).split(" ").map(Number);

/** A process that has ended but that nobody has asked about yet is a zombie, not alive. */
function alive(pid) {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^[^Z]/.test(stdout.trim());
}

async function gone(pids, within) {
  const end = performance.now() + within;
  while (pids.some(alive) && performance.now() < end) await sleep(20);
  return !pids.some(alive);
}

test("stop ends the server and its child", async () => {
  const { child, stop } = leashed(process.execPath, ["-e", server]);
  const pids = await pidsOf(child);
  assert.ok(pids.every(alive));
  await stop();
  assert.ok(await gone(pids, 1000));
});

test("stop ends a server that does not listen", async () => {
  const { child, stop } = leashed(process.execPath, ["-e", stubborn]);
  const pids = await pidsOf(child);
  await stop();
  assert.ok(await gone(pids, 1000));
});

test("kill9 gives no time to tidy up", async () => {
  const { child, kill9 } = leashed(process.execPath, ["-e", stubborn]);
  const pids = await pidsOf(child);
  const begun = performance.now();
  await kill9();
  assert.ok(await gone(pids, 1000));
  assert.ok(performance.now() - begun < 3000);
});

test("who holds the leash is killed: nothing is left behind", async () => {
  const hold = `
    import { leashed } from ${JSON.stringify(new URL("leash.mjs", import.meta.url).href)};
    leashed(process.execPath, ["-e", ${JSON.stringify(server)}]).child.stdout.pipe(process.stdout);
  `;
  const holder = spawn(process.execPath, ["--input-type=module", "-e", hold]);
  const pids = await pidsOf(holder);
  assert.ok(pids.every(alive));
  holder.kill("SIGKILL");
  assert.ok(await gone(pids, 8000));
});

test("a server that ends by itself takes its child along and tells its status", async () => {
  const { child, exited } = leashed(process.execPath, ["-e", `${server} setTimeout(() => process.exit(7), 300)`]);
  const pids = await pidsOf(child);
  assert.equal(await exited, 7);
  assert.ok(await gone(pids, 1000));
});

test("a command that does not exist is told, not waited for", async () => {
  const { child, exited } = leashed("/no/such/command", []);
  assert.match(await firstLine(child.stderr), /no\/such\/command/);
  assert.equal(await exited, 127);
});
