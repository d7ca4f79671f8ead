import { UsageError } from '../core/errors.js';
import { printable } from '../core/uri.js';
import { canonicalAlgorithm, type Field, fields, squeeze, synonyms } from './names.js';
import type { ListItem, ReadOptions } from './types.js';

/** Which cell of a row holds what: made once from the column names, then read for every row. */
export interface ColumnPlan {
  /** Zero-based cell of each field that the list has. */
  readonly fields: Partial<Readonly<Record<Field, number>>>;
  /** Cells whose column is named after an algorithm. */
  readonly algorithms: readonly { readonly algorithm: string; readonly cell: number }[];
}

/**
 * Recognises columns by name; `options.columns` decides where it names one. Undefined when no column holds hashes.
 * Raises UsageError for a mapping that names an unknown field or a column that is not there.
 */
export function planColumns(names: readonly string[], options: ReadOptions): ColumnPlan | undefined {
  const squeezed = names.map(squeeze);
  const mapped = mappedCells(names, options);
  const found: Partial<Record<Field, number>> = {};
  for (const field of fields) {
    const cell = mapped.has(field)
      ? mapped.get(field)
      : synonyms[field].map((name) => squeezed.indexOf(name)).find((at) => at >= 0);
    if (cell !== undefined && cell >= 0) found[field] = cell;
  }
  const taken = new Set([...Object.values(found), ...mapped.values()]);
  const algorithms = names.flatMap((name, cell) => {
    const algorithm = taken.has(cell) ? undefined : canonicalAlgorithm(name, options.algorithms);
    return algorithm === undefined || mapped.has(algorithm) ? [] : [{ algorithm, cell }];
  });
  for (const [key, cell] of mapped) {
    if (!isField(key) && cell >= 0) algorithms.push({ algorithm: key, cell });
  }
  return found.hash === undefined && algorithms.length === 0 ? undefined : { fields: found, algorithms };
}

const isField = (name: string): name is Field => (fields as readonly string[]).includes(name);

/** Field or algorithm → cell as the user maps them; -1 = leave unread. */
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

/** Column names for a message. A file without a header has hashes there: those are not shown. */
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
] as const satisfies readonly Field[];

/** Reads one row of cells. */
export function readCells(line: number, cells: readonly string[], plan: ColumnPlan): ListItem {
  const text = (field: Field): string | undefined => {
    const cell = plan.fields[field];
    return (cell === undefined ? undefined : cells[cell]?.trim()) || undefined;
  };
  const hashes: { algorithm?: string; hash: string }[] = [];
  const hash = text('hash');
  const algorithm = text('algorithm');
  if (hash) hashes.push(algorithm ? { algorithm, hash } : { hash });
  for (const column of plan.algorithms) {
    const value = cells[column.cell]?.trim();
    if (value) hashes.push({ algorithm: column.algorithm, hash: value });
  }
  const own = text('uri') !== undefined;
  // `hashsieve hash` writes a row without a hash for a picture that holds too little information.
  if (hashes.length === 0 && own && algorithm && text('quality') !== undefined)
    hashes.push({ algorithm, hash: '' });
  if (hashes.length === 0) return { line, problem: 'the row holds no hash' };
  const labels: Partial<Record<(typeof labelFields)[number], string>> = {};
  for (const field of labelFields) {
    const value = text(field);
    if (value !== undefined) labels[field] = value;
  }
  const votes = { up: Number(text('upvotes') ?? 0), down: Number(text('downvotes') ?? 0) };
  return {
    line,
    hashes,
    ...labels,
    ...((votes.up > 0 || votes.down > 0) && { votes }),
    ...(own && { own }),
  };
}
