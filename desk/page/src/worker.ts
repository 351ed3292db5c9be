// The worker: one engine, one thing at a time. Figures are worked out in steps, so that a newer edition can take over between two of them.

import { machine, type Machine } from "./module";
import type { Edition, Figures, Request } from "./protocol";
import type { FromWorker, ToWorker } from "./wire";

const page = self as unknown as { postMessage(message: FromWorker): void; onmessage: ((event: MessageEvent<ToWorker>) => void) | null };
let engine: Machine | null = null;
let current = 0;
let job = 0;
let told = 0;

// A message to oneself comes after what the page has sent meanwhile, and sooner than a timer.
const turn = new MessageChannel();
const waiting: (() => void)[] = [];
turn.port1.onmessage = () => waiting.shift()?.();
const breathe = () =>
  new Promise<void>((resolve) => {
    waiting.push(resolve);
    turn.port2.postMessage(null);
  });

function call(request: Request): ReturnType<Machine["call"]> {
  if (engine === null) throw new Error("the engine has not been started");
  return engine.call(request);
}

/** Changes the edition if that is asked, then works on its figures until they are done or a newer edition comes. */
async function figures(id: number, first: Edition, edit: Request | null): Promise<void> {
  job += 1;
  const mine = job;
  let edition = first;
  if (edit !== null) {
    const edited = call({ ...edit, edition });
    if (!edited.ok) return page.postMessage({ id, what: "answer", answer: edited });
    edition = edited["edition"] as Edition;
  }
  const begun = call({ op: "figures", edition, job: mine, steps: true });
  page.postMessage({ id, what: "answer", answer: begun.ok ? { ...begun, edition } : begun });
  if (!begun.ok) return;
  for (;;) {
    if (job !== mine) return page.postMessage({ id, what: "superseded" });
    const step = call({ op: "step", job: mine });
    if (!step.ok) return page.postMessage({ id, what: "failed", problems: step.problems });
    const made = step["figures"] as Figures | null | undefined;
    const [done, total] = [Number(step["done"]), Number(step["total"])];
    if (made) page.postMessage({ id, what: "figures", figures: made });
    if (made && !made.rough) return;
    page.postMessage({ id, what: "progress", done, total, phase: "" });
    await breathe();
  }
}

page.onmessage = async ({ data }) => {
  try {
    if (data.what === "start") {
      engine = await machine(data.compiled, (done, total, phase) => {
        // Ten times a second is enough for an eye.
        const now = performance.now();
        if (now - told < 100 && done < total) return;
        told = now;
        page.postMessage({ id: current, what: "progress", done, total, phase });
      });
      page.postMessage({ id: data.id, what: "answer", answer: { ok: true } });
    } else if (data.what === "figures") {
      await figures(data.id, data.edition, data.edit);
    } else {
      current = data.id;
      page.postMessage({ id: data.id, what: "answer", answer: call(data.request) });
    }
  } catch (error) {
    page.postMessage({ id: data.id, what: "died", why: error instanceof Error ? error.message : String(error) });
  }
};
