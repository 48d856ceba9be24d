/** A line that says which fix was applied and takes it back. It goes by itself with the next change, or after a while. */
import { h, the } from "./dom.js";

const STAYS_MS = 8000;

export function undoNote(undo: () => void): { show(what: string): void; hide(): void } {
  const note = the("undo-note", HTMLParagraphElement);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const hide = (): void => {
    clearTimeout(timer);
    note.hidden = true;
  };
  // Nobody should have to race a clock: it waits for whoever is on it.
  for (const sign of ["focusin", "pointerenter"]) note.addEventListener(sign, () => clearTimeout(timer));
  return {
    hide,
    show(what) {
      const button = h("button", { type: "button" }, "Undo");
      button.addEventListener("click", () => {
        hide();
        undo();
      });
      note.replaceChildren(h("span", {}, what), button);
      note.hidden = false;
      clearTimeout(timer);
      timer = setTimeout(hide, STAYS_MS);
    },
  };
}
