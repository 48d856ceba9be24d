// Runs in workerd: a Worker that does what the plan says, with ids of its own for every request, and nothing else. No policy, no signature,
// no check of anything.

import plan from "./plan.mjs";

const filled = (value, ids) => (typeof value === "object" && value !== null ? value.parts.map((part) => (typeof part === "number" ? ids[part] : part)).join("") : value);

async function d1(env, { call, statements }, ids) {
  const bound = statements.map(({ sql, values }) => env.DB.prepare(sql).bind(...values.map((value) => filled(value, ids))));
  return call === "batch" ? env.DB.batch(bound) : bound[0][call]();
}

/** Ids for one request; the first is the receipt's. */
const fresh = (count, receipt) => Array.from({ length: count }, (_, index) => (index === 0 && receipt ? receipt : crypto.randomUUID()));

export default {
  async fetch(request, env) {
    const path = new URL(request.url).pathname;
    const kind = path === "/v1/posts" ? "post" : path === "/v1/generate/content" ? "generate" : undefined;
    if (!kind) return Response.json({ status: "ok" });
    const asked = await request.json();
    const { ids: count, steps, answer } = plan[kind];
    const ids = fresh(count, asked.enforcement_receipt_id);
    const user = request.headers.get("authorization");
    for (const [index, step] of steps.entries()) {
      if (step.on === "d1") await d1(env, step, ids);
      else {
        // The same object for a user as the gate's, asked as often and with as much.
        const stub = env.USER_GATE.get(env.USER_GATE.idFromName(user));
        const body = JSON.stringify({ index, ids, padding: " ".repeat(Math.max(0, step.bytes - 100 - ids.length * 39)) });
        await (await stub.fetch("https://user-gate/", { method: "POST", body })).json();
      }
    }
    return new Response(kind === "generate" ? answer.replaceAll(plan.receipt, ids[0]) : answer, { headers: { "content-type": "application/json" } });
  },
};

export class UserGate {
  constructor(state, env) {
    this.state = state;
    this.env = env;
    const { sql } = state.storage;
    const [table, applied, ...schema] = plan.object.flatMap(({ statements }) => statements);
    sql.exec(table.sql);
    const [{ steps }] = sql.exec(applied.sql).toArray();
    if (steps === 0) for (const statement of schema) sql.exec(statement.sql, ...statement.values);
  }

  async fetch(request) {
    const { index, ids } = await request.json();
    const { storage } = this.state;
    for (const step of plan.post.steps[index].steps) {
      if (step.on === "d1") await d1(this.env, step, ids);
      else if (step.on === "getAlarm") await storage.getAlarm();
      else if (step.on === "setAlarm") await storage.setAlarm(Date.now() + 60_000);
      else for (const { sql, values } of step.statements) storage.sql.exec(sql, ...values.map((value) => filled(value, ids))).toArray();
    }
    return Response.json(true);
  }

  alarm() {}
}

// Bound in the configuration, and never called.
export class Control {}
export class AuditLog {}
export class Breaker {}
