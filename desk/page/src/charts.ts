// The report's charts, redrawn by the engine after every change, those of a party together.

import type { Chart } from "./answers";
import type { Desk } from "./desk";
import { fill, h, name, scroller } from "./dom";
import { picture } from "./picture";

interface Shown {
  root: HTMLElement;
  hold: HTMLElement;
  svg: string;
  drawn: string;
  near: boolean;
}

export class Charts {
  readonly root = h("section", { class: "charts", "aria-labelledby": "charts-title" });
  private readonly list = h("div", {});
  private shape = "";
  private readonly figures = new Map<string, Shown>();
  /** A chart is read when it comes near: ten of them are a few hundred kilobytes of shapes. */
  private readonly near = new IntersectionObserver(
    (all) => {
      for (const { target, isIntersecting } of all) {
        const shown = [...this.figures.values()].find((other) => other.hold === target);
        if (shown === undefined) continue;
        shown.near = isIntersecting;
        this.draw(shown);
      }
    },
    { rootMargin: "600px" },
  );

  constructor(private readonly desk: Desk) {
    fill(
      this.root,
      h("h2", { id: "charts-title" }, "Charts"),
      h("p", { class: "help" }, "Those of the report. Where the terms differ, the shape as signed stands pale behind."),
      this.list,
    );
    desk.on("charts", (charts) => this.show(charts));
    addEventListener("beforeprint", () => {
      for (const shown of this.figures.values()) this.draw(shown, true);
    });
    desk.on("edition", () => this.root.classList.add("stale"));
  }

  private show(charts: readonly Chart[]): void {
    this.root.classList.remove("stale");
    const shape = JSON.stringify(charts.map((chart) => [chart.name, chart.side]));
    if (shape !== this.shape) {
      this.shape = shape;
      this.build(charts);
    }
    for (const chart of charts) {
      const shown = this.figures.get(chart.name);
      if (shown === undefined) continue;
      shown.svg = chart.svg;
      shown.root.setAttribute("aria-label", `chart: ${chart.title}`);
      this.draw(shown);
    }
  }

  private draw(shown: Shown, anyway = false): void {
    if (shown.drawn === shown.svg || !(shown.near || anyway)) return;
    shown.drawn = shown.svg;
    fill(shown.hold, picture(shown.svg));
  }

  private build(charts: readonly Chart[]): void {
    this.figures.clear();
    this.near.disconnect();
    const sides: { id: string | null; title: string }[] = [
      ...this.desk.deal.sides.map((side) => ({ id: side.id as string | null, title: side.name })),
      { id: null, title: "The deal" },
    ];
    const known = new Set(sides.map((side) => side.id));
    fill(
      this.list,
      sides.map(({ id, title }) => {
        const own = charts.filter((chart) => chart.side === id || (id === null && !known.has(chart.side)));
        return own.length === 0
          ? null
          : h(
              "section",
              { class: "chart-group" },
              h("h3", {}, name(title)),
              h(
                "div",
                { class: "chart-list" },
                own.map((chart) => {
                  const hold = h("div", { class: "chart" });
                  const root = scroller(`chart: ${chart.title}`, hold);
                  this.figures.set(chart.name, { root, hold, svg: "", drawn: "", near: false });
                  this.near.observe(hold);
                  return root;
                }),
              ),
            );
      }),
    );
  }
}
