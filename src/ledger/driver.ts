import { openLibsql } from './libsql.js';
import { openNodeSqlite } from './node-sqlite.js';

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

/** The package for a Node.js whose own SQLite lacks what the ledger needs (before 22.16): the compiled part of libsql. */
export const driverPackage =
  (
    {
      'darwin arm64': '@libsql/darwin-arm64',
      'darwin x64': '@libsql/darwin-x64',
      'linux arm64': '@libsql/linux-arm64-gnu',
      'win32 x64': '@libsql/win32-x64-msvc',
    } as Readonly<Record<string, string>>
  )[`${process.platform} ${process.arch}`] ?? '@libsql/linux-x64-gnu';

/** Node's own SQLite where it is complete, else the optional package. Rejects where neither is to be had. */
export const loadDriver = async (): Promise<Driver> => openNodeSqlite() ?? (await openLibsql());

/** Every driver that this Node.js has, the best first. Rejects where there is none. */
export async function allDrivers(): Promise<readonly Driver[]> {
  const own = openNodeSqlite();
  const libsql = await openLibsql().catch((error: unknown) => {
    if (own) return undefined;
    throw error;
  });
  return [own, libsql].filter((driver) => driver !== undefined);
}
