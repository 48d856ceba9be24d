/** The part of the public surface that is the same in every entry. */
export type { Checker, CheckerOptions, Defaults } from "../checker.js";
export { PostgateError, type PostgateErrorCode, type Problem } from "../errors.js";
export { type FixAllOptions, type Fixed, type Fixer, fixAll } from "../fixing.js";
export * from "../types.js";
