/** The list of everything that was found, in text order. */
import type { CheckReport } from "postgate/slim";

import { h, sentence, the } from "./dom.js";
import { type FindingActions, finding } from "./finding.js";

export function findingList(actions: FindingActions): { show(report: CheckReport | undefined, written: boolean, fault: string | undefined): void } {
  const list = the("findings", HTMLOListElement);
  const count = the("findings-count", HTMLElement);
  const empty = the("findings-empty", HTMLElement);
  let shown = "";
  return {
    show(report, written, fault) {
      const found = written ? (report?.diagnostics ?? []) : [];
      // Typing must not take the focus out of a list that did not change.
      const now = JSON.stringify(found);
      if (now !== shown) {
        shown = now;
        list.replaceChildren(
          ...found.map((each) => h("li", { className: "finding", "data-severity": each.severity, "data-code": each.code }, ...finding(each, actions))),
        );
      }
      count.textContent = found.length === 0 ? "" : `${found.length}${report?.truncated ? "+" : ""}`;
      empty.hidden = found.length > 0;
      empty.textContent = fault !== undefined ? sentence(fault) : written ? "Nothing to fix." : "What the platform or the policy objects to shows here as you write.";
    },
  };
}
