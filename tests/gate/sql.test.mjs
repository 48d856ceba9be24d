// D1's tables by the real D1: every statement of the Worker finds its rows through an index, and audit rows stay as they were written.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { inRoot } from "../../scripts/lib/house.mjs";
import { filesBelow } from "../../scripts/lib/stamp.mjs";
import { applyMigrations } from "../../scripts/setup/database.mjs";
import { openD1 } from "../engines/harness/d1.mjs";

let folder;
let database;
const d1 = (sql, ...values) => database.query(sql, values);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "postgate-sql-"));
  await applyMigrations(folder);
  database = await openD1(join(folder, "v3", "d1"));
});

after(async () => {
  await database?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The string literals of a Rust source that are SQL, with what stands before them. */
function statements(source) {
  const code = source.replaceAll(/^\s*\/\/.*$/gm, "").replaceAll(/b?'\\?"'/g, "' '");
  const literals = [...code.matchAll(/"((?:[^"\\]|\\[\s\S])*)"/g)].map(([, text]) => text.replaceAll(/\\\n\s*/g, "").replaceAll('\\"', '"'));
  return literals.filter((text) => /^\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH)\s/.test(text));
}

/** An object's own SQLite is not D1. */
const isObject = (source) => /SqlStorage|impl UserGate/.test(source);

test("every statement on D1 goes through an index", async () => {
  const files = filesBelow(inRoot("src", "edge")).filter((file) => file.endsWith(".rs"));
  const found = files.map((file) => [file, readFileSync(file, "utf8")]).filter(([, source]) => !isObject(source))
    .flatMap(([file, source]) => statements(source).map((sql) => [file, sql]));
  assert.ok(found.length >= 8, "the statements are not where this test looks");
  for (const [file, sql] of found) {
    const values = Array(Math.max(0, ...[...sql.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number)))).fill("[]");
    const plan = (await d1(`EXPLAIN QUERY PLAN ${sql}`, ...values)).map(({ detail }) => detail);
    // json_each is the list that the caller bound; a CTE or subquery is explained by its own lines.
    const scans = plan.filter((detail) => /^SCAN (?!json_each|CONSTANT ROW|\(|value\b)/.test(detail));
    assert.deepEqual(scans, [], `${file}: ${sql}\n${plan.join("\n")}`);
  }
});

test("a scan is seen", async () => {
  const source = 'const A: &str = "SELECT \\\n    agent_name FROM audit_agent_decisions WHERE output_hash = ?1";';
  const [sql] = statements(source);
  assert.equal(sql, "SELECT agent_name FROM audit_agent_decisions WHERE output_hash = ?1");
  assert.match((await d1(`EXPLAIN QUERY PLAN ${sql}`, "x"))[0].detail, /^SCAN audit_agent_decisions/);
});

const columns = ["request_id", "user_id", "agent_name", "agent_version", "contract_version", "policy_version", "input_hash", "output_hash", "prompt_hash", "decision_json", "status", "created_at"];
const row = (more = {}) => ({
  ...Object.fromEntries(columns.map((name) => [name, "v"])), decision_json: "{}", status: "PASS", created_at: "2026-01-01T00:00:00Z", ...more,
});
const insert = (how, value) => {
  const names = Object.keys(value);
  return d1(`${how} INTO audit_agent_decisions (${names}) VALUES (${names.map((_, index) => `?${index + 1}`)})`, ...Object.values(value));
};
const rows = () => d1("SELECT * FROM audit_agent_decisions ORDER BY id");

test("an audit row can't be changed, replaced, slipped in or deleted", async () => {
  for (const agent_name of ["a", "b"]) await insert("INSERT", row({ request_id: "kept", agent_name, id: agent_name === "a" ? 10 : 20 }));
  const written = await rows();
  assert.equal(written.length, 2);
  const refusals = [
    [() => d1("UPDATE audit_agent_decisions SET status = 'FAIL' WHERE id = 10"), /never changed/],
    [() => d1("UPDATE OR REPLACE audit_agent_decisions SET id = 20 WHERE id = 10"), /never changed/],
    [() => insert("INSERT OR REPLACE", row({ request_id: "kept", agent_name: "a" })), /never replaced/],
    [() => insert("REPLACE", row({ request_id: "other", id: 10 })), /never replaced/],
    [() => insert("INSERT OR IGNORE", row({ request_id: "kept", agent_name: "b" })), /never replaced/],
    [() => insert("INSERT", row({ request_id: "other", id: 15 })), /after every other/],
    [() => d1("DELETE FROM audit_agent_decisions WHERE id = 10"), /retention alone/],
    [() => d1("DELETE FROM audit_agent_decisions"), /retention alone/],
  ];
  for (const [attempt, why] of refusals) await assert.rejects(attempt, why);
  assert.deepEqual(await rows(), written);
});

test("an audit row has a bound in every column", async () => {
  for (const name of columns.filter((name) => name !== "status")) {
    const large = name === "decision_json" ? JSON.stringify("é".repeat(524_290)) : "é".repeat(1025);
    await assert.rejects(() => insert("INSERT", row({ request_id: "large", [name]: large })), /too large/, name);
  }
  await insert("INSERT", row({ request_id: "fits", decision_json: JSON.stringify("x".repeat(1_048_570)) }));
});
