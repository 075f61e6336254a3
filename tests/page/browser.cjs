// Opens pages in Chromium and writes what it finds there as JSON; the tests judge it.
//
//     node browser.cjs CHROMIUM FOLDER SCREENSHOTS
//
// FOLDER has the pages; the folder SCREENSHOTS is given pictures to be looked at.
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [, , executablePath, folder, pictures] = process.argv;
const args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync"];

async function main() {
  const browser = await chromium.launch({ executablePath, args });
  const found = {};
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith(".html")).sort()) {
    found[file] = await look(browser, file);
  }
  found.predict = await predict(browser, "plain.html");
  found.plain = await withoutScript(browser, "looped.html");
  await browser.close();
  process.stdout.write(JSON.stringify(found));
}

async function open(browser, file, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const noticed = { requests: [], errors: [] };
  const address = `file://${path.resolve(folder, file)}`;
  page.on("request", (request) => { if (!request.url().startsWith(address)) noticed.requests.push(request.url()); });
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) noticed.errors.push(message.text()); });
  page.on("pageerror", (error) => noticed.errors.push(String(error)));
  await page.goto(address);
  return { page, context, noticed, address };
}

async function look(browser, file) {
  const { page, context, noticed } = await open(browser, file);
  const result = { opened: await page.evaluate(() => performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart) };
  result.steps = await everyStep(page);
  result.links = await links(page);
  result.keys = await keyboard(page);
  result.loops = await loops(page);
  if (await page.locator("#sweep").count()) result.sweep = await sweep(page);
  Object.assign(result, noticed);
  await context.close();
  result.axe = {};
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1200]) {
      const options = { colorScheme, viewport: { width, height: 900 }, reducedMotion: "reduce" };
      const seen = await open(browser, file, options);
      await seen.page.click("#jump");
      result.axe[`${colorScheme}-${width}`] = await findings(seen.page);
      result.axe[`${colorScheme}-${width}-wide`] = await seen.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      await seen.page.screenshot({ path: path.join(pictures, `${file}-${colorScheme}-${width}.png`), fullPage: true });
      await seen.context.close();
    }
  }
  return result;
}

// The page forbids scripts from elsewhere, so axe comes in by the debugger's door.
async function findings(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`);
}

const texts = (page, selector) => page.$$eval(selector, (all) => all.map((one) => one.textContent));

async function everyStep(page) {
  const count = Number(await page.getAttribute("#at", "max"));
  const steps = [];
  for (let n = 0; n < Math.min(count, 80); n += 1) {
    await page.evaluate(() => document.getElementById("next").click());
    steps.push(await texts(page, "#sentence p"));
  }
  await page.evaluate(() => { const at = document.getElementById("at"); at.value = 0; at.dispatchEvent(new Event("input")); });
  return { count, steps };
}

// What is lit when the pointer is on each line of the user's function.
async function links(page) {
  const result = {};
  for (const line of await page.$$(".user .code li")) {
    await line.hover();
    const id = await line.getAttribute("id");
    result[id] = {
      lines: await page.$$eval(".code li.on", (all) => all.map((one) => one.id)),
      nodes: await texts(page, ".graph .node.on .name"),
    };
  }
  await page.mouse.move(1, 1);
  return result;
}

// Everything once more with the keyboard alone: focus, arrows, pin, release, steps.
async function keyboard(page) {
  const result = {};
  await page.evaluate(() => { document.activeElement.blur(); window.scrollTo(0, 0); });
  const lit = () => page.$$eval(".code li.on", (all) => all.map((one) => one.id));
  for (let n = 0; n < 40; n += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(() => document.activeElement.matches(".code li"))) break;
  }
  result.first = await page.evaluate(() => document.activeElement.id);
  await page.keyboard.press("ArrowDown");
  result.second = await page.evaluate(() => document.activeElement.id);
  result.lit = await lit();
  await page.keyboard.press("Enter");
  result.selected = await page.getAttribute(`#${result.second}`, "aria-selected");
  result.hash = await page.evaluate(() => location.hash);
  await page.evaluate(() => document.activeElement.blur());
  result.kept = await lit();
  await page.keyboard.press("Escape");
  result.released = await lit();
  await page.keyboard.press("n");
  await page.keyboard.press("n");
  await page.keyboard.press("p");
  result.step = await page.textContent("#where");
  const reached = new Set();
  for (let n = 0; n < 60; n += 1) {
    await page.keyboard.press("Tab");
    reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.tagName));
  }
  result.reached = [...reached];
  await page.focus(".graph .node");
  await page.keyboard.press("Enter");
  result.reasons = await page.$$eval("#why article:not([hidden])", (all) => all.length);
  await page.keyboard.press("Escape");
  await page.keyboard.press("p");
  return result;
}

async function loops(page) {
  if (await page.isHidden("#loop")) return null;
  const options = await texts(page, "#iteration option");
  const taken = [];
  for (let n = 1; n < Math.min(options.length, 6); n += 1) {
    await page.selectOption("#iteration", { index: n });
    taken.push([await page.textContent("#where"), await page.textContent("#tape")]);
  }
  return { options, taken };
}

async function sweep(page) {
  const seen = [];
  await page.evaluate(() => { const at = document.getElementById("at"); at.value = 0; at.dispatchEvent(new Event("input")); });
  const last = Number(await page.getAttribute("#sweep", "max"));
  await page.focus("#sweep");
  for (let n = 0; n <= last; n += 1) {
    await page.keyboard.press("ArrowRight");
    seen.push(await texts(page, "#sentence p"));
  }
  return seen;
}

async function predict(browser, file) {
  const { page, context } = await open(browser, file);
  await page.check("#predict");
  await page.click("#jump");
  const result = { hidden: await texts(page, "#sentence p"), asked: await page.textContent("#asked") };
  await page.fill("#guess", "123456");
  await page.keyboard.press("Enter");
  result.wrong = await page.textContent("#verdict");
  result.number = await page.evaluate(() => {
    const data = JSON.parse(document.getElementById("data").textContent);
    return data.runs[0].steps.find((step) => step[0])[6][0][9];
  });
  await page.fill("#guess", String(result.number * 1.001));
  await page.keyboard.press("Enter");
  result.right = await page.textContent("#verdict");
  await page.click("#reveal");
  result.shown = await texts(page, "#sentence p");
  await context.close();
  return result;
}

async function withoutScript(browser, file) {
  const { page, context } = await open(browser, file, { javaScriptEnabled: false });
  const result = {
    text: await page.innerText("body"),
    nodes: await page.locator(".graph .node").count(),
    buttons: await page.locator("button:visible").count(),
  };
  await context.close();
  return result;
}

main().catch((error) => { console.error(error); process.exit(1); });
