/** The requests: filters, pages, and the trace of one. */
import { GateError } from "postgate/gate";

import { h, sentence, the, words } from "../dom.js";
import type { Ask, Item, Row } from "./figures.js";

export interface Requests {
  /** Reads the first page again. */
  refresh(): Promise<void>;
  /** Shows the requests with a code. */
  choose(code: string): void;
}

const when = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export function requests(ask: Ask, failed: (error: unknown) => void): Requests {
  const form = the("filters", HTMLFormElement);
  const body = the("rows", HTMLTableSectionElement);
  const more = the("more", HTMLButtonElement);
  let cursor: string | null = null;
  let asked = 0;

  const query = (): URLSearchParams => {
    const pairs = [...new FormData(form)].map(([name, value]) => [name, String(value).trim()] as [string, string]);
    return new URLSearchParams(pairs.filter(([, value]) => value !== ""));
  };

  async function read(after: string | null): Promise<void> {
    const turn = ++asked;
    const wanted = query();
    wanted.set("limit", "25");
    if (after !== null) wanted.set("cursor", after);
    const page = await ask.recent(wanted);
    // An answer that was overtaken by another question is nobody's.
    if (turn !== asked) return;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["request"] : undefined;
    const rows = page.items.map(row);
    if (after === null) body.replaceChildren(...rows);
    else body.append(...rows);
    cursor = page.next_cursor;
    more.hidden = cursor === null;
    the("none", HTMLElement).hidden = body.childElementCount > 0;
    the("requests", HTMLElement).hidden = false;
    if (focused !== undefined) body.querySelector<HTMLElement>(`[data-request="${CSS.escape(focused)}"]`)?.focus();
  }

  const row = (item: Item): HTMLElement => {
    const open = h("button", { type: "button", className: "code-button", "data-request": item.request_id, ariaLabel: `Trace of ${item.request_id}` }, item.request_id.slice(0, 8));
    open.addEventListener("click", () => void trace(ask, item).catch(failed));
    const status = item.qa_status ?? "Undecided";
    return h(
      "tr",
      {},
      h("td", {}, when.format(new Date(item.created_at))),
      h("td", {}, open),
      h("td", {}, words(item.call), item.platform === null ? "" : h("span", { className: "count" }, ` ${item.platform}`)),
      h("td", {}, words(item.mode)),
      h("td", {}, h("span", { className: "state", "data-state": item.qa_status === "PASS" ? "yes" : item.qa_status === "FAIL" ? "no" : "unknown" }, status)),
      h("td", { className: "codes" }, ...item.codes.filter((code) => code !== "QA_BLOCKED").map((code) => h("code", {}, code))),
      h("td", {}, h("span", { className: "state", "data-state": item.audit_ok ? "yes" : "no" }, item.audit_ok ? "Written" : "Lost")),
      h("td", { className: "number" }, `${item.latency_ms}`),
    );
  };

  const again = (): void => void read(null).catch(failed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", again);
  more.addEventListener("click", () => void read(cursor).catch(failed));

  return {
    // Whoever has turned pages is reading: nothing is put in front of that.
    refresh: async () => (body.childElementCount > 25 ? undefined : read(null)),
    choose(code) {
      form.reset();
      const field = form.elements.namedItem("code");
      if (field instanceof HTMLInputElement) field.value = code;
      again();
      the("requests", HTMLElement).scrollIntoView({ block: "start" });
      if (field instanceof HTMLInputElement) field.focus({ preventScroll: true });
    },
  };
}

/** Every row of a request, in the order in which its agents decided. */
async function trace(ask: Ask, item: Item): Promise<void> {
  const dialog = the("trace", HTMLDialogElement);
  const body = the("trace-body", HTMLElement);
  body.replaceChildren(h("p", { className: "hint" }, "Reading…"));
  dialog.showModal();
  let unread: string | undefined;
  const found = await ask.rows(item.request_id).catch((error: unknown) => {
    if (!(error instanceof GateError)) throw error;
    if (error.code !== "NOT_FOUND") unread = `The audit could not be read: ${sentence(error.message)}`;
    return { rows: [] as Row[] };
  });
  const fact = (name: string, value: string | null): HTMLElement[] => (value === null ? [] : [h("dt", {}, name), h("dd", {}, h("code", {}, value))]);
  const first = found.rows[0];
  const facts = h(
    "dl",
    { className: "facts" },
    ...fact("Request", item.request_id),
    ...fact("When", item.created_at),
    ...fact("User", first?.user_id ?? null),
    ...fact("Mode", item.mode),
    ...fact("Policy", first?.policy_version ?? null),
    ...fact("Receipt", item.receipt_id),
    ...fact("Error", item.last_error_code),
  );
  const agent = ({ agent_name, status, decision_json }: Row): HTMLElement => {
    const latency = decision_json.meta["latency_ms"];
    const codes = decision_json.output["violation_codes"];
    return h(
      "li",
      {},
      h(
        "p",
        { className: "agent" },
        h("span", { className: "state", "data-state": status === "PASS" ? "yes" : "no" }, status),
        h("strong", {}, words(agent_name)),
        h("span", { className: "count" }, typeof latency === "number" ? `${latency} ms` : ""),
        ...(Array.isArray(codes) ? codes.map((code) => h("code", {}, String(code))) : []),
      ),
      h("details", {}, h("summary", {}, "What it decided"), h("pre", { tabIndex: 0 }, JSON.stringify(decision_json.output, null, 2))),
    );
  };
  const lost = unread ?? "No row of this request is in the audit: it could not be written, or retention has deleted it.";
  body.replaceChildren(facts, found.rows.length === 0 ? h("p", { className: "notice" }, lost) : h("ol", { className: "agents" }, ...found.rows.map(agent)));
}
