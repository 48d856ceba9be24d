/**
 * `postgate/audit`: verifies an export of the gate's audit, offline, with nothing but the gate's public keys. The verifying
 * is the gate's own code in a wasm file of its own, which no browser ever loads.
 */
import { readFile } from "node:fs/promises";

import { ExportVerifier, initSync } from "../wasm-audit/postgate.js";

/** Something that is not as it was written. */
export interface AuditProblem {
  /** Which line of the export, from 1. */
  line: number;
  /** Which leaf of the tree. */
  leaf?: number;
  /** Whose row. */
  request_id?: string;
  /** What was found and what would be right. */
  what: string;
}

/** What an export holds, and all that is wrong with it. */
export interface AuditVerdict {
  /** Whether every row is as it was written and none is missing. */
  ok: boolean;
  rows: number;
  /** The name of the tree; null where its checkpoint does not count. */
  origin: string | null;
  tree_size: number;
  /** The leaves before this one are held by their hashes alone: retention deleted their rows, or they were not asked for. */
  first_leaf: number;
  end_leaf: number;
  /** At most 100. */
  problems: AuditProblem[];
}

let opened: Promise<void> | undefined;

async function open(): Promise<void> {
  initSync({ module: await readFile(new URL("./postgate-audit.wasm", import.meta.url)) });
}

/**
 * Reads an export piece by piece and gives the verdict. `keys` is the text of a JWK or of the gate's `/.well-known/jwks.json`;
 * keys that can't be read are an `Error`.
 */
export async function verifyExport(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, keys: string): Promise<AuditVerdict> {
  await (opened ??= open());
  const verifier = new ExportVerifier(keys);
  try {
    for await (const piece of pieces) verifier.push(piece);
    return JSON.parse(verifier.finish()) as AuditVerdict;
  } finally {
    verifier.free();
  }
}
