// A leash: runs a server in a process group of its own and ends the whole group when the one who holds the leash lets go,
// by closing it, by exiting or by being killed, so that nothing is ever left behind. Node built-ins only.
//
// The file is both ends. `leashed(command, args)` is the hand; run as a program, this file is the collar: it starts the
// command, carries messages both ways, and watches its own stdin, which closes when the hand is gone, whatever became of it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { root } from "./house.mjs";

const here = fileURLToPath(import.meta.url);
const patience = 5000;

/** Starts a command on a leash. `child` has stdout, stderr and the command's messages; `exited` settles when all is over. */
export function leashed(command, args, { env = {}, cwd = root } = {}) {
  const child = spawn(process.execPath, [here, command, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "pipe", "ipc"],
    detached: true, // Ctrl-C reaches the hand alone; the hand decides
  });
  child.stdin.on("error", () => {}); // the collar may be gone already
  const exited = once(child, "exit").then(([code]) => code ?? 1);
  return {
    child,
    exited,
    /** Asks the group to end, and makes it after some seconds; the collar too, should it not end by itself. */
    stop() {
      child.stdin.end();
      const limit = setTimeout(() => child.kill("SIGKILL"), 2 * patience);
      return exited.finally(() => clearTimeout(limit));
    },
    /** Ends the group as a power cut would. */
    kill9() {
      child.stdin.end("kill\n");
      return exited;
    },
  };
}

function collar([command, ...args]) {
  const dog = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"], detached: true });
  const signal = (name) => {
    try {
      process.kill(-dog.pid, name);
    } catch {
      // the group is gone
    }
  };
  const end = () => {
    signal("SIGTERM");
    setTimeout(() => signal("SIGKILL"), patience).unref();
  };
  dog.on("message", (message) => process.connected && process.send(message));
  process.on("message", (message) => dog.connected && dog.send(message));
  dog.on("error", (error) => {
    process.stderr.write(`${command}: ${error.message}\n`);
    process.exit(127);
  });
  dog.on("exit", (code) => {
    signal("SIGKILL"); // whoever outlived the leader
    process.exit(code ?? 1);
  });
  process.stdin.on("data", (data) => data.includes("kill") && signal("SIGKILL"));
  process.stdin.on("end", end);
  process.stdin.on("error", end);
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, end);
}

if (process.argv[1] === here) collar(process.argv.slice(2));
