// The editor page as a test sees it: what is written, what is underlined, what the chip says, what the timeline tells.
// Everything is read from the page itself, the draft's shadow root included; nothing of the page's own code is called.

/** Opens the page and waits until it has checked the empty draft. `wrongs` collects what a clean page never says. */
export async function openDesk(browser, url) {
  const page = await browser.newPage();
  const wrongs = [];
  page.on("pageerror", (error) => wrongs.push(String(error)));
  await page.addInitScript(() => {
    /** Findings underlined in the draft right now, in text order: `[code, severity, text]`. */
    globalThis.underlined = () =>
      [...document.getElementById("draft").shadowRoot.querySelectorAll(".finding")].map((mark) => [
        mark.dataset.code,
        mark.classList.contains("block") ? "block" : "warn",
        mark.textContent,
      ]);
    globalThis.violations = [];
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => violations.push(`${violatedDirective} ${blockedURI}`));
  });
  await page.goto(url);
  await page.waitForFunction(() => (document.getElementById("verdict")?.dataset.verdict ?? "loading") !== "loading");
  const draft = page.locator(".cm-content");

  return {
    page,
    draft,
    wrongs: async () => [...wrongs, ...(await page.evaluate(() => violations))],
    underlined: () => page.evaluate(() => underlined()),
    /** Waits until exactly these are underlined. */
    async untilUnderlined(expected) {
      const wanted = JSON.stringify(expected);
      await page.waitForFunction((list) => JSON.stringify(underlined()) === list, wanted, { timeout: 5000 }).catch(async (cause) => {
        throw new Error(`underlined ${JSON.stringify(await page.evaluate(() => underlined()))}, expected ${wanted}`, { cause });
      });
    },
    text: () => draft.evaluate((content) => [...content.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n")),
    write: (text) => draft.pressSequentially(text),
    async clear() {
      await draft.focus();
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.press("Delete");
    },
    verdict: () => page.locator("#verdict").textContent(),
    untilVerdict: (text) => page.waitForFunction((wanted) => document.getElementById("verdict").textContent === wanted, text, { timeout: 20_000 }),
    async signIn(name) {
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByLabel("User name").fill(name);
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name, exact: true }).waitFor();
    },
    /** The steps of the timeline: title and what stands beneath. */
    steps: () =>
      page.evaluate(() =>
        [...document.querySelectorAll("#timeline > li")].map((step) => ({
          tone: step.dataset.tone,
          title: step.querySelector(".event-title").lastChild.textContent,
          detail: step.querySelector(".event-detail")?.innerText ?? "",
          codes: [...step.querySelectorAll(".event-detail code")].map(({ textContent }) => textContent),
        })),
      ),
    outbox: () => page.locator("#outbox > li p:not(.hint)").allTextContents(),
    announced: () => page.locator("#say").textContent(),
  };
}
