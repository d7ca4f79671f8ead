import { type ColumnPlan, planColumns, readCells } from './columns.js';
import { splitLines } from './text.js';
import type { ListFormat, ListItem, ReadOptions } from './types.js';

const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

/** Reads objects; one plan serves all objects with the same keys. */
export class ObjectReader {
  #keys: string | undefined;
  #plan: ColumnPlan | undefined;

  constructor(private readonly options: ReadOptions) {}

  read(line: number, text: string): ListItem {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The parser's message quotes the line, and the line is confidential.
      return { line, problem: 'not valid JSON' };
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { line, problem: 'expected a JSON object' };
    }
    return this.readObject(line, value);
  }

  /** Reads an object that was parsed elsewhere. */
  readObject(line: number, value: object): ListItem {
    const names = Object.keys(value);
    const keys = JSON.stringify(names);
    if (keys !== this.#keys) {
      this.#keys = keys;
      this.#plan = planColumns(names, { ...this.options, columns: this.#mapping(names) });
    }
    if (!this.#plan) return { line, problem: 'the object holds no hash' };
    return readCells(line, Object.values(value).map(asText), this.#plan);
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
        else if (line.text.trim() !== '') items.push(reader.read(line.line, line.text));
      }
      yield items;
    }
  },
};
