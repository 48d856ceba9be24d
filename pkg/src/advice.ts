/** What the adapters share: whom they ask, and what they say when nobody could answer. */
import type { CheckReport, CheckRequest } from "./types.js";

/** A checker of any entry: `createChecker` of `postgate` answers at once, that of `postgate/worker` with a promise. */
export interface AnyChecker {
  check(request: CheckRequest): CheckReport | Promise<CheckReport>;
}

/** Everything about a draft but its text. */
export type Surroundings = Omit<CheckRequest, "content" | "span_unit">;

/** Why there is no advice, as a sentence for whoever writes. A checker of another entry throws an error of another class by the same name. */
export function whyNot(thrown: unknown): string {
  const why = thrown instanceof Error && thrown.name === "PostgateError" ? thrown.message : "the checker failed";
  return `This draft could not be checked: ${why}.`;
}
