// Everybody's side at once: a card for each party, each figure now, as signed, and the difference with its interval.

import type { Desk } from "./desk";
import { fill, h, name, say } from "./dom";
import { same, SIGNED } from "./edition";
import type { Difference, Figures, Row, Side } from "./protocol";

const KINDS: Record<string, string> = {
  payor: "Payor",
  payors: "Payors",
  investors: "Investors",
  tranche: "Tranche",
  guarantor: "Guarantor",
  payment: "Payment",
  provider: "Provider",
  people: "People",
};

interface Line {
  row: HTMLElement;
  now: Text;
  error: HTMLElement;
  was: HTMLElement;
  apart: HTMLElement;
  told: string;
}
interface Card {
  body: HTMLElement;
  meanings: HTMLElement;
  lines: Map<string, Line>;
  shape: string;
  rows: readonly Row[];
}

/** Whether a difference is more than nothing in the digits that are shown. */
export const isShown = ({ text }: Difference) => /[1-9]/.test(text);
const unmoved = (row: Row) => row.difference !== null && row.difference.noise && row.difference.value === 0;
const key = (row: Row) => `${row.name}\u0000${row.label}`;

export class Sides {
  readonly root: HTMLElement;
  private readonly list = h("div", { class: "cards" });
  private readonly cards = new Map<string, Card>();
  private shape = "";

  constructor(private readonly desk: Desk) {
    this.root = h(
      "div",
      { class: "sides" },
      h(
        "p",
        { class: "help legend" },
        "Below a figure: what it was as signed, and the difference on the same trials with its 95% interval. No line below: exactly the same.",
      ),
      this.list,
    );
    desk.on("figures", (figures) => this.show(figures));
  }

  private show(figures: Figures): void {
    const shape = JSON.stringify(figures.sides.map((side) => side.id));
    if (shape !== this.shape) {
      this.shape = shape;
      this.cards.clear();
      fill(
        this.list,
        figures.sides.map((side) => this.card(side)),
      );
    }
    for (const { id, rows } of figures.sides) this.write(id, rows, figures.trials);
    this.root.classList.toggle("rough", figures.rough);
    this.root.classList.toggle("differs", !figures.rough && !same(this.desk.edition, SIGNED));
  }

  private card(side: Side): HTMLElement {
    const body = h("tbody", { role: "rowgroup" });
    const meanings = h("details", { class: "meanings" }, h("summary", {}, "What these figures are"));
    const kind = KINDS[side.kind] ?? "";
    const title = h("h3", {}, kind === "" || side.name.toLowerCase().includes(kind.toLowerCase()) ? null : h("span", { class: "kind" }, kind), name(side.name));
    const head = (text: string) => h("th", { scope: "col", role: "columnheader" }, text);
    const card: Card = { body, meanings, lines: new Map(), shape: "", rows: [] };
    meanings.addEventListener("toggle", () => {
      if (meanings.open)
        fill(
          meanings,
          h("summary", {}, "What these figures are"),
          h(
            "dl",
            {},
            card.rows.map((row) => [h("dt", {}, name(row.label)), h("dd", {}, name(row.definition))]),
          ),
        );
    });
    this.cards.set(side.id, card);
    return h(
      "section",
      { class: "card", "aria-label": side.name, "data-side": side.id },
      title,
      h(
        "table",
        { role: "table", class: "figures" },
        h("caption", { class: "unseen" }, `The figures of ${side.name}`),
        h(
          "thead",
          { class: "unseen", role: "rowgroup" },
          h("tr", { role: "row" }, head("Figure"), head("Now"), head("As signed"), head("Difference, with its 95% interval")),
        ),
        body,
      ),
      meanings,
    );
  }

  private write(id: string, rows: readonly Row[], trials: number): void {
    const card = this.cards.get(id);
    if (card === undefined) return;
    card.rows = rows;
    const shape = rows.map((row) => `${row.name}\u0000${row.label}`).join("\u0001");
    if (shape !== card.shape) {
      card.shape = shape;
      card.lines.clear();
      fill(
        card.body,
        rows.map((row) => this.line(card, row)),
      );
    }
    for (const row of rows) {
      const line = card.lines.get(key(row));
      if (line === undefined) continue;
      const [value = "", error = ""] = row.text.split(/ (?=± )/);
      if (line.now.data !== value) line.now.data = value;
      say(line.error, error);
      say(line.was, row.signed_text === null ? "" : `was ${row.signed_text}`);
      this.apart(line, row, trials);
    }
  }

  private line(card: Card, row: Row): HTMLElement {
    const now = document.createTextNode("");
    const error = h("span", { class: "error" });
    const was = h("td", { role: "cell", class: "was-cell" });
    const apart = h("td", { role: "cell", class: "apart" });
    const element = h(
      "tr",
      { role: "row", "data-figure": row.name },
      h("th", { scope: "row", role: "rowheader", title: row.definition }, name(row.label)),
      h("td", { role: "cell", class: "now" }, h("span", { class: "value" }, now), " ", error),
      was,
      apart,
    );
    card.lines.set(key(row), { row: element, now, error, was, apart, told: "" });
    return element;
  }

  private apart(line: Line, row: Row, trials: number): void {
    const apart = row.difference;
    const told = JSON.stringify(apart);
    if (told === line.told) return;
    line.told = told;
    const small = apart !== null && !isShown(apart);
    const mood = apart === null || small || apart.noise || apart.better === null ? "" : apart.better ? "better" : "worse";
    line.row.className = apart === null ? "" : unmoved(row) ? "unmoved" : apart.noise ? "noise" : mood;
    if (apart === null) fill(line.apart);
    else if (unmoved(row)) fill(line.apart, h("span", { class: "quiet" }, "the same"));
    else if (apart.noise) fill(line.apart, h("span", { class: "quiet" }, `no difference that ${trials.toLocaleString("en-US")} trials can tell`));
    else if (small) fill(line.apart, h("span", { class: "quiet" }, "a difference too small to show"));
    else
      fill(
        line.apart,
        h("span", { class: "by" }, h("span", { "aria-hidden": "true" }, apart.value > 0 ? "▲ " : "▼ "), apart.text),
        " ",
        apart.low_text === apart.high_text ? null : h("span", { class: "interval" }, `(${apart.low_text} to ${apart.high_text})`),
        mood === "" ? null : h("strong", { class: "mood" }, ` ${mood}`),
      );
  }
}
