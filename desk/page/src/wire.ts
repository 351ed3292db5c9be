// The messages between page and worker. They carry the protocol's requests and answers, and what happens in between.

import type { Answer, Edition, Figures, Problem, Request } from "./protocol";

export type ToWorker =
  | { id: number; what: "start"; compiled: WebAssembly.Module }
  | { id: number; what: "ask"; request: Request }
  | { id: number; what: "figures"; edition: Edition; edit: Request | null };

export type FromWorker =
  | { id: number; what: "answer"; answer: Answer<Record<string, unknown>> }
  | { id: number; what: "progress"; done: number; total: number; phase: string }
  | { id: number; what: "figures"; figures: Figures }
  | { id: number; what: "failed"; problems: Problem[] }
  | { id: number; what: "superseded" }
  | { id: number; what: "died"; why: string };
