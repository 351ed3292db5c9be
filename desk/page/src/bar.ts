// What the engine is doing: a bar, a word, and a button that stops what takes long.

import type { Desk } from "./desk";
import { h, say } from "./dom";
import type { Status } from "./keeper";

const PATIENCE = 1500;

export class Bar {
  readonly root: HTMLElement;
  private readonly bar = h(
    "div",
    { class: "bar", role: "progressbar", "aria-label": "the engine's work", "aria-valuemin": 0, "aria-valuemax": 100 },
    h("span", {}),
  );
  private readonly word = h("span", { class: "word" });
  private readonly stop: HTMLButtonElement;
  private since = 0;

  constructor(desk: Desk) {
    this.stop = h("button", { type: "button", class: "small", hidden: true, onclick: () => desk.engine.stop() }, "Stop");
    this.root = h("div", { class: "work" }, this.bar, this.word, this.stop);
    desk.on("status", (status) => this.show(status));
    this.show(desk.status);
  }

  private show({ what, text, done, total }: Status): void {
    const share = total > 0 ? Math.min(1, done / total) : 0;
    this.bar.classList.toggle("busy", what !== "idle");
    this.bar.classList.toggle("unknown", what === "long" && total === 0);
    (this.bar.firstElementChild as HTMLElement).style.transform = `scaleX(${what === "idle" ? 1 : share})`;
    this.bar.setAttribute("aria-valuenow", String(Math.round(what === "idle" ? 100 : share * 100)));
    this.bar.setAttribute("aria-valuetext", text);
    say(this.word, what !== "idle" && total > 0 ? `${text}, ${Math.round(share * 100)}%` : text);
    // Figures are there in a moment, as a rule; where a world is large, they can be stopped too.
    if (what !== "working") this.since = 0;
    else if (this.since === 0) this.since = performance.now();
    this.stop.hidden = what === "idle" || (what === "working" && performance.now() - this.since < PATIENCE);
  }
}
