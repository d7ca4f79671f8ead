/**
 * What a cell holds. Every SQL of the ledger reads TEXT as `CAST(… AS BLOB)` and decodes it here: as text, a NUL cuts it
 * short (node:sqlite of Node.js 22, libsql), and bytes that are no UTF-8 abort the whole process (libsql).
 */
export type Cell = null | number | string | Uint8Array;
export type Row = readonly Cell[];
/** In their order, or one object of named ones: `@name`. */
export type Params = readonly Cell[] | readonly [Readonly<Record<string, Cell>>];

/** A prepared statement. All of it raises DatabaseError. */
export interface Statement {
  run(...params: Params): { readonly changes: number; readonly lastInsertRowid: number };
  get(...params: Params): Row | undefined;
  all(...params: Params): Row[];
}

/** An open database, synchronous: what the ledger needs of SQLite, whoever brings it. All of it raises DatabaseError. */
export interface Database {
  prepare(sql: string): Statement;
  /** One statement or many, without answers. */
  exec(sql: string): void;
  /** First cell of the first row; undefined where there is none. */
  value(sql: string, ...params: Params): Cell | undefined;
  /** All that `work` writes, or nothing of it, where it raises. Others may read, and not write, meanwhile. Not nested. */
  transact<T>(work: () => T): T;
  close(): void;
}

export interface OpenDatabaseOptions {
  /** How long others who hold the file are waited for, milliseconds. */
  readonly timeout?: number;
}

export interface Driver {
  /** `node:sqlite`, or the package that brings SQLite. */
  readonly name: string;
  /** Raises DatabaseError. */
  open(path: string, options?: OpenDatabaseOptions): Database;
}
