// The README's examples run, and print what it says they print; typed ones, there and in the documentation, compile.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const pkg = fileURLToPath(new URL("..", import.meta.url));
const readme = await readFile(join(pkg, "README.md"), "utf8");
const examples = [...readme.matchAll(/```js\n(.*?)```\n\n```text\n(.*?)```/gs)];

test("every runnable example is followed by what it prints", () => {
  assert.equal(examples.length, readme.split("```js\n").length - 1);
  assert.ok(examples.length > 0);
});

for (const [, code, printed] of examples) {
  test(`prints ${printed.split("\n")[0]}`, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { cwd: pkg });
    assert.equal(stdout, printed);
  });
}

/** What an application has around an example. */
const AROUND = `
import type { EditorView } from "@codemirror/view";
import type { CheckRequest, Format, Platform } from "postgate";
import type { Receipt } from "postgate/gate";
declare global {
  const draft: CheckRequest, content: string, platform: Platform, format: Format;
  const view: EditorView, signal: AbortSignal, token: string, idempotencyKey: string;
  let receipt: Receipt | null, would_block: boolean;
  function write(text: string): void;
  function show(edits: unknown): void;
}
export {};
`;

test("every typed example compiles", async () => {
  const docs = join(pkg, "../docs");
  const pages = [join(pkg, "README.md"), ...(await readdir(docs)).filter((name) => name.endsWith(".md")).map((name) => join(docs, name))];
  const folder = await mkdtemp(join(tmpdir(), "postgate-examples-"));
  try {
    const codemirror = dirname(dirname(dirname(createRequire(import.meta.url).resolve("@codemirror/view"))));
    await mkdir(join(folder, "node_modules"));
    await symlink(pkg, join(folder, "node_modules/postgate"));
    await symlink(codemirror, join(folder, "node_modules/@codemirror"));
    await writeFile(join(folder, "package.json"), '{ "type": "module" }');
    await writeFile(join(folder, "around.d.ts"), AROUND);
    const files = [];
    for (const page of pages) {
      for (const [, code] of (await readFile(page, "utf8")).matchAll(/```ts\n(.*?)```/gs)) {
        const file = `example-${files.length + 1}.ts`;
        await writeFile(join(folder, file), `// ${page}\n${code}`);
        files.push(file);
      }
    }
    assert.ok(files.length >= 4, files.join());
    const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
    const options = ["--ignoreConfig", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--lib", "es2023,dom", "--module", "nodenext", "--moduleResolution", "nodenext", "--types", ""];
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...options, "around.d.ts", ...files], { cwd: folder }).catch((error) => error);
    assert.equal(stdout, "");
  } finally {
    await rm(folder, { recursive: true });
  }
});
