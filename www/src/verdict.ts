/** The one chip that says where the draft stands. Seen at once, said to screen readers when typing pauses. */
import type { CheckReport } from "postgate/slim";

import { plural, say, the } from "./dom.js";

/** What the gate answered for the draft as it is now; forgotten at the next change. */
export type Answered = "refused" | "posted" | "unknown";

const SAID_AFTER_MS = 900;

export interface Standing {
  report: CheckReport | undefined;
  written: boolean;
  answered: Answered | undefined;
  /** Why there is no report. */
  fault: string | undefined;
}

export function verdictOf({ report, written, answered, fault }: Standing): [kind: string, text: string, detail: string] {
  if (fault !== undefined) return ["fault", "Can't check", fault];
  if (answered === "refused") return ["refused", "Refused", "The gate refused this draft"];
  if (answered === "posted") return ["posted", "Posted", "This draft is out"];
  if (answered === "unknown") return ["fault", "Not known", "It is not known whether this draft went out"];
  if (report === undefined) return ["loading", "Loading", "The checker is loading"];
  if (!written) return ["empty", "Empty", "Nothing is written yet"];
  const notes = report.diagnostics.filter(({ severity }) => severity === "warn").length;
  const advice = notes === 0 ? "" : `, with ${plural(notes, "note")}`;
  if (report.status === "PASS") return ["ready", "Ready", `This draft passes${advice}`];
  const count = report.diagnostics.length - notes;
  return ["fix", `${count}${report.truncated ? "+" : ""} to fix`, `${plural(count, "finding")} to fix${advice}`];
}

export function verdict(): { show(standing: Standing): void } {
  const chip = the("verdict", HTMLParagraphElement);
  const text = the("verdict-text", HTMLSpanElement);
  let said = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    show(standing) {
      const [kind, short, long] = verdictOf(standing);
      chip.dataset["verdict"] = kind;
      chip.title = long;
      text.textContent = short;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (long === said) return;
        said = long;
        say(`${short}. ${long}.`);
      }, SAID_AFTER_MS);
    },
  };
}
