// Tools that only some commands need, installed below target/tools by cargo when they are first asked for, at a pinned version.

import { toolsDir, tool } from "../lib/house.mjs";
import { cargo, versionOf } from "../lib/run.mjs";
import { step } from "../lib/say.mjs";

/** The version of each. They run for moments and compile for minutes, so that they are built without optimising. */
const tools = {
  "cargo-deny": "0.20.2",
  "cargo-fuzz": "0.13.2",
  "cargo-llvm-cov": "0.9.1",
};

/** Installs a tool where it is missing or of another version, and gives its path. Throws a Failure when it can't be had. */
export async function cargoTool(name) {
  const version = tools[name];
  // As a subcommand of cargo it is called with its own name first.
  const found = await versionOf(tool(name), [name.replace("cargo-", ""), "--version"]);
  if (!found?.endsWith(version)) {
    await step(`${name} ${version} installed`, (tell) =>
      cargo(["install", "--debug", "--root", toolsDir, "--locked", "--force", "--version", version, name], { tell, wrong: `${name} ${version} could not be installed` }).then(() => {}),
    );
  }
  return tool(name);
}
