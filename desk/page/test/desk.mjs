// What the tests and the bench share: a desk from the command line, opened in Chromium from its file, and what the command line says to the
// same changes. PFSIM names the program, CHROMIUM the browser.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
export const scenario = (name) => join(ROOT, "scenarios", name);
export const FLAGSHIP = scenario("programs/per-scholas-alumni-upskilling.toml");
export const STARTER = scenario("starter.toml");

export const PROGRAM = resolve(ROOT, process.env.PFSIM ?? "target/debug/pfsim");
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A folder of this run's own, gone at its end. */
export const folder = mkdtempSync(join(tmpdir(), "pfsim-desk-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

let browser = null;
/** Chromium, the same for all tests of a file. */
export async function launched() {
  browser ??= chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ARGUMENTS });
  return browser;
}
/** Ends it: without that the test run would never end. */
export async function closed() {
  await (await browser)?.close();
  browser = null;
}

const run = promisify(execFile);
/** What the program says on standard output. */
export async function pfsim(...words) {
  const { stdout } = await run(PROGRAM, words, { maxBuffer: 1 << 28, cwd: folder });
  return stdout;
}
export const json = async (...words) => JSON.parse(await pfsim(...words, "--json", "--quiet"));

let last = 0;
/** Writes the desk of a scenario; its path. */
export async function desk(file, ...words) {
  last += 1;
  const out = join(folder, `desk-${last}`);
  await pfsim("desk", file, "--out", out, "--quiet", ...words);
  return join(out, "desk.html");
}

/** Opens a page from its file and waits until it rests. `page.wrong` collects what must not happen: `quiet` looks whether it is empty. */
export async function open(file, { width = 1280, height = 900, scheme = "light", hash = "", offline = true, waits = true } = {}) {
  const context = await (await launched()).newContext({ viewport: { width, height }, colorScheme: scheme, acceptDownloads: true, offline });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.wrong = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && page.wrong.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => page.wrong.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => (page.wrong.push(`dialog: ${dialog.message()}`), dialog.dismiss()));
  page.on("request", (request) => /^(file|blob|data):/.test(request.url()) || page.wrong.push(`request: ${request.url()}`));
  context.on("page", (other) => page.wrong.push(`window: ${other.url()}`));
  await page.addInitScript(() => {
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
  });
  await page.goto(pathToFileURL(file).href + (hash === "" ? "" : `#${hash}`));
  if (waits) {
    await soon(
      page,
      page.evaluate(() => window.desk.ready),
      "the page shows first figures",
    );
    await rested(page);
  }
  return page;
}

/** Ends a page on which nothing happened that must not. */
export async function quiet(page) {
  const violations = await page.evaluate(() => window.violations);
  assert.deepEqual([...page.wrong, ...violations], [], "no error, no warning, no request, nothing that the page's policy forbids");
  await page.context().close();
}

/** What should come soon: a promise in a page knows no time, and a test that waits for ever says nothing. */
async function soon(page, promise, what) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, 20_000, false);
  });
  const came = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  if (came !== true) assert.fail(`not so: ${what}. It says: ${(await page.locator("body").innerText()).slice(0, 600)}`);
}

export async function rested(page) {
  await page.waitForTimeout(20);
  await soon(
    page,
    page.evaluate(() => window.desk.settled()),
    "the page comes to rest",
  );
}
export const state = (page) => page.evaluate(() => window.desk.state());
export const tab = (page, name) => page.getByRole("tab", { name, exact: true }).click();

/** All numbers that can be moved: terms, each with its path. */
export const terms = (page) => page.locator("[data-term]").evaluateAll((all) => all.map((one) => ({ id: one.dataset.term, path: one.dataset.path })));
export const lever = (page, id) => page.locator(`[data-term=${JSON.stringify(id)}]`);

/** Opens all groups: a lever in a closed one cannot be reached. */
export const unfold = (page) => page.locator("details.group").evaluateAll((all) => all.forEach((group) => (group.open = true)));

/** Types a number into a field. Whether it was taken; one that was not is taken back. */
export async function typed(page, box, text) {
  const field = box.locator("input[type=text]");
  await field.fill(text);
  await field.press("Enter");
  await rested(page);
  if ((await box.locator(".wrong:not([hidden])").count()) === 0) return true;
  await box.getByRole("button", { name: /^take back/ }).click();
  await rested(page);
  return false;
}

/** The number in a field, as the page writes it. */
export const written = async (box) => Number((await box.locator("input[type=text]").inputValue()).replaceAll(",", "").replace("−", "-"));

