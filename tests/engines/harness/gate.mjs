// The real gate for a test: the built Worker in workerd, with a fresh state folder of its own, on a free port of loopback.
// Touches nothing of the working tree but .wrangler/; leaves no process behind, however the test ends.

import { cpSync, existsSync, mkdtempSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { inRoot } from "../../../scripts/lib/house.mjs";
import { Failure } from "../../../scripts/lib/say.mjs";
import { filesBelow } from "../../../scripts/lib/stamp.mjs";
import { serve } from "../../../scripts/lib/wrangler.mjs";
import { applyMigrations, migrationsDigest } from "../../../scripts/setup/database.mjs";
import { signingKey } from "../../../scripts/setup/dev-vars.mjs";
import { openD1 } from "./d1.mjs";
import { confide } from "./leaks.mjs";

const patience = 60_000;

/** A state folder whose database is migrated: made once for each set of migrations, to be copied. */
export async function migratedState() {
  const template = inRoot(".wrangler", "harness", migrationsDigest());
  if (!existsSync(template)) {
    const making = `${template}.${process.pid}`;
    mkdirSync(making, { recursive: true });
    await applyMigrations(making);
    if (existsSync(template)) rmSync(making, { recursive: true });
    else renameSync(making, template);
  }
  return template;
}

async function freshState(folder) {
  const state = join(folder, "state");
  cpSync(await migratedState(), state, { recursive: true });
  return state;
}

/** Variables as a file that wrangler reads in place of .dev.vars; a variable that is null is left out. */
function writeVars(file, vars) {
  const lines = Object.entries(vars).filter(([, value]) => value !== null).map(([name, value]) => {
    if (/['\n]/.test(value)) throw new Failure(`${name} can't be put into an env file: it holds a quote or a line end`);
    return `${name}='${value}'\n`;
  });
  writeFileSync(file, lines.join(""), { mode: 0o600 });
}

/** wrangler.toml as a test wants it, in .wrangler/, from where its paths lead back to the root; it builds nothing. */
function writeConfig(folder, change) {
  const file = inRoot(".wrangler", "harness", `${basename(folder)}.toml`);
  const toml = readFileSync(inRoot("wrangler.toml"), "utf8")
    .replace(/^\[build\]\n(?:\w.*\n)*/m, "")
    .replaceAll(/^(main|directory|migrations_dir) = "(.*)"$/gm, '$1 = "../../$2"');
  writeFileSync(file, change(toml));
  return file;
}

/** Settles when the Worker answers; fails at once on an error of wrangler's, otherwise when patience ends. */
function untilReady(server) {
  return new Promise((resolve, reject) => {
    const done = (settle) => (value) => {
      clearInterval(watch);
      clearTimeout(limit);
      settle(value);
    };
    const fail = done((sentence) => reject(new Failure(`${sentence}\n${server.log.join("\n")}`)));
    const watch = setInterval(() => server.log.some((text) => text.includes("[ERROR]")) && fail("the gate can't start"), 200);
    const limit = setTimeout(() => fail(`the gate did not answer within ${patience / 1000} s`), patience);
    server.ready().then(done(resolve), done(reject));
  });
}

/**
 * Starts a gate. `vars` are added to wrangler.toml's and win over them; by default dev auth is on and the key is fresh.
 * `config` gives another wrangler.toml from its text. `watched: false` is for so much traffic that nobody can look for leaks in it;
 * `inspector` is a free port, for a test that stops the Worker by a debugger.
 *
 * - `url`: where it answers; the same after a restart
 * - `log`: what it has printed, line by line
 * - `d1(sql, ...values)`: rows of its database, also while it runs and after it was killed
 * - `bucket(name)`: the texts that a bucket of it holds
 * - `stop()`: ends it and deletes its state; fails where a secret or a draft of the test is in its log or in a reply · `kill9()`: ends it as a power cut would, the state stays
 * - `restart()`: ends it and starts it again on the same state, with other `vars` if given; `between(folder)` may spoil the state
 */
export async function startGate({ vars = {}, config, watched = true, inspector } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "postgate-"));
  const state = await freshState(folder);
  const toml = config && writeConfig(folder, config);
  const remove = () => [folder, toml].filter(Boolean).forEach((path) => rmSync(path, { recursive: true, force: true }));
  process.once("exit", remove);
  const envFile = join(folder, "vars.env");
  let all = { POSTGATE_AUTH: "dev", POSTGATE_SIGNING_KEY: signingKey(), ...vars };
  let server;
  let database;
  const logs = [];

  async function start(port) {
    writeVars(envFile, all);
    if (server) logs.push(server.log);
    server = serve(["--persist-to", state, "--env-file", envFile, ...(toml ? ["--config", toml] : [])], { port, inspector, env: { POSTGATE_BUILD: "skip" } });
    try {
      return await untilReady(server);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  const url = await start(0).catch((error) => {
    remove();
    throw error;
  });
  const confidence = watched ? confide(url, all) : undefined;
  return {
    url,
    get log() {
      return server.log;
    },
    async d1(sql, ...values) {
      database ??= openD1(join(state, "v3", "d1"));
      return (await database).query(sql, values);
    },
    bucket: (name) => filesBelow(join(state, "v3", "r2", name, "blobs")).map((file) => readFileSync(file, "utf8")),
    kill9: () => server.kill9(),
    async restart({ vars: other = {}, between = () => {} } = {}) {
      await server.stop();
      between(state);
      all = { ...all, ...other };
      confidence?.add(all);
      await start(new URL(url).port);
    },
    async stop() {
      await Promise.all([server.stop(), database?.then((open) => open.close())]);
      process.off("exit", remove);
      remove();
      await confidence?.end([...logs, server.log].flat());
    },
  };
}
