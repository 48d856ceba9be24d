// The plots of docs/performance.md, as SVG that follows the reader's light or dark.

import { mkdirSync, writeFileSync } from "node:fs";
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { inRoot } from "../../scripts/lib/house.mjs";

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/** Six colours that are told apart in both themes, also by who sees no red or no green; each line has its own dash too. */
const INKS = [["#0b62b8", "#6fb3ff"], ["#b3470b", "#ffa066"], ["#1b7a4b", "#5fd39a"], ["#8a2f86", "#e59be2"], ["#7a6000", "#e2c14d"], ["#a3243b", "#ff8fa3"]];
const DASHES = ["0", "7 3", "2 3", "10 3 2 3", "4 2", "1 2"];

const style = `
text { font: 12px system-ui, sans-serif; fill: #24292f }
svg { color: #57606a } .frame { fill: #ffffff }
${INKS.map(([light], index) => `.ink${index} { --ink: ${light} }`).join(" ")}
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  svg { color: #9aa4af } .frame { fill: #0d1117 }
  ${INKS.map(([, dark], index) => `.ink${index} { --ink: ${dark} }`).join(" ")}
}`;

const plain = (value) => (value >= 1 ? value.toLocaleString("en", { maximumFractionDigits: 0 }) : String(value));

/** Whole decades around some values. */
const decades = (values) => [10 ** Math.floor(Math.log10(Math.min(...values))), 10 ** Math.ceil(Math.log10(Math.max(...values)))];

/** One plot: `rows` of { x, y, kind }, both axes logarithmic; a line that climbs one decade a decade is linear. */
function chart(name, title, { rows, x, y }) {
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  const svg = Plot.plot({
    document, width: 760, height: 440, marginLeft: 70, marginRight: 30, marginTop: 40 + 18 * Math.ceil(kinds.length / 3), marginBottom: 45,
    x: { type: "log", label: x, grid: true, tickFormat: plain, ticks: 6 },
    y: { type: "log", label: null, grid: true, tickFormat: plain, ticks: 6, domain: decades(rows.map((row) => row.y)) },
    marks: [
      ...kinds.map((kind, index) =>
        Plot.line(rows.filter((row) => row.kind === kind), { x: "x", y: "y", stroke: "var(--ink)", strokeWidth: 2, strokeDasharray: DASHES[index], className: `ink${index}` }),
      ),
      ...kinds.map((kind, index) => Plot.dot(rows.filter((row) => row.kind === kind), { x: "x", y: "y", fill: "var(--ink)", r: 3, className: `ink${index}` })),
    ],
  });
  svg.querySelectorAll("style").forEach((own) => own.remove());
  const make = (tag, attributes, text) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text) node.textContent = text;
    return node;
  };
  const start = { "text-anchor": "start" };
  kinds.forEach((kind, index) => {
    const [left, line] = [70 + 230 * (index % 3), 46 + 18 * Math.floor(index / 3)];
    const ink = { class: `ink${index}`, style: "stroke: var(--ink)", "stroke-width": 2, "stroke-dasharray": DASHES[index] };
    svg.append(make("line", { x1: left, x2: left + 28, y1: line, y2: line, ...ink }), make("text", { x: left + 36, y: line + 4, ...start }, kind));
  });
  svg.append(make("text", { x: 20, y: 24, style: "font-size: 15px; font-weight: 600", ...start }, `${title} (${y})`));
  svg.prepend(make("rect", { class: "frame", width: "100%", height: "100%" }));
  svg.prepend(make("style", {}, style));
  svg.prepend(make("title", {}, title));
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("role", "img");
  svg.removeAttribute("class");
  svg.removeAttribute("fill");
  mkdirSync(inRoot("docs", "images"), { recursive: true });
  writeFileSync(inRoot("docs", "images", `${name}.svg`), `${svg.outerHTML}\n`);
  return { file: `images/${name}.svg`, title };
}

export function charts({ growth }) {
  const ns = (rows) => rows.map(({ kind, bytes, ns: time }) => ({ kind, x: bytes, y: time / 1000 }));
  return {
    length: chart("growth-length", "A check against the length of its text", { rows: ns(growth.length), x: "bytes of UTF-8", y: "microseconds" }),
    lexicon: chart("growth-lexicon", "A check against the size of a policy's own list", {
      rows: growth.lexicon.filter(({ terms }) => terms > 0).flatMap(({ terms, ns: time, hit_ns, compile_ms }) => [
        { kind: "a text without any of them, µs", x: terms, y: time / 1000 },
        { kind: "a text with one of them, µs", x: terms, y: hit_ns / 1000 },
        { kind: "reading the policy, ms", x: terms, y: compile_ms },
      ]),
      x: "terms of its own", y: "µs a check, ms a policy",
    }),
    audit: chart("growth-audit", "Looking into the audit, through the gate", {
      rows: growth.audit.looks.map(({ look, rows, p50_ms }) => ({ kind: look, x: rows, y: p50_ms })), x: "audit rows", y: "milliseconds, median",
    }),
  };
}
