// Tabs as everybody knows them: arrows move between them, and only one panel is shown.

import { fresh, h } from "./dom";

export interface Tab {
  name: string;
  panel: HTMLElement;
  shown?(): void;
}

export function tabs(label: string, all: readonly Tab[], kind = ""): { root: HTMLElement; show(name: string): void } {
  const made = all.map((tab) => {
    const id = fresh("tab");
    const button = h("button", { type: "button", role: "tab", id, "aria-controls": `${id}-panel`, onclick: () => show(tab.name) }, tab.name);
    const panel = h("div", { role: "tabpanel", id: `${id}-panel`, "aria-labelledby": id, class: "panel" }, tab.panel);
    return { tab, button, panel };
  });
  function show(name: string): void {
    for (const { tab, button, panel } of made) {
      const chosen = tab.name === name;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      panel.hidden = !chosen;
      if (chosen) tab.shown?.();
    }
  }
  const list = h(
    "div",
    {
      role: "tablist",
      "aria-label": label,
      class: `tabs ${kind}`,
      onkeydown: (event: KeyboardEvent) => {
        const at = made.findIndex(({ button }) => button === document.activeElement);
        const last = made.length - 1;
        const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
        const next = to === undefined ? undefined : made[to];
        if (next === undefined) return;
        event.preventDefault();
        next.button.focus();
        show(next.tab.name);
      },
    },
    made.map(({ button }) => button),
  );
  const first = all[0];
  if (first !== undefined) show(first.name);
  return {
    root: h(
      "div",
      { class: `tabbed ${kind}` },
      list,
      made.map(({ panel }) => panel),
    ),
    show,
  };
}
