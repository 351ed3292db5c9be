// The strip of changes: one chip for each thing that differs from the deal as signed, each with a way back.

import { pathOf, SIGNED, without } from "./edition";
import type { Desk } from "./desk";
import { fill, h, name } from "./dom";
import type { Deal, Edition, Input, Term } from "./protocol";
import { spoken } from "./units";
import { howMoved } from "./moved";

export interface Change {
  key: string;
  what: string;
  was: string;
  undo(base: Edition): Edition;
}

function moved(input: Input, signed: Input | undefined): string {
  if (!input.moved) return input.name;
  const { fix, shift, widen } = howMoved(input, signed);
  const parts = [fix === null ? "" : "fixed", shift === 0 ? "" : "shifted", widen === 1 ? "" : widen > 1 ? "widened" : "narrowed"].filter(
    (part) => part !== "",
  );
  return `${input.name} ${parts.join(" and ") || "changed"}`;
}

/** What an edition changes, in words. `deal` describes the edition, as far as it has been described. */
export function changes(edition: Edition, deal: Deal, signed: Deal): Change[] {
  const all: Change[] = [];
  if (edition.text !== null) all.push({ key: "text", what: "the text was edited", was: "", undo: (base) => ({ ...base, text: null }) });
  for (const entry of edition.set) {
    const path = pathOf(entry);
    const value = entry.slice(path.length + 1);
    const undo = (base: Edition) => without(base, path);
    const terms = deal.groups.flatMap((group) => group.terms.filter((term) => term.path === path).map((term) => ({ group, term })));
    const input = deal.inputs.find((other) => other.path === path);
    const [first] = terms;
    if (first !== undefined && terms.length === 1) {
      const then = signed.groups.flatMap((group) => group.terms).find((term) => term.id === first.term.id);
      all.push({
        key: path,
        what: `${first.group.name}: ${first.term.label} ${Number(value) === first.term.value ? first.term.text : worded(value, first.term, deal)}`,
        was: then?.text ?? "",
        undo,
      });
    } else if (first !== undefined) {
      // Several numbers of one expression: those that moved, or the whole where none can be told.
      const moves = terms.flatMap(({ term }) => {
        const then = signed.groups.flatMap((group) => group.terms).find((other) => other.id === term.id);
        return then === undefined || then.value === term.value ? [] : [`${term.label} ${term.text}, was ${then.text}`];
      });
      all.push({ key: path, what: `${first.group.name}: ${moves.length > 0 ? moves.join("; ") : value}`, was: "", undo });
    } else if (input !== undefined)
      all.push({
        key: path,
        what: moved(
          input,
          signed.inputs.find((other) => other.id === input.id),
        ),
        was: "",
        undo,
      });
    else all.push({ key: path, what: `${path} = ${value}`, was: "", undo });
  }
  if (edition.stress !== null) all.push({ key: "stress", what: `if it goes badly: ${edition.stress}`, was: "", undo: (base) => ({ ...base, stress: null }) });
  return all;
}

/** A value that the engine has not described yet. */
function worded(value: string, term: Term, deal: Deal): string {
  const number = Number(value.replace(/_/g, ""));
  return Number.isFinite(number) ? spoken(number, term.unit, deal.currency) : term.text;
}

export class Strip {
  readonly root = h("div", { class: "strip" });

  constructor(private readonly desk: Desk) {
    const show = () => this.show();
    desk.on("deal", show);
    desk.on("edition", show);
    this.show();
  }

  private show(): void {
    if (this.desk.signed === undefined) return;
    const all = changes(this.desk.edition, this.desk.deal, this.desk.signed);
    // A chip that had the focus hands it on.
    const held = this.root.contains(document.activeElement);
    if (all.length === 0) fill(this.root, h("p", { class: "quiet" }, "As signed: nothing is changed."));
    else
      fill(
        this.root,
        h("h2", { class: "unseen" }, "Changes"),
        h(
          "ul",
          { class: "chips", "aria-label": "changes" },
          all.map((change) =>
            h(
              "li",
              { class: "chip" },
              h("span", {}, name(change.what), change.was === "" ? null : h("span", { class: "quiet" }, " was ", name(change.was))),
              h(
                "button",
                {
                  type: "button",
                  "aria-label": `take back: ${change.what}`,
                  onclick: (event: Event) =>
                    this.desk.move({
                      key: `back ${change.key}`,
                      since: event.timeStamp,
                      make: (base) => ({ edition: change.undo(base), edit: null }),
                    }),
                },
                "×",
              ),
            ),
          ),
          h(
            "li",
            { class: "all" },
            h("button", { type: "button", class: "link", onclick: (event: Event) => this.desk.put(SIGNED, event.timeStamp) }, "all as signed"),
          ),
        ),
      );
    if (held) (this.root.querySelector("button") ?? document.querySelector<HTMLElement>("#undo"))?.focus();
  }
}
