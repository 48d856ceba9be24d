/** JSON as a policy must be written: a member that stands there twice is a mistake, and each problem has a line and a column. */
import { type Node, type ParseError, findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } from "jsonc-parser";

import type { Problem } from "../errors.js";

/** A problem and its `line:column` in the text. */
export interface PlacedProblem extends Problem {
  at: string;
}

export function parseStrictly(text: string): { value: unknown } | { problem: PlacedProblem } {
  const problem = (offset: number, message: string) => ({ problem: { at: place(text, offset), pointer: "", message } });
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const [first] = errors;
  if (first !== undefined) return problem(first.offset, `no JSON: ${spaced(printParseErrorCode(first.error))}`);
  if (tree === undefined) return problem(0, "no JSON: the file is empty");
  const twice = repeated(tree);
  if (twice !== undefined) return problem(twice.offset, `the member ${JSON.stringify(getNodeValue(twice))} stands there twice`);
  return { value: getNodeValue(tree) };
}

/** Where a JSON pointer points to, as `line:column`; of the nearest value that is there, for what is missing is nowhere. */
export function placeOf(text: string, pointer: string): string {
  const tree = parseTree(text);
  const path = pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  for (; tree !== undefined; path.pop()) {
    const node = findNodeAtLocation(tree, path.map((step) => (/^\d+$/.test(step) ? Number(step) : step)));
    if (node !== undefined) return place(text, node.parent?.type === "property" ? node.parent.offset : node.offset);
    if (path.length === 0) break;
  }
  return "1:1";
}

function place(text: string, offset: number): string {
  const before = text.slice(0, offset).split("\n");
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The key of the first member whose name its object has already. */
function repeated(node: Node): Node | undefined {
  const keys = new Set<unknown>();
  for (const child of node.children ?? []) {
    const [key] = child.type === "property" ? (child.children ?? []) : [];
    if (key !== undefined && keys.has(key.value)) return key;
    if (key !== undefined) keys.add(key.value);
    const found = repeated(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `InvalidSymbol` as words. */
function spaced(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
}
