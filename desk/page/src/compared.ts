// What `compare` found, as the page shows it: one sentence, the chart, the clauses and the figures.

import type { Cell, Compared } from "./answers";
import { h, name, scroller, type Child } from "./dom";
import { picture } from "./picture";
import { sentence } from "./problems";
import type { Deal } from "./protocol";
import { table } from "./table";

/** A clause by its term's name, where it is one of a deal's terms. */
function clause(path: string, deals: readonly Deal[]): string {
  for (const deal of deals) {
    for (const group of deal.groups) {
      const terms = group.terms.filter((term) => term.path === path);
      if (terms.length > 0) return `${group.name}: ${terms.map((term) => term.label).join(", ")}`;
    }
  }
  return path;
}

function cell({ text, error_text: error }: Cell): Child {
  return [text, error ? h("span", { class: "error" }, ` ${error.startsWith("±") ? "" : "± "}${error}`) : null];
}

/** `from` and `to` are what people call the two versions; `deals` are where clauses may have their names from. */
export function compared({ head, rows, total, figures = [], svg }: Compared, from: string, to: string, deals: readonly Deal[]): HTMLElement {
  const clauses = rows.map((row) => ({
    head: row.clauses.map((one) => {
      const change = h("span", { class: "quiet" }, " from ", name(one.from ?? "nothing"), " to ", name(one.to ?? "nothing"));
      return h("div", {}, name(clause(one.path, deals)), change);
    }),
    cells: row.cells.map(cell),
  }));
  const both = figures.map((row) => ({ head: [name(row.about), ": ", name(row.label)], cells: [row.a, row.b, row.difference, row.interval] }));
  return h(
    "article",
    { class: "answer" },
    h("h3", {}, name(`From “${from}” to “${to}”`)),
    total.sentence ? h("p", { class: "sentence" }, name(sentence(total.sentence))) : null,
    svg ? scroller("chart: who gains and who loses", h("div", { class: "chart" }, picture(svg))) : null,
    rows.length === 0
      ? h("p", {}, "No clause is different.")
      : table("numbers", "Who gains and who loses, clause by clause", ["Clause", ...head.map(name)], clauses, {
          head: "All together",
          cells: total.cells.map(cell),
        }),
    figures.length === 0 ? null : table("numbers", "Figures of both", ["Figure", name(from), name(to), "Difference", "95% interval"], both),
  );
}
