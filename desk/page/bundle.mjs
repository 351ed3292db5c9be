// Puts the page together: the worker's script into the page's, both and the style into the template, their hashes into the security
// policy, and which engine is in it into the head. `node bundle.mjs engine.wasm desk.html`.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { packed, tidy } from "./packed.mjs";

const here = dirname(fileURLToPath(import.meta.url));

/** One script from one entry, as text. Whatever it holds of others must be named among the licences. */
async function script(entry, format, licences, define = {}) {
  const made = await build({
    entryPoints: [join(here, "src", entry)],
    bundle: true,
    minify: true,
    write: false,
    format,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    define,
    logLevel: "warning",
  });
  for (const file of Object.keys(made.metafile.inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
    if (name && !licences.includes(`${name}\n`)) throw new Error(`${name} is bundled, but LICENSES.txt does not name it`);
  }
  return made.outputFiles[0].text.trim();
}

/** Which build of pfsim an engine is of: it says so itself. A program of another build does not take the page. */
async function buildOf(engine) {
  const desk = { now: () => performance.now(), progress() {} };
  const { instance } = await WebAssembly.instantiate(engine, { desk });
  const { memory, space, call } = instance.exports;
  const request = Buffer.from('{"op":"about"}');
  const pointer = space(request.length) >>> 0;
  new Uint8Array(memory.buffer, pointer, request.length).set(request);
  const answer = call(pointer, request.length) >>> 0;
  const length = new DataView(memory.buffer).getUint32(answer, true);
  const about = JSON.parse(Buffer.from(memory.buffer, answer + 4, length).toString());
  if (!/^[0-9a-f]+$/.test(about.build ?? "")) throw new Error(`the engine does not say which build it is: ${JSON.stringify(about)}`);
  return about.build;
}

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

/** The whole page. `kept` is a folder for what takes long to pack. */
async function page(engine, kept) {
  const licences = readFileSync(join(here, "LICENSES.txt"), "utf8");
  const worker = await script("worker.ts", "iife", licences);
  const editor = await script("editor.ts", "esm", licences);
  const code = await script("main.ts", "iife", licences, { WORKER_SOURCE: JSON.stringify(worker) });
  const style = (await transform(readFileSync(join(here, "style.css"), "utf8"), { loader: "css", minify: true, charset: "utf8" })).code.trim();
  // A script in a page ends at this, wherever it stands; and a comment would begin at that.
  if (/<\/script|<!--/i.test(code) || /<\/style/i.test(style)) throw new Error("the script or the style cannot stand in a page as it is");
  const hash = (text) => createHash("sha256").update(text, "utf8").digest("base64");
  const put = {
    "style-hash": hash(style),
    "script-hash": hash(code),
    style,
    script: code,
    build: await buildOf(engine),
    engine: await packed(engine, kept),
    editor: await packed(Buffer.from(editor), kept),
    licences: escaped(licences.trim()),
  };
  const template = readFileSync(join(here, "index.html"), "utf8");
  return template.replace(/\{\{([a-z-]+)\}\}/g, (_, name) => put[name]);
}

const [wasm, out] = process.argv.slice(2);
if (!wasm || !out) throw new Error("node bundle.mjs engine.wasm desk.html");
const kept = join(dirname(out), "packed");
const html = await page(readFileSync(wasm), kept);
tidy(kept);
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, html);
console.log(`${out}: ${(Buffer.byteLength(html) / 1e6).toFixed(2)} MB`);
