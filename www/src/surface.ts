/**
 * The writing surface: CodeMirror, holding the text and the format of the draft so that undo reaches both, and the
 * findings that lie in the text as underlines that move with it.
 *
 * It lives in a shadow root, because there CodeMirror's own styles are constructed sheets, which `style-src 'self'` allows.
 */
import { history, invertedEffects, isolateHistory, redo, undo } from "@codemirror/commands";
import { EditorState, type Extension, Prec, RangeSet, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  type KeyBinding,
  type ViewUpdate,
  gutter,
  highlightSpecialChars,
  keymap,
  placeholder,
} from "@codemirror/view";
import type { Diagnostic, Fix, Format } from "postgate/slim";

import { theme } from "./theme.js";
import { TYPING } from "./typing.js";

const formatChanged = StateEffect.define<Format>();
const findingsChanged = StateEffect.define<readonly Diagnostic[]>();
const lockChanged = StateEffect.define<boolean>();

const formatField = StateField.define<Format>({
  create: () => "single",
  update: (format, { effects }) => effects.reduce((last, effect) => (effect.is(formatChanged) ? effect.value : last), format),
});

const lockField = StateField.define<boolean>({
  create: () => false,
  update: (locked, { effects }) => effects.reduce((last, effect) => (effect.is(lockChanged) ? effect.value : last), locked),
  provide: (field) => EditorState.readOnly.from(field),
});

const findingsField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(findingsChanged)) return underlines(effect.value, transaction.newDoc.length);
    }
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function underlines(diagnostics: readonly Diagnostic[], length: number): DecorationSet {
  const marks = diagnostics.flatMap((diagnostic) => {
    const [from, to] = diagnostic.span;
    if (from >= to || to > length) return [];
    const { code, severity } = diagnostic;
    return [Decoration.mark({ class: `finding ${severity}`, attributes: { "data-code": code }, diagnostic }).range(from, to)];
  });
  return Decoration.set(marks, true);
}

/** A finding that lies in the text, where it lies now. */
export interface Placed {
  diagnostic: Diagnostic;
  from: number;
  to: number;
}

export interface SurfaceEvents {
  /** The text or the format changed. */
  changed(): void;
  /** The selection moved without a change, by keyboard, pointer or tap. */
  moved(): void;
  /** The pointer rests on a finding, or left it. */
  pointed(at: Placed | undefined): void;
  /** What is where on the screen changed. */
  shifted(): void;
}

export interface Surface {
  text(): string;
  format(): Format;
  setFormat(format: Format): void;
  /** Puts another text in place of the whole draft, as one step of undo. */
  replace(text: string): void;
  /** Adds to the end, while a draft is being written. */
  append(text: string): void;
  lock(locked: boolean): void;
  show(diagnostics: readonly Diagnostic[]): void;
  /** Carries out a fix that was made for exactly the present text. */
  apply(fix: Fix): void;
  undo(): void;
  redo(): void;
  /** The findings under the caret or the selection. */
  findingsHere(): Placed[];
  /** Selects the next finding (or the one before) and returns it. */
  step(direction: 1 | -1): Placed | undefined;
  select(diagnostic: Diagnostic): void;
  /** Where the caret stands. */
  caret(): number;
  focus(): void;
  hasFocus(): boolean;
  /** The place of a position on the screen. */
  placeOf(position: number): { left: number; top: number; bottom: number } | undefined;
}

