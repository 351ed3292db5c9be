// How long people wait: from what somebody did to the frame that shows it. The bench reads it as `desk.times`.

/**
 * `came` when the answer was there, `put` when it stood in the page, `painted` when the frame that shows it was made, `ms` to the frame
 * after that one, which has surely been seen.
 */
export interface Time {
  what: "figures" | "charts";
  ms: number;
  came: number;
  put: number;
  painted: number;
  rough: boolean;
}

export class Times {
  readonly all: Time[] = [];
  /** Milliseconds between the last two things that somebody did. */
  gap = Infinity;
  private last = -Infinity;
  private resolve: (ms: number) => void = () => {};
  /** When the first figures stood on the page, since the page was opened. */
  readonly ready = new Promise<number>((resolve) => {
    this.resolve = resolve;
  });

  did(now: number): void {
    this.gap = now - this.last;
    this.last = now;
  }

  /** Call it after the page was changed. A message that is sent before a frame is painted comes after that. */
  painted(what: Time["what"], since: number, came: number, rough: boolean): void {
    const put = performance.now() - since;
    requestAnimationFrame(() => {
      let painted = NaN;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        painted = performance.now() - since;
        port1.close();
      };
      port2.postMessage(null);
      requestAnimationFrame(() => {
        const end = performance.now();
        this.resolve(end);
        this.all.push({ what, ms: end - since, came: came - since, put, painted, rough });
        if (this.all.length > 5000) this.all.splice(0, 1000);
        performance.measure(`desk ${what}`, { start: Math.max(0, since), end });
        if (performance.getEntriesByType("measure").length > 2000) performance.clearMeasures();
      });
    });
  }
}
