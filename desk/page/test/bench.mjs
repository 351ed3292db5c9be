// How long people wait at the desk, in Chromium: from a moved term to the frame that shows the figures, and to the one that shows the charts
// too; from opening the file to first figures; and the engine against the native program on one thread. `node bench.mjs [moves]`.

import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { promisify } from "node:util";
import { closed, desk, FLAGSHIP, lever, open, PROGRAM, rested, scenario, STARTER, state, tab, terms, unfold } from "./desk.mjs";

const MOVES = Number(process.argv[2] ?? 40);
const OPENED = 5;
const DEALS = { flagship: FLAGSHIP, starter: STARTER, "per-scholas-core (people one by one)": scenario("programs/per-scholas-core.toml") };

const middle = (all) => all.toSorted((one, other) => one - other)[all.length >> 1] ?? NaN;
const worst = (all) => all.toSorted((one, other) => one - other)[Math.floor(all.length * 0.95)] ?? NaN;
const ms = (value) => `${value.toFixed(0)} ms`;
const both = (all) => `${ms(middle(all))} (${ms(worst(all))})`;
const run = promisify(execFile);

/** Milliseconds of the native program on one thread. */
async function native(file, trials) {
  const times = [];
  for (let round = 0; round < 5; round += 1) {
    const { stderr } = await run(PROGRAM, ["run", file, "--trials", String(trials), "--threads", "1", "--timing", "--no-files", "--quiet"], {
      maxBuffer: 1 << 26,
    });
    times.push(Number(/"seconds": ([\d.]+)/.exec(stderr)[1]) * 1000);
  }
  return middle(times);
}

/** Presses a key on a slider, again and again, each time when the page rests; the times since. No edition comes twice. */
async function pulled(page, slider, moves) {
  await slider.focus();
  await page.evaluate(() => window.desk.times.splice(0));
  for (let move = 0; move < moves; move += 1) {
    await page.keyboard.press("ArrowLeft");
    await rested(page);
    // The frame after the one that shows it.
    await page.waitForTimeout(60);
  }
  return page.evaluate(() => window.desk.times.filter((time) => !time.rough));
}

async function measured(name, file) {
  const path = await desk(file);
  const opened = [];
  let page = null;
  for (let round = 0; round < OPENED; round += 1) {
    await page?.context().close();
    page = await open(path);
    opened.push(await page.evaluate(() => window.desk.ready));
  }
  await unfold(page);
  const { trials } = (await state(page)).figures;
  const all = await terms(page);
  const term = all.find(({ id }) => /^payor\..*\.cap$/.test(id)) ?? all.find(({ id }) => /price/.test(id)) ?? all[0];
  const times = await pulled(page, lever(page, term.id).locator("input[type=range]"), MOVES);
  const of = (what, key) => times.filter((time) => time.what === what).map((time) => time[key]);
  await tab(page, "The world");
  const card = page.locator("[data-input]").first();
  await card.getByRole("button", { name: /^Shift/ }).click();
  const worlds = await pulled(page, card.locator("[data-way=shift] input[type=range]"), Math.ceil(MOVES / 4));
  const drawn = middle(worlds.filter((time) => time.what === "figures").map((time) => time.came));
  await page.context().close();
  const here = await native(file, trials);
  return [
    name,
    trials.toLocaleString("en-US"),
    ms(middle(of("figures", "came"))),
    ms(middle(of("figures", "put"))),
    both(of("figures", "painted")),
    ms(middle(of("figures", "ms"))),
    both(of("charts", "painted")),
    ms(middle(of("charts", "ms"))),
    ms(middle(opened)),
    `${(statSync(path).size / 1e6).toFixed(2)} MB`,
    ms(drawn),
    ms(here),
    (drawn / here).toFixed(1),
  ];
}

const HEAD = [
  "deal",
  "trials",
  "answer there",
  "in the page",
  "figures painted (p95)",
  "next frame",
  "with charts (p95)",
  "next frame",
  "open to first figures",
  "file",
  "new world",
  "native, 1 thread",
  "ratio",
];
const line = (cells) => `| ${cells.join(" | ")} |`;
console.log(line(HEAD));
console.log(line(HEAD.map(() => "---")));
for (const [name, file] of Object.entries(DEALS)) console.log(line(await measured(name, file)));
console.log(`
Medians (and 95th percentiles) of ${MOVES} moves of one term by a key. “Answer there”: the figures have come from the engine; “in the
page”: they stand in the document; “painted”: the frame that shows them is made; “next frame”: the one after it begins, at the latest then
they have been seen. “New world”: an uncertain input is moved, so that every trial is drawn anew, settled, and held against the deal as
signed, until the answer is there; “native”: one run of the program on one thread, which draws and settles every trial and holds nothing
against it.`);
await closed();
