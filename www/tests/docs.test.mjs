// The documentation: every link leads somewhere, every page is reached, and every example prints what it says it prints.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { buildDocs } from "../../scripts/build/docs.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const papers = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "pkg/README.md", ...readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`)];

let out;
let pages;
before(async () => {
  out = mkdtempSync(join(tmpdir(), "postgate-docs-"));
  await buildDocs(out);
  pages = new Map(readdirSync(join(out, "docs")).filter((name) => name.endsWith(".html")).map((name) => [name.replace(/\.html$/, ""), readFileSync(join(out, "docs", name), "utf8")]));
});
after(() => rmSync(out, { recursive: true }));

const links = (html) => [...html.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href]) => href);
const ids = (html) => new Set([...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));

test("every link of a page leads to a page that is there, and to a heading that is on it", () => {
  const lost = [];
  for (const [name, html] of pages) {
    for (const href of links(html)) {
      if (/^https?:\/\/|^mailto:|^\.\.\/$/.test(href)) continue;
      const [path, anchor] = href.split("#");
      const to = path === "" ? name : path === "./" ? "index" : path;
      if (!pages.has(to)) lost.push(`${name}: ${href}`);
      else if (anchor !== undefined && !ids(pages.get(to)).has(anchor)) lost.push(`${name}: ${href}, no such heading`);
    }
  }
  assert.deepEqual(lost, []);
});

test("every link of a paper leads to a file that is there", () => {
  const lost = [];
  for (const paper of papers) {
    const text = readFileSync(join(root, paper), "utf8").replaceAll(/```.*?```/gs, "");
    for (const [, href] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:|^#|^\/openapi\.json$/i.test(href)) continue; // elsewhere, here, or served by the gate itself
      if (!existsSync(resolve(root, dirname(paper), href.split("#")[0]))) lost.push(`${paper}: ${href}`);
    }
  }
  assert.deepEqual(lost, []);
});

test("every page has one title, its place in the contents, and no markup of its own", () => {
  for (const [name, html] of pages) {
    assert.equal([...html.matchAll(/<h1/g)].length, 1, name);
    assert.equal([...html.matchAll(/aria-current="page"/g)].length, 1, name);
    assert.doesNotMatch(html, /<script|style=|<img(?! src="images\/[a-z-]+\.svg" alt="[^"]+" loading="lazy" \/>)/, name);
  }
});

for (const paper of papers.filter((name) => name.startsWith("docs/"))) {
  const examples = [...readFileSync(join(root, paper), "utf8").matchAll(/```js\n(.*?)```\n\n```text\n(.*?)```/gs)];
  for (const [, code, printed] of examples) {
    test(`${paper} prints ${printed.split("\n")[0]}`, async () => {
      const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { cwd: join(root, "pkg") });
      assert.equal(stdout, printed);
    });
  }
}
