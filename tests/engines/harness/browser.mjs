// Debian's Chromium for a test, driven by playwright-core, with a profile of its own that is deleted afterwards.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { isCi } from "../../../scripts/lib/house.mjs";
import { Failure } from "../../../scripts/lib/say.mjs";
import { findChromium } from "../../../scripts/setup/chromium.mjs";

/** No sandbox, for tests run as root in containers; and nothing that calls home. */
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** For node:test's `skip`: why browser tests can't run here, or false. In CI they run, and fail where there is no browser. */
export const skip = isCi ? false : (findChromium().missing ?? false);

/** Starts a browser; `options` are playwright's for a context (viewport, colorScheme, reducedMotion, …). */
export async function startBrowser(options = {}) {
  const { path, missing } = findChromium();
  if (missing) throw new Failure(missing);
  const profile = mkdtempSync(join(tmpdir(), "postgate-chromium-"));
  const context = await chromium.launchPersistentContext(profile, { executablePath: path, headless: true, args, ...options });
  return {
    context,
    newPage: () => context.newPage(),
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
