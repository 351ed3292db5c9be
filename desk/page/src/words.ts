// A sentence as it is now, with the words marked that were others in the deal as signed.

import { h, type Child } from "./dom";

const split = (text: string) => text.split(/(\s+)/).filter((part) => part !== "");

/** Which parts of `now` are in the longest sequence that both have. */
function kept(then: string[], now: string[]): boolean[] {
  const wide = now.length + 1;
  const length = new Uint16Array((then.length + 1) * wide);
  for (let a = then.length - 1; a >= 0; a -= 1) {
    for (let b = now.length - 1; b >= 0; b -= 1) {
      length[a * wide + b] =
        then[a] === now[b] ? (length[(a + 1) * wide + b + 1] ?? 0) + 1 : Math.max(length[(a + 1) * wide + b] ?? 0, length[a * wide + b + 1] ?? 0);
    }
  }
  const same: boolean[] = now.map(() => false);
  for (let a = 0, b = 0; a < then.length && b < now.length;) {
    if (then[a] === now[b]) {
      same[b] = true;
      a += 1;
      b += 1;
    } else if ((length[(a + 1) * wide + b] ?? 0) >= (length[a * wide + b + 1] ?? 0)) a += 1;
    else b += 1;
  }
  return same;
}

export function marked(then: string, now: string): Child[] {
  if (then === now) return [now];
  const [old, parts] = [split(then), split(now)];
  // A stranger's sentence may be endless: then it is not worth the square of its length.
  if (old.length * parts.length > 1_000_000) return [h("mark", {}, now)];
  const same = kept(old, parts);
  const children: Child[] = [];
  let run = "";
  let running = true;
  const flush = () => {
    if (run !== "") children.push(running ? run : h("mark", {}, run));
    run = "";
  };
  parts.forEach((part, index) => {
    const stays = same[index] === true || (/^\s+$/.test(part) && same[index - 1] === true);
    if (stays !== running) {
      flush();
      running = stays;
    }
    run += part;
  });
  flush();
  return children;
}

/** The sentences of a group, each beside its own as signed where their number is the same. */
export function sentences(then: readonly string[], now: readonly string[]): Child[] {
  const known = new Set(then);
  return now.map((text, index) => h("p", {}, known.has(text) ? text : then.length === now.length ? marked(then[index] ?? "", text) : h("mark", {}, text)));
}
