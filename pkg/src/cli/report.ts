/**
 * A report for people: where, what, why, what to do, and the line of the draft with the place underlined. Drafts are hostile:
 * nothing of them may steer a terminal, and a secret that was found is not printed again.
 */
import stringWidth from "string-width";

import { words } from "../words.js";
import type { CheckReport, Diagnostic, Span } from "../types.js";

/** The most columns of a line that are shown. */
const WIDTH = 96;

export function told(file: string, content: string, report: CheckReport): string {
  const { status, diagnostics, truncated } = report;
  const blocking = diagnostics.filter(({ severity }) => severity === "block").length;
  const advice = diagnostics.length - blocking;
  const parts = [
    ...(blocking === 0 ? [] : [`${blocking}${truncated ? " or more" : ""} to fix`]),
    ...(advice === 0 ? [] : [`${advice} ${advice === 1 ? "note" : "notes"}`]),
  ];
  const secrets = diagnostics.filter(({ code }) => code === "SECRET_EXPOSED").map(({ span }) => span);
  const head = `${harmless(file)}: ${status}${parts.length === 0 ? "" : `, ${parts.join(", ")}`}`;
  return [head, ...diagnostics.map((each) => finding(each, content, secrets))].join("\n");
}

function finding(diagnostic: Diagnostic, content: string, secrets: readonly Span[]): string {
  const { code, severity, span, message, suggested_fix, fixes } = diagnostic;
  const start = content.lastIndexOf("\n", span[0] - 1) + 1;
  const line = content.slice(0, start).split("\n").length;
  const column = [...content.slice(start, span[0])].length + 1;
  const offered = fixes.map(({ title, applicability }) => `     fix (${applicability}): ${harmless(title)}`);
  return [
    `  ${line}:${column}  ${severity}  ${code}  ${words(code)}`,
    ...underlined(content, start, span, secrets),
    `     ${harmless(message)}`,
    `     ${harmless(suggested_fix)}`,
    ...offered,
  ].join("\n");
}

/** The line of a finding and, beneath, a mark for each column of it; nothing for a finding about the draft as a whole. */
function underlined(content: string, start: number, [from, to]: Span, secrets: readonly Span[]): string[] {
  if (from >= to) return [];
  const end = lineEnd(content, start);
  const shown = (a: number, b: number): string => harmless(masked(content, a, Math.min(b, end), secrets));
  const found = shown(from, to);
  const before = tail(shown(start, from), WIDTH / 2);
  const room = WIDTH - stringWidth(before);
  const within = head(found, room);
  const after = head(shown(Math.min(to, end), end), Math.max(0, room - stringWidth(within)));
  const marks = "^".repeat(Math.max(1, stringWidth(within)));
  return [`     ${before}${within}${after}`, `     ${" ".repeat(stringWidth(before))}${marks}`];
}

function lineEnd(content: string, start: number): number {
  const end = content.indexOf("\n", start);
  return end === -1 ? content.length : end;
}

/** A piece of the content, every secret in it as dots. */
function masked(content: string, from: number, to: number, secrets: readonly Span[]): string {
  let text = "";
  let at = from;
  for (const [start, end] of secrets) {
    const [a, b] = [Math.max(at, start), Math.min(to, end)];
    if (a >= b) continue;
    text += content.slice(at, a) + "•".repeat(b - a);
    at = b;
  }
  return text + content.slice(at, Math.max(at, to));
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** As much of the beginning as fits, and a sign that there is more. */
function head(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(kept + segment) >= columns) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** As much of the end as fits. */
function tail(text: string, columns: number): string {
  const whole = [...graphemes.segment(text.slice(-8 * columns))].map(({ segment }) => segment);
  if (text.length <= 8 * columns && stringWidth(text) <= columns) return text;
  let kept = "";
  for (const segment of whole.toReversed()) {
    if (stringWidth(segment + kept) >= columns) break;
    kept = segment + kept;
  }
  return `…${kept}`;
}

/** Control and direction-changing characters, spelled out. */
export function harmless(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu, (char) =>
    char === "\t" ? " " : `<U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`,
  );
}
