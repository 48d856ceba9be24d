/**
 * Carrying out fixes until nothing is left to fix, the same for every caller: one fix, then a new check, for what one fix
 * changes another may have been about.
 */
import type { Checker, Defaults } from "./checker.js";
import type { CheckReport, CheckRequest, Diagnostic, Fix, Format } from "./types.js";

/** What `fixAll` needs of a checker. */
export interface Fixer<D extends Defaults = object> extends Pick<Checker<D>, "check"> {
  readonly defaults?: Readonly<D>;
  applyFix(content: string, fix: Fix, span_unit?: CheckRequest["span_unit"]): string;
}

export interface FixAllOptions {
  /** Also fixes that may change what the author meant; false if left out. */
  unsafe?: boolean | undefined;
  /** Fixes that turn a post into a thread too; false if left out. */
  reformat?: boolean | undefined;
}

export interface Fixed {
  content: string;
  format: Format;
  /** What was carried out, in order. */
  applied: { diagnostic: Diagnostic; fix: Fix }[];
  /** About the content as it is now. */
  report: CheckReport;
}

/** More rounds than any report has findings; a draft that needs more is left as far as it came. */
const MAX_ROUNDS = 1000;

/** Applies every fix that may be applied, the first finding first. Text that came up before ends it: fixes must not go in circles. */
export function fixAll<D extends Defaults = object>(
  checker: Fixer<D>,
  request: Parameters<Fixer<D>["check"]>[0] & { content: string },
  { unsafe = false, reformat = false }: FixAllOptions = {},
): Fixed {
  const applied: Fixed["applied"] = [];
  let { content, format = checker.defaults?.format ?? "single" } = request;
  let report = checker.check(request);
  const seen = new Set([`${format}:${content}`]);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = candidates(report, unsafe, reformat).find(({ fix }) => {
      const after = checker.applyFix(content, fix, request.span_unit);
      return !seen.has(`${fix.format ?? format}:${after}`);
    });
    if (next === undefined) break;
    content = checker.applyFix(content, next.fix, request.span_unit);
    format = next.fix.format ?? format;
    seen.add(`${format}:${content}`);
    applied.push(next);
    report = checker.check({ ...request, content, format });
  }
  return { content, format, applied, report };
}

/** The fixes that may be applied, the first of each finding that has one. */
function candidates({ diagnostics }: CheckReport, unsafe: boolean, reformat: boolean): Fixed["applied"] {
  return diagnostics.flatMap((diagnostic) => {
    const fix = diagnostic.fixes.find((each) => (unsafe || each.applicability === "safe") && (reformat || each.format === undefined));
    return fix === undefined ? [] : [{ diagnostic, fix }];
  });
}
