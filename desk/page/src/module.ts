// The engine inside the worker: bytes in, bytes out. A request is JSON in the module's own memory, and so is the answer.

import type { Answer, Request } from "./protocol";
import { unpacked } from "./packed";

export interface Machine {
  call(request: Request): Answer<Record<string, unknown>>;
}
export type Progress = (done: number, total: number, phase: string) => void;

interface Exports {
  memory: WebAssembly.Memory;
  space(length: number): number;
  call(pointer: number, length: number): number;
}

/** A new instance. It may trap in a call; then it is dead and another one has to be made. */
export async function machine(compiled: WebAssembly.Module, progress: Progress): Promise<Machine> {
  const write = new TextEncoder();
  const read = new TextDecoder();
  let exports: Exports;
  const imports: Record<string, Record<string, (...values: never[]) => unknown>> = {
    desk: {
      now: () => performance.now(),
      progress(done: number, total: number, pointer: number, length: number) {
        progress(done, total, read.decode(new Uint8Array(exports.memory.buffer, pointer >>> 0, length)));
      },
    },
  };
  // Crates that can also draw on a web page ask for more than the engine ever calls.
  for (const { module, name, kind } of WebAssembly.Module.imports(compiled)) {
    if (kind !== "function" || module === "desk") continue;
    (imports[module] ??= {})[name] = () => {
      throw new Error(`the engine called ${name}, which this page does not have`);
    };
  }
  const instance = await WebAssembly.instantiate(compiled, imports);
  exports = instance.exports as unknown as Exports;
  return {
    call(request) {
      const bytes = write.encode(JSON.stringify(request));
      const pointer = exports.space(bytes.length) >>> 0;
      new Uint8Array(exports.memory.buffer, pointer, bytes.length).set(bytes);
      const answer = exports.call(pointer, bytes.length) >>> 0;
      // The memory may have grown in the call: look at it anew.
      const length = new DataView(exports.memory.buffer).getUint32(answer, true);
      return JSON.parse(read.decode(new Uint8Array(exports.memory.buffer, answer + 4, length)));
    },
  };
}

/** The engine as it stands in the page. */
export async function unpack(written: string): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await unpacked(written).arrayBuffer());
}
