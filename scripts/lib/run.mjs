// Running other programs: quietly, keeping what they print for the case that they fail. Node built-ins only.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { root } from "./house.mjs";
import { Failure } from "./say.mjs";

/**
 * Runs a command to its end and gives { code, stdout, output }; `output` is both streams as they came.
 * `onLine` sees each line. A command that can't be started at all, or that takes more than `limit` milliseconds, has code -1.
 */
export function capture(command, args, { env = {}, cwd = root, onLine, limit } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"], timeout: limit });
    let stdout = "";
    let output = "";
    const listen = (input, more) =>
      createInterface({ input, crlfDelay: Infinity }).on("line", (text) => {
        output += `${text}\n`;
        more?.(text);
        onLine?.(text);
      });
    listen(child.stdout, (text) => (stdout += `${text}\n`));
    listen(child.stderr);
    child.on("error", (error) => resolve({ code: -1, stdout, output: `${command}: ${error.message}\n` }));
    child.on("close", (code, signal) => {
      if (signal) output += `${command}: ended by ${signal}${child.killed ? `, for it took more than ${limit / 60_000} minutes` : ""}\n`;
      resolve({ code: code ?? -1, stdout, output });
    });
  });
}

/** Runs a command that must succeed; otherwise the sentence `wrong` is what the reader gets, after the command's own output. */
export async function run(command, args, { wrong, ...options } = {}) {
  const done = await capture(command, args, options);
  if (done.code !== 0) throw new Failure(wrong ?? `${[command, ...args].join(" ")} failed`, done.output);
  return done;
}

/** Runs cargo and tells how many crates it has compiled so far. */
export function cargo(args, { tell = () => {}, ...options } = {}) {
  let crates = 0;
  const onLine = (text) => {
    if (/^\s*(Compiling|Checking|Documenting) /.test(text)) tell(`${++crates} crates`);
  };
  return run("cargo", args, { ...options, onLine });
}

/** The first line that `command --version` prints, or undefined when there is no such command. */
export async function versionOf(command, args = ["--version"]) {
  const { code, stdout } = await capture(command, args);
  return code === 0 ? stdout.split("\n")[0].trim() : undefined;
}
