// The head of the page: whose deal it is, undo and redo, keep, light and dark, take away.

import type { Desk } from "./desk";
import { fill, h, name } from "./dom";

export class Top {
  readonly root: HTMLElement;
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly title = h("h1", {});
  private readonly about = h("p", { class: "about" });
  private readonly file = h("bdi", {});

  constructor(
    private readonly desk: Desk,
    keep: () => void,
    take: HTMLElement,
  ) {
    this.undo = h("button", { type: "button", id: "undo", disabled: true, title: "Ctrl+Z", onclick: (event: Event) => desk.undo(event.timeStamp) }, "Undo");
    this.redo = h(
      "button",
      { type: "button", id: "redo", disabled: true, title: "Ctrl+Shift+Z", onclick: (event: Event) => desk.redo(event.timeStamp) },
      "Redo",
    );
    this.root = h(
      "div",
      { class: "top" },
      h("div", { class: "titles" }, h("p", { class: "kicker" }, "Pay for Success desk · ", this.file), this.title, this.about),
      h(
        "div",
        { class: "tools", role: "group", "aria-label": "tools" },
        this.undo,
        this.redo,
        h("button", { type: "button", onclick: keep }, "Keep this version"),
        this.theme(),
        take,
      ),
    );
    const look = () => this.look();
    desk.on("edition", () => queueMicrotask(look));
    addEventListener("keydown", (event) => this.key(event));
  }

  show(): void {
    const { name: title, about, file } = this.desk.signed;
    fill(this.title, name(title));
    fill(this.about, name(about ?? ""));
    fill(this.file, file);
    this.look();
  }

  private look(): void {
    // A button that is pressed and then disabled would lose the focus to nowhere.
    const held = document.activeElement;
    this.undo.disabled = this.desk.past.back === undefined;
    this.redo.disabled = this.desk.past.forth === undefined;
    if (held === this.undo && this.undo.disabled) this.redo.focus();
    if (held === this.redo && this.redo.disabled) this.undo.focus();
  }

  private theme(): HTMLElement {
    const select = h(
      "select",
      {
        "aria-label": "light or dark",
        onchange: () => {
          document.documentElement.dataset["theme"] = select.value;
        },
      },
      [
        ["auto", "Light or dark"],
        ["light", "Light"],
        ["dark", "Dark"],
      ].map(([value, text]) => h("option", { value }, text)),
    );
    return select;
  }

  private key(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    // Where text is typed, the key takes back letters.
    const inside = event
      .composedPath()
      .some(
        (node) =>
          node instanceof HTMLElement &&
          (node.classList.contains("editor") || (node instanceof HTMLInputElement && node.type !== "range" && node.type !== "button")),
      );
    if (inside) return;
    event.preventDefault();
    if (event.shiftKey) this.desk.redo(event.timeStamp);
    else this.desk.undo(event.timeStamp);
  }
}
