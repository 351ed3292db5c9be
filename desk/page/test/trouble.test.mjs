// What goes wrong: a value that cannot be, an engine that dies, a study that is stopped, a job that a newer one takes over. The page says
// so and goes on.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { agrees, closed, desk, lever, open, quiet, rested, scenario, STARTER, state, tab, terms, typed, unfold, written } from "./desk.mjs";

after(closed);

const headline = (page) => page.locator(".headline").textContent();

/** Makes the engine die at the next request of a kind, as a trap of WebAssembly would make it. */
const poison = (page, op, times = 1) =>
  page.workers()[0].evaluate(
    ([what, most]) => {
      const write = JSON.stringify;
      let left = most;
      JSON.stringify = (value, ...rest) => {
        if (value?.op === what && left > 0) {
          left -= 1;
          throw new WebAssembly.RuntimeError("unreachable");
        }
        return write(value, ...rest);
      };
    },
    [op, times],
  );

test("a wrong value: the problem stands in its place, the figures stay", async () => {
  const page = await open(await desk(STARTER, "--trials", "1000"));
  await unfold(page);
  const all = await terms(page);
  const box = lever(page, all[0].id);
  const value = await written(box);
  await typed(page, box, String(Math.round(value * 0.8)));
  const before = await state(page);
  const field = box.locator("input[type=text]");
  for (const text of ["-5", "many", "1e300"]) {
    await field.fill(text);
    await field.press("Enter");
    await rested(page);
    await box.locator(".wrong:visible").waitFor();
    assert.equal(await field.inputValue(), text === "many" ? "many" : text, "what was typed stays");
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.match(await box.locator(".wrong").innerText(), /\S+ \S+.*\n[\s\S]*The figures are those of the last terms that can be\./);
    assert.match(await field.getAttribute("aria-describedby"), new RegExp(await box.locator(".wrong").getAttribute("id")));
  }
  const now = await state(page);
  assert.deepEqual([now.edition, now.figures.sides], [before.edition, before.figures.sides]);
  // Another lever goes on, and this one is mended by a right value.
  assert.ok(await typed(page, lever(page, all[1].id), String((await written(lever(page, all[1].id))) * 1.1)));
  assert.equal(await field.inputValue(), "1e300");
  await field.fill(String(value));
  await field.press("Enter");
  await rested(page);
  assert.equal(await box.locator(".wrong:visible").count(), 0);
  await agrees(page, STARTER);
  await quiet(page);
});

test("the engine dies while it works out figures: it is started again", async () => {
  const page = await open(await desk(STARTER, "--trials", "1000"));
  await unfold(page);
  const all = await terms(page);
  await typed(page, lever(page, all[0].id), String(Math.round((await written(lever(page, all[0].id))) * 0.9)));
  const good = await state(page);
  await poison(page, "figures");
  const field = lever(page, all[1].id).locator("input[type=text]");
  await field.fill(String(Math.round((await written(lever(page, all[1].id))) * 0.9)));
  await field.press("Enter");
  await page.waitForTimeout(300);
  await rested(page);
  assert.match(await headline(page), /stopped by itself.*started again/);
  assert.deepEqual((await state(page)).edition, good.edition);
  await agrees(page, STARTER);
  // And on it goes.
  assert.ok(await typed(page, lever(page, all[2].id), String((await written(lever(page, all[2].id))) * 1.1)));
  await agrees(page, STARTER);
  await quiet(page);
});

test("the engine dies between two steps, and while it draws charts", async () => {
  const page = await open(await desk(STARTER, "--trials", "1000"));
  await unfold(page);
  const all = await terms(page);
  for (const op of ["step", "charts"]) {
    await poison(page, op);
    const box = lever(page, all[0].id);
    const field = box.locator("input[type=text]");
    await field.fill(String(Math.round((await written(box)) * 0.9)));
    await field.press("Enter");
    await page.waitForTimeout(400);
    await rested(page);
    assert.match(await headline(page), /stopped by itself.*started again/, op);
    await agrees(page, STARTER);
  }
  await quiet(page);
});

test("the engine dies again and again: the page says so and stays", async () => {
  const page = await open(await desk(STARTER, "--trials", "500"));
  await unfold(page);
  const all = await terms(page);
  const box = lever(page, all[0].id);
  for (let death = 0; death < 5; death += 1) {
    if (page.workers().length === 0) break;
    await poison(page, "figures");
    await box.locator("input[type=text]").fill(String(900_000 + death));
    await box.locator("input[type=text]").press("Enter");
    await page.waitForTimeout(400);
  }
  assert.match(await headline(page), /again and again/);
  assert.ok((await state(page)).figures !== null);
  assert.ok(await page.locator(".cards").isVisible());
  assert.deepEqual(page.wrong, []);
  await page.context().close();
});

test("a long study is stopped", async () => {
  const page = await open(await desk(scenario("programs/per-scholas-core.toml")));
  await unfold(page);
  const all = await terms(page);
  await typed(page, lever(page, all[0].id), String(Math.round((await written(lever(page, all[0].id))) * 0.9)));
  const before = await state(page);
  page.on("download", () => page.wrong.push("a report came all the same"));
  await page.locator("summary", { hasText: "Take away" }).click();
  await page.getByRole("button", { name: "The report" }).click();
  await page.locator(".bar.busy").waitFor();
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await page.waitForTimeout(100);
  await rested(page);
  assert.match(await headline(page), /^Stopped/);
  const now = await state(page);
  assert.deepEqual([now.edition, now.figures.sides], [before.edition, before.figures.sides]);
  await quiet(page);
});

test("a job that a newer one takes over", async () => {
  const file = scenario("programs/per-scholas-core.toml");
  const page = await open(await desk(file));
  await tab(page, "The world");
  const words = await page.evaluateHandle(() => {
    const all = [];
    new MutationObserver(() => all.push(document.querySelector(".word").textContent)).observe(document.querySelector(".work"), {
      subtree: true,
      childList: true,
      characterData: true,
    });
    return all;
  });
  const card = page.locator("[data-input]").first();
  await card.getByRole("button", { name: /^Shift/ }).click();
  const slider = card.locator("[data-way=shift] input[type=range]");
  await slider.focus();
  // A world is drawn anew at each of them: that takes longer than the next one needs to come.
  for (let press = 0; press < 12; press += 1) {
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(60);
  }
  await rested(page);
  assert.ok(
    (await words.jsonValue()).some((word) => /superseded/.test(word)),
    "it says that a newer move took over",
  );
  await agrees(page, file);
  await quiet(page);
});
