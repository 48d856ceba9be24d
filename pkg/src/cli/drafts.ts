/** From what the caller named to what the checker takes: drafts out of files, a policy out of a file. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { buffer } from "node:stream/consumers";

import type { Checker } from "../checker.js";
import { createChecker } from "../entries/node.js";
import { PostgateError } from "../errors.js";
import type { CheckRequest, Format, Platform } from "../types.js";
import { lineOf, readPolicy } from "./policy.js";
import { type Options, UsageError } from "./usage.js";

/** The name that stands for standard input. */
export const STDIN = "-";
/** What standard input is called. */
export const STDIN_NAME = "standard input";

export interface Draft {
  /** As the caller wrote it. */
  file: string;
  content: string;
  /** The line end that closed the file: the file's own, no part of the draft. */
  closing: string;
}

export async function readDrafts(files: readonly string[]): Promise<Draft[]> {
  const named = files.length === 0 ? [STDIN] : files;
  if (named.filter((file) => file === STDIN).length > 1) throw new UsageError("standard input can be read once");
  const drafts: Draft[] = [];
  for (const file of named) drafts.push(await readDraft(file));
  return drafts;
}

/** A byte order mark is a part of the draft: who posts the file posts it too. */
async function readDraft(file: string): Promise<Draft> {
  const text = decoded(file, await bytesOf(file), true);
  const closing = /\r?\n$/.exec(text)?.[0] ?? "";
  return { file: file === STDIN ? STDIN_NAME : file, content: text.slice(0, text.length - closing.length), closing };
}

/** A document's text, without the byte order mark that some editors put before it. */
export async function readText(file: string): Promise<string> {
  return decoded(file, await bytesOf(file), false);
}

async function bytesOf(file: string): Promise<Buffer> {
  if (file === STDIN) return buffer(process.stdin);
  try {
    return await readFile(file);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new UsageError(`${file} can't be read (${code})`, { cause });
  }
}

function decoded(file: string, bytes: Uint8Array, ignoreBOM: boolean): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM }).decode(bytes);
  } catch (cause) {
    throw new UsageError(`${file} is not UTF-8 text`, { cause });
  }
}

/** What every draft of a call has in common. */
export function surroundings(options: Options): Omit<CheckRequest, "content"> {
  if (options.platform === undefined) throw new UsageError("--platform is missing, such as --platform x");
  return {
    // The checker's own reader says which platforms and formats there are.
    platform: options.platform as Platform,
    format: (options.format ?? "single") as Format,
    policy_tags: options.tags?.split(",").filter((tag) => tag !== "") ?? [],
    required_citations: options["require-citations"] ?? false,
    sources: (options.source ?? []).map((url) => ({ url, title: basename(url) })),
  };
}

export async function openChecker({ policy }: Options): Promise<Checker> {
  if (policy === undefined) return createChecker();
  const read = await readPolicy(await readText(policy));
  if ("checker" in read) return read.checker;
  const [first, ...others] = read.problems.map((problem) => lineOf(policy, problem));
  throw new UsageError(`${first}${others.length === 0 ? "" : ` (and ${others.length} more: postgate policy validate ${policy})`}`);
}

/** Does what is to be done with a draft; a draft that no check takes, such as one that is too large, is named. */
export function about<T>(draft: Draft, work: (content: string) => T): T {
  try {
    return work(draft.content);
  } catch (cause) {
    if (!(cause instanceof PostgateError) || cause.code !== "CONTRACT_INVALID" || !cause.pointer.startsWith("/content")) throw cause;
    throw new UsageError(`${draft.file}: ${cause.message}`, { cause });
  }
}
