// What page and engine say to each other. The engine's side is desk/src; both keep to the same words.

export interface Problem {
  message: string;
  help: string | null;
  line: number | null;
  column: number | null;
  end_column: number | null;
  /** The whole message as the command line shows it, several lines. */
  text: string;
}

export type Refusal = { ok: false; problems: Problem[] };
export type Answer<T> = ({ ok: true } & T) | Refusal;

/** What people changed in the deal. */
export interface Edition {
  text: string | null;
  set: string[];
  stress: string | null;
}

export interface Term {
  id: string;
  path: string;
  label: string;
  note: string;
  unit: string;
  value: number;
  text: string;
  /** The slider's range. It is that of the value as signed: one that moved with the value would run away under the hand. */
  low: number;
  high: number;
  step: number;
}

export interface Group {
  id: string;
  kind: string;
  name: string;
  sentences: string[];
  terms: Term[];
}

export interface Moved {
  fix: number | null;
  shift: number;
  widen: number;
}

export interface Input {
  id: string;
  path: string;
  name: string;
  layer: string;
  law: string;
  source: string | null;
  grade: string | null;
  grade_word: string | null;
  unit: string;
  mean: number;
  sd: number;
  low: number;
  high: number;
  mean_text: string;
  low_text: string;
  high_text: string;
  /** A small picture of its law, with the law as signed behind where it was moved. */
  svg: string | null;
  shift_low: number;
  shift_high: number;
  shift_step: number;
  /** Whether it is other than as signed. How it was moved can be seen from its mean and spread. */
  moved: boolean;
  can_move?: boolean;
  why_not?: string | null;
}

export interface Stress {
  name: string;
  change: string;
  refused: string | null;
}

export interface Side {
  id: string;
  kind: string;
  name: string;
}

/** The sides of figures say themselves who they are. */
export type Seat = Side & { rows: Row[] };

export interface Quantity {
  name: string;
  label: string;
  unit: string;
  chance: boolean;
}

export interface Deal {
  name: string;
  about: string | null;
  currency: string;
  provider: string;
  trials: number;
  seed: number;
  file: string;
  memory_mb: number;
  groups: Group[];
  inputs: Input[];
  stresses: Stress[];
  sides: Side[];
  quantities: Quantity[];
  requirements: { label: string; text: string }[];
}

export interface Difference {
  value: number;
  text: string;
  low_text: string;
  high_text: string;
  /** The 95% interval holds zero. */
  noise: boolean;
  better: boolean | null;
}

export interface Row {
  name: string;
  label: string;
  definition: string;
  value: number | null;
  /** With its standard error: "42.2% ± 0.3". */
  text: string;
  signed: number | null;
  signed_text: string | null;
  difference: Difference | null;
}

export interface Figures {
  trials: number;
  rough: boolean;
  world: string;
  sides: Seat[];
  sentences: Record<string, string[]>;
  warnings?: string[];
}

/** A version that somebody kept. */
export interface Version {
  name: string;
  edition: Edition;
}

/** The document in the page: the deal as it was signed, and what was changed in a desk that was taken away. */
export interface DealDocument {
  file: string;
  text: string;
  /** Texts by their names. */
  tables: Record<string, string>;
  /** How many it keeps, where it should not be the deal's own number. */
  trials?: number | null;
  engine: string;
  build: string;
  edition: Edition | null;
  versions?: Version[];
}

/** One request. `op` says which; the rest belongs to it. */
export interface Request {
  op: string;
  [key: string]: unknown;
}
