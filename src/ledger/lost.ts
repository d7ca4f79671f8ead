import type { Database } from './driver.js';
import { type TableName, tables } from './tables.js';

/** How many rows of these tables repairs left behind, and when the last repair did so, milliseconds since 1970. */
export function lostRows(
  database: Database,
  kinds: readonly TableName[],
): { readonly rows: number; readonly at?: number } {
  const [rows, at] = database
    .prepare(
      'SELECT coalesce(sum(rows), 0), max(at) FROM lost WHERE kind IN (SELECT value FROM json_each(?))',
    )
    .get(JSON.stringify(kinds)) as readonly [number, number | null];
  return at === null ? { rows } : { rows, at };
}

/** Notes that a repair left rows of a table behind. */
export function noteLost(database: Database, kind: TableName, rows: number, at: number): void {
  const id = database.value('SELECT coalesce(max(id), 0) + 1 FROM lost') as number;
  const row = { id, kind, rows, at };
  database
    .prepare('INSERT INTO lost (id, kind, rows, at, sum) VALUES (@id, @kind, @rows, @at, @sum)')
    .run({ ...row, sum: tables.lost.seal(row) });
}
