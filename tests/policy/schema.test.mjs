// The JSON Schema of a policy document, through a real validator, on the documents that the reader is tested with: the two agree wherever a
// schema can say it. What only the reader knows (`beyond_schema`) the schema takes and the reader refuses.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Ajv2020 from "ajv/dist/2020.js";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const schema = JSON.parse(read("src/policy/schema.json"));
const rows = read("tests/data/policy-documents.jsonl").trimEnd().split("\n").map((line) => JSON.parse(line));

test("the schema is one, by its own meta-schema, without a keyword that nobody knows", () => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false });
  assert.equal(ajv.validateSchema(schema), true, ajv.errorsText());
  ajv.compile(schema);
});

test("the schema takes and refuses what the reader does", () => {
  const validate = new Ajv2020({ strictTypes: false, strictRequired: false }).compile(schema);
  const wrong = rows.filter(({ document, ok, beyond_schema = false }) => validate(document) !== (ok || beyond_schema));
  assert.deepEqual(wrong.map(({ what }) => what), []);
});

test("the built-in document fits the schema, its name apart", () => {
  const validate = new Ajv2020({ strictTypes: false, strictRequired: false }).compile(schema);
  const builtin = JSON.parse(read("src/policy/builtin.json"));
  assert.equal(validate({ ...builtin, name: "acme" }), true, JSON.stringify(validate.errors));
  assert.deepEqual(Object.keys(builtin).sort(), Object.keys(schema.properties).sort());
});
