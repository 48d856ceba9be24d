/** `postgate/element`: importing it defines `<postgate-feedback>` where there is a page to define it in. */
import type { CheckReport, Diagnostic, Fix } from "../types.js";
import type { PostgateFeedback } from "./feedback.js";

export type { AnyChecker, Surroundings } from "../advice.js";
export type { PostgateFeedback } from "./feedback.js";

declare global {
  interface HTMLElementTagNameMap {
    "postgate-feedback": PostgateFeedback;
  }
  interface HTMLElementEventMap {
    "postgate-report": CustomEvent<CheckReport>;
    "postgate-fix": CustomEvent<{ diagnostic: Diagnostic; fix: Fix }>;
  }
}

/** The tag that it defines. */
export const TAG = "postgate-feedback";

/** Resolves when the tag is defined; at once, and without a definition, where there is no page (a server's rendering). */
export const defined: Promise<void> = define();

async function define(): Promise<void> {
  if (typeof customElements === "undefined" || customElements.get(TAG) !== undefined) return;
  const { PostgateFeedback } = await import("./feedback.js");
  if (customElements.get(TAG) === undefined) customElements.define(TAG, PostgateFeedback);
}
