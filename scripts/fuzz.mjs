// `npm run fuzz [target] [seconds]`: libFuzzer on the properties of tests/fuzz, every target for a minute when nothing else is said. What it
// learns stays below target/fuzz; what breaks a property is named with the file that did. Needs a nightly compiler.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inRoot, tool } from "./lib/house.mjs";
import { note } from "./lib/evidence.mjs";
import { capture, versionOf } from "./lib/run.mjs";
import { Failure, line, main, step } from "./lib/say.mjs";
import { cargoTool } from "./setup/tools.mjs";

/** The targets, as fuzz/Cargo.toml names them. */
export const targets = [...readFileSync(inRoot("fuzz", "Cargo.toml"), "utf8").matchAll(/^\[\[bin\]\]\nname = "(.+)"/gm)].map(([, name]) => name);

const count = new Intl.NumberFormat("en").format;

/** Every word that a seed is likely to need, so that the fuzzer does not have to guess it letter by letter. */
function writeDictionary() {
  const words = readFileSync(inRoot("tests", "fuzz", "main.rs"), "utf8").match(/const TOKENS[^;]*;/s)[0].matchAll(/"((?:[^"\\]|\\.)*)"/g);
  const bytes = (text) => Array.from(Buffer.from(text), (byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
  const plain = (rust) => JSON.parse(`"${rust.replace(/\\u\{(\w+)\}/g, (_, code) => String.fromCodePoint(parseInt(code, 16))).replaceAll("\\0", "\\u0000").replaceAll("\0", "\\u0000")}"`);
  const file = inRoot("target", "fuzz", "tokens.dict");
  writeFileSync(file, [...words].map(([, word]) => `"${bytes(plain(word))}"\n`).join(""));
  return file;
}

/** Runs one target and gives how many inputs it tried. */
export async function fuzz(target, seconds) {
  const learnt = inRoot("target", "fuzz", target);
  mkdirSync(learnt, { recursive: true });
  let tried = 0;
  await step(`fuzz ${target}`, async (tell) => {
    const onLine = (text) => {
      const [, done, what] = text.match(/^#(\d+)\s+(\w+)/) ?? text.match(/^stat::(?:number_of_executed_units):\s+(\d+)/) ?? [];
      if (done) tried = Math.max(tried, Number(done));
      if (what) tell(`${count(tried)} inputs`);
    };
    const args = ["+nightly", "fuzz", "run", "--sanitizer", "none", target, learnt, inRoot("fuzz", "corpus", target), "--"];
    const limits = [`-max_total_time=${seconds}`, "-max_len=4096", "-timeout=20", "-print_final_stats=1", `-dict=${writeDictionary()}`];
    const env = { PATH: `${inRoot("target", "tools", "bin")}:${process.env.PATH}` };
    const { code, output } = await capture("cargo", [...args, ...limits], { env, onLine, limit: (seconds + 900) * 1000 });
    if (code !== 0) {
      const artifact = output.match(/Test unit written to (\S+)/)?.[1];
      const lines = output.split("\n").filter((text) => !text.startsWith("#") && text.trim());
      throw new Failure(artifact ? `${target} does not hold for ${artifact}: add the file to fuzz/corpus/${target}, which every test run replays` : `${target} could not be fuzzed`, lines.slice(-40).join("\n"));
    }
    return `${count(tried)} inputs, no property broken`;
  });
  note(`fuzz-${target}`, { target, tried, seconds });
  return tried;
}

/** What fuzzing needs; a Failure says what is missing. */
export async function fuzzable() {
  if (!(await versionOf("cargo", ["+nightly", "--version"]))) throw new Failure("fuzzing needs a nightly compiler: rustup toolchain install nightly");
  await cargoTool("cargo-fuzz");
  return tool("cargo-fuzz");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    const words = process.argv.slice(2);
    const seconds = Number(words.find((word) => /^\d+$/.test(word)) ?? 60);
    const asked = words.filter((word) => !/^\d+$/.test(word));
    const unknown = asked.find((word) => !targets.includes(word));
    if (unknown) throw new Failure(`there is no target ${unknown}, expected one of ${targets.join(", ")}`);
    await fuzzable();
    for (const target of asked.length > 0 ? asked : targets) await fuzz(target, seconds);
    line("what was learnt is in target/fuzz");
  });
}
