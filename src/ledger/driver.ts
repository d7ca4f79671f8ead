import type Sqlite from 'better-sqlite3';

export type Driver = typeof Sqlite;

/**
 * Version 13 of better-sqlite3 brings its compiled parts along, for Node-API 10 (Node.js 22.14 and later). Before that
 * it takes version 12, which is compiled where it is installed, and which Node.js 24.19 and later abort on.
 */
export const driverPackage =
  Number(process.versions.napi) >= 10 ? 'better-sqlite3' : ('better-sqlite3-12' as const);

/** What `npm install` calls it. */
export const driverSpec =
  driverPackage === 'better-sqlite3' ? driverPackage : `${driverPackage}@npm:better-sqlite3@12`;

/** Rejects where the optional package is not installed. */
export const loadDriver = (): Promise<{ readonly default: Driver }> =>
  import(driverPackage) as Promise<{ readonly default: Driver }>;
