// One uncertain input as a card: the picture of its law, its source, and three ways to move it.

import type { Desk } from "./desk";
import { fill, h, name } from "./dom";
import { pathOf } from "./edition";
import { Lever } from "./lever";
import { AS_SIGNED, howMoved } from "./moved";
import { picture } from "./picture";
import type { Input, Moved } from "./protocol";

const WAYS = { fix: "Fix", shift: "Shift", widen: "Widen" } as const;
type Way = keyof typeof WAYS;

export class InputCard {
  readonly root: HTMLElement;
  private readonly art = h("div", { class: "law-art" });
  private readonly law = h("p", { class: "law" });
  private readonly back: HTMLButtonElement;
  private readonly ways = new Map<Way, { lever: Lever; box: HTMLElement; button: HTMLButtonElement }>();
  private svg = "";
  /** What was asked for, by the entry of the edition that it made: a law cut at its bounds would not tell. */
  private readonly asked = new Map<string, Moved>();
  /** What is on its way to the engine. */
  private wanted: Moved | null = null;

  /** `signed` is the input as it was signed: it gives the sliders their ranges. */
  constructor(
    private readonly desk: Desk,
    private readonly signed: Input,
    private now: Input,
  ) {
    const { source, grade, grade_word: word, can_move: can, why_not: why } = signed;
    if (can !== false) for (const way of ["fix", "shift", "widen"] as const) this.ways.set(way, this.way(way));
    const all = [...this.ways.values()];
    const undo = (event: Event) => this.send(AS_SIGNED, event.timeStamp, false);
    this.back = h("button", { type: "button", class: "link", hidden: true, "aria-label": `as signed: ${signed.name}`, onclick: undo }, "as signed");
    const badge = grade === null ? null : h("span", { class: "grade", title: word }, h("span", { class: "unseen" }, "grade "), grade);
    this.root = h(
      "article",
      { class: "input", "aria-label": signed.name, "data-input": signed.id },
      h("h5", {}, name(signed.name), badge),
      this.art,
      this.law,
      source === null
        ? h("p", { class: "help" }, "No source is given.")
        : h("details", { class: "source" }, h("summary", {}, word === null ? "Source" : `Source, ${word}`), h("p", {}, name(source))),
      all.length === 0
        ? h("p", { class: "help" }, "Cannot be moved: ", why ?? "")
        : h(
            "div",
            { class: "moves" },
            all.map(({ button }) => button),
            this.back,
          ),
      all.map(({ box }) => box),
    );
    this.show(now);
  }

  /** Shows the input as an edition has it. */
  show(now: Input): void {
    this.now = now;
    const { svg, law, mean_text: mean, low_text: low, high_text: high, mean: value, moved: other } = now;
    if (this.svg !== (svg ?? "")) {
      this.svg = svg ?? "";
      fill(this.art, svg ? picture(svg, `${now.name}: ${law}`) : null);
    }
    fill(
      this.law,
      h("span", { class: "law-text", title: law.length > 120 ? law : null }, law),
      h("span", { class: "quiet" }, ` mean ${mean}, from ${low} to ${high} in 90 of 100`),
      other ? h("span", { class: "quiet" }, `as signed: ${this.signed.law}`) : null,
    );
    this.root.classList.toggle("changed", other);
    this.back.hidden = !other;
    const { fix, shift, widen } = this.moved();
    this.ways.get("fix")?.lever.show(fix ?? value, fix === null ? null : this.signed.mean, this.signed.mean_text);
    this.ways.get("shift")?.lever.show(shift, 0, "0");
    this.ways.get("widen")?.lever.show(widen, 1, "1");
    if (fix !== null) this.unfold("fix", true);
    if (shift !== 0) this.unfold("shift", true);
    if (widen !== 1) this.unfold("widen", true);
  }

  private way(way: Way): { lever: Lever; box: HTMLElement; button: HTMLButtonElement } {
    const { low, high, mean, unit, name: of, shift_low, shift_high, shift_step } = this.signed;
    const reach = Math.max(high - low, Math.abs(mean) / 10, 1e-6);
    const within = (value: number) => Number((unit === "share" ? Math.min(1, Math.max(0, value)) : value).toPrecision(3));
    const range = {
      fix: {
        label: "fixed at",
        unit,
        low: within(low - reach / 2),
        high: within(high + reach / 2),
        step: Number((reach / 100).toPrecision(1)),
        note: "As if it were known.",
      },
      shift: {
        label: "shifted by",
        unit: unit === "share" ? "points" : unit,
        low: shift_low,
        high: shift_high,
        step: shift_step,
        note: "The whole law moves; its width stays.",
      },
      widen: { label: "times as wide", unit: "number", low: 0.05, high: 3, step: 0.05, note: "1 is as signed; below 1 more is known, above 1 less." },
    }[way];
    const none = AS_SIGNED[way];
    const lever = new Lever(
      { ...range, of, currency: this.desk.signed.currency },
      (value, going, since) => this.move(way, value, going, since),
      () => this.move(way, none, false, performance.now()),
    );
    const box = h("div", { class: "move", hidden: true, "data-way": way }, lever.root);
    const open = () => {
      this.unfold(way, box.hidden === true);
      if (!box.hidden) box.querySelector("input")?.focus();
    };
    const button = h("button", { type: "button", class: "small", "aria-expanded": "false", "aria-label": `${WAYS[way]}: ${of}`, onclick: open }, WAYS[way]);
    return { lever, box, button };
  }

  private unfold(way: Way, on: boolean): void {
    const found = this.ways.get(way);
    if (found === undefined) return;
    found.box.hidden = !on;
    found.button.setAttribute("aria-expanded", String(on));
  }

  private entry(): string {
    return this.desk.edition.set.find((entry) => pathOf(entry) === this.signed.path) ?? "";
  }

  private moved(): Moved {
    const entry = this.entry();
    return (entry === "" ? undefined : this.asked.get(entry)) ?? howMoved(this.now, this.signed);
  }

  private move(way: Way, value: number | null, going: boolean, since: number): void {
    // What is fixed has no width and no shift left.
    const next = way === "fix" ? { ...AS_SIGNED, fix: value } : { ...(this.wanted ?? this.moved()), fix: null, [way]: value };
    this.wanted = next;
    this.send(next, since, going);
  }

  private send(moved: Moved, since: number, going: boolean): void {
    const id = this.signed.id;
    this.desk.move({
      key: `input ${id}`,
      since,
      going,
      make: (base) => ({ edition: base, edit: { op: "move", input: id, ...moved } }),
      heard: (problems) => {
        if (this.wanted === moved) this.wanted = null;
        if (problems !== null) {
          this.ways.get(moved.fix !== null ? "fix" : moved.widen !== 1 ? "widen" : "shift")?.lever.refuse(problems);
          return;
        }
        this.asked.set(this.entry(), moved);
        for (const { lever } of this.ways.values()) lever.taken();
      },
    });
  }
}
