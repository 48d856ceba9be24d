// The PDS of the tests is the real one: it enforces the limits of a post, and takes facets as they come.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startPds } from "./server.mjs";

let pds;
let ann;

before(async () => {
  pds = await startPds();
  ann = await pds.account("ann");
});

after(() => pds?.stop());

const create = (record) =>
  pds.call("POST", "com.atproto.repo.createRecord", {
    token: ann.accessJwt,
    body: {
      repo: ann.did,
      collection: "app.bsky.feed.post",
      record: { $type: "app.bsky.feed.post", createdAt: new Date().toISOString(), ...record },
    },
  });

test("a post is stored byte for byte", async () => {
  const text = " e\u0301 \u{1F469}\u200d\u{1F52C} \u05d0\u05d1\r\n\u202eabc \ufeff ";
  const made = await create({ text });
  assert.equal(made.status, 200, JSON.stringify(made.body));
  const stored = await pds.record(ann.did, made.body.uri.split("/").at(-1));
  assert.deepEqual([stored.value.text, stored.cid], [text, made.body.cid]);
});

test("300 graphemes and 3,000 bytes are the limit", async () => {
  assert.equal((await create({ text: "e\u0301".repeat(300) })).status, 200);
  assert.equal((await create({ text: "a".repeat(301) })).status, 400);
  assert.equal((await create({ text: "\u{1F469}\u200d\u{1F52C}".repeat(273) })).status, 400);
});

test("a handle is found by its name, and another one is not", async () => {
  const find = (handle) => pds.call("GET", "com.atproto.identity.resolveHandle", { query: { handle } });
  assert.equal((await find("ann.test")).body.did, ann.did);
  assert.equal((await find("nobody.test")).status, 400);
});
