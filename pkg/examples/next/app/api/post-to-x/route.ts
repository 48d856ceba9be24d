// Next.js, app/api/post-to-x/route.ts: posting goes through the gate. The gate checks these bytes again, redeems the receipt
// and publishes; this handler says who is asking and hands the answer on.
import { GateError, createGate } from "postgate/gate";

import { userOf } from "../../../session";

/** What the composer sends: the draft, and the receipt that its generation ended with. */
interface Body {
  content: string;
  policy_tags: string[];
  receipt: string;
}

export async function POST(request: Request): Promise<Response> {
  const user = await userOf(request);
  if (user === undefined) return Response.json({ success: false, error: "Sign in first" }, { status: 401 });
  const gate = createGate({ baseUrl: process.env.POSTGATE_URL, authorization: `Bearer ${user.token}` });
  const { content, policy_tags, receipt } = (await request.json()) as Body;
  try {
    const { urls, remaining, warnings } = await gate.post(
      { content, platform: "x", format: "thread", policy_tags },
      { receipt, idempotencyKey: request.headers.get("idempotency-key") ?? undefined, signal: request.signal },
    );
    return Response.json({ success: true, url: urls[0], remaining, warnings });
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    const { code, message, suggestedFix, details, status, retryAfter } = error;
    const headers: Record<string, string> = retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) };
    return Response.json({ success: false, error: message, code, suggestedFix, details }, { status: status < 400 ? 502 : status, headers });
  }
}
