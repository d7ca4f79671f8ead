import type { Cell, Database, Params, Row, Statement } from './types.js';

/** An error that SQLite raised. */
export class DatabaseError extends Error {
  /** @param code SQLite's name of the error: `SQLITE_BUSY`. */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** SQLite's names of its primary result codes (https://sqlite.org/rescode.html). */
const names: Readonly<Record<number, string>> = {
  1: 'ERROR',
  2: 'INTERNAL',
  3: 'PERM',
  4: 'ABORT',
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  9: 'INTERRUPT',
  10: 'IOERR',
  11: 'CORRUPT',
  12: 'NOTFOUND',
  13: 'FULL',
  14: 'CANTOPEN',
  15: 'PROTOCOL',
  17: 'SCHEMA',
  18: 'TOOBIG',
  19: 'CONSTRAINT',
  20: 'MISMATCH',
  21: 'MISUSE',
  22: 'NOLFS',
  23: 'AUTH',
  25: 'RANGE',
  26: 'NOTADB',
};

/** Name of a result code, primary or extended. */
export const errorName = (code: number): string => `SQLITE_${names[code & 0xff] ?? 'ERROR'}`;

/** A statement of a driver, whose rows are arrays. */
export interface NativeStatement {
  run(...params: Params): { changes: number | bigint; lastInsertRowid: number | bigint };
  get(...params: Params): Row | undefined;
  all(...params: Params): Row[];
}

/** What a driver must bring. Whatever it raises goes through `asError`. */
export interface NativeDatabase {
  prepare(sql: string): NativeStatement;
  exec(sql: string): void;
  close(): void;
  asError(error: unknown): unknown;
}

/** Gives the ledger the same database, whichever driver it comes from. */
export class SqliteDatabase implements Database {
  #closed = false;

  constructor(private readonly native: NativeDatabase) {}

  prepare(sql: string): Statement {
    const statement = this.#attempt(() => this.native.prepare(sql));
    return {
      run: (...params) => {
        const { changes, lastInsertRowid } = this.#attempt(() => statement.run(...params));
        return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
      },
      get: (...params) => this.#attempt(() => statement.get(...params)),
      all: (...params) => this.#attempt(() => statement.all(...params)),
    };
  }

  exec(sql: string): void {
    this.#attempt(() => this.native.exec(sql));
  }

  value(sql: string, ...params: Params): Cell | undefined {
    return this.prepare(sql).get(...params)?.[0];
  }

  transact<T>(work: () => T): T {
    // Without IMMEDIATE, a transaction that first reads and then writes fails where another process wrote in between.
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      try {
        this.exec('ROLLBACK');
      } catch {} // SQLite rolls back by itself after some errors
      throw error;
    }
  }

  close(): void {
    if (this.#closed) return; // libsql ends the process when a closed database is closed
    this.#closed = true;
    this.#attempt(() => this.native.close());
  }

  #attempt<T>(step: () => T): T {
    try {
      return step();
    } catch (error) {
      throw this.native.asError(error);
    }
  }
}
