// The page at four widths, light and dark: nothing scrolls sideways, and axe finds nothing in the states that people see most.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, test } from "node:test";
import { closed, desk, FLAGSHIP, lever, open, quiet, rested, STARTER, tab, terms, typed, unfold, written } from "./desk.mjs";

after(closed);

const axe = `${readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8")};0`;

/** The page's own policy forbids other scripts: axe comes in through the debugger. */
async function accessible(page, what) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const said = found.violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 4)
        .map((node) => `${node.target.join(" ")} (${node.any[0]?.message ?? node.all[0]?.message ?? ""})`)
        .join("; ")}`,
  );
  assert.deepEqual(said, [], `axe: ${what}`);
}

async function fits(page, width, what) {
  const over = await page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    const out = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > wide + 1 && !element.closest(".scroll, .unseen, .skip, .editor, svg"),
    );
    return {
      page: document.documentElement.scrollWidth,
      out: out.slice(0, 5).map((element) => `${element.tagName}.${element.className}: ${element.textContent.slice(0, 40)}`),
    };
  });
  assert.ok(over.page <= width, `no sideways scrolling at ${width} px: ${what} is ${over.page} px wide: ${over.out.join(" | ")}`);
  assert.deepEqual(over.out, [], `nothing stands out at ${width} px: ${what}`);
}

/** The states that people see most, one after another; `look` looks at each. */
async function states(page, look) {
  await look("as signed");
  await unfold(page);
  const all = await terms(page);
  const cap = all.find((term) => /\.cap$/.test(term.id)) ?? all[0];
  const value = await written(lever(page, cap.id));
  await typed(page, lever(page, cap.id), String(Math.round(value * 0.7)));
  await page.waitForTimeout(650);
  await look("terms moved");
  const field = lever(page, all[1].id).locator("input[type=text]");
  await field.fill("-5");
  await field.press("Enter");
  await rested(page);
  await page.locator(".wrong:visible").first().waitFor();
  await look("a problem");
  await lever(page, all[1].id)
    .getByRole("button", { name: /^take back/ })
    .click();
  await rested(page);
  await tab(page, "The world");
  await page
    .locator("[data-input]")
    .first()
    .getByRole("button", { name: /^Shift/ })
    .click();
  await look("the world");
  await tab(page, "Text");
  await page.locator(".cm-content").waitFor();
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("oops = 1\n");
  await page.locator(".problems li").waitFor();
  await look("the text with a problem");
  await tab(page, "Terms");
  await tab(page, "Ask");
  const option = (at) => page.locator(".question:visible datalist").first().locator("option").nth(at).getAttribute("value");
  await page
    .locator(".question:visible input")
    .first()
    .fill(await option(2));
  await page.getByLabel("Number", { exact: true }).fill("100,000");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.locator(".answer:visible").waitFor();
  await look("an answer");
  await tab(page, "Find");
  await page
    .locator(".question:visible input")
    .first()
    .fill(await option(0));
  await page.locator(".question:visible input").nth(1).fill("investors.loss <= 45%");
  await page.getByRole("button", { name: "Find", exact: true }).click();
  await page.locator(".answer:visible").waitFor();
  await page.locator(".answer:visible summary").click();
  await look("what was found");
  await tab(page, "Why");
  await page
    .locator(".question:visible input")
    .first()
    .fill(await option(2));
  await page.getByRole("button", { name: "Show why" }).click();
  await page.locator(".answer:visible").waitFor();
  await look("a ledger");
  await tab(page, "Versions");
  await page.locator(".question:visible").getByRole("button", { name: "Keep this version" }).click();
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator(".answer:visible").waitFor();
  await rested(page);
  await look("a comparison");
  await tab(page, "Everybody’s side");
  await page.locator("summary", { hasText: "Take away" }).click();
  await look("the menu");
  await page.keyboard.press("Escape");
}

for (const [width, scheme] of [
  [390, "light"],
  [1280, "dark"],
]) {
  test(`every state at ${width} px, ${scheme}`, async () => {
    const page = await open(await desk(FLAGSHIP, "--trials", "1000"), { width, height: width === 390 ? 844 : 900, scheme });
    await states(page, async (what) => {
      await fits(page, width, what);
      await accessible(page, what);
    });
    // The other of light and dark, where everything stands now.
    await page.getByLabel("light or dark").selectOption(scheme === "dark" ? "light" : "dark");
    await accessible(page, "the other colours");
    await tab(page, "The world");
    await accessible(page, "the world in the other colours");
    await quiet(page);
  });
}

test("700 and 1,920 px", async () => {
  for (const width of [700, 1920]) {
    const page = await open(await desk(STARTER, "--trials", "500"), { width, height: 1000 });
    await states(page, (what) => fits(page, width, what));
    await quiet(page);
  }
});

test("on paper: the changes, the figures and the charts, and no levers", async () => {
  const page = await open(await desk(STARTER, "--trials", "500"));
  await unfold(page);
  const [first] = await terms(page);
  await typed(page, lever(page, first.id), String(Math.round((await written(lever(page, first.id))) * 0.8)));
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  assert.ok(await page.locator(".cards").isVisible());
  assert.ok(await page.locator(".chip").first().isVisible());
  assert.ok(await page.locator(".levers").isHidden());
  assert.equal(await page.locator(".charts .chart:has(svg)").count(), await page.locator(".charts .chart").count());
  await quiet(page);
});
