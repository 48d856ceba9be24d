/** The kill switch: what holds, what is to hold, why, and that it is meant. */
import { GateError } from "postgate/gate";

import { h, say, sentence, the } from "../dom.js";
import type { Ask, Flags } from "./figures.js";

const CHOICES: [value: string, title: string, meaning: string][] = [
  ["advisory", "Advisory", "Checks go on, nothing is refused."],
  ["off", "Off", "Nothing is checked."],
  ["enforced", "Enforced", "Only what passed is published."],
  ["", "As configured", "The override is taken away."],
];

/** `changed` runs when something was set. */
export function killSwitch(ask: Ask, changed: () => void): { enable(on: boolean): void } {
  const button = the("switch-button", HTMLButtonElement);
  const dialog = the("switch", HTMLDialogElement);
  const form = the("switch-form", HTMLFormElement);
  const problem = the("switch-problem", HTMLElement);
  const choices = the("switch-choices", HTMLFieldSetElement);
  for (const [value, title, meaning] of CHOICES) {
    const radio = h("input", { type: "radio", name: "mode", value, required: true });
    choices.append(h("label", { className: "choice" }, radio, h("span", {}, h("strong", {}, title), " ", h("span", { className: "count" }, meaning))));
  }

  const told = ({ mode, configured_mode, override }: Flags): string => {
    if (override === null) return `In force: ${mode}. Configured: ${configured_mode}.`;
    const until = override.expires_at === null ? "until it is taken away" : `until ${new Date(override.expires_at).toLocaleString("en")}`;
    return `In force: ${mode}, set by ${override.actor} ${until}: ${sentence(override.reason)} Configured: ${configured_mode}.`;
  };
  const failed = (error: unknown): void => {
    problem.textContent = error instanceof GateError ? sentence(error.message) : String(error);
  };

  button.addEventListener("click", () => {
    form.reset();
    problem.textContent = "";
    the("switch-now", HTMLElement).textContent = "…";
    dialog.showModal();
    ask.flags().then((flags) => (the("switch-now", HTMLElement).textContent = told(flags)), failed);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(form);
    const mode = String(data.get("mode"));
    const change = { mode: mode === "" ? null : mode, reason: String(data.get("reason")) };
    ask.setFlags(change).then((flags) => {
      dialog.close();
      const unaudited = flags.audit_ok === false ? " The audit could not be written yet; the change is kept and follows." : "";
      say(`${told(flags)}${unaudited}`);
      changed();
    }, failed);
  });

  return {
    enable: (on) => {
      button.disabled = !on;
    },
  };
}
