/** `postgate audit verify`: whether an export of the audit is as it was written, and where it is not. */
import { createReadStream } from "node:fs";

import { type AuditProblem, type AuditVerdict, verifyExport } from "../audit.js";
import { readText } from "./drafts.js";
import { harmless } from "./report.js";
import { type Asked, UsageError } from "./usage.js";

async function* bytesOf(file: string): AsyncIterable<Uint8Array> {
  try {
    for await (const piece of file === "-" ? process.stdin : createReadStream(file)) yield piece as Uint8Array;
  } catch (cause) {
    throw new UsageError(`${file} can't be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`, { cause });
  }
}

function place(file: string, { line, leaf, request_id, what }: AuditProblem): string {
  const whose = request_id === undefined ? "" : ` (leaf ${leaf}, request ${request_id})`;
  return harmless(`${file}:${line}: ${what}${whose}`);
}

function summary(file: string, verdict: AuditVerdict): string {
  const { rows, origin, tree_size, first_leaf, end_leaf } = verdict;
  const left = first_leaf > 0 || end_leaf < tree_size ? `; the other ${tree_size - (end_leaf - first_leaf)} by their hashes alone` : "";
  return harmless(`${file}: ${rows} rows as they were written, leaves ${first_leaf} to ${end_leaf} of ${tree_size} of ${origin}${left}`);
}

/** 0 when the export is right, 1 when it is not; a call or keys that can't be used are the caller's to put right. */
export async function verifyAudit({ files, options }: Asked, out: (text: string) => void): Promise<number> {
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) throw new UsageError("audit verify needs one export, a file or -");
  if (options.key === undefined) throw new UsageError("--key is missing: a file with the gate's JWK or JWKS");
  const keys = await readText(options.key);
  let verdict: AuditVerdict;
  try {
    verdict = await verifyExport(bytesOf(file), keys);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${options.key}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
  if (options.json === true) out(JSON.stringify(verdict, null, 2));
  else out(verdict.ok ? summary(file, verdict) : verdict.problems.map((problem) => place(file, problem)).join("\n"));
  return verdict.ok ? 0 : 1;
}
