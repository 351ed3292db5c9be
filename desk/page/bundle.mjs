// Puts the page together: the worker's script into the page's, both and the style into the template, their hashes into the security
// policy. `node bundle.mjs engine.wasm desk.html`.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));

/** One script from one entry, as text. Whatever it holds of others must be named among the licences. */
async function script(entry, format, licences, define = {}, plugins = []) {
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
    plugins,
    logLevel: "warning",
  });
  for (const file of Object.keys(made.metafile.inputs)) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
    if (name && !licences.includes(`${name}\n`)) throw new Error(`${name} is bundled, but LICENSES.txt does not name it`);
  }
  return made.outputFiles[0].text.trim();
}

const packed = (bytes) => (bytes.length === 0 ? "" : gzipSync(bytes, { level: 9 }).toString("base64"));
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

/** The whole page. `plugins` are for development, where something else stands for the engine. */
export async function page(engine, plugins = []) {
  const licences = readFileSync(join(here, "LICENSES.txt"), "utf8");
  const worker = await script("worker.ts", "iife", licences, {}, plugins);
  const editor = await script("editor.ts", "esm", licences);
  const code = await script("main.ts", "iife", licences, { WORKER_SOURCE: JSON.stringify(worker) }, plugins);
  const style = (
    await transform(readFileSync(join(here, "style.css"), "utf8"), { loader: "css", minify: true, charset: "utf8" })
  ).code.trim();
  // A script in a page ends at this, wherever it stands; and a comment would begin at that.
  if (/<\/script|<!--/i.test(code) || /<\/style/i.test(style)) throw new Error("the script or the style cannot stand in a page as it is");
  const hash = (text) => createHash("sha256").update(text, "utf8").digest("base64");
  const put = {
    "style-hash": hash(style),
    "script-hash": hash(code),
    style,
    script: code,
    engine: packed(engine),
    editor: packed(Buffer.from(editor)),
    licences: escaped(licences.trim()),
  };
  const template = readFileSync(join(here, "index.html"), "utf8");
  return template.replace(/\{\{([a-z-]+)\}\}/g, (_, name) => put[name]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [wasm, out] = process.argv.slice(2);
  if (!wasm || !out) throw new Error("node bundle.mjs engine.wasm desk.html");
  const html = await page(readFileSync(wasm));
  mkdirSync(dirname(out), { recursive: true });
  writeFileSync(out, html);
  console.log(`${out}: ${(Buffer.byteLength(html) / 1e6).toFixed(2)} MB`);
}
