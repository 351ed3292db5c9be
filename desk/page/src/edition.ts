// Editions as values: are two the same, what does an entry change, and the history of them.

import type { Edition } from "./protocol";

export const SIGNED: Edition = { text: null, set: [], stress: null };

export function same(a: Edition, b: Edition): boolean {
  return a.text === b.text && a.stress === b.stress && a.set.length === b.set.length && a.set.every((entry, index) => entry === b.set[index]);
}

/** The path of `path=value`: up to the first equals sign that no name in quotes holds. */
export function pathOf(entry: string): string {
  let quote = "";
  for (let index = 0; index < entry.length; index += 1) {
    const letter = entry.charAt(index);
    if (quote === '"' && letter === "\\") index += 1;
    else if (quote !== "") quote = letter === quote ? "" : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "=") return entry.slice(0, index).trim();
  }
  return entry;
}

/** The edition without what it says about a path. */
export function without(edition: Edition, path: string): Edition {
  return { ...edition, set: edition.set.filter((entry) => pathOf(entry) !== path) };
}

/** Reads an edition that came from outside, or nothing where it is none. */
export function readEdition(value: unknown): Edition | null {
  if (typeof value !== "object" || value === null) return null;
  const { text = null, set = [], stress = null } = value as Record<string, unknown>;
  if (!(text === null || typeof text === "string") || !(stress === null || typeof stress === "string")) return null;
  if (!Array.isArray(set) || !set.every((entry) => typeof entry === "string")) return null;
  return { text, set: set as string[], stress };
}

/** What was done, with a way back and forth. One drag of a slider is one step. */
export class Past {
  private all: Edition[];
  private at = 0;
  private gesture = "";
  private time = -Infinity;

  constructor(first: Edition) {
    this.all = [first];
  }

  /** Takes note of an edition. A gesture that goes on replaces its own last step. */
  note(edition: Edition, gesture: string, now: number): void {
    const goesOn = gesture !== "" && gesture === this.gesture && now - this.time < 1200 && this.at > 0;
    this.all.length = this.at + 1;
    if (goesOn) this.all[this.at] = edition;
    else this.all.push(edition);
    this.at = this.all.length - 1;
    this.gesture = gesture;
    this.time = now;
    const before = this.all[this.at - 1];
    if (before !== undefined && same(before, edition)) {
      this.all.pop();
      this.at -= 1;
      this.gesture = "";
    }
  }

  get back(): Edition | undefined {
    return this.all[this.at - 1];
  }
  get forth(): Edition | undefined {
    return this.all[this.at + 1];
  }

  /** Moves by one step, after the edition there was found good. */
  go(step: -1 | 1): void {
    this.at = Math.max(0, Math.min(this.all.length - 1, this.at + step));
    this.gesture = "";
  }
}
