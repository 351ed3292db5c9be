// What the engine answers to single questions: charts, ask, find, compare, why, text.

export interface Chart {
  name: string;
  title: string;
  description: string;
  svg: string;
  side: string | null;
}

export interface Asked {
  text: string;
  value: number | null;
  error: number | null;
  signed_text: string | null;
}

export interface Tried {
  value: number;
  text: string;
  figure: number | null;
  figure_text: string;
  holds: boolean;
  /** How sure that is, from 0 to 1; nothing where chance leaves nothing to say. */
  sure: number | null;
}

export interface Found {
  text: string;
  value: number | null;
  assignment: string | null;
  tried: Tried[];
}

export interface Cell {
  text: string;
  value: number | null;
  error_text: string | null;
}

export interface Compared {
  head: string[];
  rows: { clauses: { path: string; from: string | null; to: string | null }[]; sentence: string; cells: Cell[] }[];
  total: { cells: Cell[]; sentence: string };
  figures?: { about: string; label: string; a: string; b: string; difference: string; interval: string }[];
  svg: string | null;
  title?: string | null;
  text: string;
}

export interface Ledger {
  trial: number;
  title: string;
  lines: { period: string; what: string; indented?: boolean; amount_text: string; why: string }[];
  text: string;
}

export interface Taken {
  text: string;
  command: string;
  changes: { path: string; from: string; to: string }[];
}
