import { resolve } from 'node:path';
import { DatabaseError, errorName, SqliteDatabase } from './sqlite-database.js';
import type { Driver, OpenDatabaseOptions, Params, Row } from './types.js';

/** The part of the package that the ledger uses. */
interface Libsql {
  readonly default: new (
    path: string,
  ) => {
    prepare(sql: string): LibsqlStatement;
    readonly inTransaction: boolean;
    exec(sql: string): void;
    close(): void;
  };
}

interface LibsqlStatement {
  readonly reader: boolean;
  raw(wanted: boolean): void;
  run(params: unknown): { changes: number; lastInsertRowid: number };
  get(params: unknown): Row | undefined;
  all(params: unknown): Row[];
}

/** Loads the SQLite of libsql. Rejects where its optional package is not installed, or not for this machine. */
export async function openLibsql(): Promise<Driver> {
  const { default: Native } = await importLibsql();
  return {
    name: 'libsql',
    open: (path, { timeout = 5000 }: OpenDatabaseOptions = {}) => {
      try {
        // The package would take a name with a scheme for a database on a server.
        const native = new Native(path === ':memory:' ? path : resolve(path));
        native.exec(`PRAGMA busy_timeout = ${timeout}`);
        return new SqliteDatabase({
          prepare: (sql) => {
            const statement = native.prepare(sql);
            // The package gives objects of rows one member more than there are columns, and their bytes are no
            // Uint8Array.
            if (statement.reader) statement.raw(true);
            return {
              run: (...params) => statement.run(bound(params)),
              get: (...params) => statement.get(bound(params)),
              all: (...params) => statement.all(bound(params)),
            };
          },
          exec: (sql) => native.exec(sql),
          close: () => {
            // A connection lives on, and keeps its lock, as long as one of its statements does.
            if (native.inTransaction) native.exec('ROLLBACK');
            // For the same reason no one else would move the last writes into the file itself.
            try {
              native.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
            } catch {} // The writes stay in the other file, and SQLite reads them from there.
            native.close();
          },
          asError,
        });
      } catch (error) {
        throw asError(error);
      }
    },
  };
}

/**
 * The package reads from a report of Node which libc this machine has. Left alone, such a report asks the system for
 * its network interfaces, and a name server for the hosts of open connections.
 */
async function importLibsql(): Promise<Libsql> {
  const report = process.report as { excludeNetwork?: boolean };
  const before = report.excludeNetwork ?? false;
  report.excludeNetwork = true;
  try {
    return (await import('libsql')) as unknown as Libsql;
  } finally {
    report.excludeNetwork = before;
  }
}

/** The package takes a lone null, or bytes, for an object of named parameters. */
const bound = (params: Params): unknown => {
  const [only] = params;
  const isNamed =
    params.length === 1 && typeof only === 'object' && only !== null && !(only instanceof Uint8Array);
  return isNamed ? only : params;
};

function asError(error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message: string };
  if (typeof code === 'string' && code.startsWith('SQLITE_'))
    return new DatabaseError(code.replace(/^(SQLITE_[A-Z]+)_.*$/, '$1'), message, { cause: error });
  // For a file that cannot be opened, the package gives only the number of the error.
  const number = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(message)?.[1];
  return number === undefined
    ? error
    : new DatabaseError(errorName(Number(number)), message, { cause: error });
}
