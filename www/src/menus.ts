/** Buttons that open a panel beneath them: one at a time, closed by Escape, by a click elsewhere and by leaving it. */
import { the } from "./dom.js";

export interface Menu {
  open(): void;
  close(): void;
}

let current: { close(): void; button: HTMLElement } | undefined;

/** Ties `#name-button` to `#name-panel`. `opening` runs just before the panel shows. */
export function menu(name: string, opening?: () => void): Menu {
  const button = the(`${name}-button`, HTMLButtonElement);
  const panel = the(`${name}-panel`, HTMLElement);

  const close = (): void => {
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (current?.button === button) current = undefined;
  };
  const open = (): void => {
    current?.close();
    opening?.();
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    current = { close, button };
    panel.querySelector<HTMLElement>("input, select, button, a")?.focus();
  };

  button.addEventListener("click", () => (panel.hidden ? open() : close()));
  panel.addEventListener("focusout", (event) => {
    const next = event.relatedTarget;
    if (next instanceof Node && !panel.contains(next) && next !== button) close();
  });
  return { open, close };
}

document.addEventListener("pointerdown", (event) => {
  if (current !== undefined && event.target instanceof Element && event.target.closest(".menu") !== current.button.closest(".menu")) {
    current.close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || current === undefined) return;
  const { button, close } = current;
  close();
  button.focus();
  event.preventDefault();
});
