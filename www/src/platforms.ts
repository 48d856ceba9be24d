/** The platforms side by side: who would take this draft as it is, and who would not, and why. Checked while it is looked at. */
import { type CheckReport, PLATFORMS, type Platform } from "postgate/slim";

import { h, plural, svg, the, words } from "./dom.js";
import { platformName } from "./settings.js";

export interface Platforms {
  /** Something changed: compares again, if anybody looks. */
  changed(): void;
}

const SIGNS = { PASS: "M3 7.5l2.8 2.8L11 4.5", FAIL: "M3 3l8 8M11 3l-8 8" };

/** `check` gives the report for a platform, or undefined where there is none; `choose` makes a platform the draft's. */
export function platforms(check: (platform: Platform) => CheckReport | undefined, current: () => Platform, choose: (platform: Platform) => void): Platforms {
  const list = the("platform-list", HTMLOListElement);
  const posts = the("cards", HTMLOListElement);
  const looks = [...document.querySelectorAll<HTMLInputElement>("input[name=look]")];
  const rows = PLATFORMS.map((platform) => row(platform, choose));
  list.append(...rows.map(({ root }) => root));
  let due = false;

  const compare = (): void => {
    due = false;
    if (list.hidden) return;
    for (const { platform, update } of rows) update(check(platform), platform === current());
  };
  const changed = (): void => {
    if (due || list.hidden) return;
    due = true;
    // After what the keys wait for.
    setTimeout(compare, 0);
  };
  for (const look of looks) {
    look.addEventListener("change", () => {
      list.hidden = look.value !== "platforms";
      posts.hidden = !list.hidden;
      compare();
    });
  }
  return { changed };
}

function row(platform: Platform, choose: (platform: Platform) => void): { platform: Platform; root: HTMLElement; update(report: CheckReport | undefined, current: boolean): void } {
  const name = h("span", { className: "platform-name" }, platformName(platform));
  const why = h("span", { className: "platform-why" });
  const sign = svg("severity", "0 0 14 14", ["path", { d: SIGNS.PASS }]);
  const button = h("button", { className: "platform", type: "button" }, sign, name, why);
  button.addEventListener("click", () => choose(platform));
  const root = h("li", {}, button);
  return {
    platform,
    root,
    update(report, current) {
      const status = report?.status ?? "FAIL";
      root.dataset["status"] = status;
      button.setAttribute("aria-current", String(current));
      sign.querySelector("path")?.setAttribute("d", SIGNS[status]);
      why.textContent = report === undefined ? "Can't be checked" : verdictOf(report);
    },
  };
}

/** Why a platform would not take it, in the words of its limits first: those are what differs. */
function verdictOf({ status, posts, violation_codes }: CheckReport): string {
  const over = posts.filter(({ remaining }) => remaining < 0);
  const most = Math.min(...posts.map(({ remaining }) => remaining));
  if (status === "PASS") return posts.length === 0 ? "Takes it" : `Takes it, ${most.toLocaleString("en")} left`;
  const codes = violation_codes.filter((code) => code !== "LENGTH_EXCEEDED" || over.length === 0).map(words);
  const length = over.length === 0 ? [] : [`${(-most).toLocaleString("en")} too long${posts.length === 1 ? "" : ` in ${plural(over.length, "post")}`}`];
  return [...length, ...codes].join(", ");
}
