/** The drawer's timeline: what happened at the edge, step by step, the newest run first seen at the end. */
import { h, svg, the } from "./dom.js";

export type Tone = "good" | "bad" | "neutral" | "pending";

export interface Event {
  tone: Tone;
  title: string;
  detail?: (Node | string)[];
}

export interface Entry {
  /** Tells how a step went on. */
  update(event: Event): void;
}

export interface Timeline {
  add(event: Event): Entry;
  open(): void;
}

const SIGNS: Record<Tone, [string, Record<string, string>]> = {
  good: ["path", { d: "M3 8l3.2 3.2L12.5 4.5" }],
  bad: ["path", { d: "M4 4l7.5 7.5M11.5 4L4 11.5" }],
  neutral: ["circle", { cx: "7.5", cy: "7.5", r: "3" }],
  pending: ["circle", { cx: "7.5", cy: "7.5", r: "5", "stroke-dasharray": "2 3" }],
};

const SPOKEN: Record<Tone, string> = { good: "", bad: "Failed: ", neutral: "", pending: "Running: " };

export function timeline(): Timeline {
  const list = the("timeline", HTMLOListElement);
  const latest = the("latest", HTMLSpanElement);
  const button = the("drawer-button", HTMLButtonElement);
  const body = the("drawer-body", HTMLDivElement);

  const toggle = (open: boolean): void => {
    body.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => toggle(body.hidden !== false));

  const scroll = (): void => {
    const region = list.parentElement;
    if (region !== null) region.scrollTop = region.scrollHeight;
  };

  return {
    open: () => toggle(true),
    add(event) {
      the("timeline-empty", HTMLElement).hidden = true;
      const item = h("li", { className: "event" });
      const begun = new Date();
      const time = h("time", { dateTime: begun.toISOString() }, begun.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" }));
      const update = ({ tone, title, detail = [] }: Event): void => {
        item.dataset["tone"] = tone;
        const spoken = h("span", { className: "visually-hidden" }, SPOKEN[tone]);
        item.replaceChildren(svg("event-sign", "0 0 15 15", SIGNS[tone]), h("div", { className: "event-title" }, spoken, title), time);
        if (detail.length > 0) item.append(h("div", { className: "event-detail" }, ...detail));
        latest.textContent = title;
        scroll();
      };
      list.append(item);
      update(event);
      return { update };
    },
  };
}

/** A paragraph of a step. */
export function line(...parts: (Node | string)[]): HTMLElement {
  return h("p", {}, ...parts);
}

/** The thing itself, folded away: for whoever wants to see what was said, not what this page makes of it. */
export function raw(name: string, value: unknown): HTMLElement {
  return h("details", { className: "raw" }, h("summary", {}, name), h("pre", {}, JSON.stringify(value, null, 2)));
}

export function bullets(items: readonly string[]): HTMLElement {
  return h("ul", {}, ...items.map((item) => h("li", {}, item)));
}
