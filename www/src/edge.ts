/**
 * The two things that happen at the edge: the agents run (generate), and the gate decides (post). Both are told in the
 * timeline as they happen. Nothing is decided here: what the gate says is shown, and what it refuses stays refused.
 */
import { type Enforcement, GateError, type Jwks, type PostDraft, type Receipt, verifyReceipt } from "postgate/gate";
import type { CheckReport } from "postgate/slim";

import { link, plural, say, sentence, words } from "./dom.js";
import type { Session } from "./session.js";
import { type Entry, type Timeline, bullets, line, raw } from "./timeline.js";
import type { Answered } from "./verdict.js";

/** What the page lends to a run. */
export interface Bench {
  draft(): PostDraft;
  prompt(): string;
  /** This page's own check of the draft as it is now, to hold beside what the edge says. */
  check(): CheckReport | undefined;
  /** The draft is being written: no typing meanwhile. */
  writing(on: boolean): void;
  write(text: string): void;
  replace(text: string): void;
  answered(how: Answered): void;
  /** The draft is out, and the rate admits so many more. */
  posted(remaining: number): void;
}

export interface Edge {
  generate(): Promise<void>;
  post(): Promise<void>;
  stop(): void;
  running(): boolean;
}

interface Held {
  receipt: Receipt;
  /** The draft that it stands for. */
  draft: string;
}

/** What the gate was asked and has not settled: asking again is the same request under the same key, and never posts twice. */
interface Attempt {
  draft: string;
  receipt: Receipt | undefined;
  key: string;
}

