// The dashboard in a real browser, fed by the real binary under load.
// Usage: node dashboard.test.mjs BINARY FOLDER [SECONDS]: screenshots go to the folder, taken after so
// many seconds of load.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import AxeBuilder from "@axe-core/playwright";
import { chromium as driver } from "playwright-core";

import { chromium, load, start } from "./service.mjs";

const [binary, folder, seconds = "8"] = process.argv.slice(2);
const SIZE = { width: 1280, height: 900 };
const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

const profile = mkdtempSync(join(tmpdir(), "pairlane-browser-"));
mkdirSync(folder, { recursive: true });
const service = await start(binary);
const finish = load(service);
const browser = await driver.launchPersistentContext(profile, {
  executablePath: chromium(), headless: true, args: ARGUMENTS, viewport: SIZE, colorScheme: "light",
});

// Whatever a page complains of is a failure: a policy that blocks, a script that throws.
const complaints = [];
async function open() {
  const page = await browser.newPage();
  page.on("console", (said) => {
    if (["error", "warning"].includes(said.type())) complaints.push(said.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (asked) => {
    if (!asked.url().startsWith(service.ops)) complaints.push(`asked elsewhere: ${asked.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto(service.ops);
  await page.waitForFunction(() => document.body.dataset.state === "live", null, { timeout: 20_000 });
  return page;
}

const tests = {
  async "shows what happens"(page) {
    await page.waitForTimeout(Number(seconds) * 1000);
    const number = async (id) => Number((await page.locator(`#${id}`).textContent()).replaceAll(",", ""));
    assert(await number("verified-total") > 50);
    assert(await number("invalid-total") > 0);
    assert(await number("p99") > 0);
    assert.equal(await page.locator("#token").textContent(), "off, no keys configured");
    assert(await page.locator("#features li").count() > 0);
    assert.equal(await page.locator(".plot canvas").count(), 5);
    // A canvas without a drawing is of one colour.
    const blank = await page.locator(".plot canvas").evaluateAll((all) => all.filter((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size < 10;
    }).length);
    assert.equal(blank, 0);
  },

  async "has nothing that axe finds, light and dark"(page) {
    for (const scheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = false; }));
      await page.waitForTimeout(1200);
      await page.screenshot({ path: join(folder, `dashboard-${scheme}.png`), fullPage: true });
      await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = true; }));
      const { violations, passes } = await new AxeBuilder({ page }).analyze();
      assert.deepEqual(violations.map((found) => `${found.id}: ${found.nodes[0].target}`), [], scheme);
      assert(passes.length > 15, `axe checked only ${passes.length} rules`);
    }
    await page.locator("details").evaluateAll((all) => all.forEach((one) => { one.open = false; }));
  },

  async "is walked by keyboard"(page) {
    const reached = [];
    await page.locator("body").evaluate(() => document.activeElement.blur());
    for (let step = 0; step < 10; step += 1) {
      await page.keyboard.press("Tab");
      reached.push(await page.evaluate(() => {
        const { tagName, name, pathname } = document.activeElement;
        return name || pathname || tagName.toLowerCase();
      }));
    }
    const all = ["theme", ...Array(5).fill("summary"), "/metrics", "/readyz", "/livez", "/dashboard/uplot-license.txt"];
    assert.deepEqual(reached, all);

    await page.locator('input[name="theme"]:checked').focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await page.reload();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    await page.waitForFunction(() => document.body.dataset.state === "live");

    await page.locator("#throughput summary").focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelectorAll("#throughput tbody tr").length > 2);
    assert.match(await page.locator("#throughput tbody").innerText(), /\d/);
  },

  async "keeps still for those who ask for it"(page) {
    await page.emulateMedia({ reducedMotion: "reduce" });
    assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
  },

  async "fits a small screen"(page) {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.waitForTimeout(300);
    const [wide, shown] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert(wide <= shown, `${wide} px on ${shown} px`);
    await page.setViewportSize(SIZE);
  },
};

let failed = 0;
async function check(name, test) {
  try {
    await test();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}: ${error.stack}`);
  }
}

const page = await open();
for (const [name, test] of Object.entries(tests)) await check(name, () => test(page));
await check("loads without a complaint", () => assert.deepEqual(complaints, []));
await check("was asked for work that was done", async () => assert.deepEqual(await finish(), []));
await check("says when the service is gone, which does not wait for it", async () => {
  service.stop();
  assert.equal(await service.ended, 0);
  await page.waitForFunction(() => document.body.dataset.state === "lost", null, { timeout: 10_000 });
  assert.equal(await page.locator("#state").textContent(), "Disconnected, retrying");
});

await browser.close();
rmSync(profile, { recursive: true, force: true });
console.log(`browser: ${failed ? `${failed} failed` : "all passed"}, screenshots in ${folder}`);
process.exit(failed ? 1 : 0);
