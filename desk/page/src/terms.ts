// The terms: what the parties decide, in groups, each with its lever and the group's sentences as they become.

import { pathOf, without } from "./edition";
import type { Desk } from "./desk";
import { fill, h, name } from "./dom";
import { Lever } from "./lever";
import type { Deal, Edition, Group, Term } from "./protocol";
import { sentences } from "./words";

const KINDS: Record<string, string> = {
  payor: "Payor",
  payment: "Payment",
  tranche: "Tranche",
  guarantee: "Guarantee",
  bonus: "Bonus",
  stop: "Stop",
  formula: "Formula",
  deal: "The deal",
  capital: "Capital",
};

interface Shown {
  group: HTMLDetailsElement;
  said: HTMLElement;
  levers: Map<string, Lever>;
  signed: Group | undefined;
  count: HTMLElement;
  text: string;
}

export class Terms {
  readonly root: HTMLElement;
  private readonly list = h("div", { class: "groups" });
  private readonly none = h("p", { class: "quiet", hidden: true }, "No term has these words.");
  private groups = new Map<string, Shown>();
  private shape = "";

  constructor(private readonly desk: Desk) {
    const search = h("input", {
      type: "search",
      id: "term-search",
      placeholder: "cap, price, City…",
      oninput: () => this.filter(search.value),
    });
    this.root = h(
      "div",
      { class: "terms" },
      h("p", { class: "lead" }, "What the parties decide. Move a number, and see on the other side who gains and who loses."),
      h("div", { class: "field inline" }, h("label", { for: "term-search" }, "Find a term"), search),
      this.none,
      this.list,
    );
    desk.on("deal", (deal) => this.show(deal));
    desk.on("figures", (figures) => {
      for (const [id, said] of Object.entries(figures.sentences)) this.say(id, said);
    });
  }

  show(deal: Deal): void {
    const shape = JSON.stringify(deal.groups.map((group) => [group.id, group.terms.map(({ id, label, low, high }) => [id, label, low, high])]));
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(deal);
    }
    for (const group of deal.groups) {
      const shown = this.groups.get(group.id);
      if (shown === undefined) continue;
      let changed = 0;
      for (const term of group.terms) {
        const signed = shown.signed?.terms.find((other) => other.id === term.id);
        shown.levers.get(term.id)?.show(term.value, signed?.value ?? null, signed?.text ?? "");
        if (signed !== undefined && signed.value !== term.value) changed += 1;
      }
      fill(shown.count, changed === 0 ? "" : `${changed} changed`);
      this.say(group.id, group.sentences);
    }
  }

  private build(deal: Deal): void {
    this.groups = new Map();
    // In one column, forty levers in a row would hide where they end.
    const wide = matchMedia("(min-width: 64rem)").matches;
    fill(
      this.list,
      deal.groups
        .filter((group) => group.terms.length > 0 || group.sentences.length > 0)
        .map((group, index) => {
          const levers = new Map<string, Lever>();
          const said = h("div", { class: "said" });
          const count = h("span", { class: "count" });
          const signed = this.desk.signed.groups.find((other) => other.id === group.id);
          for (const term of group.terms) levers.set(term.id, this.lever(deal, group, term));
          const kind = KINDS[group.kind] ?? group.kind;
          const root = h(
            "details",
            { open: wide || index === 0, class: "group" },
            h("summary", {}, h("h3", {}, kind === group.name ? null : h("span", { class: "kind" }, kind), name(group.name)), count),
            said,
            [...levers.values()].map((lever) => lever.root),
          );
          this.groups.set(group.id, { group: root, said, levers, signed, count, text: "" });
          return root;
        }),
    );
  }

  private say(id: string, said: readonly string[]): void {
    const shown = this.groups.get(id);
    const text = said.join("\n");
    if (shown === undefined || shown.text === text) return;
    shown.text = text;
    fill(shown.said, sentences(shown.signed?.sentences ?? said, said));
  }

  private lever(deal: Deal, group: Group, term: Term): Lever {
    const lever: Lever = new Lever(
      {
        label: term.label,
        of: group.name,
        unit: term.unit,
        currency: deal.currency,
        low: term.low,
        high: term.high,
        step: term.step,
        note: term.note,
      },
      (value, going, since) => this.move(term.id, value, going, since, lever),
      () => {
        const signed = this.signed(term.id);
        if (signed) this.move(term.id, signed.value, false, performance.now(), lever);
      },
    );
    Object.assign(lever.root.dataset, { term: term.id, path: term.path });
    return lever;
  }

  private signed(id: string): Term | undefined {
    for (const group of this.desk.signed.groups) for (const term of group.terms) if (term.id === id) return term;
    return undefined;
  }

  /** Moves one term. Put back where it was, it leaves no trace in the edition. */
  move(id: string, value: number, going: boolean, since: number, lever: Lever | null = this.find(id)): void {
    const signed = this.signed(id);
    this.desk.move({
      key: `term ${id}`,
      since,
      going,
      make: (base) =>
        signed !== undefined && signed.value === value && this.alone(base, signed)
          ? { edition: without(base, signed.path), edit: null }
          : { edition: base, edit: { op: "assign", term: id, value } },
      heard: (problems) => {
        if (problems !== null) return lever?.refuse(problems);
        lever?.taken();
        lever?.show(value, signed?.value ?? null, signed?.text ?? "");
      },
    });
  }

  private find(id: string): Lever | null {
    for (const { levers } of this.groups.values()) {
      const lever = levers.get(id);
      if (lever) return lever;
    }
    return null;
  }

  /** Several numbers of one expression share a path: then the path stays. */
  private alone(base: Edition, term: Term): boolean {
    const mates = this.desk.signed.groups.flatMap((group) => group.terms).filter((other) => other.path === term.path);
    return mates.length === 1 && base.text === null && base.set.some((entry) => pathOf(entry) === term.path);
  }

  private filter(typed: string): void {
    const words = typed
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== "");
    let any = false;
    for (const [id, shown] of this.groups) {
      const group = this.desk.deal.groups.find((other) => other.id === id);
      if (group === undefined) continue;
      let some = false;
      for (const term of group.terms) {
        const text = `${group.kind} ${group.name} ${term.label} ${term.note}`.toLowerCase();
        const fits = words.every((word) => text.includes(word));
        const lever = shown.levers.get(term.id);
        if (lever) lever.root.hidden = !fits;
        some ||= fits;
      }
      shown.group.hidden = !some && words.length > 0;
      if (some && words.length > 0) shown.group.open = true;
      any ||= some;
    }
    this.none.hidden = any || words.length === 0;
  }
}