export function edge(session: Session, timeline: Timeline, bench: Bench, changed: () => void): Edge {
  let held: Held | undefined;
  let attempt: Attempt | undefined;
  let run: AbortController | undefined;

  /** The receipt for the draft as it is now, unless it has run out. */
  const holding = (): Held | undefined => {
    const fresh = held !== undefined && held.draft === JSON.stringify(bench.draft()) && Date.parse(held.receipt.expires_at) > Date.now();
    return fresh ? held : undefined;
  };

  async function agents(signal: AbortSignal): Promise<void> {
    const draft = bench.draft();
    const given = draft.content.trim() !== "";
    const asked = timeline.add({ tone: "pending", title: given ? "The agents read your draft" : "The agents write a draft" });
    let text = "";
    let decided: Enforcement | undefined;
    const arrived = new Map<string, number>();
    bench.writing(true);
    try {
      const { content, format, ...rest } = draft;
      const request = {
        ...rest,
        prompt: bench.prompt() || firstLine(content),
        type: format === "thread" ? ("viral_thread" as const) : ("simple" as const),
        ...(given ? { content } : {}),
      };
      for await (const event of session.gate.generate(request, { signal })) {
        arrived.set(event.type, (arrived.get(event.type) ?? 0) + 1);
        asked.update({ tone: "pending", title: given ? "The agents read your draft" : "The agents write a draft", detail: [line(told(arrived))] });
        if (event.type === "token") {
          text += event.text;
          if (!given) bench.write(event.text);
        } else if (event.type === "enforcement") {
          decided = event.enforcement;
        }
      }
    } catch (error) {
      asked.update(signal.aborted ? { tone: "neutral", title: "Stopped" } : failure("The agents did not finish", error));
      throw error;
    } finally {
      bench.writing(false);
    }
    // The receipt stands for the text that was sent back: that is the text to go on with.
    if (given && text !== "" && text !== bench.draft().content) bench.replace(text);
    asked.update({ tone: "good", title: given ? "The agents read your draft" : "The agents wrote a draft", detail: [line(told(arrived))] });
    if (decided === undefined) {
      timeline.add({ tone: "neutral", title: "No enforcement: the gate is off" });
      return;
    }
    tellDecisions(decided);
    await tellReceipt(decided);
  }

  function tellDecisions(event: Enforcement): void {
    for (const { agent_name, status, violation_codes, required_edits } of event.decisions) {
      const detail = [...(violation_codes.length === 0 ? [] : [codes(violation_codes)]), ...(required_edits.length === 0 ? [] : [bullets(required_edits)])];
      timeline.add({ tone: status === "PASS" ? "good" : "bad", title: `${words(agent_name)}: ${status}`, detail });
    }
    const { mode, qa_summary, would_block, audit_ok, warnings, request_id } = event;
    timeline.add({
      tone: would_block ? "bad" : "good",
      title: would_block ? "Enforcement: would block" : "Enforcement: would publish",
      detail: [
        line(`Mode ${mode}, QA ${qa_summary.status}, risk ${qa_summary.risk_score}, audit ${audit_ok ? "committed" : "not committed"}`),
        ...(warnings.length === 0 ? [] : [bullets(warnings)]),
        line("Request ", code(request_id)),
        raw("The event as it arrived", event),
      ],
    });
    say(would_block ? "The agents would block this draft." : "The agents passed this draft.");
  }

  async function tellReceipt({ receipt }: Enforcement): Promise<void> {
    if (receipt === null) {
      timeline.add({ tone: "neutral", title: "No receipt", detail: [line("A receipt is given only to a draft that passed and whose audit stands.")] });
      return;
    }
    const entry = timeline.add({ tone: "pending", title: "Verifying the receipt" });
    const keys = (await session.gate.call("/.well-known/jwks.json")) as Jwks;
    const verdict = await verifyReceipt(receipt, keys);
    if (!verdict.ok) {
      entry.update({ tone: "bad", title: "Receipt not verified", detail: [line(sentence(verdict.message))] });
      return;
    }
    held = { receipt, draft: JSON.stringify(bench.draft()) };
    const own = bench.check();
    const same = own?.draft_hash === receipt.draft_hash;
    const agreed = own?.policy_digest === receipt.policy_digest;
    entry.update({
      tone: same ? "good" : "bad",
      title: same ? "Receipt verified in this page" : "Receipt for another draft",
      detail: [
        line("Signed with key ", code(short(verdict.keyId)), `, good until ${new Date(receipt.expires_at).toLocaleTimeString()}`),
        line("Draft ", code(short(receipt.draft_hash)), same ? ", the same hash that this page computed" : `, but this page computed ${short(own?.draft_hash ?? "none")}`),
        line("Policy ", receipt.policy_version, agreed ? ", the one that advises this page" : ", not the one that advises this page"),
        raw("The receipt", receipt),
      ],
    });
  }

  async function ask(signal: AbortSignal): Promise<void> {
    if (attempt?.draft !== JSON.stringify(bench.draft())) {
      // A draft that fails here fails there: the gate is asked all the same, for its answer is the one that counts.
      if (holding() === undefined && bench.check()?.status === "PASS" && session.readiness()?.mode !== "off") await agents(signal);
      attempt = { draft: JSON.stringify(bench.draft()), receipt: holding()?.receipt, key: crypto.randomUUID() };
    }
    const { receipt, key } = attempt;
    const entry = timeline.add({ tone: "pending", title: "At the gate" });
    try {
      const answer = await session.gate.post(bench.draft(), {
        receipt,
        idempotencyKey: key,
        // Who is looking decides about another try.
        retries: 0,
        signal,
      });
      [held, attempt] = [undefined, undefined];
      entry.update({
        tone: "good",
        title: "Posted",
        detail: [
          ...answer.urls.map((url) => line(link(url))),
          line(`${plural(answer.remaining, "post")} left in this quarter of an hour`),
          ...(answer.warnings.length === 0 ? [] : [bullets(answer.warnings)]),
          line("Post ", code(answer.post_id)),
        ],
      });
      say(`Posted. ${plural(answer.remaining, "post")} left.`);
      bench.answered("posted");
      bench.posted(answer.remaining);
    } catch (error) {
      refused(entry, error, signal);
    }
  }

  function refused(entry: Entry, error: unknown, signal: AbortSignal): void {
    if (signal.aborted) {
      entry.update({ tone: "neutral", title: "Stopped. It is not known whether the gate has posted it" });
      return bench.answered("unknown");
    }
    if (!(error instanceof GateError)) throw error;
    const outcome = outcomeOf(error);
    const what = { refused: "Refused", unknown: "Not known whether it is posted", failed: "Not posted" }[outcome];
    entry.update(failure(what, error));
    say(`${what}: ${words(error.code)}.`);
    if (error.code === "UNAUTHENTICATED") return session.ask(() => void post());
    if (error.code.startsWith("ENFORCEMENT_RECEIPT_")) held = undefined;
    if (outcome === "refused" && !UNSETTLED.includes(error.code)) attempt = undefined;
    if (outcome !== "failed") bench.answered(outcome);
  }

  async function during(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (run !== undefined) return;
    run = new AbortController();
    timeline.open();
    changed();
    try {
      await work(run.signal);
    } catch (error) {
      // Told in the timeline where it happened; what nobody expected is the console's.
      if (!run.signal.aborted && !(error instanceof GateError)) throw error;
      if (error instanceof GateError && error.code === "UNAUTHENTICATED") session.ask();
    } finally {
      run = undefined;
      changed();
    }
  }

  async function post(): Promise<void> {
    if (!session.signedIn()) return session.ask(() => void post());
    await during(ask);
  }

  async function generate(): Promise<void> {
    if (!session.signedIn()) return session.ask(() => void generate());
    await during(agents);
  }

  return { generate, post, stop: () => run?.abort(), running: () => run !== undefined };
}

