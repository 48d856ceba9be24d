import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { startGate } from "./gate.mjs";

/** Every process below this one. */
function descendants() {
  const rows = execFileSync("ps", ["-A", "-o", "pid=,ppid=,comm="], { encoding: "utf8" }).trim().split("\n");
  const all = rows.map((row) => row.trim().split(/\s+/)).map(([pid, parent, command]) => ({ pid, parent, command }));
  const below = (pid) => all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(String(process.pid)).filter(({ command }) => command !== "ps");
}

const answers = async (url) => (await fetch(`${url}/healthz`)).status === 200;

describe("a gate", () => {
  let gate;
  before(async () => (gate = await startGate()));
  after(() => gate.stop());

  test("answers on loopback", async () => {
    assert.match(gate.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.ok(await answers(gate.url));
  });

  test("has a database that can be asked while it runs", async () => {
    assert.deepEqual(await gate.d1("SELECT ?1 AS one, ?2 AS two", 1, "b"), [{ one: 1, two: "b" }]);
  });

  test("tells what is wrong with a statement, and takes the next", async () => {
    await assert.rejects(gate.d1("SELECT * FROM no_such_table"), /no_such_table/);
    assert.deepEqual(await gate.d1("SELECT 1 AS one"), [{ one: 1 }]);
  });

  test("keeps its address and its state when it is killed and started again", async () => {
    await gate.d1("CREATE TABLE kept (value TEXT)");
    await gate.d1("INSERT INTO kept VALUES ('here')");
    await gate.kill9();
    await assert.rejects(fetch(gate.url));
    assert.deepEqual(await gate.d1("SELECT value FROM kept"), [{ value: "here" }]);
    await gate.restart();
    assert.ok(await answers(gate.url));
    assert.deepEqual(await gate.d1("SELECT value FROM kept"), [{ value: "here" }]);
  });
});

test("two gates side by side share nothing, and leave no process behind", async () => {
  const [one, two] = await Promise.all([startGate(), startGate()]);
  assert.notEqual(one.url, two.url);
  await one.d1("CREATE TABLE mine (value TEXT)");
  await assert.rejects(two.d1("SELECT * FROM mine"), /no such table/);
  const running = descendants().map(({ command }) => command);
  assert.ok(running.filter((command) => command === "workerd").length >= 2, running.join(", "));
  await Promise.all([one.stop(), two.stop()]);
  assert.deepEqual(descendants(), []);
});

test("a variable given to a gate wins over the one in wrangler.toml, and its value is not printed", async () => {
  const gate = await startGate({ vars: { ONERING_ENFORCEMENT_MODE: "advisory" } });
  await gate.stop();
  const shown = gate.log.filter((text) => text.includes("ONERING_ENFORCEMENT_MODE"));
  assert.deepEqual(shown.map((text) => text.includes('("(hidden)")')), [true]);
});

test("a gate that can't start says why and leaves no process behind", async () => {
  await assert.rejects(startGate({ vars: { BAD: "a\nb" } }), /BAD can't be put into an env file/);
  assert.deepEqual(descendants(), []);
});
