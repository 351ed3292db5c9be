// What is valid but unwise in the deal as it stands: folded up where it was so as signed already, open where it is new.

import type { Desk } from "./desk";
import { fill, h, prose } from "./dom";
import { same, SIGNED } from "./edition";

export function warnings(desk: Desk): HTMLElement {
  const list = h("ul", {});
  const head = h("summary", {});
  const root = h("details", { class: "warnings", hidden: true }, head, list);
  let signed: readonly string[] | null = null;
  let told = "";
  desk.on("figures", ({ warnings: all = [], rough }) => {
    if (!rough && same(desk.edition, SIGNED)) signed = all;
    const text = [signed !== null, ...all].join("\n");
    if (text === told) return;
    told = text;
    const fresh = signed === null ? [] : all.filter((warning) => !signed?.includes(warning));
    const count = `${all.length} ${all.length === 1 ? "thing" : "things"} to beware of`;
    fill(head, fresh.length > 0 ? `${count}, ${fresh.length} of them new` : signed === null ? count : `${count}, as in the deal as signed`);
    const sorted = [...fresh, ...all.filter((warning) => !fresh.includes(warning))];
    fill(
      list,
      sorted.map((warning) => h("li", {}, h("bdi", {}, prose(warning)))),
    );
    root.hidden = all.length === 0;
    root.open = fresh.length > 0;
  });
  return root;
}
