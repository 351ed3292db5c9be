// A table with a caption and headers, which scrolls inside itself where it is too wide.

import { h, scroller, type Child } from "./dom";

export interface TableRow {
  head: Child;
  cells: readonly Child[];
}

/** `kind` is its class: how its columns are set. */
export function table(kind: string, caption: Child, head: readonly Child[], rows: readonly TableRow[], foot?: TableRow): HTMLElement {
  const line = ({ head: first, cells }: TableRow) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, first),
      cells.map((cell) => h("td", {}, cell)),
    );
  const words = h("span", {}, caption);
  const columns = h(
    "tr",
    {},
    head.map((text) => h("th", { scope: "col" }, text)),
  );
  const made = h(
    "table",
    { class: kind },
    h("caption", {}, words),
    h("thead", {}, columns),
    h("tbody", {}, rows.map(line)),
    foot ? h("tfoot", {}, line(foot)) : null,
  );
  return scroller(words.textContent ?? "table", made);
}
