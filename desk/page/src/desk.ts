// The desk itself: the edition on the table, its figures and its history. Moves wait in a row; the newest of each lever wins.

import { Calm } from "./calm";
import { same } from "./edition";
import { Engine, Gone, type Job } from "./engine";
import type { Answer, DealDocument, Edition, Problem, Request, Version } from "./protocol";
import { sentence } from "./problems";

/** A job younger than this is let finish before the next move begins, so that a held slider shows figures as it goes. */
const PATIENCE = 400;

export interface Move {
  /** Which lever: a newer move of the same replaces one that waits. */
  key: string;
  /** When the person did it, on the clock of events. */
  since: number;
  /** Still going on: a slider is held. */
  going?: boolean;
  make(base: Edition): { edition: Edition; edit: Request | null };
  /** How the history takes it. */
  history?: "note" | "back" | "forth" | "none";
  /** Hears whether it was taken. */
  heard?(problems: Problem[] | null): void;
}

export class Desk extends Calm {
  versions: Version[] = [];
  private row: Move[] = [];
  private turning = false;
  private running: { since: number; ended: Promise<void> } | null = null;
  private overtaken = 0;

  constructor(
    engine: Engine,
    readonly document: DealDocument,
  ) {
    super(engine);
    this.versions = document.versions ?? [];
  }

  /** Opens the deal as signed. The problems are returned where it cannot be. */
  async open(): Promise<Problem[] | null> {
    const opened = await this.engine.open();
    if (!opened.ok) return opened.problems;
    this.signed = opened.deal;
    this.deal = opened.deal;
    return null;
  }

  protected get waits(): boolean {
    return this.row.length > 0;
  }
  protected get busy(): boolean {
    return this.waits || this.turning || this.running !== null;
  }

  move(move: Move): void {
    this.times.did(move.since);
    const last = this.row.at(-1);
    if (last !== undefined && last.key === move.key) this.row[this.row.length - 1] = move;
    else this.row.push(move);
    this.wake();
    void this.turn();
  }

  /** Another edition as a whole: a version, an address, the text, or the deal as signed. */
  put(edition: Edition, since: number, heard?: Move["heard"]): void {
    this.move({ key: "whole", since, make: () => ({ edition, edit: null }), ...(heard ? { heard } : {}) });
  }
  undo(since: number): void {
    this.step("back", since);
  }
  redo(since: number): void {
    this.step("forth", since);
  }
  private step(history: "back" | "forth", since: number): void {
    // Where the history stands is seen when it is this move's turn: somebody may press twice.
    const make = () => ({ edition: this.past[history] ?? this.edition, edit: null });
    this.move({ key: `${history} ${since}`, since, history, make });
  }

  private async turn(): Promise<void> {
    if (this.turning) return;
    this.turning = true;
    try {
      for (;;) {
        if (this.running !== null) {
          const left = PATIENCE - (performance.now() - this.running.since);
          if (left > 0) await Promise.race([this.running.ended, new Promise((resolve) => setTimeout(resolve, left))]);
        }
        const move = this.row.shift();
        if (move === undefined) break;
        await this.take(move);
      }
    } finally {
      this.turning = false;
    }
    this.rest();
  }

  private async take(move: Move): Promise<void> {
    const { edition, edit } = move.make(this.edition);
    let answer: Answer<{ edition: Edition }>;
    try {
      answer = await this.engine.figures(edition, edit, this.job(move));
    } catch (error) {
      // Stopped by a person: the move still counts. Died: it is what the engine died of, perhaps.
      if (error instanceof Gone && (await this.restart(error)) && error.how === "stopped") this.row.unshift(move);
      return;
    }
    if (!answer.ok) {
      this.running = null;
      move.heard?.(answer.problems);
      if (move.heard === undefined) this.tell("says", `That cannot be: ${answer.problems.map((problem) => sentence(problem.message)).join(" ")}`);
      this.show("idle", "The figures are those of the last terms that can be.");
      // The refused one has taken the place of figures that were not done yet.
      if (this.good === null || !same(this.good, this.edition)) this.row.push(this.again());
      return;
    }
    this.edition = answer.edition;
    const history = move.history ?? "note";
    if (history === "note") this.past.note(this.edition, move.key, performance.now());
    else if (history !== "none") this.past.go(history === "back" ? -1 : 1);
    move.heard?.(null);
    this.tell("edition", this.edition);
    if (edit !== null) return;
    // Described already: the levers go back to it all the same.
    if (same(this.edition, this.described)) this.tell("deal", this.deal);
    else await this.describe();
  }

  private again(): Move {
    const edition = this.edition;
    return { key: "again", since: performance.now(), history: "none", make: () => ({ edition, edit: null }) };
  }

  /** What to do with what comes from the worker for one move. */
  private job(move: Move): Job {
    const since = performance.now();
    let end = () => {};
    const mine = {
      since,
      ended: new Promise<void>((resolve) => {
        end = resolve;
      }),
    };
    this.running = mine;
    this.moved = move.since;
    this.held = move.going === true;
    const over = (text: string) => {
      end();
      if (this.running === mine) {
        this.running = null;
        this.show("idle", text);
      }
    };
    this.show("working", "working");
    return {
      progress: (done, total) => {
        if (this.running === mine) this.show("working", "working", done, total);
      },
      figures: (figures) => {
        const came = performance.now();
        this.figures = figures;
        this.tell("figures", figures);
        this.times.painted("figures", move.since, came, figures.rough);
        if (figures.rough) return;
        this.good = this.edition;
        over(`${figures.trials.toLocaleString("en-US")} trials${this.overtaken > 0 ? `; ${this.overtaken} superseded on the way` : ""}`);
        this.overtaken = 0;
        this.rest();
      },
      failed: (problems) => {
        over("refused");
        move.heard?.(problems);
        this.fall(problems.map((problem) => sentence(problem.message)).join(" "));
      },
      superseded: () => {
        end();
        this.overtaken += 1;
        this.tell("status", { what: "working", text: "superseded: a newer move took over", done: 0, total: 0 });
      },
      gone: (error) => {
        end();
        void this.restart(error);
      },
    };
  }

  /** Back to the last edition that had figures. */
  private fall(why: string): void {
    const good = this.good;
    this.tell("says", `${why} The change was taken back.`);
    if (good !== null && !same(good, this.edition))
      this.move({ key: "fall", since: performance.now(), history: "back", make: () => ({ edition: good, edit: null }) });
  }

  /** After another engine was started: the same edition once more, or the last good one where the engine ended on it. */
  protected recovered(error: Gone): void {
    this.running = null;
    const died = error.how === "died";
    const again = died ? `The engine stopped by itself (${error.message}) and was started again.` : "Stopped.";
    if (this.good !== null && !same(this.good, this.edition)) return this.fall(again);
    if (this.good === null && !died) {
      this.tell("says", "Stopped before there were any figures. Move a term, or open this file anew.");
      return this.show("idle", "stopped");
    }
    this.tell("says", again);
    this.move(this.again());
  }
}
