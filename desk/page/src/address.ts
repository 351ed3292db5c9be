// The address after # carries the edition, so that two people can compare: JSON, deflated, in the letters that addresses may have.

import { readEdition, same, SIGNED } from "./edition";
import type { Desk } from "./desk";
import { sentence } from "./problems";
import type { Edition, Problem } from "./protocol";

async function through(bytes: Uint8Array<ArrayBuffer>, stream: GenericTransformStream): Promise<Uint8Array<ArrayBuffer>> {
  const piped = new Blob([bytes]).stream().pipeThrough(stream as unknown as TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

export async function pack(edition: Edition): Promise<string> {
  if (same(edition, SIGNED)) return "";
  const bytes = await through(new TextEncoder().encode(JSON.stringify(edition)), new CompressionStream("deflate-raw"));
  let letters = "";
  for (let at = 0; at < bytes.length; at += 8192) letters += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Throws where it is no edition. */
export async function unpack(hash: string): Promise<Edition> {
  const text = hash.replace(/^#/, "").replace(/-/g, "+").replace(/_/g, "/");
  if (text === "") return SIGNED;
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const edition = readEdition(JSON.parse(new TextDecoder().decode(await through(bytes, new DecompressionStream("deflate-raw")))));
  if (edition === null) throw new Error("not an edition");
  return edition;
}

const UNREADABLE = "The changes in this address cannot be read; perhaps it was cut off on its way. The deal is shown without them.";

/** Keeps the address and the desk the same, in both directions. The first edition is returned: null where the address has none. */
export async function follow(desk: Desk): Promise<Edition | null> {
  let timer = 0;
  let written = location.hash.replace(/^#/, "");
  desk.on("edition", (edition) => {
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const next = await pack(edition);
      if (next === written) return;
      written = next;
      const address = `${location.href.replace(/#.*$/, "")}${next === "" ? "" : `#${next}`}`;
      try {
        history.replaceState(null, "", address);
      } catch {
        location.replace(`#${next}`);
      }
    }, 250);
  });
  addEventListener("hashchange", async () => {
    const hash = location.hash.replace(/^#/, "");
    if (hash === written) return;
    written = hash;
    try {
      desk.put(await unpack(hash), performance.now(), refused(desk));
    } catch {
      desk.tell("says", UNREADABLE);
    }
  });
  if (written === "") return null;
  try {
    return await unpack(written);
  } catch {
    queueMicrotask(() => desk.tell("says", UNREADABLE));
    return null;
  }
}

/** Says that a whole edition does not fit this deal. */
export function refused(desk: Desk) {
  return (problems: readonly Problem[] | null) => {
    if (problems !== null)
      desk.tell(
        "says",
        `The changes in this address do not fit this deal: ${problems.map(({ message, help }) => sentence(help ? `${message}: ${help}` : message)).join(" ")} The deal is shown without them.`,
      );
  };
}
