// One lever: a slider and a field for the same number, what it was, and a way back. Terms and inputs are moved with it.

import { fresh, h, fill, prose, say } from "./dom";
import { problem } from "./problems";
import type { Problem } from "./protocol";
import { read, shown, spoken, unitWord } from "./units";

export interface Range {
  label: string;
  /** Whose it is, for those who hear it. */ of: string;
  unit: string;
  currency: string;
  low: number;
  high: number;
  step: number;
  note?: string;
}

export class Lever {
  readonly root: HTMLElement;
  private readonly field: HTMLInputElement;
  private readonly slider: HTMLInputElement;
  private readonly was = h("span", { class: "was" });
  private readonly back: HTMLButtonElement;
  private readonly tick = h("span", { class: "tick", "aria-hidden": "true" });
  private readonly wrong: HTMLElement;
  private value = 0;
  private sent = NaN;
  private held = false;

  /** `moved` hears of every value; `going` is true while a slider is still held. `undo` takes back. */
  constructor(
    private readonly range: Range,
    private readonly moved: (value: number, going: boolean, since: number) => void,
    undo: () => void,
  ) {
    const { label, of, unit, currency, low, high, step, note } = range;
    const id = fresh("lever");
    this.wrong = h("div", { class: "wrong", id: `${id}-wrong`, hidden: true });
    this.field = h("input", {
      id,
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      spellcheck: "false",
      "aria-describedby": note ? `${id}-note ${id}-wrong` : `${id}-wrong`,
      onchange: (event: Event) => this.typed(event.timeStamp),
      onkeydown: (event: KeyboardEvent) => this.key(event),
    });
    this.slider = h("input", {
      type: "range",
      min: low,
      max: high,
      step: step > 0 ? step : "any",
      "aria-label": `${of}: ${label}`,
      onpointerdown: () => {
        this.held = true;
      },
      oninput: (event: Event) => this.slid(this.held, event.timeStamp),
      onchange: (event: Event) => {
        this.held = false;
        this.slid(false, event.timeStamp);
      },
    });
    this.back = h(
      "button",
      {
        type: "button",
        class: "link",
        hidden: true,
        "aria-label": `take back: ${of}, ${label}`,
        onclick: () => {
          this.refuse(null);
          undo();
          this.field.focus();
        },
      },
      "take back",
    );
    const word = unitWord(unit, currency);
    this.root = h(
      "div",
      { class: "lever" },
      h(
        "div",
        { class: "lever-top" },
        h("label", { for: id }, h("span", { class: "unseen" }, h("bdi", {}, of), ": "), h("bdi", {}, label)),
        h("span", { class: "entry" }, this.field, word === "" ? null : h("span", { class: "unit" }, word)),
      ),
      h("div", { class: "track" }, this.slider, this.tick),
      h("div", { class: "lever-below" }, this.was, this.back),
      note ? h("p", { class: "help", id: `${id}-note` }, prose(note)) : null,
      this.wrong,
    );
  }

  /** Shows a value. A field that somebody is typing in, or whose value was refused, stays as it is. */
  show(value: number, signed: number | null, was: string): void {
    this.value = value;
    if (value !== this.sent) this.sent = NaN;
    const typing = document.activeElement === this.field && this.field.dataset["dirty"] === "yes";
    if (this.wrong.hidden && !typing) this.field.value = shown(value, this.range.unit);
    if (value > Number(this.slider.max)) this.slider.max = String(value);
    if (value < Number(this.slider.min)) this.slider.min = String(value);
    if (this.slider !== document.activeElement || Number(this.slider.value) !== value) this.slider.value = String(value);
    this.slider.setAttribute("aria-valuetext", spoken(value, this.range.unit, this.range.currency));
    const changed = signed !== null && value !== signed;
    this.root.classList.toggle("changed", changed);
    say(this.was, changed ? `was ${was}` : "");
    this.back.hidden = !changed && this.wrong.hidden;
    const [low, high] = [Number(this.slider.min), Number(this.slider.max)];
    const at = signed === null || high <= low ? -1 : (signed - low) / (high - low);
    this.tick.hidden = !changed || at < 0 || at > 1;
    this.tick.style.setProperty("--at", String(at));
  }

  /** Says in place why the value was not taken, or that all is well again. */
  refuse(problems: readonly Problem[] | null): void {
    const none = problems === null || problems.length === 0;
    this.field.toggleAttribute("aria-invalid", false);
    if (none) {
      this.wrong.hidden = true;
      fill(this.wrong);
      delete this.field.dataset["dirty"];
      this.field.value = shown(this.value, this.range.unit);
      return;
    }
    this.field.setAttribute("aria-invalid", "true");
    this.wrong.hidden = false;
    this.back.hidden = false;
    fill(
      this.wrong,
      h("strong", {}, "Not taken"),
      problems.map((each) => problem(each)),
      h("p", { class: "quiet" }, "The figures are those of the last terms that can be."),
    );
  }

  private slid(going: boolean, since: number): void {
    const value = Number(this.slider.value);
    // Letting go says the same number once more.
    if (value === this.sent && this.wrong.hidden) return;
    this.sent = value;
    if (!this.wrong.hidden) this.refuse(null);
    this.field.value = shown(value, this.range.unit);
    this.slider.setAttribute("aria-valuetext", spoken(value, this.range.unit, this.range.currency));
    this.moved(value, going, since);
  }

  private typed(since: number): void {
    const value = read(this.field.value, this.range.unit);
    if (value === null) {
      const text = `“${this.field.value}” is not a number that the desk can read.`;
      return this.refuse([
        {
          message: text,
          help: "Write 1,600,000 or 1.6M; 5 or 5% for a share; a point before decimals.",
          line: null,
          column: null,
          end_column: null,
          text,
        },
      ]);
    }
    this.field.dataset["dirty"] = "yes";
    this.moved(value, false, since);
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") {
      if (event.key !== "Tab") this.field.dataset["dirty"] = "yes";
      return;
    }
    event.preventDefault();
    const value = read(this.field.value, this.range.unit) ?? this.value;
    const step =
      (this.range.step > 0 ? this.range.step : (this.range.high - this.range.low) / 100) * (event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1);
    const next = Number((value + step).toPrecision(12));
    if (!this.wrong.hidden) this.refuse(null);
    this.field.value = shown(next, this.range.unit);
    this.moved(next, false, event.timeStamp);
  }

  /** The value was taken. */
  taken(): void {
    delete this.field.dataset["dirty"];
    if (!this.wrong.hidden) this.refuse(null);
  }
}
