import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { withLock } from "./lock.mjs";

const folder = mkdtempSync(join(tmpdir(), "postgate-lock-"));
after(() => rmSync(folder, { recursive: true }));

test("what holds the same lock never overlaps", async () => {
  const path = join(folder, "one");
  let inside = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++inside);
    await sleep(20);
    inside--;
  };
  await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
  assert.equal(most, 1);
});

test("a failure lets go of the lock", async () => {
  const path = join(folder, "two");
  await assert.rejects(withLock(path, () => Promise.reject(new Error("no"))), /no/);
  assert.equal(existsSync(path), false);
});

test("the lock of a process that has died is taken over", async () => {
  const path = join(folder, "three");
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  writeFileSync(path, String(pid));
  assert.equal(await withLock(path, () => "done"), "done");
});
