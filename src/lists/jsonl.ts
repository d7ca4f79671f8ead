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

/** Plans that are kept: objects of one list have few sets of keys. */
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

/** Undefined for what is no text and no list of texts. */
function cellOf(value: unknown): Cell | undefined {
  if (isScalar(value)) return String(value);
  if (Array.isArray(value)) return value.every(isScalar) ? value.map(String) : undefined;
  return isObject(value) ? undefined : '';
}

/** Reads objects; one plan serves all objects with the same keys. */
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

  /** Reads an object that was parsed elsewhere. Its hashes may stand in a list inside it: they share what it says. */
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

  /** Objects may leave a key out: only the mapped columns that this one has are mapped. */
  #mapping(names: readonly string[]): Record<string, string> {
    const has = (column: string) =>
      column === '' || names.some((name) => name.trim().toLowerCase() === column.trim().toLowerCase());
    return Object.fromEntries(Object.entries(this.options.columns ?? {}).filter(([, column]) => has(column)));
  }
}

/** One JSON object a line: what `hashsieve hash --format jsonl` writes. */
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
