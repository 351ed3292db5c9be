// What is taken away says the same as the page: the desk opened again, the link, the file, the command, the report.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { after, test } from "node:test";
import {
  agrees,
  closed,
  desk,
  FLAGSHIP,
  folder,
  json,
  lever,
  open,
  pfsim,
  PROGRAM,
  quiet,
  rested,
  state,
  tab,
  terms,
  typed,
  unfold,
  written,
} from "./desk.mjs";

after(closed);

const figures = async (page) => (await state(page)).figures;

/** A flagship with three changes: two terms and an input. */
async function changed() {
  const page = await open(await desk(FLAGSHIP, "--trials", "2000"));
  await unfold(page);
  const all = await terms(page);
  let taken = 0;
  for (const { id } of all) {
    if (taken === 3) break;
    const box = lever(page, id);
    if (await typed(page, box, String(Number(((await written(box)) * 0.9).toPrecision(3))))) taken += 1;
  }
  await tab(page, "The world");
  const card = page.locator("[data-input]").first();
  await card.getByRole("button", { name: /^Widen/ }).click();
  assert.ok(await typed(page, card.locator("[data-way=widen]"), "1.4"));
  assert.equal((await state(page)).edition.set.length, 4);
  await page.getByRole("button", { name: "Keep this version" }).first().click();
  await page.locator("summary", { hasText: "Take away" }).click();
  return page;
}

async function taken(page, name) {
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: 60_000 }), page.getByRole("button", { name, exact: true }).click()]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

test("what is taken away says the same", async (context) => {
  const page = await changed();
  const here = await state(page);
  await agrees(page, FLAGSHIP);

  await context.test("this desk, opened again", async () => {
    const path = await taken(page, "This desk");
    const other = await open(path);
    const there = await state(other);
    assert.deepEqual(there.edition, here.edition);
    assert.deepEqual(there.figures.sides, here.figures.sides);
    assert.equal(await other.locator(".versions li").count(), 1);
    // Taken away once more, it is the same file but for nothing.
    await other.locator("summary", { hasText: "Take away" }).click();
    const again = await taken(other, "This desk");
    assert.equal(readFileSync(again, "utf8").length, readFileSync(path, "utf8").length);
    await other.getByRole("button", { name: "all as signed" }).click();
    await rested(other);
    assert.deepEqual((await state(other)).edition.set, []);
    await quiet(other);
  });

  await context.test("the link, and a change of it in an open page", async () => {
    await page.getByRole("button", { name: "The address" }).click();
    const address = await page.locator(".taken pre").textContent();
    const hash = address.split("#")[1];
    const other = await open(new URL(address).pathname, { hash });
    assert.deepEqual((await state(other)).edition, here.edition);
    assert.deepEqual((await figures(other)).sides, here.figures.sides);
    await other.evaluate(() => {
      location.hash = "";
    });
    await other.waitForTimeout(100);
    await rested(other);
    assert.deepEqual((await state(other)).edition.set, []);
    await other.evaluate((next) => {
      location.hash = next;
    }, hash);
    await other.waitForTimeout(100);
    await rested(other);
    assert.deepEqual((await state(other)).edition, here.edition);
    await quiet(other);
  });

  await context.test("a link that was cut off, and one of another deal", async () => {
    const path = decodeURIComponent(new URL(page.url()).pathname);
    const cut = await open(path, { hash: "q1YqSVSy" });
    await cut.waitForTimeout(100);
    assert.match(await cut.locator(".headline").textContent(), /cannot be read/);
    assert.deepEqual((await state(cut)).edition.set, []);
    await quiet(cut);
    const { deflateRawSync } = await import("node:zlib");
    const foreign = deflateRawSync(JSON.stringify({ text: null, set: ['payor."Nobody".cap=5'], stress: null })).toString("base64url");
    const other = await open(path, { hash: foreign });
    await other.waitForTimeout(100);
    assert.match(await other.locator(".headline").textContent(), /do not fit this deal/);
    assert.ok((await figures(other)) !== null);
    await quiet(other);
  });

  await context.test("the file", async () => {
    const path = await taken(page, "The deal as TOML");
    const text = readFileSync(path, "utf8");
    const comments = (all) => all.match(/#.*$/gm)?.length ?? 0;
    assert.ok(comments(text) >= comments(readFileSync(FLAGSHIP, "utf8")) - here.edition.set.length, "comments are kept");
    assert.match(await pfsim("check", path), /./);
    const { metrics } = await json("run", path, "--trials", "2000", "--no-files");
    const loss = here.figures.sides.flatMap((side) => side.rows).find((row) => row.name === "investors.loss");
    assert.ok(Object.is(metrics["investors.loss"].mean.value, loss.value));
  });

  await context.test("the command, by a shell", async () => {
    await page.getByRole("button", { name: "The command" }).click();
    const command = await page.locator(".taken pre").filter({ hasText: "pfsim run" }).textContent();
    const path = `${dirname(PROGRAM)}${delimiter}${process.env.PATH}`;
    const out = execFileSync("/bin/sh", ["-c", `${command} --no-files --json --quiet`], {
      cwd: dirname(FLAGSHIP),
      env: { ...process.env, PATH: path },
      maxBuffer: 1 << 28,
    });
    const { metrics } = JSON.parse(out);
    let compared = 0;
    for (const row of here.figures.sides.flatMap((side) => side.rows)) {
      const metric = metrics[row.name] ?? metrics[row.name.replace(/\.mean$/, "")];
      if (metric?.mean === undefined) continue;
      assert.ok(Object.is(metric.mean.value, row.value), row.name);
      compared += 1;
    }
    assert.ok(compared > 20);
  });

  await context.test("the report", async () => {
    const path = await taken(page, "The report");
    await page.waitForTimeout(50);
    await rested(page);
    const report = await open(path, { waits: false });
    assert.match(await report.locator("h1").first().textContent(), /./);
    assert.ok((await report.locator("svg").count()) >= 5);
    assert.deepEqual(report.wrong, []);
    await report.context().close();
    // The page goes on.
    await page.getByRole("button", { name: "all as signed" }).click();
    await rested(page);
    assert.deepEqual((await state(page)).edition.set, []);
  });
  await quiet(page);
});

test("a text that was changed is taken away as it stands", async () => {
  const file = join(folder, "mine.toml");
  writeFileSync(file, readFileSync(FLAGSHIP, "utf8"));
  const page = await open(await desk(file, "--trials", "500"));
  await tab(page, "Text");
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+Home");
  await page.keyboard.type("# a word of ours\n");
  await page.locator(".text").getByText("No problem is found in it.").waitFor();
  await page.getByRole("button", { name: "Use this text" }).click();
  await rested(page);
  await page.locator("summary", { hasText: "Take away" }).click();
  const path = await taken(page, "The deal as TOML");
  assert.equal(readFileSync(path, "utf8"), `# a word of ours\n${readFileSync(FLAGSHIP, "utf8")}`);
  await quiet(page);
});
