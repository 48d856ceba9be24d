/** What the element shows of a report: the standing, a counter a post, and the findings with their fixes as buttons. */
import type { CheckReport, Diagnostic, Fix, PostMeasure } from "../types.js";
import { words } from "../words.js";
import { CSS } from "./style.js";

export interface ViewActions {
  show(diagnostic: Diagnostic): void;
  fix(diagnostic: Diagnostic, fix: Fix): void;
}

export interface View {
  /** What a form points at when it refuses to be sent. */
  readonly anchor: HTMLElement;
  report(report: CheckReport): void;
  fault(why: string): void;
  /** What a screen reader says when it has a moment. */
  say(text: string): void;
}

/** From here on a counter says that room is running out. */
const LITTLE_ROOM = 0.9;

const UNITS: Record<PostMeasure["unit"], string> = {
  weighted: "characters",
  characters: "characters",
  graphemes: "characters",
  utf16: "UTF-16 units",
  bytes: "bytes",
};

export function viewIn(root: ShadowRoot, actions: ViewActions): View {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  root.adoptedStyleSheets = [sheet];

  const status = make("p", "status");
  status.tabIndex = -1;
  const counters = make("div", "counters");
  const list = make("ol", "list");
  list.setAttribute("aria-label", "Findings");
  const said = make("p", "said");
  said.setAttribute("role", "status");
  root.append(make("div", "bar", status, counters), list, said);

  let shown = "";
  const items = (diagnostics: readonly Diagnostic[]): void => {
    // Typing must not take the focus out of a list that did not change.
    const now = JSON.stringify(diagnostics);
    if (now === shown) return;
    shown = now;
    list.replaceChildren(...diagnostics.map((each) => item(each, actions)));
    list.hidden = diagnostics.length === 0;
  };

  return {
    anchor: status,
    report(report) {
      status.textContent = standing(report);
      counters.replaceChildren(...report.posts.map((post) => counter(post, report.posts.length)));
      items(report.diagnostics);
    },
    fault(why) {
      status.textContent = why;
      counters.replaceChildren();
      items([]);
    },
    say(text) {
      said.textContent = text;
    },
  };
}

/** The one sentence that says where the draft stands. */
export function standing({ status, diagnostics, truncated }: CheckReport): string {
  const blocking = diagnostics.filter(({ severity }) => severity === "block").length;
  const advice = diagnostics.length - blocking;
  const notes = advice === 0 ? "" : `, ${advice} ${advice === 1 ? "note" : "notes"}`;
  return status === "PASS" ? `Ready${notes}` : `${blocking}${truncated ? "+" : ""} to fix${notes}`;
}

function counter({ index, length, limit, remaining, unit }: PostMeasure, of: number): HTMLElement {
  const element = make("span", "counter", of === 1 ? String(remaining) : `${index + 1}: ${remaining}`);
  element.dataset["room"] = remaining < 0 ? "none" : length > limit * LITTLE_ROOM ? "little" : "enough";
  element.setAttribute("role", "img");
  const left = remaining < 0 ? `${-remaining} ${UNITS[unit]} too many` : `${remaining} of ${limit} ${UNITS[unit]} left`;
  element.setAttribute("aria-label", of === 1 ? left : `Post ${index + 1}: ${left}`);
  return element;
}

function item(diagnostic: Diagnostic, actions: ViewActions): HTMLElement {
  const { code, severity, span, message, suggested_fix, fixes } = diagnostic;
  const head = make("p", "head", make("span", "severity", severity === "block" ? "Blocks" : "Advice"), make("strong", "code", words(code)));
  const buttons = fixes.map((fix) => button("fix", fix.title, () => actions.fix(diagnostic, fix)));
  if (span[0] < span[1]) buttons.push(button("show", "Show", () => actions.show(diagnostic)));
  const element = make("li", "item", head, make("p", "message", message), make("p", "suggestion", suggested_fix), make("div", "fixes", ...buttons));
  element.dataset["severity"] = severity;
  element.dataset["code"] = code;
  return element;
}

function button(part: string, text: string, press: () => void): HTMLElement {
  const element = make("button", part, text) as HTMLButtonElement;
  element.type = "button";
  element.addEventListener("click", press);
  return element;
}

/** An element whose class is its part, so that the page can reach what the sheet above reaches. */
function make(tag: string, part: string, ...children: (Node | string)[]): HTMLElement {
  const element = document.createElement(tag);
  element.className = part;
  element.setAttribute("part", part);
  element.append(...children);
  return element;
}

