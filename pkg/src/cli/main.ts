/**
 * `postgate`, the command line: for continuous integration of repositories that hold posts, and for a look at one draft.
 * It reads, asks the checker and tells; every decision is the checker's.
 */
import { writeFile } from "node:fs/promises";

import { PostgateError, fromDoor } from "../errors.js";
import { createChecker } from "../entries/node.js";
import { type Fixed, fixAll } from "../fixing.js";
import { verifyAudit } from "./audit.js";
import { type Draft, STDIN_NAME, about, openChecker, readDrafts, readText, surroundings } from "./drafts.js";
import type { PlacedProblem } from "./json.js";
import { lineOf, readPolicy } from "./policy.js";
import { harmless, told } from "./report.js";
import { type Asked, HELP, type Options, UsageError, asked } from "./usage.js";

const PASSED = 0;
const FAILED = 1;
const WRONG = 2;

const out = (text: string): void => void process.stdout.write(`${text}\n`);
const json = (value: unknown): void => out(JSON.stringify(value, null, 2));

async function check({ files, options }: Asked): Promise<number> {
  const around = surroundings(options);
  const checker = await openChecker(options);
  const reports = (await readDrafts(files)).map((draft) => ({ draft, report: about(draft, (content) => checker.check({ ...around, content })) }));
  const failed = reports.some(({ report }) => report.status !== "PASS");
  if (options.json === true) {
    json({ status: failed ? "FAIL" : "PASS", files: reports.map(({ draft, report }) => ({ file: draft.file, report })) });
  } else {
    out(reports.map(({ draft, report }) => told(draft.file, draft.content, report)).join("\n\n"));
  }
  return failed ? FAILED : PASSED;
}

async function fix({ files, options }: Asked): Promise<number> {
  const write = options.write === true;
  if (!write && files.length > 1 && options.json !== true) throw new UsageError("several files need --write, or --json");
  const around = surroundings(options);
  const checker = await openChecker(options);
  const done: { draft: Draft; fixed: Fixed }[] = [];
  for (const draft of await readDrafts(files)) {
    done.push({ draft, fixed: about(draft, (content) => fixAll(checker, { ...around, content }, { unsafe: options.unsafe })) });
  }
  // Nothing is written before every draft is known to be one.
  for (const { draft, fixed } of write ? done : []) {
    if (draft.file !== STDIN_NAME && fixed.content !== draft.content) await writeBack(draft.file, fixed.content + draft.closing);
  }
  tellFixed(done, options);
  return done.some(({ fixed }) => fixed.report.status !== "PASS") ? FAILED : PASSED;
}

async function writeBack(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    throw new UsageError(`${file} can't be written (${(cause as NodeJS.ErrnoException).code ?? String(cause)}); the files before it are repaired`, { cause });
  }
}

function tellFixed(done: readonly { draft: Draft; fixed: Fixed }[], { json: asJson, write }: Options): void {
  if (asJson === true) {
    return json({
      status: done.some(({ fixed }) => fixed.report.status !== "PASS") ? "FAIL" : "PASS",
      files: done.map(({ draft, fixed: { content, applied, report } }) => ({
        file: draft.file,
        content,
        applied: applied.map(({ diagnostic, fix }) => ({ code: diagnostic.code, title: fix.title })),
        report,
      })),
    });
  }
  for (const { draft, fixed } of done) {
    const summary = [`${harmless(draft.file)}: ${fixed.applied.length} fixed`, ...fixed.applied.map(({ diagnostic, fix }) => `  ${diagnostic.code}  ${harmless(fix.title)}`)];
    const standing = told(draft.file, fixed.content, fixed.report);
    // The text itself goes to standard output alone, so that it can be piped on.
    if (write === true && draft.file !== STDIN_NAME) out([...summary, standing].join("\n"));
    else {
      process.stdout.write(fixed.content + draft.closing);
      process.stderr.write(`${[...summary, standing].join("\n")}\n`);
    }
  }
}

async function validatePolicy({ files, options }: Asked): Promise<number> {
  if (files.length === 0) throw new UsageError("policy validate needs a file");
  const results: { file: string; problems: readonly PlacedProblem[]; name?: string; version?: string }[] = [];
  for (const file of files) {
    const read = await readPolicy(await readText(file));
    if ("problems" in read) results.push({ file, problems: read.problems });
    else {
      const { name, version } = read.checker.policy();
      results.push({ file, problems: [], name, version });
    }
  }
  if (options.json === true) json({ files: results });
  for (const { file, problems, name, version } of options.json === true ? [] : results) {
    if (problems.length === 0) out(harmless(`${file}: ${name} ${version} is a policy`));
    for (const problem of problems) out(harmless(lineOf(file, problem)));
  }
  return results.some(({ problems }) => problems.length > 0) ? WRONG : PASSED;
}

const COMMANDS: Record<string, (asked: Asked) => Promise<number>> = {
  check,
  fix,
  "policy validate": validatePolicy,
  "audit verify": (asked) => verifyAudit(asked, out),
  help: async () => (process.stdout.write(HELP), PASSED),
  version: async () => (out((await createChecker()).version()), PASSED),
};

// Whoever reads may have read enough, which says nothing about a draft; an answer that a full disk swallows is none.
process.stderr.on("error", () => undefined);
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") return;
  process.stderr.write(`postgate: the answer can't be written (${code})\n`);
  process.exitCode = WRONG;
});

try {
  const call = asked(process.argv.slice(2));
  const command = COMMANDS[call.command];
  if (command === undefined) throw new UsageError(`${call.command} is not part of this version`);
  process.exitCode = Math.max(await command(call), Number(process.exitCode ?? PASSED));
} catch (thrown) {
  const error = thrown instanceof UsageError || thrown instanceof PostgateError ? thrown : fromDoor(thrown);
  const at = error instanceof PostgateError && error.pointer !== "" ? `${error.pointer}: ` : "";
  process.stderr.write(`postgate: ${harmless(`${at}${error.message}`)}\n`);
  process.exitCode = WRONG;
}
