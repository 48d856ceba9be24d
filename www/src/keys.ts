/** The page's keys, in one table: what they do and what the help says of them. */
import { h, the } from "./dom.js";
import { menu } from "./menus.js";

export type Action = "next" | "previous" | "fix" | "undo" | "redo" | "all" | "split" | "join" | "generate" | "post";

const APPLE = /Mac|iPhone|iPad/.test(navigator.platform);

/** In CodeMirror's spelling. Undo and redo are the editor's own. */
export const KEYS: readonly { key: string; action: Action; does: string }[] = [
  { key: "F8", action: "next", does: "Next finding" },
  { key: "Shift-F8", action: "previous", does: "Previous finding" },
  { key: "Mod-.", action: "fix", does: "Apply the first fix" },
  { key: "Mod-Shift-.", action: "all", does: "Apply every safe fix" },
  { key: "Alt-s", action: "split", does: "Split the post" },
  { key: "Alt-j", action: "join", does: "Join with the next post" },
  { key: "Mod-z", action: "undo", does: "Undo" },
  { key: APPLE ? "Mod-Shift-z" : "Mod-y", action: "redo", does: "Redo" },
  { key: "Mod-Shift-Enter", action: "generate", does: "Generate" },
  { key: "Mod-Enter", action: "post", does: "Post" },
];

const NAMES: Record<string, string> = { Mod: APPLE ? "⌘" : "Ctrl", Shift: APPLE ? "⇧" : "Shift", Enter: APPLE ? "↩" : "Enter" };

export function spoken(key: string): string {
  const parts = key.split(/-(?=.)/).map((part) => NAMES[part] ?? part.toUpperCase());
  return parts.join(APPLE ? "" : "+");
}

/** Keys that work wherever the focus is, not in the draft alone. */
export function keysEverywhere(run: (action: Action) => void): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const mod = APPLE ? event.metaKey : event.ctrlKey;
    const pressed = `${mod ? "Mod-" : ""}${event.shiftKey ? "Shift-" : ""}${event.key}`;
    const found = KEYS.find(({ key, action }) => key === pressed && action !== "undo" && action !== "redo");
    if (found === undefined) return;
    event.preventDefault();
    run(found.action);
  });
}

export function keyHelp(): void {
  const rows = KEYS.flatMap(({ key, does }) => [h("dt", {}, does), h("dd", {}, h("kbd", {}, spoken(key)))]);
  const rest = [h("dt", {}, "Close what is open"), h("dd", {}, h("kbd", {}, "Esc")), h("dt", {}, "From the draft to a finding's fixes"), h("dd", {}, h("kbd", {}, "Tab"))];
  the("keys", HTMLElement).replaceChildren(...rows, ...rest);
  menu("keys");
}
