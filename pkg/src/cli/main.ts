/**
 * `postgate`, the command line: for continuous integration of repositories that hold posts, and for a look at one draft.
 * It reads, asks the checker and tells; every decision is the checker's.
 */
import { writeFile } from "node:fs/promises";

import { PostgateError, fromDoor } from "../errors.js";
import { createChecker } from "../entries/node.js";
import { type Fixed, fixAll } from "../fixing.js";
import type { Policy } from "../types.js";
import { verifyAudit } from "./audit.js";
import { type Draft, openChecker, readDrafts, readText, surroundings } from "./drafts.js";
import { parseStrictly, placeOf } from "./json.js";
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
  const reports = (await readDrafts(files)).map((draft) => ({ draft, report: checker.check({ ...around, content: draft.content }) }));
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
    const fixed = fixAll(checker, { ...around, content: draft.content }, { unsafe: options.unsafe });
    done.push({ draft, fixed });
    if (write && draft.file !== "standard input" && fixed.content !== draft.content) await writeFile(draft.file, fixed.content + draft.closing);
  }
  tellFixed(done, options);
  return done.some(({ fixed }) => fixed.report.status !== "PASS") ? FAILED : PASSED;
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
    if (write === true && draft.file !== "standard input") out([...summary, standing].join("\n"));
    else {
      process.stdout.write(fixed.content + draft.closing);
      process.stderr.write(`${[...summary, standing].join("\n")}\n`);
    }
  }
}

async function validatePolicy({ files, options }: Asked): Promise<number> {
  if (files.length === 0) throw new UsageError("policy validate needs a file");
  const results: { file: string; text: string; problems: readonly { pointer: string; message: string }[]; name?: string; version?: string }[] = [];
  for (const file of files) {
    const text = await readText(file);
    try {
      const { name, version } = (await createChecker({ policy: parseStrictly(file, text) as Policy })).policy();
      results.push({ file, text, problems: [], name, version });
    } catch (error) {
      if (!(error instanceof PostgateError) || (error.code !== "POLICY_INVALID" && error.code !== "CONTRACT_INVALID")) throw error;
      const problems = error.problems.length > 0 ? error.problems : [{ pointer: error.pointer, message: error.message }];
      results.push({ file, text, problems });
    }
  }
  if (options.json === true) json({ files: results.map(({ text: _, ...rest }) => rest) });
  for (const { file, text, problems, name, version } of options.json === true ? [] : results) {
    if (problems.length === 0) out(`${harmless(file)}: ${harmless(`${name} ${version}`)} is a policy`);
    for (const { pointer, message } of problems) out(`${harmless(file)}:${placeOf(text, pointer)}: ${harmless(pointer === "" ? message : `${pointer}: ${message}`)}`);
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

try {
  const call = asked(process.argv.slice(2));
  const command = COMMANDS[call.command];
  if (command === undefined) throw new UsageError(`${call.command} is not part of this version`);
  process.exitCode = await command(call);
} catch (thrown) {
  const error = thrown instanceof UsageError || thrown instanceof PostgateError ? thrown : fromDoor(thrown);
  const at = error instanceof PostgateError && error.pointer !== "" ? `${error.pointer}: ` : "";
  process.stderr.write(`postgate: ${harmless(`${at}${error.message}`)}\n`);
  process.exitCode = WRONG;
}
