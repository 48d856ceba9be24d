import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import test from "node:test";
import { skip, startBrowser } from "./browser.mjs";

test("a browser opens a page of loopback and runs its script", { skip }, async () => {
  const server = createServer((_, response) => response.end("<title>here</title><script>document.title += ' and alive'</script>"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    assert.equal(await page.title(), "here and alive");
  } finally {
    await browser.close();
    server.close();
  }
});

test("every browser begins with an empty profile", { skip }, async () => {
  const server = createServer((_, response) => response.end("<p>"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const visit = async () => {
    const browser = await startBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${server.address().port}/`);
      return await page.evaluate(() => {
        const visits = Number(localStorage.getItem("visits")) + 1;
        localStorage.setItem("visits", String(visits));
        return visits;
      });
    } finally {
      await browser.close();
    }
  };
  assert.equal(await visit(), 1);
  assert.equal(await visit(), 1);
  server.close();
});
