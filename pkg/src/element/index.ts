/** `postgate/element`: importing it defines `<postgate-feedback>` where there is a page to define it in. */
import type { CheckReport, Diagnostic, Fix } from "../types.js";
import { PostgateFeedback } from "./feedback.js";

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

// A server's rendering has no page, and a page may hold two copies of this module.
if (typeof customElements !== "undefined" && customElements.get(TAG) === undefined) customElements.define(TAG, PostgateFeedback);
