import { resolve } from 'node:path';
import { DatabaseError, errorName, SqliteDatabase } from './sqlite-database.js';
import type { Driver, OpenDatabaseOptions, Params, Row } from './types.js';

/** What the ledger uses of the package. */
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

/** SQLite of libsql. Rejects where its optional package is not installed, or not for this machine. */
export async function openLibsql(): Promise<Driver> {
  const { default: Native } = await importLibsql();
  return {
    name: 'libsql',
    open: (path, { timeout = 5000 }: OpenDatabaseOptions = {}) => {
      try {
        // A name with a scheme would be taken for a database elsewhere.
        const native = new Native(path === ':memory:' ? path : resolve(path));
        native.exec(`PRAGMA busy_timeout = ${timeout}`);
        return new SqliteDatabase({
          prepare: (sql) => {
            const statement = native.prepare(sql);
            // Rows as objects have a member more than columns, and their bytes are no Uint8Array.
            if (statement.reader) statement.raw(true);
            return {
              run: (...params) => statement.run(bound(params)),
              get: (...params) => statement.get(bound(params)),
              all: (...params) => statement.all(bound(params)),
            };
          },
          exec: (sql) => native.exec(sql),
          close: () => {
            // A connection lives on while statements of it do, and would keep its lock.
            if (native.inTransaction) native.exec('ROLLBACK');
            // For the same reason nobody else would move what was written last into the file itself.
            try {
              native.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)');
            } catch {} // it stays where it is, and is read from there
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
 * The package learns which libc is here from a report of Node. Such a report would ask the system for its network
 * interfaces and a name server for the hosts that are connected.
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

/** A single null, or bytes, would be taken for an object of named parameters. */
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
  // A file that cannot be opened is told by the number of the error alone.
  const number = /^ConnectionFailed\(.*: (\d+)"\)$/s.exec(message)?.[1];
  return number === undefined
    ? error
    : new DatabaseError(errorName(Number(number)), message, { cause: error });
}
