// The world: what nobody at the table decides. One misfortune can strike, and each uncertain input can be moved.

import type { Desk } from "./desk";
import { fill, h, name } from "./dom";
import { InputCard } from "./input";
import type { Deal, Stress } from "./protocol";

const LAYERS: Record<string, string> = {
  knowledge: "What nobody knows yet",
  economy: "The economy",
  operation: "How the program runs",
  measurement: "What records find",
  people: "People",
  payors: "Payors",
};

export class World {
  readonly root: HTMLElement;
  private readonly pack = h("div", { class: "pack" });
  private readonly list = h("div", { class: "inputs" });
  private cards = new Map<string, InputCard>();
  private shape = "";

  constructor(private readonly desk: Desk) {
    const part = (id: string, title: string, ...rest: HTMLElement[]) => h("section", { "aria-labelledby": id }, h("h3", { id }, title), rest);
    this.root = h(
      "div",
      { class: "world" },
      h("p", { class: "lead" }, "What nobody decides. Nothing here is a term: it asks how the same terms do in another world."),
      part("pack-title", "If it goes badly", h("p", { class: "help" }, "One misfortune at a time, on the same draws."), this.pack),
      part("inputs-title", "Uncertain inputs", this.list),
    );
    desk.on("deal", (deal) => this.show(deal));
    desk.on("edition", (edition) => this.press(edition.stress));
  }

  private show(deal: Deal): void {
    const shape = JSON.stringify([deal.inputs.map((input) => [input.id, input.name, input.can_move]), deal.stresses]);
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(deal);
    }
    for (const input of deal.inputs) this.cards.get(input.id)?.show(input);
    this.press(this.desk.edition.stress);
  }

  private build(deal: Deal): void {
    const none = (text: string) => h("p", { class: "quiet" }, text);
    fill(this.pack, deal.stresses.length === 0 ? none("This deal has none.") : deal.stresses.map((stress) => this.misfortune(stress)));
    const signed = new Map(this.desk.signed.inputs.map((input) => [input.id, input]));
    this.cards = new Map(deal.inputs.map((input) => [input.id, new InputCard(this.desk, signed.get(input.id) ?? input, input)]));
    const layers = [...new Set(deal.inputs.map((input) => input.layer))].map((layer) => {
      const own = deal.inputs.filter((input) => input.layer === layer);
      return h(
        "div",
        { class: "layer" },
        h("h4", {}, LAYERS[layer] ?? layer),
        own.map((input) => this.cards.get(input.id)?.root),
      );
    });
    fill(this.list, layers.length === 0 ? none("Nothing in this deal is uncertain but chance itself.") : layers);
  }

  private misfortune(stress: Stress): HTMLElement {
    const press = (event: Event) => {
      const next = this.desk.edition.stress === stress.name ? null : stress.name;
      this.desk.move({ key: "stress", since: event.timeStamp, make: (base) => ({ edition: { ...base, stress: next }, edit: null }) });
    };
    const { refused } = stress;
    const button = h(
      "button",
      { type: "button", class: "toggle", "aria-pressed": "false", "data-stress": stress.name, disabled: refused !== null, onclick: press },
      name(stress.name),
    );
    return h("div", { class: "misfortune" }, button, h("p", { class: "help" }, name(refused === null ? stress.change : `Not in this deal: ${refused}`)));
  }

  private press(stress: string | null): void {
    for (const button of this.pack.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset["stress"] === stress));
  }
}
