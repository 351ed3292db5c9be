// One sentence about the last change, read out and shown: what was moved, and what it does to whom.

import { changes } from "./changes";
import type { Desk } from "./desk";
import { h, say } from "./dom";
import type { Row } from "./protocol";
import { isShown } from "./sides";

/** Sooner, a reader would be cut off by the next sentence. */
const QUIET = 500;

/** Those who sit on one side of the table. */
const CAMPS: Record<string, string> = {
  payor: "payors",
  payors: "payors",
  investors: "investors",
  tranche: "investors",
  guarantor: "investors",
};

/** Whether a figure differs, for better or worse. The first such one of a side is told: the most important stand first. */
function counts({ difference }: Row): boolean {
  return difference !== null && !difference.noise && isShown(difference) && difference.better !== null;
}

export class Announcer {
  readonly root: HTMLElement;
  private readonly line = h("p", { class: "headline", role: "status", "aria-live": "polite" }, "The engine is starting.");
  private timer = 0;
  private before = new Map<string, string>();
  private first = true;
  private held = "";

  /** Where there is one column, a button beside the sentence leads to the figures and back to the levers. */
  constructor(
    private readonly desk: Desk,
    levers: () => HTMLElement,
    results: () => HTMLElement,
  ) {
    const jump = h(
      "button",
      {
        type: "button",
        class: "jump small",
        onclick: () => {
          const there = results().getBoundingClientRect().top < innerHeight / 2;
          const to = there ? levers() : results();
          to.scrollIntoView();
          to.focus({ preventScroll: true });
        },
      },
      "Figures ⇅ terms",
    );
    this.root = h("div", { class: "news" }, this.line, jump);
    desk.on("figures", (figures) => {
      if (!figures.rough) this.soon(this.first ? 0 : QUIET);
    });
    desk.on("deal", () => {
      if (this.timer !== 0) this.soon();
    });
    desk.on("says", (text) => {
      this.held = text;
      this.soon(0);
    });
  }

  private soon(wait = QUIET): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.speak();
    }, wait);
  }

  private speak(): void {
    const held = this.held;
    this.held = "";
    // What is to be said about the address waits for the first figures, and stays with them.
    if (held !== "" && (!this.first || this.desk.figures === null)) {
      say(this.line, held);
      if (this.first) this.held = held;
      return;
    }
    const now = new Map(changes(this.desk.edition, this.desk.deal, this.desk.signed).map((change) => [change.key, change.what]));
    const fresh = [...now].filter(([key, what]) => this.before.get(key) !== what).map(([, what]) => what);
    const gone = [...this.before].filter(([key]) => !now.has(key)).map(([, what]) => what);
    this.before = now;
    const trials = this.desk.figures?.trials.toLocaleString("en-US") ?? "";
    if (now.size === 0) {
      say(
        this.line,
        this.first ? `${held} The deal as signed, in ${trials} trials. Move a term to see who gains and who loses.`.trim() : "The deal is as signed again.",
      );
      this.first = false;
      return;
    }
    this.first = false;
    const head =
      fresh.length > 0 ? fresh.join(", ") : gone.length > 0 ? `Taken back: ${gone.join(", ")}` : `${now.size} ${now.size === 1 ? "change" : "changes"}`;
    const told = this.told();
    const said = `${head}. ${told.length === 0 ? `No figure differs from the deal as signed by more than ${trials} trials can tell.` : `Against the deal as signed: ${told.join("; ")}.`}`;
    // A line does not end between a sign and its amount.
    say(this.line, said.replace(/−/g, "−\u2060"));
  }

  /** The first figure that differs on each side of the table, for three sides at most. */
  private told(): string[] {
    const told = new Map<string, { row: Row; side: string }>();
    for (const { kind, name, rows } of this.desk.figures?.sides ?? []) {
      const camp = CAMPS[kind] ?? kind;
      const row = rows.find(counts);
      if (row !== undefined && !told.has(camp)) told.set(camp, { row, side: name });
    }
    return [...told.values()].slice(0, 3).map(({ row, side }) => {
      const better = row.difference?.better;
      return `${side}, ${row.label} ${row.text.replace(/ ± .*/, "")} (${row.difference?.text ?? ""}${better === true ? ", better" : better === false ? ", worse" : ""})`;
    });
  }
}
