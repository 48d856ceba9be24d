// The Next.js route handler of pkg/examples, against the real gate: it type-checks, is short, and decides nothing itself.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { build } from "esbuild";
import { createGate } from "postgate/gate";

import { startGate } from "../engines/harness/gate.mjs";

const route = fileURLToPath(new URL("../../pkg/examples/next/app/api/post-to-x/route.ts", import.meta.url));
const CONTENT = "Tomatoes like warm soil\nand a long afternoon";

describe("the Next.js route handler", () => {
  let gate;
  let handler;
  before(async () => {
    gate = await startGate();
    process.env.POSTGATE_URL = gate.url;
    const { outputFiles } = await build({ entryPoints: [route], bundle: true, write: false, format: "esm", platform: "node", logLevel: "silent" });
    handler = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  });
  after(() => gate?.stop());

  const post = async (user, body, headers = {}) => {
    const authorization = user === undefined ? {} : { authorization: `Bearer dev:${user}` };
    const response = await handler.POST(new Request("http://app/api/post-to-x", { method: "POST", headers: { ...authorization, ...headers }, body: JSON.stringify(body) }));
    return { status: response.status, body: await response.json() };
  };

  async function receiptOf(user, content) {
    const client = createGate({ baseUrl: gate.url, authorization: `Bearer dev:${user}` });
    for await (const event of client.generate({ prompt: "tomatoes", content, platform: "x", type: "viral_thread", policy_tags: ["no_harm"] })) {
      if (event.type === "enforcement") return event.enforcement.receipt.token;
    }
  }

  test("type-checks as an application's own code would, in fewer than 40 lines", async () => {
    const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
    const options = ["--ignoreConfig", "--noEmit", "--strict", "--target", "es2022", "--lib", "es2023,dom", "--types", "node", "--module", "esnext", "--moduleResolution", "bundler"];
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...options, route]).catch((error) => error);
    assert.equal(stdout, "");
    assert.ok((await readFile(route, "utf8")).trimEnd().split("\n").length < 40);
  });

  test("a draft with its receipt is posted, and the same request again is the same post", async () => {
    const body = { content: CONTENT, policy_tags: ["no_harm"], receipt: await receiptOf("nia", CONTENT) };
    const headers = { "idempotency-key": "one-press-of-the-button" };
    const first = await post("nia", body, headers);
    assert.deepEqual([first.status, first.body.success, first.body.remaining], [200, true, 4]);
    assert.match(first.body.url, /./);
    assert.deepEqual((await post("nia", body, headers)).body, first.body);
  });

  test("what the gate refuses is refused, with its code, words and status", async () => {
    const without = await post("nia", { content: CONTENT, policy_tags: ["no_harm"] });
    assert.deepEqual([without.status, without.body.success, without.body.code], [400, false, "ENFORCEMENT_RECEIPT_REQUIRED"]);
    const other = await post("nia", { content: `${CONTENT}!`, policy_tags: ["no_harm"], receipt: await receiptOf("nia", CONTENT) });
    assert.deepEqual([other.status, other.body.code], [403, "ENFORCEMENT_RECEIPT_MISMATCH"]);
    const bad = await post("nia", { content: "f*** off", policy_tags: ["no_harm"], receipt: "" });
    assert.deepEqual([bad.status, bad.body.code], [403, "QA_BLOCKED"]);
    assert.deepEqual(bad.body.details.violation_codes, ["PROFANITY"]);
    assert.equal((await post(undefined, {})).status, 401);
  });
});
