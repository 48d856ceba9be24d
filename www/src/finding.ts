/** One finding as people read it: what and why, what to do, and each fix as a button. The list and the popover share it. */
import type { Diagnostic, Fix } from "postgate/slim";

import { h, svg, words } from "./dom.js";

export interface FindingActions {
  fix(diagnostic: Diagnostic, fix: Fix): void;
  /** Tells the gate that the finding is wrong; gives whether it could. */
  dispute(diagnostic: Diagnostic): Promise<boolean>;
  /** Absent where the finding is shown at its place already. */
  find?(diagnostic: Diagnostic): void;
}

/** A cross for what blocks, a stroke for what is advice: told apart without colour. */
function sign(diagnostic: Diagnostic): SVGSVGElement {
  const path = diagnostic.severity === "block" ? "M3 3l8 8M11 3l-8 8" : "M7 2v6M7 11.5v.5";
  const drawing = svg("severity", "0 0 14 14", ["path", { d: path }]);
  drawing.removeAttribute("aria-hidden");
  drawing.setAttribute("role", "img");
  drawing.setAttribute("aria-label", diagnostic.severity === "block" ? "Blocks:" : "Advice:");
  return drawing;
}

export function findingName(diagnostic: Diagnostic): string {
  return words(diagnostic.code);
}

export function finding(diagnostic: Diagnostic, actions: FindingActions): HTMLElement[] {
  const { code, message, suggested_fix, fixes, span } = diagnostic;
  const name = findingName(diagnostic);
  const find = actions.find;
  const title =
    find !== undefined && span[0] < span[1]
      ? h("button", { className: "finding-name", type: "button", title: "Show in the draft" }, name)
      : h("strong", { className: "finding-name" }, name);
  if (find !== undefined) title.addEventListener("click", () => find(diagnostic));
  const buttons = fixes.map((fix) => {
    const button = h("button", { className: "control small", type: "button", title: fix.title }, fix.title);
    button.addEventListener("click", () => actions.fix(diagnostic, fix));
    return button;
  });
  const wrong = h("button", { className: "wrong", type: "button", title: "Tell the administrators, without the text" }, "This is wrong");
  wrong.addEventListener("click", async () => {
    if (wrong.ariaDisabled === "true") return;
    wrong.ariaDisabled = "true";
    const told = await actions.dispute(diagnostic);
    wrong.textContent = told ? "Reported" : "This is wrong";
    wrong.ariaDisabled = told ? "true" : "false";
  });
  return [
    h("div", { className: "finding-head" }, sign(diagnostic), title),
    h("p", {}, message),
    h("p", { className: "to-do" }, suggested_fix),
    h("div", { className: "fixes" }, ...buttons, h("code", {}, code)),
    wrong,
  ];
}
