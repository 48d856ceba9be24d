// Calling wrangler: never with metrics, never asking anything, with nothing of the caller's account.

import { npmBin } from "./house.mjs";

export const wrangler = npmBin("wrangler");

export const wranglerEnv = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  // The local explorer answers any web page that asks for the local database; nothing here uses it.
  X_LOCAL_EXPLORER: "false",
};
