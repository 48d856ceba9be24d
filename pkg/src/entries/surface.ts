/** The part of the public surface that is the same in every entry. */
export type { Checker, CheckerOptions, Defaults } from "../checker.js";
export { PostgateError, type PostgateErrorCode, type Problem } from "../errors.js";
export * from "../types.js";
