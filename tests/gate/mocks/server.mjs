// What the mocks stand on: a server on a free port of loopback that reads a request whole, and answers with JSON, or never.

import { createServer } from "node:http";

/**
 * Starts a server. `answer(request, body, url)` gives { status, headers, body }, or nothing: then no answer is ever sent.
 * `url`, `requests` (what arrived, as { method, url, headers, body }), `arrived(count)` settles once so many have, `stop()`.
 */
export async function startServer(answer) {
  const requests = [];
  let waiting = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      // Whoever was killed in the middle of a request has said nothing.
      return;
    }
    const body = Buffer.concat(chunks);
    const url = new URL(request.url, `http://${request.headers.host}`);
    const found = await answer(request, body, url);
    requests.push({ method: request.method, url: request.url, headers: request.headers, body });
    waiting = waiting.filter(({ count, resolve }) => requests.length < count || resolve());
    if (!found) return;
    const text = found.body === undefined ? "" : JSON.stringify(found.body);
    response.writeHead(found.status, { "content-type": "application/json", ...found.headers }).end(text);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    arrived: (count) => new Promise((resolve) => (requests.length >= count ? resolve() : waiting.push({ count, resolve }))),
    stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))),
  };
}
