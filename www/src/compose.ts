/** Reshaping a draft by whole posts: where one is split, how two become one. Edits out, nothing changed here. */
import type { Edit, PostMeasure } from "postgate/slim";

const sentences = new Intl.Segmenter(undefined, { granularity: "sentence" });
const words = new Intl.Segmenter(undefined, { granularity: "word" });

/**
 * The edit that makes two posts of one: at the caret where it stands inside, else at the end of the sentence, or of the word,
 * that is nearest to the middle. Undefined where there is nothing to split.
 */
export function splitOf(content: string, { span: [from, to] }: PostMeasure, caret: number): Edit | undefined {
  const text = content.slice(from, to);
  const inside = caret > from && caret < to ? caret - from : undefined;
  const at = inside ?? nearest(text, borders(text, sentences)) ?? nearest(text, borders(text, words));
  if (at === undefined) return undefined;
  // The blanks at the cut belong to neither post.
  const start = text.slice(0, at).trimEnd().length;
  const end = text.length - text.slice(at).trimStart().length;
  return start === 0 || end === text.length ? undefined : { span: [from + start, from + end], text: "\n" };
}

/** The edit that makes one post of this one and the next. */
export function joinOf(posts: readonly PostMeasure[], index: number): Edit | undefined {
  const [one, next] = [posts[index], posts[index + 1]];
  return one === undefined || next === undefined ? undefined : { span: [one.span[1], next.span[0]], text: " " };
}

/** The one edit that makes `after` of `before`; it cuts no character in two. */
export function differenceOf(before: string, after: string): Edit {
  let start = 0;
  const most = Math.min(before.length, after.length);
  while (start < most && before[start] === after[start]) start += 1;
  if (isTail(before, start) || isTail(after, start)) start -= 1;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  if (isTail(before, before.length - end) || isTail(after, after.length - end)) end -= 1;
  return { span: [start, before.length - end], text: after.slice(start, after.length - end) };
}

/** Whether the unit at an offset is the second half of a surrogate pair. */
function isTail(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function borders(text: string, segmenter: Intl.Segmenter): number[] {
  return [...segmenter.segment(text)].map(({ index }) => index).filter((index) => /\s/.test(text.charAt(index - 1)));
}

function nearest(text: string, places: readonly number[]): number | undefined {
  const middle = text.length / 2;
  return places.toSorted((a, b) => Math.abs(a - middle) - Math.abs(b - middle))[0];
}
