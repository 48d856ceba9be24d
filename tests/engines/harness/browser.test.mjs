import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { skip, startBrowser } from "./browser.mjs";

describe("a browser", { skip }, () => {
  const server = createServer((_, response) => response.end("<title>here</title><script>document.title += ' and alive'</script>"));
  before(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => server.close());

  /** Opens the page in a browser of its own. */
  async function visit(look) {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      return await look(page);
    } finally {
      await browser.close();
    }
  }

  test("opens a page of loopback and runs its script", async () => {
    assert.equal(await visit((page) => page.title()), "here and alive");
  });

  test("begins with an empty profile each time", async () => {
    const count = (page) =>
      page.evaluate(() => {
        localStorage.setItem("visits", String(Number(localStorage.getItem("visits")) + 1));
        return localStorage.getItem("visits");
      });
    assert.deepEqual([await visit(count), await visit(count)], ["1", "1"]);
  });
});