/** What the table of a side shows, row by row. */
const shown = (page) =>
  page.locator("[data-side]").evaluateAll((sides) =>
    sides.map((side) => ({
      id: side.dataset.side,
      rows: [...side.querySelectorAll("tbody tr")].map((row) => {
        const text = (selector) => row.querySelector(selector)?.textContent ?? "";
        return {
          name: row.dataset.figure,
          label: text("th"),
          now: `${text(".value")} ${text(".error")}`.trim(),
          was: text(".was-cell"),
          apart: text(".apart"),
        };
      }),
    })),
  );

/** The figure `name` in the JSON of a run: a metric's mean or percentile, or a chance. */
function looked(metrics, name) {
  const [, metric, figure] = /^(.*?)(?:\.(mean|es5|p5|p25|p50|p75|p95))?$/.exec(name);
  return metrics[metric]?.[figure ?? "mean"] ?? metrics[name]?.mean;
}

const same = (one, other, what) => assert.ok(Object.is(one, other), `${what}: the page says ${one}, the command line ${other}`);

/** Every figure on the page is the command line's, bit for bit, and stands there as the engine wrote it. How many were compared. */
export async function agrees(page, file, signed = null) {
  const { edition, figures, settled } = await state(page);
  assert.ok(settled && figures !== null && !figures.rough);
  const sets = edition.set.flatMap((entry) => ["--set", entry]);
  const trials = ["--trials", String(figures.trials)];
  const rows = figures.sides.flatMap((side) => side.rows);
  let found;
  if (edition.stress === null) {
    const { metrics } = await json("run", file, ...sets, ...trials, "--no-files");
    found = (name) => looked(metrics, name);
  } else {
    // A misfortune may bring figures that the deal itself has not: the command line cannot be asked for them.
    const { metrics } = await json("run", file, ...sets, ...trials, "--no-files");
    const names = [...new Set(rows.map((row) => row.name).filter((name) => looked(metrics, name) !== undefined))];
    const all = await json("stress", file, ...sets, ...trials, ...names.flatMap((name) => ["--of", name]));
    const stress = all.stresses.find((other) => other.name === edition.stress);
    found = (name) => (names.includes(name) ? stress.figures[name] : null);
  }
  let compared = 0;
  for (const row of rows) {
    if (row.name === "") {
      // What payors pay for one more outcome is a ratio of two figures of the command line, and none itself.
      const outcome = /“(.*)”/.exec(row.label)[1];
      const [paid, more] = ["payors.total.mean", `outcome."${outcome}".additional.mean`].map((name) => found(name)?.value);
      if (paid === undefined || more === undefined || row.value === null) continue;
      assert.ok(Math.abs(row.value / (paid / more) - 1) < 1e-12, `${row.label}: the page says ${row.value}, the command line ${paid / more}`);
      compared += 1;
      continue;
    }
    const there = found(row.name);
    if (there === null) continue;
    assert.ok(there !== undefined, `${row.name} is a figure of the command line`);
    same(row.value, there.value, `${row.name} under ${JSON.stringify(edition)}`);
    same(row.error, there.standard_error, `error of ${row.name} under ${JSON.stringify(edition)}`);
    if (signed !== null) {
      const then = looked(signed, row.name);
      if (then !== undefined) same(row.signed, then.value, `${row.name} as signed`);
    }
    compared += 1;
  }
  const tables = await shown(page);
  assert.deepEqual(
    tables.map((side) => side.id),
    figures.sides.map((side) => side.id),
  );
  figures.sides.forEach((side, at) => {
    side.rows.forEach((row, line) => {
      const text = tables[at].rows[line];
      assert.deepEqual([text.name, text.label, text.now], [row.name, row.label, row.text]);
      assert.equal(text.was, row.signed_text === null ? "" : `was ${row.signed_text}`);
      const apart = row.difference;
      if (apart !== null && !apart.noise && /[1-9]/.test(apart.text)) assert.ok(text.apart.includes(apart.text), `${text.apart} says ${apart.text}`);
    });
  });
  return compared;
}

/** The differences that `compare` states too are the same, with their intervals. How many there are. */
export async function differs(page, file) {
  const { edition, figures } = await state(page);
  const sets = edition.set.flatMap((entry) => ["--set", entry]);
  const { figures: known } = await json("compare", file, file, ...sets, "--trials", String(figures.trials));
  let compared = 0;
  for (const { metric, difference } of known) {
    for (const row of figures.sides.flatMap((side) => side.rows)) {
      if (row.difference === null || (row.name !== metric && row.name !== `${metric}.mean`) || difference === null) continue;
      for (const key of ["value", "low", "high"]) same(row.difference[key], difference[key], `${key} of the difference of ${row.name}`);
      compared += 1;
    }
  }
  return compared;
}
