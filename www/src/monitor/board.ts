/** The figures: the one answer, its thresholds, what is blocked, what fails, the charts. */
import { h, plural, the, words } from "../dom.js";
import { chart } from "./charts.js";
import { type Metrics, type Percentiles, type Readiness, type Step, type Tally, type Threshold, many, measured } from "./figures.js";

const COMPARED = { at_least: "at least", at_most: "at most", below: "below" };

/** Says whether it is safe to enforce, and holds every threshold beside what was measured. */
export function standing({ advisory, enforced }: Readiness): void {
  const unmet = [...advisory.thresholds, ...enforced.thresholds].filter(({ met }) => !met);
  const names = [...new Set(unmet.map(({ name }) => name))];
  const unmeasured = names.filter((name) => unmet.some((one) => one.name === name && one.measured === null));
  the("standing", HTMLElement).dataset["answer"] = enforced.ready ? "yes" : "no";
  the("answer", HTMLElement).textContent = enforced.ready ? "Safe to enforce" : "Not yet safe to enforce";
  const failing = names.length - unmeasured.length;
  const parts = [failing > 0 && `${plural(failing, "threshold")} not met`, unmeasured.length > 0 && `${unmeasured.length} not measured yet`];
  the("why", HTMLElement).textContent = enforced.ready
    ? `Every threshold is met. To confirm: ${enforced.to_confirm.join(" ")}`
    : `${parts.filter(Boolean).join(", ")}, over the last 72 hours.`;
  the("steps", HTMLElement).replaceChildren(step("Advisory can be relied on", advisory), step("Enforced", enforced));
}

/** What was read last says nothing of now. */
export function unknown(): void {
  the("standing", HTMLElement).dataset["answer"] = "unknown";
  the("answer", HTMLElement).textContent = "Not known";
  the("why", HTMLElement).textContent = "The figures could not be read just now; what is shown is older.";
}

function step(title: string, { thresholds }: Step): HTMLElement {
  const row = (threshold: Threshold): HTMLElement => {
    const { about, met, comparison, unit } = threshold;
    const state = met ? "yes" : threshold.measured === null ? "unknown" : "no";
    return h(
      "li",
      { "data-state": state, title: about },
      h("span", { className: "met" }, h("span", { className: "visually-hidden" }, met ? "Met: " : "Not met: ")),
      h("span", { className: "what" }, words(threshold.name)),
      h("strong", {}, measured(threshold.measured, unit)),
      h("span", { className: "against" }, `${COMPARED[comparison]} ${measured(threshold.threshold, unit)}`),
    );
  };
  return h("section", {}, h("h3", {}, title), h("ul", {}, ...thresholds.map(row)));
}

export interface Board {
  show(metrics: Metrics): void;
}

