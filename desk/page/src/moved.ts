// How an input of the world was moved.

import type { Input, Moved } from "./protocol";

export const AS_SIGNED: Moved = { fix: null, shift: 0, widen: 1 };
const round = (value: number) => Number(value.toPrecision(6));

/** Seen from its law now and as signed. */
export function howMoved(now: Input, signed: Input | undefined): Moved {
  if (!now.moved || signed === undefined) return AS_SIGNED;
  if (!(now.sd > 0)) return { fix: round(now.mean), shift: 0, widen: 1 };
  const widen = signed.sd > 0 ? round(now.sd / signed.sd) : 1;
  const shift = round(now.mean - signed.mean);
  return { fix: null, shift: Math.abs(shift) < signed.sd * 1e-4 ? 0 : shift, widen: Math.abs(widen - 1) < 1e-4 ? 1 : widen };
}
