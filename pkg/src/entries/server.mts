// Compiled, never run: a server's program, whose compiler knows no page.
import { createChecker, fixAll } from "postgate";
import { createGate, verifyReceipt } from "postgate/gate";
import { createChecker as createHosted } from "postgate/worker";

const checker = await createChecker({ defaults: { platform: "x" } });
fixAll(checker, { content: "Hello" });
const hosted = await createHosted({ host: "thread" });
await hosted.check({ content: "Hello", platform: "x" }, { signal: AbortSignal.timeout(1000) });
const gate = createGate({ baseUrl: "https://gate.example.com" });
for await (const event of gate.generate({ prompt: "Hi", platform: "x" })) {
  if (event.type === "enforcement" && event.enforcement.receipt !== null) await verifyReceipt(event.enforcement.receipt, { keys: [] });
}
