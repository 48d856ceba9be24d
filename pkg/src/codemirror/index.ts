/**
 * `postgate/codemirror`: a CodeMirror 6 linter. Findings are underlined, explained in tooltips and marked in the gutter,
 * and each fix is an action. Needs `@codemirror/state`, `@codemirror/view` and `@codemirror/lint`.
 */
import { type Action, type Diagnostic as Lint, lintGutter, linter } from "@codemirror/lint";
import { type Extension, StateEffect } from "@codemirror/state";
import type { EditorView, ViewUpdate } from "@codemirror/view";

import { type AnyChecker, type Surroundings, whyNot } from "../advice.js";
import type { CheckReport, Diagnostic, Fix, Format } from "../types.js";
import { type Track, tracks } from "./tracks.js";

export type { AnyChecker, Surroundings } from "../advice.js";

export interface PostgateLinterOptions {
  /**
   * Whose draft it is: platform, format, tags; what the checker's defaults say can be left out. A function is asked at each check; `recheck`
   * says that its answer changed.
   */
  draft: Partial<Surroundings> | ((view: EditorView) => Partial<Surroundings>);
  /** Milliseconds after the last change until the draft is checked; 0 if left out, which keeps up with typing. */
  delay?: number | undefined;
  /** Marks beside the lines; true if left out. */
  gutter?: boolean | undefined;
  /** Fixes that may change what the author meant are offered too; true if left out. */
  unsafeFixes?: boolean | undefined;
  /** Each report, for counters and buttons; `undefined` where the draft could not be checked. */
  onReport?: ((report: CheckReport | undefined, view: EditorView) => void) | undefined;
  /** Takes over the new format when a fix turns a post into a thread. Without it such fixes are not offered. */
  onFormat?: ((format: Format, view: EditorView) => void) | undefined;
}

const recheckNow = StateEffect.define<null>();

/** Checks again although no text changed: another platform, other tags. */
export function recheck(view: EditorView): void {
  view.dispatch({ effects: recheckNow.of(null) });
}

/** The linter, with everything that belongs to it, as one extension. */
export function postgateLinter(checker: AnyChecker, options: PostgateLinterOptions): Extension {
  const { draft, delay = 0, gutter = true, onReport } = options;
  const needsRefresh = ({ transactions }: ViewUpdate): boolean =>
    transactions.some(({ effects }) => effects.some((effect) => effect.is(recheckNow)));

  const source = async (view: EditorView): Promise<readonly Lint[]> => {
    const { state } = view;
    const track = view.plugin(tracks)?.begin(state);
    // Positions in CodeMirror count UTF-16 units and one for a line end, whatever ends the line: so does this text.
    const content = state.doc.sliceString(0, undefined, "\n");
    const around = typeof draft === "function" ? draft(view) : draft;
    try {
      const report = await checker.check({ ...(around as Surroundings), content, span_unit: "utf16" });
      if (view.state.doc === state.doc) onReport?.(report, view);
      return report.diagnostics.map((diagnostic) => lint(diagnostic, track, options));
    } catch (thrown) {
      if (view.state.doc === state.doc) onReport?.(undefined, view);
      // What was not checked has not passed, and whoever writes should know.
      return [{ from: 0, to: 0, severity: "error", source: "postgate", message: whyNot(thrown) }];
    }
  };
  return [tracks, linter(source, { delay, needsRefresh }), gutter ? lintGutter() : []];
}

function lint(diagnostic: Diagnostic, track: Track | undefined, options: PostgateLinterOptions): Lint {
  const { code, severity, span, message, suggested_fix } = diagnostic;
  return {
    from: span[0],
    to: span[1],
    severity: severity === "block" ? "error" : "warning",
    source: code,
    markClass: `postgate-${severity}`,
    message: `${message} ${suggested_fix}`,
    actions: track === undefined ? [] : diagnostic.fixes.flatMap((fix) => action(fix, track, options)),
  };
}

function action(fix: Fix, track: Track, { unsafeFixes = true, onFormat }: PostgateLinterOptions): Action[] {
  const { format, title, applicability } = fix;
  if ((applicability === "unsafe" && !unsafeFixes) || (format !== undefined && onFormat === undefined)) return [];
  const apply = (view: EditorView): void => {
    const changes = track.changesOf(fix);
    // The words that it would repair are no longer there; the next check is on its way.
    if (changes === undefined) return;
    view.dispatch({ changes, userEvent: "input.fix" });
    if (format !== undefined) onFormat?.(format, view);
    view.focus();
  };
  return [{ name: title, apply }];
}
