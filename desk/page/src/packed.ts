// What stands in the page packed, to keep the file small: gzip, in the 85 printable signs from "(" to "~" without "<" and "\".
// Five signs hold four bytes; `bundle.mjs` writes them. None of them means anything to a reader of markup.

const FIRST = 40;
const [LESS, BACKSLASH] = [60, 92];
const DIGITS = Uint8Array.from({ length: 256 }, (_, sign) => sign - FIRST - (sign > LESS ? 1 : 0) - (sign > BACKSLASH ? 1 : 0));

/** The bytes that were written so. The last five signs may lie beyond the end: they are filled up, and what comes of that is left out. */
export function bytes(written: string): Uint8Array<ArrayBuffer> {
  const signs = new TextEncoder().encode(`${written}~~~~`);
  const length = Math.floor((written.length * 4) / 5);
  const made = new Uint8Array(length + 4);
  const digit = (at: number): number => DIGITS[signs[at] as number] as number;
  for (let from = 0, to = 0; to < length; from += 5, to += 4) {
    // Only the last step may pass what fits into 32 bits without a sign.
    const upper = ((digit(from) * 85 + digit(from + 1)) * 85 + digit(from + 2)) * 85 + digit(from + 3);
    const four = (Math.imul(upper, 85) + digit(from + 4)) | 0;
    made[to] = four >>> 24;
    made[to + 1] = four >>> 16;
    made[to + 2] = four >>> 8;
    made[to + 3] = four;
  }
  return made.subarray(0, length);
}

export function unpacked(written: string): Response {
  return new Response(new Blob([bytes(written)]).stream().pipeThrough(new DecompressionStream("gzip")));
}
