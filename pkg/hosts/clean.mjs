// The package as a stranger gets it: packed, and installed by npm into a folder that knows nothing of this repository.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const pkg = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

/** A clean folder with the package in it. `tarball` is what `npm pack` made. */
export async function cleanFolder() {
  const folder = await mkdtemp(join(tmpdir(), "postgate-clean-"));
  const { stdout } = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: pkg });
  const [{ filename, files }] = JSON.parse(stdout);
  const tarball = join(folder, filename);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "stranger", private: true }));
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--no-package-lock", tarball], { cwd: folder });
  return {
    folder,
    tarball,
    files: files.map(({ path }) => path),
    write: async (name, text) => (await writeFile(join(folder, name), text), join(folder, name)),
    /** A program of the folder's own: what it printed. */
    node: async (...args) => (await run(process.execPath, args, { cwd: folder })).stdout,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
