import { crc32 } from 'node:zlib';
import { Damage } from './damage.js';
import type { Cell, Row } from './driver.js';

/** The kind of value that a column holds; with `?` it may be null. */
type Kind = 'integer' | 'text' | 'blob' | 'integer?' | 'text?' | 'blob?';
type Columns = Readonly<Record<string, Kind>>;
type ValueOf<K> =
  | (K extends `integer${string}` ? number : K extends `text${string}` ? string : Uint8Array)
  | (K extends `${string}?` ? null : never);
type Values<C extends Columns> = { [Name in keyof C]: ValueOf<C[Name]> };

/** The values of a row. */
export type RowOf<T> = T extends Table<infer C> ? Values<C> : never;

interface About<C extends Columns> {
  /** Columns of the primary key. */
  readonly key: readonly (keyof C & string)[];
  /** The version of the ledger that brought the table; absent for those that version 8 had. */
  readonly since?: number;
  /** True for a table without row ids. */
  readonly keyed?: boolean;
  /** Columns that the checksum leaves out: they change by themselves, and a wrong value there misleads no one. */
  readonly loose?: readonly (keyof C & string)[];
  /** Computes the checksum, for a table whose checksum SQL must also be able to compute. */
  readonly seal?: (values: Values<C>) => number;
}

/** Reads some columns of rows, and their checksum. */
export interface Reader<C extends Columns, N extends keyof C> {
  /** The list of columns, for SELECT. */
  readonly list: string;
  /**
   * The values of a row, whose first column is at index `at`. `known` has the columns that the checksum covers and the
   * query did not read. Raises Damage for a row that this program did not write.
   */
  read(row: Row, at?: number, known?: Partial<Values<C>>): Pick<Values<C>, N>;
}

/** A table of the ledger, and the one place where its rows become values. */
export class Table<C extends Columns = Columns> {
  readonly names: readonly (keyof C & string)[];
  readonly #sealed: readonly (keyof C & string)[];

  constructor(
    readonly name: string,
    readonly columns: C,
    readonly about: About<C>,
  ) {
    this.names = Object.keys(columns);
    this.#sealed = this.names.filter((name) => !about.loose?.includes(name));
  }

  /** The checksum of a row, for its column `sum`: CRC-32 of all values but those of loose columns. */
  seal(values: Partial<Values<C>>): number {
    if (this.about.seal) return this.about.seal(values as Values<C>);
    return checksum(this.#sealed.map((name) => values[name] as Cell));
  }

  reader<N extends keyof C & string>(names: readonly N[], as = this.name): Reader<C, N> {
    const columns = names.map((name) => ({ name, kind: this.columns[name]! }));
    const list = [
      ...columns.map(({ name, kind }) =>
        kind.startsWith('text') ? `CAST(${as}.${name} AS BLOB)` : `${as}.${name}`,
      ),
      `${as}.sum`,
    ].join(', ');
    const read = (row: Row, at = 0, known?: Partial<Values<C>>) => {
      const values: Record<string, Cell> = { ...(known as Record<string, Cell>) };
      let next = at;
      for (const { name, kind } of columns) values[name] = cellOf(row[next++], kind, this.name);
      if (row[next] !== this.seal(values as Partial<Values<C>>)) throw damaged(this.name);
      return values as Pick<Values<C>, N>;
    };
    return { list, read };
  }

  /** Reads whole rows. */
  whole(): Reader<C, keyof C & string> {
    return this.reader(this.names);
  }

  /** Reads whole rows that have no checksum yet, whatever they hold. */
  bare() {
    const list = this.names
      .map((name) => (this.columns[name]!.startsWith('text') ? `CAST(${name} AS BLOB)` : name))
      .join(', ');
    const cells = (row: Row) =>
      Object.fromEntries(
        this.names.map((name, at) => [name, bareCell(row[at]!, this.columns[name]!)]),
      ) as Partial<Values<C>>;
    return { list, cells };
  }
}

const damaged = (table: string) => new Damage(`a row of its table ${table} is damaged`);

const bareCell = (cell: Cell, kind: Kind): Cell =>
  cell instanceof Uint8Array && kind.startsWith('text') ? Buffer.from(cell).toString('utf8') : cell;

function cellOf(cell: Cell | undefined, kind: Kind, table: string): Cell {
  if (cell === null && kind.endsWith('?')) return null;
  if (kind.startsWith('integer')) {
    if (Number.isSafeInteger(cell)) return cell as number;
  } else if (cell instanceof Uint8Array) {
    const bytes = Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength);
    return kind.startsWith('text') ? bytes.toString('utf8') : bytes;
  }
  throw damaged(table);
}

/** CRC-32 of values: text and numbers, then bytes. */
export function checksum(values: readonly Cell[]): number {
  let text = '';
  for (const value of values)
    if (value === null) text += '\u0001';
    else if (value instanceof Uint8Array) text += `\u0002${value.length}`;
    else text += `\u0003${value}`;
  let sum = crc32(text);
  // zlib may start a new checksum when it gets no bytes at all.
  for (const value of values) if (value instanceof Uint8Array && value.length > 0) sum = crc32(value, sum);
  return sum;
}
