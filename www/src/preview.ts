/** One card per post, as its platform would show it, with a ring that fills towards the limit in the platform's own unit. */
import type { CheckReport, PostMeasure } from "postgate/slim";

import { h, plural, svg, the } from "./dom.js";
import { platformName } from "./settings.js";

const RADIUS = 9;
/** From here on the ring says that room is running out. */
const LITTLE_ROOM = 0.9;
/** More of a text than this is not drawn again at every key. */
const SHOWN_UNITS = 5000;

const UNITS: Record<string, string> = { weighted: "character", characters: "character", graphemes: "character", utf16: "UTF-16 unit", bytes: "byte" };

/** What a reader's eye takes for a link, a mention or a hashtag: colour only, nothing is decided by it. */
const ENTITY = /https?:\/\/\S+|[#@][\p{L}\p{N}_]+/gu;

/** What a card's buttons do with its post. */
export interface PostActions {
  split(index: number): void;
  join(index: number): void;
}

interface Card {
  root: HTMLElement;
  update(post: PostMeasure, text: string, over: number, of: number, author: string, platform: string, thread: boolean): void;
}

export function previews(actions: PostActions): { show(report: CheckReport | undefined, content: string, author: string, platform: string, thread: boolean): void } {
  const list = the("cards", HTMLOListElement);
  const cards: Card[] = [];
  return {
    show(report, content, author, platform, thread) {
      const posts = report?.posts ?? [];
      while (cards.length > posts.length) cards.pop()?.root.remove();
      for (const [index, post] of posts.entries()) {
        const held = cards[index] ?? card(index, actions);
        if (cards[index] === undefined) list.append((cards[index] = held).root);
        const [from, to] = post.span;
        const tail = report?.diagnostics.find((each) => each.code === "LENGTH_EXCEEDED" && each.post === index && each.span[1] === to);
        held.update(post, content.slice(from, to), (tail?.span[0] ?? to) - from, posts.length, author, platform, thread);
      }
    },
  };
}

function card(index: number, actions: PostActions): Card {
  const avatar = h("span", { className: "avatar", "aria-hidden": "true" });
  const name = h("strong");
  const where = h("span");
  const text = h("p", { className: "post-text" });
  const left = h("span");
  const ring = svg("ring", "0 0 22 22", ["circle", { cx: "11", cy: "11", r: String(RADIUS) }], [
    "circle",
    { cx: "11", cy: "11", r: String(RADIUS), class: "fill", pathLength: "1", "stroke-dasharray": "0 1" },
  ]);
  const measure = h("p", { className: "measure" }, left, ring);
  const split = h("button", { className: "quiet-button", type: "button" }, "Split");
  const join = h("button", { className: "quiet-button", type: "button" }, "Join with next");
  split.addEventListener("click", () => actions.split(index));
  join.addEventListener("click", () => actions.join(index));
  const foot = h("div", { className: "post-foot" }, split, join, measure);
  const root = h("li", { className: "post" }, avatar, h("div", {}, h("p", { className: "by" }, name, where), text), foot);
  let drawn = "";
  let told = "";
  return {
    root,
    update(post, content, over, of, author, platform, thread) {
      // In a long thread a key changes one post: the others are left alone.
      const { index: place, length, limit, remaining, unit: counted } = post;
      const whole = [place, length, limit, remaining, counted, over, of, author, platform, thread, content].join("\n");
      if (whole === told) return;
      told = whole;
      split.hidden = !thread || !/\S\s+\S/.test(content);
      join.hidden = !thread || index + 1 >= of;
      for (const [button, what] of [[split, "Split"], [join, "Join with the next"]] as const) button.setAttribute("aria-label", `${what}, post ${index + 1}`);
      name.textContent = author;
      avatar.textContent = [...author][0]?.toUpperCase() ?? "";
      where.textContent = of === 1 ? platformName(platform) : `${platformName(platform)}, ${post.index + 1} of ${of}`;
      const now = `${over}:${content}`;
      if (now !== drawn) draw(text, content, over);
      drawn = now;
      const used = post.limit === 0 ? 1 : post.length / post.limit;
      root.dataset["room"] = post.remaining < 0 ? "none" : used >= LITTLE_ROOM ? "little" : "enough";
      ring.querySelector(".fill")?.setAttribute("stroke-dasharray", `${Math.min(1, used).toFixed(4)} 1`);
      left.textContent = post.remaining.toLocaleString("en");
      const unit = UNITS[post.unit] ?? post.unit;
      const long = `${plural(post.length, unit)} of ${post.limit.toLocaleString("en")}`;
      measure.title = post.unit === "weighted" ? `${long}, as ${platformName(platform)} weighs them` : long;
      left.setAttribute("aria-label", post.remaining < 0 ? `${plural(-post.remaining, unit)} too long` : `${plural(post.remaining, unit)} left`);
      left.setAttribute("role", "img");
    },
  };
}

function draw(target: HTMLElement, content: string, over: number): void {
  const blank = content.trim() === "";
  target.classList.toggle("blank", blank);
  if (blank) {
    target.textContent = "Your post";
    return;
  }
  const end = wholeCharacters(content, Math.min(over, SHOWN_UNITS));
  const kept = content.slice(0, end);
  const tail = content.slice(end, wholeCharacters(content, Math.min(content.length, Math.max(end, SHOWN_UNITS))));
  const parts: (Node | string)[] = coloured(kept);
  if (tail !== "") parts.push(over <= end ? h("span", { className: "over" }, tail) : tail);
  if (content.length > end + tail.length) parts.push("…");
  target.replaceChildren(...parts);
}

function coloured(text: string): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let done = 0;
  for (const found of text.matchAll(ENTITY)) {
    parts.push(text.slice(done, found.index), h("span", { className: "entity" }, found[0]));
    done = found.index + found[0].length;
  }
  return [...parts, text.slice(done)];
}

/** The greatest offset up to `at` that does not cut a surrogate pair in two. */
function wholeCharacters(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
