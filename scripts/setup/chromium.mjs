// Chromium for the browser tests: the one that CHROMIUM_PATH names, one that is installed, or Debian's, when we may
// install it. Says why there is none instead of failing: whoever needs it decides whether that is a skip.

import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { capture } from "../lib/run.mjs";
import { step } from "../lib/say.mjs";

const names = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** { path } of a browser, or { missing }: a sentence that says what was found and what would be right. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) return isExecutable(named) ? { path: named } : { missing: `CHROMIUM_PATH names ${named}, which is not a program` };
  const folders = (process.env.PATH ?? "").split(delimiter);
  const path = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  return path ? { path } : { missing: "no chromium found: install it or name one in CHROMIUM_PATH" };
}

/** Installs Debian's chromium where that can be done without asking: as root, with apt. */
export async function installChromium() {
  const mayInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get") && !process.env.CHROMIUM_PATH;
  if (findChromium().path || !mayInstall) return false;
  await step("chromium installed", async () => {
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    const install = () => capture("apt-get", ["install", "--yes", "--no-install-recommends", "chromium"], { env });
    if ((await install()).code === 0) return undefined;
    await capture("apt-get", ["update"], { env });
    return (await install()).code === 0 ? undefined : "it could not be, browser tests can't run";
  });
  return true;
}
