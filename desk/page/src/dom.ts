// Makes and changes elements. Text goes in as text, never as markup: a deal's names are a stranger's.

export type Child = Node | string | number | null | undefined | false | readonly Child[];
type Value = string | number | boolean | null | undefined | ((event: never) => void);

/** An element with attributes (`onclick` and the like are listeners) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Record<string, Value> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key.slice(2), value as EventListener);
    else if (typeof value === "boolean") element.toggleAttribute(key, value);
    else if (value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  put(element, children);
  return element;
}

function put(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) put(parent, child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Replaces all children. */
export function fill(parent: Element, ...children: Child[]): void {
  const all = document.createDocumentFragment();
  put(all, children);
  parent.replaceChildren(all);
}

/** Writes a text, and only if it is another: most figures do not change while a slider moves. */
export function say(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** A name from the deal, which may be written from right to left. */
export function name(text: string): HTMLElement {
  return h("bdi", {}, text);
}

/** Text in which what a machine reads stands between backticks. */
export function prose(text: string): Child[] {
  return text.split("`").map((part, at) => (at % 2 === 1 ? h("code", {}, part) : part));
}

let last = 0;
/** An id that no other element has. */
export function fresh(stem: string): string {
  last += 1;
  return `${stem}-${last}`;
}

/** A list of choices for a field with `list`. */
export function choices(id: string, texts: readonly string[]): HTMLDataListElement {
  return h(
    "datalist",
    { id },
    texts.map((text) => h("option", { value: text })),
  );
}

/** A labelled control: the label stands above it. */
export function field(label: string, control: HTMLElement, help?: string): HTMLElement {
  const id = control.id || fresh("field");
  control.id = id;
  if (help === undefined) return h("div", { class: "field" }, h("label", { for: id }, label), control);
  const about = fresh("help");
  control.setAttribute("aria-describedby", about);
  return h("div", { class: "field" }, h("label", { for: id }, label), control, h("p", { class: "help", id: about }, help));
}

/** Something wide that scrolls inside itself, by keyboard too. */
export function scroller(label: string, ...children: Child[]): HTMLElement {
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, ...children);
}
