// Nothing leaves the page, with a network or without one; and a stranger's deal is data, whatever stands in it.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { agrees, closed, desk, folder, json, lever, open, quiet, rested, STARTER, state, tab, terms, typed, unfold, written } from "./desk.mjs";

after(closed);

/** Goes everywhere once. */
async function everywhere(page) {
  await unfold(page);
  const [first] = await terms(page);
  await typed(page, lever(page, first.id), String(Math.round((await written(lever(page, first.id))) * 0.9)));
  for (const name of ["The world", "Text", "Terms"]) {
    await tab(page, name);
    await page.waitForTimeout(150);
  }
  for (const name of ["Ask", "Find", "Why", "Versions", "Everybody’s side"]) await tab(page, name);
  await page.locator("summary", { hasText: "Take away" }).click();
  await page.getByRole("button", { name: "The command" }).click();
  await page.locator(".taken pre").waitFor();
  await page.keyboard.press("Escape");
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await rested(page);
}

for (const offline of [false, true]) {
  test(`nothing leaves the page ${offline ? "without" : "with"} a network`, async () => {
    const page = await open(await desk(STARTER), { offline });
    await everywhere(page);
    assert.deepEqual(
      await page.evaluate(() =>
        performance
          .getEntriesByType("resource")
          .map(({ name }) => name)
          .filter((name) => !/^(blob|data|file):/.test(name)),
      ),
      [],
    );
    await quiet(page);
  });
}

test("the page's policy lets nothing out and nothing in", async () => {
  const file = await desk(STARTER);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(readFileSync(file, "utf8"))?.[1] ?? "";
  assert.match(policy, /^default-src 'none';/);
  assert.doesNotMatch(policy, /'unsafe-|https?:|\*|connect-src|'self'/);
  const page = await open(file, { offline: false });
  const came = [];
  page.on("response", (response) => came.push(response.url()));
  const asked = await page.evaluate(async () => {
    const image = new Image();
    image.src = "https://example.org/x.png";
    document.body.append(image);
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    document.body.setAttribute("onclick", "window.ran = true");
    document.body.click();
    const went = await fetch("https://example.org/").then(
      () => true,
      () => false,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { went, ran: window.ran ?? false, refused: window.violations.length };
  });
  assert.deepEqual([asked.went, asked.ran], [false, false]);
  assert.ok(asked.refused >= 3);
  assert.deepEqual(came, [], "what the page's policy forbids is not even asked for");
  await page.context().close();
});

/** Names have 120 letters and no double quotes; all other text may have anything. */
const EVIL = {
  deal: `</script><script>window.ran=1</script><img src=x onerror='window.ran=2'> 'single' & <b>bold</b> <!-- ]]>`,
  about: `"double" </style><img src=x onerror="window.ran=8"> <a href="javascript:window.ran=9">x</a>`,
  provider: `=HYPERLINK('http://evil.example','x') +1+cmd|' /C calc'!A0`,
  city: `مدينة 2028 (עיר) State`,
  payment: `{{constructor.constructor('window.ran=3')()}} \${window.ran=4} 🏫👩🏽‍🎓`,
  success: `${"long".repeat(12)}${"W".repeat(72)}`,
  loan: `<svg/onload=window.ran=5> 'too'`,
  fund: `javascript:window.ran=6`,
};

/** The starter with a stranger's names. */
function hostile() {
  let text = readFileSync(STARTER, "utf8");
  const names = [
    ["My first deal", EVIL.deal],
    ["City", EVIL.city],
    ["placements", EVIL.payment],
    ["bank loan", EVIL.loan],
    ["impact fund", EVIL.fund],
    ["success", EVIL.success],
  ];
  for (const [name, evil] of names) text = text.replaceAll(`"${name}"`, () => `"${evil}"`);
  text = text.replace(/^provider = ".*"/m, () => `provider = "${EVIL.provider}"`);
  text = text.replace(/^about = ".*"/m, () => `about = ${JSON.stringify(EVIL.about)}`);
  const file = join(folder, "hostile.toml");
  writeFileSync(file, text);
  return file;
}

test("a hostile deal is harmless, and its figures are right", async () => {
  const file = hostile();
  const made = await desk(file, "--trials", "800");
  const scripts = (one) => readFileSync(one, "utf8").match(/<script|<\/script|<img|<svg|<!--/gi).length;
  assert.equal(scripts(made), scripts(await desk(STARTER)), "no name has become markup");
  const page = await open(made, { width: 390, height: 844 });
  const { metrics } = await json("run", file, "--trials", "800", "--no-files");
  await agrees(page, file, metrics);
  const narrow = async (what) => assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 390, `no sideways scrolling: ${what}`);
  await narrow("terms");
  await everywhere(page);
  await agrees(page, file, metrics);
  await narrow("after a walk");
  await tab(page, "The world");
  await narrow("world");
  await tab(page, "Ask");
  const options = await page.locator(".question:visible datalist option").evaluateAll((all) => all.map((one) => one.value));
  await page
    .locator(".question:visible input")
    .first()
    .fill(options.find((text) => text.includes("long".repeat(12))));
  await page.getByLabel("Number", { exact: true }).fill("1000");
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await page.locator(".answer:visible").waitFor();
  await narrow("an answer");
  await tab(page, "Versions");
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator(".answer:visible").waitFor();
  await rested(page);
  await narrow("a comparison");
  const heading = await page.locator("h1").textContent();
  assert.equal(heading, EVIL.deal);
  assert.equal(await page.evaluate(() => window.ran), undefined, "nothing ran");
  assert.equal(await page.locator("main img, main iframe, main object, main a[href^=javascript], foreignObject").count(), 0);
  // A version with an evil name, an evil address: text too.
  await page.getByRole("button", { name: "Keep this version" }).last().click();
  await page.locator(".versions input").fill("<img src=x onerror=window.ran=7>");
  await page.locator(".versions input").press("Enter");
  assert.equal(await page.evaluate(() => window.ran), undefined);
  await quiet(page);
});