/** Refusals that say nothing of an earlier try: the gate had not looked at its key yet, or is at work under it. */
const UNSETTLED: readonly string[] = ["UNAUTHENTICATED", "RATE_LIMITED", "REQUEST_IN_PROGRESS"];

/** What a failed post means for the draft. Where the gate's own answer is missing, nobody here knows. */
function outcomeOf({ code: name, status }: GateError): "refused" | "unknown" | "failed" {
  if (name === "NETWORK" || name === "BAD_RESPONSE" || name === "PUBLISH_UNKNOWN") return "unknown";
  return status >= 400 && status < 500 ? "refused" : "failed";
}

/** What went wrong, with everything that helps to put it right. */
function failure(what: string, error: unknown): { tone: "bad"; title: string; detail: (Node | string)[] } {
  if (!(error instanceof GateError)) return { tone: "bad", title: what, detail: [line(sentence(String(error)))] };
  const { code: name, message, suggestedFix, details, requestId, retryAfter } = error;
  const list = (field: string): string[] => (Array.isArray(details[field]) ? details[field].map(String) : []);
  const [violations, edits] = [list("violation_codes"), list("required_edits")];
  return {
    tone: "bad",
    title: `${what}: ${name}`,
    detail: [
      line(sentence(message)),
      ...["pointer", "field"].flatMap((name) => (typeof details[name] === "string" ? [line("At ", code(details[name]))] : [])),
      ...(violations.length === 0 ? [] : [codes(violations)]),
      ...(edits.length === 0 ? [] : [bullets(edits)]),
      ...(suggestedFix === "" ? [] : [line(strong("What to do: "), sentence(suggestedFix))]),
      ...(retryAfter === undefined ? [] : [line(`Another try makes sense in ${plural(retryAfter, "second")}`)]),
      ...(requestId === undefined ? [] : [line("Request ", code(requestId))]),
    ],
  };
}

/** `token ×12, enforcement, done`: the events of a stream so far. */
function told(arrived: ReadonlyMap<string, number>): string {
  return `Events: ${[...arrived].map(([name, count]) => (count === 1 ? name : `${name} ×${count}`)).join(", ")}`;
}

function codes(names: readonly string[]): HTMLElement {
  return line(...names.flatMap((name, index) => [index === 0 ? "" : ", ", code(name)]));
}

function code(text: string): HTMLElement {
  const element = document.createElement("code");
  element.textContent = text;
  return element;
}

function strong(text: string): HTMLElement {
  const element = document.createElement("strong");
  element.textContent = text;
  return element;
}

/** Enough of a hash to compare by eye. */
function short(hash: string): string {
  return hash.length > 20 ? `${hash.slice(0, 15)}…` : hash;
}

/** A draft without a prompt asks for itself. */
function firstLine(content: string): string {
  const first = content.trim().split("\n", 1)[0] ?? "";
  return [...first].slice(0, 120).join("");
}
