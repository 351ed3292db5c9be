// Every figure that the page shows is the command line's, bit for bit, whatever is moved and however: on deals at their full number of
// trials.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import {
  agrees,
  closed,
  desk,
  differs,
  FLAGSHIP,
  folder,
  json,
  lever,
  open,
  quiet,
  rested,
  scenario,
  STARTER,
  state,
  tab,
  terms,
  typed,
  unfold,
  written,
} from "./desk.mjs";

after(closed);

/** Figures of the deal as it was signed. */
const signed = async (page, file) => (await json("run", file, "--trials", String((await state(page)).figures.trials), "--no-files")).metrics;

/** Pulls a slider by its keys; a value that cannot be is taken back. */
async function pulled(page, box, keys) {
  await box.locator("input[type=range]").focus();
  for (const key of keys) await page.keyboard.press(key);
  await rested(page);
  if ((await box.locator(".wrong:not([hidden])").count()) === 0) return true;
  await box.getByRole("button", { name: /^take back/ }).click();
  await rested(page);
  return false;
}

/** Moves an uncertain input in one of the three ways: shifts it by its slider, widens or fixes it by its field. */
async function moved(page, card, way) {
  const box = card.locator(`[data-way=${way}]`);
  if (await box.isHidden()) await card.getByRole("button", { name: new RegExp(`^${way}`, "i") }).click();
  if (way === "shift") return pulled(page, box, ["ArrowLeft", "ArrowLeft"]);
  return typed(page, box, String(way === "widen" ? 1.5 : await written(box)));
}

/** Terms by their sliders and by their fields, inputs in all three ways. */
async function walk(file, { sliders, fields, inputs }) {
  const page = await open(await desk(file));
  const before = await signed(page, file);
  await agrees(page, file, before);
  await unfold(page);
  let compared = 0;
  const all = await terms(page);
  const taken = { sliders: 0, fields: 0, inputs: 0 };
  for (const { id } of all) {
    if (taken.sliders === sliders) break;
    if (!(await pulled(page, lever(page, id), ["ArrowRight", "ArrowRight", "ArrowRight"]))) continue;
    taken.sliders += 1;
    compared += await agrees(page, file, before);
  }
  for (const { id } of all.toReversed()) {
    if (taken.fields === fields) break;
    if (!(await typed(page, lever(page, id), String((await written(lever(page, id))) * 1.25)))) continue;
    taken.fields += 1;
    compared += await agrees(page, file, before);
  }
  assert.ok((await differs(page, file)) > 0);
  await tab(page, "The world");
  const cards = page.locator("[data-input]");
  for (let at = 0; at < (await cards.count()) && taken.inputs < inputs; at += 1) {
    if (!(await moved(page, cards.nth(at), ["shift", "widen", "fix"][at % 3]))) continue;
    taken.inputs += 1;
    compared += await agrees(page, file, before);
  }
  return { page, before, compared, taken };
}

/** Misfortunes, one after another, on what was changed before. */
async function stressed(page, file, most) {
  await tab(page, "The world");
  const buttons = page.locator("[data-stress]:enabled");
  const count = Math.min(most, await buttons.count());
  for (let at = 0; at < count; at += 1) {
    await buttons.nth(at).click();
    await rested(page);
    assert.equal((await state(page)).edition.stress, await buttons.nth(at).getAttribute("data-stress"));
    await agrees(page, file);
  }
  return count;
}

test("the flagship: every kind of lever, at 20,000 trials", async () => {
  const { page, compared, taken } = await walk(FLAGSHIP, { sliders: 4, fields: 6, inputs: 6 });
  assert.deepEqual(taken, { sliders: 4, fields: 6, inputs: 6 });
  assert.equal((await state(page)).figures.trials, 20_000);
  assert.ok(compared > 16 * 50, `${compared} figures were compared`);
  await page.getByRole("button", { name: "all as signed" }).click();
  await rested(page);
  assert.deepEqual((await state(page)).edition, { text: null, set: [], stress: null });
  assert.ok((await stressed(page, FLAGSHIP, 99)) >= 5);
  await quiet(page);
});

test("the starter: every kind of lever and every misfortune, at 20,000 trials", async () => {
  const { page, taken } = await walk(STARTER, { sliders: 4, fields: 6, inputs: 3 });
  assert.equal(taken.sliders + taken.fields, 10);
  assert.ok((await stressed(page, STARTER, 99)) >= 3);
  await quiet(page);
});

test("people one by one", async () => {
  const file = scenario("programs/per-scholas-core.toml");
  const { page } = await walk(file, { sliders: 1, fields: 2, inputs: 1 });
  await stressed(page, file, 1);
  await quiet(page);
});

test("a deal that draws from a table", async () => {
  const rows = Array.from({ length: 60 }, (_, at) => `${0.3 + ((at * 7) % 60) / 200},${((at * 11) % 60) / 400}`);
  const there = join(folder, "drawn");
  mkdirSync(there);
  writeFileSync(join(there, "posterior.csv"), `without,effect\n${rows.join("\n")}\n`);
  const file = join(there, "drawn.toml");
  writeFileSync(file, DRAWN);
  const { page } = await walk(file, { sliders: 2, fields: 3, inputs: 3 });
  await stressed(page, file, 9);
  await quiet(page);
});

const DRAWN = `schema = 1
[deal]
name = "A posterior"
currency = "EUR"
start = 2026-01-01
period = "quarter"
periods = 16
[simulation]
trials = 3_000
seed = 7
[program]
provider = "Provider"
cohorts = { count = 3, every = 2, size = 120 }
[[program.cost]]
name = "service"
per_participant = 3_000
[[outcome]]
name = "placed"
without = { draws = { file = "posterior.csv", column = "without" } }
effect = { draws = { file = "posterior.csv", column = "effect" } }
after = 2
[[measure]]
name = "placements"
of = "placed"
[[payor]]
name = "Land"
cap = 1_500_000
[[payment]]
name = "placed"
payor = "Land"
on = "placements"
price = { per_unit = 6_000 }
[[tranche]]
name = "fund"
rank = 1
amount = 900_000
coupon = 0.05
`;
