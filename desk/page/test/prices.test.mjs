// Every kind of price, closed deals and all that capital can be: each term of each deal is moved by its field, one after another, and all
// figures are the command line's after each.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { agrees, closed, desk, differs, json, lever, open, quiet, scenario, state, terms, typed, unfold, written } from "./desk.mjs";

after(closed);

const TRIALS = 400;
const DEALS = {
  "closed/massachusetts-roca.toml": "steps",
  "closed/denver-supportive-housing.toml": "pieces",
  "closed/salt-lake-reach.toml": "per_avoided",
  "closed/utah-preschool.toml": "share",
  "closed/newpin.toml": "formula",
  "closed/dwp-innovation-fund.toml": "rate_card",
  "programs/jff-competition.toml": "tiers",
  "programs/mahoning-cte.toml": "per_additional",
  "programs/learning-employment-records.toml": "per_unit",
  "examples/capital.toml": "lump_sum",
};

for (const [name, kind] of Object.entries(DEALS)) {
  test(`${name}: a price by ${kind}`, async (context) => {
    const file = scenario(name);
    assert.match(readFileSync(file, "utf8"), new RegExp(`price = \\{.*\\b${kind} =`), "the deal has such a price");
    const page = await open(await desk(file, "--trials", String(TRIALS)));
    assert.equal((await state(page)).figures.trials, TRIALS);
    const { metrics } = await json("run", file, "--trials", String(TRIALS), "--no-files");
    await unfold(page);
    const all = await terms(page);
    const mates = (path) => all.filter((term) => term.path === path).length;
    let [taken, within, priced] = [0, 0, 0];
    for (const { id, path } of all) {
      const box = lever(page, id);
      const now = await written(box);
      const next = now === 0 ? 1 : Number((now * 1.1).toPrecision(6));
      const whole = Number.isInteger(now) && now !== 0 ? Math.max(now + 1, Math.round(next)) : next;
      if (!(await typed(page, box, String(whole)))) continue;
      taken += 1;
      if (path !== id || mates(path) > 1) within += 1;
      if (/price/.test(path)) priced += 1;
      await agrees(page, file, metrics);
    }
    await differs(page, file);
    context.diagnostic(`${taken} of ${all.length} terms moved, ${within} of them inside expressions, ${priced} of them prices`);
    assert.ok(taken * 2 > all.length, `${taken} of ${all.length} terms could be moved`);
    assert.ok(priced > 0, "a price was moved");
    if (kind === "steps") assert.ok(within > 0, "a threshold inside an expression was moved");
    await quiet(page);
  });
}
