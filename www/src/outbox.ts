/** What this user has posted through the outbox publisher, newest first. */
import { GateError } from "postgate/gate";

import { h, link, plural, the } from "./dom.js";
import type { Session } from "./session.js";
import { platformName } from "./settings.js";

interface Sent {
  post_id: string;
  platform: string;
  created_at: string;
  parts: { index: number; text: string; url: string; published_at: string }[];
}

export function outbox(session: Session): { refresh(remaining?: number): Promise<void> } {
  const list = the("outbox", HTMLOListElement);
  const empty = the("outbox-empty", HTMLParagraphElement);
  const tell = (text: string): void => {
    empty.textContent = text;
    empty.hidden = text === "";
  };
  return {
    async refresh(remaining) {
      const rate = the("remaining", HTMLElement);
      if (remaining !== undefined) rate.textContent = `${plural(remaining, "post")} left`;
      if (!session.signedIn()) {
        rate.textContent = "";
        list.replaceChildren();
        return tell("Sign in to see what you have posted.");
      }
      try {
        const { items } = (await session.gate.call("/v1/outbox")) as { items: Sent[] };
        list.replaceChildren(...items.map(sent));
        tell(items.length === 0 ? "Nothing posted yet." : "");
      } catch (error) {
        tell(error instanceof GateError ? `The outbox could not be read: ${error.message}.` : "The outbox could not be read.");
      }
    },
  };
}

function sent({ post_id, platform, created_at, parts }: Sent): HTMLElement {
  const at = new Date(created_at);
  const head = h("div", { className: "sent-head" }, h("span", {}, platformName(platform)), h("time", { dateTime: created_at }, at.toLocaleString()));
  const texts = parts.flatMap(({ text, url }) => [h("p", {}, text), h("p", { className: "hint" }, link(url))]);
  return h("li", { className: "sent", "data-post": post_id }, head, ...texts);
}
