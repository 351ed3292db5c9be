// Puts the page together and starts it. The source is kept first, before anything is changed: a desk that is taken away is made of it.

const source = `<!DOCTYPE html>\n${document.documentElement.outerHTML}`;

import { follow, refused } from "./address";
import { Announcer } from "./announce";
import { Bar } from "./bar";
import { Charts } from "./charts";
import { Strip } from "./changes";
import { Desk } from "./desk";
import { fill, h } from "./dom";
import { readEdition, same, SIGNED } from "./edition";
import { Engine } from "./engine";
import type { DealDocument, Edition, Figures, Problem } from "./protocol";
import { asking, finding, wondering } from "./questions";
import { Sides } from "./sides";
import { tabs } from "./tabs";
import { Take } from "./take";
import { Terms } from "./terms";
import { Text } from "./text";
import { Top } from "./top";
import { Versions } from "./versions";
import { warnings } from "./warnings";
import { World } from "./world";

declare const WORKER_SOURCE: string;
declare global {
  interface Window {
    /** For the bench and the tests. */
    desk: {
      times: Desk["times"]["all"];
      ready: Promise<number>;
      state(): { edition: Edition; figures: Figures | null; settled: boolean };
      settled(): Promise<void>;
    };
  }
}

const place = (id: string): HTMLElement => document.getElementById(id) ?? document.body;
const textOf = (id: string): string => place(id).textContent ?? "";

function broken(problems: readonly Problem[]): void {
  fill(
    place("desk"),
    h(
      "section",
      { class: "card broken" },
      h("h2", {}, "This deal cannot be opened"),
      problems.map((problem) => h("pre", { tabindex: 0 }, problem.text || problem.message)),
    ),
  );
}

async function start(): Promise<void> {
  const deal = JSON.parse(textOf("deal")) as DealDocument;
  const desk = new Desk(new Engine(WORKER_SOURCE, textOf("engine"), deal), deal);
  window.desk = {
    times: desk.times.all,
    ready: desk.times.ready,
    state: () => ({ edition: desk.edition, figures: desk.figures, settled: desk.settled }),
    settled: () =>
      new Promise((resolve) => {
        const look = () => {
          if (desk.settled) resolve();
          else setTimeout(look, 10);
        };
        look();
      }),
  };

  const terms = new Terms(desk);
  const world = new World(desk);
  const text = new Text(desk);
  const versions = new Versions(desk);
  const top = new Top(desk, () => versions.keep(), new Take(desk, source).root);
  const announcer = new Announcer(
    desk,
    () => left,
    () => right,
  );
  const everybody = h("div", {}, warnings(desk), new Sides(desk).root, new Charts(desk).root);
  const levers = tabs(
    "levers",
    [
      { name: "Terms", panel: terms.root },
      { name: "The world", panel: world.root },
      { name: "Text", panel: text.root, shown: () => text.shown() },
    ],
    "left",
  );
  const results = tabs(
    "results",
    [
      { name: "Everybody’s side", panel: everybody },
      { name: "Ask", panel: asking(desk) },
      { name: "Find", panel: finding(desk, (id, value) => terms.move(id, value, false, performance.now())) },
      { name: "Why", panel: wondering(desk) },
      { name: "Versions", panel: versions.root },
    ],
    "right",
  );
  fill(place("top"), top.root, h("div", { class: "second" }, new Strip(desk).root, new Bar(desk).root));
  const left = h("aside", { class: "levers", "aria-label": "Levers", tabindex: -1 }, h("h2", { class: "unseen" }, "Levers"), levers.root);
  const right = h(
    "section",
    { class: "results", "aria-label": "Results", tabindex: -1 },
    h("h2", { class: "unseen" }, "Results"),
    announcer.root,
    results.root,
    place("foot"),
  );
  fill(place("desk"), left, right);
  // The levers stand below the head, which grows with the changes.
  new ResizeObserver(() => document.documentElement.style.setProperty("--head", `${place("top").offsetHeight}px`)).observe(place("top"));

  const asked = await follow(desk);
  const first = asked ?? readEdition(deal.edition) ?? SIGNED;
  let problems: Problem[] | null;
  try {
    problems = await desk.open();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return broken([
      {
        message: why,
        help: null,
        line: null,
        column: null,
        end_column: null,
        text: `The engine could not be started in this browser: ${why}`,
      },
    ]);
  }
  if (problems !== null) return broken(problems);
  top.show();
  desk.tell("deal", desk.deal);
  if (same(first, SIGNED)) desk.move({ key: "first", since: 0, history: "none", make: () => ({ edition: SIGNED, edit: null }) });
  else desk.put(first, 0, refused(desk));
}

void start();
