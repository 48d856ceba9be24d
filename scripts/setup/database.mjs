// The local D1 database: the numbered SQL of migrations/, applied by wrangler. The stamp lies inside the state folder,
// so that a deleted database is a missing one.

import { readdirSync, existsSync } from "node:fs";
import { join } from "node:path";
import { inRoot, stateDir } from "../lib/house.mjs";
import { run } from "../lib/run.mjs";
import { step } from "../lib/say.mjs";
import { digest, filesBelow, isStamped, writeStamp } from "../lib/stamp.mjs";
import { wrangler, wranglerEnv } from "../lib/wrangler.mjs";

const folder = inRoot("migrations");
const migrations = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".sql")) : []);

/** What the database of a state folder would be made from; the same digest means the same tables. */
export const migrationsDigest = () => digest({ files: [inRoot("wrangler.toml"), ...filesBelow(folder)] });

/** Applies the migrations to the database in a state folder, a fresh one or one in use. */
export async function applyMigrations(state) {
  if (migrations().length === 0) return;
  await run(wrangler, ["d1", "migrations", "apply", "DB", "--local", "--persist-to", state], {
    env: { ...wranglerEnv, CI: "true" },
    wrong: "the migrations could not be applied to the local database",
  });
}

export async function migrateLocalDatabase() {
  const stamp = join(stateDir, "migrations.sha256");
  const wanted = migrationsDigest();
  if (migrations().length === 0 || isStamped(stamp, wanted)) return false;
  await step("local database migrated", () => applyMigrations(stateDir));
  writeStamp(stamp, wanted);
  return true;
}
