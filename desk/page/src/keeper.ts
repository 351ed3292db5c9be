// Keeps an engine running: questions to it, what it is doing, and another one where it was stopped or died.

import type { Chart } from "./answers";
import { Ears } from "./ears";
import { Engine, Gone, type Working } from "./engine";
import type { Answer, Deal, Edition, Figures, Request, Version } from "./protocol";

/** What the parts of the page hear. */
export interface Events {
  edition: Edition;
  deal: Deal;
  figures: Figures;
  charts: Chart[];
  status: Status;
  versions: Version[];
  says: string;
}
export interface Status {
  what: "idle" | "working" | "long";
  text: string;
  done: number;
  total: number;
}

/** More deaths than this are no accident. */
const DEATHS = 3;

export abstract class Keeper extends Ears<Events> {
  status: Status = { what: "working", text: "starting the engine", done: 0, total: 0 };
  private deaths = 0;
  private restarting: Promise<boolean> | null = null;

  constructor(readonly engine: Engine) {
    super();
  }

  /** Goes on with another engine. */
  protected abstract recovered(error: Gone): void;

  protected show(what: Status["what"], text: string, done = 0, total = 0): void {
    this.status = { what, text, done, total };
    this.tell("status", this.status);
  }

  /** A short question without a word about it. */
  async quiet<T>(request: Request): Promise<Answer<T> | null> {
    try {
      return await this.engine.ask<T>(request);
    } catch (error) {
      if (error instanceof Gone) await this.restart(error);
      return null;
    }
  }

  /** A question that may take long: with a bar, and it can be stopped. Nothing is returned where it was. */
  async long<T>(text: string, request: Request): Promise<Answer<T> | null> {
    const working: Working = {
      progress: (done, total, phase) => this.show("long", phase === "" ? text : `${text}: ${phase}`, done, total),
    };
    this.show("long", text);
    try {
      const answer = await this.engine.ask<T>(request, working);
      this.show("idle", "done");
      return answer;
    } catch (error) {
      if (error instanceof Gone) await this.restart(error);
      return null;
    }
  }

  /** Starts another engine after one has ended, once for all who noticed. */
  protected restart(error: Gone): Promise<boolean> {
    this.restarting ??= this.startAgain(error).finally(() => {
      this.restarting = null;
    });
    return this.restarting;
  }

  private async startAgain(error: Gone): Promise<boolean> {
    const died = error.how === "died";
    if (died) this.deaths += 1;
    if (this.deaths > DEATHS) {
      this.show("idle", "the engine does not run");
      this.tell("says", `The engine stopped by itself again and again (${error.message}). Open this file anew, or use the command line.`);
      return false;
    }
    this.show("working", died ? "starting the engine again" : "stopped; starting the engine again");
    try {
      if (!(await this.engine.open()).ok) return false;
    } catch {
      return false;
    }
    this.recovered(error);
    return true;
  }
}
