// Everything by keyboard alone: a walk from the top of the page to a comparison and a file in hand, with the focus in sight at every stop.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { closed, desk, open, quiet, rested, STARTER, state } from "./desk.mjs";

after(closed);

/** What has the focus, and whether a person can see that it has. */
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const held = document.activeElement;
    const inside = held.shadowRoot?.querySelector(".cm-focused");
    const ring = inside ? getComputedStyle(inside).outlineStyle !== "none" : outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    return {
      tag: element.tagName.toLowerCase(),
      name: element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent.trim().slice(0, 60),
      term: element.closest("[data-term]")?.dataset.term ?? null,
      type: element.getAttribute("type"),
      ring,
      seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
  });

/** Presses Tab until `found`; every stop must be in sight. */
async function until(page, found, { most = 120, back = false } = {}) {
  const stops = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press(back ? "Shift+Tab" : "Tab");
    let stop = await focused(page);
    // The editor shows it a moment later.
    for (let wait = 0; wait < 5 && !stop.ring && stop.tag !== "body"; wait += 1) {
      await page.waitForTimeout(20);
      stop = await focused(page);
    }
    stops.push(stop.name);
    if (stop.tag === "body") continue;
    assert.ok(stop.ring, `the focus can be seen at “${stop.name}” (${stop.tag})`);
    assert.ok(stop.seen, `“${stop.name}” (${stop.tag}) is in view when it has the focus`);
    if (found(stop)) return stop;
  }
  return assert.fail(`not reached by Tab: ${stops.join(" | ")}`);
}

const named = (name) => (stop) => stop.name === name;

for (const width of [1280, 390]) {
  test(`by keyboard alone at ${width} px`, async () => {
    const page = await open(await desk(STARTER, "--trials", "1000"), { width, height: width === 390 ? 844 : 900 });
    const set = async () => (await state(page)).edition.set;

    const first = await until(page, named("Skip to the terms and figures"));
    assert.equal(first.tag, "a");
    await page.keyboard.press("Enter");

    // A lever: its slider, then its field.
    const slider = await until(page, (stop) => stop.term !== null && stop.type === "range");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await rested(page);
    assert.equal((await set()).length, 1);
    const moved = (await set())[0];
    await until(page, (stop) => stop.term === slider.term && stop.type === "text", { back: true });
    await page.keyboard.press("ArrowUp");
    await rested(page);
    assert.notEqual((await set())[0], moved);
    await page.keyboard.press("Enter");
    await rested(page);

    // Undo and redo: from a slider by their keys, where a field would take its own letters back.
    await until(page, (stop) => stop.type === "range");
    await page.keyboard.press("Control+z");
    await rested(page);
    const before = await set();
    await page.keyboard.press("Control+Shift+Z");
    await rested(page);
    assert.notDeepEqual(await set(), before);
    assert.equal((await set()).length, 1);

    // Ask: the tabs move by arrows.
    await until(page, named("Everybody’s side"), { most: 200 });
    await page.keyboard.press("ArrowRight");
    assert.equal((await focused(page)).name, "Ask");
    await until(page, named("Figure"));
    const label = await page.locator(".question:visible datalist option").first().getAttribute("value");
    await page.keyboard.type(label);
    await page.keyboard.press("Escape");
    await until(page, named("Number"));
    await page.keyboard.type("100,000");
    await page.keyboard.press("Enter");
    await page.locator(".answer:visible").waitFor();
    await rested(page);
    assert.match(await page.locator(".answer:visible").innerText(), /% ± .* of|of 100|trials/i);

    // Keep a version, and compare it with the deal as signed.
    await until(page, named("Ask"), { back: true });
    await page.keyboard.press("End");
    assert.equal((await focused(page)).name, "Versions");
    await until(page, named("Keep this version"));
    await page.keyboard.press("Enter");
    await page.locator(".versions li").waitFor();
    await until(page, named("Compare"));
    await page.keyboard.press("Enter");
    await page.locator(".answer:visible").waitFor();
    await rested(page);

    // Take the deal away.
    await until(page, named("Take away"), { back: true, most: 250 });
    await page.keyboard.press("Enter");
    await until(page, named("The deal as TOML"));
    const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.equal(file.suggestedFilename(), "starter.toml");
    await page.keyboard.press("Escape");
    assert.equal((await focused(page)).name, "Take away");
    await quiet(page);
  });
}

test("the text is edited and left by keyboard", async () => {
  const page = await open(await desk(STARTER, "--trials", "500"));
  await until(page, named("Terms"), { most: 40 });
  await page.keyboard.press("End");
  await page.locator(".cm-content").waitFor();
  await until(page, (stop) => stop.name.startsWith("the deal as text"));
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# by hand\n");
  await page.waitForTimeout(500);
  await page.keyboard.press("Escape");
  await until(page, named("Use this text"), { back: true });
  await page.keyboard.press("Enter");
  await rested(page);
  assert.match((await state(page)).edition.text, /^# by hand\n/);
  await quiet(page);
});
