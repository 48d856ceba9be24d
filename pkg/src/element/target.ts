/**
 * The field that the element watches: a textarea, an input of text, or anything contenteditable. Reads its text, selects
 * and replaces pieces of it the way a person's own typing would, so that the browser's undo takes a fix back.
 */

export interface Target {
  readonly element: HTMLElement;
  text(): string;
  select(from: number, to: number): void;
  /** Puts `text` in place of a span and tells the page with the `input` event that typing would have sent. */
  replace(from: number, to: number, text: string): void;
}

/** The field as a target; undefined where an element holds no text that somebody could edit. */
export function targetOf(element: HTMLElement | null | undefined): Target | undefined {
  // No other kind of input has a selection: not a date, not a number, not an address.
  if (element instanceof HTMLInputElement) return element.selectionStart === null ? undefined : field(element);
  if (element instanceof HTMLTextAreaElement) return field(element);
  // The attribute, for an element that stands in no document yet is not editable by its property.
  const editable = element?.getAttribute("contenteditable");
  if (element == null || editable == null || editable === "false") return undefined;
  return editing(element);
}

function field(element: HTMLTextAreaElement | HTMLInputElement): Target {
  const select = (from: number, to: number): void => {
    element.focus();
    element.setSelectionRange(from, to);
  };
  return {
    element,
    text: () => element.value,
    select,
    replace(from, to, text) {
      select(from, to);
      if (typed(text)) return;
      element.setRangeText(text, from, to, "end");
      element.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText", data: text }));
    },
  };
}

function editing(element: HTMLElement): Target {
  const select = (from: number, to: number): void => {
    const pieces = read(element);
    const range = document.createRange();
    const [start, end] = [placeAt(pieces, from, "start"), placeAt(pieces, to, "end")];
    if (start === undefined || end === undefined) return;
    range.setStart(...start);
    range.setEnd(...end);
    element.focus();
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
  };
  return {
    element,
    text: () => read(element).map(({ text }) => text).join(""),
    select,
    replace(from, to, text) {
      select(from, to);
      if (typed(text)) return;
      const range = getSelection()?.getRangeAt(0);
      range?.deleteContents();
      range?.insertNode(document.createTextNode(text));
      element.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText", data: text }));
    },
  };
}

/** As typed by hand: marked obsolete and without a successor, it is the only call that keeps a field's undo whole. */
function typed(text: string): boolean {
  return text === "" ? document.execCommand("delete") : document.execCommand("insertText", false, text);
}

/** A piece of an editable element's text: what a text node holds, or a line end that the markup stands for. */
interface Piece {
  text: string;
  node: Node;
}

const BLOCKS = new Set(["BLOCKQUOTE", "DIV", "DL", "H1", "H2", "H3", "H4", "H5", "H6", "LI", "OL", "P", "PRE", "SECTION", "TABLE", "TR", "UL"]);

const isBlock = (node: Node): boolean => node instanceof HTMLElement && BLOCKS.has(node.tagName);

/** The text of an editable element: what its markup shows on a line of its own is on a line of its own. */
function read(root: HTMLElement): Piece[] {
  const pieces: Piece[] = [];
  let begun = false;
  let due = false;
  const add = (text: string, node: Node): void => {
    if (due && begun) pieces.push({ text: "\n", node });
    due = false;
    begun = true;
    if (text !== "") pieces.push({ text, node });
  };
  const walk = (node: Node): void => {
    if (node instanceof Text) {
      // White space between blocks is the markup's own.
      const own = node.data.trim() === "" && [...(node.parentNode?.childNodes ?? [])].some(isBlock);
      if (node.data !== "" && !own) add(node.data, node);
    } else if (node instanceof HTMLBRElement) {
      // The last in its block ends no line: it holds one open that has no text yet.
      add(node.nextSibling === null ? "" : "\n", node);
    } else {
      const block = node !== root && isBlock(node);
      due ||= block;
      for (const child of node.childNodes) walk(child);
      due ||= block;
    }
  };
  walk(root);
  return pieces;
}

/** The DOM's name for an offset of the text. At a border of two pieces a start lies in the later, an end in the earlier. */
function placeAt(pieces: readonly Piece[], offset: number, edge: "start" | "end"): [Node, number] | undefined {
  let left = offset;
  let last: [Node, number] | undefined;
  for (const { text, node } of pieces) {
    if (node instanceof Text && text === node.data) {
      if (edge === "start" ? left < text.length : left <= text.length) return [node, left];
      last = [node, text.length];
    }
    left -= text.length;
  }
  return last;
}
