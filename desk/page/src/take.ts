// Take away: the deal as TOML, the command that makes the same change, the report, and this desk with the changes in it.

import type { Taken } from "./answers";
import { SIGNED } from "./edition";
import { pack } from "./address";
import type { Desk } from "./desk";
import { fill, h } from "./dom";
import { sentence } from "./problems";
import type { DealDocument, Problem } from "./protocol";

function download(file: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = h("a", { href: url, download: file });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

const stem = (file: string) =>
  file
    .replace(/^.*[\\/]/, "")
    .replace(/\.toml$/i, "")
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .slice(0, 80) || "deal";

/** The page's own source with another deal document in it. */
export function withDocument(source: string, next: DealDocument): string {
  const open = source.indexOf('<script type="application/json" id="deal">');
  const start = source.indexOf(">", open) + 1;
  const end = source.indexOf("</script>", start);
  if (open < 0 || end < 0) throw new Error("this page has no deal in it");
  return source.slice(0, start) + JSON.stringify(next).replace(/</g, "\\u003c") + source.slice(end);
}

export class Take {
  readonly root: HTMLDetailsElement;
  private readonly shown = h("div", { class: "taken", "aria-live": "polite" });

  constructor(
    private readonly desk: Desk,
    private readonly source: string,
  ) {
    const button = (text: string, help: string, take: () => void) =>
      h("li", {}, h("button", { type: "button", class: "link", onclick: take }, text), h("p", { class: "help" }, help));
    const details: HTMLDetailsElement = h(
      "details",
      {
        class: "menu",
        onkeydown: (event: KeyboardEvent) => {
          if (event.key === "Escape") {
            details.open = false;
            details.querySelector("summary")?.focus();
          }
        },
      },
      h("summary", {}, "Take away"),
      h(
        "div",
        { class: "menu-panel" },
        h(
          "ul",
          {},
          button("The deal as TOML", "The file with the changes in it, its comments kept.", () => void this.toml()),
          button("The command", "What makes the same changes on the command line.", () => void this.command()),
          button("The address", "A link to this file that carries the changes, for somebody who has it too.", () => void this.address()),
          button("The report", "report.html with every chart and table. It takes a moment.", () => void this.report()),
          button("This desk", "This file with the changes and versions in it.", () => this.self()),
          button("On paper", "The changes, the figures and the charts.", () => {
            details.open = false;
            window.print();
          }),
        ),
        this.shown,
      ),
    );
    document.addEventListener("pointerdown", (event) => {
      if (details.open && !event.composedPath().includes(details)) details.open = false;
    });
    this.root = details;
  }

  private async taken(): Promise<Taken | null> {
    const answer = await this.desk.quiet<Taken>({ op: "text", edition: this.desk.edition });
    if (answer !== null && !answer.ok) this.refused(answer.problems);
    return answer?.ok ? answer : null;
  }

  private refused(problems: readonly Problem[]): void {
    fill(this.shown, h("p", {}, problems.map(({ message, help }) => sentence(help ? `${message}: ${help}` : message)).join(" ")));
  }

  private async toml(): Promise<void> {
    const taken = await this.taken();
    if (taken !== null) download(`${stem(this.desk.document.file)}.toml`, "application/toml", taken.text);
  }

  private async command(): Promise<void> {
    const taken = await this.taken();
    if (taken !== null) await this.offer("The command", taken.command);
  }

  private async address(): Promise<void> {
    const hash = await pack(this.desk.edition);
    await this.offer("The address", `${location.href.replace(/#.*$/, "")}${hash === "" ? "" : `#${hash}`}`);
  }

  /** Copies, and shows the text in any case. */
  private async offer(what: string, text: string): Promise<void> {
    const copied = await copy(text);
    fill(this.shown, h("p", {}, copied ? `${what} is copied:` : `${what}, to copy by hand:`), h("pre", { tabindex: 0, "aria-label": what }, text));
  }

  private async report(): Promise<void> {
    // The menu would lie over the button that stops it.
    this.root.open = false;
    this.root.querySelector("summary")?.focus();
    const answer = await this.desk.long<{ html: string }>("writing the report", { op: "report", edition: this.desk.edition });
    if (answer === null) return;
    if (answer.ok) return download(`${stem(this.desk.document.file)}-report.html`, "text/html", answer.html);
    this.root.open = true;
    this.refused(answer.problems);
  }

  private self(): void {
    const { edition, versions } = this.desk;
    const unchanged = edition.text === null && edition.set.length === 0 && edition.stress === null;
    const next: DealDocument = { ...this.desk.document, edition: unchanged ? null : (edition ?? SIGNED), versions };
    download(`${stem(this.desk.document.file)}-desk.html`, "text/html", withDocument(this.source, next));
  }
}