/** `choose` is told which code somebody wants to see the requests of. */
export function board(choose: (code: string) => void): Board {
  const decided = chart(the("decided-chart", HTMLElement), "");
  const latency = chart(the("latency-chart", HTMLElement), " ms");

  /** Each kind with a bar of its share, and its requests behind it. */
  const bars = (id: string, tallies: (Tally & { searchable: boolean })[], nothing: string): void => {
    const most = Math.max(1, ...tallies.map(({ count }) => count));
    const row = ({ label, count, searchable }: Tally & { searchable: boolean }): HTMLElement => {
      const bar = h("span", { className: "bar-fill" });
      bar.style.inlineSize = `${(100 * count) / most}%`;
      const name = searchable ? h("button", { type: "button", className: "code-button" }, words(label)) : h("span", {}, words(label));
      if (searchable) name.addEventListener("click", () => choose(label));
      return h("li", {}, h("span", { className: "bar-line" }, name, h("strong", {}, many(count))), h("span", { className: "bar-track" }, bar));
    };
    the(id, HTMLElement).replaceChildren(...(tallies.length === 0 ? [h("li", { className: "empty" }, nothing)] : tallies.map(row)));
  };

  return {
    show(metrics) {
      the("figures", HTMLElement).hidden = false;
      const { hours } = metrics;
      const total = hours.reduce((sum, { passed, failed, undecided }) => sum + passed + failed + undecided, 0);
      const blocked = metrics.metrics.qa_blocked;
      the("decided-count", HTMLElement).textContent = many(total);
      the("blocked-count", HTMLElement).textContent = many(blocked);

      const at = every(metrics);
      const found = new Map(hours.map((hour) => [Date.parse(hour.hour) / 1000, hour]));
      const series = (of: (hour: (typeof hours)[number]) => number): number[] => at.map((hour) => (found.has(hour) ? of(found.get(hour)!) : 0));
      decided.show(
        at,
        [
          // The taller bar stands behind the shorter one.
          { label: "Decided", color: "--accent", bars: true, values: series((hour) => hour.passed + hour.failed) },
          { label: "Blocked by QA", color: "--block", bars: true, values: series((hour) => hour.failed) },
        ],
        `Requests by the hour: ${many(total)} decided, ${many(blocked)} of them blocked by QA.`,
      );
      const p90 = metrics.metrics.p90_latency_ms;
      the("latency-now", HTMLElement).textContent = measured(p90, "ms");
      latency.show(
        at,
        [{ label: "Generations, from request to decision", color: "--accent", values: at.map((hour) => found.get(hour)?.p90_latency_ms ?? null) }],
        `Latency by the hour. Over the window nine in ten generations took at most ${measured(p90, "ms")}.`,
      );

      bars("blocked", metrics.blocked_by_code.map((tally) => ({ ...tally, searchable: true })), "QA blocked nothing.");
      const failing = [
        { label: "AUDIT_WRITE_FAILED", count: metrics.audit.failed, searchable: true },
        { label: "Audit switched off", count: metrics.audit.disabled, searchable: false },
        ...metrics.receipt_failures.map((tally) => ({ ...tally, searchable: true })),
        { label: "Circuit breaker opened", count: metrics.circuit_trips, searchable: false },
        ...metrics.refused.filter(({ label }) => FAULTS.has(label)).map((tally) => ({ ...tally, searchable: false })),
      ]
        .filter(({ count }) => count > 0)
        .sort((a, b) => b.count - a.count);
      the("failing-count", HTMLElement).textContent = many(failing.reduce((sum, { count }) => sum + count, 0));
      bars("failing", failing, "Nothing failed.");

      const codes = [...metrics.blocked_by_code, ...metrics.receipt_failures].map(({ label }) => label);
      the("codes", HTMLElement).replaceChildren(...[...codes, "QA_BLOCKED", "AUDIT_WRITE_FAILED", "PUBLISH_FAILED", "PUBLISH_UNKNOWN"].map((value) => h("option", { value })));
      agents([...metrics.calls, ...metrics.agents]);
    },
  };
}

/** Replies that are our fault, or a provider's. */
const FAULTS = new Set(["INTERNAL", "POLICY_ERROR", "STATE_UNAVAILABLE", "WRITER_FAILED", "PUBLISH_FAILED", "PUBLISH_UNKNOWN", "CIRCUIT_BREAKER_TRIPPED"]);

/** Every hour of the window, as seconds. */
function every({ since, until }: Metrics): number[] {
  const [first, last] = [Date.parse(since) / 3_600_000, Math.floor(Date.parse(until) / 3_600_000)];
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * 3600);
}

function agents(all: Percentiles[]): void {
  const heads = ["", "Counted", "Failed", "p50", "p90", "p99"];
  const figure = (value: number | null, unit = ""): HTMLElement => h("td", { className: "number" }, value === null ? "–" : `${many(value)}${unit}`);
  the("agents", HTMLElement).replaceChildren(
    h("thead", {}, h("tr", {}, ...heads.map((text, index) => (index === 0 ? h("td") : h("th", { scope: "col", className: "number" }, text))))),
    h(
      "tbody",
      {},
      ...all.map(({ name, count, failed, p50_ms, p90_ms, p99_ms }) =>
        h("tr", {}, h("th", { scope: "row" }, words(name)), figure(count), figure(failed), figure(p50_ms, " ms"), figure(p90_ms, " ms"), figure(p99_ms, " ms")),
      ),
    ),
  );
}
