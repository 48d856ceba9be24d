/** The monitoring page: is it safe to enforce, what is blocked and why, what fails; then one request. It is read, and read again. */
import { GateError } from "postgate/gate";

import { sentence, the } from "./dom.js";
import { board, standing, unknown } from "./monitor/board.js";
import { ask } from "./monitor/figures.js";
import { requests } from "./monitor/requests.js";
import { killSwitch } from "./monitor/switch.js";
import { ADMINISTRATOR, session } from "./session.js";

/** How often the figures are read while somebody looks. */
const EVERY_MS = 10_000;

const who = session(() => void refresh(), ADMINISTRATOR);
const gate = ask(who.gate);
const list = requests(gate, failed);
const figures = board((code) => list.choose(code));
const flags = killSwitch(gate, () => void refresh());
const span = the("window", HTMLSelectElement);
const notice = the("notice", HTMLElement);

function failed(error: unknown): void {
  if (!(error instanceof GateError)) throw error;
  // The switch works while the figures can't be read; it is nobody's but an administrator's.
  flags.enable(who.signedIn() && error.status !== 401 && error.status !== 403);
  const admin = error.code === "FORBIDDEN" ? "This account is no administrator's." : sentence(error.message);
  notice.textContent = admin;
}

async function refresh(): Promise<void> {
  if (!who.signedIn()) {
    notice.textContent = "";
    flags.enable(false);
    return;
  }
  try {
    // A list that can't be read, as with a filter that is none, holds up no figure.
    const listed = list.refresh().then(() => true, (error: unknown) => (failed(error), false));
    const [metrics, ready, isWhole] = await Promise.all([gate.metrics(span.value), gate.readiness(), listed]);
    if (isWhole) notice.textContent = "";
    standing(ready);
    figures.show(metrics);
    flags.enable(true);
    the("read-at", HTMLElement).textContent = `Read at ${new Date(metrics.until).toLocaleTimeString("en", { hourCycle: "h23" })}`;
    the("board", HTMLElement).dataset["read"] = metrics.until;
  } catch (error) {
    failed(error);
    unknown();
  }
}

span.addEventListener("change", () => void refresh());
setInterval(() => {
  if (document.visibilityState === "visible") void refresh();
}, EVERY_MS);
