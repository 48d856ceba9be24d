// Requests as the Worker would have written them, many at once, with rows, counts and all: for what is looked at and measured with much in it.

/** Plants `count` requests, one every `every` milliseconds up to now; the same ones every time. Gives how many there are of what. */
export async function plantRequests(d1, count, { every = 25_000, prefix = "planted" } = {}) {
  const now = Date.now();
  const batch = 10_000;
  for (let from = 0; from < count; from += batch) {
    await d1(
      `WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2),
       r AS (SELECT i, i % 11 IN (0, 5) AS failed, i % 4 = 3 AS posted, i % 500 = 7 AS lost, i % 37 = 3 AS bare FROM n)
       INSERT INTO enforcement_requests (request_id, call, platform, mode, qa_status, codes, violations, receipt_id, expires_at, error_code, audit_ok, latency_ms, at)
       SELECT printf('%s-%08d', ?3, i), CASE WHEN posted THEN 'post' ELSE 'generate' END, CASE i % 3 WHEN 0 THEN 'x' WHEN 1 THEN 'bluesky' ELSE 'linkedin' END,
         CASE WHEN i % 3 = 0 THEN 'enforced' ELSE 'advisory' END, CASE WHEN failed THEN 'FAIL' ELSE 'PASS' END,
         CASE WHEN lost THEN '["AUDIT_WRITE_FAILED"]' WHEN failed THEN json_array(CASE i % 7 WHEN 0 THEN 'NUMBERING_NOT_ALLOWED' WHEN 1 THEN 'LENGTH_EXCEEDED'
           WHEN 2 THEN 'TOS_VIOLATION' ELSE 'PROFANITY' END, 'QA_BLOCKED') WHEN posted AND bare THEN '["ENFORCEMENT_RECEIPT_REQUIRED"]' ELSE '[]' END,
         failed, CASE WHEN failed OR lost THEN NULL ELSE printf('receipt-%s-%d', ?3, i) END, NULL,
         CASE WHEN lost THEN 'AUDIT_WRITE_FAILED' WHEN failed THEN 'QA_BLOCKED' WHEN posted AND bare THEN 'ENFORCEMENT_RECEIPT_REQUIRED' END,
         NOT lost, 4 + (i * 7919) % 23, ?4 - (?5 - i) * ?6 FROM r`,
      from, Math.min(count, from + batch), prefix, now, count, every,
    );
    await d1(
      `INSERT INTO audit_agent_decisions (request_id, user_id, agent_name, agent_version, contract_version, policy_version, input_hash, output_hash, prompt_hash,
         decision_json, status, receipt_id, created_at)
       SELECT request_id, 'dev:user' || (at % 97), value, 'v1', '11.0', '10.2.0', 'i', 'o', 'p', json_object('meta', json_object('latency_ms', latency_ms),
         'output', json_object('violation_codes', json(codes), 'mode', mode)), CASE qa_status WHEN 'FAIL' THEN 'FAIL' ELSE 'PASS' END,
         receipt_id, strftime('%Y-%m-%dT%H:%M:%fZ', at / 1000.0, 'unixepoch')
       FROM enforcement_requests, json_each(CASE call WHEN 'post' THEN '["posting_gate"]' ELSE '["qa_gatekeeper"]' END)
       WHERE request_id >= printf('%s-%08d', ?1, ?2) AND request_id < printf('%s-%08d', ?1, ?3) AND audit_ok = 1 ORDER BY at`,
      prefix, from, Math.min(count, from + batch),
    );
  }
  const add = (select) => d1(`INSERT INTO telemetry (metric, hour, label, count) ${select} ON CONFLICT (metric, hour, label) DO UPDATE SET count = count + excluded.count`, `${prefix}-`);
  const of = (metric, label, where = "true", from = "enforcement_requests") =>
    add(`SELECT '${metric}', at / 3600000, ${label}, count(*) FROM ${from} WHERE request_id LIKE ?1 || '%' AND ${where} GROUP BY 2, 3`);
  await of("requests", "call || ':' || mode || ':' || qa_status");
  await of("audit_write", "CASE audit_ok WHEN 1 THEN 'committed' ELSE 'failed' END");
  await of("audit_write", "'lost'", "audit_ok = 0");
  await of("chain", "call || ':' || latency_ms");
  await of("latency", "CASE call WHEN 'post' THEN 'posting_gate:' ELSE 'qa_gatekeeper:' END || latency_ms");
  await of("stream", "'begun'", "call = 'generate'");
  await of("stream", "'complete'", "call = 'generate'");
  await of("blocked", "code", "code NOT IN ('QA_BLOCKED', 'AUDIT_WRITE_FAILED', 'ENFORCEMENT_RECEIPT_REQUIRED')", "enforcement_request_codes");
  await of("receipt_failed", "code", "code = 'ENFORCEMENT_RECEIPT_REQUIRED'", "enforcement_request_codes");
}
