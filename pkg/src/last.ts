/**
 * The request before this one. Most drafts are checked while they are written, so that one request differs from the one
 * before in its content alone; then the door need not read it again.
 */
import { isWellFormed } from "./snapshot.js";
import type { CheckRequest } from "./types.js";

export class LastRequest {
  readonly #defaults: Partial<CheckRequest>;
  #last: CheckRequest | undefined;

  constructor(defaults: Partial<CheckRequest>) {
    this.#defaults = defaults;
  }

  forget(): void {
    this.#last = undefined;
  }

  /** Keeps a request that the door has read without fault: plain data that nobody else holds. One with sources is always read anew. */
  remember(request: CheckRequest): void {
    if (request.sources === undefined) this.#last = request;
  }

  /**
   * The content of a request that says the same as the last one otherwise. `undefined` for any other request and for
   * whatever is no request: that is for the door to read. Every member is looked at once.
   */
  contentOf(request: unknown): string | undefined {
    const last = this.#last;
    if (last === undefined || typeof request !== "object" || request === null || Array.isArray(request)) return undefined;
    let content: unknown;
    let platform: unknown = this.#defaults.platform;
    let format: unknown = this.#defaults.format;
    let required_citations: unknown = this.#defaults.required_citations;
    let span_unit: unknown = this.#defaults.span_unit;
    let tags: unknown = this.#defaults.policy_tags;
    for (const key of Object.keys(request)) {
      const member = (request as Record<string, unknown>)[key];
      if (member === undefined) continue;
      if (key === "content") content = member;
      else if (key === "platform") platform = member;
      else if (key === "policy_tags") tags = member;
      else if (key === "format") format = member;
      else if (key === "required_citations") required_citations = member;
      else if (key === "span_unit") span_unit = member;
      else return undefined;
    }
    const isSame =
      platform === last.platform &&
      format === last.format &&
      required_citations === last.required_citations &&
      span_unit === last.span_unit &&
      areSame(tags, last.policy_tags);
    return isSame && typeof content === "string" && isWellFormed(content) ? content : undefined;
  }
}

function areSame(tags: unknown, last: readonly string[] | undefined): boolean {
  if (tags === undefined || last === undefined) return tags === last;
  return Array.isArray(tags) && tags.length === last.length && last.every((tag, index) => tags[index] === tag);
}
