import {
  type Cell,
  type ColumnPlan,
  holdsHashes,
  planColumns,
  readCells,
  readLabels,
  UnreadColumns,
} from './columns.js';
import { keyTwice, repeatedKey } from './json-keys.js';
import { recordArrays } from './names.js';
import { splitLines } from './text.js';
import type { ListFormat, ListItem, ReadOptions } from './types.js';
import { isVpdqValue } from './vpdq-signal.js';

/** How many plans are kept. The objects of one list have few different sets of keys. */
const maxPlans = 100;

type Values = Readonly<Record<string, unknown>>;

interface Shape {
  readonly plan: ColumnPlan;
  readonly unread: UnreadColumns;
}

const isScalar = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as a cell; undefined for what is neither a text nor an array of texts. */
function cellOf(value: unknown): Cell | undefined {
  if (isScalar(value)) return String(value);
  // A video's frames are one signal.
  if (isVpdqValue(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return value.every(isScalar) ? value.map(String) : undefined;
  return isObject(value) ? undefined : '';
}

/** Reads objects. All objects with the same keys share one plan. */
export class ObjectReader {
  readonly #shapes = new Map<string, Shape>();

  constructor(private readonly options: ReadOptions) {}

  read(line: number, text: string): readonly ListItem[] {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The parser's message quotes the line, and the line is confidential.
      return [{ line, problem: 'not valid JSON' }];
    }
    if (!isObject(value)) return [{ line, problem: 'expected a JSON object' }];
    const repeated = repeatedKey(text, value);
    if (repeated === undefined) return this.readObject(line, value);
    return [...this.readObject(line, value), keyTwice(line, repeated)];
  }

  /** Reads a parsed object. Where its hashes are in an array of objects, they share the fields of the outer object. */
  readObject(line: number, value: Values): readonly ListItem[] {
    const { plan, unread } = this.#shapeOf(Object.keys(value));
    const values = Object.values(value);
    const cells = values.map((one) => cellOf(one) ?? '');
    const nested = [...plan.hashes, ...plan.algorithms.map(({ cell }) => cell)].some(
      (at) => at !== undefined && cellOf(values[at]) === undefined,
    );
    if (nested) return [{ line, problem: 'a hash must be text, or a list of texts' }];
    const lists = recordArrays.flatMap((name) =>
      Array.isArray(value[name]) ? [value[name] as unknown[]] : [],
    );
    const inside = this.#readInside(line, lists.flat(), readLabels(cells, plan));
    const warnings = unread.see(line, cells);
    if (holdsHashes(plan)) {
      const own = readCells(line, cells, plan);
      if ('hashes' in own || inside.length === 0) return [...warnings, own, ...inside];
    }
    if (inside.length > 0) return [...warnings, ...inside];
    const [misspelt] = warnings;
    if (lists.length > 0) return warnings;
    return misspelt && 'problem' in misspelt
      ? [{ line, problem: misspelt.problem }]
      : [{ line, problem: 'the object holds no hash' }];
  }

  #readInside(
    line: number,
    objects: readonly unknown[],
    labels: ReturnType<typeof readLabels>,
  ): readonly ListItem[] {
    return objects
      .flatMap((one) => {
        if (isScalar(one)) return [{ line, hashes: [{ hash: String(one).trim() }] }];
        return isObject(one) ? this.readObject(line, one) : [{ line, problem: 'expected a JSON object' }];
      })
      .map((item) => ('hashes' in item ? { ...labels, ...item } : item));
  }

  #shapeOf(names: readonly string[]): Shape {
    const key = JSON.stringify(names);
    const known = this.#shapes.get(key);
    if (known) return known;
    if (this.#shapes.size >= maxPlans) this.#shapes.clear();
    const options = { ...this.options, columns: this.#mapping(names) };
    const plan = planColumns(names, options);
    const shape = { plan, unread: new UnreadColumns(names, plan, options, recordArrays) };
    this.#shapes.set(key, shape);
    return shape;
  }

  /** An object may lack a key: only the mapped columns that it has are mapped. */
  #mapping(names: readonly string[]): Record<string, string> {
    const has = (column: string) =>
      column === '' || names.some((name) => name.trim().toLowerCase() === column.trim().toLowerCase());
    return Object.fromEntries(Object.entries(this.options.columns ?? {}).filter(([, column]) => has(column)));
  }
}

/** One JSON object on each line: what `hashsieve hash --format jsonl` writes. */
export const jsonl: ListFormat = {
  about:
    'one JSON object a line, keys recognised like CSV columns: what `hashsieve hash --format jsonl` writes',
  extensions: ['jsonl', 'ndjson'],
  detect: (head) => /^\s*\{/.test(head),
  async *read(text, options) {
    const reader = new ObjectReader(options);
    for await (const lines of splitLines(text)) {
      const items: ListItem[] = [];
      for (const line of lines) {
        if ('problem' in line) items.push(line);
        else if (line.text.trim() !== '')
          for (const item of reader.read(line.line, line.text)) items.push(item);
      }
      yield items;
    }
  },
};
