import { UsageError } from '../core/index.js';
import { splitCells } from './cells.js';
import {
  type ColumnPlan,
  holdsHashes,
  planColumns,
  readCells,
  showColumns,
  UnreadColumns,
} from './columns.js';
import { type Line, maxRecord, splitLines } from './text.js';
import type { ListFormat, ListItem, ListProblem, ReadOptions } from './types.js';

/**
 * A quoted cell of more lines than this comes from a stray quote, which would swallow entries; no note is that long.
 */
const maxLines = 20;

const isVoid = (text: string) => text.trim() === '' || text.startsWith('#');

/** The cells of a header, and the delimiter that it uses most; a comma where there is only one column. */
function splitHeader(text: string): { delimiter: string; names: readonly string[] } {
  const count = (delimiter: string) => text.split(delimiter).length;
  const delimiter = [',', ';', '\t', '|'].reduce((best, next) => (count(next) > count(best) ? next : best));
  const cells = splitCells(text, delimiter);
  return { delimiter, names: typeof cells === 'string' ? [] : cells };
}

/** Reads the lines after the header. A bad record costs only its first line: reading goes on at the next. */
class TableReader {
  items: ListItem[] = [];
  /** The lines of a record whose quoted cell has not ended yet. */
  #open: Line[] = [];
  /** True where all rows so far were complete; undefined before the first. */
  #isFull: boolean | undefined;

  constructor(
    private readonly delimiter: string,
    private readonly columns: number,
    private readonly plan: ColumnPlan,
    private readonly unread: UnreadColumns,
  ) {}

  push(line: Line | ListProblem): void {
    if ('problem' in line) {
      this.end();
      this.items.push(line);
      return;
    }
    if (this.#open.length === 0 && isVoid(line.text)) {
      if (looksLikeRow(line.text))
        this.items.push({ line: line.line, problem: 'a row behind # is not read' });
      return;
    }
    this.#open.push(line);
    const text = this.#open.map((part) => part.text).join('\n');
    const cells = splitCells(text, this.delimiter);
    if (cells === 'open' && this.#open.length < maxLines && text.length < maxRecord) return;
    if (typeof cells === 'string' || cells.some(swallowsHashes)) this.#resume();
    else {
      const [{ line: first }] = this.#open as [Line];
      const isLast = this.#open.at(-1)!.isLast === true;
      this.items.push(this.#read(first, cells, isLast));
      for (const warning of this.unread.see(first, cells)) this.items.push(warning);
      this.#open = [];
    }
  }

  end(): void {
    while (this.#open.length > 0) this.#resume();
  }

  #resume(): void {
    const [first, ...others] = this.#open;
    this.#open = [];
    this.items.push({ line: first!.line, problem: 'a quote is out of place' });
    for (const line of others) this.push(line);
  }

  #read(line: number, cells: readonly string[], isLast: boolean): ListItem {
    // The missing cells may include the row's category.
    if (isLast && this.#isFull && cells.length < this.columns)
      return { line, problem: 'the last line seems to be cut' };
    this.#isFull = this.#isFull !== false && cells.length >= this.columns;
    if (cells.slice(this.columns).some((cell) => cell.trim() !== '')) {
      return { line, problem: `the row has ${cells.length} cells, the header ${this.columns}` };
    }
    return readCells(line, cells, this.plan);
  }
}

/** True for a cell of several lines that contains what looks like hashes: rows between two stray quotes. */
const swallowsHashes = (cell: string) => cell.includes('\n') && /[0-9a-f]{16}/i.test(cell);

/** This may be a comment, or a row whose id starts with `#`: the reader must not guess in silence. */
const looksLikeRow = (text: string) =>
  /(^|[^0-9a-f])([0-9a-f]{16}){1,4}([0-9a-f]{8})?([^0-9a-f]|$)/i.test(text);

function planTable(header: string, options: ReadOptions): TableReader {
  const { delimiter, names } = splitHeader(header);
  const plan = planColumns(names, options);
  if (holdsHashes(plan))
    return new TableReader(delimiter, names.length, plan, new UnreadColumns(names, plan, options));
  throw new UsageError(
    `no column of the header is known to hold hashes: map one (hash=COLUMN); the columns are ${showColumns(names)}`,
  );
}

/** A table with a header. */
export const csv: ListFormat = {
  about: 'a table with a header (comma, semicolon, tab or bar between cells), columns recognised by name',
  extensions: ['csv', 'tsv', 'tab'],
  detect(head, { algorithms }) {
    const header = head.split(/[\r\n]+/).find((line) => !isVoid(line)) ?? '';
    return holdsHashes(planColumns(splitHeader(header).names, { algorithms }));
  },
  async *read(text, options) {
    let table: TableReader | undefined;
    for await (const lines of splitLines(text)) {
      for (const line of lines) {
        if (table) table.push(line);
        else if ('problem' in line) yield [line];
        else if (!isVoid(line.text)) table = planTable(line.text, options);
      }
      if (!table) continue;
      yield table.items;
      table.items = [];
    }
    table?.end();
    if (table) yield table.items;
  },
};
