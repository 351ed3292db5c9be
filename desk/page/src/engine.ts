// The page's end of the engine: starts the worker, sends requests, and starts another worker where one was stopped or died.

import { unpack } from "./module";
import type { Answer, Deal, DealDocument, Edition, Figures, Problem, Request } from "./protocol";
import type { FromWorker, ToWorker } from "./wire";

/** Stopped by a person ("stopped") or by itself ("died"). */
export class Gone extends Error {
  constructor(
    readonly how: "stopped" | "died",
    why: string,
  ) {
    super(why);
  }
}

export interface Working {
  progress(done: number, total: number, phase: string): void;
}
export interface Job extends Working {
  figures(figures: Figures): void;
  failed(problems: Problem[]): void;
  superseded(): void;
  gone(error: Gone): void;
}

interface Pending {
  answer(answer: Answer<Record<string, unknown>>): void;
  gone(error: Gone): void;
  working: Working | null;
  job: Job | null;
}

export class Engine {
  private worker: Worker | null = null;
  private compiled: Promise<WebAssembly.Module> | null = null;
  private last = 0;
  private readonly pending = new Map<number, Pending>();

  constructor(
    private readonly source: string,
    private readonly packed: string,
    private readonly document: DealDocument,
  ) {}

  /** Starts a worker and opens the deal as it was signed. */
  async open(): Promise<Answer<{ deal: Deal; build: string }>> {
    this.compiled ??= unpack(this.packed);
    const url = URL.createObjectURL(new Blob([this.source], { type: "text/javascript" }));
    const compiled = await this.compiled;
    const worker = new Worker(url);
    URL.revokeObjectURL(url);
    this.worker = worker;
    worker.onmessage = (event: MessageEvent<FromWorker>) => this.heard(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.end(new Gone("died", event.message || "its worker could not be started"));
    };
    await this.send({ id: 0, what: "start", compiled }, null, null);
    const { file, text, tables, trials = null } = this.document;
    return this.ask<{ deal: Deal; build: string }>({ op: "open", file, text, tables, trials });
  }

  /** One request, one answer. Throws `Gone` where the worker ended first. */
  ask<T>(request: Request, working: Working | null = null): Promise<Answer<T>> {
    return this.send({ id: 0, what: "ask", request }, working, null) as Promise<Answer<T>>;
  }

  /** Begins the figures of an edition, changed by `edit` first; the answer is the edition, or why not. The figures come to the job. */
  figures(edition: Edition, edit: Request | null, job: Job): Promise<Answer<{ edition: Edition }>> {
    return this.send({ id: 0, what: "figures", edition, edit }, job, job) as Promise<Answer<{ edition: Edition }>>;
  }

  /** Ends the worker, whatever it does. */
  stop(): void {
    this.end(new Gone("stopped", "stopped"));
  }

  private send(message: ToWorker, working: Working | null, job: Job | null): Promise<Answer<Record<string, unknown>>> {
    const worker = this.worker;
    if (worker === null) return Promise.reject(new Gone("stopped", "the engine is not running"));
    this.last += 1;
    const id = this.last;
    return new Promise((answer, gone) => {
      this.pending.set(id, { answer, gone, working, job });
      worker.postMessage({ ...message, id });
    });
  }

  private heard(message: FromWorker): void {
    const pending = this.pending.get(message.id);
    if (message.what === "died") return this.end(new Gone("died", message.why));
    if (pending === undefined) return;
    switch (message.what) {
      case "progress":
        pending.working?.progress(message.done, message.total, message.phase);
        break;
      case "answer":
        // A job goes on after its answer, unless it was refused.
        if (pending.job === null || !message.answer.ok) this.pending.delete(message.id);
        pending.answer(message.answer);
        break;
      case "figures":
        if (!message.figures.rough) this.pending.delete(message.id);
        pending.job?.figures(message.figures);
        break;
      case "failed":
        this.pending.delete(message.id);
        pending.job?.failed(message.problems);
        break;
      case "superseded":
        this.pending.delete(message.id);
        pending.job?.superseded();
        break;
    }
  }

  private end(error: Gone): void {
    this.worker?.terminate();
    this.worker = null;
    const all = [...this.pending.values()];
    this.pending.clear();
    for (const pending of all) {
      pending.gone(error);
      pending.job?.gone(error);
    }
  }
}
