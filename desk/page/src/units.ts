// Numbers in fields: what a person types and reads, and what the engine gets. All other numbers come from the engine as text.

/** What stands behind a field. */
export function unitWord(unit: string, currency: string): string {
  if (unit === "money" || unit === currency) return currency;
  if (unit === "share") return "%";
  if (unit === "difference of shares") return "points";
  return unit === "number" || unit === "count" || unit === "ratio" ? "" : unit;
}

/** Held as a share, shown in hundredths. */
const hundredths = (unit: string) => unit === "share" || unit === "points" || unit === "difference of shares";
const tidy = (value: number) => Number(value.toPrecision(12));

/** The number as it stands in a field: shares in percent, thousands in groups. */
export function shown(value: number, unit: string): string {
  const number = hundredths(unit) ? tidy(value * 100) : tidy(value);
  return number.toLocaleString("en-US", { maximumFractionDigits: 10 }).replace("-", "−");
}

/** The number with its unit, for those who hear a slider. */
export function spoken(value: number, unit: string, currency: string): string {
  const word = unitWord(unit, currency);
  return word === "%" ? `${shown(value, unit)}%` : `${shown(value, unit)} ${word}`.trim();
}

/** What somebody typed, as a number; nothing where it is none. "1.6M", "850k", "$1,600,000", "1_600_000", "5%" are understood. */
export function read(typed: string, unit: string): number | null {
  const text = typed
    .trim()
    .replace(/[−–]/g, "-")
    .replace(/^(-?)\s*(?:[$€£¥]|[A-Z]{3})\s*/, "$1")
    .replace(/[_\s]/g, "")
    .replace(/[A-Z]{3}$/, "");
  const match = /^([-+]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(e[-+]?\d+)?([kKmM]?)(%?)$/.exec(text);
  if (match === null) return null;
  const [, sign, digits = "", power = "", size = "", percent] = match;
  const factor = size === "" ? 1 : size.toLowerCase() === "k" ? 1e3 : 1e6;
  const value = Number(digits.replace(/,/g, "") + power) * factor * (sign === "-" ? -1 : 1);
  if (!Number.isFinite(value)) return null;
  return hundredths(unit) || percent === "%" ? tidy(value / 100) : tidy(value);
}
