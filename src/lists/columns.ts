import { printable, UsageError } from '../core/index.js';
import { looksLikeHash, misspelt, quoteName } from './hash-text.js';
import { canonicalAlgorithm, type Field, fields, squeeze, synonyms } from './names.js';
import type { ListProblem, ListRow, ListWarning, ReadOptions } from './types.js';

/** Which cell of a row holds which field: made once from the column names, then used for every row. */
export interface ColumnPlan {
  /** Zero-based cell of each field that the list has. */
  readonly fields: Partial<Readonly<Record<Field, number>>>;
  /**
   * Cells of the columns that hold hashes under one name. `algorithm` columns: one for each of them, one for all, or
   * none.
   */
  readonly hashes: readonly number[];
  readonly named: readonly number[];
  /** Cells whose column is named after an algorithm. */
  readonly algorithms: readonly { readonly algorithm: string; readonly cell: number }[];
}

/** True where a column holds hashes. */
export const holdsHashes = ({ fields, algorithms }: ColumnPlan): boolean =>
  fields.hash !== undefined || algorithms.length > 0;

/**
 * Recognises columns by name; `options.columns` takes precedence. Raises UsageError where `options.columns` names an
 * unknown field, or a column that the list does not have.
 */
export function planColumns(names: readonly string[], options: ReadOptions): ColumnPlan {
  const squeezed = names.map(squeeze);
  const mapped = mappedCells(names, options);
  const found: Partial<Record<Field, number>> = {};
  for (const field of fields) {
    const cell = mapped.has(field)
      ? mapped.get(field)
      : synonyms[field].map((name) => squeezed.indexOf(name)).find((at) => at >= 0);
    if (cell !== undefined && cell >= 0) found[field] = cell;
  }
  /** A header with the same name twice means both columns. */
  const alike = (field: Field): number[] => {
    const first = found[field];
    if (first === undefined) return [];
    return mapped.has(field)
      ? [first]
      : squeezed.flatMap((name, at) => (name === squeezed[first] ? [at] : []));
  };
  const [hashes, inAlgorithm] = [alike('hash'), alike('algorithm')];
  const taken = new Set([...Object.values(found), ...hashes, ...inAlgorithm, ...mapped.values()]);
  const algorithms = names.flatMap((name, cell) => {
    const algorithm = taken.has(cell) ? undefined : canonicalAlgorithm(name, options.algorithms);
    return algorithm === undefined || mapped.has(algorithm) ? [] : [{ algorithm, cell }];
  });
  for (const [key, cell] of mapped) {
    if (!isField(key) && cell >= 0) algorithms.push({ algorithm: key, cell });
  }
  return { fields: found, hashes, named: inAlgorithm, algorithms };
}

const isField = (name: string): name is Field => (fields as readonly string[]).includes(name);

/** The cells as the user maps them, by field or algorithm; -1 leaves a column unread. */
function mappedCells(
  names: readonly string[],
  { columns = {}, algorithms }: ReadOptions,
): Map<string, number> {
  const cells = new Map<string, number>();
  for (const [key, column] of Object.entries(columns)) {
    if (!isField(key) && !Object.hasOwn(algorithms, key)) {
      const choices = [...fields, ...Object.keys(algorithms)].join(', ');
      throw new UsageError(`cannot map the column of "${printable(key)}": choose from ${choices}`);
    }
    const cell = names.findIndex((name) => name.trim().toLowerCase() === column.trim().toLowerCase());
    if (column !== '' && cell < 0) {
      throw new UsageError(
        `there is no column "${printable(column)}"; the columns are ${showColumns(names)}`,
      );
    }
    cells.set(key, column === '' ? -1 : cell);
  }
  return cells;
}

/** Column names for a message. A file without a header has hashes in their place, which this leaves out. */
export function showColumns(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => {
    return /[0-9a-f]{16}/i.test(name) ? '(a hash?)' : `"${printable(name.trim().slice(0, 40))}"`;
  });
  return shown.join(', ') + (names.length > shown.length ? ', …' : '');
}

const labelFields = [
  'id',
  'category',
  'classification',
  'classificationScheme',
  'supplier',
  'member',
  'added',
  'updated',
  'note',
  'by',
  'until',
  'quality',
  'listedVideo',
  'listedVideoFrames',
] as const satisfies readonly Field[];

/** The value of one column in a row. In JSON it may be several texts. */
export type Cell = string | readonly string[];

const textsOf = (cell: Cell | undefined): readonly string[] =>
  cell === undefined ? [] : typeof cell === 'string' ? [cell] : cell;

/** The only text of a field; undefined where there is none, or more than one. */
function textOf(field: Field, cells: readonly Cell[], plan: ColumnPlan): string | undefined {
  const at = plan.fields[field];
  const cell = at === undefined ? undefined : cells[at];
  return (typeof cell === 'string' ? cell.trim() : undefined) || undefined;
}

