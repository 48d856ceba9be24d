/**
 * The keys of a text field, as CodeMirror's standard keymap has them, but for indentation: a post is no program, and that keymap
 * brings the reading of programming languages with it, a tenth of the page's script.
 */
import {
  cursorCharLeft, cursorCharRight, cursorDocEnd, cursorDocStart, cursorGroupLeft, cursorGroupRight, cursorLineBoundaryBackward,
  cursorLineBoundaryForward, cursorLineBoundaryLeft, cursorLineBoundaryRight, cursorLineDown, cursorLineUp, cursorPageDown, cursorPageUp,
  deleteGroupBackward, deleteGroupForward, deleteLineBoundaryBackward, deleteLineBoundaryForward, historyKeymap, insertNewline, selectAll,
  selectCharLeft, selectCharRight, selectDocEnd, selectDocStart, selectGroupLeft, selectGroupRight, selectLineBoundaryBackward,
  selectLineBoundaryForward, selectLineBoundaryLeft, selectLineBoundaryRight, selectLineDown, selectLineUp, selectPageDown, selectPageUp,
} from "@codemirror/commands";
import { EditorSelection, type SelectionRange, type Text, findClusterBreak } from "@codemirror/state";
import type { Command, KeyBinding } from "@codemirror/view";

/** Where a caret stands once the character on one side of it is gone: behind it all of a grapheme, before it without a mark that can go alone. */
function beyond(doc: Text, { head }: SelectionRange, forward: boolean): number {
  const line = doc.lineAt(head);
  const step = (whole: boolean) => line.from + findClusterBreak(line.text, head - line.from, forward, whole);
  const to = step(forward);
  if (to === head) return Math.min(Math.max(head + (forward ? 1 : -1), 0), doc.length);
  // A variation selector is no character of its own.
  return /^[\ufe00-\ufe0f]$/.test(line.text.slice(to - line.from, head - line.from)) ? step(true) : to;
}

const erase = (forward: boolean): Command => (view) => {
  const { state } = view;
  if (state.readOnly) return false;
  const spec = state.changeByRange((range) => {
    const to = range.empty ? beyond(state.doc, range, forward) : range.to;
    const [from, end] = range.empty ? [Math.min(range.head, to), Math.max(range.head, to)] : [range.from, range.to];
    return { changes: { from, to: end }, range: EditorSelection.cursor(from) };
  });
  if (spec.changes.empty) return false;
  view.dispatch(state.update(spec, { scrollIntoView: true, userEvent: forward ? "delete.forward" : "delete.backward" }));
  return true;
};

export const TYPING: readonly KeyBinding[] = [
  ...historyKeymap,
  { key: "ArrowLeft", run: cursorCharLeft, shift: selectCharLeft, preventDefault: true },
  { key: "ArrowRight", run: cursorCharRight, shift: selectCharRight, preventDefault: true },
  { key: "ArrowUp", run: cursorLineUp, shift: selectLineUp, preventDefault: true },
  { key: "ArrowDown", run: cursorLineDown, shift: selectLineDown, preventDefault: true },
  { key: "Mod-ArrowLeft", mac: "Alt-ArrowLeft", run: cursorGroupLeft, shift: selectGroupLeft, preventDefault: true },
  { key: "Mod-ArrowRight", mac: "Alt-ArrowRight", run: cursorGroupRight, shift: selectGroupRight, preventDefault: true },
  { mac: "Cmd-ArrowLeft", run: cursorLineBoundaryLeft, shift: selectLineBoundaryLeft, preventDefault: true },
  { mac: "Cmd-ArrowRight", run: cursorLineBoundaryRight, shift: selectLineBoundaryRight, preventDefault: true },
  { mac: "Cmd-ArrowUp", run: cursorDocStart, shift: selectDocStart },
  { mac: "Cmd-ArrowDown", run: cursorDocEnd, shift: selectDocEnd },
  { key: "PageUp", mac: "Ctrl-ArrowUp", run: cursorPageUp, shift: selectPageUp },
  { key: "PageDown", mac: "Ctrl-ArrowDown", run: cursorPageDown, shift: selectPageDown },
  { mac: "PageUp", run: cursorPageUp, shift: selectPageUp },
  { mac: "PageDown", run: cursorPageDown, shift: selectPageDown },
  { key: "Home", run: cursorLineBoundaryBackward, shift: selectLineBoundaryBackward, preventDefault: true },
  { key: "End", run: cursorLineBoundaryForward, shift: selectLineBoundaryForward, preventDefault: true },
  { key: "Mod-Home", run: cursorDocStart, shift: selectDocStart },
  { key: "Mod-End", run: cursorDocEnd, shift: selectDocEnd },
  { key: "Enter", run: insertNewline, shift: insertNewline },
  { key: "Mod-a", run: selectAll },
  { key: "Backspace", run: erase(false), shift: erase(false), preventDefault: true },
  { key: "Delete", run: erase(true), preventDefault: true },
  { key: "Mod-Backspace", mac: "Alt-Backspace", run: deleteGroupBackward, preventDefault: true },
  { key: "Mod-Delete", mac: "Alt-Delete", run: deleteGroupForward, preventDefault: true },
  { mac: "Mod-Backspace", run: deleteLineBoundaryBackward, preventDefault: true },
  { mac: "Mod-Delete", run: deleteLineBoundaryForward, preventDefault: true },
];
