// A question to the engine: a form, and its answers below, the newest first.

import { changes } from "./changes";
import type { Desk } from "./desk";
import { h, name } from "./dom";
import { wrongs } from "./problems";
import type { Answer, Request } from "./protocol";

/** What an answer was asked about. */
export function about(desk: Desk): string {
  const all = changes(desk.edition, desk.deal, desk.signed);
  return all.length === 0 ? "the deal as signed" : all.map((change) => change.what).join("; ");
}

/** A form with its answers. */
export class Question {
  readonly root: HTMLElement;
  private readonly answers = h("div", { class: "answers", "aria-live": "polite" });

  constructor(
    private readonly desk: Desk,
    lead: string,
    button: string,
    fields: readonly HTMLElement[],
    ask: () => void,
  ) {
    this.root = h(
      "div",
      { class: "question" },
      h("p", { class: "lead" }, lead),
      h(
        "form",
        {
          onsubmit: (event: Event) => {
            event.preventDefault();
            ask();
          },
        },
        fields,
        h("button", { class: "main" }, button),
      ),
      this.answers,
    );
  }

  async put<T>(word: string, request: Request, show: (answer: T) => (Node | null)[]): Promise<void> {
    const of = about(this.desk);
    const answer: Answer<T> | null = await this.desk.long<T>(word, request);
    if (answer === null) return;
    this.answers.prepend(
      h(
        "article",
        { class: "answer" },
        answer.ok ? show(answer).filter((node) => node !== null) : wrongs(answer.problems),
        h("p", { class: "help" }, "Asked of: ", name(of), "."),
      ),
    );
    while (this.answers.childElementCount > 12) this.answers.lastElementChild?.remove();
  }
}
