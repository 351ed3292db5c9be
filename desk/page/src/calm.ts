// What follows when nothing moves: the charts of the edition on the table, and its description.

import { Past, same, SIGNED } from "./edition";
import { Gone } from "./engine";
import { Keeper } from "./keeper";
import type { Chart } from "./answers";
import type { Deal, Edition, Figures } from "./protocol";
import { Times } from "./times";

/** Charts wait so long while things move. */
const CALM = 120;

export abstract class Calm extends Keeper {
  signed!: Deal;
  deal!: Deal;
  edition: Edition = SIGNED;
  figures: Figures | null = null;
  charts: Chart[] = [];
  past = new Past(SIGNED);
  readonly times = new Times();
  /** The last edition that has figures. */
  protected good: Edition | null = null;
  protected described: Edition = SIGNED;
  /** When the last thing was moved, and whether it is still held. */
  protected moved = -Infinity;
  protected held = false;
  private drawn: Edition | null = null;
  private calm = 0;

  /** A move waits. */
  protected abstract get waits(): boolean;
  /** A move waits, or is under way. */
  protected abstract get busy(): boolean;

  /** Nothing waits and nothing works. */
  get settled(): boolean {
    return !this.busy && this.calm === 0 && this.status.what === "idle";
  }

  /** Something moves again. */
  protected wake(): void {
    clearTimeout(this.calm);
    this.calm = 0;
  }

  /** Nothing moves: the charts and the description, at once after a single move, a moment later while a lever is being moved. */
  protected rest(): void {
    if (this.busy || this.good === null || !same(this.good, this.edition)) return;
    const moving = this.held || this.times.gap < CALM;
    clearTimeout(this.calm);
    this.calm = window.setTimeout(
      () => {
        void this.complete();
      },
      moving ? CALM : 0,
    );
  }

  private async complete(): Promise<void> {
    const edition = this.edition;
    const current = () => same(edition, this.edition) && !this.waits;
    const since = this.moved;
    try {
      if (this.drawn === null || !same(this.drawn, edition)) {
        const drawn = await this.engine.ask<{ charts: Chart[] }>({ op: "charts", edition });
        if (drawn.ok && current()) {
          const came = performance.now();
          this.drawn = edition;
          this.charts = drawn.charts;
          this.tell("charts", drawn.charts);
          this.times.painted("charts", since, came, false);
        }
      }
      if (current() && !same(this.described, edition)) await this.describe();
    } catch (error) {
      if (error instanceof Gone) await this.restart(error);
    } finally {
      if (current()) this.calm = 0;
    }
  }

  protected async describe(): Promise<void> {
    const edition = this.edition;
    const answer = await this.engine.ask<{ deal: Deal }>({ op: "describe", edition });
    if (!answer.ok || !same(edition, this.edition)) return;
    this.described = edition;
    this.deal = answer.deal;
    this.tell("deal", answer.deal);
  }
}
