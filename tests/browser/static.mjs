// A static server on loopback for tests: the package's own files as they are, beside pages and scripts that a test makes.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";

const dist = new URL("../../pkg/dist/", import.meta.url);
const types = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".html": "text/html", ".css": "text/css" };

/** What a careful page allows: its own scripts, wasm, Workers; no inline style or script. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

/** Serves `files` (path to text or bytes) and, beneath, pkg/dist. Gives the origin, with its slash, and `close`. */
export async function serveStatic(files = {}, { from = dist } = {}) {
  const server = createServer(async (incoming, response) => {
    const path = new URL(incoming.url, "http://host").pathname.slice(1);
    const found = files[path] ?? (path === "" ? "<!doctype html><html lang=en><title>here</title><main>here</main>" : await readFile(new URL(path, from)).catch(() => undefined));
    response.writeHead(found === undefined ? 404 : 200, { "content-type": types[extname(path)] ?? "text/html", "content-security-policy": POLICY });
    response.end(found);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { origin: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
