// Adopts a picture that the engine drew. Only what our charts are made of comes in; all else is left out.

import { h } from "./dom";

const ELEMENTS = new Set([
  "svg",
  "title",
  "desc",
  "g",
  "rect",
  "line",
  "polyline",
  "polygon",
  "path",
  "circle",
  "ellipse",
  "text",
  "tspan",
  "defs",
  "clipPath",
  "pattern",
  "linearGradient",
  "stop",
]);
const LINKS = /^(href|xlink:href|src|style)$/i;
const SVG = "http://www.w3.org/2000/svg";

function clean(element: Element): void {
  for (const { name, value } of [...element.attributes]) {
    const outside = /url\(/i.test(value) && !/^url\(#[\w-]+\)$/.test(value);
    if (/^on/i.test(name) || LINKS.test(name) || outside) element.removeAttribute(name);
  }
  for (const child of [...element.children]) {
    if (child.namespaceURI !== SVG || !ELEMENTS.has(child.localName)) child.remove();
    else clean(child);
  }
}

/** The picture as a node of this page, or a sentence where it cannot be read. `label` is for those who hear it. */
export function picture(svg: string, label?: string): Element {
  // A style attribute would be refused by the page's policy already where it is read, and loudly.
  const read = new DOMParser().parseFromString(svg.replace(/\sstyle\s*=\s*("[^"]*"|'[^']*')/gi, ""), "image/svg+xml");
  const root = read.documentElement;
  if (root.namespaceURI !== SVG || root.localName !== "svg") return h("p", { class: "quiet" }, "This picture cannot be shown.");
  clean(root);
  root.setAttribute("role", "img");
  if (label !== undefined) root.setAttribute("aria-label", label);
  const [, , width, height] = (root.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  if (width && height) {
    // The page's own rules say how wide it is; the shape stays.
    root.removeAttribute("width");
    root.removeAttribute("height");
  }
  return document.adoptNode(root);
}
