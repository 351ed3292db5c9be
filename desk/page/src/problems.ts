// Problems as people read them: the rule, and below it the remedy.

import { h } from "./dom";
import type { Problem } from "./protocol";

/** With a capital letter and a full stop: the engine's messages stand in the middle of others. */
export function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?:”]$/.test(whole.trim()) ? whole : `${whole}.`;
}

/** One problem; `place` stands before it. */
export function problem({ message, help }: Problem, place?: HTMLElement): HTMLElement[] {
  return [h("p", {}, place, place ? ": " : "", h("bdi", {}, sentence(message))), ...(help ? [h("p", { class: "remedy" }, h("bdi", {}, sentence(help)))] : [])];
}

/** All of them in a box. */
export function wrongs(problems: readonly Problem[]): HTMLElement {
  return h(
    "div",
    { class: "wrong" },
    problems.map((each) => problem(each)),
  );
}
