// A searchable choice: a field with the browser's own list behind it. It knows which thing the text stands for.

import { choices, fresh, h } from "./dom";

export class Pick<T> {
  readonly field: HTMLInputElement;
  private readonly list: HTMLDataListElement;
  private known = new Map<string, T>();

  constructor(
    placeholder: string,
    private readonly chosen: (thing: T | null) => void = () => {},
  ) {
    const id = fresh("list");
    this.list = choices(id, []);
    this.field = h("input", {
      type: "text",
      list: id,
      placeholder,
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.chosen(this.value),
    });
  }

  /** The choices with their texts. Two with the same text are told apart by `more`. */
  offer(all: readonly { text: string; more: string; thing: T }[]): void {
    const seen = new Map<string, number>();
    for (const { text } of all) seen.set(text, (seen.get(text) ?? 0) + 1);
    this.known = new Map(all.map(({ text, more, thing }) => [(seen.get(text) ?? 0) > 1 ? `${text} [${more}]` : text, thing]));
    this.list.replaceChildren(...choices("", [...this.known.keys()]).children);
  }

  get value(): T | null {
    return this.known.get(this.field.value) ?? null;
  }

  /** The field with its list, to be put into the page. */
  get parts(): [HTMLInputElement, HTMLDataListElement] {
    return [this.field, this.list];
  }

  /** Says at the field that a choice is needed, and whether there is one. */
  complain(): boolean {
    const none = this.value === null;
    this.field.setCustomValidity(none ? "Choose one from the list." : "");
    if (none) this.field.reportValidity();
    return none;
  }
}
