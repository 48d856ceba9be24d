// A real PDS, npm @atproto/pds, on loopback with a PLC directory in memory; its data lies in a temporary folder that goes with it.
// Nothing of it reaches the network: no relay, no app view, no mail.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { startDirectory } from "./directory.mjs";

// The server's logger reads this while it is loaded.
process.env.LOG_ENABLED ??= "false";
const { PDS, envToCfg, envToSecrets } = await import("@atproto/pds");

const hex = () => randomBytes(32).toString("hex");

/**
 * Starts a PDS.
 *
 * - `url`: where it answers
 * - `account(name)`: a new account `name.test`, as { did, handle, password, accessJwt, refreshJwt }
 * - `call(method, name, { token, query, body })`: one XRPC call, as { status, headers, body }
 * - `record(did, rkey)`: a post as the server holds it, or undefined · `records(did)`: all posts of an account, oldest first
 * - `stop()`: ends it and deletes its data
 */
export async function startPds(more = {}) {
  const folder = mkdtempSync(join(tmpdir(), "postgate-pds-"));
  const directory = await startDirectory();
  const environment = {
    hostname: "localhost",
    port: 0,
    devMode: true,
    dataDirectory: folder,
    blobstoreDiskLocation: join(folder, "blobs"),
    didPlcUrl: directory.url,
    serviceHandleDomains: [".test"],
    inviteRequired: false,
    jwtSecret: hex(),
    dpopSecret: hex(),
    adminPassword: hex(),
    plcRotationKeyK256PrivateKeyHex: hex(),
    ...more,
  };
  const pds = await PDS.create(envToCfg(environment), envToSecrets(environment));
  const listening = await pds.start();
  const url = `http://127.0.0.1:${listening.address().port}`;

  async function call(method, name, { token, query, body } = {}) {
    const address = new URL(`/xrpc/${name}`, url);
    for (const [key, value] of Object.entries(query ?? {})) address.searchParams.set(key, value);
    const headers = { ...(token && { authorization: `Bearer ${token}` }), ...(body && { "content-type": "application/json" }) };
    const response = await fetch(address, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined };
  }

  async function succeed(...args) {
    const reply = await call(...args);
    if (reply.status !== 200) throw new Error(`${args[1]}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  }

  const collection = "app.bsky.feed.post";
  return {
    url,
    call,
    async account(name) {
      const password = hex();
      const body = { handle: `${name}.test`, email: `${name}@example.test`, password };
      return { ...(await succeed("POST", "com.atproto.server.createAccount", { body })), password };
    },
    async record(did, rkey) {
      const reply = await call("GET", "com.atproto.repo.getRecord", { query: { repo: did, collection, rkey } });
      return reply.status === 200 ? reply.body : undefined;
    },
    async records(did) {
      const query = { repo: did, collection, limit: 100, reverse: true };
      return (await succeed("GET", "com.atproto.repo.listRecords", { query })).records;
    },
    async stop() {
      await pds.destroy();
      await directory.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
