import { DatabaseError, errorName, type NativeStatement, SqliteDatabase } from './sqlite-database.js';
import type { Driver, OpenDatabaseOptions } from './types.js';

interface NodeStatement extends NativeStatement {
  setReturnArrays(wanted: boolean): void;
}

/** The part of `node:sqlite` that the ledger uses. Its types come only with later versions of Node. */
interface NodeSqlite {
  readonly DatabaseSync: new (
    path: string,
    options: { timeout: number },
  ) => { prepare(sql: string): NodeStatement; exec(sql: string): void; close(): void };
  readonly StatementSync: { readonly prototype: Partial<NodeStatement> };
}

/**
 * Loads Node's own SQLite. Undefined where Node has none, or one that lacks rows as arrays and timeouts (before 22.16).
 */
export function openNodeSqlite(): Driver | undefined {
  const sqlite = quietly(() => process.getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined);
  if (!sqlite || typeof sqlite.StatementSync.prototype.setReturnArrays !== 'function') return undefined;
  return {
    name: 'node:sqlite',
    open: (path, { timeout = 5000 }: OpenDatabaseOptions = {}) => {
      const native = opened(() => new sqlite.DatabaseSync(path, { timeout }));
      return new SqliteDatabase({
        prepare: (sql) => {
          const statement = native.prepare(sql);
          statement.setReturnArrays(true);
          return statement;
        },
        exec: (sql) => native.exec(sql),
        close: () => native.close(),
        asError,
      });
    },
  };
}

/**
 * Runs `step` without Node's warning that its SQLite is experimental, about which users can do nothing. Other warnings
 * pass.
 */
function quietly<T>(step: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = ((warning: string | Error, ...more: never[]) => {
    if (!/SQLite is an experimental feature/.test(String(warning)))
      (emitWarning as (...all: unknown[]) => void).call(process, warning, ...more);
  }) as typeof emitWarning;
  try {
    return step();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function opened<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw asError(error);
  }
}

function asError(error: unknown): unknown {
  const { code, errcode, message } = error as { code?: string; errcode?: number; message: string };
  if (code === 'ERR_SQLITE_ERROR')
    return new DatabaseError(errorName(errcode ?? 1), message, { cause: error });
  // The ledger never writes a number that JavaScript cannot hold, so this one is damage.
  if (code === 'ERR_OUT_OF_RANGE') return new DatabaseError('SQLITE_CORRUPT', message, { cause: error });
  return error;
}
