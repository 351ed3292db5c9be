// The deal as text: edited as a whole, read by the engine while somebody types, and used when they say so.

import type { Taken } from "./answers";
import type { Desk } from "./desk";
import { fill, h } from "./dom";
import type { Editor } from "./editor";
import { unpacked } from "./packed";
import { problem } from "./problems";
import { same, SIGNED } from "./edition";
import type { Edition, Problem } from "./protocol";

/** The editor is a script of its own, six times the rest of the page: it is unpacked when somebody wants to see the text. */
async function unpack(): Promise<typeof import("./editor")> {
  const code = await unpacked(document.getElementById("editor")?.textContent ?? "").text();
  const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    return await import(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

export class Text {
  readonly root: HTMLElement;
  private readonly host = h("div", { class: "editor" });
  private readonly word = h("p", { class: "help", role: "status" });
  private readonly problems = h("ul", { class: "problems" });
  private readonly use: HTMLButtonElement;
  private readonly anew: HTMLButtonElement;
  private edit: Editor | null = null;
  private loaded: Edition | null = null;
  private original = "";
  private timer = 0;
  private visible = false;

  constructor(private readonly desk: Desk) {
    this.use = h("button", { type: "button", class: "main", disabled: true, onclick: (event: Event) => this.take(event.timeStamp) }, "Use this text");
    this.anew = h("button", { type: "button", hidden: true, onclick: () => void this.load() }, "Take in the terms as they are now");
    this.root = h(
      "div",
      { class: "text" },
      h("p", { class: "lead" }, "The whole deal as it stands in its file, with the changes on the table. What is written here counts when you say so."),
      h("div", { class: "buttons" }, this.use, this.anew),
      this.word,
      this.problems,
      this.host,
    );
    desk.on("edition", () => this.moved());
  }

  /** The panel came into view: only now is there an editor at all. */
  shown(): void {
    this.visible = true;
    if (this.desk.signed === undefined) return;
    this.coming ??= unpack().then(({ editor }) => {
      this.edit = editor(this.host, () => this.typed());
      this.refresh();
    });
    this.refresh();
  }
  private coming: Promise<void> | null = null;

  private refresh(): void {
    if (this.edit === null) return;
    if (this.loaded === null || (!this.dirty && !same(this.loaded, this.desk.edition))) void this.load();
  }

  private get dirty(): boolean {
    return this.edit !== null && this.edit.text() !== this.original;
  }

  private moved(): void {
    if (!this.visible || this.edit === null || (this.loaded !== null && same(this.loaded, this.desk.edition))) return;
    if (!this.dirty) {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => {
        if (!this.root.closest("[hidden]")) void this.load();
      }, 400);
    } else {
      this.anew.hidden = false;
      fill(this.word, "The terms were moved since you began to write here.");
    }
  }

  private async load(): Promise<void> {
    const { edition } = this.desk;
    const answer = await this.desk.quiet<Taken>({ op: "text", edition });
    if (answer === null || !answer.ok || this.edit === null) return;
    this.loaded = edition;
    this.original = answer.text;
    this.edit.load(answer.text);
    this.anew.hidden = true;
    this.use.disabled = true;
    fill(this.word);
    fill(this.problems);
  }

  private typed(): void {
    this.use.disabled = !this.dirty;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.check(), 300);
  }

  private edition(): Edition {
    const text = this.edit?.text() ?? "";
    return { text: text === this.desk.document.text ? null : text, set: [], stress: this.desk.edition.stress };
  }

  private async check(): Promise<void> {
    const edition = this.edition();
    const answer = await this.desk.quiet<{ warnings?: string[] }>({ op: "read", edition });
    if (answer === null || !same(edition, this.edition())) return;
    this.tell(answer.ok ? [] : answer.problems);
  }

  private tell(problems: readonly Problem[]): void {
    this.edit?.mark(problems);
    const count = problems.length;
    fill(
      this.word,
      count === 0
        ? this.dirty
          ? "No problem is found in it."
          : ""
        : `${count} ${count === 1 ? "problem" : "problems"}. The figures stay those of the last valid text.`,
    );
    fill(
      this.problems,
      problems.map((each) =>
        h(
          "li",
          {},
          problem(
            each,
            each.line === null
              ? undefined
              : h("button", { type: "button", class: "link", onclick: () => this.edit?.line(each.line ?? 1) }, `line ${each.line}`),
          ),
        ),
      ),
    );
  }

  private take(since: number): void {
    const edition = this.edition();
    this.desk.put(edition.text === null && edition.stress === null ? SIGNED : edition, since, (problems) => {
      if (problems !== null) return this.tell(problems);
      this.loaded = edition;
      this.original = this.edit?.text() ?? "";
      this.use.disabled = true;
      this.anew.hidden = true;
      this.tell([]);
      fill(this.word, "This text is on the table now.");
    });
  }
}
