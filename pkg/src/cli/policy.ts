/** A policy document out of a file: the checker that it makes, or all that is wrong with it and where. */
import type { Checker } from "../checker.js";
import { createChecker } from "../entries/node.js";
import { PostgateError } from "../errors.js";
import type { Policy } from "../types.js";
import { type PlacedProblem, parseStrictly, placeOf } from "./json.js";

export async function readPolicy(text: string): Promise<{ checker: Checker } | { problems: PlacedProblem[] }> {
  const read = parseStrictly(text);
  if ("problem" in read) return { problems: [read.problem] };
  try {
    return { checker: await createChecker({ policy: read.value as Policy }) };
  } catch (error) {
    if (!(error instanceof PostgateError) || (error.code !== "POLICY_INVALID" && error.code !== "CONTRACT_INVALID")) throw error;
    const problems = error.problems.length > 0 ? error.problems : [{ pointer: error.pointer, message: error.message }];
    return { problems: problems.map((problem) => ({ at: placeOf(text, problem.pointer), ...problem })) };
  }
}

/** A problem as a line: the file, the place in it, what is wrong. */
export function lineOf(file: string, { at, pointer, message }: PlacedProblem): string {
  return `${file}:${at}: ${pointer === "" ? message : `${pointer}: ${message}`}`;
}
