// The two Workers that are compared: the gate, and one that does the same I/O and nothing else.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { inRoot } from "../../scripts/lib/house.mjs";
import { startDirect } from "../../tests/engines/harness/direct.mjs";
import { loopback } from "./plan.mjs";

export const startGate = (vars) => known(() => startDirect({ vars }));

export const startBare = (plan) =>
  known(() => startDirect({
    modules: [
      { type: "ESModule", path: "bare.worker.mjs", contents: readFileSync(inRoot("bench", "gate", "bare.worker.mjs"), "utf8") },
      { type: "ESModule", path: "plan.mjs", contents: `export default ${JSON.stringify(plan)}` },
    ],
  }));

const read = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // the process is gone
  }
};

/** The workerd processes that this process has started, by pid; none where there is no /proc. */
export function runtimes() {
  const pids = existsSync("/proc/self/status") ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  const isOwn = (status) => /^Name:\s+workerd/m.test(status) && new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status);
  return pids.filter((pid) => isOwn(read(`/proc/${pid}/status`)));
}

/** Starts one and gives its pid with it. */
async function known(start) {
  const before = new Set(runtimes());
  const server = await start();
  return { ...server, pid: runtimes().find((pid) => !before.has(pid)) };
}

/** Resident memory in MB. */
const memory = (pid) => pid && Number(read(`/proc/${pid}/status`).match(/^VmRSS:\s+(\d+) kB/m)[1]) / 1000;

/** Processor time so far, in milliseconds, of all its threads; /proc counts in hundredths of a second. */
export function processor(pid) {
  const fields = read(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Starts one, asks it one thing, ends it: milliseconds until its first answer and of that answer, and its memory. */
export async function cold(start) {
  const server = await start();
  try {
    const begun = performance.now();
    await fetch(`${server.url}/healthz`, { headers: loopback }).then((response) => response.arrayBuffer());
    const first = performance.now() - begun;
    return { start: server.started, first, memory: memory(server.pid) };
  } finally {
    await server.stop();
  }
}
