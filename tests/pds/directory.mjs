// A PLC directory in memory: the registry of did:plc identifiers, with @did-plc/lib deciding which operations count.
// What a PDS and its clients ask of one; nothing is kept.

import * as plc from "@did-plc/lib";
import { cidForCbor } from "@atproto/common";
import { createServer } from "node:http";

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

/** Starts a directory on a free port of loopback: `url`, and `stop()`. */
export async function startDirectory() {
  const logs = new Map();

  async function record(did, operation) {
    const known = logs.get(did) ?? [];
    const { nullified } = await plc.assureValidNextOp(did, known, operation);
    const cid = await cidForCbor(operation);
    const kept = known.filter((entry) => !nullified.some((gone) => gone.equals(entry.cid)));
    logs.set(did, [...kept, { did, operation, cid, nullified: false, createdAt: new Date() }]);
  }

  async function answer(request) {
    const [did, what, last] = new URL(request.url, "http://directory").pathname.slice(1).split("/").map(decodeURIComponent);
    if (request.method === "POST") return record(did, await body(request));
    const log = logs.get(did);
    if (!log) return undefined;
    const operations = log.map((entry) => entry.operation);
    if (what === "log") return last === "last" ? operations.at(-1) : operations;
    const data = plc.opToData(did, operations.at(-1));
    return what === "data" ? data : plc.formatDidDoc(data);
  }

  const server = createServer((request, response) => {
    const send = (status, value) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
    answer(request).then(
      (found) => (found || request.method === "POST" ? send(200, found ?? {}) : send(404, { message: "not registered" })),
      (error) => send(400, { message: error.message }),
    );
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}
