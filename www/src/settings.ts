/** What surrounds the text of a draft: platform, tags and sources. (The format lives in the editor, where undo reaches it.) */
import type { CheckRequest, Format, Platform, Source } from "postgate/slim";
import { PLATFORMS } from "postgate/slim";

import { h, the } from "./dom.js";
import { menu } from "./menus.js";

const NAMES: Record<Platform, string> = {
  x: "X",
  instagram: "Instagram",
  tiktok: "TikTok",
  youtube: "YouTube",
  threads: "Threads",
  bluesky: "Bluesky",
  mastodon: "Mastodon",
  linkedin: "LinkedIn",
  facebook: "Facebook",
};

/** A platform's own spelling of its name. */
export function platformName(platform: string): string {
  return NAMES[platform as Platform] ?? platform;
}

export type Surroundings = Required<Pick<CheckRequest, "policy_tags" | "required_citations" | "sources">> & { platform: Platform };

export interface Settings {
  read(): Surroundings;
  /** Makes another platform the draft's, as if it had been picked. */
  choose(platform: Platform): void;
  format(): Format;
  showFormat(format: Format): void;
  /** The tags that the policy in force accepts; all of them are promised until somebody takes one back. */
  offerTags(tags: readonly string[]): void;
}

/** Wires the settings; `changed` runs after each change, `chosen` when somebody picks another format. */
export function settings(changed: () => void, chosen: (format: Format) => void): Settings {
  const platform = the("platform", HTMLSelectElement);
  platform.append(...PLATFORMS.map((name) => h("option", { value: name }, NAMES[name])));
  platform.addEventListener("change", changed);

  const radios = [...document.querySelectorAll<HTMLInputElement>("input[name=format]")];
  const format = (): Format => (radios.some(({ checked, value }) => checked && value === "thread") ? "thread" : "single");
  for (const radio of radios) radio.addEventListener("change", () => chosen(format()));
  the("settings", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());

  const tags = tagChoices(changed);
  const sources = sourceList(changed);
  return {
    read: () => ({
      platform: platform.value as Platform,
      policy_tags: tags.read(),
      required_citations: the("citations", HTMLInputElement).checked,
      sources: sources.read(),
    }),
    choose(name) {
      if (platform.value === name) return;
      platform.value = name;
      changed();
    },
    format,
    showFormat(value) {
      for (const radio of radios) radio.checked = radio.value === value;
    },
    offerTags: tags.offer,
  };
}

function tagChoices(changed: () => void): { read(): string[]; offer(tags: readonly string[]): void } {
  const list = the("tags", HTMLDivElement);
  const takenBack = new Set<string>();
  const boxes = (): HTMLInputElement[] => [...list.querySelectorAll("input")];
  const read = (): string[] => boxes().flatMap(({ checked, value }) => (checked ? [value] : []));
  const count = (): void => {
    the("tags-count", HTMLElement).textContent = String(read().length);
  };
  list.addEventListener("change", () => {
    for (const { checked, value } of boxes()) checked ? takenBack.delete(value) : takenBack.add(value);
    count();
    changed();
  });
  menu("tags");
  return {
    read,
    offer(tags) {
      const choices = tags.map((tag) => h("input", { type: "checkbox", value: tag, checked: !takenBack.has(tag) }));
      list.replaceChildren(...choices.map((box) => h("label", { className: "choice" }, box, box.value)));
      count();
    },
  };
}

function sourceList(changed: () => void): { read(): Source[] } {
  const url = the("source-url", HTMLInputElement);
  const title = the("source-title", HTMLInputElement);
  const problem = the("source-problem", HTMLElement);
  let held: Source[] = [];

  const show = (): void => {
    const items = held.map((source) => {
      const remove = h("button", { className: "control small", type: "button", "aria-label": `Remove ${source.url}` }, "Remove");
      remove.addEventListener("click", () => {
        held = held.filter((other) => other !== source);
        url.focus();
        show();
      });
      return h("li", {}, h("span", {}, source.title || source.url), remove);
    });
    the("sources", HTMLElement).replaceChildren(...items);
    the("sources-count", HTMLElement).textContent = String(held.length);
    changed();
  };

  const add = (): void => {
    const address = url.value.trim();
    const web = /^https?:\/\//i.test(address) && URL.canParse(address);
    problem.textContent = web ? "" : "A source needs an address that starts with https:// or http://.";
    url.setAttribute("aria-invalid", String(!web));
    url.focus();
    if (!web) return;
    held = [...held, { url: address, title: title.value.trim(), timestamp: new Date().toISOString(), relevance_score: 1 }];
    url.value = title.value = "";
    show();
  };

  the("source-add", HTMLButtonElement).addEventListener("click", add);
  for (const field of [url, title]) {
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      add();
    });
  }
  the("citations", HTMLInputElement).addEventListener("change", changed);
  the("sources-count", HTMLElement).textContent = "0";
  menu("sources");
  return { read: () => held };
}
