/** From what the caller named to what the checker takes: drafts out of files, a policy out of a file. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { buffer } from "node:stream/consumers";

import type { Checker } from "../checker.js";
import { createChecker } from "../entries/node.js";
import type { CheckRequest, Format, Platform, Policy } from "../types.js";
import { parseStrictly } from "./json.js";
import { type Options, UsageError } from "./usage.js";

/** The name that stands for standard input. */
const STDIN = "-";

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

async function readDraft(file: string): Promise<Draft> {
  const text = decoded(file, file === STDIN ? await buffer(process.stdin) : await bytesOf(file));
  const closing = /\r?\n$/.exec(text)?.[0] ?? "";
  return { file: file === STDIN ? "standard input" : file, content: text.slice(0, text.length - closing.length), closing };
}

export async function readText(file: string): Promise<string> {
  return decoded(file, await bytesOf(file));
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new UsageError(`${file} can't be read (${code})`, { cause });
  }
}

function decoded(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
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

export async function openChecker(options: Options): Promise<Checker> {
  if (options.policy === undefined) return createChecker();
  return createChecker({ policy: parseStrictly(options.policy, await readText(options.policy)) as Policy });
}