export function surface(host: HTMLElement, keys: KeyBinding[], text: string, events: SurfaceEvents): Surface {
  const view: EditorView = new EditorView({
    parent: host.attachShadow({ mode: "open" }),
    root: host.shadowRoot as ShadowRoot,
    state: EditorState.create({ doc: text, extensions: extensions(keys, events) }),
  });

  const placed = (from: number, to: number): Placed[] => placedIn(view.state, from, to);
  const select = ({ from, to }: { from: number; to: number }): void => {
    view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "nearest", yMargin: 48 }), userEvent: "select" });
    view.focus();
  };

  return {
    text: () => view.state.doc.toString(),
    format: () => view.state.field(formatField),
    setFormat: (format) => view.dispatch({ effects: formatChanged.of(format), annotations: isolateHistory.of("full") }),
    replace: (insert) =>
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert },
        selection: { anchor: 0 },
        annotations: isolateHistory.of("full"),
      }),
    append: (insert) => {
      const from = view.state.doc.length;
      // Named as typing, so that undo takes back what was written together.
      view.dispatch({ changes: { from, insert }, userEvent: "input.type.written", effects: EditorView.scrollIntoView(from) });
    },
    lock: (locked) => view.dispatch({ effects: lockChanged.of(locked) }),
    show: (diagnostics) => view.dispatch({ effects: findingsChanged.of(diagnostics) }),
    apply({ edits, format }) {
      view.dispatch({
        changes: edits.map(({ span: [from, to], text: insert }) => ({ from, to, insert })),
        effects: format === undefined ? [] : formatChanged.of(format),
        annotations: isolateHistory.of("full"),
        userEvent: "input.fix",
        scrollIntoView: true,
      });
      view.focus();
    },
    undo: () => void undo(view),
    redo: () => void redo(view),
    findingsHere: () => placed(view.state.selection.main.from, view.state.selection.main.to),
    step(direction) {
      const all = placed(0, view.state.doc.length);
      const { from } = view.state.selection.main;
      const here = all.filter((each) => each.from === from && view.state.selection.main.to === each.to).length > 0;
      const after = all.find((each) => each.from > from || (each.from === from && !here)) ?? all[0];
      const before = all.findLast((each) => each.from < from) ?? all.at(-1);
      const next = direction === 1 ? after : before;
      if (next !== undefined) select(next);
      return next;
    },
    select(diagnostic) {
      const found = placed(0, view.state.doc.length).find((each) => each.diagnostic === diagnostic);
      if (found !== undefined) select(found);
      else view.focus();
    },
    caret: () => view.state.selection.main.head,
    focus: () => view.focus(),
    hasFocus: () => view.hasFocus,
    placeOf(position) {
      const place = view.coordsAtPos(Math.min(position, view.state.doc.length), 1);
      return place === null ? undefined : place;
    },
  };
}

function placedIn(state: EditorState, from: number, to: number): Placed[] {
  const found: Placed[] = [];
  state.field(findingsField).between(from, to, (start, end, mark) => {
    found.push({ diagnostic: mark.spec.diagnostic as Diagnostic, from: start, to: end });
  });
  return found;
}

function extensions(keys: KeyBinding[], events: SurfaceEvents): Extension {
  return [
    Prec.highest(keymap.of(keys)),
    keymap.of(TYPING),
    history(),
    formatField,
    lockField,
    findingsField,
    invertedEffects.of(({ effects, startState }) =>
      effects.some((effect) => effect.is(formatChanged)) ? [formatChanged.of(startState.field(formatField))] : [],
    ),
    highlightSpecialChars(),
    placeholder("Write a post"),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ "aria-label": "Draft", tabindex: "0", spellcheck: "true", autocorrect: "on", autocapitalize: "sentences" }),
    postNumbers(),
    theme,
    EditorView.updateListener.of((update) => announce(update, events)),
    EditorView.domEventHandlers({
      pointermove: (event, view) => events.pointed(pointedAt(event, view)),
      pointerleave: () => events.pointed(undefined),
      scroll: () => events.shifted(),
    }),
  ];
}

function announce(update: ViewUpdate, events: SurfaceEvents): void {
  const reformatted = update.startState.field(formatField) !== update.state.field(formatField);
  if (update.docChanged || reformatted) events.changed();
  else if (update.selectionSet) events.moved();
  if (update.geometryChanged) events.shifted();
}

function pointedAt(event: PointerEvent, view: EditorView): Placed | undefined {
  if (event.pointerType === "touch" || !(event.target instanceof Element) || event.target.closest(".finding") === null) return undefined;
  const position = view.posAtCoords({ x: event.clientX, y: event.clientY });
  return position === null ? undefined : placedIn(view.state, position, position)[0];
}

class PostNumber extends GutterMarker {
  constructor(readonly index: number) {
    super();
  }
  override eq(other: PostNumber): boolean {
    return other.index === this.index;
  }
  override toDOM(): Node {
    return document.createTextNode(String(this.index));
  }
}

function numbers(state: EditorState): RangeSet<PostNumber> {
  if (state.field(formatField) !== "thread") return RangeSet.empty;
  const markers = [];
  for (let number = 1; number <= state.doc.lines; number += 1) {
    const line = state.doc.line(number);
    if (line.text.trim() !== "") markers.push(new PostNumber(markers.length + 1).range(line.from));
  }
  return RangeSet.of(markers);
}

const numbersField = StateField.define<RangeSet<PostNumber>>({
  create: numbers,
  update(held, { docChanged, startState, state }) {
    const same = !docChanged && startState.field(formatField) === state.field(formatField);
    return same ? held : numbers(state);
  },
});

/** In a thread, the number of each post stands in the margin; the margin is there in any format, so that nothing moves. */
function postNumbers(): Extension {
  return [numbersField, gutter({ class: "numbers", markers: ({ state }) => state.field(numbersField) })];
}
