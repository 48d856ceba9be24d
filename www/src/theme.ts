/** How the writing surface looks. The colours are the page's own: custom properties reach into the shadow root. */
import { EditorView } from "@codemirror/view";

const underline = { textDecorationLine: "underline", textDecorationThickness: "1.5px", textUnderlineOffset: "0.22em", textDecorationSkipInk: "none" };

export const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "transparent", fontSize: "1.25rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "inherit", lineHeight: "1.65", overflowX: "hidden", justifyContent: "center" },
  // Beside the numbers' margin stands as wide a one, so that the text is in the middle.
  ".cm-content": { flex: "0 1 calc(38em + 56px)", padding: "var(--s6) 56px 40vh 0", caretColor: "var(--accent)", overflowWrap: "anywhere" },
  ".cm-line": { padding: "0" },
  ".cm-line ::selection, .cm-line::selection": { backgroundColor: "color-mix(in srgb, var(--accent) 24%, transparent)" },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-gutters": { border: "none", backgroundColor: "transparent", color: "var(--muted)" },
  ".numbers": { width: "56px" },
  ".numbers .cm-gutterElement": { padding: "0 16px 0 0", fontSize: "0.8125rem", lineHeight: "2.54", textAlign: "right", fontVariantNumeric: "tabular-nums" },
  ".cm-specialChar": { color: "var(--block)" },
  ".finding": { ...underline, cursor: "pointer" },
  ".finding.block": { textDecorationStyle: "wavy", textDecorationColor: "var(--block)" },
  ".finding.warn": { textDecorationStyle: "dotted", textDecorationColor: "var(--warn)", textDecorationThickness: "2.5px" },
  "@media (max-width: 899px)": {
    ".cm-content": { flex: "1 1 0", padding: "var(--s4) var(--s4) var(--s7) 0" },
    ".numbers": { width: "32px" },
    ".numbers .cm-gutterElement": { paddingRight: "8px" },
  },
});
