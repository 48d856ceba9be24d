// What the API's document says about a reply: its path is there, its status is documented, and an error's code is one of those listed.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { inRoot } from "../../scripts/lib/house.mjs";

const document = JSON.parse(readFileSync(inRoot("www", "openapi.json"), "utf8"));

const patterns = Object.entries(document.paths).map(([path, operations]) => ({
  operations,
  pattern: new RegExp(`^${path.replace(/[.]/g, "\\.").replace(/\{[^}]+\}/g, "[^/]+")}$`),
  braces: path.includes("{"),
}));

function operation(method, path) {
  const found = patterns.filter(({ pattern }) => pattern.test(path)).sort((a, b) => a.braces - b.braces);
  const verb = method === "HEAD" ? "get" : method.toLowerCase();
  return found.find(({ operations }) => verb in operations)?.operations[verb];
}

/** Fails on a reply that the document does not tell of. Paths and methods that are not in it answer 404 and 405. */
export function documented(method, path, reply) {
  const said = operation(method, path.split("?")[0]);
  const what = `${method} ${path.slice(0, 80)}: ${reply.status} ${reply.text.slice(0, 200)}`;
  if (!said) return;
  const response = said.responses[reply.status];
  assert.ok(response, `${what}: this status is not in the API's document`);
  const code = reply.body?.error?.code;
  const codes = response.content?.["application/json"]?.schema?.allOf?.[1]?.properties.error.properties.code.enum;
  if (code) assert.ok(codes?.includes(code), `${what}: this code is not in the API's document, which has ${codes}`);
}
