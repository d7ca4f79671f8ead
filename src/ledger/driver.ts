export type {
  Cell,
  Database,
  Driver,
  OpenDatabaseOptions,
  Params,
  Row,
  Statement,
} from './types.js';

import { openLibsql } from './libsql.js';
import { openNodeSqlite } from './node-sqlite.js';
import type { Driver } from './types.js';

/**
 * The package that brings SQLite to a Node.js whose own lacks what the ledger needs (before 22.16): the compiled part
 * of libsql.
 */
export const driverPackage =
  (
    {
      'darwin arm64': '@libsql/darwin-arm64',
      'darwin x64': '@libsql/darwin-x64',
      'linux arm64': '@libsql/linux-arm64-gnu',
      'win32 x64': '@libsql/win32-x64-msvc',
    } as Readonly<Record<string, string>>
  )[`${process.platform} ${process.arch}`] ?? '@libsql/linux-x64-gnu';

/** Loads Node's own SQLite where it is complete, else the optional package. Rejects where neither is there. */
export const loadDriver = async (): Promise<Driver> => openNodeSqlite() ?? (await openLibsql());

/** Every driver that this Node.js has, the best first. Rejects where it has none. */
export async function allDrivers(): Promise<readonly Driver[]> {
  const own = openNodeSqlite();
  const libsql = await openLibsql().catch((error: unknown) => {
    if (own) return undefined;
    throw error;
  });
  return [own, libsql].filter((driver) => driver !== undefined);
}
