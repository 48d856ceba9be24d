// The documentation as pages: docs/*.md, and the papers that the house keeps elsewhere, into <out>/docs/*.html. Links between
// papers become links between pages; a link to a source file, which is not served, becomes its text. Same sources, same bytes.

import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { inRoot } from "../lib/house.mjs";

/** What comes first, in groups, by the page's name; what docs/ holds beside it follows under "More". */
const GROUPS = [
  ["Start", ["index", "start", "package", "element"]],
  ["Policy", ["policy", "rules", "platforms", "accuracy"]],
  ["Gate", ["gate", "errors", "api", "writer", "publishers", "receipts", "audit", "ring"]],
  ["Running it", ["runbook", "migrations", "performance", "scaling", "monitoring", "security", "reliability"]],
  ["The project", ["architecture", "contributing", "changelog", "dependencies"]],
];

/** Papers that live outside docs/, by the name of their page. */
const ELSEWHERE = {
  package: "pkg/README.md",
  architecture: "ARCHITECTURE.md",
  contributing: "CONTRIBUTING.md",
  changelog: "CHANGELOG.md",
};

/** Where a paper's own heading says too little between the others. */
const TITLES = { index: "Overview", package: "The npm package", changelog: "Changelog" };

/** Every paper: page name to file, both as they are on disk. */
function papers() {
  const own = readdirSync(inRoot("docs")).filter((name) => name.endsWith(".md"));
  const all = new Map(own.map((name) => [name.slice(0, -3).toLowerCase(), inRoot("docs", name)]));
  for (const [name, file] of Object.entries(ELSEWHERE)) if (existsSync(inRoot(file))) all.set(name, inRoot(file));
  return all;
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** What a link of a paper leads to: a page, a place elsewhere, or nothing that is served. */
function target(href, file, pages) {
  if (/^[a-z][a-z+.-]*:/i.test(href) || href.startsWith("#")) return href;
  const [path, anchor] = href.split("#");
  const page = pages.get(resolve(dirname(file), path));
  if (page === undefined) return undefined;
  return `${page === "index" ? "./" : page}${anchor === undefined ? "" : `#${anchor}`}`;
}

async function reader(pages) {
  const { Marked } = await import("marked");
  const { gfmHeadingId } = await import("marked-gfm-heading-id");
  let file = "";
  const marked = new Marked(gfmHeadingId(), {
    renderer: {
      // Papers hold text: what looks like markup is shown as it is written.
      html: ({ text }) => escaped(text),
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const to = target(href, file, pages);
        return to === undefined ? inner : `<a href="${escaped(to)}">${inner}</a>`;
      },
      // Plots are served with the papers; any other picture is its text.
      image({ href, text }) {
        return isPlot(resolve(dirname(file), href)) ? `<img src="${escaped(href)}" alt="${escaped(text)}" loading="lazy" />` : escaped(text);
      },
      // Wide tables and long lines scroll by themselves, by keyboard too.
      table(token) {
        const row = (cells, tag) => `<tr>${cells.map((cell) => ((name) => `<${name}>${this.parser.parseInline(cell.tokens)}</${name}>`)(cell.text === "" ? "td" : tag)).join("")}</tr>`;
        const head = token.header.some(({ text }) => text !== "") ? `<thead>${row(token.header, "th")}</thead>` : "";
        return `<div class="wide" tabindex="0" role="group" aria-label="Table"><table>${head}<tbody>${token.rows.map((cells) => row(cells, "td")).join("")}</tbody></table></div>`;
      },
      code: ({ text, lang }) => `<pre tabindex="0"${lang ? ` data-language="${escaped(lang)}"` : ""}><code>${escaped(text)}\n</code></pre>`,
    },
  });
  return (from) => {
    file = from;
    return marked.parse(readFileSync(from, "utf8"));
  };
}

const isPlot = (file) => dirname(file) === inRoot("docs", "images") && file.endsWith(".svg") && existsSync(file);

const titleOf = (name, file) => TITLES[name] ?? readFileSync(file, "utf8").match(/^# (.+)$/m)?.[1] ?? name;

function navigation(all, current) {
  const named = GROUPS.flatMap(([, names]) => names);
  const rest = [...all.keys()].filter((name) => !named.includes(name)).sort();
  const groups = [...GROUPS, ["More", rest]].map(([title, names]) => [title, names.filter((name) => all.has(name))]);
  const item = (name) => `<li><a href="${name === "index" ? "./" : name}"${name === current ? ' aria-current="page"' : ""}>${escaped(titleOf(name, all.get(name)))}</a></li>`;
  return groups.filter(([, names]) => names.length > 0).map(([title, names]) => `<div class="group"><h2>${title}</h2><ul>${names.map(item).join("")}</ul></div>`).join("");
}

const page = (name, title, nav, body) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escaped(title)} · postgate</title>
    <link rel="icon" href="../icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="../base.css" />
    <link rel="stylesheet" href="../docs.css" />
  </head>
  <body>
    <a class="skip" href="#paper">Skip to the text</a>
    <header class="top"><a class="mark" href="./">postgate</a><a href="../">Editor</a></header>
    <div class="book">
      <nav class="contents" aria-label="Documentation">${nav}</nav>
      <main class="paper" id="paper" data-page="${name}">${body}</main>
    </div>
  </body>
</html>
`;

/** Writes every page below `out`/docs. */
export async function buildDocs(out) {
  const all = papers();
  const pages = new Map([...all].map(([name, file]) => [file, name]));
  const read = await reader(pages);
  const images = join(out, "docs", "images");
  mkdirSync(images, { recursive: true });
  for (const name of readdirSync(inRoot("docs", "images")).filter((file) => file.endsWith(".svg"))) copyFileSync(inRoot("docs", "images", name), join(images, name));
  for (const [name, file] of all) {
    writeFileSync(join(out, "docs", `${name}.html`), page(name, titleOf(name, file), navigation(all, name), read(file)));
  }
  return relative(out, join(out, "docs"));
}
