/** Charts over hours, by uPlot. A canvas says nothing to a screen reader: each has a sentence, and the same figures as a table. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { h } from "../dom.js";

export interface Series {
  label: string;
  /** A custom property of the page. */
  color: string;
  bars?: boolean;
  values: (number | null)[];
}

export interface Chart {
  show(hours: number[], series: Series[], sentence: string): void;
}

/** A custom property as the colour that it is now: `light-dark()` is no colour to a canvas. */
function resolved(host: HTMLElement, property: string): string {
  const probe = h("span");
  probe.style.color = `var(${property})`;
  host.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

const HEIGHT = 168;
const HOUR = 3600;
const shown = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export function chart(host: HTMLElement, unit: string): Chart {
  const canvas = h("div", { className: "canvas", role: "img" });
  const legend = h("p", { className: "legend" });
  const table = h("table");
  const details = h("details", {}, h("summary", {}, "As a table"), h("div", { className: "sideways", tabIndex: 0, role: "group", ariaLabel: "The chart's figures" }, table));
  host.append(legend, canvas, details);
  let plot: uPlot | undefined;
  let last: [number[], Series[]] | undefined;

  const draw = (): void => {
    if (last === undefined) return;
    const [hours, series] = last;
    plot?.destroy();
    const muted = resolved(host, "--muted");
    const line = resolved(host, "--line");
    const axis: uPlot.Axis = { stroke: muted, font: "12px system-ui, sans-serif", grid: { stroke: line, width: 1 }, ticks: { show: false } };
    const bars = uPlot.paths.bars?.({ size: [0.72, 28], align: 1 });
    const options: uPlot.Options = {
      width: canvas.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 20, 0, 0],
      scales: { x: { range: (_, low, high) => [low, high + HOUR] }, y: { range: (_, __, high) => [0, Math.max(high, 1) * 1.08] } },
      axes: [
        { ...axis, size: 28, grid: { show: false }, values: (_, at) => at.map(clock) },
        { ...axis, size: 52, values: (_, at) => at.map((value) => (Number.isInteger(value) ? `${value}` : "")) },
      ],
      series: [
        {},
        ...series.map((one): uPlot.Series => {
          const color = resolved(host, one.color);
          const drawn = one.bars && bars ? { paths: bars, fill: color, width: 0 } : { width: 2 };
          return { label: one.label, stroke: color, points: { show: !one.bars, size: 5, fill: color }, spanGaps: false, ...drawn };
        }),
      ],
    };
    plot = new uPlot(options, [hours, ...series.map(({ values }) => values)], canvas);
  };

  new ResizeObserver(() => plot?.setSize({ width: canvas.clientWidth, height: HEIGHT })).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  return {
    show(hours, series, sentence) {
      last = [hours, series];
      canvas.ariaLabel = sentence;
      legend.replaceChildren(
        ...series.map(({ label, color, bars }) => {
          const mark = h("i", { className: bars ? "mark-bar" : "mark-line" });
          mark.style.background = `var(${color})`;
          return h("span", {}, mark, label);
        }),
      );
      const heads = ["Hour", ...series.map(({ label }) => label)].map((text) => h("th", { scope: "col" }, text));
      const rows = hours.map((hour, at) =>
        h("tr", {}, h("th", { scope: "row" }, shown.format(hour * 1000)), ...series.map(({ values }) => h("td", { className: "number" }, values[at] == null ? "" : `${values[at]}${unit}`))),
      );
      table.replaceChildren(h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows.reverse()));
      draw();
    },
  };
}

function clock(seconds: number): string {
  const at = new Date(seconds * 1000);
  const [hours, minutes] = [at.getHours(), at.getMinutes()];
  return hours === 0 && minutes === 0 ? `${at.getMonth() + 1}/${at.getDate()}` : `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}
