// Ask, find and why: the three questions.

import type { Asked, Found, Ledger, Tried } from "./answers";
import type { Desk } from "./desk";
import { choices, field, fill, fresh, h, name } from "./dom";
import { Pick } from "./pick";
import { sentence } from "./problems";
import type { Deal, Quantity, Term } from "./protocol";
import { Question } from "./question";
import { table } from "./table";
import { read, unitWord } from "./units";

/** What has a size: how often a thing holds is a figure already. */
const quantities = (deal: Deal) => deal.quantities.filter((thing) => !thing.chance).map((thing) => ({ text: thing.label, more: thing.name, thing }));
const terms = (deal: Deal) => deal.groups.flatMap((group) => group.terms.map((thing) => ({ text: `${group.name}: ${thing.label}`, more: thing.id, thing })));
const wide = (...parts: Node[]) => h("div", { class: "wide" }, parts);
const said = (text: string) => h("p", { class: "sentence" }, name(sentence(text)));

export function asking(desk: Desk): HTMLElement {
  const unit = h("span", { class: "unit" });
  const quantity = new Pick<Quantity>("City, FY2028, loss…", (thing) => {
    unit.textContent = thing === null ? "" : unitWord(thing.unit, desk.deal.currency);
    quantity.field.setCustomValidity("");
  });
  desk.on("deal", (deal) => quantity.offer(quantities(deal)));
  const above = h("select", {}, h("option", { value: "above" }, "is above"), h("option", { value: "below" }, "is below"));
  const again = () => number.setCustomValidity("");
  const number = h("input", { type: "text", inputmode: "decimal", placeholder: "700,000", autocomplete: "off", oninput: again });
  const fields = [
    wide(field("Figure", quantity.field), quantity.parts[1]),
    field("Which", above),
    h("div", { class: "with-unit" }, field("Number", number), unit),
  ];
  const question = new Question(desk, "What is the chance that a figure passes a number?", "Ask", fields, () => {
    if (quantity.complain()) return;
    const thing = quantity.value;
    const than = read(number.value, thing?.unit ?? "");
    number.setCustomValidity(than === null ? "Write a number, as 700,000 or 5%." : "");
    if (than === null || thing === null) return void number.reportValidity();
    const request = { op: "ask", edition: desk.edition, quantity: thing.name, above: above.value === "above", than };
    void question.put<Asked>("asking", request, ({ text, signed_text: signed }) => [said(text), signed ? h("p", {}, name(signed)) : null]);
  });
  return question.root;
}

function holds({ holds: yes, sure }: Tried): string {
  const percent = sure === null ? 100 : Math.round((yes ? sure : 1 - sure) * 100);
  return `${yes ? "holds" : "does not hold"}${percent === 100 ? "" : `, ${percent}% sure`}`;
}

export function finding(desk: Desk, use: (id: string, value: number) => void): HTMLElement {
  const term = new Pick<Term>("price, cap…", () => term.field.setCustomValidity(""));
  const list = fresh("requirements");
  const options = choices(list, []);
  const requirement = h("input", { type: "text", list, placeholder: "investors.loss <= 10%", autocomplete: "off", spellcheck: "false", required: true });
  desk.on("deal", (deal) => {
    term.offer(terms(deal));
    const offered = deal.requirements.map(({ label, text }) => h("option", { value: text, label }));
    fill(options, offered);
  });
  const help = "Choose one, or write your own: a figure, <= or >=, a number.";
  const fields = [wide(field("Term", term.field), term.parts[1]), wide(field("Requirement", requirement, help), options)];
  const question = new Question(desk, "Which value of one term just meets a requirement?", "Find", fields, () => {
    if (term.complain()) return;
    const id = term.value?.id ?? "";
    void question.put<Found>("finding", { op: "find", edition: desk.edition, term: id, requirement: requirement.value }, ({ text, value, tried }) => {
      const rows = tried.map((one) => ({ head: one.text, cells: [one.figure_text, holds(one)] }));
      const all = table("numbers", "Values tried", ["Value", "Figure", "Requirement"], rows);
      return [
        said(text),
        value === null ? null : h("button", { type: "button", onclick: () => use(id, value) }, "Use it"),
        tried.length === 0 ? null : h("details", {}, h("summary", {}, `The ${tried.length} values tried`), all),
      ];
    });
  });
  return question.root;
}

const FUTURES = { p5: "low: 5 of 100 are lower", p50: "the middle one", p95: "high: 5 of 100 are higher" };

export function wondering(desk: Desk): HTMLElement {
  const quantity = new Pick<Quantity>("City, investors, provider…", () => quantity.field.setCustomValidity(""));
  desk.on("deal", (deal) => quantity.offer(quantities(deal)));
  const options = Object.entries(FUTURES).map(([value, text]) => h("option", { value }, text));
  const at = h("select", {}, options);
  const fields = [wide(field("Figure", quantity.field), quantity.parts[1]), field("Which future", at)];
  const question = new Question(desk, "How does such a future come about? Its ledger, line by line.", "Show why", fields, () => {
    if (quantity.complain()) return;
    const request = { op: "why", edition: desk.edition, quantity: quantity.value?.name ?? "", at: at.value };
    void question.put<Ledger>("following one trial", request, ({ title, lines }) => {
      let last = "";
      const rows = lines.map(({ period, what, indented, amount_text: amount, why }) => {
        // Said once for all lines of a period; who hears the table hears it with each.
        const head = period === "" ? h("span", { class: "unseen" }, last) : period;
        last = period || last;
        const text = h("span", { class: indented ? "indented" : null }, name(what));
        return { head, cells: [text, amount, name(why)] };
      });
      return [table("ledger", name(title), ["When", "What", "Amount", "Why"], rows)];
    });
  });
  return question.root;
}
