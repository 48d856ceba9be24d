// Compiled, never run: what the types must allow, and what they must refuse.
import { type CheckReport, type Code, PostgateError, createChecker, fixAll } from "postgate";
import { GateError, createGate, verifyReceipt } from "postgate/gate";
import { createChecker as createInline } from "postgate/inline";
import module from "postgate/postgate.wasm";
import { createChecker as createSlim } from "postgate/slim";

const checker = await createChecker({ policy: { name: "acme", version: "1.0.0", rules: { PROFANITY: { level: "warn", min_severity: "moderate" } } } });
const report: CheckReport = checker.check({ content: "Hello", platform: "x", policy_tags: ["no_harm"] });
const codes: Code[] = report.violation_codes;
const fix = report.diagnostics[0]?.fixes[0];
export const fixed: string = fix === undefined ? "" : checker.applyFix("Hello", fix);

// @ts-expect-error the platform is required
checker.check({ content: "Hello" });
// @ts-expect-error there is no such platform
checker.check({ content: "Hello", platform: "X" });
// @ts-expect-error there is no such code
codes.push("SPAM");

const editor = await createInline({ defaults: { platform: "x", policy_tags: ["no_harm"] } });
editor.check({ content: "Hello" });
fixAll(editor, { content: "Hello" }).content.trim();
// @ts-expect-error the platform is required
fixAll(checker, { content: "Hello" });
// @ts-expect-error content has no default
editor.check({});

(await createSlim({ module })).dispose();
// @ts-expect-error slim brings no module
await createSlim({});

const gate = createGate({ baseUrl: "https://gate.example.com", authorization: () => "Bearer …" });
for await (const event of gate.generate({ prompt: "Hi", platform: "x" }, { signal: AbortSignal.timeout(1000) })) {
  if (event.type === "token") event.text.trim();
  if (event.type === "enforcement" && event.enforcement.receipt !== null) {
    const { receipt } = event.enforcement;
    const verdict = await verifyReceipt(receipt, { keys: [{ kty: "OKP", crv: "Ed25519", kid: "k1", x: "…" }] });
    if (!verdict.ok) verdict.problem satisfies string;
    try {
      const { urls } = await gate.post({ content: "Hi", platform: "x" }, { receipt, idempotencyKey: "k" });
      urls.join();
    } catch (error) {
      if (error instanceof GateError && error.code === "QA_BLOCKED") error.details["violation_codes"];
      if (error instanceof PostgateError) error.pointer.trim();
    }
  }
}
