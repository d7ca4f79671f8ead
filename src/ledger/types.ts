/**
 * The value of a cell. Every query of the ledger reads TEXT as `CAST(… AS BLOB)` and the ledger decodes it: read as
 * text, it would end at a NUL (node:sqlite of Node.js 22, libsql), and bytes that are not UTF-8 abort the whole process
 * (libsql).
 */
export type Cell = null | number | string | Uint8Array;
/** A row: its cells in the order of the columns. */
export type Row = readonly Cell[];
/** Parameters in order, or one object of named ones: `@name`. */
export type Params = readonly Cell[] | readonly [Readonly<Record<string, Cell>>];

/** A prepared statement. Each method raises DatabaseError. */
export interface Statement {
  run(...params: Params): { readonly changes: number; readonly lastInsertRowid: number };
  get(...params: Params): Row | undefined;
  all(...params: Params): Row[];
}

/** An open database with synchronous methods: what the ledger needs of SQLite. Each method raises DatabaseError. */
export interface Database {
  prepare(sql: string): Statement;
  /** Runs one statement or several, and returns nothing. */
  exec(sql: string): void;
  /** The first cell of the first row. Undefined where there is no row. */
  value(sql: string, ...params: Params): Cell | undefined;
  /**
   * Writes everything that `work` writes, or nothing of it where `work` raises. Other processes may read meanwhile, but
   * not write. Calls do not nest.
   */
  transact<T>(work: () => T): T;
  close(): void;
}

/** How to open a database. */
export interface OpenDatabaseOptions {
  /** How long to wait for other processes that hold the file, milliseconds. */
  readonly timeout?: number;
}

/** Opens databases of SQLite. */
export interface Driver {
  /** `node:sqlite`, or the package that brings SQLite. */
  readonly name: string;
  /** Raises DatabaseError. */
  open(path: string, options?: OpenDatabaseOptions): Database;
}
