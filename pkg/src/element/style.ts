/**
 * How the element looks where a page says nothing. Every colour and measure is a custom property with a default, and every
 * piece a part, so that a page can make it its own from outside.
 */
export const CSS = `
:host {
  --_ink: var(--postgate-ink, light-dark(#1d1c1a, #ecebe8));
  --_muted: var(--postgate-muted, light-dark(#67625a, #a5a29b));
  --_line: var(--postgate-line, light-dark(#e5e1d9, #303336));
  --_paper: var(--postgate-paper, transparent);
  --_accent: var(--postgate-accent, light-dark(#0b6a5c, #63cdb7));
  --_block: var(--postgate-block, light-dark(#b32318, #ff9c90));
  --_warn: var(--postgate-warn, light-dark(#855700, #ebc16a));
  --_radius: var(--postgate-radius, 8px);
  --_gap: var(--postgate-gap, 12px);
  display: block;
  background: var(--_paper);
  color: var(--_ink);
  font: var(--postgate-font, 0.9375rem / 1.5 system-ui, sans-serif);
}
:host([hidden]) { display: none; }
* { box-sizing: border-box; margin: 0; padding: 0; }
ol { list-style: none; }
[hidden] { display: none !important; }
.bar { display: flex; flex-wrap: wrap; gap: 4px var(--_gap); align-items: baseline; padding: 6px 0; }
.status { flex: 1; font-weight: 600; }
.status:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
:host([data-status="PASS"]) .status { color: var(--_accent); }
:host([data-status="FAIL"]) .status, :host([data-status="FAULT"]) .status { color: var(--_block); }
.counters { display: flex; flex-wrap: wrap; gap: 4px var(--_gap); color: var(--_muted); font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.counter[data-room="little"] { color: var(--_warn); }
.counter[data-room="none"] { color: var(--_block); font-weight: 600; }
.item { padding: var(--_gap) 0; border-top: 1px solid var(--_line); }
.head { display: flex; gap: 8px; align-items: baseline; }
.severity { flex: none; color: var(--_block); font-size: 0.75rem; font-weight: 600; }
.item[data-severity="warn"] .severity { color: var(--_warn); }
.matched { overflow: hidden; color: var(--_muted); font-size: 0.8125rem; text-overflow: ellipsis; white-space: nowrap; }
.suggestion { color: var(--_muted); }
.fixes { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
button { min-height: 30px; max-width: 100%; padding: 0 10px; border: 1px solid var(--_line); border-radius: var(--_radius); background: none; color: inherit; font: inherit; font-size: 0.8125rem; cursor: pointer; }
button:hover { border-color: var(--_muted); }
button:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (forced-colors: active) { button { border: 1px solid; } }
`;
