/**
 * Who is writing, and what the gate says of itself. The credential lives in this tab alone (sessionStorage): closing it
 * signs out.
 */
import { type Gate, createGate } from "postgate/gate";

import { h, plural, the, words } from "./dom.js";
import { keep, recall } from "./memory.js";
import { type Menu, menu } from "./menus.js";

/** What `/readyz` tells. */
export interface Readiness {
  status: string;
  auth: string;
  mode: string;
  problems: string[];
  warnings: string[];
}

export interface Session {
  gate: Gate;
  readiness(): Readiness | undefined;
  signedIn(): boolean;
  /** A name for previews: the dev user's, or "You". */
  author(): string;
  /** Opens the sign-in, and runs `then` once somebody has signed in. */
  ask(then?: () => void): void;
}

interface Credential {
  authorization: string;
  name: string;
}

const MODES: Record<string, string> = { off: "Off", advisory: "Advisory", enforced: "Enforced" };

/** Whom a page signs in: what a development gate calls them, and under which name the tab remembers them. */
interface Role {
  dev: string;
  key: string;
}

export const USER: Role = { dev: "dev", key: "postgate.credential" };
export const ADMINISTRATOR: Role = { dev: "dev-admin", key: "postgate.administrator" };

/** `changed` runs when the gate has answered and at each sign-in or sign-out. */
export function session(changed: () => void, role: Role = USER): Session {
  let credential = remembered(role.key);
  let readiness: Readiness | undefined;
  let pending: (() => void) | undefined;

  const gate = createGate({ authorization: () => credential?.authorization ?? "" });
  const account: Menu = menu("account", () => {
    // Whoever opens it by the button has not asked for what an earlier, dismissed one was to go on with.
    pending = undefined;
    showAccount();
  });
  const panel = the("account-panel", HTMLFormElement);
  const button = the("account-button", HTMLButtonElement);

  const become = (next: Credential | undefined): void => {
    credential = next;
    keep(role.key, next === undefined ? undefined : JSON.stringify(next));
    button.textContent = next?.name ?? "Sign in";
    changed();
  };

  const showAccount = (): void => {
    if (credential !== undefined) {
      const out = h("button", { className: "control", type: "button" }, "Sign out");
      out.addEventListener("click", () => {
        account.close();
        become(undefined);
        button.focus();
      });
      panel.replaceChildren(h("p", {}, "Signed in as ", h("strong", {}, credential.name)), out);
      return;
    }
    const dev = readiness?.auth === "dev";
    const field = h("input", { className: "control", id: "credential", type: dev ? "text" : "password", autocomplete: "off", required: true, spellcheck: false });
    const label = h("label", { htmlFor: field.id }, dev ? "User name" : "Access token");
    const hint = dev
      ? "This gate runs in development: any name signs in, from this machine alone."
      : "A bearer token (JWT) of your identity provider. It stays in this tab.";
    panel.replaceChildren(label, field, h("button", { className: "control primary", type: "submit" }, "Sign in"), h("p", { className: "hint" }, hint));
  };

  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = panel.querySelector("input")?.value.trim() ?? "";
    if (value === "") return;
    const dev = readiness?.auth === "dev";
    account.close();
    become({ authorization: `Bearer ${dev ? `${role.dev}:${value}` : value}`, name: dev ? value : "Signed in" });
    const next = pending;
    pending = undefined;
    if (next === undefined) button.focus();
    else next();
  });

  menu("gate", () => showGate(readiness));
  button.textContent = credential?.name ?? "Sign in";

  const look = async (): Promise<void> => {
    readiness = await ready();
    const mode = readiness === undefined ? "No gate" : (MODES[readiness.mode] ?? readiness.mode);
    the("mode", HTMLSpanElement).textContent = readiness?.status === "not_ready" ? `${mode}, not ready` : mode;
    changed();
  };
  void look();
  // The mode can be changed while a page stands open.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void look();
  });

  return {
    gate,
    readiness: () => readiness,
    signedIn: () => credential !== undefined,
    author: () => (credential === undefined || credential.name === "Signed in" ? "You" : credential.name),
    ask(then) {
      if (credential !== undefined) become(undefined);
      account.open();
      pending = then;
    },
  };
}

function remembered(key: string): Credential | undefined {
  try {
    const held: unknown = JSON.parse(recall(key) ?? "null");
    const { authorization, name } = (held ?? {}) as Partial<Credential>;
    return typeof authorization === "string" && typeof name === "string" ? { authorization, name } : undefined;
  } catch {
    return undefined;
  }
}

/** The gate's own words about itself; a gate that is not ready says so with a body too. */
async function ready(): Promise<Readiness | undefined> {
  try {
    const response = await fetch("/readyz", { headers: { accept: "application/json" } });
    const body = (await response.json()) as Partial<Readiness>;
    const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
    return {
      status: String(body.status ?? "not_ready"),
      auth: String(body.auth ?? "none"),
      mode: String(body.mode ?? "unknown"),
      problems: list(body.problems),
      warnings: list(body.warnings),
    };
  } catch {
    return undefined;
  }
}

function showGate(readiness: Readiness | undefined): void {
  const panel = the("gate-panel", HTMLDivElement);
  if (readiness === undefined) {
    panel.replaceChildren(h("p", {}, "The gate did not answer. Drafts are checked in this page all the same; nothing can be posted."));
    return;
  }
  const { mode, auth, status, problems, warnings } = readiness;
  const meaning: Record<string, string> = {
    off: "Nothing is checked at the edge.",
    advisory: "The edge checks and warns; it blocks nothing.",
    enforced: "The edge publishes only what passed.",
  };
  const fact = (name: string, value: string): Node[] => [h("dt", {}, name), h("dd", {}, value)];
  const notes = [...problems, ...warnings];
  panel.replaceChildren(
    h("h2", { className: "panel-title" }, "The gate"),
    h(
      "dl",
      { className: "facts" },
      ...fact("Mode", MODES[mode] ?? mode),
      ...fact("State", status === "ready" ? "Ready" : `${words(status)}, ${plural(problems.length, "problem")}`),
      ...fact("Sign-in", auth === "dev" ? "Development" : auth.toUpperCase()),
    ),
    h("p", { className: "hint" }, meaning[mode] ?? ""),
    h("p", { className: "hint" }, h("a", { href: "monitoring" }, "Monitoring"), ", for administrators."),
    ...(notes.length === 0 ? [] : [h("ul", { className: "notes" }, ...notes.map((note) => h("li", {}, note)))]),
  );
}