/** Everything in a row but its hashes. */
export function readLabels(cells: readonly Cell[], plan: ColumnPlan): Omit<ListRow, 'line' | 'hashes'> {
  const labels: Partial<Record<(typeof labelFields)[number], string>> = {};
  for (const field of labelFields) {
    const value = textOf(field, cells, plan);
    if (value !== undefined) labels[field] = value;
  }
  const votes = {
    up: Number(textOf('upvotes', cells, plan) ?? 0),
    down: Number(textOf('downvotes', cells, plan) ?? 0),
  };
  return {
    ...labels,
    ...((votes.up > 0 || votes.down > 0) && { votes }),
    ...(isOwn(cells, plan) && { own: true }),
  };
}

/**
 * True for a row that `hashsieve hash` wrote: it has both a place and a recipe. Other suppliers may name a place, too.
 */
const isOwn = (cells: readonly Cell[], plan: ColumnPlan): boolean =>
  textOf('uri', cells, plan) !== undefined &&
  (textOf('recipe', cells, plan) !== undefined || textOf('status', cells, plan) === 'low-quality');

/** Reads one row of cells. */
export function readCells(line: number, cells: readonly Cell[], plan: ColumnPlan): ListRow | ListProblem {
  const hashes: { algorithm?: string; hash: string }[] = [];
  if (plan.named.length > 1 && plan.named.length !== plan.hashes.length)
    return { line, problem: 'the header does not tell which algorithm is of which hash' };
  const algorithm = textOf('algorithm', cells, plan);
  for (const [at, cell] of plan.hashes.entries()) {
    const [name = ''] = plan.named.length > 1 ? textsOf(cells[plan.named[at]!]) : [algorithm];
    for (const text of textsOf(cells[cell])) {
      const hash = text.trim();
      if (hash) hashes.push(name.trim() ? { algorithm: name.trim(), hash } : { hash });
    }
  }
  for (const column of plan.algorithms)
    for (const text of textsOf(cells[column.cell])) {
      const hash = text.trim();
      if (hash) hashes.push({ algorithm: column.algorithm, hash });
    }
  const labels = readLabels(cells, plan);
  // `hashsieve hash` writes a row without a hash for a picture that holds too little information.
  if (hashes.length === 0 && labels.own && algorithm && labels.quality !== undefined)
    hashes.push({ algorithm, hash: '' });
  if (hashes.length === 0) return { line, problem: 'the row holds no hash' };
  return { line, hashes, ...labels };
}

/** How many rows of a table are searched for hashes in columns that are not read. */
const rowsLookedAt = 100;

/**
 * Notices columns that seem to hold hashes but are not read, so that the user learns of a list that is read in part.
 */
export class UnreadColumns {
  readonly #read: ReadonlySet<number | undefined>;
  readonly #reported = new Set<number>();
  /** For each unread column: the name of which its own is a misspelling. */
  readonly #meant: ReadonlyMap<number, string>;
  #rows = 0;

  constructor(
    private readonly names: readonly string[],
    plan: ColumnPlan,
    { columns = {}, algorithms }: ReadOptions,
    /** Names that are read elsewhere. */
    otherwise: readonly string[] = [],
  ) {
    const unread = [...otherwise, ...Object.values(columns).map((column) => column.trim().toLowerCase())];
    this.#read = new Set([
      ...Object.values(plan.fields),
      ...plan.hashes,
      ...plan.named,
      ...plan.algorithms.map(({ cell }) => cell),
      ...names.flatMap((name, at) => (unread.includes(name.trim().toLowerCase()) ? [at] : [])),
    ]);
    this.#meant = new Map(
      names.flatMap((name, at) => {
        const meant = this.#read.has(at) ? undefined : misspelt(name, algorithms);
        return meant === undefined ? [] : [[at, meant] as const];
      }),
    );
  }

  /** What to report about a row: a column that may hold hashes is reported once, a misspelt column at every row. */
  see(line: number, cells: readonly Cell[]): (ListWarning | ListProblem)[] {
    const problems = [...this.#meant].flatMap(([at, meant]) => {
      if (!textsOf(cells[at]).some(looksLikeHash)) return [];
      const problem = `the column${quoteName(this.names[at]!.trim())} is not read (is ${meant} meant?)`;
      return [{ line, problem, isBeside: true as const }];
    });
    return [...problems, ...this.#warnings(line, cells)];
  }

  #warnings(line: number, cells: readonly Cell[]): ListWarning[] {
    if (this.#rows++ >= rowsLookedAt) return [];
    return cells.flatMap((cell, at) => {
      const name = this.names[at];
      if (name === undefined || this.#read.has(at) || this.#meant.has(at) || this.#reported.has(at))
        return [];
      if (!textsOf(cell).some(looksLikeHash)) return [];
      this.#reported.add(at);
      const warning = `the column ${showColumns([name])} seems to hold hashes and is not read: map it if it does`;
      return [{ line, warning }];
    });
  }
}
