/** Which policy advises: the built-in one, the one that the gate enforces, or one of the writer's own, from a file. */
import { type EffectivePolicy, type Policy, PostgateError } from "postgate/slim";

import { h, plural, sentence, the } from "./dom.js";
import { menu } from "./menus.js";

export type Choice = "builtin" | "gate" | "file";

export interface Policies {
  /** The policy that the gate enforces became known, or nobody is signed in any more. */
  gateHas(policy: EffectivePolicy | undefined): void;
}

/** `use` makes a policy the one that advises, undefined being the built-in one, and throws what is wrong with it. */
export function policies(use: (policy: Policy | undefined) => Promise<EffectivePolicy>): Policies {
  const list = the("policies", HTMLDivElement);
  const problems = the("policy-problems", HTMLUListElement);
  const file = the("policy-file", HTMLInputElement);
  const label = the("policy-name", HTMLElement);
  let gates: EffectivePolicy | undefined;
  let own: Policy | undefined;
  let choice: Choice = "builtin";

  const show = (): void => {
    const option = (value: Choice, text: string): HTMLElement => {
      const radio = h("input", { type: "radio", name: "policy", value, checked: value === choice });
      radio.addEventListener("change", () => void choose(value));
      return h("label", { className: "choice" }, radio, text);
    };
    list.replaceChildren(
      option("builtin", "Built in"),
      ...(gates === undefined ? [] : [option("gate", `The gate's: ${gates.name} ${gates.version}`)]),
      ...(own === undefined ? [] : [option("file", `Yours: ${own.name} ${own.version}`)]),
    );
  };
  const wrong = (lines: readonly string[]): void => problems.replaceChildren(...lines.map((line) => h("li", {}, line)));

  async function choose(value: Choice): Promise<void> {
    const given = { builtin: undefined, gate: gates, file: own }[value];
    try {
      const { name, version } = await use(given);
      choice = value;
      label.textContent = value === "builtin" ? "" : `${name} ${version}`;
      wrong([]);
    } catch (error) {
      wrong(explained(error));
    }
    show();
  }

  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    file.value = "";
    if (chosen === undefined) return;
    const before = own;
    try {
      own = JSON.parse(await chosen.text()) as Policy;
    } catch (error) {
      return wrong([`${chosen.name} is no JSON: ${String(error)}`]);
    }
    await choose("file");
    // One that was refused is not offered again; the one before it stays.
    if (problems.childElementCount > 0) own = before;
    show();
  });

  menu("policy", show);
  show();
  return {
    gateHas(policy) {
      const same = policy?.name === gates?.name && policy?.version === gates?.version;
      gates = policy;
      if (same) return show();
      // The advice should be the decision, unless the writer said otherwise.
      if (policy === undefined ? choice === "gate" : choice !== "file") void choose(policy === undefined ? "builtin" : "gate");
      else show();
    },
  };
}

function explained(error: unknown): string[] {
  if (!(error instanceof PostgateError)) return [sentence(String(error))];
  const lines = error.problems.map(({ pointer, message }) => sentence(pointer === "" ? message : `${pointer}: ${message}`));
  return lines.length === 0 ? [sentence(error.message)] : [`Not used: ${plural(lines.length, "problem")}.`, ...lines];
}
