// Versions A, B, C…: kept, renamed, laid on the table again, and any two compared clause by clause.

import type { Compared } from "./answers";
import type { Desk } from "./desk";
import { compared } from "./compared";
import { field, fill, h } from "./dom";
import { SIGNED } from "./edition";
import type { Edition, Version } from "./protocol";
import { wrongs } from "./problems";

const letter = (index: number): string => (index < 26 ? String.fromCharCode(65 + index) : letter(Math.floor(index / 26) - 1) + letter(index % 26));

export class Versions {
  readonly root: HTMLElement;
  private readonly list = h("ul", { class: "versions" });
  private readonly result = h("div", { class: "answers", "aria-live": "polite" });
  private readonly from = h("select", {});
  private readonly to = h("select", {});

  constructor(private readonly desk: Desk) {
    this.root = h(
      "div",
      { class: "question" },
      h("p", { class: "lead" }, "Keep what is on the table, try something else, and see who gains and who loses between any two."),
      h("div", { class: "buttons" }, h("button", { type: "button", onclick: () => this.keep() }, "Keep this version")),
      this.list,
      h(
        "form",
        {
          onsubmit: (event: Event) => {
            event.preventDefault();
            void this.compare();
          },
        },
        field("From", this.from),
        field("To", this.to),
        h("button", { class: "main" }, "Compare"),
      ),
      this.result,
    );
    this.show();
    desk.on("versions", () => this.show());
  }

  /** Keeps what is on the table under the next free letter. */
  keep(): void {
    const taken = new Set(this.desk.versions.map((version) => version.name));
    let index = 0;
    while (taken.has(letter(index))) index += 1;
    this.desk.versions = [...this.desk.versions, { name: letter(index), edition: this.desk.edition }];
    this.desk.tell("versions", this.desk.versions);
    this.desk.tell("says", `Kept as version ${letter(index)}.`);
  }

  private show(): void {
    const all = this.desk.versions;
    fill(
      this.list,
      all.map((version) => {
        const input = h("input", {
          type: "text",
          maxlength: 60,
          "aria-label": `name of version ${version.name}`,
          onchange: () => {
            version.name = input.value.trim() || version.name;
            this.desk.tell("versions", this.desk.versions);
          },
        });
        input.value = version.name;
        return h(
          "li",
          {},
          input,
          h("span", { class: "quiet" }, this.size(version)),
          h(
            "button",
            {
              type: "button",
              class: "small",
              "aria-label": `use version ${version.name}`,
              onclick: (event: Event) => this.desk.put(version.edition, event.timeStamp),
            },
            "Use",
          ),
          h(
            "button",
            {
              type: "button",
              class: "small",
              "aria-label": `remove version ${version.name}`,
              onclick: () => {
                this.desk.versions = all.filter((other) => other !== version);
                this.desk.tell("versions", this.desk.versions);
              },
            },
            "Remove",
          ),
        );
      }),
    );
    for (const [select, first] of [
      [this.from, "signed"],
      [this.to, "now"],
    ] as const) {
      const chosen = select.value || first;
      fill(
        select,
        h("option", { value: "signed" }, "As signed"),
        h("option", { value: "now" }, "On the table now"),
        all.map((version, index) => h("option", { value: String(index) }, version.name)),
      );
      select.value = chosen;
      if (select.value === "") select.value = first;
    }
  }

  private size({ edition }: Version): string {
    const count = edition.set.length + (edition.text === null ? 0 : 1) + (edition.stress === null ? 0 : 1);
    return count === 0 ? "as signed" : `${count} ${count === 1 ? "change" : "changes"}`;
  }

  private edition(choice: string): Edition {
    return choice === "signed" ? SIGNED : choice === "now" ? this.desk.edition : (this.desk.versions[Number(choice)]?.edition ?? SIGNED);
  }

  private async compare(): Promise<void> {
    const { desk, from, to } = this;
    const word = (select: HTMLSelectElement) => select.selectedOptions[0]?.textContent ?? "";
    const words = [word(from), word(to)] as const;
    const answer = await desk.long<Compared>("comparing", { op: "compare", a: this.edition(from.value), b: this.edition(to.value) });
    if (answer === null) return;
    fill(this.result, answer.ok ? compared(answer, ...words, [desk.deal, desk.signed]) : wrongs(answer.problems));
  }
}
