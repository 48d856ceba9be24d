/** The card that opens at a finding in the text: on hover, when the caret comes to it, and on tap. Escape closes it. */
import { h, the } from "./dom.js";
import { type FindingActions, finding } from "./finding.js";
import type { Placed, Surface } from "./surface.js";

const OPENS_AFTER_MS = 220;
const CLOSES_AFTER_MS = 180;
const GAP = 6;

export interface Popover {
  show(at: readonly Placed[]): void;
  point(at: Placed | undefined): void;
  /** Whether there was a card to close. */
  hide(): boolean;
  follow(): void;
}

export function popover(surface: () => Surface, actions: FindingActions): Popover {
  const card = the("popover", HTMLDivElement);
  const sheet = the("sheet", HTMLDivElement);
  let shown: readonly Placed[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const place = (): void => {
    const [first] = shown;
    const at = first === undefined ? undefined : surface().placeOf(first.from);
    const frame = sheet.getBoundingClientRect();
    // A finding that was scrolled out of sight takes its card with it.
    if (at === undefined || at.bottom < frame.top || at.top > frame.bottom) {
      hide();
      return;
    }
    const below = at.bottom - frame.top + GAP;
    const above = at.top - frame.top - GAP - card.offsetHeight;
    const fits = below + card.offsetHeight <= frame.height || above < 0;
    const left = Math.max(8, Math.min(at.left - frame.left - 16, frame.width - card.offsetWidth - 8));
    card.style.top = `${fits ? below : above}px`;
    card.style.left = `${left}px`;
  };

  const show = (at: readonly Placed[]): void => {
    clearTimeout(timer);
    if (at.length === 0) {
      hide();
      return;
    }
    const same = !card.hidden && at.length === shown.length && at.every(({ diagnostic }, index) => diagnostic === shown[index]?.diagnostic);
    shown = at;
    if (!same) {
      card.replaceChildren(
        ...at.map(({ diagnostic }) =>
          h("div", { className: "finding", "data-severity": diagnostic.severity, "data-code": diagnostic.code }, ...finding(diagnostic, actions)),
        ),
      );
    }
    card.hidden = false;
    place();
  };

  const hide = (): boolean => {
    clearTimeout(timer);
    if (card.hidden) return false;
    const within = card.contains(document.activeElement);
    card.hidden = true;
    shown = [];
    if (within) surface().focus();
    return true;
  };

  card.addEventListener("pointerenter", () => clearTimeout(timer));
  card.addEventListener("pointerleave", () => leave());
  card.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    hide();
  });

  const leave = (): void => {
    clearTimeout(timer);
    // What the caret opened stays until the caret leaves.
    timer = setTimeout(() => {
      if (!card.contains(document.activeElement) && surface().findingsHere().length === 0) hide();
    }, CLOSES_AFTER_MS);
  };

  return {
    show,
    hide,
    point(at) {
      if (at === undefined) return leave();
      if (!card.hidden && shown.some(({ diagnostic }) => diagnostic === at.diagnostic)) return clearTimeout(timer);
      clearTimeout(timer);
      timer = setTimeout(() => show([at]), OPENS_AFTER_MS);
    },
    follow: () => {
      if (!card.hidden) place();
    },
  };
}
