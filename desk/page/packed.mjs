// Packs what stands in the page packed; src/packed.ts is the other end. What was packed once is kept beside the page: it takes ten seconds.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import zopfli from "@gfx/zopfli";

/** The 85 printable signs from "(" to "~" without "<" and "\": nothing that ends a script or begins a comment, an entity, a text. */
const SIGNS = Array.from({ length: 87 }, (_, at) => String.fromCharCode(40 + at)).filter((sign) => sign !== "<" && sign !== "\\");

/** Five signs for four bytes; of the last, which may be fewer, one sign more than there are bytes. */
export function written(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const some = Math.min(4, bytes.length - at);
    let four = 0;
    for (let byte = 0; byte < 4; byte += 1) four = four * 256 + (bytes[at + byte] ?? 0);
    let signs = "";
    for (let sign = 0; sign < 5; sign += 1) {
      signs = SIGNS[four % 85] + signs;
      four = Math.floor(four / 85);
    }
    parts.push(signs.slice(0, some + 1));
  }
  return parts.join("");
}

const used = new Set();

/** Gzip as dense as it gets: a twentieth less than zlib's densest. */
async function zipped(bytes, folder) {
  const kept = join(folder, `${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}.gz`);
  used.add(kept);
  if (existsSync(kept)) return readFileSync(kept);
  const made = await zopfli.gzipAsync(bytes, { numiterations: 1 });
  mkdirSync(folder, { recursive: true });
  writeFileSync(kept, made);
  return made;
}

export const packed = async (bytes, folder) => (bytes.length === 0 ? "" : written(await zipped(bytes, folder)));

/** Removes what was kept for engines that are no more. */
export function tidy(folder) {
  for (const name of readdirSync(folder)) if (!used.has(join(folder, name))) rmSync(join(folder, name));
}
